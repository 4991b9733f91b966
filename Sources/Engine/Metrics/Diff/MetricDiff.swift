import Domain
import Formats
import Store

/// Where a number from another system differs from ours, order by order, or SKU by SKU.
public struct MetricDiff: Sendable {
    /// What kind of difference one is.
    public enum Class: String, Sendable, CaseIterable {
        /// The other system has it, we do not.
        case onlyThere = "only-there"
        /// We have it, the other system does not.
        case onlyHere = "only-here"
        /// Both have it, with different amounts.
        case amount
        /// Both have it with the same amount, on different days.
        case day
    }

    /// One order or SKU that differs; amounts in millionths.
    public struct Row: Sendable {
        /// As the other system calls it, else as we do.
        public var name: String
        /// What kind of difference it is.
        public var kind: Class
        /// What each says; nil where it does not have it.
        public var here: Int64?, there: Int64?
        /// Why, as far as it is known or the arithmetic proves it; empty where it is not.
        public var why: String
        /// There less here.
        public var difference: Int64 { (there ?? 0) - (here ?? 0) }
    }

    let metric: Metric
    let days: ClosedRange<Day>
    let file: String
    let columns: (document: String, amount: String, date: String?)
    let isBySKU: Bool
    let currency: Currency
    let here: Int64
    let there: Int64
    let same: Int
    /// What differs, the greatest difference first.
    public let rows: [Row]
    let unreadable: [(line: Int, why: String)]

    /// Whether both say the same of everything, and everything could be read.
    public var isSame: Bool { rows.isEmpty && unreadable.isEmpty }

    /// There less here: the sum of all differences.
    public var difference: Int64 { there - here }
}

extension Engine {
    /// Compares a metric with the figures in another system's file.
    ///
    /// - Parameters:
    ///   - columns: which columns of the file to read, where they are not called as usual.
    ///   - from: the first day; nil for the first of all.
    ///   - to: the last day; nil for today.
    /// - Throws: `EngineError(.usage)` for a metric that is told by neither order nor SKU.
    func diff(
        _ source: ByteSource, metric name: String, columns: OtherFigures.Columns, from: Day?, to: Day?
    ) throws -> MetricDiff {
        let catalogue = try metrics()
        let metric = try catalogue.metric(name)
        let known = metric.dimensions(in: catalogue.metrics)
        guard known.contains("order") || known.contains("sku"), [.money, .units, .count].contains(metric.unit),
            !["ratio", "conversion"].contains(metric.kindName)
        else {
            throw EngineError(
                .usage,
                "\(metric.name) cannot be compared order by order or SKU by SKU: take a sum of sales such as net_revenue, "
                    + "or of stock such as stock_units")
        }
        let other = try OtherFigures(source, columns, metric: metric.name, wantsSKU: !known.contains("order"))
        guard known.contains(other.isBySKU ? "sku" : "order") else {
            throw EngineError(.usage, "\(metric.name) is not told by \(other.isBySKU ? "SKU" : "order")")
        }
        let last = try to ?? settings.zone.day(of: now())
        // Stock is what stands at the end of the last day; sales are of all days where none is said.
        let isStanding = metric.kindName == "cumulative"
        let first = from ?? (isStanding ? last : Day(number: -25_567))
        guard first <= last else { throw EngineError(.usage, "--from \(first) is after --to \(last)") }
        let days = first...last
        let dimension = other.isBySKU ? "sku" : "order"
        var ours: [String: Int64] = [:]
        let query = MetricQuery(days: days, dimensions: [dimension], yearStart: settings.fiscalYear)
        for row in try facts.read(metric, from: catalogue.metrics, query) {
            guard let label = row.labels.first.flatMap(\.self), let value = millionths(row.value, metric) else {
                continue
            }
            ours[label, default: 0] += value
        }
        var comparison = try Comparison(self, metric, days, other, ours, refused(other))
        var compared = try comparison.run()
        compared.rows.sort {
            ($0.difference.magnitude, $1.name) > ($1.difference.magnitude, $0.name)
        }
        return MetricDiff(
            metric: metric, days: days, file: source.name, columns: other.read, isBySKU: other.isBySKU,
            currency: settings.currency, here: ours.values.reduce(0, +),
            there: other.entries.values.reduce(0) { $0 + $1.value }, same: compared.same, rows: compared.rows,
            unreadable: other.unreadable)
    }

