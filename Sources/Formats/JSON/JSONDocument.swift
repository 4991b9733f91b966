/// A JSON text (RFC 8259) as flat nodes over its bytes: numbers stay text, so that money stays exact.
///
/// One pass, no value is copied before it is asked for. Depth is bounded, and so are the bytes by whoever reads them.
public final class JSONDocument: Sendable {
    /// Deepest nesting that is read.
    public static let depthLimit = 64

    enum Kind: UInt8 {
        case object, array, string, escapedString, number, yes, no, null
    }

    struct Node {
        var kind: Kind
        /// Its bytes: of a string what is between the quotes.
        var start, end: Int32
        /// The node after it and all that it holds.
        var next: Int32
    }

    let bytes: [UInt8]
    let nodes: [Node]

    /// Why a text is no JSON: what was expected, and how many bytes stand before that place.
    public struct Failure: Error, Equatable, Sendable {
        /// What is wrong.
        public var message: String
        /// Bytes before it.
        public var offset: Int
    }

    /// Parses one value; anything but blanks after it is an error.
    public init(_ bytes: [UInt8]) throws(Failure) {
        var parser = bytes.withUnsafeBufferPointer { Parser(bytes: $0) }
        guard bytes.count < Int32.max else { throw Failure(message: "the text is too long", offset: 0) }
        nodes = try bytes.withUnsafeBufferPointer { bytes throws(Failure) in
            parser.bytes = bytes
            return try parser.whole()
        }
        self.bytes = bytes
        if parser.isBeyondASCII, String(validating: bytes, as: UTF8.self) == nil {
            throw Failure(message: "the text is not UTF-8", offset: 0)
        }
    }

    /// The value.
    public var root: JSONNode { JSONNode(document: self, index: 0) }

    private struct Parser {
        var bytes: UnsafeBufferPointer<UInt8>
        var position = 0
        var nodes: [Node] = []
        var isBeyondASCII = false

        init(bytes: UnsafeBufferPointer<UInt8>) {
            self.bytes = bytes
            nodes.reserveCapacity(min(4096, bytes.count / 8 + 4))
        }

        mutating func whole() throws(Failure) -> [Node] {
            skipBlanks()
            try value(depth: 0)
            skipBlanks()
            guard position == bytes.count else { throw failure("there is something after the end of the value") }
            return nodes
        }

        private func failure(_ message: String) -> Failure { Failure(message: message, offset: position) }

        private mutating func skipBlanks() {
            while position < bytes.count,
                bytes[position] == 0x20 || bytes[position] == 0x0A || bytes[position] == 0x0D
                    || bytes[position] == 0x09
            { position += 1 }
        }

        private mutating func value(depth: Int) throws(Failure) {
            guard position < bytes.count else { throw failure("the text ends where a value should stand") }
            switch bytes[position] {
            case UInt8(ascii: "{"): try members(depth: depth)
            case UInt8(ascii: "["): try elements(depth: depth)
            case UInt8(ascii: "\""): try string()
            case UInt8(ascii: "t"): try word("true", .yes)
            case UInt8(ascii: "f"): try word("false", .no)
            case UInt8(ascii: "n"): try word("null", .null)
            default: try number()
            }
        }

        private mutating func members(depth: Int) throws(Failure) {
            let index = try open(.object, depth)
            if close(UInt8(ascii: "}"), index) { return }
            while true {
                guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                    throw failure("a member's name in quotes should stand here")
                }
                try string()
                skipBlanks()
                guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else {
                    throw failure("':' should stand here")
                }
                position += 1
                skipBlanks()
                try value(depth: depth + 1)
                if try isLast(UInt8(ascii: "}"), index) { return }
            }
        }

        private mutating func elements(depth: Int) throws(Failure) {
            let index = try open(.array, depth)
            if close(UInt8(ascii: "]"), index) { return }
            while true {
                try value(depth: depth + 1)
                if try isLast(UInt8(ascii: "]"), index) { return }
            }
        }

