import Domain
import Formats
import Inventory
import Store

/// Why orders differ from those that a plan of an earlier day would have placed, the largest change of value first.
public struct PlanChangesReport: Report {
    /// One product whose order differs.
    public struct Line: Sendable {
        /// The product as it is planned now.
        public var plan: ProductPlan
        /// Units before and now, and what each reason adds.
        public var difference: PlanDifference
    }

    let lines: [Line]
    let since: Day
    let currency: Currency
    let limit: Int?

    /// As `Report` says.
    public var json: JSONValue {
        .object([
            ("since", .text(since)),
            (
                "lines",
                .array(
                    lines.map { line in
                        .object([
                            ("sku", .text(line.plan.product.sku)), ("name", .string(line.plan.product.name)),
                            ("place", .text(line.plan.place)), ("before", .integer(line.difference.before)),
                            ("now", .integer(line.difference.after)),
                            (
                                "because",
                                .object(
                                    PlanDifference.Reason.allCases.map {
                                        ($0.rawValue, .number(line.difference.units($0)))
                                    })
                            ),
                        ])
                    })
            ),
        ])
    }

    /// As `Report` says.
    public var text: String {
        guard !lines.isEmpty else { return "a plan of \(since) would have ordered the same" }
        var table = TextTable(
            [
                .init("SKU"), .init("NAME"), .init("PLACE"), .init("BEFORE", number: true), .init("NOW", number: true),
            ] + ["DEMAND", "STOCK", "LEAD TIME", "TARGET", "TERMS"].map { .init($0, number: true) })
        let shown = lines.prefix(limit ?? lines.count)
        for line in shown {
            table.add(
                [
                    line.plan.product.sku.text, Readable.cut(line.plan.product.name, 28), line.plan.place.text,
                    String(line.difference.before), String(line.difference.after),
                ]
                    + PlanDifference.Reason.allCases.map { reason in
                        let units = line.difference.units(reason)
                        return abs(units) < 0.05 ? "–" : (units > 0 ? "+" : "−") + Readable.units(abs(units))
                    })
        }
        let more = lines.count - shown.count
        return table.text + (more > 0 ? "\n… and \(more) more; --limit 0 shows all" : "")
            + "\nunits that each reason adds to the order of \(since)"
    }
}

extension Engine {
    /// Why today's orders differ from those of an earlier day's plan, made from what is known today of that day's morning.
    ///
    /// The policy is today's on both sides, and our own orders that no purchase system has shown are left out of both.
    ///
    /// - Parameter day: the earlier day; nil for yesterday.
    /// - Throws: `.usage` for a day that is not before today.
    public func planChanges(since day: Day? = nil, limit: Int? = nil, actor: String) throws -> PlanChangesReport {
        let now = try now()
        let local = settings.zone.local(now)
        let since = day ?? local.day.advanced(by: -1)
        guard since < local.day else {
            throw EngineError(.usage, "\(since) is not before today, \(local.day); give an earlier day")
        }
        let desk = try desk(actor: actor)
        let then = settings.zone.instant(day: since, second: local.second)
        struct Key: Hashable {
            var product: Int64
            var pool: Int64
        }
        let former = try planning(desk, asOf: then).drafts(isPast: true)
        let byKey = Dictionary(
            former.map { (Key(product: $0.plan.product.id, pool: $0.plan.pool), $0) }, uniquingKeysWith: { a, _ in a })
        let pairs = try planning(desk, asOf: now).drafts().compactMap { draft in
            byKey[Key(product: draft.plan.product.id, pool: draft.plan.pool)].map { ($0, draft) }
        }
        let found = inParallel(pairs, jobs: processors) { before, after -> PlanChangesReport.Line? in
            guard let old = before.input, let new = after.input else { return nil }
            let quantities = [old, new].map { ReplenishmentPlan.line($0).quantity }
            guard quantities[0] != quantities[1] else { return nil }
            return PlanChangesReport.Line(plan: after.plan, difference: PlanDifference(from: old, to: new))
        }
        let lines = found.compactMap(\.self).sorted { left, right in
            func value(_ line: PlanChangesReport.Line) -> Double {
                abs(Double(line.difference.after - line.difference.before)) * (line.plan.cost?.value ?? 0)
            }
            return value(left) != value(right)
                ? value(left) > value(right)
                : (left.plan.product.sku, left.plan.place) < (right.plan.product.sku, right.plan.place)
        }
        return PlanChangesReport(lines: lines, since: since, currency: settings.currency, limit: limit)
    }
}
