import Domain
import GRDB

/// The day that demand falls on, for one product in one pool.
struct DemandKey: Hashable {
    var product: Int64
    var pool: Int64
    var day: Int32
}

/// What changes in `demand_day` within one transaction; sums are exact, so adding and taking away leave no trace.
///
/// Demand is units ordered, at order time, less lines cancelled before shipping; never less returns. Revenue is the
/// lines' totals after discounts: sales less cancellations and returns, each on its own day.
struct DemandRollup {
    struct Change {
        var ordered: Int64 = 0
        var cancelled: Int64 = 0
        var returned: Int64 = 0
        var revenue: Int64 = 0
        var lines: Int64 = 0
    }

    private(set) var changes: [DemandKey: Change] = [:]

    mutating func add(_ kind: LineKind, quantity: Int64, total: Int64, to key: DemandKey, sign: Int64) {
        var change = changes[key] ?? Change()
        switch kind {
        case .sale: change.ordered &+= sign &* quantity
        case .cancellation: change.cancelled &-= sign &* quantity
        case .return, .reversal: change.returned &-= sign &* quantity
        case .adjustment, .notProduct: return
        }
        change.revenue &+= sign &* total
        change.lines &+= sign
        changes[key] = change
    }

    /// Writes the changes into `demand_day`; days on which nothing is left lose their row.
    mutating func apply(_ database: Database) throws {
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO demand_day VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (product, pool, day) DO UPDATE SET
                    ordered = ordered + excluded.ordered, cancelled = cancelled + excluded.cancelled,
                    returned = returned + excluded.returned, revenue = revenue + excluded.revenue,
                    lines = lines + excluded.lines
                """)
        let delete = try database.cachedStatement(
            sql: "DELETE FROM demand_day WHERE product = ? AND pool = ? AND day = ? AND lines = 0")
        let binder = BulkStatement(upsert)
        for (key, change) in changes {
            binder.bind(1, key.product)
            binder.bind(2, key.pool)
            binder.bind(3, Int64(key.day))
            binder.bind(4, change.ordered)
            binder.bind(5, change.cancelled)
            binder.bind(6, change.returned)
            binder.bind(7, change.revenue)
            binder.bind(8, change.lines)
            try binder.run()
            if change.lines <= 0 { try delete.execute(arguments: [key.product, key.pool, key.day]) }
        }
        changes.removeAll(keepingCapacity: true)
    }
}

/// Whether lines that a source calls taken back were cancelled before shipping or came back after it.
///
/// A reversal cancels where the same customer ordered at least as many of the product earlier on the same day in units
/// that were not shipped before it; each unit ordered can be cancelled once. Everything else is a return. Lines are
/// taken by time, then document number, then line, so the order of import does not matter.
struct Reversals {
    let zone: Zone
    /// Days on which each product has reversals, of the products that were asked about.
    private var days: [Int64: Set<Int32>] = [:]

    init(zone: Zone) { self.zone = zone }

    /// Notes a reversal that is about to be stored.
    mutating func note(_ key: DemandKey, in database: Database) throws {
        var known = try days(of: key.product, in: database)
        if known.insert(key.day).inserted { days[key.product] = known }
    }

    /// Settles the reversals of every product and day that has changed, and books what that changes.
    mutating func settle(in database: Database, _ rollup: inout DemandRollup) throws {
        var changed: Set<DemandKey> = []
        for key in rollup.changes.keys where try days(of: key.product, in: database).contains(key.day) {
            changed.insert(DemandKey(product: key.product, pool: 0, day: key.day))
        }
        for key in changed {
            let start = zone.instant(day: Day(number: key.day)).milliseconds
            let end = zone.instant(day: Day(number: key.day + 1)).milliseconds
            try settle(key.product, day: key.day, from: start, to: end, in: database, &rollup)
        }
    }

    private mutating func days(of product: Int64, in database: Database) throws -> Set<Int32> {
        if let known = days[product] { return known }
        let find = try database.cachedStatement(sql: "SELECT at FROM order_line WHERE mapped = 6 AND product = ?")
        let found = Set(
            try Int64.fetchAll(find, arguments: [product]).map { zone.day(of: Instant(milliseconds: $0)).number })
        days[product] = found
        return found
    }

    private func settle(
        _ product: Int64, day: Int32, from start: Int64, to end: Int64, in database: Database,
        _ rollup: inout DemandRollup
    ) throws {
        let lines = try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT order_line.document, line, kind, mapped, quantity, total, customer, order_line.pool, at, shipped_at
                    FROM order_line JOIN document ON document.id = order_line.document
                    WHERE product = ? AND at >= ? AND at < ? AND mapped IN (1, 6) ORDER BY at, number, line
                    """), arguments: [product, start, end])
        var sales: [(customer: Int64, quantity: Int64, shippedAt: Int64?)] = []
        var cancelled: [Int64: Int64] = [:]
        for line in lines {
            let kind: Int = line[2]
            let quantity: Int64 = line[4]
            let customer: Int64? = line[6]
            let at: Int64 = line[8]
            let shippedAt: Int64? = line[9]
            if line[3] as Int == LineKind.sale.rawValue {
                // Where shipping is not told apart from ordering, the day is all there is to go by.
                if let customer { sales.append((customer, quantity, shippedAt == at ? nil : shippedAt)) }
                continue
            }
            var cancels = false
            if let customer {
                let open = sales.reduce(Int64(0)) { sum, sale in
                    sale.customer == customer && sale.shippedAt.map { $0 > at } ?? true ? sum + sale.quantity : sum
                }
                cancels = open - cancelled[customer, default: 0] >= -quantity
                if cancels { cancelled[customer, default: 0] -= quantity }
            }
            let resolved: LineKind = cancels ? .cancellation : .return
            guard resolved.rawValue != kind else { continue }
            let key = DemandKey(product: product, pool: line[7], day: day)
            rollup.add(LineKind(rawValue: kind) ?? .return, quantity: quantity, total: line[5], to: key, sign: -1)
            rollup.add(resolved, quantity: quantity, total: line[5], to: key, sign: 1)
            try database.cachedStatement(sql: "UPDATE order_line SET kind = ? WHERE document = ? AND line = ?")
                .execute(arguments: [resolved.rawValue, line[0] as Int64, line[1] as Int64])
        }
    }
}
