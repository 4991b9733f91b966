import Domain
import Testing

@testable import Formats

@Suite struct ShopifyMessageTests {
    private let level = #"{"inventory_item_id":5,"location_id":9,"available":-3,"updated_at":"2024-05-01T10:00:00Z"}"#

    private func kinds(_ text: String) throws -> [[Fact.Kind]] {
        try shopifyReadings(text).map { ($0.record ?? []).map(\.kind) }
    }

    @Test func `headers and body stand on a line, the body as JSON or as it was signed`() throws {
        let text = JSONValue.string(level).bytes()
        let lines = [
            #"{"headers":{"X-Shopify-Topic":"inventory_levels/update","X-Shopify-Hmac-Sha256":"c2ln"},"body":\#(level)}"#,
            #"{"headers":{"x-shopify-topic":"inventory_levels/update","x-shopify-shop-domain":"a.example"},"body":"#
                + String(decoding: text, as: UTF8.self) + "}",
        ]
        var reader = try ShopifyMessageReader(
            ByteSource(bytes: Array(lines.joined(separator: "\n").utf8), name: "hook"))
        for _ in lines {
            let message = try #require(try reader.next()?.record)
            #expect(message.topic == "inventory_levels/update")
            #expect(message.body == Array(level.utf8))
            guard case .count(let count)? = try message.facts().first else {
                Issue.record("no count")
                continue
            }
            #expect(count.product == ProductReference.inventoryItem("5"))
            #expect(count.place.text == "9")
            #expect(count.quantity == -3)
            #expect(count.state == .available)
        }
        #expect(try reader.next() == nil)
        let first = try ShopifyMessageReader(ByteSource(bytes: Array(lines[0].utf8), name: "hook"))
        #expect(try readings(first).first?.record?.signature == "c2ln")
        let second = try ShopifyMessageReader(ByteSource(bytes: Array(lines[1].utf8), name: "hook"))
        #expect(try readings(second).first?.record?.domain == "a.example")
    }

    @Test(arguments: ["\r\n", "\n"], ["POST /hook HTTP/1.1", "Host: shop.example"])
    func `a file may hold a whole request`(end: String, first: String) throws {
        let head = [first, "Content-Type: application/json", "X-SHOPIFY-TOPIC:  inventory_levels/update ", ""]
        let text = head.joined(separator: end) + end + level
        #expect(try kinds(text) == [[.count]])
        let all = try shopifyReadings(text.replacing("{", with: "("))
        #expect(all.map { $0.error?.code } == [.notJSON])
        #expect(all.first?.raw == Array(text.replacing("{", with: "(").utf8))
        #expect(try shopifyReadings(head.joined(separator: end)).map { $0.error?.code } == [.notJSON])
    }

    @Test func `a damaged first line is no request, and takes no other line with it`() throws {
        for first in ["x", "\"a\":1}", "id\":1}", "  }", "]", "null", "12", "ids: {", "\"X-Shopify-Topic: a\""] {
            let all = try shopifyReadings("\(first)\n\(level)\n")
            #expect(all.count == 2, "\(first)")
            #expect(all.first?.error != nil)
        }
    }

    @Test func `resources of the REST interface come alone, under their name, or as a list`() throws {
        let line = #"{"id":1,"sku":"A","name":"A","price":"1","quantity":1}"#
        let order =
            #"{"id":4,"name":"4","created_at":"2024-05-01T10:00:00Z","currency":"GBP","order_number":4,"line_items":[\#(line)]}"#
        let refund = #"{"id":9,"order_id":4,"created_at":"2024-05-01T10:00:00Z","refund_line_items":[]}"#
        let product = #"{"id":1,"title":"Mug","variants":[{"id":7,"sku":"A"},{"id":8,"sku":"B"},{"id":9,"sku":""}]}"#
        let checkout =
            #"{"token":"t","abandoned_checkout_url":null,"created_at":"2024-05-01T10:00:00Z","currency":"GBP","line_items":[]}"#
        let parcel = #"{"id":11,"order_id":4,"created_at":"2024-05-02T10:00:00Z","line_items":[]}"#
        let item = #"{"id":5,"sku":"A","cost":"2.00","tracked":true}"#
        for (name, body, facts) in [
            ("order", order, [Fact.Kind.order]), ("refund", refund, [.amendment]),
            ("product", product, [.product, .product]),
            ("checkout", checkout, [.cart]), ("fulfillment", parcel, [.shipment]), ("inventory_level", level, [.count]),
            ("inventory_item", item, [.product]),
        ] {
            #expect(try kinds(body) == [facts], "\(name)")
            #expect(try kinds("{\"\(name)\":\(body)}") == [facts], "\(name)")
            #expect(try kinds("{\"\(name)s\":[\(body),\(body)]}") == [facts + facts], "\(name)")
            #expect(try kinds("{\"\(name)s\":[]}") == [[]], "\(name)")
            #expect(try kinds("[\(body),\n\(body)]") == [facts, facts], "\(name)")
        }
    }

