/// Reads X12 interchanges (ASC X12, releases 3010 to 5010), one reading a transaction set.
///
/// Delimiters are those that ISA says; line ends after terminators do not count. An interchange is held until its
/// envelope was checked, so that none is taken in half: where a count or control number of GE or IEA differs, or a
/// segment of the envelope is missing, the whole interchange is one reading that fails with `.notX12`. Where only SE
/// differs, that message alone fails. What stands between interchanges and is none is a failure too.
///
/// The raw bytes of a message are an interchange of their own: the ISA and GS that it came with, itself, and GE and IEA
/// whose counts fit, so that it can be mended and read again alone.
public struct X12Reader: RecordReader {
    /// Most bytes of one transaction set.
    public static let setLimit = 4 << 20
    /// Most bytes of one interchange.
    public static let interchangeLimit = 32 << 20
    /// An interchange has no columns.
    public let ignoredColumns: [String] = []
    private var scanner: X12Scanner
    private var current: X12Interchange?
    private var given = 0

    /// Reads the interchanges of a stream.
    public init(_ source: ByteSource) { scanner = X12Scanner(source) }

    /// The next reading; nil at the end of the stream.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Reading<X12TransactionSet>? {
        while true {
            if let current, given < current.sets.count {
                given += 1
                return current.reading(given - 1)
            }
            (current, given) = (nil, 0)
            guard let found = try scanner.next() else { return nil }
            guard let problem = found.problem else {
                current = found
                continue
            }
            return Reading(
                rows: max(1, found.sets.count), line: found.line, offset: found.offset, raw: found.raw,
                outcome: .failure(problem))
        }
    }
}

/// Cuts a stream into interchanges and what stands between them.
private struct X12Scanner {
    private let source: ByteSource
    private var buffer: [UInt8] = []
    private var position = 0
    private var consumed: Int64 = 0
    private var line = 1
    private var isAtEnd = false
    /// The byte before the next one.
    private var last: UInt8 = 0x0A

    init(_ source: ByteSource) { self.source = source }

    mutating func next() throws(FormatError) -> X12Interchange? {
        while let byte = try peek(), byte.isBlank { step(byte) }
        guard try peek() != nil else { return nil }
        var found = X12Interchange(
            file: source.name, line: line, offset: consumed + Int64(position) + source.droppedMark)
        guard try isHeader(), try takeHeader(&found) else {
            try takeStray(&found)
            return found
        }
        while true {
            while let byte = try peek(), byte.isBlank, byte != found.delimiters.segment { keep(byte, &found) }
            let isOver = try peek() == nil
            let isNextHere = try isHeader()
            if isOver || isNextHere {
                found.refuse(
                    .notX12,
                    "the interchange ends without IEA: it was cut off; ask for it again", line: line, field: "IEA")
                return found
            }
            if try takeSegment(&found) { return found }
        }
    }

    /// Takes a segment; true where it is the last of the interchange.
    private mutating func takeSegment(_ found: inout X12Interchange) throws(FormatError) -> Bool {
        let start = found.raw.count
        let startLine = line
        var name: [UInt8] = []
        while let byte = try peek() {
            if name.count < 4 { name.append(byte) }
            keep(byte, &found)
            if byte == found.delimiters.segment { break }
        }
        guard found.raw.count < X12Reader.interchangeLimit else {
            found.refuse(
                .tooLong,
                "an interchange of more than \(X12Reader.interchangeLimit >> 20) MiB is none of ours; ask for smaller "
                    + "ones")
            return name == Array("IEA".utf8) + [found.delimiters.element]
        }
        return found.take(from: start, line: startLine)
    }

    /// Takes ISA up to its terminator, which is the byte after the sixteenth element; false where it is none.
    private mutating func takeHeader(_ found: inout X12Interchange) throws(FormatError) -> Bool {
        var separators = 0
        var component: UInt8?
        while found.raw.count < 256, let byte = try peek() {
            keep(byte, &found)
            let element = found.raw.count > 3 ? found.raw[3] : nil
            if let component, let element {
                guard let delimiters = X12Delimiters(element: element, component: component, segment: byte) else {
                    return false
                }
                found.delimiters = delimiters
                found.header = found.raw.count
                return true
            }
            if separators == 16 { component = byte }
            if byte == element { separators += 1 }
        }
        return false
    }

    /// Takes everything up to the next header; what is too much to be kept is passed over.
    private mutating func takeStray(_ found: inout X12Interchange) throws(FormatError) {
        found.refuse(
            .notX12,
            "this is no X12 interchange: it does not start with ISA, or its ISA lacks some of its 16 elements or names "
                + "the same delimiter twice")
        while let byte = try peek(), try !isHeader() {
            if found.raw.count < X12Reader.setLimit { found.raw.append(byte) }
            step(byte)
        }
        while found.raw.last?.isBlank == true { found.raw.removeLast() }
    }

    private mutating func keep(_ byte: UInt8, _ found: inout X12Interchange) {
        if found.raw.count < X12Reader.interchangeLimit { found.raw.append(byte) }
        step(byte)
    }

    private mutating func step(_ byte: UInt8) {
        position += 1
        last = byte
        if byte == 0x0A { line += 1 }
    }

    /// Whether a new ISA segment stands here: its name, then its delimiter, and no letter or digit before it.
    private mutating func isHeader() throws(FormatError) -> Bool {
        guard try peek() == UInt8(ascii: "I"), !last.isWordByte else { return false }
        try fill(4)
        return buffer[position...].starts(with: "ISA".utf8) && buffer.count > position + 3
            && X12Delimiters.canDelimit(buffer[position + 3])
    }

    private mutating func peek() throws(FormatError) -> UInt8? {
        if position >= buffer.count { try fill(1) }
        return position < buffer.count ? buffer[position] : nil
    }

    /// Sees to it that so many bytes are there, unless the stream ends before.
    private mutating func fill(_ count: Int) throws(FormatError) {
        while buffer.count - position < count, !isAtEnd {
            consumed += Int64(position)
            buffer.removeFirst(position)
            position = 0
            let more = try source.chunk()
            isAtEnd = more.isEmpty
            buffer += more
        }
    }
}

extension UInt8 {
    fileprivate var isWordByte: Bool { (self | 0x20) &- 0x61 < 26 || self &- 0x30 < 10 }
}
