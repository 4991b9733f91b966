import Domain
import Testing

@testable import Formats

@Suite struct GA4EventsTests {
    private func read(_ text: String) throws -> [Reading<[Fact]>] {
        try readings(GA4EventsReader(ByteSource(bytes: Array(text.utf8), name: "events.json")))
    }

    private func events(_ reading: Reading<[Fact]>?) -> [WebEvent] {
        (reading?.record ?? []).compactMap { if case .web(let event) = $0 { event } else { nil } }
    }

    private func events(_ text: String) throws -> [WebEvent] { try read(text).flatMap { events($0) } }

    /// A purchase as the export writes it.
    private let purchase = #"""
        {"event_date":"20240910","event_timestamp":"1725971700123456","event_name":"purchase","event_params":[
          {"key":"ga_session_id","value":{"string_value":null,"int_value":"1725971600","float_value":null,"double_value":null}},
          {"key":"page_location","value":{"string_value":"https://shop.example/thanks?email=ann@example.com"}},
          {"key":"currency","value":{"string_value":"USD"}},{"key":"medium","value":{"string_value":"organic"}},
          {"key":"campaign","value":{"string_value":"campaign_1"}}],"user_id":"user_123","user_pseudo_id":"pseudo_123",
        "device":{"category":"desktop"},"geo":{"country":"USA"},
        "traffic_source":{"name":"source1","medium":null,"source":"first"},
        "ecommerce":{"transaction_id":"txn_123","purchase_revenue":29.99,"total_item_quantity":3},
        "items":[{"item_id":"MUG-1","item_name":"Mug","price":9.99,"price_in_usd":11.0,"quantity":"2","item_revenue":19.98},
          {"item_id":"shopify_US_632910392_808950810","price":10.01,"quantity":null,"item_revenue":null}]}
        """#

    @Test func `a purchase is a fact an item`() throws {
        let events = try events(purchase)
        #expect(events.map(\.product) == [ProductReference(try #require(SKU("mug-1"))), .variant("808950810")])
        #expect(events.map(\.quantity) == [2, 1])
        #expect(events.map(\.value?.micros) == [19_980_000, 10_010_000])
        let first = try #require(events.first)
        #expect(first.kind == .purchase)
        #expect(first.at.description == "2024-09-10T12:35:00.123Z")
        #expect(first.visitor == "pseudo_123")
        #expect(first.session == "1725971600")
        #expect(first.transaction == "txn_123")
        #expect(first.currency == Currency("USD"))
        #expect(first.device == "desktop")
        #expect(first.region == "USA")
        #expect([first.source, first.medium, first.campaign] == [nil, "organic", "campaign_1"])
    }

    @Test func `an event of no use is no fact and no failure`() throws {
        let read = try read(
            """
            {"event_name":"scroll","event_timestamp":"never"}
            {"event_name":"page_view","event_timestamp":1725971700123456,"user_pseudo_id":"a","items":[{"item_id":"A"}]}
            """)
        #expect(read.map { $0.record?.count } == [0, 1])
        #expect(events(read.last).map(\.product) == [nil])
    }

    @Test func `views and carts count with items and without`() throws {
        let events = try events(
            """
            [{"event_name":"view_item","event_timestamp":1,"user_pseudo_id":"a","items":[{"item_id":"A","price":"4.5"}]},
            {"event_name":"add_to_cart","event_timestamp":1,"user_pseudo_id":"a","items":[{"item_id":"A","price":4.5,
            "quantity":3,"item_revenue":0}]},
            {"event_name":"add_to_cart","event_timestamp":1,"user_pseudo_id":"a","items":[],
            "event_params":[{"key":"value","value":{"double_value":1e-06}}]},
            {"event_name":"begin_checkout","event_timestamp":1,"user_pseudo_id":"a","items":[{"item_id":"(not set)"}]},
            {"event_name":"refund","event_timestamp":1,"user_pseudo_id":"a","ecommerce":{"transaction_id":"T",
            "refund_value":29.99,"purchase_revenue":1}}]
            """)
        #expect(events.map(\.kind) == [.view, .addToCart, .addToCart, .checkout, .refund])
        #expect(events.map(\.product?.value) == ["A", "A", nil, nil, nil])
        #expect(events.map(\.quantity) == [0, 3, 0, 1, 0])
        #expect(events.map(\.value?.micros) == [4_500_000, 13_500_000, 1, nil, 29_990_000])
    }

    @Test func `an event without consent is a visitor of its own, the same each time`() throws {
        let text = """
            {"event_name":"view_item","event_timestamp":"1725971700123456","batch_event_index":1}
            {"event_name":"view_item","event_timestamp":"1725971700123456","batch_event_index":2,"user_pseudo_id":null}
            """
        let visitors = try events(text).map(\.visitor)
        #expect(Set(visitors).count == 2)
        #expect(visitors.allSatisfy { $0.hasPrefix(GA4EventsReader.anonymousPrefix) })
        #expect(try events(text).map(\.visitor) == visitors)
    }

    @Test(
        arguments: [
            (
                #""session_traffic_source_last_click":{"cross_channel_campaign":{"source":"news","medium":"email","campaign_name":"(not set)"}}"#,
                ["news", "email", nil]
            ),
            (
                #""session_traffic_source_last_click":{"cross_channel_campaign":{"source":"(not set)"},"manual_campaign":{"campaign_name":"may"}}"#,
                [nil, nil, "may"]
            ),
            (
                #""session_traffic_source_last_click":{"google_ads_campaign":{"campaign_name":"brand"}}"#,
                ["google", "cpc", "brand"]
            ),
            (
                #""session_traffic_source_last_click":null,"collected_traffic_source":{"manual_medium":"cpc"}"#,
                [nil, "cpc", nil]
            ),
            (
                #""traffic_source":{"source":"(direct)","medium":"(none)","name":"(direct)"}"#,
                ["(direct)", "(none)", "(direct)"]
            ),
            (#""traffic_source":[]"#, [nil, nil, nil]),
        ] as [(String, [String?])])
    func `a visit comes from the first record that says so`(json: String, words: [String?]) throws {
        let event = try events(#"{"event_name":"page_view","event_timestamp":1,"user_pseudo_id":"a",\#(json)}"#).first
        #expect([event?.source, event?.medium, event?.campaign] == words)
    }

    @Test func `events read back as written`() throws {
        let pounds = Currency("GBP")
        let mug = try ProductReference(#require(SKU(awkwardName)))
        let at = Instant(milliseconds: 1_725_971_700_123)
        var written = WebEvent.Kind.allCases.map { WebEvent(visitor: "v", at: at, kind: $0) }
        for kind in WebEvent.Kind.allCases {
            var event = WebEvent(
                visitor: awkwardName, session: "s,1", at: at, kind: kind, quantity: 7,
                value: UnitPrice(micros: .max), currency: pounds, transaction: "#\"1\"", source: awkward,
                medium: "cpc", campaign: "a\\b", device: "mobile", region: "Türkiye")
            written.append(event)
            if kind == .session || kind == .page { continue }
            event.product = mug
            written.append(event)
            event.product = ProductReference.variant("808950810")
            event.quantity = 0
            event.value = UnitPrice(micros: 0)
            written.append(event)
            event.value = UnitPrice(micros: 10_000_000)
            event.quantity = 3
            written.append(event)
            event.value = nil
            event.source = nil
            written.append(event)
        }
        let writer = JSONLinesWriter()
        try GA4EventsReader.write(written, to: writer)
        #expect(try events(String(decoding: writer.bytes, as: UTF8.self)) == written)
    }

    @Test func `what the export says is written and read as the same facts`() throws {
        let once = try events(purchase)
        let writer = JSONLinesWriter()
        try GA4EventsReader.write(once, to: writer)
        #expect(try events(String(decoding: writer.bytes, as: UTF8.self)) == once)
    }

    @Test(
        arguments: [
            (#"{"event_timestamp":1}"#, FormatError.Code.missingValue, "event_name"),
            (#"{"event_name":"purchase"}"#, .missingValue, "event_timestamp"),
            (#"{"event_name":"purchase","event_timestamp":"2024-09-10"}"#, .notANumber, "event_timestamp"),
            (#"{"event_name":"purchase","event_timestamp":-1}"#, .outOfRange, "event_timestamp"),
            (#"{"event_name":"purchase","event_timestamp":9223372036854775807}"#, .outOfRange, "event_timestamp"),
            (
                #"{"event_name":"purchase","event_timestamp":1,"user_pseudo_id":"a\u0000b"}"#, .notAName,
                "user_pseudo_id"
            ),
            (
                #"{"event_name":"purchase","event_timestamp":1,"items":[{"item_id":"A"},{"item_id":"A","quantity":-1}]}"#,
                .outOfRange, "items[1].quantity"
            ),
            (
                #"{"event_name":"purchase","event_timestamp":1,"items":[{"price":9000000000,"quantity":1000000000000}]}"#,
                .outOfRange, "items[0].price"
            ),
            (
                #"{"event_name":"purchase","event_timestamp":1,"items":[{"price":"0x1p3"}]}"#, .notANumber,
                "items[0].price"
            ),
            (
                #"{"event_name":"page_view","event_timestamp":1,"event_params":[{"key":"currency","value":{"string_value":"$"}}]}"#,
                .unknownWord, "event_params[0].value.string_value"
            ),
            (#"["purchase"]"#, .unknownKind, nil), (#"{"event_name":"purchase""#, .notJSON, nil),
        ] as [(String, FormatError.Code, String?)])
    func `a broken event is refused by its member and kept whole`(
        json: String, code: FormatError.Code, field: String?
    ) throws {
        let read = try read(json)
        #expect(read.map { $0.error?.code } == [code])
        #expect(read.first?.error?.field == field)
        let again = try self.read(String(decoding: read.first?.raw ?? [], as: UTF8.self))
        #expect(again.map { $0.error?.code } == [code == .unknownKind ? .unknownKind : code])
    }

    @Test func `an event of very many items is refused`() throws {
        let items = String(repeating: "{},", count: GA4EventsReader.itemLimit) + "{}"
        let read = try read(#"{"event_name":"view_item","event_timestamp":1,"items":[\#(items)]}"#)
        #expect(read.first?.error?.code == .tooLong)
        let words = String(repeating: "x", count: 4001)
        let long = try self.read(
            #"{"event_name":"view_item","event_timestamp":1,"collected_traffic_source":{"manual_source":"\#(words)"}}"#)
        #expect(long.first?.error?.code == .tooLong)
    }

    @Test func `variants of one item in one event are units of it`() throws {
        let events = try events(
            #"""
            {"event_name":"purchase","event_timestamp":1,"user_pseudo_id":"a","ecommerce":{"transaction_id":"T"},"items":[
             {"item_id":"A","item_variant":"red","quantity":1,"item_revenue":5},
             {"item_id":"A","item_variant":"blue","quantity":2,"item_revenue":8.5},{"item_id":"B","quantity":1}]}
            """#)
        #expect(events.map(\.quantity) == [3, 1])
        #expect(events.map(\.value?.micros) == [13_500_000, nil])
    }
}
