import Config
import Domain
import Store

/// The metrics of a shop: those that ship with Penstock, and its own in their place or besides.
public struct MetricCatalogue: Sendable {
    /// All of them, by name.
    public let metrics: [String: Metric]

    /// Reads the metrics that ship and a shop's own file, `metrics.toml`.
    ///
    /// - Parameters:
    ///   - own: the text of the shop's file; nil where it has none.
    ///   - file: its name, for messages.
    /// - Throws: `ConfigError` with the line: an unknown relation, field or metric, one that is made of itself.
    public init(own: String?, file: String, currency: Currency) throws(ConfigError) {
        let shipped = String(decoding: PackageResources.metrics_toml, as: UTF8.self)
        var metrics = try MetricCatalogue.read(shipped, file: "metrics.toml of Penstock", currency)
        if let own {
            for (name, entry) in try MetricCatalogue.read(own, file: file, currency) { metrics[name] = entry }
        }
        let all = metrics.mapValues(\.metric)
        for (metric, table) in metrics.values.sorted(by: { $0.metric.name < $1.metric.name }) {
            for input in metric.inputs where all[input] == nil {
                throw table.error(
                    "name",
                    "\(metric.name) is made of '\(input)', and there is no such metric; known: "
                        + all.keys.sorted().joined(separator: ", "))
            }
            if let circle = MetricCatalogue.circle(metric.name, all, []) {
                throw table.error(
                    "name", "\(circle.joined(separator: " is made of ")): a metric cannot be made of itself")
            }
        }
        self.metrics = all
    }

    /// The metric of a name.
    ///
    /// - Throws: `EngineError(.notFound)` with names that are like it.
    public func metric(_ name: String) throws -> Metric {
        if let metric = metrics[name] { return metric }
        let like = metrics.keys.filter { key in
            key.contains(name) || name.split(separator: "_").contains { key.contains($0) }
        }
        throw EngineError(
            .notFound,
            "no metric is called '\(name.printable)'"
                + (like.isEmpty
                    ? "; see penstock metrics list"
                    : "; do you mean \(like.sorted().prefix(6).joined(separator: ", "))?"))
    }

    /// By name.
    public var sorted: [Metric] { metrics.values.sorted { $0.name < $1.name } }

    private static func circle(_ name: String, _ all: [String: Metric], _ path: [String]) -> [String]? {
        if let start = path.firstIndex(of: name) { return Array(path[start...]) + [name] }
        for input in all[name]?.inputs ?? [] {
            if let found = circle(input, all, path + [name]) { return found }
        }
        return nil
    }

    private static func read(
        _ text: String, file: String, _ currency: Currency
    ) throws(ConfigError) -> [String: (metric: Metric, table: ConfigTable)] {
        var result: [String: (metric: Metric, table: ConfigTable)] = [:]
        let tables = try ConfigTable(text, file: file).tables("metric")
        let relations = MetricRelation.all(currency)
        for table in tables {
            let name = try table.string("name") ?? ""
            guard !name.isEmpty, name.utf8.allSatisfy({ ($0 | 0x20) &- 0x61 < 26 || $0 == 0x5F || $0 &- 0x30 < 10 })
            else { throw table.error("name", "a metric's name is of letters, digits and underscores") }
            guard result[name] == nil else { throw table.error("name", "there are two metrics '\(name)'") }
            guard let title = try table.string("title"), let words = try table.string("words") else {
                throw table.error("name", "\(name) needs a title, and words that a manager understands")
            }
            guard let unit = MetricUnit(rawValue: try table.string("unit") ?? "") else {
                throw table.error(
                    "unit", "unit must be one of \(MetricUnit.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            let kind = try kind(table, relations)
            try table.end()
            result[name] = (
                Metric(name: name, title: title, words: words, unit: unit, kind: kind, source: file), table
            )
        }
        return result
    }

    private static func kind(
        _ table: ConfigTable, _ relations: [MetricRelation]
    ) throws(ConfigError) -> Metric.Kind {
        func required(_ key: String) throws(ConfigError) -> String {
            guard let text = try table.string(key), !text.isEmpty else {
                throw table.error("kind", "\(key) is missing")
            }
            return text
        }
        switch try table.string("kind") ?? "" {
        case "sum", "cumulative":
            let facts = try required("facts")
            guard let relation = relations.first(where: { $0.name == facts }) else {
                throw table.error("facts", "facts must be one of \(MetricRelation.names.joined(separator: ", "))")
            }
            let value = try expression(try required("value"), relation.fields, table, "value")
            var condition: Expression?
            if let text = try table.string("where") {
                condition = try expression(text, relation.fields, table, "where")
            }
            if let refusal = relation.refusal(of: value, where: condition) { throw table.error("value", refusal) }
            return try table.string("kind") == "sum"
                ? .sum(relation: relation, value: value, condition: condition)
                : .cumulative(relation: relation, value: value, condition: condition)
        case "ratio": return .ratio(try required("of"), over: try required("over"))
        case "conversion": return .conversion(from: try required("of"), to: try required("to"))
        case "derived":
            let text = try required("value")
            // Names of metrics that ship may stand in a shop's own; which exist is looked up when all are read.
            let words = Set(text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
            let functions: Set<String> = [
                "abs", "sqrt", "min", "max", "coalesce", "and", "or", "not", "is", "missing", "in",
            ]
            let inputs = words.filter { $0.first.map { $0.isLetter } ?? false }.subtracting(functions).sorted()
            return .derived(try expression(text, inputs, table, "value"), of: inputs)
        default:
            throw table.error("kind", "kind must be one of sum, cumulative, ratio, conversion, derived")
        }
    }

    private static func expression(
        _ text: String, _ fields: [String], _ table: ConfigTable, _ key: String
    ) throws(ConfigError) -> Expression {
        do throws(Expression.Failure) {
            return try Expression(text, fields: fields)
        } catch {
            throw table.error(key, error.description)
        }
    }
}

extension Engine {
    /// The shop's metrics.
    ///
    /// - Throws: `EngineError(.usage)` with the line of the shop's `metrics.toml`, as `file:line: message`.
    public func metrics() throws -> MetricCatalogue {
        let path = "\(folder.path)/metrics.toml"
        let own = try folder.text(path)
        do throws(ConfigError) {
            return try MetricCatalogue(own: own, file: path, currency: settings.currency)
        } catch {
            throw EngineError(.usage, error.located)
        }
    }

    /// Checks the shop's own metrics, where it has any; those that ship are sound, and a runner need not read them to start.
    public func checkMetrics() throws {
        if try folder.text("\(folder.path)/metrics.toml") != nil { _ = try metrics() }
    }

    /// The figures of a metric.
    public func read(_ name: String, _ query: MetricQuery) throws -> (metric: Metric, rows: MetricRows) {
        let catalogue = try metrics()
        let metric = try catalogue.metric(name)
        return (metric, try facts.read(metric, from: catalogue.metrics, query))
    }
}
