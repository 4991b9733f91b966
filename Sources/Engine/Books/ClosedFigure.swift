import Domain
import Store

/// One figure of a month: a metric or a sum of the books, whole or for one value of a dimension.
struct ClosedFigure: Hashable, Sendable {
    /// What a figure is known by.
    struct Key: Hashable, Comparable, Sendable {
        var metric: String
        /// Empty for the whole.
        var dimension = ""
        var label = ""

        /// As people read what it is of: `place main`.
        var of: String { dimension.isEmpty ? "" : "\(dimension) \(label)" }

        static func < (left: Key, right: Key) -> Bool {
            (left.metric, left.dimension, left.label) < (right.metric, right.dimension, right.label)
        }
    }

    var key: Key
    var unit: MetricUnit
    /// Minor units for money, millionths for anything else, so that it is kept exactly; nil where it could not be known.
    var value: Int64?

    /// As people read it.
    func shown(_ value: Int64?, _ currency: Currency) -> String {
        guard let value else { return "?" }
        if unit == .money { return Money(minor: value, currency: currency).amount }
        return FixedPoint.text(value, decimals: 6, keep: 0)
    }

    /// A metric's number in the form that is kept.
    static func kept(_ value: Double?, _ unit: MetricUnit, _ currency: Currency) -> Int64? {
        guard let value else { return nil }
        let scaled =
            unit == .money
            ? (value / Double(FixedPoint.powers[6 - currency.decimals])).rounded() : (value * 1_000_000).rounded()
        return scaled.magnitude < 9e18 ? Int64(scaled) : nil
    }
}

/// What one document or product had to do with a figure of a month: what a restatement is told by.
struct ClosedDetail: Hashable, Sendable {
    /// `order` with its system and number, or `sku` with its code.
    var kind: String, name: String
    /// By metric, in the form of `ClosedFigure.value`.
    var values: [String: Int64]
}

/// Everything that is kept with a close, and how it is written: a line a figure, then a line a detail.
struct ClosedMonth: Sendable {
    /// Metrics that are told by orders, and those told by products.
    static let byOrder = ["gross_sales", "discounts", "returns", "net_revenue", "units"]
    static let byProduct = [
        "book_stock_value", "book_stock_units", "book_cost_of_goods", "book_receipts", "book_corrections",
    ]

    var figures: [ClosedFigure]
    var details: [ClosedDetail]

    /// The bytes, which are the same for the same figures.
    var bytes: [UInt8] {
        var text = ""
        for figure in figures.sorted(by: { $0.key < $1.key }) {
            text += ClosedMonth.line([
                "figure", figure.key.metric, figure.key.dimension, figure.key.label, figure.unit.rawValue,
                figure.value.map { String($0) } ?? "",
            ])
        }
        for detail in details.sorted(by: { ($0.kind, $0.name) < ($1.kind, $1.name) }) {
            let names = detail.kind == "order" ? ClosedMonth.byOrder : ClosedMonth.byProduct
            text += ClosedMonth.line(
                [detail.kind, detail.name] + names.map { detail.values[$0].map { String($0) } ?? "" })
        }
        return Array(text.utf8)
    }

    init(figures: [ClosedFigure], details: [ClosedDetail]) {
        self.figures = figures
        self.details = details
    }

    /// Reads what `bytes` wrote; what a later release writes besides is left out.
    init(bytes: [UInt8]) {
        figures = []
        details = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map {
                ClosedMonth.plain($0)
            }
            switch fields.first {
            case "figure" where fields.count >= 6:
                guard let unit = MetricUnit(rawValue: fields[4]) else { continue }
                figures.append(
                    ClosedFigure(
                        key: .init(metric: fields[1], dimension: fields[2], label: fields[3]), unit: unit,
                        value: Int64(fields[5])))
            case "order" where fields.count >= 2, "sku" where fields.count >= 2:
                let names = fields[0] == "order" ? ClosedMonth.byOrder : ClosedMonth.byProduct
                var values: [String: Int64] = [:]
                for (name, field) in zip(names, fields.dropFirst(2)) { values[name] = Int64(field) }
                details.append(ClosedDetail(kind: fields[0], name: fields[1], values: values))
            default: continue
            }
        }
    }

    /// Fields between tabs; what would break a line is written as %09, %0A and %25.
    private static func line(_ fields: [String]) -> String {
        fields.map {
            $0.replacing("%", with: "%25").replacing("\t", with: "%09").replacing("\n", with: "%0A")
        }.joined(separator: "\t") + "\n"
    }

    private static func plain(_ field: ArraySlice<UInt8>) -> String {
        let text = String(decoding: field, as: UTF8.self)
        guard text.contains("%") else { return text }
        return text.replacing("%0A", with: "\n").replacing("%09", with: "\t").replacing("%25", with: "%")
    }
}

