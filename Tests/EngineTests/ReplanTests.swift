import Actions
import Domain
import Engine
import FoundationEssentials
import GRDB
import Store
import TestSupport
import Testing

/// Law 9: nothing changed, nothing proposed; what is on order counts, once.
@Suite struct ReplanTests {
    private let offers = "supplier,sku,cost,currency,minimum_quantity,pack,lead_time_days,lead_time_spread_days\n"
    private let purchases =
        "order,line,supplier,sku,place,quantity,received,currency,ordered_on,expected_on,state,reference\n"

    /// FAST sells ten a day and has five left; CALM sells two and has plenty.
    private func shop(policy: String = "", spelled fast: String = "FAST") throws -> EngineShop {
        let shop = try EngineShop(policy: policy)
        try shop.sell([fast: daily(10), "CALM": daily(2)], from: "2011-08-04")
        try shop.count(["FAST": 5, "CALM": 400])
        try shop.take(.offers, offers + "Acme,FAST,4.00,GBP,1,12,7,1\nAcme,CALM,3.00,GBP,1,1,7,1\n")
        return shop
    }

    /// Every row of the decisions, for comparison.
    private func decisions(_ shop: EngineShop) throws -> [String] {
        let queue = try DatabaseQueue(path: shop.engine.folder.decisions)
        defer { try? queue.close() }
        return try queue.read { database in
            try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
                .flatMap { table in try Row.fetchAll(database, sql: "SELECT * FROM \(table)").map { "\(table): \($0)" }
                }
        }
    }

