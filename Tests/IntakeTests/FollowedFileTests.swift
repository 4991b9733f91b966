import Domain
import FoundationEssentials
import Formats
import GRDB
import Glibc
import Intake
import Store
import TestSupport
import Testing

/// A file that grows by lines.
@Suite struct FollowedFileTests {
    private static let head = "case,stage,start\n"

    private func stages(_ name: String = "log.csv") throws -> LiveShop {
        try LiveShop("kind = \"file\"\npath = \"\(name)\"\nas = \"stages\"")
    }

    private func row(_ number: Int) -> String { "C\(number),pick,2011-11-07T09:\(10 + number % 50):00Z\n" }

    @Test func `lines are taken in as they come, and a line that has not ended waits`() throws {
        let live = try stages()
        try live.look()
        #expect(live.source.feed.said.contains("not there yet"))
        try live.append(FollowedFileTests.head + row(1) + "C2,pi", to: "log.csv")
        try live.look()
        #expect(try live.tally("stageEvents") == 1)
        try live.append("ck,2011-11-07T09:30:00Z\n", to: "log.csv")
        try live.look()
        #expect(try live.tally("stageEvents") == 2)
        let feed = try #require(try live.facts.liveSource("live"))
        #expect(feed.read == 2 && feed.refused == 0 && feed.state == .flowing && feed.said.isEmpty)
        #expect(feed.watermark == Instant(iso8601: "2011-11-07T09:30:00Z") && feed.lastAt == FactsShop.now)
        #expect(feed.place?.line == 3)
        #expect(try live.facts.batches(limit: 10).count == 1, "one batch an hour")
        #expect(try live.facts.unfinishedImports().isEmpty)
    }

    @Test func `after a restart it goes on where it was, in the same batch, and in a new one every hour`() throws {
        let live = try stages()
        try live.append(FollowedFileTests.head + (1...500).map(row).joined(), to: "log.csv")
        try live.look()
        try live.restart()
        try live.append(row(1001), to: "log.csv")
        try live.look()
        var feed = try #require(try live.facts.liveSource("live"))
        #expect(feed.read == 501, "nothing is read twice")
        #expect(try live.facts.batches(limit: 10).count == 1)
        live.wait(seconds: 3600)
        try live.append(row(1002), to: "log.csv")
        try live.look()
        feed = try #require(try live.facts.liveSource("live"))
        #expect(feed.read == 502)
        #expect(try live.facts.batches(limit: 10).count == 2)
        #expect(try live.tally("stageEvents") == 502)
    }

    @Test func `a refused line keeps its place in the file, and equal ones stay two`() throws {
        let live = try stages()
        try live.append(FollowedFileTests.head + row(1) + "C2,pick,yesterday\n", to: "log.csv")
        try live.look()
        try live.append("C2,pick,yesterday\n" + row(3), to: "log.csv")
        try live.look()
        let rows = try live.facts.quarantined(.refused)
        #expect(rows.map(\.line) == [3, 4])
        #expect(rows.map(\.offset) == [46, 64])
        #expect(try live.facts.liveSource("live")?.refused == 2)
        #expect(try live.tally("stageEvents") == 2)
    }

    @Test func `a file that is moved away is read to its end before the one in its place`() throws {
        let live = try stages()
        try live.append(FollowedFileTests.head + row(1), to: "log.csv")
        try live.look()
        try live.append(row(2), to: "log.csv")
        #expect(rename("\(live.path)/log.csv", "\(live.path)/log.csv.1") == 0)
        try live.append("", to: "log.csv")
        try live.look()
        // Its writer has not noticed yet, and its last line has no end.
        try live.append(row(3) + "C4,pick,2011-11-07T09:44:00Z", to: "log.csv.1")
        try live.append(FollowedFileTests.head + row(5), to: "log.csv")
        try live.look()
        #expect(try live.tally("stageEvents") == 5)
        #expect(try live.facts.liveSource("live")?.refused == 0)
    }

    @Test func `what came while nobody looked is found, also in a file that was moved away`() throws {
        let live = try stages()
        try live.append(FollowedFileTests.head + row(1), to: "log.csv")
        try live.look()
        try live.append(row(2), to: "log.csv")
        #expect(rename("\(live.path)/log.csv", "\(live.path)/log.csv.1") == 0)
        try live.append(FollowedFileTests.head + row(3), to: "log.csv")
        try live.restart()
        try live.look()
        #expect(try live.tally("stageEvents") == 3)
        #expect(try live.facts.liveSource("live")?.read == 3)
    }

