import Domain

/// One segment of an X12 interchange: its name and its elements, `QTY*33*12`. Each accessor throws an error that names
/// the element as the guides do (`QTY02`); it stays in the reading.
public struct X12Segment: Sendable {
    let file: String
    let bytes: [UInt8]
    /// Its bytes without the terminator.
    let start, end: Int
    let delimiter: UInt8
    /// Physical line on which it starts.
    let line: Int
    /// Bytes of text before it.
    let offset: Int64

    /// Its name: `QTY`; blank where nothing stands before the first delimiter.
    public var name: String { text(0) ?? "" }

    /// An element without blanks around it, counted from 1 (0 is the name); nil where it is blank or left out.
    public func text(_ index: Int) -> String? {
        var from = start
        for _ in 0..<max(0, index) {
            guard let next = bytes[from..<end].firstIndex(of: delimiter) else { return nil }
            from = next + 1
        }
        let to = bytes[from..<end].firstIndex(of: delimiter) ?? end
        let text = String(decoding: bytes[from..<to], as: UTF8.self).trimmed
        return text.isEmpty ? nil : String(text)
    }

    /// An error about an element, or about the whole segment where none is named.
    func error(_ code: FormatError.Code, _ message: String, _ index: Int? = nil) -> FormatError {
        let label = name.prefix(3).printable
        let field = index.map { label + ($0 < 10 ? "0" : "") + String($0) }
        return FormatError(code, message, file: file, line: line, offset: offset, field: field ?? label)
    }

    /// As `text`; nothing is an error.
    func required(_ index: Int) throws(FormatError) -> String {
        guard let text = text(index) else { throw error(.missingValue, "is blank; it must be there", index) }
        return text
    }

    /// The name in an element; nil where it is blank.
    func optionalName<Of>(_ index: Int) throws(FormatError) -> Name<Of>? {
        guard let text = text(index) else { return nil }
        guard let value = Name<Of>(text) else {
            throw error(
                .notAName, "'\(text.prefix(60).printable)' is no name: at most 200 bytes, no control characters", index)
        }
        return value
    }

    /// A number or reference that another system gave; nil where it is blank.
    func optionalIdentifier(_ index: Int) throws(FormatError) -> String? {
        let name: Name<Never>? = try optionalName(index)
        return name?.text
    }

    /// As `optionalIdentifier`; nothing is an error.
    func identifier(_ index: Int) throws(FormatError) -> String {
        guard let text = try optionalIdentifier(index) else {
            throw error(.missingValue, "is blank; it must be there", index)
        }
        return text
    }

    /// The whole number in an element, `12` and `12.0` alike; nothing is an error.
    func integer(_ index: Int, _ range: ClosedRange<Int64>) throws(FormatError) -> Int64 {
        let value = try fixed(index, decimals: 0, required(index))
        guard range.contains(value) else {
            throw error(.outOfRange, "\(value) is not between \(range.lowerBound) and \(range.upperBound)", index)
        }
        return value
    }

    /// The price in an element, not negative; nil where it is blank.
    func price(_ index: Int) throws(FormatError) -> UnitPrice? {
        guard let text = text(index) else { return nil }
        let micros = try fixed(index, decimals: 6, text)
        guard micros >= 0 else { throw error(.outOfRange, "is negative; a price is 0 or more", index) }
        return UnitPrice(micros: micros)
    }

    private func fixed(_ index: Int, decimals: Int, _ text: String) throws(FormatError) -> Int64 {
        switch FixedPoint.parse(text, decimals: decimals) {
        case .success(let value): return value
        case .failure(.tooLarge):
            throw error(.outOfRange, "'\(text.prefix(60).printable)' is too large to be stored", index)
        case .failure:
            let allowed = decimals == 0 ? "a whole number" : "a number of at most \(decimals) decimals"
            throw error(.notANumber, "'\(text.prefix(60).printable)' is not \(allowed)", index)
        }
    }

    /// The pairs of qualifier and value from an element on, as LIN and PO1 have them: `UP*012345678905*VN*A-1`.
    func pairs(from first: Int) -> [(qualifier: String, value: String, index: Int)] {
        // Ten pairs in LIN and PO1 alike begin at or before element 30.
        stride(from: first, through: 30, by: 2).compactMap { index in
            guard let qualifier = text(index), let value = text(index + 1) else { return nil }
            return (qualifier, value, index + 1)
        }
    }
}

/// The segments of some bytes, in order. Line ends and blanks after a terminator belong to no segment.
struct X12Segments: Sequence, IteratorProtocol {
    let file: String
    let bytes: [UInt8]
    let delimiters: X12Delimiters
    var line: Int
    var offset: Int64
    private var position = 0

    init(file: String, bytes: [UInt8], delimiters: X12Delimiters, line: Int, offset: Int64) {
        self.file = file
        self.bytes = bytes
        self.delimiters = delimiters
        self.line = line
        self.offset = offset
    }

    mutating func next() -> X12Segment? {
        while position < bytes.count, bytes[position].isBlank, bytes[position] != delimiters.segment {
            if bytes[position] == 0x0A { line += 1 }
            position += 1
        }
        guard position < bytes.count else { return nil }
        let end = bytes[position...].firstIndex(of: delimiters.segment) ?? bytes.count
        let segment = X12Segment(
            file: file, bytes: bytes, start: position, end: end, delimiter: delimiters.element, line: line,
            offset: offset + Int64(position))
        position = Swift.min(end + 1, bytes.count)
        line += bytes[segment.start..<position].count { $0 == 0x0A }
        return segment
    }
}
