import Config
import Domain
import Formats
import Intake
import Store
import TestSupport
import Testing

/// A mapping of other rows than order lines.
@Suite struct MappedColumnsTests {
    private func mapping(_ fact: String, _ more: String) throws -> Mapping {
        try Mapping(
            """
            system = "lager"
            fact = "\(fact)"
            encoding = "utf-8"
            delimiter = ";"
            decimal = ","
            group = "."
            time_zone = "Europe/Berlin"
            currency = "EUR"
            date_format = "dd.MM.yyyy HH:mm"
            \(more)
            """, file: "lager")
    }

    private let counts = """
        [columns]
        sku = "Artikel"
        quantity = "Bestand"
        counted_at = "Stand"
        state = "Art"
        [constants]
        place = "main"
        [words.state]
        "Körperlich" = "on-hand"
        frei = "available"
        """

    @Test func `counts of another system are read by its columns, times, numbers and words`() throws {
        let shop = try FactsShop()
        try shop.take(.products, "sku,name\nA,Thing\nB,Other\n")
        let mapping = try mapping("counts", counts)
        let text = "Artikel;Preis;Bestand;Stand;Art\nA;1,00;1.250;03.10.2011 08:00;frei\nB;;7;31.02.2011 08:00;frei\n"
        let report = try shop.importer(mapping: mapping).run(
            ByteSource(bytes: Array(text.utf8), name: "bestand.csv"), layout: .mapped(mapping))
        #expect(report.count.accepted == 1 && report.count.refused == 1)
        let level = try #require(try shop.facts.stockLevels(asOf: FactsShop.now).first)
        #expect(level.counted == 1250 && level.state == .available)
        #expect(level.countedAt == Instant(iso8601: "2011-10-03T06:00:00Z"), "by the wall clock of Berlin")

        // What was refused is whole, under the source's own header, and can be mended by its columns.
        let row = try #require(try shop.facts.quarantined(.refused).first)
        #expect(String(decoding: row.header, as: UTF8.self) == "Artikel;Preis;Bestand;Stand;Art")
        #expect(String(decoding: row.raw, as: UTF8.self) == "B;;7;31.02.2011 08:00;frei")
        let mended = try #require(
            try RecordEdit.changed(
                row.raw, header: row.header, dialect: CSVDialect(delimiter: UInt8(ascii: ";")),
                [("Stand", "28.02.2011 08:00")]))
        #expect(try shop.importer(mapping: mapping).retry(row, mended: mended).count.accepted == 1)
    }

    @Test func `days, prices and rates are read as the source writes them`() throws {
        let shop = try FactsShop()
        let rates = try mapping("rates", "[columns]\nday = \"Tag\"\nrate = \"Kurs\"\n[constants]\ncurrency = \"USD\"\n")
        let text = "Tag;Kurs\n03.10.2011 00:00;1.000,25\n"
        let report = try shop.take(text, .mapped(rates))
        #expect(report.count.accepted == 1)
        let day = try #require(Day("2011-10-03"))
        let dollars = try #require(Currency("USD"))
        #expect(try shop.facts.rate(of: dollars, on: day) == 1_000_250_000)
    }

    @Test(arguments: [
        ("[columns]\nsku = \"A\"\ncolour = \"B\"", "have no column 'colour'"),
        ("[constants]\nplace = \"main\"", "[columns] is missing"),
        ("[columns]\nsku = \"A\"\n[constants]\nsku = \"B\"", "a column already"),
        ("[columns]\nsku = \"A\"\n[words.state]\nx = \"y\"", "need its column"),
    ])
    func `a mistake is told`(text: String, words: String) throws {
        let error = #expect(throws: ConfigError.self) { try mapping("counts", text) }
        #expect(try #require(error).description.contains(words), "\(String(describing: error))")
    }

    @Test func `a column that the file does not have is told before anything is read`() throws {
        let shop = try FactsShop()
        let error = #expect(throws: FormatError.self) {
            try shop.take("Artikel;Menge\nA;1\n", .mapped(mapping("counts", counts)))
        }
        #expect(error?.code == .missingColumn && error?.message.contains("'Stand'") == true)
        #expect(throws: ConfigError.self) { try mapping("colours", "[columns]\nsku = \"A\"") }
    }
}
