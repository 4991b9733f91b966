import Domain
import Intake
import Store
import TestSupport
import Testing

/// What becomes of a document that comes again.
@Suite struct DocumentTests {
    private let header = "Doc,Code,Title,Qty,Date,Price,Customer"

    private func take(_ rows: [String], into shop: FactsShop, _ mapping: Mapping? = nil) throws -> BatchCount {
        try shop.take(([header] + rows).joined(separator: "\n"), .mapped(mapping ?? tillMapping())).count
    }

    @Test func `exact repeats are kept, numbered among their equals`() throws {
        let shop = try FactsShop()
        let row = "1,A,Thing,2,2011-10-03 10:00:00,1.50,7"
        #expect(try take([row, row, row], into: shop).accepted == 3)
        #expect(try shop.demand("A", from: "2011-10-03", to: "2011-10-03").units == [6])
        #expect(try take([row, row, row], into: shop).duplicate == 3)
        // One repeat less is another document: it replaces, and the rollup follows.
        let count = try take([row, row], into: shop)
        #expect(count.read == 2)
        #expect(try shop.demand("A", from: "2011-10-03", to: "2011-10-03").units == [4])
        #expect(try shop.facts.rollupProblems() == [])
    }

    @Test func `a changed document replaces all its lines`() throws {
        let shop = try FactsShop()
        _ = try take(["1,A,Thing,2,2011-10-03 10:00:00,1.50,7", "1,B,Other,5,2011-10-03 10:00:00,2,7"], into: shop)
        let count = try take(["1,A,Thing,3,2011-10-04 10:00:00,1.50,7"], into: shop)
        #expect(count.replaced == 1)
        #expect(try shop.demand("A", from: "2011-10-03", to: "2011-10-04").units == [0, 3])
        #expect(try shop.demand("B", from: "2011-10-03", to: "2011-10-04").units == [0, 0])
        #expect(try shop.facts.rollupProblems() == [])
    }

    @Test func `a document whose customer is corrected is corrected, and its reversals with it`() throws {
        let shop = try FactsShop()
        let sale = "1,A,Thing,5,2011-10-03 10:00:00,1.50,"
        _ = try take([sale + "7", "C2,A,Thing,-5,2011-10-03 12:00:00,1.50,8"], into: shop)
        #expect(try shop.demand("A", from: "2011-10-03", to: "2011-10-03").returned == 5)
        #expect(try take([sale + "8"], into: shop).read == 1)
        let demand = try shop.demand("A", from: "2011-10-03", to: "2011-10-03")
        #expect(demand.units == [0] && demand.returned == 0)
        let straight = try FactsShop()
        _ = try take([sale + "8", "C2,A,Thing,-5,2011-10-03 12:00:00,1.50,8"], into: straight)
        #expect(try shop.facts.contentDigest() == straight.facts.contentDigest())
    }

    @Test(arguments: [[0, 1], [1, 0], [0, 1, 0], [2], [3]])
    func `of two versions the newer holds, whichever comes first, in two files or in one`(order: [Int]) throws {
        let mapping = try tillMapping(updated: true)
        let head = header + ",Updated\n"
        let old = """
            1,A,Thing,2,2011-10-03 10:00:00,1.50,7,2011-10-03 10:00:00
            1,B,Other,5,2011-10-03 10:00:00,2.00,7,2011-10-03 10:00:00

            """
        let new = "1,A,Thing,3,2011-10-03 10:00:00,1.50,7,2011-10-05 08:00:00\n"
        // The older version names B, which a store that never saw it would not know.
        let both = "2,B,Other,1,2011-10-03 11:00:00,2.00,7,2011-10-03 11:00:00\n"
        let files = [old + both, new + both, old + new + both, new + both + old]
        let shop = try FactsShop()
        for index in order {
            let count = try shop.take(head + files[index], .mapped(mapping)).count
            #expect(count.read == files[index].split(separator: "\n").count)
        }
        #expect(try shop.demand("A", from: "2011-10-03", to: "2011-10-03").units == [3])
        #expect(try shop.demand("B", from: "2011-10-03", to: "2011-10-03").units == [1])
        let straight = try FactsShop()
        try straight.take(head + files[1], .mapped(mapping))
        #expect(try shop.facts.contentDigest() == straight.facts.contentDigest())
        #expect(try shop.facts.rollupProblems() == [])
    }

    @Test func `pieces that add up have no version that replaces`() throws {
        let failure = #expect(throws: (any Error).self) { try tillMapping(updated: true, pieces: true) }
        #expect("\(String(describing: failure))".contains("pieces"))
    }

    @Test func `codes that differ in letter case are one product`() throws {
        let shop = try FactsShop()
        _ = try take(
            ["1,15056bl,Sunshade,2,2011-10-03 10:00:00,1,7", "2,15056BL,Sunshade,3,2011-10-03 11:00:00,1,7"], into: shop
        )
        #expect(try shop.facts.productCount() == 1)
        #expect(try shop.demand("15056Bl", from: "2011-10-03", to: "2011-10-03").units == [5])
    }

