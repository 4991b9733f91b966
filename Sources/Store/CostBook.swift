import Domain
import GRDB

/// What a unit of each product cost on a day.
///
/// Declared costs go before what was paid to suppliers for what came, and that before what they ask: their terms, else
/// what was only ordered. Of each the newest said for that day or before, else the first ever said: sales before the first
/// known cost are valued at it. A kit of which nothing is said costs what its parts do. Costs in a foreign currency are
/// converted at the day's rate, where there is one.
final class CostBook {
    private let database: Database
    private var known: [Int64: [(first: Int32, cost: Int64)]] = [:]

    private let zone: Zone

    init(_ database: Database, zone: Zone) throws {
        self.database = database
        self.zone = zone
    }

    /// Millionths of the shop's currency; nil where no cost is known.
    func cost(of product: Int64, on day: Int32) throws -> Int64? {
        let periods = try periods(of: product)
        return (periods.last { $0.first <= day } ?? periods.first)?.cost
    }

    /// The days from which each cost holds, ascending; empty where none is known.
    func periods(of product: Int64) throws -> [(first: Int32, cost: Int64)] {
        guard product != 0 else { return [] }
        if let cached = known[product] { return cached }
        let periods = try find(product)
        known[product] = periods
        return periods
    }

    /// As above, of declared costs alone.
    func declared(of product: Int64) throws -> [(first: Int32, cost: Int64)] {
        try Row.fetchAll(
            database.cachedStatement(sql: "SELECT first, cost FROM cost_period WHERE product = ? ORDER BY first"),
            arguments: [product]
        ).map { ($0[0], $0[1]) }
    }

    private func find(_ product: Int64) throws -> [(first: Int32, cost: Int64)] {
        let declared = try declared(of: product)
        if !declared.isEmpty { return declared }
        // Two lines of one day: the dearer, whatever came first.
        let paid = try own(
            Row.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT coalesce((SELECT min(at) FROM receipt WHERE purchase = p.id), a.first_at), cost, currency
                        FROM purchase_line AS p LEFT JOIN arrival AS a ON a.purchase = p.id
                        WHERE p.product = ? AND cost IS NOT NULL AND coalesce(a.received + a.damaged, p.received) > 0
                        """), arguments: [product]
            ).map { (($0[0] as Int64?).map(day), $0[1], $0[2]) }, max)
        if !paid.isEmpty { return paid }
        let offered = try own(
            Row.fetchAll(
                database.cachedStatement(
                    sql: "SELECT valid_from, cost, currency FROM offer WHERE product = ? AND cost IS NOT NULL"),
                arguments: [product]
            ).map { ($0[0], $0[1], $0[2]) }, min)
        if !offered.isEmpty { return offered }
        let ordered = try own(
            Row.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT ordered_on, cost, currency FROM purchase_line
                        WHERE product = ? AND cost IS NOT NULL AND state <> 'cancelled'
                        """), arguments: [product]
            ).map { ($0[0], $0[1], $0[2]) }, max)
        return ordered.isEmpty ? try ofParts(product) : ordered
    }

    /// What the parts of a kit cost together; empty where it is none, or the cost of a part is not known.
    private func ofParts(_ kit: Int64) throws -> [(first: Int32, cost: Int64)] {
        let parts = try Row.fetchAll(
            database.cachedStatement(sql: "SELECT part, quantity FROM kit_part WHERE kit = ?"), arguments: [kit]
        ).map { (part: $0[0] as Int64, quantity: $0[1] as Int64) }
        var days: Set<Int32> = []
        for (part, _) in parts {
            let periods = try periods(of: part)
            if periods.isEmpty { return [] }
            days.formUnion(periods.lazy.map(\.first))
        }
        return try days.sorted().map { day in
            (first: day, cost: try parts.reduce(0) { try $0 &+ (cost(of: $1.part, on: day) ?? 0) &* $1.quantity })
        }
    }

    /// The costs that are, or can be made, ones in the shop's currency; of one day `choose` says which.
    private func own(
        _ costs: [(day: Int32?, cost: Int64, currency: String)], _ choose: (Int64, Int64) -> Int64
    ) throws -> [(first: Int32, cost: Int64)] {
        let shop = try String.fetchOne(
            database.cachedStatement(sql: "SELECT value FROM setting WHERE key = 'currency'"))
        var days: [Int32: Int64] = [:]
        for (day, said, code) in costs {
            guard let day else { continue }
            var cost = said
            if code != shop {
                guard let currency = Currency(code), let rate = try Facts.rate(database, currency, on: Day(number: day))
                else { continue }
                cost = Exact.price(cost, at: rate)
            }
            days[day] = days[day].map { choose($0, cost) } ?? cost
        }
        return days.sorted { $0.key < $1.key }.map { (first: $0.key, cost: $0.value) }
    }

    /// The shop's day of a moment.
    private func day(of moment: Int64) -> Int32 { zone.day(of: Instant(milliseconds: moment)).number }
}

extension Facts {
    /// What a unit of a product cost on a day, in the shop's currency; nil where no cost is known.
    public func cost(of product: Int64, on day: Day) throws -> UnitPrice? {
        try database.read { database in
            try CostBook(database, zone: zone).cost(of: product, on: day.number).map(UnitPrice.init(micros:))
        }
    }

    /// Notes what a unit costs from a day on; what was sold is valued anew when the product is looked at again.
    static func note(cost: UnitPrice, of product: Int64, from day: Day, _ database: Database) throws {
        let before = try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT cost FROM cost_period WHERE product = ? AND first <= ? ORDER BY first DESC LIMIT 1"),
            arguments: [product, day.number])
        if let before, before[0] == cost.micros { return }
        try database.cachedStatement(
            sql: "INSERT INTO cost_period VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET cost = excluded.cost"
        ).execute(arguments: [product, day.number, cost.micros])
        // A later period that says the same is no change of its own.
        let after = try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT first, cost FROM cost_period WHERE product = ? AND first > ? ORDER BY first LIMIT 1"),
            arguments: [product, day.number])
        if let after, after[1] == cost.micros {
            try database.execute(
                sql: "DELETE FROM cost_period WHERE product = ? AND first = ?", arguments: [product, after[0] as Int32])
        }
        try noteChange(of: product, database)
    }

    /// Values all that was sold of a product by its costs of today's knowledge.
    func revalue(_ product: Int64, _ database: Database) throws {
        let costs = try CostBook(database, zone: zone)
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT pool, day, ordered - cancelled - returned, cost, revenue, costed FROM demand_day WHERE product = ?
                    """),
            arguments: [product])
        for row in rows {
            let known = try costs.cost(of: product, on: row[1])
            let cost = (row[2] as Int64) &* (known ?? 0)
            let costed = known == nil ? 0 : row[4] as Int64
            let (more, moreCosted) = (cost &- (row[3] as Int64), costed &- (row[5] as Int64))
            guard more != 0 || moreCosted != 0 else { continue }
            let (pool, day): (Int64, Int32) = (row[0], row[1])
            try database.cachedStatement(
                sql: "UPDATE demand_day SET cost = ?, costed = ? WHERE product = ? AND pool = ? AND day = ?"
            ).execute(arguments: [cost, costed, product, pool, day])
            try database.cachedStatement(
                sql: "UPDATE pool_day SET cost = cost + ?, costed = costed + ? WHERE pool = ? AND day = ?"
            ).execute(arguments: [more, moreCosted, pool, day])
        }
    }
}
