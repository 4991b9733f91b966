import Domain

/// Reads a plain layout from newline JSON (or one array): one reading an object.
///
/// Members have the names of the columns; a missing one, `null` and a blank text are the same. Members that the layout
/// does not use are left alone.
public struct PlainLinesReader<Format: PlainFormat>: RecordReader {
    /// None: an object names its members itself.
    public let ignoredColumns: [String] = []
    private var items: JSONItems
    private let zone: Zone

    /// Reads the objects of a stream; times without an offset are in `zone`.
    public init(_ source: ByteSource, zone: Zone) {
        items = JSONItems(source)
        self.zone = zone
    }

    /// The next reading; nil at the end of the stream.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Reading<Format.Record>? {
        let zone = zone
        return try items.reading { row throws(FormatError) in try Format.read(row, zone: zone) }
    }
}

extension PlainFormat {
    /// Writes records as newline JSON, so that they read back the same. The writer is not finished.
    ///
    /// - Throws: what the writer's sink throws.
    public static func write(_ records: some Sequence<Record>, to writer: JSONLinesWriter) throws(FormatError) {
        for record in records { try writer.line(json(record)) }
    }
}
