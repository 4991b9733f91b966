/// Writes newline JSON: one value a line, UTF-8, LF after each.
public final class JSONLinesWriter {
    /// What has been written and not yet handed to the sink: all of it, where there is none.
    public private(set) var bytes: [UInt8] = []
    private let sink: ByteSink?

    /// Writes into a sink, which `finish` finishes; into memory where there is none.
    public init(to sink: ByteSink? = nil) { self.sink = sink }

    /// Appends a value.
    ///
    /// - Throws: what the sink throws.
    public func line(_ value: JSONValue) throws(FormatError) {
        bytes += value.bytes()
        bytes.append(0x0A)
        if bytes.count >= 1 << 18 { try flush() }
    }

    /// Hands the rest to the sink and finishes it.
    ///
    /// - Throws: what the sink throws.
    public func finish() throws(FormatError) {
        try flush()
        try sink?.finish()
    }

    private func flush() throws(FormatError) {
        guard let sink else { return }
        try sink.write(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
}
