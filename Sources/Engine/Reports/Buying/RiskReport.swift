import Domain
import Formats
import Inventory
import Store

/// The shop's plan: for each product the chance of running out by some days, what that is expected to cost, and the order.
public struct RiskReport: Report {
    let plans: [ProductPlan]
    let days: [Int]
    let today: Day
    let currency: Currency
    let limit: Int?

    private func loss(_ plan: ProductPlan) -> StockLoss? {
        plan.line.map { StockLoss($0.risk, price: plan.price, cost: plan.cost, currency: currency) }
    }

    /// As `Report` says.
    public var json: JSONValue {
        .array(
            plans.prefix(limit ?? plans.count).map { plan in
                let loss = loss(plan)
                return .object([
                    ("sku", .text(plan.product.sku)), ("name", .string(plan.product.name)),
                    ("place", .text(plan.place)),
                    ("class", .string(plan.revenueClass + plan.evenness.rawValue)),
                    ("position", .integer(plan.line?.position)), ("dailyDemand", .number(plan.dailyDemand)),
                    (
                        "stockOutByDay",
                        .array(
                            (loss?.days ?? []).enumerated().map { index, day in
                                .object([
                                    ("day", .text(today.advanced(by: index))), ("chance", .number(day.chance)),
                                    ("lostUnits", .number(day.units)),
                                ])
                            })
                    ),
                    ("lostUnits", .number(loss?.units)), ("lostRevenue", .money(loss?.revenue)),
                    ("lostMargin", .money(loss?.margin)),
                    ("leadTimeDays", .number(plan.leadTime?.mean)), ("leadTimeSpread", .number(plan.leadTime?.spread)),
                    ("leadTimeLearned", .bool(plan.learnedLeadTime != nil)),
                    ("reorderPoint", .integer(plan.line?.policy?.reorderPoint)),
                    ("orderUpTo", .integer(plan.line?.policy?.orderUpTo)),
                    ("orderQuantity", .integer(plan.line?.quantity)), ("reason", .string(plan.reasonText)),
                ])
            })
    }

    /// As `Report` says.
    public var text: String {
        var columns: [TextTable.Column] = [.init("SKU"), .init("NAME"), .init("PLACE"), .init("CLASS")]
        columns += days.map { .init("OUT IN \($0) D", number: true) }
        columns += [
            .init("LOST UNITS", number: true), .init("LOST REVENUE", number: true), .init("LOST MARGIN", number: true),
            .init("REORDER AT", number: true), .init("UP TO", number: true), .init("ORDER", number: true), .init("WHY"),
        ]
        var table = TextTable(columns)
        let shown = plans.prefix(limit ?? plans.count)
        for plan in shown {
            let loss = loss(plan)
            var cells = [
                plan.product.sku.text, Readable.cut(plan.product.name, 28), plan.place.text,
                plan.revenueClass + plan.evenness.rawValue,
            ]
            cells += days.map { day in
                guard let known = loss?.days, !known.isEmpty else { return "?" }
                return known.count >= day ? Readable.chance(known[day - 1].chance) : "–"
            }
            cells += [
                loss.map { Readable.units($0.units) } ?? "?", loss?.revenue?.amount ?? "?", loss?.margin?.amount ?? "?",
                plan.line?.policy.map { String($0.reorderPoint) } ?? "–",
                plan.line?.policy.map { String($0.orderUpTo) } ?? "–", plan.line.map { String($0.quantity) } ?? "–",
                plan.reasonText,
            ]
            table.add(cells)
        }
        let more = plans.count - shown.count
        return table.text + (more > 0 ? "\n… and \(more) more; --limit 0 shows all" : "")
    }
}

extension Engine {
    /// The shop's plan, the most expected lost margin first.
    ///
    /// - Parameter days: horizons in days, each ≥ 1, at which the chance of running out is shown.
    /// - Throws: `.usage` for a horizon below a day.
    public func risks(within days: [Int] = [7, 14, 28], limit: Int? = nil, actor: String) throws -> RiskReport {
        guard days.allSatisfy({ (1...1000).contains($0) }) else {
            throw EngineError(.usage, "horizons are days, 1 to 1000, such as 7,14,28")
        }
        func lost(_ plan: ProductPlan) -> Double {
            let margin = plan.price.flatMap { price in plan.cost.map { price.value - $0.value } } ?? 0
            return (plan.line?.risk.lost ?? 0) * max(0, margin)
        }
        let plans = try plans(actor: actor).map { (plan: $0, lost: lost($0)) }.sorted {
            $0.lost != $1.lost
                ? $0.lost > $1.lost
                : ($0.plan.product.sku, $0.plan.place) < ($1.plan.product.sku, $1.plan.place)
        }
        return RiskReport(
            plans: plans.map(\.plan), days: days, today: settings.zone.day(of: try now()), currency: settings.currency,
            limit: limit)
    }
}
