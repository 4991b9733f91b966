import Domain

/// A JSON document to be written: the same value gives the same bytes, on every machine.
///
/// Keys keep the order given. Numbers are the shortest that read back as the same double; one that is not finite has no
/// JSON and is written as `null`. Escaped is what must be, and what would steer a terminal.
public enum JSONValue: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number.
    case integer(Int64)
    /// A number; `null` where it is not finite.
    case number(Double)
    /// A text.
    case string(String)
    /// Values in order.
    case array([JSONValue])
    /// Members in order; the caller keeps keys apart.
    case object([(String, JSONValue)])

    /// `value`, or `null` where there is none.
    public static func optional<Value>(_ value: Value?, _ make: (Value) -> JSONValue) -> JSONValue {
        value.map(make) ?? .null
    }

    /// The document in UTF-8: on one line without blanks, or indented by two blanks a level and ended by a line end.
    public func bytes(pretty: Bool = false) -> [UInt8] {
        var out: [UInt8] = []
        append(to: &out, pretty: pretty, level: 0)
        if pretty { out.append(0x0A) }
        return out
    }

    private func append(to out: inout [UInt8], pretty: Bool, level: Int) {
        switch self {
        case .null: out += "null".utf8
        case .bool(let value): out += (value ? "true" : "false").utf8
        case .integer(let value): out += String(value).utf8
        case .number(let value): out += (value.isFinite ? JSONValue.shortest(value) : "null").utf8
        case .string(let text): JSONValue.append(text, to: &out)
        case .array(let values):
            JSONValue.append(values, "[", "]", to: &out, pretty: pretty, level: level) { value, out in
                value.append(to: &out, pretty: pretty, level: level + 1)
            }
        case .object(let members):
            JSONValue.append(members, "{", "}", to: &out, pretty: pretty, level: level) { member, out in
                JSONValue.append(member.0, to: &out)
                out += (pretty ? ": " : ":").utf8
                member.1.append(to: &out, pretty: pretty, level: level + 1)
            }
        }
    }

    private static func append<Element>(
        _ elements: [Element], _ open: String, _ close: String, to out: inout [UInt8], pretty: Bool, level: Int,
        _ body: (Element, inout [UInt8]) -> Void
    ) {
        func breakLine(_ level: Int, _ out: inout [UInt8]) {
            guard pretty, !elements.isEmpty else { return }
            out.append(0x0A)
            out.append(contentsOf: repeatElement(0x20, count: level * 2))
        }
        out += open.utf8
        for (index, element) in elements.enumerated() {
            if index > 0 { out += ",".utf8 }
            breakLine(level + 1, &out)
            body(element, &out)
        }
        breakLine(level, &out)
        out += close.utf8
    }

    /// A whole double without the `.0` that JSON does not need.
    private static func shortest(_ value: Double) -> String {
        if value.magnitude < 1e15, value == value.rounded(), value != 0 { return String(Int64(value)) }
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Whatever would steer a terminal is escaped, though JSON asks it of ASCII's controls alone: people look at JSON.
    private static func append(_ text: String, to out: inout [UInt8]) {
        out.append(0x22)
        // Most texts are codes and dates: their bytes are what is written.
        let start = out.count
        var isSimple = true
        for byte in text.utf8 {
            guard byte >= 0x20, byte < 0x7F, byte != 0x22, byte != 0x5C else {
                isSimple = false
                break
            }
            out.append(byte)
        }
        if isSimple {
            out.append(0x22)
            return
        }
        out.removeLast(out.count - start)
        let isPlain = !text.hasControls
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": out += [0x5C, UInt8(ascii: scalar)]
            case "\n": out += "\\n".utf8
            case "\r": out += "\\r".utf8
            case "\t": out += "\\t".utf8
            case _ where isPlain || !String(scalar).hasControls: out += UTF8.encode(scalar).map { Array($0) } ?? []
            default:
                let hex = String(scalar.value, radix: 16)
                out += "\\u".utf8
                out += repeatElement(0x30, count: max(0, 4 - hex.utf8.count))
                out += hex.utf8
            }
        }
        out.append(0x22)
    }
}
