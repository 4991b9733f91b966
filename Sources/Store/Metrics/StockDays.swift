import Domain
import GRDB

extension Facts {
    /// The sums of what stood on the shelf: each product and pool on each day of the range for which its stock is known.
    ///
    /// Out of stock is nothing to sell at the day's end. Lost units are an estimate: on such days, the mean daily demand of
    /// the last 28 days with stock, less what was ordered all the same; lost value is at the declared price.
    func readStock(
        _ bases: [Base], _ columns: [Int], _ query: MetricQuery, _ condition: Expression?, into table: inout MetricTable
    ) throws {
        guard let relation = bases.first?.relation else { return }
        let fields = relation.fields
        let asked = Set(bases.flatMap { $0.value.fields.union($0.condition?.fields ?? []) }.map { fields[$0] })
        let measures = fields.map(StockMeasure.init(rawValue:))
        guard asked.isSubset(of: StockMeasure.allCases.map(\.rawValue)) else {
            throw MetricError(
                "stock can be summed by \(StockMeasure.allCases.map(\.rawValue).joined(separator: ", ")) alone; "
                    + "filter it with --where")
        }
        let wanted = Set(asked.compactMap(StockMeasure.init(rawValue:)))
        let periods = MetricTime(query, zone: zone).periods
        let sums = bases.map { StockSum($0, measures) }
        let (low, high) = try database.readInHalves(of: "product") { database, products in
            let shelves = try StockShelves(database, relation, query.dimensions, condition, products: products)
            var days = StockDays(
                sums, wanted: wanted, groups: shelves.groups.count, first: query.days.lowerBound.number,
                count: periods.count)
            let costs = try CostBook(database, zone: self.zone)
            try shelves.each(
                until: query.days.upperBound.number, demandFrom: days.demandFrom, count: days.demandCount, database
            ) { shelf, steps, demand in
                let periods = wanted.contains(.value) ? try costs.periods(of: shelf.product) : []
                days.add(shelf, steps, demand, periods)
            }
            return (groups: shelves.groups, days: days)
        }
        for half in [low, high] {
            for (group, labels) in half.groups.enumerated() {
                let label = table.number(of: labels)
                var places = [Int](repeating: -1, count: periods.count)
                for (index, base) in bases.enumerated() {
                    half.days.sums(index, of: group, periods: periods, isCumulative: base.isCumulative) { day, sum in
                        if places[day] < 0 {
                            places[day] = table.place(MetricTable.Key(period: periods[day], labels: label))
                        }
                        table.add(places[day], columns[index], sum)
                    }
                }
            }
        }
    }
}

/// What can be known of a shelf on a day.
enum StockMeasure: String, CaseIterable {
    case units, value, products
    case inStock = "in_stock"
    case outOfStock = "out_of_stock"
    case lostUnits = "lost_units"
    case lostValue = "lost_value"
    case demand

    var isMoney: Bool { self == .value || self == .lostValue }
}

/// What is summed: one measure alone, or an expression over several.
enum StockSum {
    case measure(StockMeasure)
    /// Money is in whole units of the currency there; `scale` makes of what comes out what is summed.
    case expression(Expression, condition: Expression?, [StockMeasure?], scale: Double)

    init(_ base: Facts.Base, _ measures: [StockMeasure?]) {
        if base.condition == nil, let field = base.value.field, let measure = measures[field],
            base.isMoney == measure.isMoney
        {
            self = .measure(measure)
        } else {
            self = .expression(base.value, condition: base.condition, measures, scale: base.isMoney ? 1e6 : 1)
        }
    }
}

/// Sums over shelves of each day, in flat arrays.
struct StockDays {
    private static let history = 56

    let demandFrom: Int32
    /// 0 where no demand is needed.
    let demandCount: Int
    private let sums: [StockSum]
    private let hasExpressions: Bool
    /// The demand of the shelf that is being added.
    private var recent: RecentDemand
    private let first: Int32
    private let count: Int
    /// By group, sum and day.
    private var values: [Double]
    /// By group and day.
    private var isKnown: [Bool]

    init(_ sums: [StockSum], wanted: Set<StockMeasure>, groups: Int, first: Int32, count: Int) {
        self.sums = sums
        self.first = first
        self.count = count
        hasExpressions = sums.contains { if case .expression = $0 { true } else { false } }
        let wantsDemand = !wanted.isDisjoint(with: [.demand, .lostUnits, .lostValue])
        demandFrom = first - Int32(StockDays.history)
        demandCount = wantsDemand ? count + StockDays.history : 0
        recent = RecentDemand(most: demandCount)
        values = Array(repeating: 0, count: groups * sums.count * count)
        isKnown = Array(repeating: false, count: groups * count)
    }

    /// Adds a shelf.
    ///
    /// - Parameters:
    ///   - steps: the days on which its units changed, ascending, and what they were from then on.
    ///   - demand: units ordered on each day from `demandFrom` on; empty where none are needed.
    ///   - costs: what a unit cost from which day on.
    mutating func add(
        _ shelf: StockShelf, _ steps: [StockStep], _ demand: [Double], _ costs: [(first: Int32, cost: Int64)]
    ) {
        recent.clear()
        if !demand.isEmpty { recent.take(demand, steps, from: demandFrom, before: first) }
        for (index, step) in steps.enumerated() {
            let begin = max(0, Int(step.day) - Int(first))
            let end = index + 1 < steps.count ? min(count, Int(steps[index + 1].day) - Int(first)) : count
            guard begin < end else { continue }
            for day in shelf.group * count + begin..<shelf.group * count + end { isKnown[day] = true }
            for (index, sum) in sums.enumerated() {
                guard case .measure(let measure) = sum else { continue }
                let row = (shelf.group * sums.count + index) * count
                add(measure, row + begin..<row + end, step.units, costs, from: first + Int32(begin))
                if !demand.isEmpty { addDemand(measure, shelf, row, begin..<end, step.units, demand) }
            }
            if hasExpressions { addExpressions(shelf, begin..<end, step.units, demand, costs) }
            if step.units > 0, !demand.isEmpty {
                recent.add(demand[begin + StockDays.history..<end + StockDays.history])
            }
        }
    }

