import Domain
import GRDB

/// What the entries of one kind come to.
public struct LedgerSum: Sendable, Equatable {
    /// The values of the dimensions that were asked for; nil where there is none.
    public var labels: [String?]
    /// What the entries are.
    public var kind: LedgerKind
    /// Units, less than 0 where they left.
    public var units: Int64
    /// Minor units of the shop's currency, less than 0 where they left.
    public var value: Int64
    /// How many of the units nobody knows the cost of.
    public var uncosted: Int64
}

extension Facts {
    /// What the books can be told apart by.
    public static let ledgerDimensions = ["sku", "product", "category", "vendor", "place"]

    /// What the place of goods is called that have left one and not come to another.
    public static let transitName = "(between places)"

    /// What the entries of a range of days come to, by kind and dimensions.
    ///
    /// - Parameters:
    ///   - days: the range; without a first day, all up to the last.
    ///   - dimensions: among `ledgerDimensions`.
    public func ledger(
        from first: Day? = nil, through last: Day, by dimensions: [String] = []
    ) throws -> [LedgerSum] {
        try refreshLedger()
        let columns = try dimensions.map { name in
            switch name {
            case "sku": "product.sku"
            case "product": "product.name"
            case "category": "product.category"
            case "vendor": "product.vendor"
            case "place": "coalesce(pool.name, '\(Facts.transitName)')"
            default:
                throw MetricError(
                    "the books cannot be told apart by \(name): they know "
                        + Facts.ledgerDimensions.joined(separator: ", "))
            }
        }
        let groups = (columns + ["f.kind"]).joined(separator: ", ")
        return try database.read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT \(groups), sum(f.units), sum(f.value), sum(f.uncosted) FROM ledger_entry AS f
                    JOIN product ON product.id = f.product LEFT JOIN pool ON pool.id = f.pool
                    WHERE f.day BETWEEN ? AND ? GROUP BY \(groups) ORDER BY \(groups)
                    """, arguments: [first?.number ?? .min, last.number])
            var sums: [LedgerSum] = []
            while let row = try rows.next() {
                let width = dimensions.count
                guard let kind = LedgerKind(rawValue: row[width]) else { continue }
                sums.append(
                    LedgerSum(
                        labels: (0..<width).map { row[$0] }, kind: kind, units: row[width + 1], value: row[width + 2],
                        uncosted: row[width + 3]))
            }
            return sums
        }
    }
}
