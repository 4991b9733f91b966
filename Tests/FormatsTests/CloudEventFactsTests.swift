import Domain
import FoundationEssentials
import Testing

@testable import Formats

/// CloudEvents around records of every layout.
@Suite struct CloudEventFactsTests {
    private func read(_ text: String) throws -> [Reading<[Fact]>] {
        let context = JSONContext(zone: .utc, currency: try #require(Currency("GBP"))) { _ in }
        return try readings(
            JSONLayout.cloudEvents.reader(ByteSource(bytes: Array(text.utf8), name: "events.json"), context))
    }

    private func event(_ id: String, _ type: String, _ data: String, media: String? = nil) -> String {
        let media = media.map { #""datacontenttype":"\#($0)","# } ?? ""
        return #"{"specversion":"1.0","id":"\#(id)","source":"/s","type":"\#(type)",\#(media)\#(data)}"# + "\n"
    }

    private func kinds(_ text: String) throws -> [Fact.Kind] {
        try read(text).flatMap { try $0.outcome.get() }.map(\.kind)
    }

    @Test(
        arguments: [
            ("counts", #"{"sku":"A","place":"M","quantity":3,"counted_at":"2024-05-01T10:00:00Z","state":"on-hand"}"#),
            ("products", #"{"sku":"A","name":"Mug","price":"4.50"}"#),
            (
                "offers",
                #"{"supplier":"Acme","sku":"A","cost":1.5,"currency":"GBP","lead_time_days":7}"#
            ),
            ("calendars", #"{"supplier":"Acme","order_days":["mon","wed"],"closures":["2011-12-24..2012-01-02"]}"#),
            (
                "purchases",
                #"{"order":"1","line":1,"supplier":"Acme","sku":"A","place":"M","quantity":3,"currency":"GBP","ordered_on":"2024-05-01","expected_on":null}"#
            ),
            (
                "till-lines",
                #"{"receipt":"1","sold_at":"2024-05-01T10:00:00Z","lines":[{"sku":"A","quantity":1,"price":2},{"sku":"B","quantity":2,"price":3}]}"#
            ),
        ]) func `rows of a table come as JSON too`(_ layout: String, _ data: String) throws
    {
        let known = try #require(KnownLayout(rawValue: layout))
        let facts = try read(event("1", "com.example.\(layout)", #""data":\#(data)"#)).map { try $0.outcome.get() }
        #expect(facts.map(\.count) == [1])
        let plain = JSONLayout.plain(known)
        #expect(JSONLayout.names[plain.name] == plain)
        let same = try read(event("1", "com.example.thing", #""data":\#(data)"#)).map { try $0.outcome.get() }
        #expect(same == facts, "known by its members")
        if case .order(let order) = facts[0][0] { #expect(order.lines.map(\.quantity) == [1, 2]) }
    }

    @Test func `rows of a receipt that follow each other are one receipt`() throws {
        let row = #"{"receipt":"\#("1")","sold_at":"2024-05-01T10:00:00Z","sku":"A","quantity":1,"price":2}"#
        let text = [row, row.replacing("\"A\"", with: "\"B\""), row.replacing("\"1\"", with: "\"2\"")].joined(
            separator: "\n")
        let context = JSONContext(zone: .utc, currency: try #require(Currency("GBP"))) { _ in }
        let found = try readings(
            JSONLayout.plain(.tillLines).reader(ByteSource(bytes: Array(text.utf8), name: "t.json"), context))
        #expect(found.map(\.rows) == [2, 1] && found.map(\.line) == [1, 3])
    }

    @Test func `a bad cell is told with its member`() throws {
        let data = #""data":{"sku":"A","place":"M","quantity":{},"counted_at":"2024-05-01T10:00:00Z"}"#
        let problem = try read("\n" + event("1", "x.counts", data)).first?.error
        #expect(problem?.field == "quantity" && problem?.line == 2)
    }

    @Test func `data is text where its media type says so`() throws {
        let csv =
            "sku,place,quantity,state,counted_at\\nA,M,3,on-hand,2024-05-01T10:00:00Z\\nB,M,4,on-hand,2024-05-01T10:00:00Z\\n"
        #expect(
            try kinds(event("1", "x.counts", #""data":"\#(csv)""#, media: "text/csv; charset=utf-8")) == [
                .count, .count,
            ])
        let bytes = Data(csv.replacing("\\n", with: "\n").utf8).base64EncodedString()
        #expect(try kinds(event("1", "stock", #""data_base64":"\#(bytes)""#, media: "text/csv")).count == 2)
        let bad = try read(event("1", "x.counts", #""data":"sku\\nA""#, media: "text/csv")).first?.error
        #expect(bad?.code == .missingColumn && bad?.line == 1)
    }
}