    /// What is the same on every day until the next step, or the next cost.
    private mutating func add(
        _ measure: StockMeasure, _ days: Range<Int>, _ units: Int64, _ costs: [(first: Int32, cost: Int64)],
        from day: Int32
    ) {
        func all(_ value: Double) { for index in days { values[index] += value } }
        switch measure {
        case .units: all(Double(units))
        case .products: all(1)
        case .inStock: if units > 0 { all(1) }
        case .outOfStock: if units <= 0 { all(1) }
        case .value:
            guard units > 0, !costs.isEmpty else { return }
            var cost = costs.lastIndex { $0.first <= day } ?? 0
            var next = days.lowerBound
            while next < days.upperBound {
                let end =
                    cost + 1 < costs.count
                    ? min(days.upperBound, days.lowerBound + Int(costs[cost + 1].first - day)) : days.upperBound
                let value = Double(units &* costs[cost].cost)
                while next < end {
                    values[next] += value
                    next += 1
                }
                cost += 1
            }
        case .demand, .lostUnits, .lostValue: break
        }
    }

    /// What is another on each day, though the shelf stays as it is: of one that is empty, the mean of before does too.
    private mutating func addDemand(
        _ measure: StockMeasure, _ shelf: StockShelf, _ row: Int, _ days: Range<Int>, _ units: Int64, _ demand: [Double]
    ) {
        let factor: Double
        switch measure {
        case .demand:
            for day in days { values[row + day] += demand[day + StockDays.history] }
            return
        case .lostUnits: factor = 1
        case .lostValue: factor = Double(shelf.price)
        default: return
        }
        guard units <= 0 else { return }
        let mean = recent.mean
        for day in days { values[row + day] += max(0, mean - demand[day + StockDays.history]) * factor }
    }

    private mutating func addExpressions(
        _ shelf: StockShelf, _ days: Range<Int>, _ units: Int64, _ demand: [Double],
        _ costs: [(first: Int32, cost: Int64)]
    ) {
        for day in days {
            let number = first + Int32(day)
            let sold = demand.isEmpty ? 0 : demand[day + StockDays.history]
            let lost = units <= 0 && !demand.isEmpty ? max(0, recent.mean - sold) : 0
            for (index, sum) in sums.enumerated() {
                guard case .expression(let value, let condition, let measures, let scale) = sum else { continue }
                let field: (Int) -> Expression.Value = { index in
                    switch measures[index] {
                    case .units: .number(Double(units))
                    case .value:
                        (costs.last { $0.first <= number } ?? costs.first)
                            .map { .number(Double(max(0, units) &* $0.cost) / 1e6) } ?? .missing
                    case .products: .number(1)
                    case .inStock: .number(units > 0 ? 1 : 0)
                    case .outOfStock: .number(units > 0 ? 0 : 1)
                    case .demand: .number(sold)
                    case .lostUnits: .number(lost)
                    case .lostValue: .number(lost * Double(shelf.price) / 1e6)
                    case nil: .missing
                    }
                }
                if let condition, !condition.isTrue(field) { continue }
                if case .number(let value) = value.evaluate(field) {
                    values[(shelf.group * sums.count + index) * count + day] += value * scale
                }
            }
        }
    }

    /// The sums of a group by the last day of each period: what stood at the last known one, or all its days added up.
    func sums(
        _ index: Int, of group: Int, periods: [Int32], isCumulative: Bool, _ tell: (_ last: Int, Double) -> Void
    ) {
        let row = (group * sums.count + index) * count
        var sum = Double.nan
        for day in 0..<count {
            if isKnown[group * count + day] {
                sum = isCumulative || sum.isNaN ? values[row + day] : sum + values[row + day]
            }
            guard day + 1 == count || periods[day] != periods[day + 1] else { continue }
            if !sum.isNaN { tell(day, sum) }
            sum = .nan
        }
    }
}

/// The mean demand of the last days with stock, at most 28.
private struct RecentDemand {
    /// What was ordered up to each day with stock, from nothing on. Units are whole, so that no difference is rounded.
    private var sums: [Double]
    private var count = 0

    init(most: Int) { sums = Array(repeating: 0, count: most + 1) }

    var mean: Double {
        let days = min(count, 28)
        return days == 0 ? 0 : max(0, (sums[count] - sums[count - days]) / Double(days))
    }

    mutating func clear() { count = 0 }

    mutating func add(_ days: ArraySlice<Double>) {
        var sum = sums[count]
        for units in days {
            sum += units
            count += 1
            sums[count] = sum
        }
    }

    /// Takes in the days before the range.
    mutating func take(_ demand: [Double], _ steps: [StockStep], from: Int32, before end: Int32) {
        for (index, step) in steps.enumerated() where step.units > 0 {
            let next = index + 1 < steps.count ? min(end, steps[index + 1].day) : end
            let first = max(from, step.day)
            if first < next { add(demand[Int(first - from)..<Int(next - from)]) }
        }
    }
}
