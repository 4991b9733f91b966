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
    public func read(_ metric: Metric, from catalogue: [String: Metric], _ query: MetricQuery) throws -> MetricRows {
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
        if groups.contains(where: { ["stock", "ads", "sales", "purchases"].contains($0.relation.name) }) {
            try refreshProducts()
        }
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
        /// Whether the sum is money, in millionths.
        var isMoney: Bool

        /// Whether the value is worked out in whole units of the currency: in an expression of several fields, millionths
        /// and pieces would not go together, nor would millionths and the numbers that a person writes.
        var isScaled: Bool { value.hasNumbers || !isMoney }
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
                    isCumulative: isCumulative, isMoney: metric.unit == .money))
        case .ratio, .conversion, .derived:
            for name in metric.inputs {
                guard let input = catalogue[name] else { throw MetricError("there is no metric '\(name)'") }
                try collect(input, catalogue, &bases)
            }
        }
    }

    private func readRelation(
        _ relation: MetricRelation, _ bases: [Base], _ columns: [Int], _ query: MetricQuery, _ condition: Expression?,
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
        // A running sum needs what came before the range; a sum beside it does not.
        let isCumulative = bases.contains(where: \.isCumulative)
        let moment = form.moment ?? form.day
        let (first, end) =
            form.moment == nil
            ? (Int64(query.days.lowerBound.number), Int64(query.days.upperBound.number) + 1)
            : (
                zone.instant(day: query.days.lowerBound).milliseconds,
                zone.instant(day: query.days.upperBound.advanced(by: 1)).milliseconds
            )
        let isOne = query.grain == nil && query.dimensions.isEmpty
        var selected = query.grain == nil ? ["0"] : [moment]
        selected += query.dimensions.map { form.fields[$0] ?? "NULL" }
        let money = Set(relation.money)
        let whole = { (index: Int) in
            money.contains(fields[index]) ? "(\(column(index)) / 1000000.0)" : column(index)
        }
        for base in bases {
            var value = base.value.sql(base.isScaled ? whole : column)
            if base.isScaled, base.isMoney { value = "(\(value)) * 1000000.0" }
            var conditions = base.condition.map { [$0.sql(whole)] } ?? []
            if isCumulative, !base.isCumulative { conditions.append("\(moment) >= \(first)") }
            if !conditions.isEmpty {
                value = "CASE WHEN \(conditions.joined(separator: " AND ")) THEN \(value) END"
            }
            selected.append(isOne ? "sum(\(value))" : value)
        }
        var wanted = ["\(moment) < \(end)"]
        if let filter = form.filter { wanted.append("(\(filter))") }
        if !isCumulative { wanted.append("\(moment) >= \(first)") }
        if let condition {
            let asked = condition.condition { form.fields[relation.dimensions[$0]] ?? "NULL" }
            let isOfPlaces = condition.fields.allSatisfy { relation.dimensions[$0] == "place" }
            let pool = isOfPlaces ? form.pool : nil
            wanted.append(pool.map { "\($0) IN (SELECT pool.id FROM pool WHERE \(asked))" } ?? asked)
        }
        // Sums are made here: SQLite would sort all rows first.
        let sql =
            "SELECT \(selected.joined(separator: ", ")) FROM \(form.from) WHERE \(wanted.joined(separator: " AND "))"
        guard let split = form.split else {
            return try database.read { try add(sql, of: form, query, columns, $0, into: &table) }
        }
        let (low, high) = try database.readInHalves(of: split) { database, numbers in
            var own = MetricTable(width: columns.count)
            try self.add(
                sql, of: form, query, Array(columns.indices), database, into: &own, numbers: numbers)
            return own
        }
        for half in [low, high] { table.add(half, columns) }
    }

    /// Adds the rows of a statement: their period, their labels, and the values of `columns`.
    private func add(
        _ sql: String, of form: MetricRelation.Form, _ query: MetricQuery, _ columns: [Int], _ database: Database,
        into table: inout MetricTable, numbers: ClosedRange<Int64>? = nil
    ) throws {
        try addFunctions(database)
        let time = MetricTime(query, zone: zone)
        let rows = BulkRows(try database.makeStatement(sql: sql))
        if let numbers {
            rows.bind(1, numbers.lowerBound)
            rows.bind(2, numbers.upperBound)
        }
        let width = Int32(query.dimensions.count)
        var (key, lastKey, label): ([UInt8], [UInt8]?, Int32) = ([], nil, 0)
        while try rows.next() {
            var period: Int32 = 0
            if query.grain != nil {
                period =
                    form.moment == nil
                    ? time.period(ofDay: rows.integer(0)) : time.period(ofMoment: rows.integer(0))
            }
            key.removeAll(keepingCapacity: true)
            for index in 0..<width { rows.append(1 + index, to: &key) }
            if key != lastKey {
                label = table.number(of: key) { (0..<width).map { rows.text(1 + $0) } }
                lastKey = key
            }
            let place = table.place(MetricTable.Key(period: period, labels: label))
            for (offset, column) in columns.enumerated() {
                table.add(place, column, rows.number(1 + width + Int32(offset)))
            }
        }
    }

    private func addFunctions(_ database: Database) throws {
        let (zone, currency) = (zone, currency)
        let up = FixedPoint.powers[6 - currency.decimals]
        database.add(
            function: DatabaseFunction("shop_day", argumentCount: 1, pure: true) { values in
                Int64.fromDatabaseValue(values[0]).map {
                    Int64(zone.day(of: Instant(milliseconds: $0)).number)
                }
            })
        database.add(
            function: DatabaseFunction("shop_currency", argumentCount: 0, pure: true) { _ in currency.code })
        // SQLite calls it on the connection's own thread, while this read lasts.
        nonisolated(unsafe) let costs = try CostBook(database, zone: zone)
        database.add(
            function: DatabaseFunction("shop_cost", argumentCount: 2) { values in
                guard let product = Int64.fromDatabaseValue(values[0]), let day = Int32.fromDatabaseValue(values[1])
                else { return nil }
                return try costs.cost(of: product, on: day)
            })
        // An amount in another currency at the rate of its day, in millionths: of millionths, and of minor units.
        nonisolated(unsafe) let rates = RateBook(currency, database)
        database.add(
            function: DatabaseFunction("shop_amount", argumentCount: 3) { values in
                guard let amount = Int64.fromDatabaseValue(values[0]),
                    let (_, rate) = try rates.rate(of: values[1], on: values[2])
                else { return nil }
                return Exact.price(amount, at: rate)
            })
        database.add(
            function: DatabaseFunction("shop_minor", argumentCount: 3) { values in
                guard let amount = Int64.fromDatabaseValue(values[0]),
                    let (foreign, rate) = try rates.rate(of: values[1], on: values[2])
                else { return nil }
                return Exact.total(amount, in: foreign, at: rate, as: currency) &* up
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
    ) throws -> MetricRows {
        var table = found
        let periods = query.grain.map { grain in
            var day = grain.start(of: query.days.lowerBound, yearStart: query.yearStart)
            var all: [Int32] = []
            while day <= query.days.upperBound {
                all.append(day.number)
                day = grain.start(of: day.advanced(by: grain.longest), yearStart: query.yearStart)
            }
            return all
        }
        if query.dimensions.isEmpty {
            let all = table.number(of: [])
            for period in periods ?? [0] { _ = table.place(MetricTable.Key(period: period, labels: all)) }
        }
        if periods != nil {
            for (index, base) in bases.enumerated() where base.isCumulative && base.relation.name != "stock" {
                table.accumulate(index)
            }
        }
        let columns = Dictionary(uniqueKeysWithValues: bases.enumerated().map { ($1.name, $0) })
        let formula = try Formula(metric, catalogue, columns)
        let order = table.sorted
        var values: [Double] = []
        values.reserveCapacity(order.count)
        for first in stride(from: 0, to: order.count, by: 1 << 14) {
            values += formula.values(order[first..<min(order.count, first + 1 << 14)], of: table)
        }
        let keys = order.map { table.keys[$0] }
        return MetricRows(
            labels: table.labels, label: keys.map(\.labels), period: query.grain == nil ? [] : keys.map(\.period),
            value: values)
    }

    /// How a metric follows from the sums in the columns of a table.
    private indirect enum Formula {
        case sum(Int)
        /// What the one over the other must be multiplied with, since money is in millionths.
        case ratio(Formula, Formula, scale: Double)
        case conversion(from: Formula, to: Formula)
        /// The same for each input, and for what comes out.
        case derived(Expression, [(input: Formula, scale: Double)], scale: Double)

        init(_ metric: Metric, _ catalogue: [String: Metric], _ columns: [String: Int]) throws {
            func input(_ name: String) throws -> Formula {
                guard let metric = catalogue[name] else { throw MetricError("there is no metric '\(name)'") }
                return try Formula(metric, catalogue, columns)
            }
            let money = Set(metric.inputs.filter { catalogue[$0]?.unit == .money })
            let isMoney = metric.unit == .money
            switch metric.kind {
            case .sum, .cumulative: self = .sum(columns[metric.name] ?? 0)
            case .ratio(let top, let bottom):
                let above = (money.contains(top) ? 1 : 0) - (money.contains(bottom) ? 1 : 0)
                let scale = above > (isMoney ? 1 : 0) ? 1e-6 : above < 0 ? 1e6 : 1
                self = .ratio(try input(top), try input(bottom), scale: scale)
            case .conversion(let from, let to): self = .conversion(from: try input(from), to: try input(to))
            case .derived(let expression, let names):
                let isScaled = expression.hasNumbers || !isMoney
                self = .derived(
                    expression,
                    try names.map { (try input($0), isScaled && money.contains($0) ? 1e-6 : 1) },
                    scale: isScaled && isMoney ? 1e6 : 1)
            }
        }

        /// The metric in each of some rows of a table; NaN where it cannot be known.
        func values(_ places: ArraySlice<Int>, of table: MetricTable) -> [Double] {
            switch self {
            case .sum(let column): return table.values(places, column)
            case .ratio(let top, let bottom, let scale):
                return zip(top.values(places, of: table), bottom.values(places, of: table)).map { above, below in
                    below == 0 ? .nan : above / below * scale
                }
            case .conversion(let from, let to):
                return zip(from.values(places, of: table), to.values(places, of: table)).map { all, some in
                    all == 0 || all.isNaN ? .nan : (some.isNaN ? 0 : some) / all
                }
            case .derived(let expression, let inputs, let scale):
                let columns = inputs.map { input in
                    input.input.values(places, of: table).map { $0 * input.scale }
                }
                return (0..<places.count).map { row in
                    let value = expression.evaluate { index in
                        columns[index][row].isNaN ? .missing : .number(columns[index][row])
                    }
                    guard case .number(let value) = value else { return .nan }
                    return value * scale
                }
            }
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
