import Domain
import Testing

@testable import Formats

/// The facts of each message of a text; nil for one that was refused.
func shopifyReadings(_ text: String) throws -> [Reading<[Fact]>] {
    let context = JSONContext(zone: .utc, currency: try #require(Currency("GBP")), check: { _ in })
    var reader = try JSONLayout.shopify.reader(ByteSource(bytes: Array(text.utf8), name: "hook.json"), context)
    var all: [Reading<[Fact]>] = []
    while let reading = try reader.next() { all.append(reading) }
    return all
}

/// The one order that a body is.
func shopifyOrder(_ body: String) throws -> OrderDocument {
    let reading = try #require(try shopifyReadings(body).first)
    guard case .order(let order)? = try reading.outcome.get().first else {
        throw FormatError(.unknownKind, "no order", file: "")
    }
    return order
}

extension OrderDocument {
    /// What some lines come to, in minor units.
    func money(_ isMeant: (OrderLine) -> Bool = { _ in true }) -> Int64 {
        lines.filter(isMeant).reduce(0) {
            $0 + ($1.unitPrice.total($1.quantity, currency: currency) ?? 0) - $1.discount
        }
    }
}

/// An order of some lines and of some other members.
private func order(_ lines: [String], _ members: String = "\"x\":0", currency: String = "GBP") -> String {
    """
    {"id":450,"name":"#1001","created_at":"2024-05-01T10:00:00+09:00","currency":"\(currency)",\
    "financial_status":"paid","line_items":[\(lines.joined(separator: ","))],\(members)}
    """
}

@Suite struct ShopifyOrderTests {
    /// The order of Shopify's reference of the REST resource, as far as it matters here.
    private var official: String {
        func line(_ id: Int, _ sku: String, _ colour: String, _ off: String, _ left: Int) -> String {
            """
            {"id":\(id),"variant_id":1,"product_id":632910392,"sku":"\(sku)","title":"IPod Nano - 8gb",\
            "variant_title":"\(colour)","name":"IPod Nano - 8gb - \(colour)","price":"199.00","quantity":1,\
            "current_quantity":\(left),"total_discount":"0.00","gift_card":false,"requires_shipping":true,\
            "discount_allocations":[{"amount":"\(off)","discount_application_index":0}],\
            "tax_lines":[{"title":"State Tax","price":"3.98","rate":0.06}],"fulfillment_status":null}
            """
        }
        let lines = [
            line(466_157_049, "IPOD2008GREEN", "green", "3.34", 0), line(518_995_019, "IPOD2008RED", "red", "3.33", 1),
            line(703_073_504, "IPOD2008BLACK", "black", "3.33", 0),
        ]
        return """
            {"id":450789469,"name":"#1001","email":"bob.norman@mail.example.com","created_at":"2008-01-10T11:00:00-05:00",\
            "processed_at":"2008-01-10T11:00:00-05:00","updated_at":"2008-01-10T11:00:00-05:00","cancelled_at":null,\
            "test":false,"currency":"USD","taxes_included":false,"financial_status":"partially_refunded",\
            "source_name":"web","location_id":null,"tags":"imported, vip","total_line_items_price":"597.00",\
            "total_discounts":"10.00","subtotal_price":"597.00","total_tax":"11.94","total_price":"598.94",\
            "line_items":[\(lines.joined(separator: ","))],
            "shipping_lines":[{"id":369256396,"title":"Free Shipping","price":"0.00","discounted_price":"0.00"}],
            "fulfillments":[{"id":255858046,"status":"failure","created_at":"2008-01-10T11:00:00-05:00",
              "line_items":[{"id":466157049,"quantity":1}]}],
            "refunds":[{"id":509562969,"created_at":"2008-01-11T11:00:00-05:00","note":"it broke during shipping",
              "order_adjustments":[],"refund_line_items":[
              {"id":104689539,"line_item_id":703073504,"quantity":1,"restock_type":"legacy_restock",
               "subtotal":195.66,"total_tax":3.97},
              {"id":709875399,"line_item_id":466157049,"quantity":1,"restock_type":"legacy_restock",
               "subtotal":195.67,"total_tax":3.98}],
              "transactions":[{"id":179259969,"kind":"refund","status":"success","amount":"209.00"}]}]}
            """
    }

    @Test func `the official order comes to what its lines say, at the sale and after its refund`() throws {
        let order = try shopifyOrder(official)
        #expect(order.number == "#1001")
        #expect(order.key == "450789469")
        #expect(order.currency.code == "USD")
        #expect(order.orderedAt.description == "2008-01-10T16:00:00Z")
        #expect(order.version?.description == "2008-01-10T16:00:00Z")
        #expect(order.customer == "bob.norman@mail.example.com")
        #expect(order.channel == "web")
        #expect(!order.isTest)
        #expect(!order.isWholesale)
        let sales = order.lines.filter { $0.kind == .sale }
        #expect(sales.map(\.sku?.text) == ["IPOD2008GREEN", "IPOD2008RED", "IPOD2008BLACK"])
        #expect(sales.map(\.discount) == [334, 333, 333])
        #expect(sales.reduce(0) { $0 + ($1.unitPrice.total($1.quantity, currency: order.currency) ?? 0) } == 59_700)
        #expect(sales.reduce(0) { $0 + $1.discount } == 1_000)
        #expect(order.money { $0.kind == .sale } == 58_700)
        #expect(order.money() == 19_567)
        // What the document says of itself differs, and is kept to be compared.
        #expect(
            order.stated == StatedTotals(subtotal: 59_700, discounts: 1_000, total: 59_894, tax: 1_194, lineTax: 1_194))
        // Free postage is no line, and a parcel that failed has shipped nothing.
        #expect(order.lines.count == 5)
        #expect(order.lines.allSatisfy { $0.shippedAt == nil })
    }

    @Test func `the official refund takes back two units on its own day, and the edit nothing more`() throws {
        let order = try shopifyOrder(official)
        let back = order.lines.filter { $0.quantity < 0 }
        #expect(back.map(\.line) == ["amendment 104689539", "amendment 709875399"])
        #expect(back.map(\.sku?.text) == ["IPOD2008BLACK", "IPOD2008GREEN"])
        #expect(back.map(\.unitPrice.micros) == [195_660_000, 195_670_000])
        #expect(back.map(\.at?.description) == ["2008-01-11T16:00:00Z", "2008-01-11T16:00:00Z"])
        #expect(back.map(\.kind) == [.cancellation, .cancellation])
        #expect(back.map(\.isSellable) == [true, true])
    }

    @Test func `prices that include tax lose exactly the tax, whatever the discount`() throws {
        let body = order(
            [
                """
                {"id":1,"sku":"A","name":"A","price":"12.00","quantity":2,"discount_allocations":[{"amount":"2.40"}],\
                "tax_lines":[{"price":"3.60"}]}
                """
            ], "\"taxes_included\":true")
        let line = try #require(try shopifyOrder(body).lines.first)
        #expect(line.unitPrice.micros == 10_000_000)
        #expect(line.discount == 200)
        var random = SplitMix(state: 5)
        for _ in 0..<300 {
            let units = Int64.random(in: 1...40, using: &random)
            let price = Int64.random(in: 1...20_000, using: &random)
            let off = Int64.random(in: 0..<(units * price), using: &random)
            let tax = Int64.random(in: 0...((units * price - off) / 2), using: &random)
            let code = ["GBP", "JPY", "KWD"].randomElement(using: &random) ?? "GBP"
            let currency = try #require(Currency(code))
            func text(_ minor: Int64) -> String { Money(minor: minor, currency: currency).amount }
            let item = """
                {"id":1,"sku":"A","name":"A","price":"\(text(price))","quantity":\(units),"discount_allocations":\
                [{"amount":"\(text(off))"}],"tax_lines":[{"price":"\(text(tax))"}]}
                """
            let read = try shopifyOrder(order([item], "\"taxes_included\":true", currency: code))
            #expect(read.money() == units * price - off - tax, "\(item)")
            #expect(read.lines.allSatisfy { $0.discount >= 0 && $0.discount <= off })
        }
    }

    @Test func `gift cards and tips are money and no product`() throws {
        let read = try shopifyOrder(
            order([
                #"{"id":1,"sku":"GC","name":"Gift card","price":"50.00","quantity":1,"gift_card":true}"#,
                #"{"id":2,"sku":null,"name":"Tip","price":"2.00","quantity":1,"requires_shipping":false}"#,
                #"{"id":3,"sku":"","title":"Bowl","variant_title":"blue","price":"9.00","quantity":1}"#,
                #"{"id":4,"sku":"E-BOOK","name":"E-book","price":"5.00","quantity":1,"requires_shipping":false}"#,
                #"{"id":5,"sku":"OUT","name":"Gone","price":"5.00","quantity":0}"#,
            ]))
        #expect(read.lines.map(\.kind) == [.notProduct, .notProduct, .sale, .sale])
        #expect(read.lines.map(\.sku?.text) == [nil, nil, "Bowl - blue", "E-BOOK"])
        #expect(read.money() == 6_600)
    }

    @Test func `postage is no product and stands at its price less its discount`() throws {
        let read = try shopifyOrder(
            order(
                [#"{"id":1,"sku":"A","name":"A","price":"1.00","quantity":1}"#],
                """
                "shipping_lines":[{"id":41,"title":"Express","price":"7.50","discounted_price":"5.00"},
                {"id":42,"price":"1.00"},{"id":43,"price":"0.00"}]
                """))
        let postage = read.lines.filter { $0.kind == .notProduct }
        #expect(postage.map(\.line) == ["shipping 41", "shipping 42"])
        #expect(postage.map(\.unitPrice.micros) == [7_500_000, 1_000_000])
        #expect(postage.map(\.discount) == [250, 0])
        #expect(postage.map(\.title) == ["Express", "shipping"])
    }

    @Test func `trial orders and trade orders are marked`() throws {
        let line = #"{"id":1,"sku":"A","name":"A","price":"1","quantity":1}"#
        #expect(try shopifyOrder(order([line], "\"test\":true")).isTest)
        #expect(try shopifyOrder(order([line], "\"tags\":\"Spring, B2B\"")).isWholesale)
        #expect(try shopifyOrder(order([line], "\"company\":{\"id\":1}")).isWholesale)
        #expect(try !shopifyOrder(order([line], "\"tags\":\"b2b-like\"")).isWholesale)
    }

    @Test func `money given back without lines has the order's share of tax`() throws {
        let read = try shopifyOrder(
            order(
                [#"{"id":1,"sku":"A","name":"A","price":"100.00","quantity":1}"#],
                """
                "total_price":"120.00","total_tax":"20.00","refunds":[{"id":9,"created_at":"2024-05-03T10:00:00Z",
                "note":"late","refund_line_items":[],"transactions":[{"kind":"refund","status":"success","amount":"9.00"},
                {"kind":"refund","status":"success","amount":"3.00"},{"kind":"refund","status":"failure","amount":"70"},
                {"kind":"sale","status":"success","amount":"120"}]}]
                """))
        let back = try #require(read.lines.last)
        #expect(back.line == "amendment amount 9")
        #expect(back.quantity == 0)
        #expect(back.discount == 1_000)
        #expect(back.title == "late")
        #expect(back.at?.description == "2024-05-03T10:00:00Z")
        #expect(read.money() == 9_000)
    }

    @Test func `adjustments give back postage, and what was kept of a refund`() throws {
        let read = try shopifyOrder(
            order(
                [#"{"id":1,"sku":"A","name":"A","price":"100.00","quantity":1}"#],
                """
                "refunds":[{"id":9,"created_at":"2024-05-03T10:00:00Z","refund_line_items":[
                {"id":71,"line_item_id":1,"quantity":1,"subtotal":"100.00","restock_type":"return"}],
                "order_adjustments":[{"id":81,"amount":"-9.00","tax_amount":"0.00","kind":"shipping_refund"},
                {"id":82,"amount":"5.00","kind":"refund_discrepancy","reason":"Refund discrepancy"},
                {"id":83,"amount":"0.00","kind":"refund_discrepancy"}]}]
                """))
        let entries = read.lines.dropFirst()
        #expect(
            entries.map(\.line) == ["amendment 71", "amendment adjustment 81", "amendment adjustment 82"])
        #expect(entries.map(\.kind) == [.return, .notProduct, .return])
        #expect(entries.map(\.discount) == [0, 900, -500])
        #expect(read.money { $0.kind != .notProduct } == 500)
    }

    @Test func `postage given back is postage, in every release and once`() throws {
        let line = #"{"id":1,"sku":"A","name":"A","price":"100.00","quantity":1}"#
        let new =
            #""refund_shipping_lines":[{"id":91,"shipping_line":{"id":41,"title":"Express"},"#
            + #""subtotal_amount_set":{"shop_money":{"amount":"9.00","currency_code":"GBP"}}}]"#
        let old = #""order_adjustments":[{"id":81,"amount":"-9.00","kind":"shipping_refund","reason":"Express"}]"#
        for (members, id) in [(new, "shipping 91"), (old, "adjustment 81"), (new + "," + old, "shipping 91")] {
            let read = try shopifyOrder(
                order(
                    [line],
                    """
                    "refunds":[{"id":9,"created_at":"2024-05-03T10:00:00Z","refund_line_items":[],\(members),
                    "transactions":[{"kind":"refund","status":"success","amount":"9.00"}]}]
                    """))
            let back = try #require(read.lines.last)
            #expect(read.lines.count == 2)
            #expect(back.line == "amendment \(id)")
            #expect(back.kind == .notProduct)
            #expect(back.discount == 900)
            #expect(back.title == "Express")
        }
    }

    @Test func `what an edit took away is cancelled once, whoever tells of it`() throws {
        let line = #"{"id":31,"sku":"A","name":"A","price":"2.00","quantity":5,"current_quantity":3}"#
        let read = try shopifyOrder(order([line]))
        #expect(read.lines.map(\.quantity) == [5, -2])
        #expect(read.lines.last?.kind == .cancellation)
        #expect(read.money() == 600)
        let edit = """
            {"order_edit":{"id":3,"order_id":450,"created_at":"2024-05-02T10:00:00Z","committed_at":"2024-05-02T11:00:00Z",\
            "line_items":{"additions":[{"id":99,"delta":1}],"removals":[{"id":31,"delta":2}]}}}
            """
        guard case .amendment(let amendment)? = try shopifyReadings(edit).first?.outcome.get().first else {
            Issue.record("no amendment")
            return
        }
        #expect(amendment.order == "450")
        #expect(amendment.at.description == "2024-05-02T11:00:00Z")
        #expect(amendment.entries.map(\.id) == ["edited 3 31"], "a further edit of the line is another")
        #expect(read.lines.last?.line == "amendment edit 31")
        #expect(amendment.entries.map(\.quantity) == [2])
        let additions = edit.replacing(#"{"id":31,"delta":2}"#, with: "")
        #expect(try shopifyReadings(additions).map(\.record) == [[]])
    }

    @Test func `a cancelled order takes back what no refund did, as a return where it had gone out`() throws {
        let lines = [
            #"{"id":1,"sku":"A","name":"A","price":"10.00","quantity":3,"discount_allocations":[{"amount":"1.00"}]}"#,
            #"{"id":2,"sku":"B","name":"B","price":"4.00","quantity":2}"#,
        ]
        let parcel = """
            "fulfillments":[{"status":"success","created_at":"2024-05-02T10:00:00Z",\
            "line_items":[{"id":2,"quantity":2}]}]
            """
        let plain = try shopifyOrder(order(lines, "\"cancelled_at\":\"2024-05-03T10:00:00Z\",\(parcel)"))
        #expect(plain.lines.map(\.quantity) == [3, 2, -3, -2])
        #expect(plain.lines.map(\.kind) == [.sale, .sale, .cancellation, .return])
        #expect(plain.lines.suffix(2).allSatisfy { $0.at?.description == "2024-05-03T10:00:00Z" })
        #expect(plain.lines[1].shippedAt?.description == "2024-05-02T10:00:00Z")
        #expect(plain.money() == 0)
        let refund = """
            "refunds":[{"id":9,"created_at":"2024-05-03T09:00:00Z","refund_line_items":[
            {"id":71,"line_item_id":1,"quantity":3,"subtotal":"29.00","restock_type":"cancel"}]}]
            """
        let refunded = try shopifyOrder(
            order(lines, "\"cancelled_at\":\"2024-05-03T10:00:00Z\",\(parcel),\(refund)"))
        #expect(refunded.lines.map(\.line) == ["1", "2", "amendment 71", "amendment cancelled 2"])
        #expect(refunded.lines.map(\.quantity) == [3, 2, -3, -2])
        #expect(refunded.money() == 0)
    }

    @Test(arguments: [("JPY", "450", "50", 850), ("KWD", "1.234", "0.005", 2_463), ("GBP", "4.50", "0.50", 850)])
    func `amounts have the decimals of their currency`(code: String, price: String, off: String, net: Int64) throws {
        let line = """
            {"id":1,"sku":"A","name":"A","price":"\(price)","quantity":2,"discount_allocations":[{"amount":"\(off)"}]}
            """
        #expect(try shopifyOrder(order([line], currency: code)).money() == net)
    }

    @Test(
        arguments: [
            ("\"currency\":\"GBP\"", "\"currency\":null", FormatError.Code.missingValue, "currency"),
            ("\"currency\":\"GBP\"", "\"currency\":\"pounds\"", .unknownWord, "currency"),
            ("2024-05-01T10", "2024-05-41T10", .notATime, "created_at"), ("\"name\":\"#1001\"", "\"y\":0", nil, nil),
            ("\"quantity\":1", "\"quantity\":-1", .outOfRange, "line_items[0].quantity"),
            ("\"quantity\":1", "\"quantity\":1.5", .notANumber, "line_items[0].quantity"),
            ("\"quantity\":1", "\"q\":1", .missingValue, "line_items[0].quantity"),
            ("\"price\":\"1.00\"", "\"price\":\"free\"", .notANumber, "line_items[0].price"),
            (
                "\"price\":\"1.00\"", "\"price\":\"1.00\",\"total_discount\":\"-1\"", .outOfRange,
                "line_items[0].total_discount"
            ),
            ("\"sku\":\"A\",\"name\":\"A\"", "\"x\":1", .missingValue, "line_items[0].sku"),
            ("\"id\":1,", "", .missingValue, "line_items[0].id"),
        ] as [(String, String, FormatError.Code?, String?)])
    func `what is wrong with an order is told by its member`(
        good: String, bad: String, code: FormatError.Code?, field: String?
    ) throws {
        let body = order([#"{"id":1,"sku":"A","name":"A","price":"1.00","quantity":1}"#])
        let broken = body.replacing(good, with: bad)
        #expect(broken != body)
        let reading = try #require(try shopifyReadings(broken).first)
        #expect(reading.error?.code == code)
        #expect(reading.error?.field == field)
        #expect(reading.raw == Array(broken.utf8))
    }
}
