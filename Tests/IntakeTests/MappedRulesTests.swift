import Domain
import Formats
import GRDB
import Intake
import Store
import TestSupport
import Testing

/// Law 1 on the fast path: rows that a mapping explains are judged by the rules as every fact is.
@Suite struct MappedRulesTests {
    private let header = "Doc,Code,Title,Qty,Date,Price,Customer\n"
    private let sound = "1,A,Thing,2,2011-10-03 10:00:00,1.50,7\n"

    private func settings(_ severity: String) throws -> IntakeSettings {
        try IntakeSettings(
            """
            [[rule]]
            name = "many"
            fact = "order"
            severity = "\(severity)"
            when = "units > 5"
            say = "{units} units"
            """, file: "penstock.toml")
    }

    @Test func `a negative price puts all rows of its document aside, whole and with their places`() throws {
        let shop = try FactsShop()
        let bad = ["2,A,Thing,2,2011-10-03 10:00:00,-1.50,7", "2,B,Other,1,2011-10-03 10:00:00,1.50,7"]
        let text = header + bad[0] + "\n" + sound + bad[1] + "\n"
        let report = try shop.take(text, .mapped(tillMapping()))
        #expect(report.count.accepted == 1 && report.count.refused == 2 && report.count.read == 3)
        #expect(report.complaints.count == 1 && report.complaints[0].contains("negative-price"))
        let rows = try shop.facts.quarantined(.refused)
        #expect(rows.map(\.raw) == bad.map { Array($0.utf8) })
        #expect(rows.map(\.line) == [2, 4] && rows.allSatisfy { $0.code == "rule" })
        for row in rows { #expect(Array(text.utf8)[Int(row.offset)...].starts(with: row.raw)) }
        #expect(try shop.facts.tallies().first { $0.kind == "orders" }?.count == 1)

        // Mended and tried again row by row, it is there; the file again changes nothing.
        let importer = try shop.importer(mapping: tillMapping())
        let fixed = Array("2,A,Thing,2,2011-10-03 10:00:00,1.50,7".utf8)
        #expect(try importer.retry(rows[0], mended: fixed).count.accepted == 1)
        #expect(try importer.retry(rows[1]).count.accepted == 1)
        let digest = try shop.facts.contentDigest()
        let again = try shop.take(text, .mapped(tillMapping())).count
        #expect(again.duplicate == 3 && again.read == 3)
        #expect(try shop.facts.contentDigest() == digest)
    }

    @Test func `a shop's own rule parks documents, and a person lets them in for good`() throws {
        let shop = try FactsShop()
        let text = header + "2,A,Thing,9,2011-10-03 10:00:00,1.50,7\n" + sound
        let park = try settings("park")
        let report = try shop.take(text, .mapped(tillMapping()), settings: park)
        #expect(report.count.parked == 1 && report.count.accepted == 1 && report.waits == ["person": 1])
        let row = try #require(try shop.facts.quarantined(.parked).first)
        #expect(row.code == "rule")
        #expect(try shop.importer(settings: park, mapping: tillMapping()).retry(row).count.accepted == 1)
        #expect(try shop.take(text, .mapped(tillMapping()), settings: park).count.duplicate == 2)
        #expect(try shop.facts.quarantined(.parked).isEmpty)
        #expect(try shop.facts.flags(limit: 9).map(\.flag.says) == ["9 units"])
    }

    @Test func `documents are flagged once, and freed of it when they change`() throws {
        let shop = try FactsShop()
        let flag = try settings("flag")
        try shop.take(header + "2,A,Thing,9,2011-10-03 10:00:00,1.50,7\n", .mapped(tillMapping()), settings: flag)
        #expect(try shop.facts.flagCount() == 1)
        try shop.take(header + "2,A,Thing,4,2011-10-03 10:00:00,1.50,7\n", .mapped(tillMapping()), settings: flag)
        #expect(try shop.facts.flagCount() == 0)
    }

    @Test func `a year of long ago is flagged, and the shop's own names of places hold`() throws {
        let shop = try FactsShop()
        let text = "Doc,Code,Title,Qty,Date,Price,Customer,Place\n3,A,Thing,1,1024-10-03 10:00:00,1.50,7,S1\n"
        let settings = try IntakeSettings("[places]\nS1 = \"high street\"\n", file: "penstock.toml")
        try shop.take(text, .mapped(tillMapping(places: true)), settings: settings)
        #expect(try shop.facts.flags(limit: 9).map(\.flag.rule) == ["long-ago"])
        let names = try shop.facts.database.read { try String.fetchAll($0, sql: "SELECT name FROM place") }
        #expect(names == ["high street"])
    }

    @Test func `rules leave one store, whatever the order of rows`() throws {
        let rows = (0..<60).map { "\($0 / 3),A,Thing,\($0 % 7 + 1),2011-10-03 10:00:00,1.50,7\n" }
        var digests: Set<String> = []
        for order in [rows, rows.reversed(), rows.sorted { $0.suffix(30) < $1.suffix(30) }] {
            let shop = try FactsShop()
            let count = try shop.take(header + order.joined(), .mapped(tillMapping()), settings: settings("flag")).count
            #expect(count.read == 60)
            digests.insert(try shop.facts.contentDigest())
        }
        #expect(digests.count == 1)
    }
}
