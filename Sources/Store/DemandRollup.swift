import Domain
import GRDB

/// The day that demand falls on, for one product in one pool.
struct DemandKey: Hashable {
    var product: Int64
    var pool: Int64
    var day: Int32
}

/// What changes in `demand_day` and `pool_day` within one transaction; sums are exact, so adding and taking away leave no
/// trace.
///
/// Demand is units ordered, at order time, less lines cancelled before shipping; never less returns. Gross is units
/// ordered at their price; less discounts and less what cancellations and returns gave back, each on its own day, it is
/// the net revenue. Cost is of the units kept, at the cost of the day. An order counts once, with its first line.
struct DemandRollup {
    struct Change {
        var ordered: Int64 = 0
        var cancelled: Int64 = 0
        var returned: Int64 = 0
        var revenue: Int64 = 0
        var lines: Int64 = 0
        var gross: Int64 = 0
        var discounts: Int64 = 0
        var refunds: Int64 = 0
        var orders: Int64 = 0
        var cost: Int64 = 0
        var costed: Int64 = 0

        static func += (left: inout Change, right: Change) {
            left.ordered &+= right.ordered
            left.cancelled &+= right.cancelled
            left.returned &+= right.returned
            left.revenue &+= right.revenue
            left.lines &+= right.lines
            left.gross &+= right.gross
            left.discounts &+= right.discounts
            left.refunds &+= right.refunds
            left.orders &+= right.orders
            left.cost &+= right.cost
            left.costed &+= right.costed
        }

        var isNothing: Bool {
            ordered == 0 && cancelled == 0 && returned == 0 && revenue == 0 && lines == 0 && gross == 0
                && discounts == 0
                && refunds == 0 && orders == 0 && cost == 0 && costed == 0
        }
    }

    private struct PoolDay: Hashable {
        var pool: Int64
        var day: Int32
    }

    private(set) var changes: [DemandKey: Change] = [:]
    private let zone: Zone
    private let currency: Currency
    private var days: DayLookup

    init(zone: Zone, currency: Currency) {
        days = DayLookup(zone: zone)
        self.zone = zone
        self.currency = currency
    }

    /// Adds the lines of a document, or takes them away where `sign` is −1; with sales in it, it is an order.
    mutating func add(_ lines: some Sequence<RollupLine>, sign: Int64) {
        var first: RollupLine?
        for line in lines {
            add(line, sign: sign)
            if line.kind == .sale, line.quantity > 0, first.map({ line.at < $0.at }) ?? true { first = line }
        }
        if let first { changes[key(first), default: Change()].orders += sign }
    }

    /// Counts the order of a line that is its first, and was added alone.
    mutating func addOrder(of line: RollupLine) { changes[key(line), default: Change()].orders += 1 }

    /// Adds one line, or takes it away.
    mutating func add(_ line: RollupLine, sign: Int64) {
        let gross =
            line.kind == .sale
            ? UnitPrice(micros: line.price).total(line.quantity, currency: currency) ?? line.total : 0
        add(line.kind, quantity: line.quantity, total: line.total, gross: gross, to: key(line), sign: sign)
    }

    /// The day of a line's demand.
    mutating func key(_ line: RollupLine) -> DemandKey {
        DemandKey(product: line.product, pool: line.pool, day: days.number(of: line.at))
    }

    /// Adds units and money to a day, or takes them away where `sign` is −1. `gross` is units × price in minor units.
    mutating func add(_ kind: LineKind, quantity: Int64, total: Int64, gross: Int64, to key: DemandKey, sign: Int64) {
        var change = changes[key] ?? Change()
        switch kind {
        case .sale:
            change.ordered &+= sign &* quantity
            change.gross &+= sign &* gross
            change.discounts &+= sign &* (gross &- total)
        case .cancellation:
            change.cancelled &-= sign &* quantity
            change.refunds &-= sign &* total
        case .return, .reversal:
            change.returned &-= sign &* quantity
            change.refunds &-= sign &* total
        case .adjustment, .notProduct: return
        }
        change.revenue &+= sign &* total
        change.lines &+= sign
        changes[key] = change
    }

    /// Writes the changes; days on which nothing is left lose their row.
    mutating func apply(_ database: Database) throws {
        for (key, change) in try applyToProducts(database) where !change.isNothing {
            try DemandRollup.add(database, key, change)
        }
    }

