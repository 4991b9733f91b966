import Domain
import Formats
import Numerics
import Store
import TestSupport
import Testing

/// Purchase order, ship notice and receipt, line by line.
@Suite struct DeliveryTests {
    private let purchases =
        "order,line,supplier,sku,place,quantity,received,received_at,currency,ordered_on,expected_on,state\n"
    private let notices = "notice,line,order,order_line,supplier,sku,quantity,shipped_at,expected_on,written_at\n"
    private let receipts = "receipt,line,order,order_line,supplier,sku,place,quantity,damaged,received_at\n"
    private let since = Day(number: 15_000)

    private func shop() throws -> FactsShop {
        let shop = try FactsShop()
        try shop.take(.products, "sku,name\nA,Lamp\nB,Bulb\n")
        return shop
    }

    private func lines(_ shop: FactsShop) throws -> [String: MatchedLine] {
        Dictionary(
            uniqueKeysWithValues: try shop.facts.deliveries(since: since).lines.map { ("\($0.order)/\($0.line)", $0) })
    }

    private func unmatched(_ shop: FactsShop) throws -> [UnmatchedDelivery] {
        try shop.facts.deliveries(since: since).unmatched
    }

    @Test func `a line is followed from order to shelf`() throws {
        let shop = try shop()
        try shop.take(.purchases, purchases + "PO1,1,Acme,A,main,10,0,,GBP,2011-10-01,2011-10-10,open\n")
        #expect(try lines(shop)["PO1/1"]?.coming.map(\.quantity) == [10])
        try shop.take(.shipNotices, notices + "S1,1,PO1,1,Acme,A,6,2011-10-05T09:00:00Z,2011-10-12,\n")
        var line = try #require(try lines(shop)["PO1/1"])
        #expect(line.announced == 6 && line.inTransit == 6 && line.open == 10)
        #expect(
            line.coming == [
                .init(quantity: 6, expectedOn: Day("2011-10-12"), shipment: "S1"),
                .init(quantity: 4, expectedOn: Day("2011-10-10")),
            ])
        try shop.take(.receipts, receipts + "R1,1,PO1,1,Acme,A,main,4,1,2011-10-12T09:00:00Z\n")
        line = try #require(try lines(shop)["PO1/1"])
        #expect(line.received == 4 && line.damaged == 1 && line.inTransit == 1 && line.open == 5)
        #expect(line.coming.map(\.expectedOn) == [Day("2011-10-12"), Day("2011-10-10")])
        #expect(try shop.facts.inbound()[shop.product("A").id]?.reduce(0) { $0 + $1.line.quantity } == 5)
    }

    @Test(arguments: [("closed", Int64(3), Int64(0)), ("cancelled", 3, 0), ("open", 0, 3)])
    func `what is missing is open, or short once the order has ended`(state: String, short: Int64, open: Int64) throws {
        let shop = try shop()
        try shop.take(.purchases, purchases + "PO1,1,Acme,A,main,10,0,,GBP,2011-10-01,2011-10-10,\(state)\n")
        try shop.take(.receipts, receipts + "R1,1,PO1,1,Acme,A,main,7,0,2011-10-12T09:00:00Z\n")
        let line = try #require(try lines(shop)["PO1/1"])
        #expect(line.short == short && line.open == open && line.coming.count == (open > 0 ? 1 : 0))
    }

    @Test func `more than was ordered closes the line`() throws {
        let shop = try shop()
        try shop.take(.purchases, purchases + "PO1,1,Acme,A,main,10,0,,GBP,2011-10-01,2011-10-10,open\n")
        try shop.take(.receipts, receipts + "R1,1,PO1,1,Acme,A,main,9,3,2011-10-12T09:00:00Z\n")
        let line = try #require(try lines(shop)["PO1/1"])
        #expect(line.over == 2 && line.open == 0 && line.received == 9 && line.damaged == 3)
        #expect(try shop.facts.inbound().isEmpty)
    }

    @Test func `a unit that both the order and the place tell of counts once, and a damaged one is no stock`() throws {
        let shop = try shop()
        try shop.take(
            .counts, "sku,place,quantity,state,counted_at\nA,main,20,on-hand,2011-10-02T09:00:00Z\n")
        try shop.take(
            .purchases,
            purchases + "PO1,1,Acme,A,main,10,5,2011-10-12T10:00:00Z,GBP,2011-10-01,2011-10-10,open\n"
                + "PO2,1,Acme,A,main,10,3,2011-10-12T10:00:00Z,GBP,2011-10-01,2011-10-10,open\n")
        let id = try shop.product("A").id
        func stock() throws -> Int64? { try shop.facts.stockLevels(asOf: FactsShop.now, product: id).first?.onHand }
        #expect(try stock() == 28)
        try shop.take(.receipts, receipts + "R1,1,PO1,1,Acme,A,main,4,1,2011-10-12T09:00:00Z\n")
        #expect(try stock() == 27, "four of PO1 can be sold; of PO2 its order alone speaks")
        #expect(try shop.facts.inbound()[id]?.map(\.line.quantity) == [5, 7])
    }

    @Test func `lines of one product are filled in their order, and numbers are told apart without their zeros`() throws
    {
        let shop = try shop()
        try shop.take(
            .purchases,
            purchases + "PO1,10,Acme,A,main,5,0,,GBP,2011-10-01,2011-10-10,open\n"
                + "PO1,2,Acme,A,main,5,0,,GBP,2011-10-01,2011-10-10,open\nPO1,3,Acme,B,main,5,0,,GBP,2011-10-01,,open\n"
        )
        try shop.take(
            .receipts,
            receipts
                + "R1,1,po1,,Acme,A,main,6,1,2011-10-12T09:00:00Z\nR1,2,PO1,0010,Acme,A,main,1,0,2011-10-12T09:00:00Z\n"
        )
        let found = try lines(shop)
        #expect(found["PO1/2"]?.received == 5)
        #expect(found["PO1/10"].map { [$0.received, $0.damaged, $0.open] } == [2, 1, 2])
        #expect(found["PO1/3"]?.open == 5)
    }

    @Test func `a receipt that names no order finds the one it can be of, and is shown where it may be of two`() throws
    {
        let shop = try shop()
        let one = "PO1,1,Acme,A,main,5,0,,GBP,2011-10-01,2011-10-10,open\n"
        try shop.take(.purchases, purchases + one + "PO9,1,Bolt,A,main,5,0,,GBP,2011-10-01,2011-10-10,open\n")
        let receipt = "R1,1,,,Acme,A,main,4,0,2011-10-12T09:00:00Z\n"
        try shop.take(.receipts, receipts + receipt)
        #expect(try lines(shop)["PO1/1"]?.received == 4)
        #expect(try unmatched(shop).isEmpty)
        try shop.take(
            .purchases, purchases + "PO2,1,Acme,A,main,5,4,2011-10-12T09:00:00Z,GBP,2011-10-02,2011-10-11,open\n")
        let lost = try #require(try unmatched(shop).first)
        #expect(lost.reason == .ambiguous(["PO1", "PO2"]) && lost.good == 4)
        try shop.take(.counts, "sku,place,quantity,state,counted_at\nA,main,0,on-hand,2011-10-02T09:00:00Z\n")
        #expect(
            try shop.facts.stockLevels(asOf: FactsShop.now).first?.onHand == 4,
            "the order that says that four came may speak of the same four")
        try shop.take(
            .receipts,
            receipts + "R2,1,,,,A,main,1,0,2011-10-12T09:00:00Z\nR3,1,,,Acme,B,main,1,0,2011-10-12T09:00:00Z\n"
                + "R4,1,PO7,,Acme,B,main,1,0,2011-10-12T09:00:00Z\nR5,1,,,Bolt,A,main,1,0,2012-03-12T09:00:00Z\n")
        #expect(
            Set(try unmatched(shop).map { "\($0.id) \($0.reason)" })
                == Set([
                    "R1 ambiguous([\"PO1\", \"PO2\"])", "R2 unnamed", "R3 nothingOrdered", "R4 unknownOrder(\"PO7\")",
                    "R5 nothingOrdered",
                ]))
    }

    @Test func `a notice written later takes the place of an earlier one with all its lines`() throws {
        let first =
            "S1,1,PO1,1,Acme,A,6,2011-10-05T09:00:00Z,2011-10-12,2011-10-05T08:00:00Z\n"
            + "S1,2,PO1,2,Acme,B,4,2011-10-05T09:00:00Z,2011-10-12,2011-10-05T08:00:00Z\n"
        let second = "S1,1,PO1,1,Acme,A,5,2011-10-05T09:00:00Z,2011-10-13,2011-10-05T09:30:00Z\n"
        var digests: Set<String> = []
        for order in [[first, second], [second, first], [first, second, first]] {
            let shop = try shop()
            for text in order { try shop.take(.shipNotices, notices + text) }
            try shop.take(
                .purchases,
                purchases + "PO1,1,Acme,A,main,10,0,,GBP,2011-10-01,2011-10-10,open\n"
                    + "PO1,2,Acme,B,main,10,0,,GBP,2011-10-01,2011-10-10,open\n")
            let found = try lines(shop)
            #expect(found["PO1/1"]?.announced == 5 && found["PO1/1"]?.coming.first?.expectedOn == Day("2011-10-13"))
            #expect(found["PO1/2"]?.announced == 0)
            digests.insert(try shop.facts.contentDigest())
        }
        #expect(digests.count == 1)
    }

    @Test func `suppliers may number their shipments alike`() throws {
        let shop = try shop()
        try shop.take(
            .purchases,
            purchases + "PO1,1,Acme,A,main,10,0,,GBP,2011-10-01,2011-10-10,open\n"
                + "PO2,1,Bolt,A,main,10,0,,GBP,2011-10-01,2011-10-10,open\n")
        try shop.take(
            .shipNotices,
            notices + "S1,1,PO1,1,Acme,A,6,2011-10-05T09:00:00Z,,2011-10-05T08:00:00Z\n"
                + "S1,1,PO2,1,Bolt,A,7,2011-10-05T09:00:00Z,,2011-10-06T08:00:00Z\n")
        #expect(try lines(shop)["PO1/1"]?.announced == 6 && lines(shop)["PO2/1"]?.announced == 7)
    }

    // MARK: - Properties

    private struct Story {
        var purchases, notices, receipts: [Fact]
    }

    private func story(_ random: inout SplitMix64) throws -> Story {
        func below(_ bound: UInt64) -> Int64 { Int64(random.next() % bound) }
        let day = try #require(Day("2011-10-01"))
        let moment = try #require(Instant(iso8601: "2011-10-03T09:00:00Z"))
        var story = Story(purchases: [], notices: [], receipts: [])
        let place = try #require(PlaceName("main"))
        let currency = try #require(Currency("GBP"))
        let suppliers = try ["Acme", "Bolt"].map { try #require(SupplierName($0)) }
        let products = try ["A", "B"].map { try #require(SKU($0)) }
        for order in 0..<(1 + below(3)) {
            let supplier = suppliers[Int(below(2))]
            for line in 1...(1 + below(3)) {
                story.purchases.append(
                    .purchase(
                        PurchaseLine(
                            order: "PO\(order)", line: "\(line)", supplier: supplier, sku: products[Int(below(2))],
                            place: place, quantity: 1 + below(12), currency: currency,
                            orderedOn: day.advanced(by: Int(below(4))), expectedOn: day.advanced(by: Int(below(12))),
                            state: [.open, .open, .closed, .cancelled][Int(below(4))])))
            }
        }
        for notice in 0..<below(4) {
            for version in 0...below(2) {
                for line in 1...(1 + below(2)) {
                    story.notices.append(
                        .shipNotice(
                            ShipNotice(
                                id: "S\(notice)", line: "\(line)", order: "PO\(below(3))",
                                orderLine: below(2) == 0 ? "\(1 + below(3))" : nil,
                                product: ProductReference(products[Int(below(2))]), quantity: 1 + below(9),
                                at: moment.adding(seconds: below(900_000)),
                                expectedOn: below(3) == 0 ? nil : day.advanced(by: Int(below(20))),
                                version: moment.adding(seconds: version * 60))))
                }
            }
        }
        for receipt in 0..<below(6) {
            let order = below(5)
            story.receipts.append(
                .receipt(
                    GoodsReceipt(
                        id: "R\(receipt)", line: "1", order: order < 4 ? "PO\(order)" : nil,
                        orderLine: below(2) == 0 ? "\(1 + below(3))" : nil,
                        supplier: below(3) == 0 ? nil : suppliers[Int(below(2))],
                        product: ProductReference(products[Int(below(2))]), place: place, quantity: below(9),
                        damaged: below(3), at: moment.adding(seconds: below(900_000)))))
        }
        return story
    }

    @Test func `any order of messages and any repeat of them leave the same lines, and no unit is lost or doubled`()
        throws
    {
        var random = SplitMix64(seed: 11)
        for _ in 0..<40 {
            let story = try story(&random)
            let messages = story.purchases + story.notices + story.receipts
            var results: Set<[MatchedLine]> = []
            var lost: Set<[UnmatchedDelivery]> = []
            for turn in 0..<3 {
                let shop = try shop()
                var order = messages
                if turn > 0 {
                    order += messages.filter { _ in random.next() % 3 == 0 }
                    order.shuffle(using: &random)
                }
                for message in order {
                    let batch = try shop.facts.beginBatch(
                        system: "test", file: "f", layout: "l", now: FactsShop.now)
                    _ = try shop.facts.take([message], of: batch)
                }
                let (lines, unmatched) = try shop.facts.deliveries(since: since)
                results.insert(lines)
                lost.insert(unmatched)
                let good = story.receipts.reduce(Int64(0)) {
                    if case .receipt(let receipt) = $1 { $0 + receipt.quantity + receipt.damaged } else { $0 }
                }
                let found = lines.reduce(0) { $0 + $1.arrived }
                let unfound = unmatched.filter { $0.kind == .receipt }.reduce(0) { $0 + $1.good + $1.damaged }
                #expect(found + unfound == good, "every unit that came is of one line, or shown")
                for line in lines {
                    #expect(line.ordered == line.received + line.damaged + line.short + line.open - line.over)
                    #expect(line.open == line.coming.reduce(0) { $0 + $1.quantity })
                    #expect(line.inTransit <= line.announced)
                }
            }
            #expect(results.count == 1 && lost.count == 1)
        }
    }
}
