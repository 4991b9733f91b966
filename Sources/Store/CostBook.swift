import Domain
import GRDB

/// What a unit of each product cost on a day: the newest cost said for that day or before, else the first ever said.
///
/// Sales before the first known cost are valued at it: a margin without any cost would be called the whole price.
final class CostBook {
    private let find: Statement
    private var known: [Int64: [(first: Int32, cost: Int64)]] = [:]

    init(_ database: Database) throws {
        find = try database.cachedStatement(sql: "SELECT first, cost FROM cost_period WHERE product = ? ORDER BY first")
    }

    /// Millionths; 0 where no cost is known.
    func cost(of product: Int64, on day: Int32) throws -> Int64 {
        let periods: [(first: Int32, cost: Int64)]
        if let cached = known[product] {
            periods = cached
        } else {
            periods = try Row.fetchAll(find, arguments: [product]).map { ($0[0], $0[1]) }
            known[product] = periods
        }
        return (periods.last { $0.first <= day } ?? periods.first)?.cost ?? 0
    }
}

extension Facts {
    /// Notes what a unit costs from a day on, and values what was sold from then on anew.
    static func note(cost: UnitPrice, of product: Int64, from day: Day, _ database: Database) throws {
        let before = try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT cost, first FROM cost_period WHERE product = ? AND first <= ? ORDER BY first DESC LIMIT 1"),
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
        try revalue(product, database)
    }

    /// Values all that was sold of a product by its costs of today's knowledge.
    static func revalue(_ product: Int64, _ database: Database) throws {
        let costs = try CostBook(database)
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: "SELECT pool, day, ordered - cancelled - returned, cost FROM demand_day WHERE product = ?"),
            arguments: [product])
        for row in rows {
            let cost = (row[2] as Int64) &* (try costs.cost(of: product, on: row[1]))
            let change = cost &- (row[3] as Int64)
            guard change != 0 else { continue }
            try database.cachedStatement(
                sql: "UPDATE demand_day SET cost = ? WHERE product = ? AND pool = ? AND day = ?"
            ).execute(arguments: [cost, product, row[0] as Int64, row[1] as Int32])
            try database.cachedStatement(sql: "UPDATE pool_day SET cost = cost + ? WHERE pool = ? AND day = ?")
                .execute(arguments: [change, row[0] as Int64, row[1] as Int32])
        }
    }
}
