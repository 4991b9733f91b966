/// The one expression grammar of Penstock: mappings, metrics, rules and filters are written in it.
///
///     starts_with(invoice, 'C') and quantity < 0
///     price = 0 and customer is missing
///     code in ('POST', 'D', 'M') or starts_with(code, 'GIFT_')
///
/// From weakest to strongest: `or`; `and`; `not`; one comparison (`= != < <= > >=`, `in (…)`, `is missing`);
/// `+ -`; `* /`; unary `-`. Texts stand in single quotes, a quote inside is doubled. Text compares by its bytes.
/// Functions: `starts_with ends_with contains` (text, text), `upper lower length` (text), `abs sqrt` (number),
/// `min max coalesce` (two or more).
///
/// *Missing* is not zero and not empty: arithmetic with it is missing, a comparison with it is false, and so is
/// `x in (…)`; only `is missing`, `coalesce` and `not` see it. A division by zero is missing. Comparing a number with a
/// text compares nothing: it is false for `=` and the orders, true for `!=`.
public struct Expression: Sendable, CustomStringConvertible {
    /// What an expression or a field can be.
    public enum Value: Sendable, Equatable {
        /// Nothing is known.
        case missing
        /// True or false.
        case boolean(Bool)
        /// A finite number.
        case number(Double)
        /// A text.
        case text(String)

        /// Texts are equal where their bytes are: two spellings of one letter are two codes.
        public static func == (left: Value, right: Value) -> Bool {
            switch (left, right) {
            case (.missing, .missing): true
            case (.boolean(let a), .boolean(let b)): a == b
            case (.number(let a), .number(let b)): a == b
            case (.text(let a), .text(let b)): a.utf8.elementsEqual(b.utf8)
            default: false
            }
        }
    }

    /// Where and why a text is no expression.
    public struct Failure: Error, Equatable, CustomStringConvertible, Sendable {
        /// What is wrong, and what was expected.
        public var message: String
        /// Characters before the place, 0-based.
        public var position: Int

        /// As files and messages write it.
        public var description: String { "\(message) (at character \(position + 1))" }
    }

    /// The text it was compiled from.
    public let description: String

    let root: Node

    /// Compiles `text`; names must be among `fields`, whose order gives the indexes that `evaluate` asks for.
    ///
    /// - Throws: `Failure` with the place, for anything that is not an expression, an unknown field or function.
    public init(_ text: String, fields: [String]) throws(Failure) {
        description = text
        var parser = Parser(tokens: try Token.scan(text), fields: fields)
        root = try parser.whole()
    }

    /// The value for one record; `field` gives the value of the field with an index of the list given to `init`.
    public func evaluate(_ field: (Int) -> Value) -> Value { root.value(field) }

    /// Whether the expression is true for one record; missing and values that are not boolean are not true.
    public func isTrue(_ field: (Int) -> Value) -> Bool { root.value(field) == .boolean(true) }

    indirect enum Node: Sendable {
        case constant(Value)
        case field(Int)
        case not(Node)
        case and(Node, Node)
        case or(Node, Node)
        case compare(Comparison, Node, Node)
        case isMissing(Node)
        case among(Node, [Node])
        case arithmetic(UInt8, Node, Node)
        case call(Function, [Node])

        func value(_ field: (Int) -> Value) -> Value {
            switch self {
            case .constant(let value): return value
            case .field(let index): return field(index)
            case .not(let node):
                if case .boolean(let truth) = node.value(field) { return .boolean(!truth) }
                return .boolean(true)
            case .and(let left, let right):
                guard left.value(field) == .boolean(true) else { return .boolean(false) }
                return .boolean(right.value(field) == .boolean(true))
            case .or(let left, let right):
                if left.value(field) == .boolean(true) { return .boolean(true) }
                return .boolean(right.value(field) == .boolean(true))
            case .compare(let comparison, let left, let right):
                return .boolean(comparison.holds(left.value(field), right.value(field)))
            case .isMissing(let node): return .boolean(node.value(field) == .missing)
            case .among(let node, let list):
                let value = node.value(field)
                return .boolean(value != .missing && list.contains { $0.value(field) == value })
            case .arithmetic(let sign, let left, let right):
                guard case .number(let a) = left.value(field), case .number(let b) = right.value(field) else {
                    return .missing
                }
                let result =
                    switch sign {
                    case UInt8(ascii: "+"): a + b
                    case UInt8(ascii: "-"): a - b
                    case UInt8(ascii: "*"): a * b
                    default: a / b
                    }
                return result.isFinite ? .number(result) : .missing
            case .call(let function, let arguments): return function.apply(arguments, field)
            }
        }
    }

