import Domain
import Formats
import Intake
import Store
import TestSupport
import Testing

/// A fact's flags are those of the version that holds, whatever came first and however often.
@Suite struct FlagTests {
    private func order(
        _ number: Int = 1, subtotal: String, at: String, members: String = "\"x\":0", price: String = "10.00"
    ) -> String {
        """
        {"id":\(number),"name":"#\(number)","created_at":"2011-10-01T10:00:00Z","updated_at":"\(at)",\
        "currency":"GBP","financial_status":"paid","subtotal_price":"\(subtotal)",\(members),\
        "line_items":[{"id":1,"sku":"A","name":"A","price":"\(price)","quantity":1}]}

        """
    }

    private func flags(_ shop: FactsShop) throws -> [String] {
        try shop.facts.flags(limit: 50).map { "\($0.flag.subject) \($0.flag.rule)" }.sorted()
    }

    private let early = "2011-10-01T10:00:00Z", late = "2011-10-02T10:00:00Z"

    @Test func `an older version that comes late raises no flag, and a newer one withdraws the flags of the old`()
        throws
    {
        let (wrong, right) = (order(subtotal: "99.00", at: early), order(subtotal: "10.00", at: late))
        var digests: Set<String> = []
        for texts in [
            [wrong, right], [right, wrong], [wrong + right], [right + wrong], [right, wrong, wrong, right],
        ] {
            let shop = try FactsShop()
            for text in texts { try shop.take(text, .json(.mixed)) }
            #expect(try flags(shop).isEmpty)
            digests.insert(try shop.facts.contentDigest())
        }
        #expect(digests.count == 1)
        let shop = try FactsShop()
        try shop.take(order(subtotal: "10.00", at: early), .json(.mixed))
        try shop.take(order(subtotal: "99.00", at: late), .json(.mixed))
        #expect(try flags(shop) == ["#1 subtotal-disagrees"])
        try shop.take(order(subtotal: "99.00", at: late), .json(.mixed))
        #expect(try flags(shop) == ["#1 subtotal-disagrees"], "told again, it stands")
    }

    @Test func `flags of facts of every table follow the row that holds`() throws {
        let header = "order,line,supplier,sku,place,quantity,received,currency,ordered_on,expected_on\n"
        let wrong = header + "P1,1,Acme,A,main,5,9,GBP,2011-10-01,2011-10-02\n"
        let right = header + "P1,1,Acme,A,main,9,9,GBP,2011-10-01,2011-10-02\n"
        let shop = try FactsShop()
        try shop.take(.products, "sku,name\nA,Thing\n")
        try shop.take(.purchases, wrong)
        #expect(try flags(shop) == ["P1/1 over-delivered"])
        try shop.take(.purchases, right)
        #expect(try flags(shop).isEmpty)
        try shop.take(.purchases, wrong)
        #expect(try flags(shop) == ["P1/1 over-delivered"])
    }

    @Test func `two facts of one subject keep their own flags`() throws {
        let rule = "[[rule]]\nname = \"many\"\nfact = \"count\"\nwhen = \"quantity > 5\"\n"
        let settings = try IntakeSettings(rule, file: "penstock.toml")
        let shop = try FactsShop()
        try shop.take(.products, "sku,name\nA,Thing\n")
        let header = "sku,place,quantity,state,counted_at\n"
        for row in ["A,main,9,on-hand,2011-10-01T10:00:00Z\n", "A,main,3,on-hand,2011-10-02T10:00:00Z\n"] {
            try shop.take(header + row, .known(.counts), settings: settings)
        }
        #expect(try flags(shop).count == 1)
    }

    @Test func `an import that is cut off and goes on leaves the flags of one that was not`() throws {
        let texts = (1...40).map { order($0, subtotal: $0 % 3 == 0 ? "1.00" : "10.00", at: early) }
        let whole = try FactsShop()
        try whole.take(texts.joined(), .json(.mixed))
        #expect(try whole.facts.flagCount() == 13)
        for cut in [1, 17, 39] {
            let shop = try FactsShop()
            try shop.take(texts.prefix(cut).joined(), .json(.mixed))
            #expect(try shop.facts.flagCount() == cut / 3, "with their facts, not after them")
            try shop.take(texts.joined(), .json(.mixed))
            #expect(try shop.facts.contentDigest() == whole.facts.contentDigest())
        }
    }

    // MARK: Counts

    @Test func `an order whose lines were taken away has changed`() throws {
        func order(_ lines: [Int], at: String) -> String {
            let items = lines.map {
                "{\"id\":\($0),\"sku\":\"A\($0)\",\"name\":\"A\",\"price\":\"195.67\",\"quantity\":1}"
            }
            return """
                {"id":1,"name":"#1","created_at":"2011-10-01T10:00:00Z","updated_at":"\(at)","currency":"GBP",\
                "financial_status":"paid","line_items":[\(items.joined(separator: ","))]}
                """
        }
        let shop = try FactsShop()
        try shop.take(order([1, 2, 3], at: early), .json(.mixed))
        let count = try shop.take(order([1], at: late), .json(.mixed)).count
        #expect(count.replaced == 1 && count.duplicate == 0)
    }

    // MARK: Stated totals

    @Test(arguments: [
        ("\"total_price\":\"9999.00\",\"total_tax\":\"0.00\"", ["#1 total-disagrees"]),
        ("\"total_price\":\"12.00\",\"total_tax\":\"2.00\"", []),
        (
            "\"total_price\":\"15.00\",\"total_tax\":\"5.00\",\"shipping_lines\":[{\"id\":9,\"price\":\"0.00\",\"tax_lines\":[{\"price\":\"1.00\"}]}]",
            ["#1 tax-disagrees"]
        ),
        ("\"total_price\":\"9999.00\",\"test\":true", []),
        ("\"total_price\":\"5.00\",\"payment_gateway_names\":[\"gift_card\"]", []),
        ("\"total_price\":\"10.01\",\"total_tax\":\"0.00\"", []),
    ])
    func `stated totals are compared with what the lines come to`(members: String, expected: [String]) throws {
        let shop = try FactsShop()
        try shop.take(order(subtotal: "10.00", at: early, members: members), .json(.mixed))
        #expect(try flags(shop) == expected)
    }

    @Test func `an order whose prices include tax agrees with itself`() throws {
        let shop = try FactsShop()
        try shop.take(
            """
            {"id":1,"name":"#1","created_at":"2011-10-01T10:00:00Z","updated_at":"2011-10-01T10:00:00Z","currency":"GBP",\
            "financial_status":"paid","taxes_included":true,"subtotal_price":"21.60","total_discounts":"2.40",\
            "total_price":"21.60","total_tax":"3.60","line_items":[{"id":1,"sku":"A","name":"A","price":"12.00","quantity":2,\
            "discount_allocations":[{"amount":"2.40"}],"tax_lines":[{"price":"3.60"}]}]}
            """, .json(.mixed))
        #expect(try flags(shop).isEmpty)
    }
}
