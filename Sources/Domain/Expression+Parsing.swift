/// A word, number, text or sign of an expression.
struct Token {
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

/// Reads an expression by recursive descent, from the weakest operator to the strongest.
struct Parser {
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