    enum Comparison: String, Sendable {
        case equal = "="
        case unequal = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="

        func holds(_ left: Value, _ right: Value) -> Bool {
            switch (left, right) {
            case (.missing, _), (_, .missing): false
            case (.number(let a), .number(let b)): ordered(a, b)
            case (.text(let a), .text(let b)): ordered(Bytes(a), Bytes(b))
            case (.boolean(let a), .boolean(let b)): self == .equal ? a == b : self == .unequal && a != b
            default: self == .unequal
            }
        }

        private func ordered<T: Comparable>(_ a: T, _ b: T) -> Bool {
            switch self {
            case .equal: a == b
            case .unequal: a != b
            case .less: a < b
            case .lessOrEqual: a <= b
            case .greater: a > b
            case .greaterOrEqual: a >= b
            }
        }
    }

    /// A text in the order of its bytes.
    private struct Bytes: Comparable {
        let utf8: String.UTF8View

        init(_ text: String) { utf8 = text.utf8 }

        static func == (left: Bytes, right: Bytes) -> Bool { left.utf8.elementsEqual(right.utf8) }
        static func < (left: Bytes, right: Bytes) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }
    }

    enum Function: String, Sendable {
        case startsWith = "starts_with"
        case endsWith = "ends_with"
        case contains, upper, lower, length, abs, sqrt, min, max, coalesce

        var arguments: ClosedRange<Int> {
            switch self {
            case .startsWith, .endsWith, .contains: 2...2
            case .upper, .lower, .length, .abs, .sqrt: 1...1
            case .min, .max, .coalesce: 2...16
            }
        }

        func apply(_ arguments: [Node], _ field: (Int) -> Value) -> Value {
            let values = arguments.map { $0.value(field) }
            switch (self, values[0], values.count > 1 ? values[1] : .missing) {
            case (.startsWith, .text(let a), .text(let b)): return .boolean(a.utf8.starts(with: b.utf8))
            case (.endsWith, .text(let a), .text(let b)):
                return .boolean(a.utf8.reversed().starts(with: b.utf8.reversed()))
            case (.contains, .text(let a), .text(let b)): return .boolean(b.isEmpty || a.utf8.contains(b.utf8))
            case (.startsWith, _, _), (.endsWith, _, _), (.contains, _, _): return .boolean(false)
            case (.upper, .text(let a), _): return .text(a.uppercased())
            case (.lower, .text(let a), _): return .text(a.lowercased())
            case (.length, .text(let a), _): return .number(Double(a.count))
            case (.abs, .number(let a), _): return .number(Swift.abs(a))
            case (.sqrt, .number(let a), _): return a < 0 ? .missing : .number(a.squareRoot())
            case (.coalesce, _, _): return values.first { $0 != .missing } ?? .missing
            case (.min, _, _), (.max, _, _):
                var numbers: [Double] = []
                for case .number(let number) in values { numbers.append(number) }
                guard numbers.count == values.count, let first = numbers.first else { return .missing }
                return .number(numbers.reduce(first) { self == .min ? Swift.min($0, $1) : Swift.max($0, $1) })
            default: return .missing
            }
        }
    }
}
