import Domain
import Formats

/// What a reading command answers, for programs and for people.
public protocol Report {
    /// One JSON document: keys in camelCase, times in ISO 8601, money as minor units with their currency.
    var json: JSONValue { get }
    /// Lines for people, without colour, control characters stripped.
    var text: String { get }
}

extension JSONValue {
    static func text(_ value: (some CustomStringConvertible)?) -> JSONValue {
        value.map { .string($0.description) } ?? .null
    }

    static func money(_ value: Money?) -> JSONValue {
        guard let value else { return .null }
        return .object([("minor", .integer(value.minor)), ("currency", .string(value.currency.code))])
    }

    static func money(_ minor: Int64?, _ currency: Currency) -> JSONValue {
        money(minor.map { Money(minor: $0, currency: currency) })
    }

    static func number(_ value: Double?) -> JSONValue { value.map { JSONValue.number($0) } ?? .null }

    static func integer(_ value: Int64?) -> JSONValue { value.map { JSONValue.integer($0) } ?? .null }
}

/// Rows of text under a head, columns as wide as their widest cell; numbers to the right.
struct TextTable {
    /// A column's head, and whether its cells are numbers.
    struct Column {
        var head: String
        var isNumber = false

        init(_ head: String, number: Bool = false) {
            self.head = head
            isNumber = number
        }
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    init(_ columns: [Column]) { self.columns = columns }

    mutating func add(_ cells: [String]) { rows.append(cells.map(\.printable)) }

    var text: String {
        let widths = columns.indices.map { index in
            max(columns[index].head.count, rows.map { $0[index].count }.max() ?? 0)
        }
        return ([columns.map(\.head)] + rows).map { row in
            let cells = row.indices.map { index in
                let blanks = String(repeating: " ", count: widths[index] - row[index].count)
                return columns[index].isNumber ? blanks + row[index] : row[index] + blanks
            }
            return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}

/// Numbers as people read them.
enum Readable {
    /// One decimal below 100, none from there on: `0.4`, `12.5`, `240`.
    static func units(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        if value.magnitude >= 99.95 { return String(Int64(value.rounded())) }
        let tenths = Int64((value * 10).rounded())
        return FixedPoint.text(tenths, decimals: 1, keep: tenths % 10 == 0 ? 0 : 1)
    }

    /// `37 %`, and `< 1 %` for what is not nothing.
    static func chance(_ value: Double) -> String {
        if value > 0, value < 0.01 { return "< 1 %" }
        if value < 1, value > 0.99 { return "> 99 %" }
        return "\(Int((value * 100).rounded())) %"
    }

    /// At most `width` characters, the last an ellipsis where something was cut.
    static func cut(_ text: String, _ width: Int) -> String {
        text.count <= width ? text : text.prefix(width - 1) + "…"
    }
}
