import Domain
import GRDB

// The rollups as a whole: made anew from their facts, and compared with them.

extension Facts {
    /// Makes every rollup anew from its facts: after a change of what they hold, or of the products' keys.
    ///
    /// Memory is bounded; others read the old sums until it is done.
    func rebuildRollups() throws {
        try commit { database in
            try database.execute(
                sql: "DELETE FROM demand_day; DELETE FROM pool_day; DELETE FROM traffic_day; DELETE FROM visit_day;"
                    + "DELETE FROM forecast; DELETE FROM forecast_fit")
            var rollup = DemandRollup(zone: zone, currency: currency)
            let lines = try Row.fetchCursor(
                database, sql: "SELECT \(RollupLine.columns) FROM order_line ORDER BY document, line")
            var document: (id: Int64, lines: [RollupLine]) = (0, [])
            var gathered = 0
            while let row = try lines.next() {
                if document.id != row[0] {
                    rollup.add(document.lines, sign: 1)
                    document = (row[0], [])
                    if gathered > 20_000 {
                        try rollup.apply(database)
                        gathered = 0
                    }
                }
                document.lines.append(RollupLine(row))
                gathered += 1
            }
            rollup.add(document.lines, sign: 1)
            try rollup.apply(database)
            try rebuildTraffic(database)
            try VisitSums.rebuild(zone, database)
            try database.execute(
                sql: "INSERT OR REPLACE INTO setting VALUES ('rollups', ?)", arguments: [Facts.rollups])
        }
    }

    /// Which sums the rollups hold; raised when a release adds some.
    static let rollups = "3"

    /// Days on which the rollups differ from their facts: empty unless something is broken.
    public func rollupProblems() throws -> [String] {
        try database.read { database in
            var problems: [String] = []
            // Product by product, so that memory is bounded by the days of a few.
            let last =
                try Int64.fetchOne(
                    database,
                    sql: """
                        SELECT max(coalesce((SELECT max(product) FROM order_line), 0),
                            coalesce((SELECT max(product) FROM demand_day), 0))
                        """) ?? 0
            for first in stride(from: Int64(0), through: last, by: 64) {
                var rollup = DemandRollup(zone: zone, currency: currency)
                let range: StatementArguments = [first, first + 63]
                let rows = try Row.fetchCursor(
                    database,
                    sql: """
                        SELECT \(RollupLine.columns) FROM order_line
                        WHERE coalesce(product, 0) BETWEEN ? AND ? AND kind <= 3
                        """, arguments: range)
                while let row = try rows.next() { rollup.add(RollupLine(row), sign: 1) }
                var truth = rollup.changes
                let stored = try Row.fetchCursor(
                    database,
                    sql: """
                        SELECT product, pool, day, ordered, cancelled, returned, revenue, lines, gross, discounts, refunds
                        FROM demand_day WHERE product BETWEEN ? AND ? AND lines <> 0
                        """, arguments: range)
                while let row = try stored.next() {
                    let key = DemandKey(product: row[0], pool: row[1], day: row[2])
                    let change = truth.removeValue(forKey: key) ?? DemandRollup.Change()
                    let told: [Int64] = [
                        change.ordered, change.cancelled, change.returned, change.revenue, change.lines, change.gross,
                        change.discounts, change.refunds,
                    ]
                    if told != (3...10).map({ row[$0] as Int64 }) {
                        problems.append(
                            "demand of product \(key.product) on \(Day(number: key.day)) is not what its lines say")
                    }
                }
                for (key, change) in truth where change.lines != 0 {
                    problems.append("demand of product \(key.product) on \(Day(number: key.day)) is missing")
                }
            }
            let sums = try Row.fetchAll(
                database,
                sql: """
                    SELECT day, sum(ordered), sum(revenue), sum(cost), sum(orders) FROM demand_day GROUP BY day
                    EXCEPT SELECT day, sum(ordered), sum(revenue), sum(cost), sum(orders) FROM pool_day GROUP BY day
                    """)
            for row in sums where row[1] as Int64 != 0 || row[2] as Int64 != 0 {
                problems.append("the sums of \(Day(number: row[0])) are not those of its products")
            }
            let visits = try Row.fetchOne(
                database,
                sql: """
                    SELECT count(*), coalesce(sum(views), 0), coalesce(sum(last - first), 0),
                        (SELECT coalesce(sum(visits), 0) FROM visit_day), (SELECT coalesce(sum(views), 0) FROM visit_day),
                        (SELECT coalesce(sum(length), 0) FROM visit_day) FROM visit
                    """)
            if let visits, (0...2).contains(where: { visits[$0] as Int64 != visits[$0 + 3] as Int64 }) {
                problems.append("the sums of visits are not those of the visits")
            }
            return problems.sorted()
        }
    }
}
