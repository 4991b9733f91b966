import Domain
import GRDB

/// A promotion as planners read it: products and pools by their keys.
public struct PromotionSpan: Sendable, Hashable {
    /// Its id, and the system that told of it.
    public var id: String, system: String
    /// What people call it.
    public var name: String?
    /// The products that it is for, ascending; nil for all of them.
    public var products: [Int64]?
    /// The channel that it is for; nil for all of them.
    public var channel: String?
    /// The pool of the place that it is for; nil for all of them.
    public var pool: Int64?
    /// Its first and last day.
    public var days: ClosedRange<Day>
    /// What demand is expected to be multiplied by, 0 to 100; nil where nobody said.
    public var lift: Double?
    /// What one unit is sold for, in the shop's currency.
    public var price: UnitPrice?
    /// The share of the price that is given away, 0 to 1.
    public var discount: Double?

    /// A promotion.
    public init(
        id: String, system: String, name: String? = nil, products: [Int64]? = nil, channel: String? = nil,
        pool: Int64? = nil, days: ClosedRange<Day>, lift: Double? = nil, price: UnitPrice? = nil,
        discount: Double? = nil
    ) {
        self.id = id
        self.system = system
        self.name = name
        self.products = products
        self.channel = channel
        self.pool = pool
        self.days = days
        self.lift = lift
        self.price = price
        self.discount = discount
    }
}

extension Facts {
    /// The promotions that hold on any of some days and were not called off, by first day, id and system.
    ///
    /// A category is that of the products now, letter case aside. A promotion for a place that no stock or sale has named
    /// is left out, and so is one whose last day comes before its first.
    ///
    /// - Parameters:
    ///   - days: the days asked for.
    ///   - day: what was known by the end of this day; nil for what is known now.
    public func promotions(in days: ClosedRange<Day>, asOf day: Day? = nil) throws -> [PromotionSpan] {
        try database.read { database in
            var members: [String: [Int64]] = [:]
            return try Row.fetchAll(
                database,
                sql: """
                    SELECT number, system, promotion.name, category, identifier.product, channel, place.pool, first, last,
                        lift, price, discount
                    FROM promotion JOIN source ON source.id = source
                    LEFT JOIN identifier ON identifier.scheme = promotion.scheme AND identifier.value = promotion.value
                    LEFT JOIN place ON place.name = promotion.place
                    WHERE last >= ?1 AND first <= MIN(last, ?2) AND status = 'planned'
                        AND (promotion.place IS NULL OR place.pool IS NOT NULL)
                        AND (promotion.scheme IS NULL OR identifier.product IS NOT NULL)
                        AND \(StatementTable.isLast("promotion", of: Facts.statementKeys, by: "?3"))
                    ORDER BY first, number, system, line
                    """, arguments: [days.lowerBound.number, days.upperBound.number, end(of: day)]
            ).map { row in
                var products = (row[4] as Int64?).map { [$0] }
                if let category = row[3] as String? {
                    products = try members[category] ?? Facts.products(database, of: category)
                    members[category] = products
                }
                return PromotionSpan(
                    id: row[0], system: row[1], name: row[2], products: products, channel: row[5], pool: row[6],
                    days: Day(number: row[7])...Day(number: row[8]), lift: row[9],
                    price: (row[10] as Int64?).map(UnitPrice.init(micros:)), discount: row[11])
            }
        }
    }

    private static func products(_ database: Database, of category: String) throws -> [Int64] {
        try Int64.fetchAll(
            database.cachedStatement(
                sql: "SELECT id FROM product WHERE category = ? COLLATE NOCASE ORDER BY id"), arguments: [category])
    }

    /// The moment before which something was known by the end of a day, in milliseconds; the end of time for nil.
    func end(of day: Day?) -> Int64 {
        day.map { zone.instant(day: $0.advanced(by: 1)).milliseconds } ?? .max
    }
}
