/// Writes delimited text: RFC 4180 with LF, quotes only where they are needed, bytes exactly as given.
///
/// What is written reads back the same. Text that a spreadsheet would take for a formula is left alone: it is data, and
/// escaping it would change it.
public final class CSVWriter {
    /// What has been written and not yet handed to the sink: all of it, where there is none.
    public private(set) var bytes: [UInt8] = []
    private let dialect: CSVDialect
    private let sink: ByteSink?
    private var isAtStart = true
    private var recordStart = 0

    /// Writes into memory.
    public init(dialect: CSVDialect = .init()) {
        self.dialect = dialect
        sink = nil
    }

    /// Writes into a sink; the sink is finished by `finish`.
    public init(to sink: ByteSink, dialect: CSVDialect = .init()) {
        self.dialect = dialect
        self.sink = sink
    }

    /// Appends a field to the current record.
    public func field(_ text: String) {
        var text = text
        text.withUTF8 { field($0) }
    }

    /// Appends a field to the current record.
    public func field(_ text: UnsafeBufferPointer<UInt8>) {
        separate()
        let needsQuotes = text.contains {
            $0 == dialect.delimiter || $0 == dialect.quote || $0 == 0x0A || $0 == 0x0D
        }
        guard needsQuotes else {
            bytes.append(contentsOf: text)
            return
        }
        bytes.append(dialect.quote)
        for byte in text {
            if byte == dialect.quote { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(dialect.quote)
    }

    /// Appends a whole number to the current record.
    public func field(_ value: Int64) {
        separate()
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Ends the current record.
    ///
    /// - Throws: what the sink throws.
    public func endRecord() throws(FormatError) {
        // A record of one blank field would be a blank line, which is no record.
        if bytes.count == recordStart { bytes += [dialect.quote, dialect.quote] }
        bytes.append(0x0A)
        isAtStart = true
        if bytes.count >= 1 << 18 { try flush() }
        recordStart = bytes.count
    }

    /// Appends a record.
    ///
    /// - Throws: what the sink throws.
    public func record(_ fields: [String]) throws(FormatError) {
        for text in fields { field(text) }
        try endRecord()
    }

    /// Hands the rest to the sink and finishes it.
    ///
    /// - Throws: what the sink throws.
    public func finish() throws(FormatError) {
        try flush()
        try sink?.finish()
    }

    private func separate() {
        if !isAtStart { bytes.append(dialect.delimiter) }
        isAtStart = false
    }

    private func flush() throws(FormatError) {
        guard let sink else { return }
        try sink.write(bytes)
        bytes.removeAll(keepingCapacity: true)
        recordStart = 0
    }
}
