import Domain
import GRDB

/// The stock of one product in one pool at the end of each day of a range, as far as it is known.
public struct StockOnDays: Sendable, Hashable {
    /// The product's key.
    public var product: Int64
    /// The pool's key.
    public var pool: Int64
    /// Units at the end of each day; nil before the first count.
    public var units: [Int64?]
}

extension Facts {
    /// The stock of products in a range of keys, by product and pool, where it is known on any day of the range.
    ///
    /// As `stock_units` has it; call `refreshProducts` first. A range bounds memory: ask for some hundred products at a
    /// time.
    public func stock(in days: ClosedRange<Day>, products: ClosedRange<Int64>) throws -> [StockOnDays] {
        let count = days.lowerBound.distance(to: days.upperBound) + 1
        return try database.read { database in
            let steps = try Row.fetchCursor(
                database.cachedStatement(
                    sql: """
                        SELECT product, pool, day, units FROM stock_step WHERE product BETWEEN ? AND ? AND day <= ?
                        ORDER BY product, pool, day
                        """), arguments: [products.lowerBound, products.upperBound, days.upperBound.number])
            var found: [StockOnDays] = []
            while let step = try steps.next() {
                let (product, pool): (Int64, Int64) = (step[0], step[1])
                if found.last?.product != product || found.last?.pool != pool {
                    found.append(
                        StockOnDays(product: product, pool: pool, units: [Int64?](repeating: nil, count: count)))
                }
                let first = max(0, days.lowerBound.distance(to: Day(number: step[2])))
                for day in first..<count { found[found.count - 1].units[day] = step[3] }
            }
            return found
        }
    }

    /// When stock was first counted; nil where it never was.
    public func firstCount() throws -> Instant? {
        try database.read { try Int64.fetchOne($0, sql: "SELECT min(at) FROM stock_count") }
            .map(Instant.init(milliseconds:))
    }
}
