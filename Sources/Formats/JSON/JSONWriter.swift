import Dispatch
import Domain

/// Writes a JSON document piece by piece: what `JSONValue` writes, without a value or the text of all of it in memory.
///
/// Keys keep the order given; the caller keeps them apart and gives each member one value.
public struct JSONWriter {
    /// UTF-8 that is written and not handed on.
    fileprivate var bytes: [UInt8] = []
    /// About as many bytes are handed on at once.
    private static let part = 1 << 16
    private let pretty: Bool
    /// Nil where everything is kept, to be handed on by another writer.
    private let sink: (([UInt8]) -> Void)?
    private var level = 0
    /// Whether the next piece is the first of its list or object, and whether it is the value of a key.
    fileprivate var isFirst = true, followsKey = false

    /// Writes on one line without blanks, or indented by two blanks a level and ended by a line end; `sink` gets the text
    /// in parts.
    init(pretty: Bool, to sink: @escaping ([UInt8]) -> Void) {
        self.pretty = pretty
        self.sink = sink
        bytes.reserveCapacity(JSONWriter.part + 4096)
    }

    /// Writes a part of a list that another writer has begun.
    fileprivate init(pretty: Bool, level: Int, isFirst: Bool) {
        self.pretty = pretty
        self.level = level
        self.isFirst = isFirst
        sink = nil
    }

    /// Ends the document.
    mutating func end() {
        if pretty { bytes.append(0x0A) }
        sink?(bytes)
        bytes.removeAll()
    }

    /// Writes a list, of what `body` writes.
    public mutating func array(_ body: (inout JSONWriter) -> Void) { enclose(0x5B, 0x5D, body) }

    /// Writes a long list of `count` values: `body` writes those of a part of it.
    ///
    /// Parts are written on all processors at once; the text is the same as of one after the other.
    public mutating func array(_ count: Int, _ body: @Sendable (Range<Int>, inout JSONWriter) -> Void) {
        let (size, most) = (4096, 16)
        array { writer in
            for first in stride(from: 0, to: count, by: size * most) {
                let parts = min(most, (count - first + size - 1) / size)
                let (pretty, level, isFirst) = (writer.pretty, writer.level, writer.isFirst)
                let texts = [[UInt8]](unsafeUninitializedCapacity: parts) { texts, made in
                    // Each part has an element of its own.
                    nonisolated(unsafe) let texts = texts
                    DispatchQueue.concurrentPerform(iterations: parts) { part in
                        var own = JSONWriter(pretty: pretty, level: level, isFirst: isFirst && part == 0)
                        let rows = first + part * size
                        body(rows..<min(count, rows + size), &own)
                        texts.baseAddress?.advanced(by: part).initialize(to: own.bytes)
                    }
                    made = parts
                }
                for text in texts {
                    writer.bytes += text
                    writer.handOn()
                }
                writer.isFirst = false
            }
        }
    }

    /// Writes an object, of the keys and values that `body` writes.
    public mutating func object(_ body: (inout JSONWriter) -> Void) { enclose(0x7B, 0x7D, body) }

    /// Writes the key of the value that comes next.
    public mutating func key(_ name: String) {
        begin()
        append(name)
        endKey()
    }

    /// Writes a key that comes again and again.
    public mutating func key(_ key: JSONKey) {
        begin()
        bytes.append(contentsOf: key.bytes)
        endKey()
    }

    private mutating func endKey() {
        bytes.append(0x3A)
        if pretty { bytes.append(0x20) }
        followsKey = true
    }

    /// Writes a text that comes again and again.
    public mutating func string(_ number: Int, of texts: JSONTexts) {
        begin()
        bytes.append(contentsOf: texts.bytes[texts.ends[number]..<texts.ends[number + 1]])
    }

    /// Writes a text; `null` where there is none.
    public mutating func string(_ text: String?) {
        guard let text else { return word("null") }
        begin()
        append(text)
    }

    /// Writes a whole number.
    public mutating func integer(_ value: Int64) {
        begin()
        if value < 0 { bytes.append(0x2D) }
        let start = bytes.count
        var rest = value.magnitude
        repeat {
            bytes.append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    /// Writes a number, the shortest that reads back as the same double; `null` where it is missing or not finite.
    public mutating func number(_ value: Double?) {
        guard let value, value.isFinite else { return word("null") }
        if value.magnitude < 1e15, value == value.rounded(), value != 0 { return integer(Int64(value)) }
        let text = value.description
        // A whole double without the `.0` that JSON does not need.
        word(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
    }

    /// Writes `null`, `true`, `false` or a number that is spelled already.
    mutating func word(_ text: String) {
        begin()
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func enclose(_ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) -> Void) {
        begin()
        bytes.append(open)
        (isFirst, level) = (true, level + 1)
        body(&self)
        level -= 1
        if !isFirst { breakLine() }
        bytes.append(close)
        isFirst = false
    }

    /// What comes before a piece: nothing after its key, else a comma after another one, and its place on a line.
    private mutating func begin() {
        if followsKey {
            followsKey = false
            return
        }
        if !isFirst { bytes.append(0x2C) }
        isFirst = false
        if level > 0 { breakLine() }
        handOn()
    }

    private mutating func handOn() {
        guard let sink, bytes.count > JSONWriter.part else { return }
        sink(bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    private mutating func breakLine() {
        guard pretty else { return }
        bytes.append(0x0A)
        bytes.append(contentsOf: repeatElement(0x20, count: level * 2))
    }

    /// Whatever would steer a terminal is escaped, though JSON asks it of ASCII's controls alone: people look at JSON.
    private mutating func append(_ text: String) {
        bytes.append(0x22)
        defer { bytes.append(0x22) }
        // Most texts are codes and dates: their bytes are what is written.
        var text = text
        let isSimple = text.withUTF8 { utf8 in
            for byte in utf8 where byte < 0x20 || byte >= 0x7F || byte == 0x22 || byte == 0x5C { return false }
            bytes.append(contentsOf: utf8)
            return true
        }
        if isSimple { return }
        let isPlain = !text.hasControls
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": bytes += [0x5C, UInt8(ascii: scalar)]
            case "\n": bytes += "\\n".utf8
            case "\r": bytes += "\\r".utf8
            case "\t": bytes += "\\t".utf8
            case _ where isPlain || !String(scalar).hasControls: bytes += UTF8.encode(scalar).map { Array($0) } ?? []
            default:
                let hex = String(scalar.value, radix: 16)
                bytes += "\\u".utf8
                bytes += repeatElement(0x30, count: max(0, 4 - hex.utf8.count))
                bytes += hex.utf8
            }
        }
    }
}

/// A key as it is written.
public struct JSONKey: Sendable {
    fileprivate let bytes: [UInt8]

    /// The key of a name.
    public init(_ name: String) { bytes = JSONTexts([name]).bytes }
}

/// Texts as they are written.
public struct JSONTexts: Sendable {
    fileprivate let bytes: [UInt8]
    fileprivate private(set) var ends = [0]

    /// The texts; `null` for each that is none.
    public init(_ texts: some Sequence<String?>) {
        var writer = JSONWriter(pretty: false, level: 0, isFirst: true)
        for text in texts {
            writer.isFirst = true
            writer.string(text)
            ends.append(writer.bytes.count)
        }
        bytes = writer.bytes
    }
}
