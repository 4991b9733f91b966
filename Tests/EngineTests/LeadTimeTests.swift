import Domain
import Engine
import Store
import TestSupport
import Testing

/// What a supplier declares, and what it keeps.
@Suite struct LeadTimeTests {
    private let offers = "supplier,sku,cost,currency,minimum_quantity,pack,lead_time_days,lead_time_spread_days\n"
    private let purchases =
        "order,line,supplier,sku,place,quantity,received,currency,ordered_on,expected_on,state,reference\n"
    private let receipts = "receipt,line,order,order_line,supplier,sku,place,quantity,damaged,received_at\n"

    /// MUG's supplier says 7 days; each of its `took` orders, two weeks apart, came after so many days.
    private func shop(took: [Int], settings: String = "") throws -> EngineShop {
        let shop = try EngineShop(settings: settings)
        try shop.sell(["MUG": daily(5, days: 120)], from: "2011-06-05")
        try shop.count(["MUG": 100])
        try shop.take(.offers, offers + "Acme,MUG,4.00,GBP,1,1,7,1\n")
        guard let first = Day("2011-04-01") else { return shop }
        var lines = ("", "")
        for (index, days) in took.enumerated() {
            let ordered = first.advanced(by: 14 * index)
            lines.0 += "PO\(index),1,Acme,MUG,main,50,50,GBP,\(ordered),\(ordered.advanced(by: 7)),closed,\n"
            lines.1 += "R\(index),1,PO\(index),1,Acme,MUG,main,50,0,\(ordered.advanced(by: days))T12:00:00Z\n"
        }
        try shop.take(.purchases, purchases + lines.0)
        try shop.take(.receipts, receipts + lines.1)
        try shop.engine.facts.refreshProducts()
        return shop
    }

    @Test func `deliveries that take twice what was said count more than what was said`() throws {
        let plan = try shop(took: [14, 15, 13, 14, 16, 14]).plan("MUG")
        let time = try #require(plan.leadTime)
        #expect(abs(time.mean - 14.3) < 1)
        let learned = try #require(plan.learnedLeadTime)
        #expect(learned.delivered == 6 && learned.lateShare == 1)
    }

    @Test func `a supplier of few deliveries is taken at its word`() throws {
        let plan = try shop(took: [20, 22]).plan("MUG")
        #expect(plan.learnedLeadTime == nil && plan.leadTime?.mean == 7)
    }

    @Test func `a shop that does not want learned lead times has declared ones`() throws {
        let plan = try shop(took: [14, 15, 13, 14, 16, 14], settings: "learn_lead_times = false\n").plan("MUG")
        #expect(plan.learnedLeadTime == nil && plan.leadTime?.mean == 7)
    }

    @Test func `an order that has been open for long counts as longer than it is old`() throws {
        let shop = try shop(took: [7, 7, 8, 7, 7, 7])
        let before = try #require(try shop.plan("MUG").leadTime).mean
        try shop.take(.purchases, purchases + "PO99,1,Acme,MUG,main,50,0,GBP,2011-08-01,2011-08-08,open,\n")
        try shop.engine.facts.refreshProducts()
        let after = try #require(try shop.plan("MUG").leadTime)
        #expect(after.mean > before + 1 && after.spread > 1)
    }
}
