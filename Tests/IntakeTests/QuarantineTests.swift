import Domain
import Formats
import Intake
import Store
import TestSupport
import Testing

/// Law 1: nothing enters unvalidated, and nothing refused is lost.
@Suite struct QuarantineTests {
    private let header = "Doc,Code,Title,Qty,Date,Price,Customer"
    private let sound = "1,A,Thing,2,2011-10-03 10:00:00,1.50,7"

    @Test func `refused rows keep their bytes, their place and the reason`() throws {
        let shop = try FactsShop()
        let bad = [
            "2,A,\"a \"\"quoted\"\"\nname\",many,2011-10-03 10:00:00,1.50,7", "3,A,Thing,2,yesterday,1.50,7",
            "4,A,Thing",
            ",A,Thing,2,2011-10-03 10:00:00,1.50,7", "5,A,Thing,2,2011-10-03 10:00:00,1.50,7,8,9",
            "6,A\u{1B}[31m,Thing,2,2011-10-03 10:00:00,1.50,7",
        ]
        let text = ([header, sound] + bad).joined(separator: "\n") + "\n"
        let report = try shop.take(text, .mapped(tillMapping()), name: "/some/where/orders.csv")
        #expect(report.count.accepted == 1 && report.count.refused == bad.count)
        let rows = try shop.facts.quarantined(.refused)
        #expect(rows.map(\.raw) == bad.map { Array($0.utf8) })
        #expect(rows.map(\.line) == [3, 5, 6, 7, 8, 9])
        #expect(
            rows.allSatisfy { $0.header == Array(header.utf8) && $0.file == "orders.csv" && $0.batch == report.batch })
        #expect(rows.allSatisfy { !$0.reason.isEmpty && !$0.code.isEmpty })
        for row in rows {
            let from = Array(text.utf8)[Int(row.offset)...]
            #expect(from.starts(with: row.raw), "the row lies where its place says")
        }
    }

    @Test func `a row refused twice is one row, and equal rows of one file are as many as they are`() throws {
        let shop = try FactsShop()
        let bad = "2,A,Thing,many,2011-10-03 10:00:00,1.50,7"
        let text = [header, bad, sound, bad].joined(separator: "\n")
        for name in ["monday.csv", "tuesday.csv"] {
            #expect(try shop.take(text, .mapped(tillMapping()), name: name).count.refused == 2)
        }
        #expect(try shop.facts.quarantined(.refused).count == 2)
        #expect(try shop.facts.tallies().first { $0.kind == "refused" }?.count == 2)
    }

    @Test(arguments: [",", ";"])
    func `a mended row stands in whenever the broken one comes again`(delimiter: String) throws {
        let shop = try FactsShop()
        let mapping = try tillMapping(delimiter: delimiter)
        func cells(_ text: String) -> String { text.replacing(",", with: delimiter) }
        let text = cells([header, sound, "1,B,Other,two,2011-10-03 10:00:00,2.00,7"].joined(separator: "\n"))
        try shop.take(text, .mapped(mapping))
        let row = try #require(try shop.facts.quarantined(.refused).first)
        let mended = Array(cells("1,B,Other,2,2011-10-03 10:00:00,2.00,7").utf8)
        let report = try shop.importer(mapping: mapping).retry(row, mended: mended)
        #expect(report.count.accepted == 1 && report.count.refused == 0)
        #expect(try shop.facts.quarantined(id: row.id).state == .mended)
        #expect(try shop.facts.quarantined(id: row.id).raw == row.raw, "what came is still there")
        #expect(try shop.demand("B", from: "2011-10-03", to: "2011-10-03").units == [2])
        let digest = try shop.facts.contentDigest()

        let again = try shop.take(text, .mapped(mapping)).count
        #expect(again.refused == 0 && again.duplicate == 2, "the document is whole, with the mended row in it")
        #expect(try shop.facts.contentDigest() == digest)
        #expect(try shop.facts.rollupProblems() == [])
    }

    @Test func `a row is mended once: a second time it would count twice`() throws {
        let shop = try FactsShop()
        let text = [header, sound, "1,B,Other,two,2011-10-03 10:00:00,2.00,7"].joined(separator: "\n")
        try shop.take(text, .mapped(tillMapping()))
        let row = try #require(try shop.facts.quarantined(.refused).first)
        let mended = Array("1,B,Other,2,2011-10-03 10:00:00,2.00,7".utf8)
        _ = try shop.importer(mapping: tillMapping()).retry(row, mended: mended)
        let digest = try shop.facts.contentDigest()
        let again = try shop.facts.quarantined(id: row.id)
        let other = Array("1,B,Other,5,2011-10-03 10:00:00,2.00,7".utf8)
        #expect(throws: StoreError.self) { try shop.importer(mapping: tillMapping()).retry(again, mended: other) }
        #expect(try shop.facts.contentDigest() == digest)
    }

    @Test func `a row mended into one that is there stays in quarantine until a person says so`() throws {
        let shop = try FactsShop()
        let line = "1,B,Other,2,2011-10-03 10:00:00,2.00,7"
        let text = [header, line, "1,B,Other,two,2011-10-03 10:00:00,2.00,7"].joined(separator: "\n")
        try shop.take(text, .mapped(tillMapping()))
        let row = try #require(try shop.facts.quarantined(.refused).first)
        let report = try shop.importer(mapping: tillMapping()).retry(row, mended: Array(line.utf8))
        #expect(report.complaints.count == 1)
        #expect(try shop.facts.quarantined(id: row.id).state == .refused)
        #expect(try shop.demand("B", from: "2011-10-03", to: "2011-10-03").units == [2])
    }

    @Test func `a row mended badly stays refused, and says why`() throws {
        let shop = try FactsShop()
        try shop.take(
            [header, "1,B,Other,two,2011-10-03 10:00:00,2.00,7"].joined(separator: "\n"), .mapped(tillMapping()))
        let row = try #require(try shop.facts.quarantined(.refused).first)
        let report = try shop.importer(mapping: tillMapping()).retry(
            row, mended: Array("1,B,Other,2,2011-10-33 10:00:00,2.00,7".utf8))
        #expect(report.count.refused == 1 && report.complaints.count == 1)
        #expect(try shop.facts.quarantined(.refused).map(\.raw) == [row.raw])
        #expect(try shop.facts.productCount() == 0)
    }

    @Test func `a mended row that a later mapping no longer takes is refused again, and the import goes on`() throws {
        let shop = try FactsShop()
        let text = [header, "1,B,Other,two,2011-10-03 10:00:00,2.00,7", sound].joined(separator: "\n")
        try shop.take(text, .mapped(tillMapping()))
        let row = try #require(try shop.facts.quarantined(.refused).first)
        _ = try shop.importer(mapping: tillMapping()).retry(
            row, mended: Array("1,B,Other,-2,2011-10-03 10:00:00,0,7".utf8))
        var stricter = try tillMapping()
        stricter.rules = []
        let count = try shop.take(text, .mapped(stricter)).count
        #expect(count.refused == 1 && count.read == 2)
    }

    @Test func `a row put aside stays on record and is not asked for again`() throws {
        let shop = try FactsShop()
        let text = [header, sound, "1,B,Other,two,2011-10-03 10:00:00,2.00,7"].joined(separator: "\n")
        try shop.take(text, .mapped(tillMapping()))
        let row = try #require(try shop.facts.quarantined(.refused).first)
        try shop.facts.settle(quarantined: row.id, as: .dropped)
        try shop.take(text, .mapped(tillMapping()))
        #expect(try shop.facts.quarantined(.refused).isEmpty)
        #expect(try shop.facts.quarantined(.dropped).map(\.raw) == [row.raw])
    }

    @Test func `rows of every layout are refused one by one`() throws {
        let shop = try FactsShop()
        try shop.take(.products, "sku,name\nA,Thing\n")
        let files: [(KnownLayout, String, Int)] = [
            (
                .counts,
                "sku,place,quantity,state,counted_at\nA,main,5,on-hand,2011-10-03T18:00:00Z\nA,main,five,on-hand,2011-10-03T18:00:00Z\nA,main,5,on-hand,2011-10-03\n",
                2
            ),
            (
                .offers,
                "supplier,sku,cost,currency,lead_time_days\nAcme,A,1.50,GBP,7\nAcme,A,-1,GBP,7\nAcme,A,1,pounds,7\n,A,1,GBP,7\n",
                3
            ),
            (.calendars, "supplier,order_days,cut_off\nAcme,mon,16:30\nAcme,someday,\nAcme,mon,25:00\n", 2),
            (
                .purchases,
                "order,line,supplier,sku,place,quantity,currency,ordered_on,expected_on\nP1,1,Acme,A,main,5,GBP,2011-10-03,2011-10-10\nP1,2,Acme,A,main,5,GBP,,2011-10-10\n",
                1
            ),
            (.products, "sku,name,lifecycle\nB,Other,active\n,Nothing,active\nC,Third,undead\n", 2),
        ]
        for (layout, text, refused) in files {
            let count = try shop.take(layout, text).count
            #expect(count.refused == refused && count.accepted == 1, "\(layout)")
            #expect(count.read == refused + 1, "\(layout)")
        }
        #expect(try shop.facts.quarantined(.refused).count == 10)
    }

    @Test func `an order in another currency waits for its rate, and is converted exactly`() throws {
        let shop = try FactsShop()
        let report = try shop.take(
            .shopifyOrders,
            """
            Name,Currency,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku
            #1,EUR,2011-10-03 10:00:00 +0100,2,Mug,4.50,MUG
            #1,,,1,Cup,3.50,CUP
            #2,GBP,2011-10-03 10:00:00 +0100,2,Mug,4.50,MUG

            """)
        #expect(report.count.parked == 2 && report.count.accepted == 1)
        let row = try #require(try shop.facts.quarantined(.parked).first)
        #expect(row.raw == Array("#1,EUR,2011-10-03 10:00:00 +0100,2,Mug,4.50,MUG\n#1,,,1,Cup,3.50,CUP".utf8))
        #expect(row.reason.contains("EUR") && row.reason.contains("rates"))
        let rates = try shop.take(.rates, "currency,day,rate\nEUR,2011-10-01,0.8612\n")
        #expect(rates.released == 1)
        // 9.00 and 3.50 EUR at 0.8612: 7.7508 and 3.0142, a line rounded once.
        let day = try #require(Day("2011-10-03"))
        #expect(try shop.facts.topSellers(in: day...day, limit: 9).map(\.revenue).sorted() == [301, 775 + 900])
        // A nearer rate for the day converts it anew.
        try shop.take(.rates, "currency,day,rate\nEUR,2011-10-03,0.9\n")
        #expect(try shop.facts.topSellers(in: day...day, limit: 9).map(\.revenue).sorted() == [315, 810 + 900])
        #expect(try shop.facts.rollupProblems().isEmpty)
        #expect(throws: FormatError.self) { try shop.take("Doc\n1\n", .mapped(tillMapping(currency: "EUR"))) }
    }
}
