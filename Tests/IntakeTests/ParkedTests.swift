import Domain
import Formats
import Intake
import Store
import TestSupport
import Testing

/// Counts, offers and purchases of a product that nobody has named yet wait for it.
@Suite struct ParkedTests {
    private let counts = "sku,place,quantity,state,counted_at\nA,main,5,on-hand,2011-10-03T18:00:00Z\n"
    private let offers = "supplier,sku,cost,currency,lead_time_days\nAcme,a,1.50,GBP,7\n"
    private let purchases =
        "order,line,supplier,sku,place,quantity,currency,ordered_on,expected_on\nP1,1,Acme,A,main,5,GBP,2011-10-03,2011-10-10\n"
    private let products = "sku,name\nA,Thing\n"

    @Test func `they wait in quarantine and come in with the product, as if it had come first`() throws {
        let waiting = try FactsShop()
        for (layout, text) in [(KnownLayout.counts, counts), (.offers, offers), (.purchases, purchases)] {
            let count = try waiting.take(layout, text).count
            #expect(count.parked == 1 && count.read == 1)
            #expect(try waiting.take(layout, text).count.parked == 1, "again")
        }
        #expect(try waiting.facts.quarantined(.parked).count == 3)
        #expect(try waiting.take(.products, products).released == 3)
        #expect(try waiting.facts.quarantined(.parked).isEmpty)
        #expect(try waiting.facts.tallies().allSatisfy { $0.kind != "parked" })

        let straight = try FactsShop()
        for (layout, text) in [
            (KnownLayout.products, products), (.counts, counts), (.offers, offers), (.purchases, purchases),
        ] {
            #expect(try straight.take(layout, text).count.accepted == 1)
        }
        #expect(try waiting.facts.contentDigest() == straight.facts.contentDigest())
    }

    @Test func `what a person made of a row that waits comes in, and not what stood there before`() throws {
        let shop = try FactsShop()
        try shop.take(.counts, counts)
        let row = try #require(try shop.facts.quarantined(.parked).first)
        let mended = "A,main,7,on-hand,2011-10-03T18:00:00Z"
        #expect(try shop.importer().retry(row, mended: Array(mended.utf8)).count.parked == 1)
        #expect(try shop.facts.quarantined(id: row.id).mended.map { String(decoding: $0, as: UTF8.self) } == mended)
        #expect(try shop.take(.products, products).released == 1)
        #expect(try shop.facts.stockLevels(asOf: FactsShop.now).map(\.counted) == [7])
        #expect(try shop.facts.quarantined(.parked).isEmpty)
    }

    @Test func `an order that names the product releases them too`() throws {
        let shop = try FactsShop()
        try shop.take(.counts, counts)
        let report = try shop.take(
            "Doc,Code,Title,Qty,Date,Price,Customer\n1,A,Thing,2,2011-10-04 10:00:00,1.50,7\n", .mapped(tillMapping()))
        #expect(report.released == 1)
        #expect(try shop.facts.stockLevels(asOf: FactsShop.now).map(\.counted) == [5])
    }

    @Test func `a count that waited was made when it was made`() throws {
        let inventory = "Handle,Title,SKU,Location,Available\nmug,Mug,A,main,5\n"
        let made = try #require(Instant(iso8601: "2011-10-03T18:00:00Z"))
        for moment in [nil, made] {
            let waiting = try FactsShop()
            try waiting.take(.shopifyInventory, inventory, countedAt: moment, at: made)
            #expect(try waiting.take(.products, products).released == 1)
            #expect(try waiting.facts.stockLevels(asOf: FactsShop.now).map(\.countedAt) == [made])
        }
    }

    @Test func `what a release that was cut off left behind comes in with the next import`() throws {
        let shop = try FactsShop()
        try shop.take(.counts, counts)
        // As after a kill between the product's commit and the release: the product is there, the count still waits.
        let batch = try shop.facts.beginBatch(system: "files", file: "p.csv", layout: "products", now: FactsShop.now)
        _ = try shop.facts.take([.product(ProductDeclaration(sku: try #require(SKU("A"))))], of: batch)
        #expect(try shop.take(.products, products).released == 1)
        #expect(try shop.facts.quarantined(.parked).isEmpty)
    }
}
