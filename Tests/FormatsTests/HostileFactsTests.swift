import Domain
import Testing

@testable import Formats

/// Damaged exports: nothing may crash, and every row comes out as a record or a reason.
@Suite struct HostileFactsTests {
    /// `text` with some bytes changed, taken out, doubled, or replaced by what breaks careless parsers.
    private func damaged(_ text: String, _ random: inout SplitMix) -> [UInt8] {
        let pieces = [
            "-", "9223372036854775807", "-9223372036854775808", "1e308", "\"", "{", "]", "\u{0}", "null", ",", "\n",
            "\\u0000", "\u{202E}", "[]", "{}", "true", "0.0000001", "\\",
        ]
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...9, using: &random)))
            case 2: bytes.insert(contentsOf: (pieces.randomElement(using: &random) ?? "").utf8, at: place)
            default:
                // A whole number takes the place of another: the edges of 64 bits.
                let end = bytes[place...].firstIndex { $0 &- 0x30 >= 10 } ?? bytes.count
                let start = (bytes[..<place].lastIndex { $0 &- 0x30 >= 10 } ?? -1) + 1
                bytes.replaceSubrange(start..<max(start, end), with: (pieces.randomElement(using: &random) ?? "").utf8)
            }
        }
        return bytes
    }

    private func source(_ bytes: [UInt8]) -> ByteSource { ByteSource(bytes: bytes, name: "hostile") }

    /// Reads to the end, and what was refused once more alone.
    private func drain<Reader: RecordReader>(_ make: ([UInt8]) throws -> Reader, _ bytes: [UInt8]) {
        guard let reader = try? make(bytes), let all = try? readings(reader) else { return }
        for reading in all {
            #expect(reading.rows >= 1)
            #expect(reading.line >= 1)
            #expect(!reading.raw.isEmpty || reading.error != nil)
            if reading.error != nil, let again = try? make(reading.raw) { _ = try? readings(again) }
        }
    }

    @Test func `damaged exports of the web and of advertisements never crash`() {
        var random = SplitMix(state: 17)
        let event = #"""
            {"event_timestamp":"1725971700123456","event_name":"purchase","user_pseudo_id":"p","event_params":[
             {"key":"value","value":{"double_value":9.5}},{"key":"currency","value":{"string_value":"USD"}}],
             "ecommerce":{"transaction_id":"t","purchase_revenue":29.99,"total_item_quantity":3},
             "items":[{"item_id":"MUG-1","price":9.99,"quantity":"2","item_revenue":19.98}]}

            """#
        let google = #"""
            {"results":[{"campaign":{"id":"2"},"segments":{"date":"2024-05-01","productItemId":"shopify_gb_1_2"},
              "metrics":{"costMicros":"1234567","clicks":"12","impressions":"345","conversionsValue":45.1}}]}
            """#
        let meta = #"""
            {"data":[{"campaign_id":"30","date_start":"2024-05-01","date_stop":"2024-05-01","impressions":"1000",
              "spend":"12.34","product_id":"A, B","action_values":[{"action_type":"purchase","value":"60"}]}]}
            """#
        for _ in 0..<2_000 {
            drain({ GA4EventsReader(source($0)) }, damaged(event + event, &random))
            drain({ GoogleAdsReader(source($0)) }, damaged(google, &random))
            drain({ MetaInsightsReader(source($0)) }, damaged(meta, &random))
        }
    }

    @Test func `damaged plain files and till receipts never crash`() throws {
        var random = SplitMix(state: 23)
        let pounds = try #require(Currency("GBP"))
        let zone = try Zone(identifier: "Europe/London")
        let till = """
            receipt,line,sold_at,place,till,sku,title,quantity,price,discount,customer,currency,void
            1,1,2011-07-01 09:30,High St,T1,MUG,Mug,2,4.50,1.00,C7,GBP,
            1,2,,,T1,CUP,Cup,-1,3.00,0.50,,,no
            2,1,2011-07-01 09:40,,T2,MUG,Mug,1,4.50,,,,

            """
        let shift = """
            {"id":1,"place":"A","role":"till","from":"2011-07-01 09:30","to":"2011-07-01 17:30:00.5","state":"worked"}

            """
        let ticket = "id,opened_at,closed_at,score\n1,2011-07-01 09:30,2011-10-30T01:30:00.123,0.5\n"
        for _ in 0..<2_000 {
            drain(
                { try TillLinesReader(CSVReader(source($0)), zone: zone, currency: pounds) }, damaged(till, &random))
            drain({ PlainLinesReader<ShiftsFormat>(source($0), zone: zone) }, damaged(shift + shift, &random))
            drain({ try PlainReader<TicketsFormat>(CSVReader(source($0)), zone: zone) }, damaged(ticket, &random))
        }
    }

    @Test func `a page of nothing but brackets is bounded and refused`() throws {
        let rows = String(repeating: "[],", count: 200_000) + "[]"
        let read = try readings(GoogleAdsReader(source(Array("{\"results\":[\(rows)]}".utf8))))
        #expect(read.count == 200_001)
        #expect(read.allSatisfy { $0.error?.code == .unknownKind })
    }
}
