import Actions
import Domain
import Engine
import Store
import TestSupport
import Testing

/// What suppliers owe, in plans and reports.
@Suite struct InboundTests {
    private let purchases =
        "order,line,supplier,sku,place,quantity,received,received_at,currency,ordered_on,expected_on,state\n"
    private let notices = "notice,line,order,order_line,supplier,sku,quantity,shipped_at,expected_on\n"
    private let receipts = "receipt,line,order,order_line,supplier,sku,place,quantity,damaged,received_at\n"

    private func shop() throws -> EngineShop {
        let shop = try EngineShop()
        try shop.sell(["A": daily(10)], from: "2011-08-04")
        try shop.count(["A": 50], at: EngineShop.start.adding(seconds: -3 * 86_400))
        try shop.take(
            .offers, "supplier,sku,cost,currency,minimum_quantity,pack,lead_time_days\nAcme,A,4.00,GBP,1,1,7\n")
        return shop
    }

    @Test func `a plan counts what is open, once, on the day of the newest word, and nothing damaged`() throws {
        let shop = try shop()
        let bare = try #require(try shop.plan("A").stock?.onHand)
        try shop.take(
            .purchases, purchases + "PO1,1,Acme,A,main,100,40,2011-10-02T09:00:00Z,GBP,2011-09-20,2011-10-05,open\n")
        #expect(try shop.plan("A").stock?.onHand == bare + 40)
        #expect(try shop.plan("A").line?.onOrder == 60)
        try shop.take(.receipts, receipts + "R1,1,PO1,1,Acme,A,main,35,5,2011-10-02T09:00:00Z\n")
        #expect(try shop.plan("A").stock?.onHand == bare + 35, "the same forty, five of them damaged")
        #expect(try shop.plan("A").line?.onOrder == 60)
        try shop.take(.shipNotices, notices + "S1,1,PO1,1,Acme,A,70,2011-10-01T09:00:00Z,2011-10-08\n")
        let parts = try shop.plan("A").inbound
        #expect(parts.map(\.quantity) == [30, 30])
        #expect(parts.map(\.expectedOn) == [Day("2011-10-05"), Day("2011-10-08")])
        #expect(parts.map(\.shipment) == [nil, "S1"])
        try shop.take(
            .purchases, purchases + "PO1,1,Acme,A,main,100,40,2011-10-02T09:00:00Z,GBP,2011-09-20,2011-10-05,closed\n")
        #expect(try shop.plan("A").inbound.isEmpty)
        #expect(try shop.engine.inbound(actor: EngineShop.actor).text.contains("closed 60 short; 5 came damaged"))
    }

    @Test func `the report says of each line how it stands, and shows what it cannot match`() throws {
        let shop = try shop()
        try shop.take(
            .purchases,
            purchases + """
                LATE,1,Acme,A,main,10,0,,GBP,2011-09-20,2011-09-30,open
                OVER,1,Acme,A,main,10,0,,GBP,2011-09-20,2011-10-05,open
                FULL,1,Acme,A,main,10,0,,GBP,2011-09-20,2011-10-05,open

                """)
        try shop.take(
            .receipts,
            receipts + """
                R1,1,OVER,1,Acme,A,main,12,0,2011-10-01T09:00:00Z
                R2,1,FULL,1,Acme,A,main,10,0,2011-10-01T09:00:00Z
                R3,1,NONE,1,Acme,A,main,1,0,2011-10-01T09:00:00Z

                """)
        let report = try shop.engine.inbound(actor: EngineShop.actor)
        #expect(report.text.contains("10 to come, due 2011-09-30, 3 days late"))
        #expect(report.text.contains("2 more than ordered"))
        #expect(!report.text.contains("FULL"), "what came as ordered is not shown")
        #expect(report.text.contains("unmatched: 1 came for order NONE, which has no line of it"))
        let json = String(decoding: report.json.bytes(), as: UTF8.self)
        #expect(
            json.contains("\"over\":2") && json.contains("\"flags\":[\"late\"]")
                && json.contains("\"kind\":\"receipt\""))
        let rows = try shop.engine.snapshot(actor: EngineShop.actor).inbound
        #expect(rows.map(\.state) == [.late, .over, .unmatched])
        #expect(rows.first?.says == "10 to come, due 2011-09-30, 3 days late")
    }

    @Test func `what came for an order of ours is not on order besides`() throws {
        let shop = try shop()
        try shop.replan()
        try shop.approve(try #require(try shop.actions().first))
        try shop.runOnce()
        let plan = try shop.plan("A")
        let own = try #require(plan.ours.first)
        let position = try #require(plan.line?.position)
        let key = try #require(try shop.engine.desk(actor: EngineShop.actor).onOrder().lines.first?.key)
        try shop.take(
            .receipts, receipts + "R1,1,\(key),1,Acme,A,main,\(own.quantity - 3),1,2011-10-03T07:00:00Z\n")
        let after = try shop.plan("A")
        #expect(after.ours.map(\.quantity) == [2])
        #expect(after.line?.position == position - 1, "all but the damaged one")
        #expect(try shop.engine.inbound(actor: EngineShop.actor).text.contains("for our order of action 1, which"))
    }
}
