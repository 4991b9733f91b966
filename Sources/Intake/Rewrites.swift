import Config
import Domain
import Formats

/// What people have learned from mending: values that a source writes wrongly again and again, and what it means by them.
/// A row that cannot be taken in is read once more with them before it goes to quarantine; sound rows are left alone.
///
///     [[rewrite]]
///     layout = "offers"            # as penstock quarantine names it; mapping:NAME for a mapping's rows
///     column = "currency"          # or the path of a JSON member
///     from = "£"
///     to = "GBP"
public struct Rewrites: Sendable, Equatable {
    /// One value that means another.
    public struct Rule: Sendable, Equatable {
        /// The layout of the rows.
        public var layout: String
        /// The column, or the path of a JSON member.
        public var column: String
        /// What the source writes.
        public var from: String
        /// What it means.
        public var to: String

        /// A value that means another.
        public init(layout: String, column: String, from: String, to: String) {
            self.layout = layout
            self.column = column
            self.from = from
            self.to = to
        }

        /// As a table of `penstock.toml`.
        public var toml: String {
            func quoted(_ text: String) -> String {
                let escaped = text.unicodeScalars.map { scalar in
                    switch scalar {
                    case "\\": "\\\\"
                    case "\"": "\\\""
                    case let control where control.value < 0x20 || control.value == 0x7F:
                        "\\u" + String(repeating: "0", count: 4 - String(control.value, radix: 16).count)
                            + String(control.value, radix: 16)
                    default: String(scalar)
                    }
                }
                return "\"\(escaped.joined())\""
            }
            return """
                [[rewrite]]
                layout = \(quoted(layout))
                column = \(quoted(column))
                from = \(quoted(from))
                to = \(quoted(to))

                """
        }
    }

    /// The rules, in the order in which they are written.
    public private(set) var rules: [Rule] = []

    /// No rules.
    init() {}

    /// Reads the tables `[[rewrite]]`.
    ///
    /// - Throws: `ConfigError` with the line.
    init(_ tables: [ConfigTable]) throws(ConfigError) {
        for table in tables {
            func text(_ key: String, mayBeEmpty: Bool) throws(ConfigError) -> String {
                guard let text = try table.string(key), mayBeEmpty || !text.isEmpty else {
                    throw table.error(key, "a rewrite needs \(key)")
                }
                return text
            }
            let rule = Rule(
                layout: try text("layout", mayBeEmpty: false), column: try text("column", mayBeEmpty: false),
                from: try text("from", mayBeEmpty: true), to: try text("to", mayBeEmpty: true))
            guard rule.layout.hasPrefix("mapping:") || Layout(name: rule.layout) != nil else {
                throw table.error("layout", "no layout is called '\(rule.layout.printable)'")
            }
            try table.end()
            rules.append(rule)
        }
    }

    /// A row with all rules of its layout applied; nil where none of them has a say.
    func applied(to record: [UInt8], header: [UInt8], layout: String, dialect: CSVDialect) -> [UInt8]? {
        let rules = rules.filter { $0.layout == layout }
        guard !rules.isEmpty, let values = RecordEdit.values(of: record, header: header, dialect: dialect) else {
            return nil
        }
        var changes: [(name: String, value: String)] = []
        for rule in rules {
            let column = values.first { $0.name == rule.column || $0.name.lowercased() == rule.column.lowercased() }
            guard let column, column.value.trimmed == rule.from.trimmed else { continue }
            changes.append((column.name, rule.to))
        }
        guard !changes.isEmpty else { return nil }
        return (try? RecordEdit.changed(record, header: header, dialect: dialect, changes)) ?? nil
    }
}