        private mutating func open(_ kind: Kind, _ depth: Int) throws(Failure) -> Int {
            guard depth < JSONDocument.depthLimit else {
                throw failure("values are nested more than \(JSONDocument.depthLimit) deep")
            }
            nodes.append(Node(kind: kind, start: Int32(position), end: 0, next: 0))
            position += 1
            skipBlanks()
            return nodes.count - 1
        }

        private mutating func close(_ byte: UInt8, _ index: Int) -> Bool {
            guard position < bytes.count, bytes[position] == byte else { return false }
            position += 1
            nodes[index].end = Int32(position)
            nodes[index].next = Int32(nodes.count)
            return true
        }

        private mutating func isLast(_ byte: UInt8, _ index: Int) throws(Failure) -> Bool {
            skipBlanks()
            if close(byte, index) { return true }
            guard position < bytes.count, bytes[position] == UInt8(ascii: ",") else {
                throw failure("',' or '\(Character(Unicode.Scalar(byte)))' should stand here")
            }
            position += 1
            skipBlanks()
            return false
        }

        private mutating func add(_ kind: Kind, _ start: Int, _ end: Int) {
            nodes.append(Node(kind: kind, start: Int32(start), end: Int32(end), next: Int32(nodes.count + 1)))
        }

        private mutating func string() throws(Failure) {
            position += 1
            let start = position
            var isEscaped = false
            while position < bytes.count {
                let byte = bytes[position]
                if byte == UInt8(ascii: "\"") {
                    add(isEscaped ? .escapedString : .string, start, position)
                    position += 1
                    return
                }
                if byte < 0x20 { throw failure("a control character stands in a string") }
                if byte >= 0x80 { isBeyondASCII = true }
                if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                    position += 1
                    guard position < bytes.count else { break }
                    if bytes[position] == UInt8(ascii: "u") {
                        guard position + 4 < bytes.count, (1...4).allSatisfy({ bytes[position + $0].isHexadecimal })
                        else { throw failure("four hexadecimal digits should follow \\u") }
                        position += 4
                    } else if !"\"\\/bfnrt".utf8.contains(bytes[position]) {
                        throw failure("no such escape")
                    }
                }
                position += 1
            }
            throw failure("a string is not closed")
        }

        private mutating func word(_ word: StaticString, _ kind: Kind) throws(Failure) {
            let count = word.utf8CodeUnitCount
            guard position + count <= bytes.count,
                (0..<count).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] })
            else { throw failure("no JSON value starts like this") }
            add(kind, position, position + count)
            position += count
        }

        private mutating func number() throws(Failure) {
            let start = position
            if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
            let whole = digits()
            guard whole > 0, whole == 1 || bytes[position - whole] != 0x30 else {
                position = start
                throw failure("no JSON value starts like this")
            }
            if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
                position += 1
                guard digits() > 0 else { throw failure("digits should follow the point") }
            }
            if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
                position += 1
                if position < bytes.count, bytes[position] == 0x2B || bytes[position] == 0x2D { position += 1 }
                guard digits() > 0 else { throw failure("digits should follow the exponent") }
            }
            add(.number, start, position)
        }

        private mutating func digits() -> Int {
            let start = position
            while position < bytes.count, bytes[position] &- 0x30 < 10 { position += 1 }
            return position - start
        }
    }
}

extension UInt8 {
    fileprivate var isHexadecimal: Bool { self &- 0x30 < 10 || (self | 0x20) &- 0x61 < 6 }
}

/// One value of a document.
public struct JSONNode: Sendable {
    let document: JSONDocument
    let index: Int

    private var node: JSONDocument.Node { document.nodes[index] }

    /// Whether it is an object.
    public var isObject: Bool { node.kind == .object }
    /// Whether it is an array.
    public var isArray: Bool { node.kind == .array }
    /// Whether it is `null`.
    public var isNull: Bool { node.kind == .null }

