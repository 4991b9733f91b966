import Domain

/// Reads delimited text record by record, in one pass and bounded memory.
///
/// RFC 4180, and what files in the wild do besides: lines end in LF, CRLF or a lone CR; blank lines are skipped; the
/// last line may lack its end; a quote inside an unquoted field is an ordinary byte (`24" monitor`).
///
/// A bad record never stops a file: `problem` says what is wrong with it, and the next one is read as if nothing had
/// happened. A quote that is never closed takes only the line in which it opened: reading goes on after that line.
///
/// How it works: `next` looks for the end of the record in the buffer and notes where fields begin and end; at the end
/// of the buffer the unfinished record moves to the front, more is read, and the record is looked at anew.
public final class CSVReader {
    /// Most bytes of one record, its line end not counted.
    public static let recordLimit = 1 << 20

    /// Names of the columns, trimmed.
    public private(set) var header: [String] = []
    /// Where the text comes from.
    public let source: ByteSource
    /// Physical line on which the current record starts; the first line of the file is 1.
    public private(set) var line = 0
    /// Bytes of text before the current record: for plain UTF-8 its position in the file.
    public private(set) var offset: Int64 = 0
    /// What is wrong with the current record; nil where nothing is.
    public private(set) var problem: FormatError?
    /// Fields of the current record. Where it has a `problem`, those found before it.
    public private(set) var fieldCount = 0

    /// Where a field lies: from the record's start, or in `unquoted` where doubled quotes had to go.
    private struct Extent {
        var start: Int32
        var count: Int32
        var isUnquoted: Bool
    }

    /// What a byte means to the scanner; the quoted table knows fewer of them.
    private enum Meaning {
        static let ordinary: UInt8 = 0
        static let delimiter: UInt8 = 1
        static let newline: UInt8 = 2
        static let carriageReturn: UInt8 = 3
        static let quote: UInt8 = 4
        static let nul: UInt8 = 5
        static let beyondASCII: UInt8 = 6
    }

