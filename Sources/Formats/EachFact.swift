import Domain

/// A reader of one kind of record as a reader of facts.
public struct EachFact<Reader: RecordReader>: RecordReader {
    private var reader: Reader
    private let fact: (Reader.Record) -> Fact

    /// The records of a reader as facts.
    public init(_ reader: Reader, _ fact: @escaping (Reader.Record) -> Fact) {
        self.reader = reader
        self.fact = fact
    }

    /// As the reader says.
    public var ignoredColumns: [String] { reader.ignoredColumns }
    /// As the reader says.
    public var skippedRows: Int { reader.skippedRows }

    /// As the reader says.
    public mutating func next() throws(FormatError) -> Reading<[Fact]>? {
        guard let reading = try reader.next() else { return nil }
        return reading.with(reading.outcome.map { [fact($0)] })
    }
}
