import Domain
import GRDB

/// One sale line's size, on the day of its demand.
public struct OrderSize: Sendable, Hashable {
    /// The pool's key.
    public var pool: Int64
    /// The day.
    public var day: Day
    /// Units, > 0.
    public var units: Double
}

extension Facts {
    /// The sizes of all sale lines in a range of days, of the products in a range of keys, in order of time.
    ///
    /// A range bounds memory: ask for some hundred products at a time.
    public func orderSizes(in days: ClosedRange<Day>, products: ClosedRange<Int64>) throws -> [Int64: [OrderSize]] {
        let from = zone.instant(day: days.lowerBound).milliseconds
        let to = zone.instant(day: days.upperBound.advanced(by: 1)).milliseconds
        var day = DayLookup(zone: zone)
        return try database.read { database in
            let rows = BulkRows(
                try database.cachedStatement(
                    sql: """
                        SELECT product, pool, at, quantity FROM order_line
                        WHERE product BETWEEN ? AND ? AND at >= ? AND at < ? AND kind = 1 AND quantity > 0
                        ORDER BY product, at
                        """))
            rows.bind(1, products.lowerBound)
            rows.bind(2, products.upperBound)
            rows.bind(3, from)
            rows.bind(4, to)
            var sizes: [Int64: [OrderSize]] = [:]
            while try rows.next() {
                sizes[rows.integer(0), default: []].append(
                    OrderSize(
                        pool: rows.integer(1), day: Day(number: day.number(of: rows.integer(2))),
                        units: Double(rows.integer(3))))
            }
            return sizes
        }
    }
}
