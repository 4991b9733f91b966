extension Expression {
    /// The expression in SQLite's language: true exactly where `isTrue` is, and of the same value where `evaluate` has one;
    /// *missing* is NULL.
    ///
    /// - Parameter field: what the field of an index is there.
    public func sql(_ field: (Int) -> String) -> String { root.sql(field) }

    /// The expression as the condition of a query: true exactly where `isTrue` is. What is missing ends as false there by
    /// itself, and so written, comparisons can use indexes.
    public func condition(_ field: (Int) -> String) -> String { root.condition(field) }

    /// The index of the field that is all of the expression; nil where it is more than a field.
    public var field: Int? { if case .field(let index) = root { index } else { nil } }

    /// Whether the expression names any number: then it matters in which unit its fields are.
    public var hasNumbers: Bool { root.hasNumbers }

    /// The indexes of the fields that the expression names.
    public var fields: Set<Int> {
        var found: Set<Int> = []
        root.collect(&found)
        return found
    }
}

extension Expression.Node {
    fileprivate func condition(_ field: (Int) -> String) -> String {
        switch self {
        case .and(let left, let right): "(\(left.condition(field)) AND \(right.condition(field)))"
        case .or(let left, let right): "(\(left.condition(field)) OR \(right.condition(field)))"
        case .compare(let comparison, let left, let right):
            "(\(left.sql(field)) \(comparison == .unequal ? "<>" : comparison.rawValue) \(right.sql(field)))"
        case .among(let node, let list):
            "(\(node.sql(field)) IN (\(list.map { $0.sql(field) }.joined(separator: ", "))))"
        default: "(\(sql(field)))"
        }
    }

    fileprivate func sql(_ field: (Int) -> String) -> String {
        switch self {
        case .constant(.missing): return "NULL"
        case .constant(.boolean(let truth)): return truth ? "1" : "0"
        case .constant(.number(let number)):
            return number == number.rounded() && number.magnitude < 1e15 ? String(Int64(number)) : "\(number)"
        case .constant(.text(let text)): return "'\(text.replacing("'", with: "''"))'"
        case .field(let index): return field(index)
        case .not(let node): return "(\(node.sql(field)) IS NOT TRUE)"
        case .and(let left, let right): return "((\(left.sql(field))) IS TRUE AND (\(right.sql(field))) IS TRUE)"
        case .or(let left, let right): return "((\(left.sql(field))) IS TRUE OR (\(right.sql(field))) IS TRUE)"
        case .compare(let comparison, let left, let right):
            let sign = comparison == .unequal ? "<>" : comparison.rawValue
            return "((\(left.sql(field)) \(sign) \(right.sql(field))) IS TRUE)"
        case .isMissing(let node): return "(\(node.sql(field)) IS NULL)"
        case .among(let node, let list):
            return "((\(node.sql(field)) IN (\(list.map { $0.sql(field) }.joined(separator: ", ")))) IS TRUE)"
        case .arithmetic(let sign, let left, let right):
            let (a, b) = (left.sql(field), right.sql(field))
            return sign == UInt8(ascii: "/")
                ? "(\(a) * 1.0 / nullif(\(b), 0))" : "(\(a) \(Character(Unicode.Scalar(sign))) \(b))"
        case .call(let function, let arguments):
            return function.sql(arguments.map { $0.sql(field) })
        }
    }

    fileprivate var hasNumbers: Bool {
        switch self {
        case .constant(.number): true
        case .constant, .field: false
        case .not(let node), .isMissing(let node): node.hasNumbers
        case .and(let left, let right), .or(let left, let right), .compare(_, let left, let right),
            .arithmetic(_, let left, let right):
            left.hasNumbers || right.hasNumbers
        case .among(let node, let list): node.hasNumbers || list.contains(where: \.hasNumbers)
        case .call(_, let list): list.contains(where: \.hasNumbers)
        }
    }

    fileprivate func collect(_ found: inout Set<Int>) {
        switch self {
        case .constant: break
        case .field(let index): found.insert(index)
        case .not(let node), .isMissing(let node): node.collect(&found)
        case .and(let left, let right), .or(let left, let right), .compare(_, let left, let right),
            .arithmetic(_, let left, let right):
            left.collect(&found)
            right.collect(&found)
        case .among(let node, let list):
            node.collect(&found)
            for item in list { item.collect(&found) }
        case .call(_, let list): for item in list { item.collect(&found) }
        }
    }
}

extension Expression.Function {
    fileprivate func sql(_ a: [String]) -> String {
        switch self {
        case .startsWith: "((substr(\(a[0]), 1, length(\(a[1]))) = \(a[1])) IS TRUE)"
        case .endsWith:
            "((length(\(a[0])) >= length(\(a[1])) AND substr(\(a[0]), length(\(a[0])) - length(\(a[1])) + 1) = \(a[1])) IS TRUE)"
        case .contains: "((instr(\(a[0]), \(a[1])) > 0) IS TRUE)"
        case .upper, .lower, .length, .abs, .sqrt: "\(rawValue)(\(a[0]))"
        case .min, .max, .coalesce: "\(rawValue)(\(a.joined(separator: ", ")))"
        }
    }
}
