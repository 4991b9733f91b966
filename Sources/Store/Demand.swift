import Domain
import GRDB

/// Daily demand of one product in one pool, dense over a range of days.
public struct DemandDays: Sendable {
    /// The product's key.
    public var product: Int64
    /// The pool's key.
    public var pool: Int64
    /// The first day.
    public var first: Day
    /// Units ordered less units cancelled before shipping, a day each; never below 0.
    public var units: [Double]
    /// Net revenue in minor units, a day each.
    public var revenue: [Int64]
    /// Units returned over the whole range.
    public var returned: Int64

    /// A range without demand.
    public init(product: Int64, pool: Int64, days: ClosedRange<Day>) {
        self.product = product
        self.pool = pool
        first = days.lowerBound
        units = Array(repeating: 0, count: days.lowerBound.distance(to: days.upperBound) + 1)
        revenue = Array(repeating: 0, count: units.count)
        returned = 0
    }
}

/// One order line as drill-downs show it.
public struct SoldLine: Sendable {
    /// The document's number in its system.
    public var document: String
    /// The batch that brought it.
    public var batch: Int64
    /// When it was ordered.
    public var at: Instant
    /// What it does to demand.
    public var kind: LineKind
    /// Units.
    public var quantity: Int64
    /// Price of one unit.
    public var price: UnitPrice
}

/// What of a product's demand came from those who sell on.
public struct WholesaleShare: Sendable, Hashable {
    /// Days looked at.
    public var days: Int
    /// Units ordered, less cancelled.
    public var units: Int64
    /// Those of them that were wholesale.
    public var wholesale: Int64
    /// Wholesale orders.
    public var orders: Int64
}

extension Facts {
    /// The demand of each product in a range of keys and of each of its pools, where there is any; by product and pool.
    ///
    /// A range bounds memory: ask for some hundred products at a time.
    public func demand(in days: ClosedRange<Day>, products: ClosedRange<Int64>) throws -> [DemandDays] {
        try database.read { database in
            let rows = try Row.fetchCursor(
                database.cachedStatement(
                    sql: """
                        SELECT product, pool, day, ordered - cancelled + kits, revenue, returned FROM demand_day
                        WHERE product BETWEEN ? AND ? AND day BETWEEN ? AND ? ORDER BY product, pool, day
                        """),
                arguments: [
                    products.lowerBound, products.upperBound, days.lowerBound.number, days.upperBound.number,
                ])
            var result: [DemandDays] = []
            while let row = try rows.next() {
                let (product, pool): (Int64, Int64) = (row[0], row[1])
                if result.last?.product != product || result.last?.pool != pool {
                    result.append(DemandDays(product: product, pool: pool, days: days))
                }
                let index = Int(row[2] as Int32 - days.lowerBound.number)
                result[result.count - 1].units[index] = max(0, Double(row[3] as Int64))
                result[result.count - 1].revenue[index] = row[4]
                result[result.count - 1].returned += row[5] as Int64
            }
            return result
        }
    }

    /// The newest lines of a product, newest first.
    public func lines(of product: Int64, limit: Int) throws -> [SoldLine] {
        try database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT number, order_line.batch, order_line.at, kind, quantity, price FROM order_line
                    JOIN document ON document.id = document WHERE product = ?
                    ORDER BY order_line.at DESC, document, line LIMIT ?
                    """, arguments: [product, limit]
            ).map {
                SoldLine(
                    document: $0[0], batch: $0[1], at: Instant(milliseconds: $0[2]),
                    kind: LineKind(rawValue: $0[3]) ?? .adjustment, quantity: $0[4], price: UnitPrice(micros: $0[5]))
            }
        }
    }

    /// What of a product was ordered by those who sell on; nil where nothing was.
    public func wholesale(of product: Int64, last days: Int, until now: Instant) throws -> WholesaleShare? {
        try database.read { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT sum(quantity), sum(CASE WHEN is_wholesale THEN quantity ELSE 0 END),
                        count(DISTINCT CASE WHEN is_wholesale AND kind = 1 THEN document.id END)
                    FROM order_line JOIN document ON document.id = document
                    WHERE product = ? AND kind IN (1, 2) AND order_line.at > ? AND order_line.at <= ?
                    """,
                arguments: [product, now.adding(seconds: Int64(days) * -86_400).milliseconds, now.milliseconds])
            guard let row, let orders = row[2] as Int64?, orders > 0 else { return nil }
            return WholesaleShare(days: days, units: row[0] ?? 0, wholesale: row[1] ?? 0, orders: orders)
        }
    }

    /// Products by units demanded in a range of days, most first, with net revenue in minor units.
    public func topSellers(in days: ClosedRange<Day>, limit: Int) throws -> [(
        product: Int64, units: Int64, revenue: Int64
    )] {
        try database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT product, sum(ordered - cancelled) AS units, sum(revenue) FROM demand_day WHERE product > 0 AND day BETWEEN ? AND ?
                    GROUP BY product ORDER BY units DESC, product LIMIT ?
                    """, arguments: [days.lowerBound.number, days.upperBound.number, limit]
            ).map { ($0[0], $0[1], $0[2]) }
        }
    }
}

extension Facts {
    /// The last day on which a product was ordered, by product and pool.
    public func lastSales() throws -> [(product: Int64, pool: Int64, day: Day)] {
        try database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT product, pool, max(day) FROM demand_day WHERE product > 0 AND ordered + kits > cancelled
                    GROUP BY product, pool
                    """
            ).map { ($0[0], $0[1], Day(number: $0[2])) }
        }
    }
}

extension Facts {
    /// Share of the units ordered since a day that were ordered in a channel, 0…1; 0 where nothing was ordered in it.
    ///
    /// - Parameter products: nil for all of them; of many, the first hundred speak for the rest.
    public func share(of channel: String, products: [Int64]?, since day: Day) throws -> Double {
        try database.read { database in
            let sums = try database.cachedStatement(
                sql: """
                    SELECT sum(CASE WHEN word.text = ?1 COLLATE NOCASE THEN quantity ELSE 0 END), sum(quantity)
                    FROM order_line JOIN document ON document.id = document LEFT JOIN word ON word.id = document.channel
                    WHERE product = ?2 AND order_line.at >= ?3 AND order_line.kind = 1
                    """)
            let from = zone.instant(day: day).milliseconds
            var (units, all) = (0.0, 0.0)
            for product in try products ?? Int64.fetchAll(database, sql: "SELECT id FROM product ORDER BY id LIMIT 100")
            {
                guard let row = try Row.fetchOne(sums, arguments: [channel, product, from]) else { continue }
                units += Double(row[0] as Int64? ?? 0)
                all += Double(row[1] as Int64? ?? 0)
            }
            return all > 0 ? min(1, max(0, units / all)) : 0
        }
    }
}