    /// A metric's number in millionths: whole minor units of money, whole pieces.
    private func millionths(_ value: Double?, _ metric: Metric) -> Int64? {
        ClosedFigure.kept(value, metric.unit, settings.currency).map {
            metric.unit == .money ? $0 * FixedPoint.powers[6 - settings.currency.decimals] : $0
        }
    }

    /// Rows that did not enter the store, by the names in the file that stand in them.
    private func refused(_ other: OtherFigures) throws -> [String: QuarantinedRow] {
        var found: [String: QuarantinedRow] = [:]
        var wanted: [String: String] = [:]
        for name in other.entries.keys {
            wanted[name] = name
            if name.hasPrefix("#") { wanted[String(name.dropFirst())] = name }
        }
        for state in [QuarantineState.refused, .parked] {
            for row in try facts.quarantined(state, limit: 100_000) {
                let text = String(decoding: row.raw, as: UTF8.self).lowercased()
                let words = text.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == "#") }
                for word in words {
                    if let name = wanted[String(word)], found[name] == nil { found[name] = row }
                }
            }
        }
        return found
    }
}

/// Goes through both sides once.
private struct Comparison {
    let engine: Engine
    let metric: Metric
    let days: ClosedRange<Day>
    let other: OtherFigures
    let refused: [String: QuarantinedRow]
    private var ours: [String: Int64]
    private let minor: Int64
    private var rows: [MetricDiff.Row] = []
    private var same = 0
    /// Rows that a tax rate would explain, and how often each rate would.
    private var taxed: [(row: Int, rates: [Int64])] = []

    init(
        _ engine: Engine, _ metric: Metric, _ days: ClosedRange<Day>, _ other: OtherFigures, _ ours: [String: Int64],
        _ refused: [String: QuarantinedRow]
    ) {
        self.engine = engine
        self.metric = metric
        self.days = days
        self.other = other
        self.ours = ours
        self.refused = refused
        minor = metric.unit == .money ? FixedPoint.powers[6 - engine.settings.currency.decimals] : 1_000_000
    }

    mutating func run() throws -> (rows: [MetricDiff.Row], same: Int) {
        for entry in other.entries.values.sorted(by: { $0.name < $1.name }) {
            let name = try known(entry.name)
            if let name, let here = ours.removeValue(forKey: name) {
                try compare(entry, name, here)
            } else {
                let why = other.isBySKU ? try whyNoStock(entry) : try whyNotHere(entry, name)
                rows.append(.init(name: entry.name, kind: .onlyThere, here: nil, there: entry.value, why: why))
            }
        }
        for (name, here) in ours where here != 0 {
            rows.append(.init(name: name, kind: .onlyHere, here: here, there: nil, why: try whyNotThere(name)))
        }
        settleTaxes()
        return (rows, same)
    }

    private func known(_ name: String) throws -> String? {
        if ours[name] != nil { return name }
        if other.isBySKU { return try engine.facts.product(name)?.sku.text }
        return try engine.facts.orderNumber(like: name)
    }

    private mutating func compare(_ entry: OtherFigures.Entry, _ name: String, _ here: Int64) throws {
        let difference = entry.value - here
        let standing = other.isBySKU ? nil : try engine.facts.orderStandings(name, within: days)
        if difference == 0 {
            if let day = entry.day, let ordered = standing?.compactMap(\.orderedOn).min(), ordered != day {
                rows.append(
                    .init(
                        name: entry.name, kind: .day, here: here, there: entry.value,
                        why: "there on \(day), here on \(ordered)"))
            } else {
                same += 1
            }
            return
        }
        let why =
            other.isBySKU ? try whyOtherStock(name, entry.value) : whyOtherAmount(entry, here, standing?.first)
        if why.isEmpty, metric.unit == .money, !other.isBySKU {
            let rates = DifferenceGuess(nil, [:], engine.settings.currency).taxRates(here: here, there: entry.value)
            if !rates.isEmpty { taxed.append((rows.count, rates)) }
        }
        rows.append(.init(name: entry.name, kind: .amount, here: here, there: entry.value, why: why))
    }

