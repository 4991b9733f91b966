import Domain
import GRDB

extension Facts {
    /// The sums of what stood on the shelf: each product and pool on each day of the range for which its stock is known.
    ///
    /// Out of stock is nothing to sell at the day's end. Lost units are an estimate: on such days, the mean daily demand of
    /// the last 28 days with stock, less what was ordered all the same; lost value is at the declared price.
    func readStock(
        _ bases: [Base], _ places: [Int], _ query: MetricQuery, _ condition: Expression?, into table: inout MetricTable
    ) throws {
        guard let relation = bases.first?.relation else { return }
        let fields = relation.fields
        let measures = ["units", "value", "products", "in_stock", "out_of_stock", "lost_units", "lost_value", "demand"]
        let asked = Set(bases.flatMap { $0.value.fields.union($0.condition?.fields ?? []) }.map { fields[$0] })
        guard asked.isSubset(of: measures) else {
            throw MetricError(
                "stock can be summed by \(measures.joined(separator: ", ")) alone; filter it with --where")
        }
        let wantsDemand = !asked.isDisjoint(with: ["lost_units", "lost_value", "demand"])
        let first = query.days.lowerBound.number
        let count = query.days.lowerBound.distance(to: query.days.upperBound) + 1
        let periods = (0..<count).map { offset -> Int32 in
            let day = query.days.lowerBound.advanced(by: offset)
            return query.grain?.start(of: day, yearStart: query.yearStart).number ?? 0
        }
        let isLastOfPeriod = (0..<count).map { $0 + 1 == count || periods[$0] != periods[$0 + 1] }
        try database.read { database in
            let shelves = try shelves(database, relation, query.dimensions, condition)
            var sums: [[String?]: [[Double]]] = [:]
            var isKnown: [[String?]: [Bool]] = [:]
            let costs = try CostBook(database)
            let steps = try Row.fetchCursor(
                database,
                sql: "SELECT product, pool, day, units FROM stock_step WHERE day <= ? ORDER BY product, pool, day",
                arguments: [query.days.upperBound.number])
            var current: (key: DemandKey, steps: [(day: Int32, units: Int64)])?
            func close() throws {
                guard let (key, steps) = current, let shelf = shelves[key] else { return }
                var demand: [Double] = []
                if wantsDemand {
                    demand = try dailyDemand(key, from: first - 56, count: count + 56, database)
                }
                var row = sums[shelf.labels] ?? Array(repeating: Array(repeating: 0, count: count), count: bases.count)
                var known = isKnown[shelf.labels] ?? Array(repeating: false, count: count)
                var step = -1
                var recent = RecentDemand()
                for day in (wantsDemand ? -56 : 0)..<count {
                    while step + 1 < steps.count, steps[step + 1].day <= first + Int32(day) { step += 1 }
                    guard step >= 0 else { continue }
                    let units = steps[step].units
                    let sold = wantsDemand ? demand[day + 56] : 0
                    let lost = units <= 0 ? max(0, recent.mean - sold) : 0
                    if units > 0 { recent.add(sold) }
                    guard day >= 0 else { continue }
                    known[day] = true
                    let cost = asked.contains("value") ? try costs.cost(of: key.product, on: first + Int32(day)) : nil
                    for (index, base) in bases.enumerated() {
                        let field: (Int) -> Expression.Value = { place in
                            switch fields[place] {
                            case "units": .number(Double(units))
                            case "value": cost.map { .number(Double(max(0, units) &* $0)) } ?? .missing
                            case "products": .number(1)
                            case "in_stock": .number(units > 0 ? 1 : 0)
                            case "out_of_stock": .number(units > 0 ? 0 : 1)
                            case "demand": .number(sold)
                            case "lost_units": .number(lost)
                            case "lost_value": .number(lost * Double(shelf.price))
                            default: .missing
                            }
                        }
                        if let condition = base.condition, !condition.isTrue(field) { continue }
                        if case .number(let value) = base.value.evaluate(field) { row[index][day] += value }
                    }
                }
                sums[shelf.labels] = row
                isKnown[shelf.labels] = known
            }
            while let row = try steps.next() {
                let key = DemandKey(product: row[0], pool: row[1], day: 0)
                if current?.key != key {
                    try close()
                    current = (key, [])
                }
                current?.steps.append((row[2], row[3]))
            }
            try close()
            for (labels, row) in sums {
                let known = isKnown[labels] ?? []
                for (index, base) in bases.enumerated() {
                    var sum: Double?
                    for day in 0..<count {
                        if known[day] { sum = base.isCumulative ? row[index][day] : (sum ?? 0) + row[index][day] }
                        guard isLastOfPeriod[day] else { continue }
                        if let sum {
                            table.set(MetricTable.Key(period: periods[day], labels: labels), places[index], sum)
                        }
                        sum = nil
                    }
                }
            }
        }
    }

    private struct StockedShelf {
        var labels: [String?]
        var price: Int64
    }

    private func shelves(
        _ database: Database, _ relation: MetricRelation, _ dimensions: [String], _ condition: Expression?
    ) throws -> [DemandKey: StockedShelf] {
        let columns = [
            "sku": "product.sku", "product": "product.name", "category": "product.category", "vendor": "product.vendor",
            "lifecycle": "product.lifecycle", "place": "pool.name",
        ]
        let wanted = condition.map { "WHERE \($0.sql { columns[relation.dimensions[$0]] ?? "NULL" })" } ?? ""
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT product.id, pool.id, coalesce(product.price, 0)\(dimensions.map { ", \(columns[$0] ?? "NULL")" }.joined())
                FROM (SELECT DISTINCT product, pool FROM stock_step) AS s
                JOIN product ON product.id = s.product JOIN pool ON pool.id = s.pool \(wanted)
                """)
        var shelves: [DemandKey: StockedShelf] = [:]
        while let row = try rows.next() {
            shelves[DemandKey(product: row[0], pool: row[1], day: 0)] = StockedShelf(
                labels: dimensions.indices.map { row[3 + $0] as String? }, price: row[2])
        }
        return shelves
    }

    private func dailyDemand(
        _ key: DemandKey, from first: Int32, count: Int, _ database: Database
    ) throws -> [Double] {
        var units = [Double](repeating: 0, count: count)
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT day, ordered - cancelled + kits FROM demand_day
                    WHERE product = ? AND pool = ? AND day BETWEEN ? AND ?
                    """), arguments: [key.product, key.pool, first, first + Int32(count) - 1])
        while let row = try rows.next() { units[Int(row[0] as Int32 - first)] = Double(row[1] as Int64) }
        return units
    }
}

/// The mean demand of the last days with stock, at most 28.
private struct RecentDemand {
    private var days: [Double] = []
    private var next = 0

    var mean: Double { days.isEmpty ? 0 : max(0, days.reduce(0, +) / Double(days.count)) }

    mutating func add(_ units: Double) {
        if days.count < 28 {
            days.append(units)
        } else {
            days[next] = units
            next = (next + 1) % 28
        }
    }
}