    @Test(arguments: [
        "carts/update", "carts/create", "customers/create", "customers/update", "app/uninstalled", "orders/delete",
        "products/delete", "checkouts/delete", "inventory_items/delete", "inventory_levels/disconnect",
    ])
    func `topics that hold no fact state none`(topic: String) throws {
        let line = ShopifyMessage.line(topic: topic, body: Array(#"{"id":1}"#.utf8)).bytes()
        let all = try shopifyReadings(String(decoding: line, as: UTF8.self))
        #expect(all.map(\.record) == [[]])
    }

    @Test(arguments: ["themes/publish", "collections/update", "x", "orders"])
    func `a topic that is not known is told`(topic: String) throws {
        let line = ShopifyMessage.line(topic: topic, body: Array(level.utf8)).bytes()
        let all = try shopifyReadings(String(decoding: line, as: UTF8.self))
        #expect(all.map { $0.error?.code } == [.unknownKind])
        #expect(all.first?.error?.message.contains(topic) == true)
        #expect(try shopifyReadings("{\"a\":1}").map { $0.error?.code } == [.unknownKind])
        #expect(try shopifyReadings("7").map { $0.error?.code } == [.unknownKind])
    }

    // MARK: What is written reads back

    private let moment = Instant(milliseconds: 1_714_557_600_250)

    private func back(_ topic: String, _ body: JSONValue) throws -> [Fact] {
        let line = ShopifyMessage.line(topic: topic, body: body.bytes()).bytes()
        let reading = try #require(try shopifyReadings(String(decoding: line, as: UTF8.self)).first)
        return try reading.outcome.get()
    }

    @Test func `orders read back as written`() throws {
        let pounds = try #require(Currency("GBP"))
        var order = OrderDocument(
            number: "#1001 \(awkwardName)", orderedAt: moment, version: Instant(milliseconds: 1_714_557_700_000),
            currency: pounds, place: PlaceName("9"), customer: "ann@example.com")
        order.key = "450"
        order.channel = "web"
        order.isTest = true
        order.isWholesale = true
        order.stated = StatedTotals(subtotal: 1, discounts: 2, total: 300, tax: 40)
        func line(
            _ id: String, _ sku: String?, _ units: Int64, _ micros: Int64, _ kind: LineKind, off: Int64 = 0
        ) -> OrderLine {
            OrderLine(
                line: id, sku: sku.flatMap { SKU($0) }, title: "Mug \(id) \(awkwardName)", quantity: units,
                unitPrice: UnitPrice(micros: micros), discount: off, kind: kind)
        }
        var shipped = line("31", awkwardName, 3, 4_500_000, .sale, off: 100)
        shipped.shippedAt = moment
        var returned = line("amendment 71", awkwardName, -1, 4_170_000, .return)
        (returned.at, returned.isSellable) = (Instant(milliseconds: 1_714_557_800_000), true)
        var broken = line("amendment 72", awkwardName, -1, 4_000_000, .return)
        (broken.at, broken.isSellable) = (moment, false)
        var cancelled = line("amendment 73", "CUP", -2, 1_333_000, .cancellation)
        cancelled.at = moment
        var postage = line("amendment adjustment 81", nil, 0, 0, .notProduct, off: 250)
        postage.at = moment
        var kept = line("amendment adjustment 82", nil, 0, 0, .return, off: -500)
        kept.at = moment
        var given = line("amendment amount 83", nil, 0, 0, .return, off: 1_000)
        given.at = moment
        // Two thirds of a penny a unit cannot be: refunds are whole pence.
        cancelled.unitPrice = UnitPrice(micros: 1_330_000)
        order.lines = [
            shipped, line("32", "CUP", 2, 1_500_000, .sale), line("33", nil, 1, 2_000_000, .notProduct),
            line("shipping 41", nil, 1, 3_000_000, .notProduct, off: 100), returned, broken, cancelled, postage, kept,
            given,
        ]
        // With a gift card among its lines no stated sum can be compared with them.
        var told = order
        told.stated = StatedTotals()
        #expect(try back("orders/updated", ShopifyOrder.json(order)) == [.order(told)])
        order.lines.remove(at: 2)
        #expect(try back("orders/updated", ShopifyOrder.json(order)) == [.order(order)])
    }

    @Test func `an order with nothing but its number reads back as written`() throws {
        for code in ["JPY", "KWD", "USD"] {
            var order = OrderDocument(number: "7", orderedAt: moment, currency: try #require(Currency(code)))
            order.key = "7"
            #expect(try back("orders/create", ShopifyOrder.json(order)) == [.order(order)])
        }
    }

    @Test func `stock reads back as written`() throws {
        for (item, place, units) in [("5", "9", Int64(3)), (awkwardName, awkwardName, -1_000_000_000_000)] {
            let count = StockCount(
                product: try #require(ProductReference.inventoryItem(item)), place: try #require(PlaceName(place)),
                quantity: units, state: .available, countedAt: moment)
            #expect(try back("inventory_levels/update", ShopifyStock.json(count)) == [.count(count)])
        }
    }

    @Test func `products read back as written`() throws {
        for lifecycle in [Lifecycle.active, .discontinued, nil] {
            var product = ProductDeclaration(sku: try #require(SKU(awkwardName)))
            #expect(
                try back("products/update", ShopifyCatalogue.json(product, id: 1)) == [.product(product)])
            product.name = awkward
            product.vendor = awkwardName
            product.category = "Cups"
            product.barcode = "012345678905"
            product.price = UnitPrice(micros: 4_500_000)
            product.cost = UnitPrice(micros: 4_200)
            product.lifecycle = lifecycle
            product.statedAt = moment
            product.identifiers = [ProductReference.variant("7"), .inventoryItem("5")].compactMap { $0 }
            #expect(
                try back("products/update", ShopifyCatalogue.json(product, id: 1)) == [.product(product)])
        }
    }

    @Test func `carts read back as written`() throws {
        let pounds = try #require(Currency("GBP"))
        var cart = Cart(id: awkwardName, createdAt: moment, updatedAt: moment, currency: pounds, lines: [])
        #expect(try back("checkouts/create", ShopifyCheckout.json(cart)) == [.cart(cart)])
        cart.completedAt = Instant(milliseconds: 1_714_557_800_000)
        cart.customer = "ann@example.com"
        cart.mayContact = true
        cart.link = "https://shop.example/c?token=\"x\""
        cart.lines = [
            Cart.Line(
                product: ProductReference(try #require(SKU(awkwardName))), quantity: 2,
                unitPrice: UnitPrice(micros: 4_200)),
            Cart.Line(
                product: try #require(ProductReference.variant("77")), quantity: 0, unitPrice: UnitPrice(micros: 0)),
        ]
        #expect(try back("checkouts/update", ShopifyCheckout.json(cart)) == [.cart(cart)])
    }

    @Test(arguments: [Shipment.State.pending, .shipped, .delivered, .failed, .cancelled])
    func `parcels read back as written`(state: Shipment.State) throws {
        var parcel = Shipment(id: "11", order: "450", at: moment, state: state, lines: [])
        #expect(try back("fulfillments/create", ShopifyFulfilment.json(parcel)) == [.shipment(parcel)])
        parcel.id = awkwardName
        parcel.version = moment
        parcel.place = PlaceName(awkwardName)
        parcel.carrier = awkward
        parcel.tracking = awkward
        parcel.lines = [Shipment.Line(line: "31", quantity: 2), Shipment.Line(line: awkwardName, quantity: 0)]
        #expect(try back("fulfillments/update", ShopifyFulfilment.json(parcel)) == [.shipment(parcel)])
    }

    @Test(
        arguments: [
            "POST /hook HTTP/1.1\r\nHost: a.example\r\nX-Shopify-Topic: inventory_levels/update\r\n\r\n",
            "host: a.example\ncontent-type: application/json\nx-shopify-topic: inventory_levels/update\n\n",
            ":method: POST\n:path: /hook\nX-SHOPIFY-TOPIC: inventory_levels/update\n\n",
        ]) func `any header with a topic is a request`(_ header: String) throws
    {
        #expect(ShopifyMessageReader.isDump(Array((header + level).utf8)))
        #expect(try kinds(header + level) == [[.count]])
        #expect(!ShopifyMessageReader.isDump(Array("Host: a.example\nContent-Type: text/plain\n\nx".utf8)))
        #expect(!ShopifyMessageReader.isDump(Array("name: x-shopify-topic: y\n{\"a\":1}\n".utf8)))
    }

    @Test func `a damaged first line takes no other with it`() throws {
        let damaged = "e: 1}\n" + level + "\n" + level + "\n"
        let read = try shopifyReadings(damaged)
        #expect(read.compactMap(\.record).count == 2)
    }

    @Test func `what is not tracked has no stock and is no mistake`() throws {
        #expect(try kinds(level.replacing("-3", with: "null")) == [[]])
    }
}
