import Domain
import Testing

@testable import Formats

/// What the fuzzer, or reading with its eyes, has found: each with the input that showed it.
@Suite struct FuzzRegressionTests {
    private func mixed(_ text: String) throws -> [Reading<[Fact]>] {
        var reader = try JSONLayout.mixed.reader(
            ByteSource(bytes: Array(text.utf8), name: "in.json"), FuzzTarget.context)
        var all: [Reading<[Fact]>] = []
        while let reading = try reader.next() { all.append(reading) }
        return all
    }

    private func order(_ line: String, _ members: String = "\"x\":0") -> String {
        """
        {"id":4,"name":"4","created_at":"2024-05-01T10:00:00Z","currency":"GBP","financial_status":"paid",
        "line_items":[{"id":1,"sku":"A","name":"A","price":"1","quantity":1,\(line)}],\(members)}
        """
    }

    @Test func `discounts that add up to more than 64 bits are refused, not wrapped`() throws {
        let huge = Array(repeating: "{\"amount\":\"9223372036854\"}", count: 11_000).joined(separator: ",")
        let found = try shopifyReadings(order("\"discount_allocations\":[\(huge)]"))
        #expect(found.first?.error?.code == .outOfRange)
        #expect(found.first?.error?.field?.hasPrefix("line_items[0].discount_allocations[") == true)
    }

    @Test(arguments: ["\"taxes_included\":true", "\"cancelled_at\":\"2024-05-02T10:00:00Z\""])
    func `a discount below nothing is refused before anything is taken from it`(members: String) throws {
        let below = Array(repeating: "{\"amount\":\"-9223372036854\"}", count: 9_990).joined(separator: ",")
        let line = "\"discount_allocations\":[\(below)],\"tax_lines\":[{\"price\":\"1\"}]"
        #expect(try shopifyReadings(order(line, members)).first?.error?.code == .outOfRange)
        let one = "\"discount_allocations\":[{\"amount\":\"-1\"}]"
        #expect(try shopifyReadings(order(one, members)).first?.error?.field == "line_items[0].discount_allocations")
    }

    @Test func `taxes and refunds that add up to more than 64 bits are refused`() throws {
        let taxes = Array(repeating: "{\"price\":\"9223372036854\"}", count: 11_000).joined(separator: ",")
        let taxed = order("\"tax_lines\":[\(taxes)]", "\"taxes_included\":true")
        #expect(try shopifyReadings(taxed).first?.error?.code == .outOfRange)
        let given = #"{"kind":"refund","amount":"9223372036854"}"#
        let refund = """
            "refunds":[{"id":9,"created_at":"2024-05-01T10:00:00Z","transactions":[\(given),\(given)]}]
            """
        #expect(try shopifyReadings(order("\"x\":0", refund)).first?.error?.code == .outOfRange)
    }

    @Test func `postage whose discount is beyond 64 bits is refused`() throws {
        let postage = """
            "shipping_lines":[{"id":1,"price":"9223372036854","discounted_price":"-9223372036854"}]
            """
        #expect(try shopifyReadings(order("\"x\":0", postage)).first?.error?.code == .outOfRange)
    }

    @Test func `an order of many refunds takes a time that grows with its length alone`() throws {
        let refunds = (0..<8_000).map {
            "{\"id\":\($0),\"created_at\":\"2024-05-01T10:00:00Z\",\"refund_line_items\":[]}"
        }
        let parcels = (0..<8_000).map { "{\"id\":\($0),\"quantity\":1}" }.joined(separator: ",")
        let start = FuzzWatch.seconds
        let found = try shopifyReadings(
            order(
                "\"x\":0",
                """
                "fulfillments":[{"created_at":"2024-05-01T10:00:00Z","line_items":[\(parcels)]}],
                "refunds":[\(refunds.joined(separator: ","))]
                """))
        #expect(found.first?.record?.count == 1)
        // Each refund with every parcel would be 64 million steps, minutes in a debug build.
        #expect(FuzzWatch.seconds - start < 30)
    }

