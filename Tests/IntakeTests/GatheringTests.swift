import Domain
import Formats
import Intake
import Store
import TestSupport
import Testing

/// What a large import, an undated receipt, an adjustment and a silent source leave behind.
@Suite struct GatheringTests {
    private func importer(_ shop: FactsShop, gathering: Int) -> Importer {
        Importer(facts: shop.facts, transaction: .zero, gathering: gathering) { FactsShop.now }
    }

    @Test func `a document that is spread over several gatherings is one document`() throws {
        let header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
        func row(_ document: String, _ code: String) -> String {
            "\(document),\(code),Thing,2,2011-10-03 09:00:00,1.50,7\n"
        }
        let mapping = try Mapping(Mapping.onlineRetail, file: "online-retail")
        let filler = (0..<40).map { row("F\($0)", "C\($0)") }.joined()
        let first = header + row("D", "A")
        let second = header + row("D", "A") + filler + row("D", "B")
        var digests: Set<String> = []
        for gathering in [3, 7, 1000] {
            let shop = try FactsShop()
            for text in [first, second, second] {
                let source = ByteSource(bytes: Array(text.utf8), name: "orders.csv")
                let report = try importer(shop, gathering: gathering).run(source, layout: .mapped(mapping))
                #expect(report.count.read == text.utf8.count { $0 == 0x0A } - 1)
            }
            #expect(try shop.facts.rollupProblems() == [])
            #expect(try shop.facts.tallies().first { $0.kind == "orderLines" }?.count == 42)
            digests.insert(try shop.facts.contentDigest())
        }
        #expect(digests.count == 1)
    }

    @Test func `units received without a time came after the import that did not show them`() throws {
        let shop = try FactsShop()
        try shop.take(.products, "sku,name\nA,Thing\n")
        try shop.take(.counts, "sku,place,quantity,state,counted_at\nA,main,100,on-hand,2011-11-05T18:00:00Z\n")
        let head =
            "order,line,supplier,sku,place,quantity,received,received_at,cost,currency,ordered_on,expected_on,state\n"
        try shop.take(.purchases, head + "P,1,Acme,A,main,500,0,,1.00,GBP,2011-10-20,2011-11-07,open\n")
        try shop.take(.purchases, head + "P,1,Acme,A,main,500,500,,1.00,GBP,2011-10-20,2011-11-07,closed\n")
        #expect(try shop.facts.stockLevels(asOf: FactsShop.now).first?.onHand == 600)
        // The same again is nothing new, and a time that is said later takes the place of the assumed one.
        try shop.take(
            .purchases, head + "P,1,Acme,A,main,500,500,2011-11-04T09:00:00Z,1.00,GBP,2011-10-20,2011-11-07,closed\n")
        #expect(try shop.facts.stockLevels(asOf: FactsShop.now).first?.onHand == 100, "the count has seen them")
    }

    @Test func `a correction of stock moves the stock and no demand`() throws {
        let shop = try FactsShop()
        try shop.facts.setDefaultPlaces([try #require(PlaceName("main"))])
        let header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
        let mapping = try Mapping(Mapping.onlineRetail, file: "online-retail")
        try shop.take(
            header + "1,A,Thing,20,2011-11-06 09:00:00,2.00,7\n2,A,damaged,-450,2011-11-06 10:00:00,0,\n",
            .mapped(mapping))
        try shop.take(.counts, "sku,place,quantity,state,counted_at\nA,main,500,on-hand,2011-11-05T18:00:00Z\n")
        let level = try #require(try shop.facts.stockLevels(asOf: FactsShop.now).first)
        #expect(level.adjusted == -450 && level.left == 20 && level.onHand == 30)
    }

    @Test func `counted both ways at one moment, on hand says more and both are kept`() throws {
        var digests: Set<String> = []
        let rows = ["A,main,70,available,2011-11-05T18:00:00Z\n", "A,main,100,on-hand,2011-11-05T18:00:00Z\n"]
        for order in [rows, rows.reversed()] {
            let shop = try FactsShop()
            try shop.take(.products, "sku,name\nA,Thing\n")
            try shop.take(.counts, "sku,place,quantity,state,counted_at\n" + order.joined())
            #expect(try shop.facts.stockLevels(asOf: FactsShop.now).map(\.counted) == [100])
            digests.insert(try shop.facts.contentDigest())
        }
        #expect(digests.count == 1)
    }

    @Test func `an order dated after the clock is refused whole, not lost`() throws {
        let shop = try FactsShop()
        let header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
        let mapping = try Mapping(Mapping.onlineRetail, file: "online-retail")
        let text = header + "1,A,Thing,2,2096-11-06 09:00:00,2.00,7\n2,A,Thing,2,2011-11-06 09:00:00,2.00,7\n"
        let importer = Importer(facts: shop.facts, latest: FactsShop.now) { FactsShop.now }
        let report = try importer.run(ByteSource(bytes: Array(text.utf8), name: "o.csv"), layout: .mapped(mapping))
        #expect(report.count.refused == 1 && report.count.accepted == 1)
        #expect(try shop.facts.coveredDays().map(\.upperBound.description) == ["2011-11-06"])
        #expect(try shop.facts.quarantined(.refused).first?.raw == Array("1,A,Thing,2,2096-11-06 09:00:00,2.00,7".utf8))
    }
}
