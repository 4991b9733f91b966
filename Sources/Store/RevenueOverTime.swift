import Domain
import GRDB

extension Facts {
    /// Net revenue of each product in each of several runs of days, minor units; in one pass over the days.
    public func revenue(in runs: [ClosedRange<Day>]) throws -> [Int64: [Int64]] {
        guard let first = runs.map(\.lowerBound).min(), let last = runs.map(\.upperBound).max() else { return [:] }
        return try database.read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT product, day, revenue FROM demand_day WHERE product > 0 AND day BETWEEN ? AND ?
                    """, arguments: [first.number, last.number])
            var sums: [Int64: [Int64]] = [:]
            while let row = try rows.next() {
                let (day, revenue) = (Day(number: row[1]), row[2] as Int64)
                for (index, run) in runs.enumerated() where run.contains(day) {
                    sums[row[0], default: [Int64](repeating: 0, count: runs.count)][index] &+= revenue
                }
            }
            return sums
        }
    }
}
