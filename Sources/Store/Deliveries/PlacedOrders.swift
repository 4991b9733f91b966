import Domain
import GRDB

/// An order line that was really placed, with all that came of it: what a replay compares policies with.
public struct PlacedOrder: Sendable, Hashable {
    /// Units that came on a day, fit to be sold.
    public struct Arrival: Sendable, Hashable {
        /// The day; nil where nobody said.
        public var day: Day?
        /// Units, > 0.
        public var units: Int64
    }

    /// The product's key.
    public var product: Int64
    /// The pool's key.
    public var pool: Int64
    /// Number of the purchase order; nil for what came without one.
    public var order: String?
    /// Who sent it; nil where nobody said.
    public var supplier: SupplierName?
    /// When it was ordered; nil for what came without an order.
    public var orderedOn: Day?
    /// The day for which it was expected, by the newest word on it; nil where nobody named one.
    public var dueOn: Day?
    /// What came of it.
    public var arrivals: [Arrival]
    /// Units still to come; what was called off or closed short is none.
    public var open: Int64
}

extension Facts {
    /// Every order line of products in a range of keys, with what came of it, and what came without an order; by product,
    /// then pool, then day of order, those without one last.
    ///
    /// Where the place that takes goods in tells of an order itself, its word counts, and not what the order says.
    /// A range bounds memory: ask for some hundred products at a time.
    public func placedOrders(products: ClosedRange<Int64>) throws -> [PlacedOrder] {
        try database.read { database in
            let arguments: StatementArguments = [products.lowerBound, products.upperBound]
            let query = """
                SELECT DISTINCT product FROM purchase_line WHERE product BETWEEN ?1 AND ?2
                UNION SELECT product FROM goods_receipt WHERE product BETWEEN ?1 AND ?2
                """
            let deliveries = try Deliveries(ofProducts: query, arguments, zone: zone, database)
            var told: [Int64: [PlacedOrder.Arrival]] = [:]
            let receipts = try Row.fetchCursor(
                database,
                sql: """
                    SELECT purchase, receipt.at, receipt.received, is_guess FROM purchase_line AS p
                    JOIN receipt ON receipt.purchase = p.id WHERE p.product BETWEEN ?1 AND ?2
                    ORDER BY purchase, receipt.at
                    """, arguments: arguments)
            var sums: [Int64: Int64] = [:]
            while let row = try receipts.next() {
                let (purchase, received): (Int64, Int64) = (row[0], row[2])
                // Each states all deliveries so far; a smaller one later corrects nothing that was shelved.
                let units = received - (sums[purchase] ?? 0)
                guard units > 0 else { continue }
                sums[purchase] = received
                let day = row[3] as Bool ? nil : zone.day(of: Instant(milliseconds: row[1]))
                told[purchase, default: []].append(PlacedOrder.Arrival(day: day, units: units))
            }
            let places = try Row.fetchAll(database, sql: "SELECT id, pool FROM place")
            let pools = Dictionary(
                places.map { ($0[0] as Int64, $0[1] as Int64) }, uniquingKeysWith: { first, _ in first })
            return deliveries.placed(told, pools: pools).sorted {
                let (left, right) = ($0.orderedOn?.number ?? .max, $1.orderedOn?.number ?? .max)
                return ($0.product, $0.pool, left) < ($1.product, $1.pool, right)
            }
        }
    }

    /// Whether anybody tells of the days on which orders arrive.
    public func tellsReceipts() throws -> Bool {
        try database.read { database in
            try Int.fetchOne(
                database,
                sql: """
                    SELECT 1 WHERE EXISTS (SELECT 1 FROM goods_receipt)
                        OR EXISTS (SELECT 1 FROM receipt WHERE is_guess = 0)
                    """) != nil
        }
    }
}
