import Domain
import Engine
import GRDB
import Inventory
import Store
import TestSupport
import Testing

/// Models that are fitted once a week and carried on: quick, and never different from what a new shop would find.
@Suite struct ShopDemandTests {
    private func shop() throws -> EngineShop {
        let shop = try EngineShop()
        try shop.sell(
            [
                "EVEN": daily(4, days: 200), "SELDOM": (0..<200).map { $0 % 9 == 0 ? 2 : 0 },
                "STEADY": daily(2, days: 200),
            ],
            from: "2011-03-17")
        try shop.count(["EVEN": 5, "SELDOM": 3, "STEADY": 400])
        try shop.take(
            .offers,
            """
            supplier,sku,cost,currency,minimum_quantity,pack,lead_time_days,lead_time_spread_days
            Acme,EVEN,4.00,GBP,1,1,7,1
            Acme,SELDOM,3.00,GBP,1,1,7,1

            """)
        return shop
    }

    private func kept(_ shop: EngineShop) throws -> [String] {
        let queue = try DatabaseQueue(path: shop.engine.folder.facts)
        defer { try? queue.close() }
        return try queue.read { database in
            try String.fetchAll(
                database, sql: "SELECT until || ' ' || product || ' ' || hex(numbers) FROM forecast ORDER BY 1")
        }
    }

    private func forget(_ shop: EngineShop) throws {
        let queue = try DatabaseQueue(path: shop.engine.folder.facts)
        defer { try? queue.close() }
        try queue.write { try $0.execute(sql: "DELETE FROM forecast; DELETE FROM forecast_fit") }
    }

    private func rates(_ shop: EngineShop) throws -> [Double] {
        try ["EVEN", "SELDOM", "STEADY"].map { try shop.plan($0).dailyDemand }
    }

    @Test func `a plan keeps its fits, and the next one finds the same with and without them`() throws {
        let shop = try shop()
        #expect(try kept(shop).isEmpty)
        let first = try rates(shop)
        let fits = try kept(shop)
        #expect(fits.count == 3)
        #expect(try rates(shop) == first)
        #expect(try kept(shop) == fits, "nothing is fitted twice")
        try forget(shop)
        #expect(try rates(shop) == first)
        #expect(try kept(shop) == fits)
    }

    @Test func `a new day goes on from the fit of the week`() throws {
        let shop = try shop()
        _ = try rates(shop)
        let fits = try kept(shop)
        let before = try shop.plan("STEADY").dailyDemand
        let today = shop.engine.settings.zone.day(of: try shop.engine.now())
        try shop.move(to: shop.engine.now().adding(seconds: 86_400))
        try shop.sell(["STEADY": [9]], from: today.description)
        #expect(try shop.plan("STEADY").dailyDemand > before)
        #expect(try Set(kept(shop)).isSuperset(of: fits), "the fits of before stand")
        let carried = try rates(shop)
        try forget(shop)
        #expect(try rates(shop) == carried)
    }

    @Test func `old sales that come late void the fit of their product alone`() throws {
        let shop = try shop()
        _ = try rates(shop)
        let fits = try Set(kept(shop))
        try shop.sell(["SELDOM": [30]], from: "2011-06-01")
        #expect(try kept(shop).count == 2)
        let after = try rates(shop)
        #expect(try Set(kept(shop)).subtracting(fits).count == 1)
        try forget(shop)
        let anew = try rates(shop)
        for (one, other) in zip(after, anew) { #expect(abs(one - other) <= 0.02 * other, "all but what is in common") }
    }

    @Test func `a shop whose history begins this month is planned from what there is`() throws {
        let shop = try EngineShop()
        try shop.sell(["NEW": daily(3, days: 10)], from: "2011-09-23")
        try shop.count(["NEW": 5])
        #expect(try shop.plan("NEW").dailyDemand > 1)
        #expect(try kept(shop).isEmpty)
    }

    @Test func `one buyer's order of hundreds does not become everybody's demand`() throws {
        let shop = try EngineShop()
        try shop.sell(["MUG": daily(2, days: 200)], from: "2011-03-17")
        try shop.count(["MUG": 50])
        let before = try shop.plan("MUG")
        try shop.sell(["MUG": [600]], from: "2011-09-20")
        let after = try shop.plan("MUG")
        #expect(after.dailyDemand < 1.2 * before.dailyDemand)
        let usual = try #require(after.usualOrder)
        #expect(usual >= 2 && usual < 600)
    }

    @Test func `fits of the days to come are made in the background and used when their day comes`() async throws {
        let shop = try shop()
        _ = try rates(shop)
        let fits = try kept(shop)
        // On a Monday the fit up to Sunday can be made, which is in use from Tuesday on.
        var now = try shop.engine.now()
        while shop.engine.settings.zone.day(of: now).weekday != .monday { now = now.adding(seconds: 86_400) }
        let today = shop.engine.settings.zone.day(of: now)
        try shop.move(to: now)
        try shop.sell(["STEADY": daily(2, days: 1)], from: today.advanced(by: -1).description)
        let ahead = FitAhead(shop.engine)
        try ahead.tend()
        while ahead.isFitting { await Task.yield() }
        let more = try Set(kept(shop)).subtracting(fits)
        #expect(more.allSatisfy { $0.hasPrefix("\(today.advanced(by: -1).number) ") } && !more.isEmpty)
        try shop.move(to: now.adding(seconds: 86_400))
        try shop.sell(["STEADY": daily(2, days: 1)], from: today.description)
        let all = try kept(shop)
        _ = try rates(shop)
        #expect(try kept(shop) == all, "Tuesday's plan finds everything fitted")
    }
}
