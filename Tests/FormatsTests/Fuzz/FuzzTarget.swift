import Domain
import Testing

@testable import Formats

/// One reader as the fuzzer drives it: bytes to readings of facts.
struct FuzzTarget: Sendable, CustomTestStringConvertible {
    /// What reads a source; the header that its records need to be read alone comes with it.
    typealias Open = @Sendable (ByteSource) throws -> (reader: any RecordReader<[Fact]>, header: [UInt8])

    let name: String
    let seeds: [[UInt8]]
    let encoding: TextEncoding
    let open: Open
    /// Whether a reading cannot be read alone: what it says depends on what stood before it.
    let isExempt: @Sendable (Reading<[Fact]>) -> Bool
    /// Whether raw bytes come with an envelope that the reader made.
    let hasEnvelope: Bool

    init(
        _ name: String, _ seeds: [String], encoding: TextEncoding = .utf8, hasEnvelope: Bool = false,
        isExempt: @escaping @Sendable (Reading<[Fact]>) -> Bool = { _ in false }, open: @escaping Open
    ) {
        self.init(name, seeds.map { Array($0.utf8) }, encoding, hasEnvelope, isExempt, open)
    }

    init(
        _ name: String, _ seeds: [[UInt8]], _ encoding: TextEncoding, _ hasEnvelope: Bool,
        _ isExempt: @escaping @Sendable (Reading<[Fact]>) -> Bool, _ open: @escaping Open
    ) {
        self.name = name
        self.seeds = seeds
        self.encoding = encoding
        self.hasEnvelope = hasEnvelope
        self.isExempt = isExempt
        self.open = open
    }

    var testDescription: String { name }

    /// All readers of the module.
    static let all: [FuzzTarget] = delimited + json + documents + [x12] + encodings

    private static func header(_ csv: CSVReader) -> [UInt8] { Array(csv.raw) + [0x0A] }

    static let pounds = FuzzCorpus.needed(Currency("GBP"))
    static let zone = (try? Zone(identifier: "Europe/London")) ?? .utc
    static let context = JSONContext(zone: zone, currency: pounds, check: { _ in })
    static let countedAt = Instant(milliseconds: 1_309_502_400_000)

    // MARK: Delimited text

    private static let delimited: [FuzzTarget] = dialects + layouts + [googleAdsTable]

    private static let dialects: [FuzzTarget] = [
        ("comma", 0x2C, 0x22), ("semicolon", 0x3B, 0x27), ("tab", 0x09, 0x22), ("pipe", 0x7C, 0x60),
    ].map { (name: String, delimiter: UInt8, quote: UInt8) in
        FuzzTarget(
            "csv \(name)",
            [
                "a,b,c\n1,\"x\"\"y\",3\n\"two\nlines\",,\"\"\r\n4,5,6\r7,8,9", "k;v\n1;'it''s'\n'a;b';2\n",
                "a\tb\n\"1\t2\"\t3\n", "x|y\n`p|q`|r\n",
            ]
        ) { source in
            let csv = try CSVReader(source, dialect: CSVDialect(delimiter: delimiter, quote: quote))
            return (RawRecords(csv: csv), header(csv))
        }
    }

    private static let layouts: [FuzzTarget] = KnownLayout.allCases.map { layout in
        FuzzTarget(
            layout.rawValue, FuzzCorpus.delimited(layout),
            isExempt: { reading in
                // A variant says its product's name on another row; a receipt may be refused for what came before it.
                layout == .shopifyProducts || layout == .tillLines && reading.error?.code == .brokenQuoting
            }
        ) { source in
            let csv = try CSVReader(source)
            let head = header(csv)
            return (try layout.reader(csv, zone: zone, currency: pounds, countedAt: countedAt), head)
        }
    }

    private static let googleAdsTable = FuzzTarget("google-ads table", FuzzCorpus.googleAdsTable) { source in
        let csv = try CSVReader(source)
        let head = header(csv)
        return (EachFact(try PlainReader<GoogleAdsTable>(csv, zone: zone), Fact.adSpend), head)
    }

    // MARK: JSON

    private static let json: [FuzzTarget] =
        [
            (JSONLayout.mixed, FuzzCorpus.mixed), (.shopify, FuzzCorpus.shopify),
            (.cloudEvents, FuzzCorpus.cloudEvents), (.ga4, FuzzCorpus.ga4), (.googleAds, FuzzCorpus.googleAds),
            (.metaInsights, FuzzCorpus.metaInsights), (.odoo, FuzzCorpus.odoo), (.erpNext, FuzzCorpus.erpNext),
        ].map { (layout: JSONLayout, seeds: [String]) in
            FuzzTarget(layout.name, seeds) { source in (try layout.reader(source, context), []) }
        }
        + KnownLayout.allCases.filter(\.isPlain).map { layout in
            FuzzTarget("json:\(layout.rawValue)", FuzzCorpus.lines(layout)) { source in
                (try #require(layout.linesReader(source, zone: zone)), [])
            }
        }
        + KnownLayout.allCases.filter { $0.comesAsJSON && !$0.isPlain }.map { layout in
            FuzzTarget("json:\(layout.rawValue)", FuzzCorpus.tables(layout)) { source in
                (try #require(layout.linesReader(source, zone: zone, currency: pounds)), [])
            }
        }

    private static let documents: [FuzzTarget] = [
        FuzzTarget("json items", FuzzCorpus.json) { source in (RawItems(items: JSONItems(source)), []) },
        FuzzTarget("json document", FuzzCorpus.documents) { source in (WholeText(source, WholeText.document), []) },
        FuzzTarget("timestamps", FuzzCorpus.timestamps) { source in (WholeText(source, WholeText.timestamps), []) },
    ]

    // MARK: X12 and encodings

    private static let x12 = FuzzTarget("x12", FuzzCorpus.x12, hasEnvelope: true) { source in
        (X12FactsReader(source) { _ in FuzzCorpus.partner }, [])
    }

    private static let encodings: [FuzzTarget] = TextEncoding.allCases.map { encoding in
        let texts = FuzzCorpus.delimited(.counts) + ["sku,place,quantity,state,counted_at\n𝄞é,日本,1,on-hand,x\n"]
        let seeds = texts.map { encoded(Array($0.utf16), encoding) }
        return FuzzTarget("encoding \(encoding.rawValue)", seeds, encoding, false, { _ in false }) { source in
            let csv = try CSVReader(source)
            let head = header(csv)
            return (EachFact(try CountsReader(csv, zone: zone), Fact.count), head)
        }
    }

    private static func encoded(_ units: [UInt16], _ encoding: TextEncoding) -> [UInt8] {
        switch encoding {
        case .utf8: Array(String(decoding: units, as: UTF16.self).utf8)
        case .latin1, .windows1252: units.map { UInt8(truncatingIfNeeded: $0) }
        case .utf16: [0xFF, 0xFE] + units.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        case .utf16LittleEndian: units.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        case .utf16BigEndian: units.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        }
    }
}
