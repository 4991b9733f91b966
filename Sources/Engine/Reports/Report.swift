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

    /// An amount in units of a currency, to the nearest minor unit; null where it does not fit.
    static func money(_ amount: Double, _ currency: Currency) -> JSONValue {
        let minor = (amount * Double(FixedPoint.powers[currency.decimals])).rounded()
        return abs(minor) < 9e18 ? money(Int64(minor), currency) : .null
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
            max(columns[index].head.count, rows.map { TextTable.width($0[index]) }.max() ?? 0)
        }
        var text = ""
        for row in [columns.map(\.head)] + rows {
            if !text.isEmpty { text += "\n" }
            // Blanks are written before what follows them, so that none end a line.
            var owed = 0
            for (index, cell) in row.enumerated() {
                let blanks = widths[index] - TextTable.width(cell)
                if columns[index].isNumber { owed += blanks }
                if !cell.isEmpty {
                    for _ in 0..<owed { text += " " }
                    text += cell
                    owed = 0
                }
                owed += 2 + (columns[index].isNumber ? 0 : blanks)
            }
            while text.utf8.last == 0x20 { text.unicodeScalars.removeLast() }
        }
        return text
    }

    /// Cells that a text takes on a terminal: two for East Asian wide characters (Unicode Standard Annex 11) and emoji.
    static func width(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.reduce(0) { sum, character in
            switch character.unicodeScalars.first?.value ?? 0 {
            case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
                0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
                0x20000...0x3FFFD:
                sum + 2
            default: sum + 1
            }
        }
    }
}

/// Numbers as people read them.
public enum Readable {
    /// One decimal below 100, none from there on: `0.4`, `12.5`, `240`.
    public static func units(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        if value.magnitude >= 99.95 { return String(Int64(value.rounded())) }
        let tenths = Int64((value * 10).rounded())
        return FixedPoint.text(tenths, decimals: 1, keep: tenths % 10 == 0 ? 0 : 1)
    }

    /// `37 %`, and `< 1 %` for what is not nothing.
    public static func chance(_ value: Double) -> String {
        if value > 0, value < 0.01 { return "< 1 %" }
        if value < 1, value > 0.99 { return "> 99 %" }
        return "\(Int((value * 100).rounded())) %"
    }

    /// At most `width` characters, the last an ellipsis where something was cut.
    public static func cut(_ text: String, _ width: Int) -> String {
        text.count <= width ? text : text.prefix(width - 1) + "…"
    }
}
