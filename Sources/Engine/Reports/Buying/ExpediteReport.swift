import Domain
import Formats
import Inventory
import Store

/// Orders worth paying to hurry, the greatest gain first.
public struct ExpediteReport: Report {
    /// One product's order to hurry.
    public struct Line: Sendable {
        /// The product and its plan.
        public var plan: ProductPlan
        /// When it would come hurried, and when it would come anyway.
        public var hurried: Day, normal: Day
        /// Units, what they save and what they cost.
        public var expedite: Expedite
    }

    let lines: [Line]
    let currency: Currency

    /// As `Report` says.
    public var json: JSONValue {
        .array(
            lines.map { line in
                .object([
                    ("sku", .text(line.plan.product.sku)), ("name", .string(line.plan.product.name)),
                    ("place", .text(line.plan.place)), ("supplier", .text(line.plan.offer?.supplier)),
                    ("units", .integer(line.expedite.units)), ("arrivesHurried", .text(line.hurried)),
                    ("arrivesOtherwise", .text(line.normal)), ("unitsSaved", .number(line.expedite.saved)),
                    ("fee", .money(line.expedite.fee, currency)), ("gain", .money(line.expedite.gain, currency)),
                ])
            })
    }

    /// As `Report` says.
    public var text: String {
        guard !lines.isEmpty else { return "no order is worth paying to hurry" }
        var table = TextTable([
            .init("SKU"), .init("NAME"), .init("PLACE"), .init("FROM"), .init("UNITS", number: true), .init("HURRIED"),
            .init("OTHERWISE"), .init("SAVES UNITS", number: true), .init("FEE", number: true),
            .init("GAIN", number: true),
        ])
        for line in lines {
            table.add([
                line.plan.product.sku.text, Readable.cut(line.plan.product.name, 28), line.plan.place.text,
                line.plan.offer?.supplier.text ?? "", String(line.expedite.units), line.hurried.description,
                line.normal.description, Readable.units(line.expedite.saved), Readable.units(line.expedite.fee),
                Readable.units(line.expedite.gain),
            ])
        }
        return table.text + "\nfee and gain in \(currency)"
    }
}

extension Engine {
    /// What is worth paying to hurry, of the suppliers whose offers say that they can.
    ///
    /// - Parameters:
    ///   - fee: money for hurrying an order at all, ≥ 0, units of the shop's currency.
    ///   - unitFee: money for each unit hurried, > 0.
    /// - Throws: `.usage` for fees out of range.
    public func expedites(fee: Double, unitFee: Double, actor: String) throws -> ExpediteReport {
        guard fee >= 0, unitFee > 0, (fee + unitFee).isFinite else {
            throw EngineError(
                .usage, "give a fee of 0 or more and, for each unit, above 0: what costs nothing has no end")
        }
        let today = settings.zone.day(of: try now())
        var lines: [ExpediteReport.Line] = []
        for plan in try plans(actor: actor) where plan.kit == nil && plan.product.lifecycle.isReordered {
            guard let line = plan.line, let timing = line.timing, let hurried = timing.expedited,
                let outlook = plan.outlook,
                let price = plan.price, let cost = plan.cost, price > cost, timing.expectedArrival > hurried
            else { continue }
            // What is on its way and comes before the normal arrival is supply for either.
            let supply =
                line.risk.supply.indices.contains(timing.expectedArrival)
                ? line.risk.supply[max(0, timing.expectedArrival - 1)] : line.available
            let found = Expedite(
                supply: supply, before: outlook.demand(days: 0..<hurried),
                during: outlook.demand(days: hurried..<timing.expectedArrival), unitLoss: price.value - cost.value,
                unitFee: unitFee, fixedFee: fee, pack: max(1, plan.offer?.pack ?? 1))
            guard let found, found.units > 0, found.gain > 0 else { continue }
            lines.append(
                ExpediteReport.Line(
                    plan: plan, hurried: today.advanced(by: hurried),
                    normal: today.advanced(by: timing.expectedArrival), expedite: found))
        }
        lines.sort {
            $0.expedite.gain != $1.expedite.gain
                ? $0.expedite.gain > $1.expedite.gain : $0.plan.product.sku < $1.plan.product.sku
        }
        return ExpediteReport(lines: lines, currency: settings.currency)
    }
}
