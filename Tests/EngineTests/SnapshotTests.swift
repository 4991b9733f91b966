import Actions
import Domain
import FoundationEssentials
import Glibc
import Numerics
import Store
import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite struct SnapshotTests {
    private func shop() throws -> EngineShop {
        let shop = try EngineShop()
        try shop.sell(["LAMP": daily(9), "MUG": daily(6)], from: "2011-08-04")
        try shop.count(["LAMP": 5, "MUG": 900])
        try shop.take(
            .offers,
            """
            supplier,sku,cost,currency,minimum_quantity,pack,lead_time_days,lead_time_spread_days
            Acme,LAMP,2.50,GBP,6,6,10,2
            Acme,MUG,1.20,GBP,6,6,10,2

            """)
        return shop
    }

    @Test func `a snapshot shows the plan that was kept, and says when the facts have gone on`() throws {
        let shop = try shop()
        #expect(try shop.engine.snapshot(actor: "mira").plan == nil)
        try shop.replan()
        let first = try shop.engine.snapshot(actor: "mira")
        let plans = try shop.engine.plans(actor: "mira")
        #expect(Set(first.risk.map(\.id.sku.text)) == ["LAMP", "MUG"])
        for row in first.risk {
            let plan = try #require(plans.first { $0.product.sku == row.id.sku })
            #expect(row == RiskRow(plan, today: shop.engine.settings.zone.day(of: EngineShop.start)))
        }
        #expect(!first.isPlanStale && first.orders.count == 1)
        try shop.count(["LAMP": 400], at: EngineShop.start.adding(seconds: 60))
        #expect(try shop.engine.snapshot(after: first, actor: "mira").isPlanStale)
    }

    @Test func `keeping a plan changes no fact, and an equal one writes no row`() throws {
        let shop = try shop()
        try shop.replan()
        let (revision, digest) = (try shop.engine.facts.revision(), try shop.engine.facts.contentDigest())
        try shop.replan()
        #expect(try shop.engine.facts.revision() == revision)
        #expect(try shop.engine.facts.contentDigest() == digest)
    }

    @Test func `a day is compared with what the first plan of it expected`() throws {
        let shop = try shop()
        try shop.replan()
        let expected = try #require(
            try shop.engine.facts.expected(of: shop.engine.settings.zone.day(of: EngineShop.start)))
        #expect(expected.units > 10 && expected.units < 20, "nine and six a day")
        #expect(abs(Double(expected.net) - expected.units * 1000) < 2, "at ten pounds each")
        try shop.move(to: EngineShop.start.adding(seconds: 86_400))
        try shop.sell(["LAMP": [7]], from: "2011-10-03")
        let result = try shop.engine.snapshot(actor: "mira").yesterday
        #expect(result.units == 7 && result.net == 7000 && result.margin == 7000 - 7 * 250)
        #expect(result.forecast == expected)
    }

    @Test func `the more is ordered the smaller the chance of running out; ordering nothing is the risk of the plan`()
        throws
    {
        let shop = try shop()
        try shop.replan()
        let plan = try shop.plan("LAMP")
        let projection = try #require(StockProjection(plan, today: shop.engine.settings.zone.day(of: EngineShop.start)))
        let chances = [0, 6, 30, 60, 120, 240, 100_000].map { projection.chanceOfRunningOut(ordering: $0) }
        #expect(chances == chances.sorted(by: >))
        #expect(chances.allSatisfy { (0...1).contains($0) } && chances[0] > 0.9 && chances[6] < 0.001)
        // Once more by another way: the forecast's own distribution over the same days.
        let end = try #require(plan.line?.timing?.expectedNextArrival)
        let demand = try #require(plan.outlook).demand(days: 0..<end)
        for quantity in [0, 30, 120] as [Int64] {
            let above = 1 - demand.cumulative(Double(projection.position + quantity))
            #expect(abs(projection.chanceOfRunningOut(ordering: quantity) - above) < 1e-9)
        }
        #expect(projection.chanceOfRunningOut(ordering: .max) == 0)
    }

    @Test func `a projection falls by its demand and rises by what arrives`() throws {
        let shop = try shop()
        try shop.take(
            .purchases,
            """
            order,line,supplier,sku,place,quantity,received,received_at,cost,currency,ordered_on,expected_on,state,reference
            PO-1,1,Acme,LAMP,main,500,0,,2.50,GBP,2011-09-20,2011-10-10,open,

            """)
        let plan = try shop.plan("LAMP")
        let projection = try #require(StockProjection(plan, today: shop.engine.settings.zone.day(of: EngineShop.start)))
        #expect(projection.days.count >= 28)
        for (before, after) in zip(projection.days, projection.days.dropFirst()) {
            #expect(after.expected <= before.expected + Double(after.arriving))
            #expect(after.band == after.band.sorted())
        }
        let arrival = try #require(projection.days.first { $0.arriving > 0 })
        #expect(arrival.arriving == 500 && arrival.day.description == "2011-10-10")
    }

    @Test func `a note is kept for others, short and without controls`() throws {
        let shop = try shop()
        let desk = try shop.engine.desk(actor: "mira")
        try desk.note("  Acme is \u{1B}[2J slow ", now: EngineShop.start, actor: "mira")
        let entry = try #require(try shop.engine.snapshot(actor: "olga").journal.first)
        #expect(entry.what == "note" && entry.actor == "mira")
        #expect(!entry.body.contains(0x1B))
        for bad in ["", "   ", String(repeating: "x", count: 501)] {
            #expect(throws: ActionError.self) { try desk.note(bad, now: EngineShop.start, actor: "mira") }
        }
    }

    @Test func `a typed value is a batch of its own, and one that cannot be true changes nothing`() throws {
        let shop = try shop()
        try shop.replan()
        let order = try #require(try shop.actions().first)
        let batch = try shop.engine.facts.newestBatch()
        #expect(throws: ActionError.self) {
            try shop.engine.reject(order.id, expecting: "stale", because: .wrongLeadTime(days: 30), actor: "mira")
        }
        #expect(throws: (any Error).self) {
            try shop.engine.reject(order.id, expecting: order.hash, because: .wrongLeadTime(days: -3), actor: "mira")
        }
        #expect(try shop.plan("LAMP").offer?.leadTimeDays == 10)
        #expect(try shop.actions().first?.hash == order.hash)
        try shop.engine.reject(order.id, expecting: order.hash, because: .wrongLeadTime(days: 30), actor: "mira")
        #expect(try shop.plan("LAMP").offer?.leadTimeDays == 30)
        #expect(try shop.engine.facts.newestBatch() > batch)
        #expect(try shop.engine.facts.batches(limit: 1).first?.file == "typed-by-mira-offers.csv")
    }

    @Test func `a watch tells of changes by others, and of nothing when the shop is only read`() throws {
        let shop = try shop()
        try shop.replan()
        let told = Atomic<Int>(0)
        let watch = try ShopWatch(shop.engine.folder) { told.add(1, ordering: .relaxed) }
        func waits(_ holds: () -> Bool) -> Bool {
            for _ in 0..<200 {
                if holds() { return true }
                usleep(10_000)
            }
            return false
        }
        for _ in 0..<20 { _ = try shop.engine.snapshot(actor: "mira") }
        usleep(200_000)
        #expect(told.load(ordering: .relaxed) == 0)
        try shop.engine.desk(actor: "mira").note("look", now: EngineShop.start, actor: "mira")
        #expect(waits { told.load(ordering: .relaxed) > 0 })
        let before = told.load(ordering: .relaxed)
        try Data("[reorder]\ngrace_minutes = 1\n".utf8).write(to: URL(filePath: shop.engine.folder.policy))
        #expect(waits { told.load(ordering: .relaxed) > before })
        withExtendedLifetime(watch) {}
    }
}
