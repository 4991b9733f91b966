/// How a file of delimited text separates and quotes its fields.
public struct CSVDialect: Hashable, Sendable {
    /// The byte between two fields; ASCII, neither a line end nor the quote.
    public var delimiter: UInt8
    /// The byte around a field that holds delimiters, line ends or quotes; doubled inside it.
    public var quote: UInt8

    /// RFC 4180 unless said otherwise: comma and double quote.
    public init(delimiter: UInt8 = UInt8(ascii: ","), quote: UInt8 = UInt8(ascii: "\"")) {
        self.delimiter = delimiter
        self.quote = quote
    }

    /// Whether both bytes can do their work.
    var isUsable: Bool {
        func usable(_ byte: UInt8) -> Bool { byte != 0 && byte < 0x80 && byte != 0x0A && byte != 0x0D }
        return usable(delimiter) && usable(quote) && delimiter != quote
    }
}