extension Engine {
    /// The figures of a range of days as they are today.
    ///
    /// Every metric as a whole, and by place, category and supplier where all its facts know them; what is in transit and
    /// received and not invoiced.
    ///
    /// - Parameter batch: invoices count of which this batch or an older one told, since one that comes after a month was
    ///   closed corrects nothing of it; nil for all.
    func figures(of days: ClosedRange<Day>, invoicesUntil batch: Int64? = nil) throws -> ClosedMonth {
        let catalogue = try metrics()
        var figures: [ClosedFigure] = []
        for metric in catalogue.sorted {
            let known = metric.dimensions(in: catalogue.metrics)
            for dimension in [""] + ["place", "category", "supplier"].filter(known.contains) {
                let query = MetricQuery(
                    days: days, dimensions: dimension.isEmpty ? [] : [dimension], yearStart: settings.fiscalYear)
                let rows: MetricRows
                do {
                    rows = try facts.read(metric, from: catalogue.metrics, query)
                } catch is MetricError where !dimension.isEmpty {
                    // A shop's own metric may not be told apart by it; its whole is kept all the same.
                    continue
                }
                for row in rows {
                    figures.append(
                        ClosedFigure(
                            key: .init(
                                metric: metric.name, dimension: dimension,
                                label: dimension.isEmpty ? "" : row.labels.first.flatMap(\.self) ?? "?"),
                            unit: metric.unit,
                            value: ClosedFigure.kept(row.value, metric.unit, settings.currency)))
                }
            }
        }
        figures += try owedFigures(at: days.upperBound, invoicesUntil: batch)
        return ClosedMonth(figures: figures, details: try details(of: days, catalogue))
    }

    private func owedFigures(at day: Day, invoicesUntil batch: Int64?) throws -> [ClosedFigure] {
        let transit = try goodsInTransit(asOf: day)
        let open = try receivedNotInvoiced(asOf: day, invoicesUntil: batch)
        func money(_ name: String, _ value: Int64, _ supplier: String? = nil) -> ClosedFigure {
            ClosedFigure(
                key: .init(metric: name, dimension: supplier == nil ? "" : "supplier", label: supplier ?? ""),
                unit: .money, value: value)
        }
        var figures = [
            money("goods_in_transit", transit.sum(\.inTransit).value),
            money("goods_on_order", transit.sum(\.onOrder).value),
            money("goods_between_places", transit.moving.moving.value),
            money("received_not_invoiced", open.bySupplier.reduce(0) { $0 + $1.value }),
        ]
        figures += open.bySupplier.map { money("received_not_invoiced", $0.value, $0.supplier) }
        return figures
    }

    private func details(of days: ClosedRange<Day>, _ catalogue: MetricCatalogue) throws -> [ClosedDetail] {
        var found: [ClosedDetail] = []
        for (kind, names, dimensions) in [
            ("order", ClosedMonth.byOrder, ["system", "order"]), ("sku", ClosedMonth.byProduct, ["sku"]),
        ] {
            var values: [String: [String: Int64]] = [:]
            for name in names {
                guard let metric = catalogue.metrics[name] else { continue }
                let query = MetricQuery(days: days, dimensions: dimensions, yearStart: settings.fiscalYear)
                for row in try facts.read(metric, from: catalogue.metrics, query) {
                    guard let value = ClosedFigure.kept(row.value, metric.unit, settings.currency), value != 0 else {
                        continue
                    }
                    values[row.labels.map { $0 ?? "" }.joined(separator: "\u{1F}"), default: [:]][name] = value
                }
            }
            found += values.map { ClosedDetail(kind: kind, name: $0.key, values: $0.value) }
        }
        return found
    }
}

extension Metric {
    /// What all facts that it rests on can be told apart by.
    func dimensions(in catalogue: [String: Metric]) -> Set<String> {
        switch kind {
        case .sum(let relation, _, _), .cumulative(let relation, _, _): return Set(relation.dimensions)
        case .ratio, .conversion, .derived:
            let all = inputs.compactMap { catalogue[$0]?.dimensions(in: catalogue) }
            return all.dropFirst().reduce(all.first ?? []) { $0.intersection($1) }
        }
    }
}