    /// How the columns are looked at, where that is not as they are.
    private var view: CSVView?
    /// Fields that a record must have; 0 while the header is read.
    private var columnCount = 0
    private static let chunk = 256 * 1024
    private let quote: UInt8
    /// Meanings of the 256 bytes outside quotes, then inside.
    private let meanings = UnsafeMutablePointer<UInt8>.allocate(capacity: 512)
    private var buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: 2 * CSVReader.chunk)
    /// Bytes of the buffer: the record limit and a few chunks, whatever the file holds.
    private(set) var capacity = 2 * CSVReader.chunk
    private var filled = 0
    private var atEnd = false
    /// Bytes of text before the buffer.
    private var base: Int64 = 0
    /// The current record without its line end, and where the next one starts.
    private var recordStart = 0
    private var recordEnd = 0
    private var position = 0
    private var nextLine = 1
    /// The last line ended in CR; an LF that follows belongs to it.
    private var skipsNewline = false
    /// The rest of an overlong line is still to be thrown away.
    private var skipsLine = false
    private var extents = UnsafeMutablePointer<Extent>.allocate(capacity: 64)
    private var extentCapacity = 64
    private var unquoted: UnsafeMutablePointer<UInt8>?
    private var unquotedCount = 0

    /// Starts reading and takes the header, the first line that is not blank.
    ///
    /// - Throws: `.emptyFile` where no line names a column, `.duplicateColumn` where two are called the same (blanks
    ///   and case aside; nameless columns may repeat), `.badPattern` for a dialect that cannot work, what is wrong
    ///   with the header as a record, and what the source throws.
    public init(_ source: ByteSource, dialect: CSVDialect = .init()) throws(FormatError) {
        self.source = source
        quote = dialect.quote
        guard dialect.isUsable else {
            throw FormatError(
                .badPattern, "delimiter and quote must be two different ASCII characters, and no line ends",
                file: source.name)
        }
        for table in [meanings, meanings + 256] {
            table.initialize(repeating: Meaning.ordinary, count: 256)
            (table + 0x80).update(repeating: Meaning.beyondASCII, count: 128)
            table[0] = Meaning.nul
            table[0x0A] = Meaning.newline
            table[0x0D] = Meaning.carriageReturn
        }
        meanings[Int(dialect.delimiter)] = Meaning.delimiter
        meanings[256 + Int(dialect.quote)] = Meaning.quote
        try readHeader()
    }

    deinit {
        meanings.deallocate()
        buffer.deallocate()
        extents.deallocate()
        unquoted?.deallocate()
    }

    /// Goes to the next record; false at the end of the file.
    ///
    /// - Throws: what the source throws. What is wrong with a record is no error here, but its `problem`.
    public func next() throws(FormatError) -> Bool {
        guard try skipToRecord() else { return false }
        line = nextLine
        offset = base + Int64(position)
        problem = nil
        while !scan() { try fill() }
        return true
    }

    /// The bytes of the current record without its line end, valid until the next call of `next`. A record beyond
    /// the limit is cut there.
    public var raw: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: buffer + recordStart, count: recordEnd - recordStart)
    }

    /// The bytes of a field of the current record, unquoted, valid until the next call of `next`; empty where the
    /// record has no such field.
    public func field(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        guard let view else { return told(index) }
        return view.value(index, told: told(index))
    }

    /// Looks at the columns otherwise from here on.
    public func look(through view: CSVView) {
        self.view = view
        header = view.header
    }

    private func told(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        guard index >= 0, index < fieldCount else { return UnsafeBufferPointer(start: nil, count: 0) }
        let extent = extents[index]
        let origin = extent.isUnquoted ? unquoted : buffer + recordStart
        return UnsafeBufferPointer(start: origin.map { $0 + Int(extent.start) }, count: Int(extent.count))
    }

    /// The column of the first of `names` that the header has, blanks and case aside; nil where it has none.
    public func column(_ names: String...) -> Int? {
        for name in names {
            let wanted = name.lowercased()
            if let index = header.firstIndex(where: { $0.lowercased() == wanted }) { return index }
        }
        return nil
    }

    // MARK: Records

    private func readHeader() throws(FormatError) {
        guard try next() else { throw emptyFile }
        if var problem {
            problem.message = "the header \(problem.message)"
            throw problem
        }
        let names = (0..<fieldCount).map { String(String(decoding: field($0), as: UTF8.self).trimmed) }
        guard names.contains(where: { !$0.isEmpty }) else { throw emptyFile }
        var seen: Set<String> = []
        for name in names where !name.isEmpty && !seen.insert(name.lowercased()).inserted {
            throw FormatError(
                .duplicateColumn, "two columns are called '\(name.printable)'; rename or remove one",
                file: source.name, line: line, offset: offset, field: name)
        }
        header = names
        columnCount = names.count
    }

    private var emptyFile: FormatError {
        FormatError(.emptyFile, "there is no header; the first line must name the columns", file: source.name)
    }

    /// Says what is wrong with the current record.
    private func blame(_ code: FormatError.Code, _ message: String) {
        problem = FormatError(code, message, file: source.name, line: line, offset: offset)
    }

    /// Throws away what is left of an overlong line, and blank lines.
    private func skipToRecord() throws(FormatError) -> Bool {
        while true {
            while position < filled {
                let byte = buffer[position]
                if skipsLine {
                    guard let end = lineEnd(from: position) else {
                        position = filled
                        break
                    }
                    position = end
                    skipsLine = false
                    endLine()
                } else if byte == 0x0A && skipsNewline {
                    position += 1
                    skipsNewline = false
                } else if byte == 0x0A || byte == 0x0D {
                    endLine()
                } else {
                    skipsNewline = false
                    return true
                }
            }
            if atEnd { return false }
            try fill()
        }
    }

    /// Passes the line end at `position`.
    private func endLine() {
        skipsNewline = buffer[position] == 0x0D
        position += 1
        nextLine += 1
    }

    /// Keeps what is not read yet and appends what the source gives.
    private func fill() throws(FormatError) {
        let kept = filled - position
        (buffer + 0).update(from: buffer + position, count: kept)
        base += Int64(position)
        position = 0
        filled = kept
        if capacity - filled < CSVReader.chunk {
            capacity = filled + 2 * CSVReader.chunk
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
            larger.update(from: buffer, count: filled)
            buffer.deallocate()
            buffer = larger
        }
        // A pipe may give a few bytes a time; looking anew at a long record for each would take quadratic time.
        let wanted = filled + (kept > 65_536 ? 65_536 : 1)
        while filled < wanted {
            let count = try source.read(
                into: UnsafeMutableRawBufferPointer(start: buffer + filled, count: capacity - filled))
            if base == 0, filled == 0 { base = source.droppedMark }
            if count == 0 {
                atEnd = true
                return
            }
            filled += count
        }
    }

    private func lineEnd(from start: Int) -> Int? {
        var index = start
        while index < filled {
            if buffer[index] == 0x0A || buffer[index] == 0x0D { return index }
            index += 1
        }
        return nil
    }

    // MARK: The scanner

    /// Finds the fields and the end of the record at `position`; false where it does not end in the buffer and there is
    /// more to read.
    ///
    /// Works on locals: each access of a property would cost a check of exclusivity, more than the work on a byte.
    private func scan() -> Bool {
        let bytes = buffer
        let outside = meanings
        let inside = meanings + 256
        let quote = quote
        let origin = position
        var extents = extents
        var room = extentCapacity
        var count = 0
        defer { fieldCount = count }
        let limit = origin + CSVReader.recordLimit
        // One byte beyond the limit may be the line end.
        let window = min(filled, limit + 1)
        let isLast = atEnd && window == filled
        recordStart = origin
        unquotedCount = 0
        var index = origin
        var linesInside = 0
        var hasNul = false
        var isASCII = true

        while true {
            if count == room {
                extents = enlargeExtents()
                room = extentCapacity
            }
            if index < window, bytes[index] == quote {
                let opened = index
                let linesBefore = linesInside
                var doubled = 0
                index += 1
                quoted: while true {
                    while index < window, inside[Int(bytes[index])] == Meaning.ordinary { index += 1 }
                    guard index < window else {
                        return (isLast || window > limit) && unclosed(opened, linesBefore)
                    }
                    switch inside[Int(bytes[index])] {
                    case Meaning.quote:
                        // The byte after it says whether it closes.
                        if index + 1 >= window, !isLast {
                            return window > limit && unclosed(opened, linesBefore)
                        }
                        if index + 1 >= window || bytes[index + 1] != quote { break quoted }
                        doubled += 1
                        index += 1
                    case Meaning.newline: if bytes[index - 1] != 0x0D { linesInside += 1 }
                    case Meaning.carriageReturn: linesInside += 1
                    case Meaning.nul: hasNul = true
                    default: isASCII = false
                    }
                    index += 1
                }
                extents[count] =
                    doubled > 0
                    ? unquote(opened + 1, index, doubled: doubled)
                    : Extent(
                        start: Int32(truncatingIfNeeded: opened + 1 - origin),
                        count: Int32(truncatingIfNeeded: index - opened - 1), isUnquoted: false)
                count += 1
                index += 1
                let meaning = index < window ? outside[Int(bytes[index])] : Meaning.newline
                if index >= window, !isLast { return window > limit && overlong(linesInside) }
                if meaning != Meaning.delimiter && meaning != Meaning.newline && meaning != Meaning.carriageReturn {
                    return broken(
                        opened, linesBefore, "has text after a closing quote; double the quotes inside a field")
                }
            } else {
                let start = index
                scanning: while true {
                    // Most bytes mean nothing; this loop is the whole cost of a long field.
                    while index < window, outside[Int(bytes[index])] == Meaning.ordinary { index += 1 }
                    guard index < window else { break }
                    switch outside[Int(bytes[index])] {
                    case Meaning.delimiter, Meaning.newline, Meaning.carriageReturn: break scanning
                    case Meaning.nul: hasNul = true
                    default: isASCII = false
                    }
                    index += 1
                }
                if index >= window, !isLast { return window > limit && overlong(linesInside) }
                extents[count] = Extent(
                    start: Int32(truncatingIfNeeded: start - origin),
                    count: Int32(truncatingIfNeeded: index - start), isUnquoted: false)
                count += 1
            }
            guard index < window, outside[Int(bytes[index])] == Meaning.delimiter else { break }
            index += 1
        }

        if index > limit { return overlong(linesInside) }
        end(at: index, linesInside: linesInside)
        if hasNul {
            blame(.nulByte, "holds a NUL byte; if the file is UTF-16, say so")
        } else if !isASCII, !raw.isUTF8 {
            blame(.invalidUTF8, "is not UTF-8; say the file's encoding")
        } else if count != columnCount, columnCount > 0 {
            blame(.fieldCount, "has \(count) fields where the header has \(columnCount)")
        }
        return true
    }

    private func enlargeExtents() -> UnsafeMutablePointer<Extent> {
        let larger = UnsafeMutablePointer<Extent>.allocate(capacity: extentCapacity * 2)
        larger.update(from: extents, count: extentCapacity)
        extents.deallocate()
        extents = larger
        extentCapacity *= 2
        return larger
    }

    /// Copies a quoted field without the second of each of its `doubled` pairs of quotes.
    private func unquote(_ start: Int, _ end: Int, doubled: Int) -> Extent {
        let room = unquoted ?? UnsafeMutablePointer<UInt8>.allocate(capacity: CSVReader.recordLimit + 1)
        unquoted = room
        let extent = Extent(start: Int32(unquotedCount), count: Int32(end - start - doubled), isUnquoted: true)
        var index = start
        while index < end {
            room[unquotedCount] = buffer[index]
            unquotedCount += 1
            index += buffer[index] == quote ? 2 : 1
        }
        return extent
    }

    /// Ends the record before the line end at `end`, or at the end of the file.
    private func end(at end: Int, linesInside: Int) {
        recordEnd = end
        position = end
        nextLine = line + linesInside
        if position < filled { endLine() }
    }

    private func unclosed(_ opened: Int, _ linesBefore: Int) -> Bool {
        broken(opened, linesBefore, "has a quote that is not closed; close it, or double it inside a field")
    }

    /// Ends a record with broken quotes at the end of the line in which the faulty quote opened.
    private func broken(_ opened: Int, _ linesBefore: Int, _ message: String) -> Bool {
        if let lineEnd = lineEnd(from: opened), lineEnd - recordStart <= CSVReader.recordLimit {
            end(at: lineEnd, linesInside: linesBefore)
        } else if filled - recordStart > CSVReader.recordLimit {
            return overlong(linesBefore)
        } else if atEnd {
            end(at: filled, linesInside: linesBefore)
        } else {
            return false
        }
        blame(.brokenQuoting, message)
        return true
    }

    /// Cuts a record at the limit; the rest of its line is thrown away later, so that `raw` stays valid until then.
    private func overlong(_ linesInside: Int) -> Bool {
        recordEnd = recordStart + CSVReader.recordLimit
        position = recordEnd
        nextLine = line + linesInside
        skipsLine = true
        blame(.tooLong, "is longer than \(CSVReader.recordLimit) bytes; is a quote or a line end missing?")
        return true
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether the bytes are valid UTF-8.
    var isUTF8: Bool {
        (try? UTF8Span(validating: span)) != nil
    }
}
