import Domain
import Formats
import GRDB
import Intake
import Store
import TestSupport
import Testing

/// Whose word counts: systems of record, owners of products, precedence, and what contradicts.
@Suite struct RecordsTests {
    private func settings(_ records: String) throws -> IntakeSettings {
        try IntakeSettings("[records]\n\(records)\n", file: "penstock.toml")
    }

    private func mapping(_ more: String = "", columns: String = "", currency: String = "GBP") throws -> Mapping {
        try Mapping(
            """
            system = "till"
            encoding = "utf-8"
            decimal = "."
            delimiter = ","
            time_zone = "Europe/London"
            currency = "\(currency)"
            date_format = "yyyy-MM-dd HH:mm:ss"
            ships = "at-order"
            \(more)
            [columns]
            document = "Doc"
            code = "Code"
            quantity = "Qty"
            date = "Date"
            price = "Price"
            \(columns)
            """, file: "till")
    }

    private let header = "Doc,Code,Qty,Date,Price\n"

    // MARK: Systems of record

    @Test func `an export of orders for which another system is of record counts nowhere, and is compared`() throws {
        let shop = try FactsShop()
        let settings = try settings("orders = { \"*\" = \"shop\", till = \"till\" }")
        let text = header + "1001,A,2,2011-10-03 10:00:00,5.00\n1001,B,1,2011-10-03 10:00:00,2.50\n"
        let seen = try shop.take(text, .mapped(mapping()), settings: settings)
        #expect(seen.count.accepted == 2)
        #expect(try shop.take(text, .mapped(mapping()), settings: settings).count.duplicate == 2, "told again")
        #expect(try shop.facts.tallies().contains { $0.kind == "orders" } == false)

        // The system of record knows it otherwise, under the name with a hash sign.
        try shop.take(
            header + "#1001,A,2,2011-10-03 10:00:00,5.00\n", .mapped(mapping()), settings: settings, system: "shop")
        let later = FactsShop.now.adding(seconds: 86_400)
        let found = try #require(try shop.facts.orderDisagreements(asOf: later, limit: 10).first)
        #expect(found.subject == "1001")
        #expect(found.words.map(\.system) == ["shop", "till"])
        #expect(found.words.map(\.value) == ["2 units, 10.00 GBP", "3 units, 12.50 GBP"])

        // Its own channel counts.
        let till = try mapping("channel = \"Till\"")
        #expect(
            try shop.take(header + "T1,A,1,2011-10-03 10:00:00,5.00\n", .mapped(till), settings: settings)
                .count.accepted == 1)
        #expect(try shop.demand("A", from: "2011-10-03", to: "2011-10-03").units == [3])
    }

    @Test func `the channel of a row decides whether it counts`() throws {
        let shop = try FactsShop()
        let settings = try settings("orders = { web = \"shop\" }")
        let mapping = try mapping(columns: "channel = \"Channel\"\ngroup = \"Group\"")
        let text = """
            Doc,Code,Qty,Date,Price,Channel,Group
            1,A,2,2011-10-03 10:00:00,5.00,web,
            2,A,3,2011-10-03 10:00:00,5.00,phone,trade

            """
        #expect(try shop.take(text, .mapped(mapping), settings: settings).count.accepted == 2)
        #expect(try shop.demand("A", from: "2011-10-03", to: "2011-10-03").units == [3])
    }

    @Test func `a line of a source that does not own products waits for the product, then flows in by itself`() throws {
        let shop = try FactsShop()
        let settings = try settings("products = \"shop\"")
        let mapping = try mapping()
        let text = header + "1,A,2,2011-10-03 10:00:00,5.00\n1,B,4,2011-10-03 10:00:00,5.00\n"
        func take(_ text: String, _ layout: Layout, system: String? = nil) throws -> ImportReport {
            try shop.importer(settings: settings, mapping: mapping).run(
                ByteSource(bytes: Array(text.utf8), name: "in.csv"), layout: layout, system: system)
        }
        _ = try take("sku,name\nA,Thing\n", .known(.products), system: "shop")
        let first = try take(text, .mapped(mapping))
        #expect(first.count.accepted == 1 && first.count.parked == 1)
        #expect(try take("sku,name\nB,Other\n", .known(.products), system: "shop").released == 1)
        #expect(try shop.demand("B", from: "2011-10-03", to: "2011-10-03").units == [4])
        #expect(try shop.facts.quarantined(.parked).isEmpty)

        let straight = try FactsShop()
        try straight.take("sku,name\nA,Thing\n", .known(.products), system: "shop")
        try straight.take("sku,name\nB,Other\n", .known(.products), system: "shop")
        try straight.take(text, .mapped(mapping), settings: settings)
        #expect(try shop.facts.contentDigest() == straight.facts.contentDigest())
    }

    @Test func `a line in another currency waits for its day's rate and is converted exactly`() throws {
        let shop = try FactsShop()
        let mapping = try mapping(currency: "JPY")
        func take(_ text: String, _ layout: Layout) throws -> ImportReport {
            try shop.importer(mapping: mapping).run(
                ByteSource(bytes: Array(text.utf8), name: "in.csv"), layout: layout)
        }
        let first = try take(header + "1,A,3,2011-10-03 10:00:00,150\n", .mapped(mapping))
        #expect(first.count.parked == 1)
        #expect(try take("currency,day,rate\nJPY,2011-10-03,0.0083\n", .known(.rates)).released == 1)
        // 3 × 150 = 450 yen, which has no decimals, at 0.0083: 3.735 pounds, so 3.74.
        let stored = try shop.facts.database.read {
            try Row.fetchOne(
                $0, sql: "SELECT total, foreign_total, currency FROM order_line JOIN document ON document.id = document"
            )
        }
        #expect(stored?[0] as Int64? == 374)
        #expect(stored?[1] as Int64? == 450)
        #expect(stored?[2] as String? == "JPY")
        let mixed = try self.mapping(columns: "currency = \"Cur\"")
        let broken = try shop.take(
            "Doc,Code,Qty,Date,Price,Cur\n9,A,1,2011-10-03 10:00:00,5,GBP\n9,A,1,2011-10-03 10:00:00,5,JPY\n",
            .mapped(mixed))
        #expect(broken.count.accepted == 1 && broken.count.refused == 1, "a document is in one currency")
    }

    // MARK: Contradictions

    @Test func `two systems that count one shelf differ with both values, and precedence decides`() throws {
        let shop = try FactsShop()
        func count(_ units: Int, _ at: String, _ system: String) throws {
            try shop.take(
                "sku,place,quantity,state,counted_at\nA,main,\(units),on-hand,\(at)\n", .known(.counts), system: system)
        }
        try shop.facts.setDefaultPlaces([#require(PlaceName("main"))])
        try shop.take(.products, "sku,name\nA,Thing\n")
        // Twelve in the morning, three sold, ten in the evening: one is missing somewhere.
        try count(12, "2011-10-03T08:00:00Z", "shop")
        try shop.take(
            "Doc,Code,Title,Qty,Date,Price,Customer\n1,A,Thing,3,2011-10-03 12:00:00,5.00,7\n", .mapped(tillMapping()))
        try count(10, "2011-10-03T18:00:00Z", "wms")
        let agreement = try shop.facts.stockAgreement(asOf: FactsShop.now)
        #expect(agreement.compared == 1)
        let found = try #require(agreement.disagreements.first)
        #expect(found.words.map(\.system) == ["wms", "shop"] && found.words.map(\.value) == ["10", "9"])
        #expect(!found.isDecided)
        #expect(try shop.facts.stockLevels(asOf: FactsShop.now).map(\.onHand) == [10], "the newest holds")

        try shop.facts.setPrecedence([.stock: ["shop"]])
        let decided = try #require(try shop.facts.stockAgreement(asOf: FactsShop.now).disagreements.first)
        #expect(decided.isDecided && decided.words.first?.system == "shop")
        #expect(try shop.facts.stockLevels(asOf: FactsShop.now).map(\.onHand) == [9])
        try count(9, "2011-10-03T19:00:00Z", "wms")
        #expect(try shop.facts.stockAgreement(asOf: FactsShop.now).disagreements.isEmpty)
    }

    @Test func `whose word on a product holds follows precedence, whoever spoke last`() throws {
        let (erp, shop) = ("sku,name,price,cost\nA,Erp's,12.00,4.00\n", "sku,name,price\nA,Shop's,10.00\n")
        for isErpFirst in [true, false] {
            let store = try FactsShop()
            try store.facts.setPrecedence([.prices: ["erp", "shop"], .names: ["shop"]])
            for (text, system) in isErpFirst ? [(erp, "erp"), (shop, "shop")] : [(shop, "shop"), (erp, "erp")] {
                try store.take(text, .known(.products), system: system)
            }
            let product = try #require(try store.facts.product("A"))
            #expect(product.price == UnitPrice(micros: 12_000_000) && product.name == "Shop's")
            #expect(product.cost == UnitPrice(micros: 4_000_000), "nobody else speaks of it")
            let found = try store.facts.productDisagreements(limit: 10)
            #expect(found.map(\.field) == ["names", "prices"])
            #expect(found.map { $0.words.map(\.value) } == [["Shop's", "Erp's"], ["12.00", "10.00"]])

            try store.facts.setPrecedence([:])
            let newest = try #require(try store.facts.product("A"))
            #expect(newest.price == UnitPrice(micros: isErpFirst ? 10_000_000 : 12_000_000), "the newest word")
            let digest = try store.facts.contentDigest()
            try store.take(isErpFirst ? erp : shop, .known(.products), system: isErpFirst ? "erp" : "shop")
            #expect(try store.facts.contentDigest() == digest, "a word that is said again is no newer for it")
        }
    }

    @Test func `an older message about a product does not take back a newer one`() throws {
        func message(_ title: String, at: String) -> String {
            """
            {"id":1,"title":"\(title)","status":"active","updated_at":"\(at)","variants":[{"id":2,"sku":"A","price":"1"}]}
            """
        }
        let (old, new) = (message("Old", at: "2011-10-01T10:00:00Z"), message("New", at: "2011-10-02T10:00:00Z"))
        for text in [old + "\n" + new, new + "\n" + old] {
            let shop = try FactsShop()
            try shop.take(text, .json(.shopify))
            #expect(try shop.facts.product("A")?.name == "New")
        }
    }

    // MARK: Identity

    @Test func `a product that is renamed keeps its facts, and its new code whatever sources call it`() throws {
        let shop = try FactsShop()
        try shop.take(
            "Doc,Code,Title,Qty,Date,Price,Customer\n1,OLD,Thing,3,2011-10-03 12:00:00,5.00,7\n", .mapped(tillMapping())
        )
        #expect(try shop.take(.aliases, "sku,scheme,value\nNEW,sku,OLD\n").count.replaced == 1)
        try shop.take(.products, "sku,name\nold,Thing\n")
        try shop.take(
            "Doc,Code,Title,Qty,Date,Price,Customer\n2,Old,Thing,1,2011-10-03 12:00:00,5.00,7\n", .mapped(tillMapping())
        )
        #expect(try shop.facts.products().map(\.sku.text) == ["NEW"])
        #expect(try shop.demand("NEW", from: "2011-10-03", to: "2011-10-03").units == [4])
        #expect(try shop.take(.aliases, "sku,scheme,value\nNEW,sku,OLD\n").count.duplicate == 1, "once is enough")
        #expect(try shop.facts.rollupProblems().isEmpty)
    }

    @Test func `products that are merged are one, their sales, counts and words together`() throws {
        let shop = try FactsShop()
        try shop.take(.products, "sku,name,cost\nA,Thing,2.00\nB,Thing too,3.00\n")
        try shop.take(
            "Doc,Code,Title,Qty,Date,Price,Customer\n1,A,,3,2011-10-03 12:00:00,5.00,7\n1,B,,4,2011-10-03 12:00:00,5.00,7\n",
            .mapped(tillMapping()))
        try shop.take(.aliases, "sku,scheme,value\nA,sku,B\n")
        #expect(try shop.facts.products().map(\.sku.text) == ["A"])
        #expect(try shop.demand("b", from: "2011-10-03", to: "2011-10-03").units == [7])
        #expect(try shop.facts.product("A")?.cost == UnitPrice(micros: 2_000_000), "the word on the one that stays")
        #expect(try shop.facts.rollupProblems().isEmpty)
    }
}
