import Domain
import GRDB

/// Why a metric cannot be read.
public struct MetricError: Error, CustomStringConvertible, Sendable {
    /// What is wrong, and what would be right.
    public var description: String

    /// An error.
    public init(_ description: String) { self.description = description }
}

extension Facts {
    /// The figures of a metric: one read of the store for each relation that it rests on.
    ///
    /// - Parameters:
    ///   - metric: the metric.
    ///   - catalogue: the metrics that it may be made of, by name.
    /// - Returns: rows by period, then labels. Without dimensions every period of the range has a row.
    /// - Throws: `MetricError` for what cannot be asked, `StoreError`.
    public func read(_ metric: Metric, from catalogue: [String: Metric], _ query: MetricQuery) throws -> [MetricRow] {
        var bases: [Base] = []
        try collect(metric, catalogue, &bases)
        var groups: [(relation: MetricRelation, bases: [Int])] = []
        for (index, base) in bases.enumerated() {
            if let group = groups.firstIndex(where: { $0.relation.name == base.relation.name }) {
                groups[group].bases.append(index)
            } else {
                groups.append((base.relation, [index]))
            }
        }
        if groups.contains(where: { ["stock", "ads", "sales"].contains($0.relation.name) }) { try refreshProducts() }
        if groups.contains(where: { $0.relation.name == "books" }) { try refreshLedger() }
        var table = MetricTable(width: bases.count)
        for group in groups {
            let relation = group.relation
            for dimension in query.dimensions where !relation.dimensions.contains(dimension) {
                throw MetricError(
                    "\(metric.name) cannot be told apart by \(dimension): \(relation.name) knows "
                        + relation.dimensions.joined(separator: ", "))
            }
            let chosen = group.bases.map { bases[$0] }
            let condition = try query.condition.map { text in
                do throws(Expression.Failure) {
                    return try Expression(text, fields: relation.dimensions)
                } catch {
                    throw MetricError("--where \(text): \(error)")
                }
            }
            if relation.name == "stock" {
                try readStock(chosen, group.bases, query, condition, into: &table)
            } else {
                try readRelation(relation, chosen, group.bases, query, condition, into: &table)
            }
        }
        return try finish(metric, catalogue, bases, query, table)
    }

    /// A sum that a metric rests on.
    struct Base {
        var name: String
        var relation: MetricRelation
        var value: Expression
        var condition: Expression?
        var isCumulative: Bool
    }

    private func collect(_ metric: Metric, _ catalogue: [String: Metric], _ bases: inout [Base]) throws {
        switch metric.kind {
        case .sum(let relation, let value, let condition), .cumulative(let relation, let value, let condition):
            guard !bases.contains(where: { $0.name == metric.name }) else { return }
            var isCumulative = false
            if case .cumulative = metric.kind { isCumulative = true }
            bases.append(
                Base(
                    name: metric.name, relation: relation, value: value, condition: condition,
                    isCumulative: isCumulative))
        case .ratio, .conversion, .derived:
            for name in metric.inputs {
                guard let input = catalogue[name] else { throw MetricError("there is no metric '\(name)'") }
                try collect(input, catalogue, &bases)
            }
        }
    }

