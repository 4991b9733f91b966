import Domain
import Formats
import Store

/// The metrics of a shop, by name.
public struct MetricList: Report {
    let metrics: [Metric]

    /// As `Report` says.
    public var json: JSONValue { .array(metrics.map(\.json)) }

    /// As `Report` says.
    public var text: String {
        var table = TextTable([.init("METRIC"), .init("UNIT"), .init("KIND"), .init("WHAT IT IS")])
        for metric in metrics { table.add([metric.name, metric.unit.rawValue, metric.kindName, metric.words]) }
        return table.text
    }
}

/// One metric's definition.
public struct MetricDefinition: Report {
    let metric: Metric
    /// The metrics that are made of it.
    let usedBy: [String]

    /// As `Report` says.
    public var json: JSONValue { metric.json }

    /// As `Report` says.
    public var text: String {
        var lines = [
            "\(metric.title) (\(metric.name))", metric.words, "", "unit       \(metric.unit.rawValue)",
            "kind       \(metric.kindName)",
        ]
        switch metric.kind {
        case .sum(let relation, let value, let condition), .cumulative(let relation, let value, let condition):
            lines.append("facts      \(relation.name)")
            lines.append("value      \(value)")
            if let condition { lines.append("where      \(condition)") }
            lines.append(
                "by         \(MetricGrain.allCases.map(\.rawValue).joined(separator: ", ")), \(relation.dimensions.joined(separator: ", "))"
            )
        case .ratio(let top, let bottom): lines.append("is         \(top) / \(bottom)")
        case .conversion(let from, let to): lines.append("is         \(to) of \(from)")
        case .derived(let expression, _): lines.append("is         \(expression)")
        }
        if !usedBy.isEmpty { lines.append("used by    \(usedBy.joined(separator: ", "))") }
        lines.append("defined in \(metric.source)")
        return lines.joined(separator: "\n").printableLines
    }
}

/// The figures of a metric.
public struct MetricSeries: Report, Sendable {
    let metric: Metric
    let query: MetricQuery
    let rows: MetricRows
    let currency: Currency
    /// The first day whose facts may still change, where there is one in the range.
    let provisionalFrom: Day?

    /// As `Report` says.
    public var json: JSONValue {
        .object([
            ("metric", .string(metric.name)), ("unit", .string(metric.unit.rawValue)),
            ("from", .text(query.days.lowerBound)), ("to", .text(query.days.upperBound)),
            ("grain", .text(query.grain?.rawValue)), ("provisionalFrom", .text(provisionalFrom)),
            ("rows", .written { write(to: &$0) }),
        ])
    }

    private func write(to writer: inout JSONWriter) {
        let scale = metric.unit == .money ? Double(FixedPoint.powers[6 - currency.decimals]) : nil
        let (dimensions, labels) = (query.dimensions, JSONTexts(rows.labels.joined()))
        writer.array(rows.count) { part, writer in
            // Each part has its own: what threads count the uses of together, they wait for.
            let (periodKey, valueKey, minorKey, currencyKey) = (
                JSONKey("period"), JSONKey("value"), JSONKey("minor"), JSONKey("currency")
            )
            let keys = dimensions.map { JSONKey($0) }
            var (day, period) = (Int32?.none, "")
            for row in part {
                writer.object { writer in
                    if let first = rows.period.isEmpty ? nil : rows.period[row] {
                        if first != day { (day, period) = (first, Day(number: first).description) }
                        writer.key(periodKey)
                        writer.string(period)
                    }
                    for (place, key) in keys.enumerated() {
                        writer.key(key)
                        writer.string(Int(rows.label[row]) * keys.count + place, of: labels)
                    }
                    writer.key(valueKey)
                    guard let scale else { return writer.number(rows.value[row]) }
                    let minor = (rows.value[row] / scale).rounded()
                    guard minor.magnitude < 9e18 else { return writer.number(nil) }
                    writer.object { writer in
                        writer.key(minorKey)
                        writer.integer(Int64(minor))
                        writer.key(currencyKey)
                        writer.string(currency.code)
                    }
                }
            }
        }
    }

    /// As `Report` says.
    public var text: String {
        var table = TextTable(
            (query.grain.map { [.init($0.rawValue.uppercased())] } ?? [])
                + query.dimensions.map { .init($0.uppercased()) }
                + [.init("\(metric.title.uppercased())\(metric.unit == .money ? " (\(currency))" : "")", number: true)])
        for row in rows { table.add(cells(row)) }
        var text = table.text
        if let provisionalFrom { text += "\nfrom \(provisionalFrom) on late facts may still change this" }
        return text
    }

