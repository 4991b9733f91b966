import Domain
import Engine
import Store
import TestSupport
import Testing

/// Lots and their expiry, from receipts and counts to the plan.
@Suite struct LotTests {
    private let receipts = "receipt,line,sku,place,quantity,received_at,lot,expires_on\n"
    private let counts = "sku,place,quantity,state,counted_at,lot,expires_on\n"

    private func lots(_ shop: EngineShop, _ code: String = "A") throws -> [String] {
        try shop.plan(code).lots?.lots.map { "\($0.number ?? "-") \($0.units)" } ?? []
    }

    @Test func `what expires first leaves first, of what is there`() throws {
        let shop = try EngineShop()
        try shop.sell(["A": daily(2)], from: "2011-08-04")
        try shop.count(["A": 0], at: Instant(iso8601: "2011-09-20T20:00:00Z"))
        // From 21 September on, 24 are sold: first of the lot that is there, then of the one that expires sooner.
        try shop.take(
            .receipts,
            receipts + "R1,1,A,main,30,2011-09-20T21:00:00Z,LATE,2011-12-31\n"
                + "R2,1,A,main,20,2011-09-27T06:00:00Z,SOON,2011-10-10\n")
        let stock = try #require(try shop.plan("A").stock?.onHand)
        let standing = try #require(try shop.plan("A").lots)
        #expect(standing.lots.reduce(0) { $0 + $1.units } + standing.loose == stock)
        #expect(standing.lots.first?.number == "SOON" && standing.disagreement == 0)
        let sold = daily(2).suffix(12)
        let soon = 20 - Int64(sold.suffix(6).reduce(0, +))
        #expect(try lots(shop) == ["SOON \(soon)", "LATE \(30 - Int64(sold.prefix(6).reduce(0, +)))"])
    }

    @Test func `what cannot be sold in time is no supply, and the report says so`() throws {
        let shop = try EngineShop()
        try shop.sell(["A": daily(2)], from: "2011-08-04")
        try shop.take(
            .counts,
            counts
                + "A,main,100,on-hand,2011-10-02T20:00:00Z,L1,2011-10-07\nA,main,50,on-hand,2011-10-02T20:00:00Z,L2,2012-10-07\n"
                + "A,main,3,on-hand,2011-10-02T20:00:00Z,L0,2011-09-30\n")
        let plan = try shop.plan("A")
        #expect(plan.stock?.onHand == 153)
        #expect(plan.expiring > 85 && plan.expiring < 96, "about ten of a hundred are sold in five days")
        #expect(plan.line?.available == 153 - plan.expiring)
        let report = try shop.engine.lots(within: 5, actor: EngineShop.actor)
        #expect(report.text.contains("expires in 4 days, "))
        #expect(report.text.contains("expired 3 days ago"))
        #expect(!report.text.contains("L2"))
        let why = try shop.engine.explain("A", isNegative: false, actor: EngineShop.actor).text
        #expect(why.contains("expire before they could be sold"))
        #expect(why.contains("100 of lot L1, expires in 4 days"))
    }

    @Test func `a count of lots is their sum, whatever the order of rows, and a whole that differs is said`() throws {
        let rows = [
            "A,main,10,on-hand,2011-10-02T20:00:00Z,L1,2011-12-07\n",
            "A,main,5,on-hand,2011-10-02T20:00:00Z,L2,2012-10-07\n",
            "A,main,12,on-hand,2011-10-02T20:00:00Z,,\n",
        ]
        var digests: Set<String> = []
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1, 0]] {
            let shop = try EngineShop()
            try shop.take(.products, "sku,name\nA,Milk\n")
            try shop.take(.counts, counts + order.map { rows[$0] }.joined())
            #expect(try shop.plan("A").stock?.onHand == 12)
            #expect(try shop.plan("A").lots?.disagreement == -3)
            #expect(try shop.engine.lots(actor: EngineShop.actor).text.contains("3 units fewer were counted"))
            digests.insert(try shop.engine.facts.contentDigest())
        }
        #expect(digests.count == 1)
        let shop = try EngineShop()
        try shop.take(.products, "sku,name\nA,Milk\n")
        try shop.take(.counts, counts + rows[0] + rows[1])
        #expect(try shop.plan("A").stock?.onHand == 15)
        #expect(try shop.plan("A").lots?.disagreement == 0)
    }
}