    /// Writes the changes of products alone, and says what they come to in each pool.
    private mutating func applyToProducts(_ database: Database) throws -> [PoolDay: Change] {
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO demand_day VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)
                ON CONFLICT (product, pool, day) DO UPDATE SET
                    ordered = ordered + excluded.ordered, cancelled = cancelled + excluded.cancelled,
                    returned = returned + excluded.returned, revenue = revenue + excluded.revenue,
                    lines = lines + excluded.lines, gross = gross + excluded.gross,
                    discounts = discounts + excluded.discounts, refunds = refunds + excluded.refunds,
                    cost = cost + excluded.cost, costed = costed + excluded.costed, orders = orders + excluded.orders
                """)
        let delete = try database.cachedStatement(
            sql: "DELETE FROM demand_day WHERE product = ? AND pool = ? AND day = ? AND lines = 0 AND kits = 0")
        var touched: Set<Int64> = []
        let costs = try CostBook(database, zone: zone)
        let kits = try KitBook(database)
        let void = try ForecastVoid(database)
        var pools: [PoolDay: Change] = [:]
        let binder = BulkStatement(upsert)
        for (key, change) in changes {
            var change = change
            let kept = change.ordered &- change.cancelled &- change.returned
            if let cost = try costs.cost(of: key.product, on: key.day) {
                change.cost = kept &* cost
                change.costed = change.revenue
            }
            pools[PoolDay(pool: key.pool, day: key.day), default: Change()] += change
            binder.bind(1, key.product)
            binder.bind(2, key.pool)
            binder.bind(3, Int64(key.day))
            binder.bind(4, change.ordered)
            binder.bind(5, change.cancelled)
            binder.bind(6, change.returned)
            binder.bind(7, change.revenue)
            binder.bind(8, change.lines)
            binder.bind(9, change.gross)
            binder.bind(10, change.discounts)
            binder.bind(11, change.refunds)
            binder.bind(12, change.cost)
            binder.bind(13, change.costed)
            binder.bind(14, change.orders)
            try binder.run()
            if change.lines <= 0 { try delete.execute(arguments: [key.product, key.pool, key.day]) }
            if change.ordered != change.cancelled { try void.note(key) }
            try kits.explode(key, units: change.ordered &- change.cancelled, void)
            if touched.insert(key.product).inserted {
                for product in try kits.stocked(key.product) { try Facts.noteChange(of: product, database) }
            }
        }
        changes.removeAll(keepingCapacity: true)
        return pools
    }

    /// Books lines anew that change their product and nothing else: the sums of the pools keep all but the cost.
    mutating func moveBetweenProducts(_ database: Database) throws {
        for (key, change) in try applyToProducts(database) where change.cost != 0 || change.costed != 0 {
            try database.cachedStatement(
                sql: "UPDATE pool_day SET cost = cost + ?, costed = costed + ? WHERE pool = ? AND day = ?"
            ).execute(arguments: [change.cost, change.costed, key.pool, key.day])
        }
    }

    private static func add(_ database: Database, _ key: PoolDay, _ change: Change) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO pool_day VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (pool, day) DO UPDATE SET
                    orders = orders + excluded.orders, ordered = ordered + excluded.ordered,
                    cancelled = cancelled + excluded.cancelled, returned = returned + excluded.returned,
                    revenue = revenue + excluded.revenue, lines = lines + excluded.lines,
                    gross = gross + excluded.gross, discounts = discounts + excluded.discounts,
                    refunds = refunds + excluded.refunds, cost = cost + excluded.cost, costed = costed + excluded.costed
                """
        ).execute(arguments: [
            key.pool, key.day, change.orders, change.ordered, change.cancelled, change.returned, change.revenue,
            change.lines, change.gross, change.discounts, change.refunds, change.cost, change.costed,
        ])
        guard change.lines < 0 || change.orders < 0 else { return }
        try database.cachedStatement(
            sql: "DELETE FROM pool_day WHERE pool = ? AND day = ? AND lines = 0 AND orders = 0"
        ).execute(arguments: [key.pool, key.day])
    }
}

/// What a stored line adds to the rollups.
struct RollupLine {
    static let columns = "document, coalesce(product, 0), pool, at, kind, quantity, price, total"

    var product, pool, at: Int64
    var kind: LineKind
    var quantity, price, total: Int64
}

extension RollupLine {
    init(_ row: Row) {
        self.init(
            product: row[1], pool: row[2], at: row[3], kind: LineKind(rawValue: row[4]) ?? .adjustment,
            quantity: row[5], price: row[6], total: row[7])
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
                    SELECT order_line.document, line, kind, mapped, quantity, total, customer, order_line.pool,
                        order_line.at, shipped_at
                    FROM order_line JOIN document ON document.id = order_line.document
                    WHERE product = ? AND order_line.at >= ? AND order_line.at < ? AND mapped IN (1, 6)
                    ORDER BY order_line.at, number, line
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
            // What is taken back has no gross of its own.
            rollup.add(
                LineKind(rawValue: kind) ?? .return, quantity: quantity, total: line[5], gross: 0, to: key, sign: -1)
            rollup.add(resolved, quantity: quantity, total: line[5], gross: 0, to: key, sign: 1)
            try database.cachedStatement(sql: "UPDATE order_line SET kind = ? WHERE document = ? AND line = ?")
                .execute(arguments: [resolved.rawValue, line[0] as Int64, line[1] as Int64])
        }
    }
}