    /// The figures as CSV: period, dimensions, value.
    public var csv: String {
        let writer = CSVWriter()
        try? writer.record((query.grain.map { [$0.rawValue] } ?? []) + query.dimensions + [metric.name])
        for row in rows {
            try? writer.record(
                (row.period.map { [$0.description] } ?? []) + row.labels.map { $0 ?? "" } + [row.value.map(exact) ?? ""]
            )
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func cells(_ row: MetricRow) -> [String] {
        (row.period.map { [$0.description] } ?? []) + row.labels.map { $0 ?? "?" } + [row.value.map(shown) ?? "?"]
    }

    private func shown(_ value: Double) -> String {
        switch metric.unit {
        case .money, .units, .count: exact(value)
        case .share: "\(MetricSeries.decimal(value * 100, 1)) %"
        case .ratio: MetricSeries.decimal(value, 2)
        case .days, .hours: MetricSeries.decimal(value, 1)
        }
    }

    private func exact(_ value: Double) -> String {
        switch metric.unit {
        case .money:
            let minor = (value / Double(FixedPoint.powers[6 - currency.decimals])).rounded()
            guard minor.magnitude < 9e18 else { return "?" }
            return Money(minor: Int64(minor), currency: currency).amount
        case .units, .count:
            return value == value.rounded() && value.magnitude < 9e15
                ? String(Int64(value)) : MetricSeries.decimal(value, 2)
        case .share, .ratio, .days, .hours: return MetricSeries.decimal(value, 6)
        }
    }

    private static func decimal(_ value: Double, _ decimals: Int) -> String {
        let scaled = (value * Double(FixedPoint.powers[decimals])).rounded()
        guard scaled.magnitude < 9e18 else { return "?" }
        return FixedPoint.text(Int64(scaled), decimals: decimals, keep: decimals > 2 ? 0 : decimals)
    }
}

extension Metric {
    fileprivate var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("name", .string(name)), ("title", .string(title)), ("words", .string(words)),
            ("unit", .string(unit.rawValue)), ("kind", .string(kindName)), ("definedIn", .string(source)),
        ]
        switch kind {
        case .sum(let relation, let value, let condition), .cumulative(let relation, let value, let condition):
            members += [
                ("facts", .string(relation.name)), ("value", .string(value.description)),
                ("where", .text(condition?.description)),
                ("dimensions", .array(relation.dimensions.map { .string($0) })),
            ]
        case .ratio, .conversion, .derived: members.append(("madeOf", .array(inputs.map { .string($0) })))
        }
        return .object(members)
    }
}

extension String {
    /// As `printable`, its line ends kept.
    fileprivate var printableLines: String {
        split(separator: "\n", omittingEmptySubsequences: false).map(\.printable).joined(separator: "\n")
    }
}

extension Engine {
    /// All metrics.
    public func metricList() throws -> MetricList { MetricList(metrics: try metrics().sorted) }

    /// What a metric is.
    public func metricDefinition(_ name: String) throws -> MetricDefinition {
        let catalogue = try metrics()
        return MetricDefinition(
            metric: try catalogue.metric(name),
            usedBy: catalogue.sorted.filter { $0.inputs.contains(name) }.map(\.name))
    }

    /// The figures of a metric.
    ///
    /// - Parameters:
    ///   - by: periods (`day`, `week`, `month`, `quarter`, `year`) and dimensions, in any order.
    ///   - condition: an expression over dimensions.
    ///   - from: the first day; nil for the first of the last 28.
    ///   - to: the last day; nil for today.
    /// - Throws: `EngineError(.usage)` for what cannot be asked.
    public func metricSeries(
        _ name: String, by: [String], where condition: String?, from: Day?, to: Day?
    ) throws -> MetricSeries {
        let grains = by.compactMap(MetricGrain.init(rawValue:))
        guard grains.count <= 1 else {
            throw EngineError(.usage, "--by takes one period: \(by.joined(separator: ","))")
        }
        if let twice = by.first(where: { name in by.count { $0 == name } > 1 }) {
            throw EngineError(.usage, "--by names \(twice) twice")
        }
        let today = settings.zone.day(of: try now())
        let last = to ?? today
        let first = from ?? last.advanced(by: -27)
        guard first <= last else { throw EngineError(.usage, "--from \(first) is after --to \(last)") }
        let query = MetricQuery(
            days: first...last, grain: grains.first, dimensions: by.filter { MetricGrain(rawValue: $0) == nil },
            condition: condition, yearStart: settings.fiscalYear)
        let (metric, rows): (Metric, MetricRows)
        do {
            (metric, rows) = try read(name, query)
        } catch let error as MetricError {
            throw EngineError(.usage, error.description)
        }
        let provisional = try facts.provisionalDay(of: metric, in: metrics().metrics, now: now())
        return MetricSeries(
            metric: metric, query: query, rows: rows, currency: settings.currency,
            provisionalFrom: provisional.flatMap { $0 <= last ? max($0, first) : nil })
    }
}