    private func whyOtherAmount(
        _ entry: OtherFigures.Entry, _ here: Int64, _ standing: OrderStanding?
    ) -> String {
        let shop = engine.settings.currency
        guard metric.unit == .money else {
            return standing.map { !$0.takenBackOn.isEmpty } == true ? "something of it was taken back" : ""
        }
        if let foreign = standing?.foreignSales, let currency = standing?.currency {
            if foreign * FixedPoint.powers[6 - currency.decimals] == entry.value {
                return "there in \(currency), here at the day's rate in \(shop)"
            }
        }
        if let code = entry.currency, code != shop.code { return "there in \(code), not \(shop)" }
        let difference = entry.value - here
        if let sum = DifferenceGuess(standing, entry.others, shop).explain(difference) { return "there \(sum)" }
        if difference.magnitude <= UInt64(max(1, standing?.lines ?? 1) * minor) { return "rounding" }
        return ""
    }

    /// Of the rates that would explain a row the one that explains the most rows; alone it may be chance.
    private mutating func settleTaxes() {
        var votes: [Int64: Int] = [:]
        for row in taxed { for rate in row.rates { votes[rate, default: 0] += 1 } }
        for (row, rates) in taxed {
            guard let rate = rates.max(by: { (votes[$0] ?? 0, $1) < (votes[$1] ?? 0, $0) }), let count = votes[rate],
                count > 1
            else { continue }
            rows[row].why = "there with tax of \(FixedPoint.text(rate, decimals: 2, keep: 0)) %, as \(count) orders say"
        }
    }

    private func whyNotHere(_ entry: OtherFigures.Entry, _ number: String?) throws -> String {
        if let number {
            for standing in try engine.facts.orderStandings(number, within: days) {
                if standing.isTest { return "a test order of \(standing.system): tests count nowhere" }
                if let day = standing.orderedOn, !days.contains(day) {
                    return "here on \(day), outside the dates" + (entry.day.map { "; there on \($0)" } ?? "")
                }
                if standing.isCancelled { return "cancelled before it left" }
                if let currency = standing.currency, standing.foreignSales == nil {
                    return "in \(currency), and no rate is known"
                }
            }
        }
        if let row = refused[entry.name.lowercased()] {
            let state = row.state == .parked ? "waits for a product" : "in quarantine"
            return "\(state): \(row.reason) (\(row.file), line \(row.line); penstock quarantine show \(row.id))"
        }
        if let seen = try engine.facts.sightings(of: entry.name).first {
            return "seen by \(seen.system) alone, which is not of record for it"
        }
        if let code = entry.currency, code != engine.settings.currency.code {
            return "in \(code); nobody told us of it"
        }
        if let day = entry.day, !days.contains(day) { return "there on \(day), outside the dates" }
        return number == nil ? "nobody told us of it" : "nothing of it counts in these dates"
    }

    private func whyNotThere(_ name: String) throws -> String {
        let missing = "the file does not have it"
        guard !other.isBySKU else { return missing }
        for standing in try engine.facts.orderStandings(name, within: days) {
            if let day = standing.orderedOn, !days.contains(day), standing.refundsWithin != 0 {
                return "taken back in these dates of an order of \(day)"
            }
        }
        return missing
    }

    private func whyNoStock(_ entry: OtherFigures.Entry) throws -> String {
        guard let product = try engine.facts.product(entry.name) else {
            if let row = refused[entry.name.lowercased()] {
                return "\(row.state == .parked ? "waits for the product" : "in quarantine"): \(row.reason)"
            }
            return "no product is known by this code"
        }
        return "nobody has counted \(product.sku) up to \(days.upperBound)"
    }

    /// Where the other system's figure is that of one place, or of what can be promised, it says so.
    private func whyOtherStock(_ sku: String, _ there: Int64) throws -> String {
        let catalogue = try engine.metrics()
        guard metric.dimensions(in: catalogue.metrics).contains("place") else { return "" }
        let query = MetricQuery(
            days: days, dimensions: ["place"], condition: "sku = '\(sku.replacing("'", with: "''"))'",
            yearStart: engine.settings.fiscalYear)
        for row in try engine.facts.read(metric, from: catalogue.metrics, query) {
            if let place = row.labels.first.flatMap(\.self),
                row.value.map({ Int64(($0 * 1_000_000).rounded()) }) == there
            {
                return "there what lies in \(place) alone"
            }
        }
        return ""
    }
}
