import Domain
import Engine
import Formats
import GRDB
import Intake
import Store
import TestSupport
import Testing

/// What orders come to in the store: files through the importer, figures out of the metrics.
@Suite struct MoneyTests {
    private let sums = ["gross_sales", "discounts", "returns", "net_revenue"]

    /// The order of Shopify's reference of the REST resource.
    private var official: String {
        func line(_ id: Int, _ sku: String, _ off: String, _ left: Int) -> String {
            """
            {"id":\(id),"sku":"\(sku)","name":"IPod Nano","price":"199.00","quantity":1,"current_quantity":\(left),\
            "total_discount":"0.00","gift_card":false,"requires_shipping":true,\
            "discount_allocations":[{"amount":"\(off)"}],"tax_lines":[{"price":"3.98"}],"fulfillment_status":null}
            """
        }
        return """
            {"id":450789469,"name":"#1001","email":"bob@example.com","created_at":"2008-01-10T11:00:00-05:00",\
            "processed_at":"2008-01-10T11:00:00-05:00","updated_at":"2008-01-11T11:00:00-05:00","test":false,\
            "currency":"USD","taxes_included":false,"financial_status":"partially_refunded","source_name":"web",\
            "total_discounts":"10.00","subtotal_price":"597.00","total_tax":"11.94","total_price":"598.94",\
            "line_items":[\(line(1, "GREEN", "3.34", 0)),\(line(2, "RED", "3.33", 1)),\(line(3, "BLACK", "3.33", 0))],\
            "refunds":[{"id":509562969,"created_at":"2008-01-11T11:00:00-05:00","order_adjustments":[],\
            "refund_line_items":[{"id":104689539,"line_item_id":3,"quantity":1,"restock_type":"legacy_restock",\
            "subtotal":195.66,"total_tax":3.97},{"id":709875399,"line_item_id":1,"quantity":1,\
            "restock_type":"legacy_restock","subtotal":195.67,"total_tax":3.98}],\
            "transactions":[{"id":1,"kind":"refund","status":"success","amount":"209.00"}]}]}
            """
    }

    @Test func `Shopify's sample order comes to 587 at the sale and 195.67 now, and its stated subtotal is flagged`()
        throws
    {
        let books = try Books("USD")
        #expect(try books.take([official]).count.accepted == 1)
        #expect(try books.figures(sums, to: "2008-01-10") == [59_700, 1_000, 0, 58_700])
        #expect(try books.figures(sums) == [59_700, 1_000, 39_133, 19_567])
        #expect(try books.figures(["orders", "units_ordered", "units"]) == [1, 3, 1])
        #expect(try books.flags.contains("#1001 subtotal-disagrees"))
        let says = try books.shop.engine.facts.flags(limit: 9).first { $0.flag.rule == "subtotal-disagrees" }
        #expect(says?.flag.says.contains("597") == true && says?.flag.says.contains("587") == true)
        #expect(try books.take([official]).count.duplicate == 1)
        #expect(try books.figure("net_revenue") == 19_567)
    }

    @Test func `prices that include tax count without it`() throws {
        let books = try Books()
        try books.take([
            order(
                1,
                [
                    line(
                        11, "A", "12.00", 2,
                        "\"discount_allocations\":[{\"amount\":\"2.40\"}],\"tax_lines\":[{\"price\":\"3.60\"}]")
                ],
                "\"taxes_included\":true")
        ])
        #expect(try books.figures(sums) == [2_000, 200, 0, 1_800])
    }

    @Test func `a gift card sold and a tip are no revenue, and paying with a gift card is no discount`() throws {
        let books = try Books()
        try books.take([
            order(
                1,
                [
                    line(11, "GC", "50.00", 1, "\"gift_card\":true"),
                    "{\"id\":12,\"sku\":null,\"name\":\"Tip\",\"price\":\"2.00\",\"quantity\":1,\"requires_shipping\":false}",
                    line(13, "A", "9.00"),
                ], "\"total_discounts\":\"0.00\",\"payment_gateway_names\":[\"gift_card\"]"),
            order(
                2, [line(21, "A", "9.00")],
                "\"total_discounts\":\"0.00\",\"total_price\":\"9.00\",\"payment_gateway_names\":[\"gift_card\"],"
                    + "\"transactions\":[{\"kind\":\"sale\",\"gateway\":\"gift_card\",\"status\":\"success\",\"amount\":\"9.00\"}]"
            ),
        ])
        #expect(try books.figures(sums) == [1_800, 0, 0, 1_800])
        #expect(try books.figures(["orders", "units"]) == [2, 2])
        #expect(try books.shop.engine.facts.products().map(\.sku.text) == ["A"])
    }

    @Test func `a trial order counts nowhere`() throws {
        let books = try Books()
        try books.take([order(1, [line(11, "A", "9.00")], "\"test\":true"), order(2, [line(21, "A", "9.00")])])
        #expect(try books.figures(["gross_sales", "net_revenue", "orders", "units"]) == [900, 900, 1, 1])
        #expect(try books.shop.engine.facts.rollupProblems() == [])
    }

