/// The one expression grammar of Penstock: mappings, metrics, rules and filters are written in it.
///
///     starts_with(invoice, 'C') and quantity < 0
///     price = 0 and customer is missing
///     code in ('POST', 'D', 'M') or starts_with(code, 'GIFT_')
///
/// From weakest to strongest: `or`; `and`; `not`; one comparison (`= != < <= > >=`, `in (…)`, `is missing`);
/// `+ -`; `* /`; unary `-`. Texts stand in single quotes, a quote inside is doubled. Text compares by its bytes.
/// Functions: `starts_with ends_with contains` (text, text), `upper lower length` (text), `abs` (number),
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

    private let root: Node

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

    fileprivate indirect enum Node: Sendable {
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

    fileprivate enum Comparison: String, Sendable {
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

    fileprivate enum Function: String, Sendable {
        case startsWith = "starts_with"
        case endsWith = "ends_with"
        case contains, upper, lower, length, abs, min, max, coalesce

        var arguments: ClosedRange<Int> {
            switch self {
            case .startsWith, .endsWith, .contains: 2...2
            case .upper, .lower, .length, .abs: 1...1
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

private struct Token {
    enum Kind: Equatable {
        case name(String), text(String), number(Double), symbol(String), end
    }

    var kind: Kind
    var position: Int

    static func scan(_ text: String) throws(Expression.Failure) -> [Token] {
        let characters = Array(text)
        var tokens: [Token] = []
        var index = 0
        while index < characters.count {
            let start = index
            let character = characters[index]
            if character.isWhitespace {
                index += 1
            } else if character == "'" {
                var value = ""
                index += 1
                while true {
                    guard index < characters.count else {
                        throw Expression.Failure(message: "this text has no closing quote", position: start)
                    }
                    if characters[index] == "'" {
                        guard index + 1 < characters.count, characters[index + 1] == "'" else { break }
                        index += 1
                    }
                    value.append(characters[index])
                    index += 1
                }
                index += 1
                tokens.append(Token(kind: .text(value), position: start))
            } else if character.isASCII, character.isNumber {
                while index < characters.count,
                    characters[index].isASCII, characters[index].isNumber || characters[index] == "."
                {
                    index += 1
                }
                guard let value = Double(String(characters[start..<index])), value.isFinite else {
                    throw Expression.Failure(message: "this is not a number", position: start)
                }
                tokens.append(Token(kind: .number(value), position: start))
            } else if character.isLetter || character == "_" {
                while index < characters.count,
                    characters[index].isLetter || characters[index].isNumber || "_.".contains(characters[index])
                {
                    index += 1
                }
                tokens.append(Token(kind: .name(String(characters[start..<index])), position: start))
            } else {
                let two = String(characters[index..<min(index + 2, characters.count)])
                let symbol = ["!=", "<=", ">="].contains(two) ? two : String(character)
                guard symbol.count == 2 || "=<>()+-*/,".contains(character) else {
                    throw Expression.Failure(message: "'\(symbol.printable)' has no meaning here", position: start)
                }
                index += symbol.count
                tokens.append(Token(kind: .symbol(symbol), position: start))
            }
        }
        return tokens + [Token(kind: .end, position: characters.count)]
    }
}

private struct Parser {
    let tokens: [Token]
    let fields: [String]
    var index = 0
    var depth = 0
    var operators = 0

    mutating func whole() throws(Expression.Failure) -> Expression.Node {
        let node = try disjunction()
        guard tokens[index].kind == .end else {
            throw failure("the expression should end here, or go on with an operator")
        }
        return node
    }

    private mutating func disjunction() throws(Expression.Failure) -> Expression.Node {
        // Deep nesting would overflow the stack: an expression from a file must not be able to.
        depth += 1
        defer { depth -= 1 }
        guard depth < 100 else { throw failure("nested too deeply") }
        var node = try conjunction()
        while takeWord("or") {
            try countOperator()
            node = .or(node, try conjunction())
        }
        return node
    }

    /// A chain of operators nests as well, to the left, and evaluating it would overflow the stack just so.
    private mutating func countOperator() throws(Expression.Failure) {
        operators += 1
        guard operators <= 250 else {
            throw failure("more than 250 operators; to name many values, write in ('a', 'b')")
        }
    }

    private mutating func conjunction() throws(Expression.Failure) -> Expression.Node {
        var node = try negation()
        while takeWord("and") {
            try countOperator()
            node = .and(node, try negation())
        }
        return node
    }

    private mutating func negation() throws(Expression.Failure) -> Expression.Node {
        var negated = false
        while takeWord("not") { negated.toggle() }
        let node = try comparison()
        return negated ? .not(node) : node
    }

    private mutating func comparison() throws(Expression.Failure) -> Expression.Node {
        let left = try sum()
        if case .symbol(let symbol) = tokens[index].kind, let comparison = Expression.Comparison(rawValue: symbol) {
            index += 1
            return .compare(comparison, left, try sum())
        }
        if takeWord("is") {
            let negated = takeWord("not")
            guard takeWord("missing") else { throw failure("after 'is' comes 'missing' or 'not missing'") }
            return negated ? .not(.isMissing(left)) : .isMissing(left)
        }
        let start = index
        let negated = takeWord("not")
        if takeWord("in") {
            let list = try arguments()
            return negated ? .not(.among(left, list)) : .among(left, list)
        }
        index = start
        return left
    }

    private mutating func sum() throws(Expression.Failure) -> Expression.Node {
        var node = try product()
        while let sign = takeSign("+", "-") {
            try countOperator()
            node = .arithmetic(sign, node, try product())
        }
        return node
    }

    private mutating func product() throws(Expression.Failure) -> Expression.Node {
        var node = try factor()
        while let sign = takeSign("*", "/") {
            try countOperator()
            node = .arithmetic(sign, node, try factor())
        }
        return node
    }

    private mutating func factor() throws(Expression.Failure) -> Expression.Node {
        var negative = false
        while takeSign("-", "-") != nil { negative.toggle() }
        let node = try primary()
        return negative ? .arithmetic(UInt8(ascii: "-"), .constant(.number(0)), node) : node
    }

    private mutating func primary() throws(Expression.Failure) -> Expression.Node {
        let token = tokens[index]
        switch token.kind {
        case .number(let value):
            index += 1
            return .constant(.number(value))
        case .text(let value):
            index += 1
            return .constant(.text(value))
        case .symbol("("):
            index += 1
            let node = try disjunction()
            guard takeSymbol(")") else { throw failure("a ')' is missing") }
            return node
        case .name(let name):
            index += 1
            if name == "true" || name == "false" { return .constant(.boolean(name == "true")) }
            if tokens[index].kind == .symbol("(") {
                guard let function = Expression.Function(rawValue: name) else {
                    throw Expression.Failure(message: "there is no function '\(name)'", position: token.position)
                }
                let list = try arguments()
                guard function.arguments.contains(list.count) else {
                    throw Expression.Failure(
                        message: "'\(name)' takes \(function.arguments.lowerBound) argument(s)",
                        position: token.position)
                }
                return .call(function, list)
            }
            guard let field = fields.firstIndex(of: name) else {
                throw Expression.Failure(
                    message: "there is no field '\(name)'; known: \(fields.joined(separator: ", "))",
                    position: token.position)
            }
            return .field(field)
        default: throw failure("a value is missing")
        }
    }

    private mutating func arguments() throws(Expression.Failure) -> [Expression.Node] {
        guard takeSymbol("(") else { throw failure("a '(' is missing") }
        var list = [try disjunction()]
        while takeSymbol(",") { list.append(try disjunction()) }
        guard takeSymbol(")") else { throw failure("a ')' is missing") }
        return list
    }

    private mutating func takeWord(_ word: String) -> Bool {
        guard tokens[index].kind == .name(word) else { return false }
        index += 1
        return true
    }

    private mutating func takeSymbol(_ symbol: String) -> Bool {
        guard tokens[index].kind == .symbol(symbol) else { return false }
        index += 1
        return true
    }

    private mutating func takeSign(_ first: String, _ second: String) -> UInt8? {
        if takeSymbol(first) { return first.utf8.first }
        return takeSymbol(second) ? second.utf8.first : nil
    }

    private func failure(_ message: String) -> Expression.Failure {
        Expression.Failure(message: message, position: tokens[index].position)
    }
}
