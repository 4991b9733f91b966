import Actions
import Domain
import Formats
import Store

/// What is said of a closed month today that was not said when it was closed.
public struct Restatements: Report {
    struct Figure {
        var figure: ClosedFigure
        var today: Int64?

        /// Nil where one of them could not be known.
        var difference: Int64? { figure.value.flatMap { closed in today.map { $0 - closed } } }
    }

    /// A document or product that made some of a difference.
    struct Cause {
        var kind: String, name: String
        var metric: String
        var unit: MetricUnit
        var difference: Int64
        var batch: Int64?
    }

    let close: Decisions.Close
    let figures: [Figure]
    let causes: [Cause]
    let batches: [LaterFacts]
    let currency: Currency
    /// The cost method of today, where it is another than the close's.
    let newMethod: CostMethod?

    /// Whether everything is as it was.
    public var isUnchanged: Bool { figures.isEmpty }

    /// As `Report` says.
    public var json: JSONValue {
        .object([
            ("month", .string(close.period)), ("closedAt", .text(close.at)), ("closedBy", .string(close.actor)),
            ("batch", .integer(close.batch)), ("costMethod", .string(close.method)),
            ("costMethodToday", .string(newMethod?.rawValue ?? close.method)),
            (
                "figures",
                .array(
                    figures.map { row in
                        var members: [(String, JSONValue)] = [("metric", .string(row.figure.key.metric))]
                        if !row.figure.key.dimension.isEmpty {
                            members.append((row.figure.key.dimension, .string(row.figure.key.label)))
                        }
                        members += [
                            ("closed", row.figure.json(row.figure.value, currency)),
                            ("today", row.figure.json(row.today, currency)),
                            ("difference", row.figure.json(row.difference, currency)),
                        ]
                        return .object(members)
                    })
            ),
            (
                "causes",
                .array(
                    causes.map { cause in
                        let figure = ClosedFigure(key: .init(metric: cause.metric), unit: cause.unit)
                        return .object([
                            ("kind", .string(cause.kind)), ("name", .string(Restatements.plain(cause.name))),
                            ("metric", .string(cause.metric)),
                            ("difference", figure.json(cause.difference, currency)), ("batch", .integer(cause.batch)),
                        ])
                    })
            ),
            (
                "batches",
                .array(
                    batches.map {
                        .object([
                            ("batch", .integer($0.batch)), ("file", .string($0.file)), ("system", .string($0.system)),
                            ("cameAt", .text($0.cameAt)), ("kind", .string($0.kind)), ("count", .integer($0.count)),
                        ])
                    })
            ),
        ])
    }

    /// As `Report` says.
    public var text: String {
        guard !isUnchanged else {
            return "\(close.period) is what it was when \(close.actor) closed it on \(close.at)".printable
        }
        var table = TextTable([
            .init("METRIC"), .init("OF"), .init("CLOSED", number: true), .init("TODAY", number: true),
            .init("DIFFERENCE", number: true),
        ])
        for row in figures {
            table.add([
                row.figure.key.metric, row.figure.key.of, row.figure.shown(row.figure.value, currency),
                row.figure.shown(row.today, currency), row.figure.shown(row.difference, currency),
            ])
        }
        var parts = [table.text]
        if let newMethod {
            parts.append(
                "\nthe cost method was \(close.method) and is \(newMethod.rawValue): that alone changes the books")
        }
        if !causes.isEmpty {
            var table = TextTable([
                .init("METRIC"), .init("MADE BY"), .init(""), .init("DIFFERENCE", number: true),
                .init("BATCH", number: true),
            ])
            for cause in causes.prefix(60) {
                let figure = ClosedFigure(key: .init(metric: cause.metric), unit: cause.unit)
                table.add([
                    cause.metric, cause.kind, Restatements.plain(cause.name), figure.shown(cause.difference, currency),
                    cause.batch.map { String($0) } ?? "",
                ])
            }
            parts += ["", table.text]
            if causes.count > 60 { parts.append("and \(causes.count - 60) more; --json has all") }
        }
        if !batches.isEmpty {
            var table = TextTable([
                .init("BATCH", number: true), .init("CAME"), .init("FILE"), .init("SYSTEM"), .init("BROUGHT"),
            ])
            for facts in batches {
                table.add([
                    String(facts.batch), "\(facts.cameAt)", facts.file, facts.system, "\(facts.count) \(facts.kind)",
                ])
            }
            parts += ["", table.text]
        }
        return parts.joined(separator: "\n")
    }