    private func readRelation(
        _ relation: MetricRelation, _ bases: [Base], _ places: [Int], _ query: MetricQuery, _ condition: Expression?,
        into table: inout MetricTable
    ) throws {
        let fields = relation.fields
        var needed = Set(query.dimensions)
        for base in bases {
            needed.formUnion(base.value.fields.map { fields[$0] })
            needed.formUnion(base.condition?.fields.map { fields[$0] } ?? [])
        }
        needed.formUnion(condition?.fields.map { relation.dimensions[$0] } ?? [])
        guard let form = relation.forms.first(where: { needed.isSubset(of: $0.fields.keys) }) else {
            throw MetricError(
                "\(bases.map(\.name).joined(separator: ", ")) cannot be asked by \(needed.sorted().joined(separator: ", ")) at once"
            )
        }
        let column = { (index: Int) in form.fields[fields[index]] ?? "NULL" }
        // A running sum needs what came before the range.
        let isCumulative = bases.contains(where: \.isCumulative)
        let period: String? = query.grain.map { grain in
            switch grain {
            case .day: form.day
            case .week: "(\(form.day) - ((\(form.day) + 3) % 7 + 7) % 7)"
            default: "shop_period(\(form.day))"
            }
        }
        var selected = [period ?? "0"] + query.dimensions.map { form.fields[$0] ?? "NULL" }
        let groups = (1...selected.count).map(String.init)
        for base in bases {
            let value = base.value.sql(column)
            selected.append(
                base.condition.map { "sum(CASE WHEN \($0.sql(column)) THEN \(value) END)" } ?? "sum(\(value))")
        }
        var wanted: [String] = []
        if let filter = form.filter { wanted.append("(\(filter))") }
        let first = isCumulative ? Int32.min : query.days.lowerBound.number
        let last = query.days.upperBound.number
        if let moment = form.moment {
            let start = isCumulative ? Int64.min : zone.instant(day: query.days.lowerBound).milliseconds
            let end = zone.instant(day: query.days.upperBound.advanced(by: 1)).milliseconds
            wanted.append("\(moment) >= \(start) AND \(moment) < \(end)")
        } else {
            wanted.append("\(form.day) BETWEEN \(first) AND \(last)")
        }
        if let condition { wanted.append("(\(condition.sql { form.fields[relation.dimensions[$0]] ?? "NULL" }))") }
        let sql = """
            SELECT \(selected.joined(separator: ", ")) FROM \(form.from) WHERE \(wanted.joined(separator: " AND "))
            GROUP BY \(groups.joined(separator: ", "))
            """
        try database.read { database in
            try addFunctions(database, query)
            let rows = try Row.fetchCursor(database, sql: sql)
            let width = query.dimensions.count
            while let row = try rows.next() {
                let key = MetricTable.Key(
                    period: query.grain == nil ? 0 : (row[0] as Int32? ?? 0),
                    labels: (0..<width).map { (row[1 + $0] as DatabaseValue).label })
                for (offset, place) in places.enumerated() { table.set(key, place, row[1 + width + offset]) }
            }
        }
    }

    private func addFunctions(_ database: Database, _ query: MetricQuery) throws {
        let (zone, currency) = (zone, currency)
        let up = FixedPoint.powers[6 - currency.decimals]
        database.add(
            function: DatabaseFunction("shop_day", argumentCount: 1, pure: true) { values in
                Int64.fromDatabaseValue(values[0]).map {
                    Int64(zone.day(of: Instant(milliseconds: $0)).number)
                }
            })
        database.add(
            function: DatabaseFunction("shop_period", argumentCount: 1, pure: true) { values in
                Int32.fromDatabaseValue(values[0]).map {
                    query.grain?.start(of: Day(number: $0), yearStart: query.yearStart).number ?? $0
                }
            })
        database.add(
            function: DatabaseFunction("shop_currency", argumentCount: 0, pure: true) { _ in currency.code })
        // SQLite calls it on the connection's own thread, while this read lasts.
        nonisolated(unsafe) let costs = try CostBook(database)
        database.add(
            function: DatabaseFunction("shop_cost", argumentCount: 2) { values in
                guard let product = Int64.fromDatabaseValue(values[0]), let day = Int32.fromDatabaseValue(values[1])
                else { return nil }
                return try costs.cost(of: product, on: day)
            })
        database.add(
            function: DatabaseFunction("shop_gross", argumentCount: 2, pure: true) { values in
                guard let price = Int64.fromDatabaseValue(values[0]), let units = Int64.fromDatabaseValue(values[1])
                else { return nil }
                return UnitPrice(micros: price).total(units, currency: currency).map { $0 &* up }
            })
    }

    // MARK: - From sums to the metric