    @Test func `a file that is cut is read from its beginning, however long it has become since`() throws {
        let live = try stages()
        try live.append(FollowedFileTests.head + row(1) + row(2), to: "log.csv")
        try live.look()
        #expect(truncate("\(live.path)/log.csv", 0) == 0)
        try live.append(FollowedFileTests.head + row(3), to: "log.csv")
        try live.look()
        #expect(try live.tally("stageEvents") == 3)
        #expect(truncate("\(live.path)/log.csv", 0) == 0)
        try live.append(FollowedFileTests.head + (10...40).map(row).joined(), to: "log.csv")
        try live.look()
        #expect(try live.tally("stageEvents") == 34)
    }

    @Test func `JSON lines are followed as well`() throws {
        let live = try stages("log.ndjson")
        try live.append(#"{"case": "C1", "stage": "pick", "start": "2011-11-07T09:00:00Z"}"# + "\n", to: "log.ndjson")
        try live.look()
        try live.append(#"{"case": "C2", "stage": "pick", "#, to: "log.ndjson")
        try live.look()
        try live.append(#""start": "2011-11-07T09:01:00Z"}"# + "\n{oops\n", to: "log.ndjson")
        try live.look()
        #expect(try live.tally("stageEvents") == 2)
        #expect(try live.facts.quarantined(.refused).map(\.line) == [3])
    }

    @Test func `of two things said of one fact the later line holds`() throws {
        let live = try LiveShop("kind = \"file\"\npath = \"counts.csv\"\nas = \"counts\"")
        try live.shop.take(.products, "sku,name\nA,The A\n")
        func count(_ units: Int) -> String { "A,main,\(units),on-hand,2011-11-07T08:00:00Z\n" }
        try live.append("sku,place,quantity,state,counted_at\n" + count(10), to: "counts.csv")
        try live.look()
        try live.append(count(8) + count(3) + count(5), to: "counts.csv")
        try live.look()
        #expect(try live.facts.database.read { try Int.fetchOne($0, sql: "SELECT quantity FROM stock_count") } == 5)
    }

    // MARK: - Documents

    private static let lines = "Doc,Code,Title,Qty,Date,Price,Customer\n"

    private func line(_ document: String, _ code: String = "A", _ units: Int = 1) -> String {
        "\(document),\(code),The \(code),\(units),2011-11-07 08:00:00,2.00,7\n"
    }

    /// The lines of each document: units, ascending.
    private func documents(_ facts: Facts) throws -> [String: [Int]] {
        try facts.database.read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT number, quantity FROM order_line JOIN document ON document.id = document ORDER BY quantity"
            )
        }.reduce(into: [:]) { $0[$1[0], default: []].append($1[1]) }
    }

    @Test func `a document's lines add up over looks, hours and restarts, equal ones included`() throws {
        let live = try LiveShop("kind = \"file\"\npath = \"till.csv\"\nmapping = \"till\"", mapping: tillMapping())
        try live.append(FollowedFileTests.lines + line("D1") + line("D1") + line("D2", "B", 4), to: "till.csv")
        try live.look()
        try live.append(line("D1") + line("D2", "C", 2), to: "till.csv")
        try live.look()
        live.wait(seconds: 3600)
        try live.restart()
        try live.append(line("D1"), to: "till.csv")
        try live.look()
        #expect(try documents(live.facts) == ["D1": [1, 1, 1, 1], "D2": [2, 4]])
        // By another way it is the same.
        let whole = try FactsShop()
        try whole.take(
            try String(contentsOfFile: "\(live.path)/till.csv", encoding: .utf8), .mapped(tillMapping()))
        #expect(try whole.facts.contentDigest() == live.facts.contentDigest())
        // And read again from its beginning it is too.
        try live.facts.database.write { try $0.execute(sql: "DELETE FROM feed") }
        try live.restart()
        try live.look()
        #expect(try documents(live.facts) == ["D1": [1, 1, 1, 1], "D2": [2, 4]])
    }

    @Test func `a receipt whose lines come one by one is one receipt`() throws {
        let live = try LiveShop("kind = \"file\"\npath = \"till.csv\"\nas = \"till-lines\"")
        func sold(_ receipt: Int, _ units: Int) -> String { "\(receipt),2011-11-07T08:00:00Z,A,\(units),2.00\n" }
        try live.append("receipt,sold_at,sku,quantity,price\n" + sold(1, 1) + sold(2, 2), to: "till.csv")
        try live.look()
        try live.append(sold(2, 3), to: "till.csv")
        try live.look()
        try live.restart()
        try live.append(sold(2, 4) + sold(3, 5), to: "till.csv")
        try live.look()
        #expect(try documents(live.facts) == ["1": [1], "2": [2, 3, 4], "3": [5]])
        // One receipt of more rows than a part has.
        try live.append((1...300).map { sold(4, $0) }.joined() + sold(5, 1), to: "till.csv")
        try live.look()
        #expect(try documents(live.facts)["4"]?.count == 300)
        #expect(try documents(live.facts)["5"] == [1])
    }

    @Test func `a quotation over two lines is one record, and one that never closes holds nothing up for long`() throws
    {
        let live = try LiveShop("kind = \"file\"\npath = \"p.csv\"\nas = \"products\"")
        try live.append("sku,name\nA,\"The\n", to: "p.csv")
        try live.look()
        #expect(try live.facts.product("A") == nil)
        try live.append("A\"\nB,\"open\nC,The C\n", to: "p.csv")
        #expect(try live.look() <= .seconds(2))
        #expect(try live.facts.product("A")?.name.contains("The") == true)
        #expect(try live.facts.product("C") == nil)
        usleep(2_100_000)
        try live.look()
        #expect(try live.facts.product("C") != nil)
        #expect(try live.facts.quarantined(.refused).count == 1)
    }

    @Test func `late facts are counted, and keep their own time`() throws {
        let live = try LiveShop("kind = \"file\"\npath = \"log.csv\"\nas = \"stages\"\nprovisional = \"24 h\"")
        try live.append(FollowedFileTests.head + row(1), to: "log.csv")
        try live.look()
        try live.append("L1,pick,2011-11-07T00:00:00Z\nL2,pick,2011-11-01T00:00:00Z\n", to: "log.csv")
        try live.look()
        let feed = try #require(try live.facts.liveSource("live"))
        #expect(feed.late == 1 && feed.watermark == Instant(iso8601: "2011-11-07T09:11:00Z"))
    }

    @Test func `a file that is cut and written anew to the same length is read again`() throws {
        let live = try stages()
        let rows = (1...20).map(row)
        try live.append(FollowedFileTests.head + rows.joined(), to: "log.csv")
        try live.look()
        let path = "\(live.path)/log.csv"
        #expect(truncate(path, 0) == 0)
        // All but the front is as it was.
        try live.append(
            FollowedFileTests.head + (rows[0].replacing("C1,", with: "D1,") + rows[1...].joined()), to: "log.csv")
        try live.look()
        #expect(try live.tally("stageEvents") == 21)
    }

    @Test(
        arguments: [
            (
                "shopify-webhooks", "stockCounts",
                #"{"headers":{"X-Shopify-Topic":"inventory_levels/update"},"body":{"inventory_item_id":5,"location_id":9,"available":N,"updated_at":"2011-10-01T10:00:0NZ"}}"#
            ),
            (
                "shopify-webhooks", "stockCounts",
                #"{"inventory_item_id":5,"location_id":9,"available":N,"updated_at":"2011-10-01T10:00:0NZ"}"#
            ),
            (
                "cloudevents", "stageEvents",
                #"{"specversion":"1.0","id":"N","source":"s","type":"x.stages","data":{"case":"CN","stage":"pick","start":"2011-10-01T10:00:0NZ"}}"#
            ),
            (
                "ga4", "webEvents",
                #"{"event_name":"page_view","event_timestamp":131754000N000000,"user_pseudo_id":"a"}"#
            ),
            (
                "google-ads", "adSpend",
                #"{"campaign":{"id":"N","name":"c"},"segments":{"date":"2011-10-01"},"metrics":{"costMicros":"1000000","clicks":"1","impressions":"2"}}"#
            ),
            (
                "meta-insights", "adSpend",
                #"{"campaign_id":"N","campaign_name":"c","date_start":"2011-10-01","date_stop":"2011-10-01","spend":"1.00","impressions":"9","account_currency":"GBP"}"#
            ),
            (
                "odoo", "stockCounts",
                #"{"id":N,"product_id":[7,"[A] x"],"location_id":[8,"WH/Stock"],"quantity":N.0,"write_date":"2011-10-01 10:00:0N"}"#
            ),
            (
                "erpnext", "stockCounts",
                #"{"item_code":"A","warehouse":"W","actual_qty":N,"modified":"2011-10-01 10:00:0N"}"#
            ),
        ]) func `newline JSON of every kind flows by lines`(_ layout: String, _ tally: String, _ line: String) throws
    {
        let live = try LiveShop("kind = \"file\"\npath = \"log\"\nas = \"\(layout)\"")
        try live.shop.take(.products, "sku,name\nA,Mug\n")
        let product = #"{"id":1,"title":"A","variants":[{"id":7,"sku":"A","inventory_item_id":5}]}"#
        try live.shop.take(product, .json(.shopify))
        let lines = (1...2).map { line.replacing("N", with: "\($0)") + "\n" }
        try live.append(lines[0] + String(lines[1].prefix(20)), to: "log")
        try live.look()
        #expect(live.source.feed.read == 1 && live.source.feed.refused == 0)
        try live.append(String(lines[1].dropFirst(20)), to: "log")
        try live.look()
        #expect(live.source.feed.read == 2 && live.source.feed.refused == 0)
        #expect(try live.facts.tallies().first { $0.kind.lowercased() == tally.lowercased() }?.count == 2)
    }
}