    private static func plain(_ name: String) -> String { name.replacing("\u{1F}", with: " ") }
}

extension Engine {
    /// What is said of a closed month today that was not said when it was closed, and what made it so.
    ///
    /// - Throws: `ActionError(.notFound)` for an open month.
    public func restatements(_ text: String) throws -> Restatements {
        let closed = try closedBooks(text)
        let today = try figures(of: closed.close.days, invoicesUntil: closed.close.batch)
        let now = Dictionary(today.figures.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let then = Dictionary(closed.month.figures.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        // A metric that a later release or the shop's own file has added was not closed, and is no restatement.
        let metrics = Set(closed.month.figures.map(\.key.metric)).intersection(today.figures.map(\.key.metric))
        var figures: [Restatements.Figure] = []
        for key in Set(then.keys).union(now.keys).sorted() where metrics.contains(key.metric) {
            guard let unit = then[key]?.unit ?? now[key]?.unit else { continue }
            // What has a label on one side alone was nothing on the other.
            let missing: Int64? = key.dimension.isEmpty ? nil : 0
            let (closed, today) = (then[key].map(\.value) ?? missing, now[key].map(\.value) ?? missing)
            if closed != today {
                figures.append(.init(figure: ClosedFigure(key: key, unit: unit, value: closed), today: today))
            }
        }
        return Restatements(
            close: closed.close, figures: figures,
            causes: try causes(closed.month.details, today.details, then, upTo: closed.close.days.upperBound),
            batches: try facts.laterFacts(than: closed.close.batch, since: closed.close.at, in: closed.close.days),
            currency: closed.currency,
            newMethod: try facts.costMethod().rawValue == closed.close.method ? nil : facts.costMethod())
    }

    private func causes(
        _ then: [ClosedDetail], _ now: [ClosedDetail], _ figures: [ClosedFigure.Key: ClosedFigure], upTo last: Day
    ) throws -> [Restatements.Cause] {
        var differences: [String: [String: (kind: String, difference: Int64)]] = [:]
        for (sign, details) in [(Int64(-1), then), (1, now)] {
            for detail in details {
                for (metric, value) in detail.values {
                    let known = differences[metric]?[detail.name]?.difference ?? 0
                    differences[metric, default: [:]][detail.name] = (detail.kind, known + sign * value)
                }
            }
        }
        var causes: [Restatements.Cause] = []
        for (metric, details) in differences {
            for (name, detail) in details where detail.difference != 0 {
                causes.append(
                    .init(
                        kind: detail.kind, name: name, metric: metric,
                        unit: figures[.init(metric: metric)]?.unit ?? .money, difference: detail.difference))
            }
        }
        let orders = try facts.batches(
            ofOrders: Set(causes.filter { $0.kind == "order" }.map(\.name)).map { name in
                let parts = name.split(separator: "\u{1F}", omittingEmptySubsequences: false)
                return (String(parts.first ?? ""), String(parts.last ?? ""))
            })
        let skus = Array(Set(causes.filter { $0.kind == "sku" }.map(\.name)))
        let counted = try facts.batches(ofProducts: skus, upTo: last, costs: false)
        let valued = try facts.batches(ofProducts: skus, upTo: last, costs: true)
        for index in causes.indices {
            let cause = causes[index]
            causes[index].batch =
                cause.kind == "order" ? orders[cause.name] : (cause.unit == .money ? valued : counted)[cause.name]
        }
        return causes.sorted {
            ($0.metric, -Int128($0.difference.magnitude), $0.name) < (
                $1.metric, -Int128($1.difference.magnitude), $1.name
            )
        }
    }
}