    /// The bytes that it is written in, a string's quotes included.
    public var source: ArraySlice<UInt8> {
        let quote: Int32 = node.kind == .string || node.kind == .escapedString ? 1 : 0
        return document.bytes[Int(node.start - quote)..<Int(node.end + quote)]
    }

    /// The first member of a name; nil where there is none, or this is no object.
    public subscript(name: String) -> JSONNode? {
        guard isObject else { return nil }
        var name = name
        return name.withUTF8 { wanted in
            var child = index + 1
            let end = Int(node.next)
            while child < end {
                let key = document.nodes[child]
                if equals(key, wanted) { return JSONNode(document: document, index: child + 1) }
                child = Int(document.nodes[child + 1].next)
            }
            return nil
        }
    }

    private func equals(_ key: JSONDocument.Node, _ wanted: UnsafeBufferPointer<UInt8>) -> Bool {
        if key.kind == .escapedString { return unescaped(key).utf8.elementsEqual(wanted) }
        guard Int(key.end - key.start) == wanted.count else { return false }
        let start = Int(key.start)
        return document.bytes.withUnsafeBufferPointer { bytes in
            (0..<wanted.count).allSatisfy { bytes[start + $0] == wanted[$0] }
        }
    }

    /// The members of an object in order; empty for anything else.
    public var members: [(name: String, value: JSONNode)] {
        guard isObject else { return [] }
        var result: [(name: String, value: JSONNode)] = []
        var child = index + 1
        while child < Int(node.next) {
            let value = JSONNode(document: document, index: child + 1)
            result.append((JSONNode(document: document, index: child).text ?? "", value))
            child = Int(document.nodes[child + 1].next)
        }
        return result
    }

    /// The elements of an array in order; empty for anything else.
    public var elements: [JSONNode] {
        guard isArray else { return [] }
        var result: [JSONNode] = []
        var child = index + 1
        while child < Int(node.next) {
            result.append(JSONNode(document: document, index: child))
            child = Int(document.nodes[child].next)
        }
        return result
    }

    /// The text of a string, the digits of a number as written; nil for anything else.
    public var text: String? {
        switch node.kind {
        case .string, .number:
            String(decoding: document.bytes[Int(node.start)..<Int(node.end)], as: UTF8.self)
        case .escapedString: unescaped(node)
        default: nil
        }
    }

    /// Whether it is a number.
    public var isNumber: Bool { node.kind == .number }

    /// True or false; nil for anything else.
    public var bool: Bool? {
        switch node.kind {
        case .yes: true
        case .no: false
        default: nil
        }
    }

    private func unescaped(_ node: JSONDocument.Node) -> String {
        var units: [UInt16] = []
        var text = ""
        var bytes: [UInt8] = []
        func flush() {
            if !bytes.isEmpty { text += String(decoding: bytes, as: UTF8.self) }
            if !units.isEmpty { text += String(decoding: units, as: UTF16.self) }
            bytes.removeAll(keepingCapacity: true)
            units.removeAll(keepingCapacity: true)
        }
        var position = Int(node.start)
        while position < Int(node.end) {
            let byte = document.bytes[position]
            if byte != UInt8(ascii: "\\") {
                if !units.isEmpty { flush() }
                bytes.append(byte)
                position += 1
                continue
            }
            let escape = document.bytes[position + 1]
            if escape == UInt8(ascii: "u") {
                if !bytes.isEmpty { flush() }
                // Halves of a pair are decoded together; a lonely one becomes U+FFFD.
                units.append(
                    document.bytes[(position + 2)..<(position + 6)].reduce(0) {
                        $0 << 4 | UInt16($1 <= 0x39 ? $1 - 0x30 : ($1 | 0x20) - 0x57)
                    })
                position += 6
                continue
            }
            if !units.isEmpty { flush() }
            switch escape {
            case UInt8(ascii: "b"): bytes.append(0x08)
            case UInt8(ascii: "f"): bytes.append(0x0C)
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "t"): bytes.append(0x09)
            default: bytes.append(escape)
            }
            position += 2
        }
        flush()
        return text
    }
}