    @Test func `a refused code leaves the rows beside it alone`() throws {
        let shop = try FactsShop()
        let count = try take(
            [
                "1,,Nothing,2,2011-10-03 10:00:00,1,7", "2,A,Thing,3,2011-10-03 11:00:00,1,7",
                "3,,Nothing,2,2011-10-03 10:00:00,1,7", "4,B,Other,4,2011-10-03 11:00:00,1,7",
                "5,\(String(repeating: "x", count: 300)),Long,2,2011-10-03 10:00:00,1,7",
                "6,a,Thing,1,2011-10-03 12:00:00,1,7",
            ], into: shop)
        #expect(count.refused == 3 && count.accepted == 3)
        #expect(try shop.facts.products().map(\.sku.text) == ["A", "B"])
        #expect(try shop.demand("A", from: "2011-10-03", to: "2011-10-03").units == [4])
        #expect(try shop.demand("B", from: "2011-10-03", to: "2011-10-03").units == [4])
    }

    @Test func `adjustments and postage are never demand, and postage is no product`() throws {
        let shop = try FactsShop()
        _ = try take(
            [
                "1,A,Thing,4,2011-10-03 10:00:00,1.50,7", "1,POST,Postage,1,2011-10-03 10:00:00,18,7",
                "2,A,damaged,-3,2011-10-03 11:00:00,0,", "C3,post,Postage,-1,2011-10-03 12:00:00,18,7",
            ], into: shop)
        #expect(try shop.facts.products().map(\.sku.text) == ["A"])
        let demand = try shop.demand("A", from: "2011-10-03", to: "2011-10-03")
        #expect(demand.units == [4] && demand.returned == 0)
        #expect(try shop.facts.tallies().first { $0.kind == "orderLines" }?.count == 4, "but nothing is thrown away")
    }

    @Test func `a sale of negative units that no rule explains is refused`() throws {
        let shop = try FactsShop()
        #expect(try take(["1,A,Thing,-4,2011-10-03 10:00:00,1.50,7"], into: shop).refused == 1)
    }

    @Test(arguments: [
        ("2011-10-29 23:59:59", "2011-10-29"), ("2011-10-30 00:00:00", "2011-10-30"),
        ("2011-10-30 01:30:00", "2011-10-30"),
        ("2011-10-30 23:30:00", "2011-10-30"), ("2011-10-31 00:00:00", "2011-10-31"),
        ("2011-03-27 01:30:00", "2011-03-27"),
        ("2011-03-27 23:59:59", "2011-03-27"), ("2011-03-28 00:00:00", "2011-03-28"),
    ])
    func `demand falls on its civil day when days have 23 or 25 hours`(time: String, day: String) throws {
        let shop = try FactsShop()
        _ = try take(["1,A,Thing,4,\(time),1.50,7"], into: shop)
        #expect(try shop.demand("A", from: day, to: day).units == [4])
        #expect(try shop.facts.rollupProblems() == [])
    }

    @Test func `amounts that no sum could hold are refused before they are stored`() throws {
        let shop = try FactsShop()
        let rows = [
            "1,A,Thing,-2,2011-10-03 10:00:00,0.01,7", "2,A,Thing,1000000000000,2011-10-03 10:00:00,9223372,7",
            "3,A,Thing,1000000000001,2011-10-03 10:00:00,0.01,7",
            "4,A,Thing,1,2011-10-03 10:00:00,9223372036854.775807,7",
            "5,A,Thing,999999999999,2011-10-03 10:00:00,9000,7", "6,A,Thing,999999999999,2011-10-03 10:00:00,9000,7",
        ]
        #expect(try take(rows, into: shop).read == 6)
        #expect(try shop.facts.rollupProblems() == [])
        #expect(try shop.facts.demand(in: Day(number: 15_000)...Day(number: 15_300), products: 1...10).count <= 1)
    }

    @Test func `a discount is taken off, and one that does not fit is refused`() throws {
        let mapping = try Mapping(
            """
            system = "till"
            time_zone = "UTC"
            currency = "GBP"
            date_format = "yyyy-MM-dd"
            encoding = "utf-8"
            delimiter = ","
            decimal = "."
            ships = "at-order"
            [columns]
            document = "D"
            code = "C"
            quantity = "Q"
            date = "T"
            price = "P"
            discount = "O"
            [[kind]]
            is = "return"
            when = "quantity < 0"
            """, file: "till")
        let shop = try FactsShop()
        let text = "D,C,Q,T,P,O\n1,A,2,2011-10-03,5.00,1.50\n2,A,-3,2011-10-03,1,92233720368547758.07\n"
        let count = try shop.take(text, .mapped(mapping)).count
        #expect(count.accepted == 1 && count.refused == 1)
        let days = try shop.facts.demand(in: Day(number: 15_250)...Day(number: 15_250), products: 1...1)
        #expect(days.first?.revenue == [850])
    }

    @Test(arguments: ["encoding", "delimiter", "decimal", "ships", "currency"])
    func `a mapping that leaves something unsaid is refused by its name`(key: String) throws {
        let lines = Mapping.onlineRetail.split(separator: "\n", omittingEmptySubsequences: false)
        let text = lines.filter { !$0.hasPrefix("\(key) =") }.joined(separator: "\n")
        let failure = #expect(throws: (any Error).self) { try Mapping(text, file: "unsaid") }
        #expect(failure.map { "\($0)".contains("\(key) is missing") } == true)
    }

    @Test func `goods that leave later need the column that says when`() {
        let text = Mapping.onlineRetail.replacing("ships = \"at-order\"", with: "ships = \"later\"")
        #expect(throws: (any Error).self) { try Mapping(text, file: "later") }
    }
}
