import Domain
import Formats
import Store

/// A file and the reader that its layout asks for.
struct OpenedFile {
    /// Its facts, or the rows of order lines that a mapping explains.
    enum Content {
        case facts(any RecordReader<[Fact]>)
        case lines(CSVReader, Mapping, CSVDialect)
    }

    let source: ByteSource
    let content: Content
    /// The header that rows are read with again; empty where the layout has none.
    let header: [UInt8]

    /// Opens a file.
    ///
    /// - Parameter countedAt: the moment of counts in a layout that states none.
    /// - Throws: `FormatError` where the file as a whole cannot be read.
    init(
        _ source: ByteSource, _ layout: Layout, facts: Facts, settings: IntakeSettings, countedAt: Instant
    ) throws(FormatError) {
        self.source = source
        let partners = settings.partners
        let (zone, currency) = (facts.zone, facts.currency)
        let partner: @Sendable (String) -> X12Partner = { partners.partner($0, zone: zone, currency: currency) }
        switch layout {
        case .mapped(let mapping):
            let dialect = CSVDialect(delimiter: mapping.delimiter)
            let csv = try CSVReader(source, dialect: dialect)
            header = OpenedFile.header(of: csv, dialect)
            guard let other = mapping.other else {
                content = .lines(csv, mapping, dialect)
                break
            }
            try other.look(at: csv, by: mapping)
            content = .facts(
                try other.layout.reader(csv, zone: mapping.zone, currency: mapping.currency, countedAt: countedAt))
        case .known(let known):
            let csv = try CSVReader(source)
            header = OpenedFile.header(of: csv, CSVDialect())
            content = .facts(
                try known.reader(csv, zone: facts.zone, currency: facts.currency, countedAt: countedAt))
        case .json(let layout):
            header = []
            let reader = try layout.reader(
                source,
                JSONContext(
                    zone: facts.zone, currency: facts.currency, countedAt: countedAt, places: settings.places,
                    check: settings.signatures.check, partner: partner))
            content = .facts(layout == .mixed || layout == .cloudEvents ? EventsOnce(reader) : reader)
        case .x12:
            header = []
            content = .facts(X12FactsReader(source, partner: partner))
        case .googleAdsTable:
            let csv = try CSVReader(source)
            header = OpenedFile.header(of: csv, CSVDialect())
            content = .facts(EachFact(try PlainReader<GoogleAdsTable>(csv, zone: facts.zone), Fact.adSpend))
        }
    }

    private static func header(of csv: CSVReader, _ dialect: CSVDialect) -> [UInt8] {
        let writer = CSVWriter(dialect: dialect)
        for name in csv.header { writer.field(name) }
        try? writer.endRecord()
        return writer.bytes.last == 0x0A ? Array(writer.bytes.dropLast()) : writer.bytes
    }
}

extension ImportRun {
    /// Takes in what a file holds.
    ///
    /// - Parameter isLong: whether to read it on a thread of its own, ahead of what is written.
    mutating func take(_ file: OpenedFile, isLong: Bool = false) throws {
        switch file.content {
        case .facts(let reader) where isLong:
            let reader = ReadAhead(RuleReader(reader: reader, rules: rules), of: file.source)
            try takeFacts(reader, share: { reader.share }, isReady: { reader.isReady })
        case .facts(let reader):
            try takeFacts(RuleReader(reader: reader, rules: rules), share: { file.source.share })
        case .lines(let csv, let mapping, let dialect): try takeMapped(csv, mapping, dialect)
        }
    }
}