    private func finish(
        _ metric: Metric, _ catalogue: [String: Metric], _ bases: [Base], _ query: MetricQuery, _ found: MetricTable
    ) throws -> [MetricRow] {
        var table = found
        let periods = query.grain.map { grain in
            var day = grain.start(of: query.days.lowerBound, yearStart: query.yearStart)
            var all: [Day] = []
            while day <= query.days.upperBound {
                all.append(day)
                day = grain.start(of: day.advanced(by: grain.longest), yearStart: query.yearStart)
            }
            return all
        }
        for (index, base) in bases.enumerated() where base.isCumulative && base.relation.name != "stock" {
            table.accumulate(index, over: periods)
        }
        if query.dimensions.isEmpty {
            for period in periods ?? [] { table.touch(MetricTable.Key(period: period.number, labels: [])) }
            if periods == nil { table.touch(MetricTable.Key(period: 0, labels: [])) }
        }
        let places = Dictionary(uniqueKeysWithValues: bases.enumerated().map { ($1.name, $0) })
        let first = query.grain?.start(of: query.days.lowerBound, yearStart: query.yearStart).number ?? .min
        return try table.keys.filter { query.grain == nil || $0.period >= first }.sorted().map { key in
            MetricRow(
                period: query.grain == nil ? nil : Day(number: key.period), labels: key.labels,
                value: try Facts.value(metric, catalogue, places) { table.value(key, $0) })
        }
    }

    private static func value(
        _ metric: Metric, _ catalogue: [String: Metric], _ places: [String: Int], _ sums: (Int) -> Double?
    ) throws -> Double? {
        func input(_ name: String) throws -> Double? {
            guard let metric = catalogue[name] else { throw MetricError("there is no metric '\(name)'") }
            return try value(metric, catalogue, places, sums)
        }
        switch metric.kind {
        case .sum, .cumulative: return places[metric.name].flatMap(sums)
        case .ratio(let top, let bottom):
            guard let below = try input(bottom), below != 0, let above = try input(top) else { return nil }
            return above / below
        case .conversion(let from, let to):
            guard let all = try input(from), all != 0 else { return nil }
            return (try input(to) ?? 0) / all
        case .derived(let expression, let names):
            let values = try names.map { try input($0) }
            guard case .number(let value) = expression.evaluate({ values[$0].map { .number($0) } ?? .missing }) else {
                return nil
            }
            return value
        }
    }
}

extension MetricGrain {
    /// Days after which the next period has surely begun, and the one after it surely not.
    fileprivate var longest: Int {
        switch self {
        case .day: 1
        case .week: 7
        case .month: 31
        case .quarter: 92
        case .year: 366
        // Six weeks where the 53rd is added to a month of five.
        case .fiscalMonth: 42
        case .fiscalQuarter: 98
        case .fiscalYear: 371
        }
    }
}

/// Sums by period and labels.
struct MetricTable {
    struct Key: Hashable, Comparable {
        var period: Int32
        var labels: [String?]

        static func < (left: Key, right: Key) -> Bool {
            if left.period != right.period { return left.period < right.period }
            for (a, b) in zip(left.labels, right.labels) where a != b {
                // What has no label comes last.
                guard let a, let b else { return a != nil }
                return a < b
            }
            return false
        }
    }

    private let width: Int
    private var places: [Key: Int] = [:]
    private var values: [Double?] = []

    init(width: Int) { self.width = width }

    var keys: Dictionary<Key, Int>.Keys { places.keys }

    mutating func touch(_ key: Key) {
        guard places[key] == nil else { return }
        places[key] = places.count
        values.append(contentsOf: repeatElement(nil, count: width))
    }

    mutating func set(_ key: Key, _ column: Int, _ value: Double?) {
        touch(key)
        guard let place = places[key] else { return }
        values[place * width + column] = value
    }

    func value(_ key: Key, _ column: Int) -> Double? { places[key].flatMap { values[$0 * width + column] } }

    /// Makes a column the sum of all periods up to each.
    mutating func accumulate(_ column: Int, over periods: [Day]?) {
        guard let periods else { return }
        var labels: Set<[String?]> = []
        for key in places.keys { labels.insert(key.labels) }
        for label in labels {
            let own = places.keys.filter { $0.labels == label }.map(\.period).sorted()
            var sum = 0.0
            var index = 0
            for period in periods {
                while index < own.count, own[index] <= period.number {
                    sum += value(Key(period: own[index], labels: label), column) ?? 0
                    index += 1
                }
                set(Key(period: period.number, labels: label), column, sum)
            }
        }
    }
}

extension DatabaseValue {
    fileprivate var label: String? {
        switch storage {
        case .null, .blob: nil
        case .int64(let number): String(number)
        case .double(let number): String(number)
        case .string(let text): text
        }
    }
}
