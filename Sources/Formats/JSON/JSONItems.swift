/// The JSON values of a stream, one after the other: a line each (NDJSON), values that run over lines, or the elements
/// of one array. Memory is bounded by the largest value, however long the stream.
///
/// A broken value is a problem of its own. Between lines, one that starts with `{` at the line's very front begins a
/// new value, so that a line that was cut off spoils no other; only where the value before it needs one there (after
/// `:`, `[` or the comma of an array) it goes on, unless that makes no JSON. In an array nothing after the damage can be
/// told apart.
public struct JSONItems {
    /// Most bytes of one value.
    public static let itemLimit = 16 << 20

    /// What error messages call the stream.
    public var name: String { source.name }
    /// The stream.
    public let source: ByteSource
    /// Line on which the current value starts, the first being 1.
    public private(set) var line = 0
    /// Bytes before the current value.
    public private(set) var offset: Int64 = 0
    /// The bytes of the current value.
    public private(set) var raw: [UInt8] = []

    private var buffer: [UInt8] = []
    private var position = 0
    private var consumed: Int64 = 0
    private var lineNumber = 1
    private var isAtLineStart = true
    private var isInArray = false
    private var hasStarted = false
    private var isAtEnd = false
    /// The first line within the current value that might as well begin another: bytes of `raw` before it, its number.
    private var fork: (bytes: Int, line: Int)?

    /// The values of a stream; `bytes` are those that somebody has taken from its front already.
    public init(_ source: ByteSource, after bytes: [UInt8] = []) {
        self.source = source
        buffer = bytes
    }

    /// Goes to the next value; nil at the end, else the value or what is wrong with it.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Result<JSONNode, FormatError>? {
        guard try skipToItem() else { return nil }
        line = lineNumber
        offset = consumed + Int64(position) + source.droppedMark
        raw = []
        fork = nil
        guard try takeItem() else {
            trim()
            return .failure(
                FormatError(
                    .tooLong, "a value of more than \(JSONItems.itemLimit >> 20) MiB is none of ours", file: name,
                    line: line, offset: offset))
        }
        if let fork, case .failure = parsed { giveBack(from: fork) }
        trim()
        return parsed
    }

    /// The bytes of the current value as JSON.
    private var parsed: Result<JSONNode, FormatError> {
        do throws(JSONDocument.Failure) {
            return .success(try JSONDocument(raw).root)
        } catch {
            return .failure(
                FormatError(
                    .notJSON, "this is no JSON: \(error.message), \(error.offset) bytes after the value's start",
                    file: name, line: line, offset: offset))
        }
    }

    /// Ends the current value before a line that turned out not to belong to it, which is read anew.
    private mutating func giveBack(from fork: (bytes: Int, line: Int)) {
        buffer = Array(raw[fork.bytes...]) + buffer[position...]
        position = 0
        consumed = offset - source.droppedMark + Int64(fork.bytes)
        lineNumber = fork.line
        isAtLineStart = true
        raw.removeSubrange(fork.bytes...)
    }

    private mutating func trim() {
        while let last = raw.last, last.isBlank { raw.removeLast() }
    }

    private mutating func byte() throws(FormatError) -> UInt8? {
        if position < buffer.count { return buffer[position] }
        guard !isAtEnd else { return nil }
        consumed += Int64(position)
        position = 0
        buffer = try source.chunk()
        isAtEnd = buffer.isEmpty
        return buffer.first
    }

    private mutating func step(_ byte: UInt8) {
        position += 1
        isAtLineStart = byte == 0x0A
        if isAtLineStart { lineNumber += 1 }
    }

    private mutating func skipToItem() throws(FormatError) -> Bool {
        while let byte = try byte() {
            if byte.isBlank || (isInArray && byte == UInt8(ascii: ",")) {
                step(byte)
            } else if !hasStarted, byte == UInt8(ascii: "[") {
                (hasStarted, isInArray) = (true, true)
                step(byte)
            } else if isInArray, byte == UInt8(ascii: "]") {
                isInArray = false
                step(byte)
            } else {
                hasStarted = true
                return true
            }
        }
        return false
    }

    /// Takes bytes until brackets are closed; false where that took too many.
    private mutating func takeItem() throws(FormatError) -> Bool {
        var nesting = Nesting()
        var isInString = false
        var isEscaped = false
        var fits = true
        while let byte = try byte() {
            if !isInArray, isAtLineStart, !raw.isEmpty, byte == UInt8(ascii: "{") {
                guard nesting.needsValue else { break }
                if fork == nil { fork = (raw.count, lineNumber) }
            }
            if !isInString, nesting.depth == 0, !raw.isEmpty {
                // No value that is whole goes on over a line end, in an array as little as between lines.
                if byte == 0x0A { break }
                if isInArray, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") { break }
            }
            if raw.count < JSONItems.itemLimit { raw.append(byte) } else { fits = false }
            step(byte)
            if isInString {
                // A string cannot run over lines: the text is broken, and what follows must be found all the same.
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") || (byte == 0x0A && !isInArray) {
                    isInString = false
                }
                continue
            }
            nesting.take(byte)
            isInString = byte == UInt8(ascii: "\"")
            // What follows on the same line belongs to it: two values on a line are a mistake, and one that shows.
            if isInArray, nesting.depth == 0, byte == UInt8(ascii: "}") { break }
        }
        return fits
    }
}

/// The brackets that are open outside of strings.
private struct Nesting {
    private(set) var depth = 0
    /// A bit for each open bracket, the innermost last: 1 for an array.
    private var arrays: UInt64 = 0
    /// The last byte that is no blank.
    private var last: UInt8 = 0

    mutating func take(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            depth += 1
            arrays = arrays << 1 | (byte == UInt8(ascii: "[") ? 1 : 0)
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth = max(0, depth - 1)
            arrays >>= 1
        default: break
        }
        if !byte.isBlank { last = byte }
    }

    /// Whether nothing but a value can come next in what is still open.
    var needsValue: Bool {
        guard depth > 0, depth < JSONDocument.depthLimit else { return false }
        return last == UInt8(ascii: ":") || last == UInt8(ascii: "[") || (last == UInt8(ascii: ",") && arrays & 1 == 1)
    }
}
