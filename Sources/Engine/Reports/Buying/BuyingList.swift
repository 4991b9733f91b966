import Domain
import Formats
import Inventory
import Store

/// What to buy next, unit by unit, the most margin for its money first; with a budget, what it buys and what it leaves.
public struct BuyingList: Report {
    /// One product with what should be bought of it.
    public struct Line: Sendable {
        /// The product and its plan.
        public var plan: ProductPlan
        /// Units to buy within the budget, whole packs.
        public var quantity: Int64
        /// What they cost, minor units of the shop's currency.
        public var cost: Int64
        /// Margin that they are expected to save, less their carrying, minor units.
        public var reward: Int64
        /// Money that the last unit bought earns for each unit of money.
        public var lastRate: Double
    }

    let lines: [Line]
    /// The first purchase that the budget does not reach.
    let next: (plan: ProductPlan, units: Int64, rate: Double)?
    let spent: Int64
    let budget: Int64?
    let withoutTerms: Int
    let currency: Currency
    let limit: Int?

    /// As `Report` says.
    public var json: JSONValue {
        .object([
            ("budget", .money(budget, currency)), ("spent", .money(spent, currency)),
            ("reward", .money(lines.reduce(0) { $0 + $1.reward }, currency)),
            ("notRanked", .integer(Int64(withoutTerms))),
            (
                "next",
                next.map {
                    .object([
                        ("sku", .text($0.plan.product.sku)), ("place", .text($0.plan.place)),
                        ("units", .integer($0.units)), ("rewardPerMoney", .number($0.rate)),
                    ])
                } ?? .null
            ),
            (
                "lines",
                .array(
                    lines.map { line in
                        .object([
                            ("sku", .text(line.plan.product.sku)), ("name", .string(line.plan.product.name)),
                            ("place", .text(line.plan.place)), ("supplier", .text(line.plan.offer?.supplier)),
                            ("quantity", .integer(line.quantity)), ("cost", .money(line.cost, currency)),
                            ("reward", .money(line.reward, currency)), ("rewardPerMoney", .number(line.lastRate)),
                        ])
                    })
            ),
        ])
    }

    /// As `Report` says.
    public var text: String {
        var table = TextTable([
            .init("SKU"), .init("NAME"), .init("PLACE"), .init("FROM"), .init("BUY", number: true),
            .init("COST", number: true), .init("EARNS", number: true), .init("LAST UNIT EARNS", number: true),
        ])
        let shown = lines.prefix(limit ?? lines.count)
        for line in shown {
            table.add([
                line.plan.product.sku.text, Readable.cut(line.plan.product.name, 28), line.plan.place.text,
                line.plan.offer?.supplier.text ?? "", String(line.quantity), amount(line.cost), amount(line.reward),
                line.lastRate.isFinite ? Readable.units(line.lastRate * 100) + " %" : "–",
            ])
        }
        var text = lines.isEmpty ? "nothing is worth buying now" : table.text
        if shown.count < lines.count { text += "\n… and \(lines.count - shown.count) more; --limit 0 shows all" }
        text += "\n\(amount(spent)) \(currency) spent"
        if let budget { text += " of \(amount(budget))" }
        text += "; it is expected to earn \(amount(lines.reduce(0) { $0 + $1.reward }))"
        if let next {
            text +=
                "\nbeyond the budget: \(next.units) of \(next.plan.product.sku.text.printable), which earns "
                + "\(Readable.units(next.rate * 100)) % of its cost"
        }
        if withoutTerms > 0 {
            text +=
                "\n\(withoutTerms) products have no price, cost, offer or stock and are not ranked; see penstock coverage"
        }
        return text
    }

    private func amount(_ minor: Int64) -> String { Money(minor: minor, currency: currency).amount }
}

extension ProductPlan {
    /// What units of the product earn until an order placed at the following chance arrives; nil where price, cost, stock
    /// or lead time is not known.
    func reward(holdingRate: Double) -> UnitReward? {
        guard let line, let timing = line.timing, let outlook, let price, let cost, price > cost, cost.micros > 0 else {
            return nil
        }
        let days = max(1, timing.expectedNextArrival)
        return UnitReward(
            demand: outlook.demand(days: 0..<days), margin: price.value - cost.value,
            carrying: cost.value * holdingRate * Double(max(1, timing.gap)) / 365)
    }
}

extension Engine {
    /// What to buy next, the most margin for its money first.
    ///
    /// Units are ranked by the margin they are expected to save until the order after the next arrives, less the cost of
    /// carrying what is left, over their cost (`CashRanking`).
    ///
    /// - Parameters:
    ///   - budget: most money to spend, minor units of the shop's currency; nil for all that is worth its money.
    ///   - fillsUp: whether smaller purchases are made past one that the rest of the budget does not reach.
    /// - Throws: `.usage` for a negative budget.
    public func buyingList(
        budget: Int64? = nil, fillsUp: Bool = false, limit: Int? = nil, actor: String
    ) throws -> BuyingList {
        if let budget, budget < 0 {
            throw EngineError(.usage, "a budget of \(budget); give an amount of 0 or more")
        }
        let policy = try policy(actor: actor).policy
        let currency = settings.currency
        var ranked: [(plan: ProductPlan, line: CashRanking.Line)] = []
        var withoutTerms = 0
        for plan in try plans(actor: actor) where plan.kit == nil && plan.product.lifecycle.isReordered {
            guard let offer = plan.offer, let cost = offer.cost, let position = plan.line?.position,
                let reward = plan.reward(holdingRate: policy.service.holdingRate)
            else {
                withoutTerms += 1
                continue
            }
            // Ranked in the shop's money, whatever the supplier's.
            let own = offer.currency == currency ? cost : plan.cost ?? cost
            ranked.append(
                (
                    plan,
                    CashRanking.Line(
                        reward: reward, position: position, cost: own, pack: max(1, offer.pack),
                        minimum: max(1, offer.minimumQuantity), maximum: policy.reorder.maxLineUnits)
                ))
        }
        let ranking = CashRanking(ranked.map(\.line))
        let most = Money(minor: budget ?? Int64.max / 10_000_000, currency: currency)
        let cut = ranking.cut(at: most, fillsUp: fillsUp)
        let scale = Double(FixedPoint.powers[currency.decimals])
        var lines: [BuyingList.Line] = []
        for (entry, quantity) in zip(ranked, cut.quantities) where quantity > 0 {
            let from = entry.line.position
            let reward = entry.line.reward.value(from: from, to: from + quantity)
            let last = entry.line.reward.value(from: from + quantity - entry.line.pack, to: from + quantity)
            lines.append(
                BuyingList.Line(
                    plan: entry.plan, quantity: quantity,
                    cost: entry.line.cost.total(quantity, currency: currency) ?? 0,
                    reward: Int64((reward * scale).rounded()),
                    lastRate: entry.line.cost.micros > 0
                        ? last / (entry.line.cost.value * Double(entry.line.pack)) : .infinity))
        }
        lines.sort { left, right in
            let (a, b) = (Double(left.reward) * Double(right.cost), Double(right.reward) * Double(left.cost))
            return a != b
                ? a > b : (left.plan.product.sku, left.plan.place) < (right.plan.product.sku, right.plan.place)
        }
        let next = cut.next.map { (plan: ranked[$0.line].plan, units: $0.units, rate: $0.rate) }
        return BuyingList(
            lines: lines, next: budget == nil ? nil : next, spent: lines.reduce(0) { $0 + $1.cost }, budget: budget,
            withoutTerms: withoutTerms, currency: currency, limit: limit)
    }
}
