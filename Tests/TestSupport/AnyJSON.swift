import FoundationEssentials

/// A JSON document of any shape.
public enum AnyJSON: Decodable, Sendable {
    /// `null`, `true`, a number, a text.
    case null, truth(Bool), number(Double), text(String)
    /// A list.
    case list([AnyJSON])
    /// An object, keys as they stand there.
    case object([String: AnyJSON])

    /// Parses a document; what is left over after it is an error.
    public init(_ text: String) throws { self = try JSONDecoder().decode(AnyJSON.self, from: Data(text.utf8)) }

    /// Takes whatever is there.
    public init(from decoder: any Decoder) throws {
        if let object = try? decoder.singleValueContainer().decode([String: AnyJSON].self) {
            self = .object(object)
            return
        }
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let truth = try? value.decode(Bool.self) {
            self = .truth(truth)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else {
            self = .list(try value.decode([AnyJSON].self))
        }
    }

    /// The member of an object; nil in anything else.
    public subscript(key: String) -> AnyJSON? { if case .object(let members) = self { members[key] } else { nil } }

    /// The element of a list; nil in anything else.
    public subscript(index: Int) -> AnyJSON? {
        if case .list(let list) = self, list.indices.contains(index) { list[index] } else { nil }
    }

    /// The text; nil in anything else.
    public var text: String? { if case .text(let text) = self { text } else { nil } }
    /// The number; nil in anything else.
    public var double: Double? { if case .number(let number) = self { number } else { nil } }
    /// The whole number; nil in anything else.
    public var integer: Int? { if case .number(let number) = self { Int(exactly: number) } else { nil } }
    /// The list; empty in anything else.
    public var list: [AnyJSON] { if case .list(let list) = self { list } else { [] } }

    /// Every key in it, at any depth.
    public var keys: [String] {
        switch self {
        case .object(let members): members.keys + members.values.flatMap(\.keys)
        case .list(let list): list.flatMap(\.keys)
        default: []
        }
    }
}