    @Test func `a plan that runs again writes nothing`() throws {
        let shop = try shop()
        let first = try shop.replan()
        #expect(first.opened.count == 1)
        let action = try #require(try shop.actions().first)
        #expect(action.order.lines.map(\.sku.text) == ["FAST"], "what has enough is not ordered")
        #expect(action.order.lines.allSatisfy { $0.quantity > 0 && $0.quantity % 12 == 0 })
        let before = try decisions(shop)
        for _ in 0..<3 { #expect(try shop.replan().isEmpty) }
        #expect(try decisions(shop) == before)
        // The same facts again, and reading commands, change nothing either.
        try shop.count(["FAST": 5, "CALM": 400])
        #expect(try shop.replan().isEmpty)
        _ = try shop.engine.stock(actor: EngineShop.actor)
        _ = try shop.engine.explain("FAST", isNegative: false, actor: EngineShop.actor)
        #expect(try decisions(shop) == before)
    }

    @Test func `approving makes the need go away, and what is ordered counts`() throws {
        let shop = try shop()
        try shop.replan()
        let action = try #require(try shop.actions().first)
        let position = try #require(try shop.plan("FAST").line?.position)
        try shop.approve(action)
        let after = try shop.plan("FAST")
        let units = try #require(action.order.lines.first?.quantity)
        #expect(after.ours.map(\.quantity) == [units])
        #expect(after.line?.position == position + units)
        #expect(after.line?.reason == .enough)
        let second = try shop.replan()
        #expect(second.opened.isEmpty && second.revised.isEmpty)
        #expect(try shop.runOnce().deliveries.map(\.action) == [action.id])
        #expect(try shop.replan().isEmpty)
    }

    @Test func `what comes back from the purchase system is matched and counted once`() throws {
        let shop = try shop()
        try shop.replan()
        let action = try #require(try shop.actions().first)
        guard case .queued(let key, _) = try shop.approve(action) else { throw Unmet("an approval that is queued") }
        try shop.runOnce()
        let units = try #require(action.order.lines.first?.quantity)
        let position = try shop.plan("FAST").line?.position
        try shop.take(
            .purchases,
            purchases + "PO-1,1,Acme,FAST,main,\(units),0,GBP,2011-10-03,\(action.header.arrives),open,\(key)\n")
        // Between the import and the plan it is counted twice nowhere that matters: the plan matches first.
        #expect(try shop.replan().opened.isEmpty)
        let plan = try shop.plan("FAST")
        #expect(plan.ours.isEmpty && plan.inbound.map(\.quantity) == [units])
        #expect(plan.line?.position == position)
        #expect(try shop.replan().isEmpty)
    }

    @Test func `a purchase line without our reference is known by supplier, product and quantity`() throws {
        let shop = try shop()
        try shop.replan()
        let action = try #require(try shop.actions().first)
        try shop.approve(action)
        try shop.runOnce()
        let units = try #require(action.order.lines.first?.quantity)
        try shop.take(
            .purchases, purchases + "PO-1,1,Acme,fast,main,\(units),0,GBP,2011-10-04,\(action.header.arrives),open,\n")
        try shop.replan()
        #expect(try shop.plan("FAST").ours.isEmpty)
    }

    @Test func `a product whose code is spelled anew is still on order`() throws {
        let shop = try shop(spelled: "fast")
        try shop.replan()
        let action = try #require(try shop.actions().first)
        guard case .queued(let key, _) = try shop.approve(action) else { throw Unmet("an approval that is queued") }
        try shop.runOnce()
        try shop.take(.products, "sku,name\nFast,The catalogue's spelling\n")
        #expect(try shop.plan("FAST").ours.count == 1)
        #expect(try shop.replan().opened.isEmpty)
        let units = try #require(action.order.lines.first?.quantity)
        try shop.take(
            .purchases,
            purchases + "PO-1,1,Acme,FAST,main,\(units),0,GBP,2011-10-03,\(action.header.arrives),open,\(key)\n")
        try shop.replan()
        #expect(try shop.plan("FAST").ours.isEmpty, "and matched when it comes back")
    }

    @Test func `more stock takes the proposal back`() throws {
        let shop = try shop()
        try shop.replan()
        try shop.move(to: EngineShop.start.adding(seconds: 3600))
        try shop.count(["FAST": 5000])
        let second = try shop.replan()
        #expect(second.superseded.count == 1 && second.opened.isEmpty)
        #expect(try shop.actions().isEmpty)
        #expect(try shop.replan().isEmpty)
    }

    @Test func `more stock never orders more`() throws {
        let shop = try shop()
        var last = Int64.max
        for (hour, units) in [Int64(0), 20, 60, 100, 140, 200].enumerated() {
            try shop.move(to: EngineShop.start.adding(seconds: Int64(hour + 1) * 60))
            try shop.count(["FAST": units])
            let ordered = try #require(try shop.plan("FAST").line?.quantity)
            #expect(ordered <= last)
            last = ordered
        }
        #expect(last == 0)
    }

    @Test func `an order that is late stops counting and asks`() throws {
        let shop = try shop()
        try shop.take(.purchases, purchases + "PO-1,1,Acme,FAST,main,900,0,GBP,2011-09-20,2011-10-05,open,\n")
        #expect(try shop.replan().opened.isEmpty, "900 are on their way")
        try shop.move(to: EngineShop.start.adding(seconds: 3 * 86_400))
        try shop.sell(["FAST": daily(10, days: 3), "CALM": daily(2, days: 3)], from: "2011-10-03")
        let plan = try shop.plan("FAST")
        #expect((plan.line?.quantity ?? 0) > 0)
        let late = try shop.engine.inbound(actor: EngineShop.actor).text
        #expect(late.contains("1 days late"))
        #expect(try shop.replan().opened.count == 1)
    }

    @Test func `a rejected need stays closed, and its risk stays shown`() throws {
        let shop = try shop()
        try shop.replan()
        let action = try #require(try shop.actions().first)
        try shop.engine.desk(actor: EngineShop.actor).reject(
            action.id, lines: nil, reason: "seasonal", reopening: nil, now: shop.engine.now(), actor: EngineShop.actor)
        #expect(try shop.replan().opened.isEmpty)
        #expect((try shop.plan("FAST").line?.risk.chanceBeforeNext ?? 0) > 0.5)
        let why = try shop.engine.explain("FAST", isNegative: true, actor: EngineShop.actor).text
        #expect(why.contains("seasonal"))
        // The policy keeps it closed for 14 days.
        try shop.move(to: EngineShop.start.adding(seconds: 15 * 86_400))
        #expect(try shop.replan().opened.count == 1)
    }
}
