import Config
import Domain
import Formats

/// How a mapping reads rows of another kind than order lines: which column of the source stands for which column of a
/// layout of Penstock's own, and how its values are written.
///
///     fact = "counts"
///     system = "wms"
///     …                                  # encoding, delimiter, decimal, time_zone, currency, date_format as for orders
///     [columns]
///     sku = "Artikel"
///     quantity = "Bestand"
///     counted_at = "Stand"
///     [constants]
///     place = "main"
///     [words.state]
///     frei = "available"
public struct MappedColumns: Sendable {
    /// The layout.
    public var layout: KnownLayout
    /// The source's columns by the layout's.
    public var columns: [String: String] = [:]
    /// What the source does not say, because it is the same in every row.
    public var constants: [String: String] = [:]
    /// The layout's words for the source's, by the layout's column; keys in small letters.
    public var words: [String: [String: String]] = [:]

    /// What a mapping may read besides order lines.
    static let layouts = KnownLayout.allCases.filter {
        !$0.rawValue.hasPrefix("shopify") && $0 != .tillLines
    }

    /// Reads `[columns]`, `[constants]` and `[words]`.
    ///
    /// - Throws: `ConfigError` with the line.
    init(_ layout: KnownLayout, _ table: ConfigTable) throws(ConfigError) {
        self.layout = layout
        guard let named = try table.table("columns") else {
            throw table.error("columns", "[columns] is missing: which of the source's columns is which?")
        }
        for name in named.keys { columns[name] = try named.string(name) }
        if let fixed = try table.table("constants") {
            for name in fixed.keys {
                guard columns[name] == nil else { throw fixed.error(name, "\(name) is a column already") }
                constants[name] = try fixed.string(name)
            }
        }
        if let all = try table.table("words") {
            for name in all.keys {
                guard let own = try all.table(name) else { continue }
                for word in own.keys { words[name, default: [:]][word.lowercased()] = try own.string(word) }
            }
            for name in words.keys where columns[name] == nil {
                throw all.error(name, "words of \(name) need its column in [columns]")
            }
        }
        let known = Set(layout.columns)
        for name in columns.keys.sorted() + constants.keys.sorted() where !known.contains(name) {
            throw table.error(
                columns[name] == nil ? "constants" : "columns",
                "\(layout.rawValue) have no column '\(name.printable)'; they have \(layout.columns.joined(separator: ", "))"
            )
        }
    }

    /// Looks at a file as the layout does.
    ///
    /// - Throws: `.missingColumn` for a column that the file does not have.
    func look(at csv: CSVReader, by mapping: Mapping) throws(FormatError) {
        for (name, own) in columns.sorted(by: { $0.key < $1.key }) where csv.column(own) == nil {
            throw FormatError(
                .missingColumn,
                "mapping \(mapping.name) takes \(name) from column '\(own)', which the file does not have",
                file: csv.source.name, line: 1)
        }
        let wanted = Dictionary(
            columns.map { ($1.trimmed.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
        var seen = csv.header.map { own in
            let name = wanted[own.lowercased()] ?? ""
            return CSVView.Column(name, name.isEmpty ? [] : rewritings(of: name, by: mapping))
        }
        seen += constants.sorted { $0.key < $1.key }.map { CSVView.Column($0, constant: $1) }
        csv.look(through: CSVView(seen))
    }

    private func rewritings(of name: String, by mapping: Mapping) -> [CSVView.Rewriting] {
        var rewritings: [CSVView.Rewriting] = words[name].map { [.words($0)] } ?? []
        switch layout.kind(of: name) {
        case .moment: rewritings.append(.moment(mapping.dates, mapping.zone))
        case .day: rewritings.append(.day(mapping.dates, mapping.zone))
        case .number:
            if mapping.decimal != UInt8(ascii: ".") || mapping.group != nil {
                rewritings.append(.number(decimal: mapping.decimal, group: mapping.group))
            }
        case .text: break
        }
        return rewritings
    }
}
