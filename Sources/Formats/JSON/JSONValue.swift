import Glibc

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
    /// One value that is written when its turn comes, as a list too long to be held as values.
    case written(@Sendable (inout JSONWriter) -> Void)

    /// `value`, or `null` where there is none.
    public static func optional<Value>(_ value: Value?, _ make: (Value) -> JSONValue) -> JSONValue {
        value.map(make) ?? .null
    }

    /// The document in UTF-8: on one line without blanks, or indented by two blanks a level and ended by a line end.
    public func bytes(pretty: Bool = false) -> [UInt8] {
        var bytes: [UInt8] = []
        write(pretty: pretty) { bytes += $0 }
        return bytes
    }

    /// Hands on the document in parts, as `bytes(pretty:)` makes it.
    public func write(pretty: Bool = false, to sink: ([UInt8]) -> Void) {
        withoutActuallyEscaping(sink) { sink in
            var writer = JSONWriter(pretty: pretty, to: sink)
            write(to: &writer)
            writer.end()
        }
    }

    /// Hands on the document as standard output is to get it: indented for who reads it on a terminal, on one line for
    /// programs, and ended by a line end.
    public func writeOutput(to sink: ([UInt8]) -> Void) {
        let isRead = isatty(STDOUT_FILENO) == 1
        write(pretty: isRead, to: sink)
        if !isRead { sink([0x0A]) }
    }

    private func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.word("null")
        case .bool(let value): writer.word(value ? "true" : "false")
        case .integer(let value): writer.integer(value)
        case .number(let value): writer.number(value)
        case .string(let text): writer.string(text)
        case .array(let values): writer.array { writer in for value in values { value.write(to: &writer) } }
        case .object(let members):
            writer.object { writer in
                for (name, value) in members {
                    writer.key(name)
                    value.write(to: &writer)
                }
            }
        case .written(let write): write(&writer)
        }
    }
}