    @Test func `money given back without lines is a return of no unit, and an edit takes units away once`() throws {
        let books = try Books()
        let first = order(
            1, [line(11, "A", "100.00", 1, "\"fulfillment_status\":\"fulfilled\""), line(12, "B", "10.00", 4)])
        try books.take([first])
        let refund = """
            {"id":9,"order_id":1,"created_at":"2011-10-02T10:00:00Z","note":"late","refund_line_items":[],\
            "order_adjustments":[],"transactions":[{"kind":"refund","status":"success","amount":"12.00"}]}
            """
        try books.take([refund, refund])
        #expect(try books.figures(sums) == [14_000, 0, 1_200, 12_800])
        #expect(try books.figures(["units", "units_returned"]) == [5, 0])
        let edit = """
            {"order_edit":{"id":7,"order_id":1,"committed_at":"2011-10-02T11:00:00Z",\
            "line_items":{"additions":[],"removals":[{"id":12,"delta":3}]}}}
            """
        try books.take([edit])
        #expect(try books.figures(sums) == [14_000, 0, 4_200, 9_800])
        #expect(try books.figure("units") == 2)
        // The order itself, told again with what the edit left, takes nothing away twice.
        let again = order(
            1,
            [
                line(11, "A", "100.00", 1, "\"fulfillment_status\":\"fulfilled\",\"current_quantity\":1"),
                line(12, "B", "10.00", 4, "\"current_quantity\":1"),
            ], "\"refunds\":[\(refund)]"
        ).replacing("\"updated_at\":\"2011-10-01T10:00:00Z\"", with: "\"updated_at\":\"2011-10-02T12:00:00Z\"")
        try books.take([again])
        #expect(try books.figures(sums) == [14_000, 0, 4_200, 9_800])
        #expect(try books.figure("units") == 2)
    }

    @Test func `orders in yen and dinars count at the rate of their day, and wait where none is known`() throws {
        let books = try Books()
        let yen = order(1, [line(11, "A", "1500", 2)], currency: "JPY")
        let dinars = order(2, [line(21, "A", "12.345")], currency: "KWD")
        let later = order(3, [line(31, "A", "1500")], currency: "JPY").replacing("2011-10-01", with: "2011-10-02")
        let unknown = order(4, [line(41, "A", "7.00")], currency: "SEK")
        let pounds = order(5, [line(51, "A", "1.00")])
        let report = try books.take([yen, dinars, later, unknown, pounds])
        #expect(report.count.parked == 4 && report.count.accepted == 1)
        #expect(try books.figure("gross_sales") == 100, "nothing counts as one for one")
        let reasons = try books.shop.engine.facts.quarantined(.parked, limit: 9).map(\.reason)
        #expect(reasons.contains { $0.contains("no rate of SEK is known for 2011-10-01") })
        try books.shop.take(
            .rates, "currency,day,rate\nJPY,2011-10-01,0.0065\nJPY,2011-10-02,0.007\nKWD,2011-10-01,2.5\n")
        // 3000 × 0.0065 = 19.50; 12.345 × 2.5 = 30.8625; 1500 × 0.007 = 10.50.
        #expect(try books.figure("gross_sales") == 100 + 1_950 + 3_086 + 1_050)
        #expect(try books.figure("gross_sales", from: "2011-10-02") == 1_050)
        #expect(
            try books.shop.engine.facts.quarantined(.parked, limit: 9).count == 1, "the one of which no rate is known")
        #expect(try books.shop.engine.facts.rollupProblems() == [])
    }

    @Test func `wholesale is told from retail in every figure of sales`() throws {
        let books = try Books()
        try books.take([
            order(1, [line(11, "A", "10.00", 3)]),
            order(2, [line(21, "A", "8.00", 50)], "\"tags\":\"B2B\",\"source_name\":\"wholesale portal\""),
        ])
        try books.shop.take(
            .tillLines, "receipt,sold_at,sku,quantity,price\n7,2011-10-01T09:00:00Z,A,1,10.00\n")
        #expect(try books.figure("net_revenue", where: "group = 'wholesale'") == 40_000)
        #expect(try books.figure("net_revenue", where: "group = 'retail'") == 4_000)
        #expect(try books.figure("units", where: "channel = 'till'") == 1)
        #expect(try books.figure("units") == 54)
        let why = try books.shop.engine.explain("A", isNegative: false, actor: EngineShop.actor)
        #expect(why.text.contains("of 54 units ordered in the last 90 days 50 were wholesale, in 1 order"))
    }

    @Test func `a mapping can tell channel, group and grade`() throws {
        let shop = try FactsShop()
        let mapping = try Mapping(
            """
            system = "erp"
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
            channel = "W"
            group = "G"
            grade = "S"
            [[kind]]
            is = "return"
            when = "quantity < 0"
            """, file: "erp")
        let head = "D,C,Q,T,P,W,G,S\n"
        let count = try shop.take(
            head
                + "1,A,9,2011-10-03,5.00,fax,Trade,\n2,A,-2,2011-10-04,5.00,,,Sellable\n3,A,-1,2011-10-04,5.00,,,damaged\n"
                + "4,A,-1,2011-10-04,5.00,,,perhaps\n", .mapped(mapping)
        ).count
        #expect(count.accepted == 3 && count.refused == 1)
        let rows = try shop.facts.database.read { database in
            try [
                "SELECT count(*) FROM document WHERE is_wholesale",
                "SELECT count(*) FROM order_line WHERE sellable = 1",
                "SELECT count(*) FROM order_line WHERE sellable = 0",
                "SELECT count(*) FROM document JOIN word ON word.id = channel WHERE text = 'fax'",
            ].map { try Int.fetchOne(database, sql: $0) }
        }
        #expect(rows == [1, 1, 1, 1])
    }
}