    @Test func `a group's header that is long is refused, since every message of it would carry it along`() throws {
        let text = String(decoding: FuzzCorpus.x12[0].utf8, as: UTF8.self)
            .replacing("*SHOP*2026", with: "*SHOP\(String(repeating: "x", count: 300))*2026")
        let found = try readings(
            X12FactsReader(ByteSource(bytes: Array(text.utf8), name: "in.x12")) { _ in FuzzCorpus.partner })
        #expect(found.map { $0.error?.code } == [.notX12])
        #expect(found.first?.error?.field == "GS")
    }

    @Test func `events that are indented by nothing are read, in an array and alone`() throws {
        let event =
            "{\n\"event_name\":\"page_view\",\n\"event_timestamp\":1,\n\"event_params\":[\n{\n\"key\":\"a\"\n}\n]\n}"
        for text in [event, "[\n\(event),\n\(event)\n]", event + "\n" + event] {
            let found = try mixed(text)
            #expect(found.allSatisfy { $0.record?.count == 1 })
            for reading in found { #expect(try mixed(String(decoding: reading.raw, as: UTF8.self)).count == 1) }
        }
    }

    @Test func `elements of an array that no comma parts are told apart as they are alone`() throws {
        var items = JSONItems(ByteSource(bytes: Array("[\n{\"a\":1}5\n{\"a\":2}5\n]".utf8), name: "x"))
        var raw: [String] = []
        while try items.next() != nil { raw.append(String(decoding: items.raw, as: UTF8.self)) }
        #expect(raw == ["{\"a\":1}", "5", "{\"a\":2}", "5"])
    }

    @Test(arguments: ["0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59.999-00:01"])
    func `a moment that no year of four digits can say is refused where it is read`(text: String) throws {
        let sound = "currency,day,rate\nUSD,2011-07-01,1\n"
        #expect(try readings(PlainReader<RatesFormat>(csv(sound), zone: .utc)).first?.error == nil)
        let scans = try csv("tracking,status,scanned_at\n1,failed,\(text)\n")
        #expect(try readings(PlainReader<ScansFormat>(scans, zone: .utc)).first?.error?.code == .notATime)
        let counts = try csv("sku,place,quantity,state,counted_at\nA,B,1,on-hand,\(text)\n")
        #expect(try readings(CountsReader(counts, zone: .utc)).first?.error?.code == .notATime)
        #expect(try mixed("{\"case\":\"1\",\"stage\":\"x\",\"start\":\"\(text)\"}").first?.error?.code == .notATime)
        var format = try TimestampFormat("yyyy-MM-ddTHH:mm:ss.SSSZ")
        #expect(format.parse(text, zone: .utc) == nil)
        let segments = FuzzCorpus.x12[0].replacing("20260731*061530*ET", with: "00010101*000000*01")
        let stock = try readings(
            X12FactsReader(ByteSource(bytes: Array(segments.utf8), name: "in.x12")) { _ in FuzzCorpus.partner })
        #expect(stock.first?.error?.code == .notATime)
    }

    @Test func `a wall clock at the end of time is refused in a zone that is behind`() throws {
        let zone = try Zone(identifier: "America/New_York")
        let rows = try csv("tracking,status,scanned_at\n1,failed,9999-12-31 23:00\n2,failed,9999-12-31 12:00\n")
        #expect(try readings(PlainReader<ScansFormat>(rows, zone: zone)).map { $0.error?.code } == [.notATime, nil])
    }

    @Test func `a bar code of more digits than a catalogue keeps is left out of what a storefront tells`() throws {
        let text = "Handle,Title,Variant SKU,Variant Barcode\nm,M,A,9223372036854775807\nn,N,B,123456789012345678\n"
        let found = try readings(ShopifyProductsReader(csv(text)))
        #expect(found.map { $0.record?.barcode } == [nil, "123456789012345678"])
        let body = #"{"id":1,"title":"M","variants":[{"id":7,"sku":"A","barcode":"9223372036854775807"}]}"#
        guard case .product(let product)? = try shopifyReadings(body).first?.record?.first else {
            Issue.record("no product")
            return
        }
        #expect(product.barcode == nil)
    }

    @Test func `an order whose rows are long is refused before it fills the memory`() throws {
        let title = String(repeating: "x", count: 900_000)
        let row = "#1,GBP,2024-05-01 10:00:00 +0000,1,\(title),1,A\n"
        let text =
            "Name,Currency,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku\n"
            + String(repeating: row, count: 20) + "#2,GBP,2024-05-01 10:00:00 +0000,1,Mug,1,A\n"
        let found = try readings(ShopifyOrdersReader(csv(text)))
        #expect(found.map { $0.error?.code } == [.tooLong, nil, nil])
        #expect(found.map(\.rows).reduce(0, +) == 21)
        #expect(found.allSatisfy { $0.raw.count <= ShopifyOrdersReader.byteLimit })
    }

    @Test func `a text with a NUL character is refused, since no table could hold it`() throws {
        let review = #"{"id":"1","reviewed_at":"2024-05-01T10:00:00Z","sku":"A","stars":5,"text":"a\u0000b"}"#
        #expect(try mixed(review).first?.error?.code == .nulByte)
        let spend = #"""
            {"campaign":{"id":"2","name":"a\u0000"},"segments":{"date":"2024-05-01"},"metrics":{"costMicros":1,"clicks":1,
            "impressions":1}}
            """#
        #expect(try mixed(spend).first?.error?.code == .nulByte)
    }

    @Test func `orders that a platform claims add up to no more than can be read again`() throws {
        let claims = Array(repeating: #"{"action_type":"purchase","value":"1000000000000"}"#, count: 2)
        func row(_ claims: some Sequence<String>) -> String {
            """
            {"campaign_id":"3","date_start":"2024-05-01","date_stop":"2024-05-01","impressions":1,"spend":"1",
            "actions":[\(claims.joined(separator: ","))]}
            """
        }
        #expect(try mixed(row(claims)).first?.error?.code == .outOfRange)
        #expect(try mixed(row(claims.prefix(1))).first?.record?.count == 1)
    }

    @Test func `a page within a page is read as it is alone`() throws {
        func row(_ id: Int, _ more: String = "") -> String {
            #"{"campaign_id":"\#(id)","date":"2024-05-01","impressions":1,"spend":0\#(more)}"#
        }
        let text =
            "{\"data\":[\(row(1)),\n{\"data\":[\(row(2)),{\"data\":[]},7]},\n\(row(3, ",\"data\":[{}]"))]}\n\(row(4))"
        let found = try readings(MetaInsightsReader(ByteSource(bytes: Array(text.utf8), name: "in.json")))
        #expect(found.map { $0.error?.code } == [nil, nil, .unknownKind, .missingValue, nil])
        #expect(found.map(\.line) == [1, 2, 2, 3, 4])
        for reading in found {
            let again = try readings(MetaInsightsReader(ByteSource(bytes: reading.raw, name: "in.json")))
            #expect(again.map(\.record) == [reading.record])
            #expect(again.first?.error?.code == reading.error?.code)
        }
    }

    private func notice(_ change: (String) -> String) throws -> [Reading<[Fact]>] {
        let text = change(FuzzCorpus.x12.last { $0.contains("*856*") } ?? "")
        return try readings(
            X12FactsReader(ByteSource(bytes: Array(text.utf8), name: "in.x12")) { _ in FuzzCorpus.partner })
    }

    @Test func `a level of a ship notice has a number that can be a line's`() throws {
        let long = String(repeating: "9", count: 201)
        let found = try notice { text in
            #expect(text.contains("HL*5*"))
            return text.replacing("HL*5*", with: "HL*\(long)*")
        }
        #expect(found.first?.error?.code == .notAName)
        #expect(found.first?.error?.field == "HL01")
    }

    @Test func `a ship notice without its own date has none, and is written as of when its goods left`() throws {
        let found = try notice { text in
            let bsn = text.split(separator: "~").first { $0.contains("BSN*") } ?? ""
            return text.replacing(bsn, with: "\nBSN*00*S**1200")
        }
        let notices = try #require(found.first?.record).compactMap {
            if case .shipNotice(let it) = $0 { it } else { nil }
        }
        let first = try #require(notices.first)
        #expect(notices.allSatisfy { $0.version == nil })
        let message = try #require(X12ShipNotice.messages(notices, partner: FuzzCorpus.partner).first)
        #expect(message.segments.first?[3] == X12Time.text(first.at, in: FuzzCorpus.partner.zone).day)
        #expect(try FuzzWriting.interchange(of: notices.map(Fact.shipNotice))?.facts == notices.map(Fact.shipNotice))
    }

    @Test func `a request after a byte order mark keeps its place in the file`() throws {
        let text = "\u{FEFF}X-Shopify-Topic: orders/create\n\n{"
        let found = try readings(ShopifyMessageReader(ByteSource(bytes: Array(text.utf8), name: "in.http")))
        #expect(found.map(\.offset) == [3])
        #expect(found.first?.error?.offset == Int64(text.utf8.count - 1))
    }

    @Test func `a planned date that the shop's clock moves before the year 1 is refused`() throws {
        let order = """
            {"id":7,"name":"P00007","partner_id":[3,"Acme"],"date_order":"2024-05-01 10:00:00","state":"purchase",
            "currency_id":[1,"GBP"],"picking_type_id":[1,"Main: Receipts"],"order_line":[{"id":71,
            "product_id":[5,"[MUG] Mug"],"product_qty":12.0,"qty_received":3.0,"price_unit":2.5,
            "date_planned":"0001-01-01 00:00:00"}]}
            """
        let found = try mixed(order)
        #expect(found.first?.error?.code == .notATime)
        #expect(found.first?.error?.field?.hasSuffix("date_planned") == true)
        #expect(try mixed(order.replacing("0001-01-01 00", with: "0001-01-01 12")).first?.error == nil)
    }

    @Test func `what is not set is no product in a table either`() throws {
        let text =
            "campaign.id,segments.date,segments.product_item_id,metrics.impressions,metrics.clicks,metrics.cost_micros\n"
        let found = try readings(PlainReader<GoogleAdsTable>(csv(text + "1,2024-05-02,(not set),0,0,0\n"), zone: .utc))
        #expect(found.first?.error == nil)
        #expect(found.map { $0.record?.product } == [nil])
    }

    @Test(arguments: [("A, B", false), ("A, \u{301}B", false), ("A,", false), ("A,B", true)])
    func `a product that Meta could not tell from its name is not written for it`(sku: String, isWritten: Bool) throws {
        let day = try #require(Day("2024-05-01"))
        let spend = AdSpend(
            campaign: "2", name: "", ad: "9", day: day, product: ProductReference(merchantItem: sku),
            cost: UnitPrice(micros: 1), currency: nil, impressions: 1, clicks: 1, conversions: 0,
            conversionValue: UnitPrice(micros: 0))
        guard isWritten else {
            #expect(throws: FormatError.self) { try MetaInsightsReader.json(spend) }
            return
        }
        let bytes = try MetaInsightsReader.json(spend).bytes()
        #expect(
            try readings(MetaInsightsReader(ByteSource(bytes: bytes, name: "in.json"))).first?.record == [
                .adSpend(spend)
            ])
    }

    @Test func `a time pattern without end is refused, not read for hours`() throws {
        let colons = String(repeating: ":", count: 1 << 20)
        let error = #expect(throws: FormatError.self) { try TimestampFormat("yyyy-MM-ddTHH:mm\(colons)") }
        #expect(error?.code == .badPattern)
        #expect(error.map { $0.description.utf8.count < 400 } == true)
        var format = try TimestampFormat("yyyy-MM-dd\(colons.prefix(900))")
        #expect(format.parse("2024-05-01\(colons.prefix(900))", zone: .utc) != nil)
    }

    @Test(arguments: [("0.10", true), ("0.11", false)])
    func `what comes back at a till costs no less than nothing`(discount: String, isRead: Bool) throws {
        let text =
            "receipt,line,sold_at,place,till,sku,title,quantity,price,discount,currency\n"
            + "1,1,2011-07-01 09:30,High St,T1,CUP,Cup,-1,0.10,\(discount),GBP\n"
        let gbp = try #require(Currency("GBP"))
        let source = ByteSource(bytes: Array(text.utf8), name: "till.csv")
        let reader = try TillLinesReader(CSVReader(source), zone: .utc, currency: gbp)
        let found = try readings(reader)
        #expect(found.map { $0.record != nil } == [isRead])
        #expect(isRead || found.first?.error?.description.contains("discount: is more") == true)
    }
}
