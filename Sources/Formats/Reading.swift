/// What a reader made of some rows: a record, or the reason why there is none. Nothing is lost either way.
public struct Reading<Record> {
    /// Rows of the file that it covers, ≥ 1.
    public var rows: Int
    /// Physical line of the first of them; the header is 1.
    public var line: Int
    /// Bytes of text before it.
    public var offset: Int64
    /// The rows as they stand in the file, with a line feed between two of them.
    public var raw: [UInt8]
    /// The record, or what is wrong.
    public var outcome: Result<Record, FormatError>
    /// Who tells of it, where the record itself says so; nil where that is for the file to say.
    public var speaker: Speaker?

    /// The same reading, with another outcome and, where the outcome says who tells of it, that speaker.
    public func with<Other>(
        _ outcome: Result<Other, FormatError>, speaker: Speaker? = nil
    ) -> Reading<Other> {
        Reading<Other>(
            rows: rows, line: line, offset: offset, raw: raw, outcome: outcome, speaker: speaker ?? self.speaker)
    }
}

/// The system that a record speaks for.
public struct Speaker: Hashable, Sendable {
    /// The system, as `Layout` names those of its files; of a partner in electronic data interchange, with its id.
    public var system: String
    /// Which of several shops on one platform, by its domain; nil where the record does not say.
    public var store: String?

    /// A system, and which of several shops on it.
    public init(_ system: String, store: String? = nil) {
        self.system = system
        self.store = store
    }
}

extension Reading: Sendable where Record: Sendable {}
extension Reading: Equatable where Record: Equatable {}

/// Reads a known layout, one reading a record.
public protocol RecordReader<Record> {
    /// What a reading holds.
    associatedtype Record
    /// Columns of the file that this layout does not use.
    var ignoredColumns: [String] { get }
    /// Rows passed over so far because the layout says that they hold no record (a second picture, a product that a
    /// place does not stock). Rows of all readings and these together are the rows of the file.
    var skippedRows: Int { get }
    /// The next reading; nil at the end of the file.
    ///
    /// - Throws: what the source throws; a bad record is a reading, no error.
    mutating func next() throws(FormatError) -> Reading<Record>?
}

extension RecordReader {
    /// None, unless the layout has such rows.
    public var skippedRows: Int { 0 }
}
