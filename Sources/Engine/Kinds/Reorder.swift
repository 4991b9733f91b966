import Actions
import Domain
import Inventory

/// The reorder: products whose position has fallen below their reorder point become one draft order for each supplier,
/// place and currency.
enum Reorder {
    /// The rule's name in keys, journal and policy.
    static let rule = "reorder"

    /// What proposals rest on besides the plans.
    struct Terms {
        /// The day, and the newest batch of facts.
        var today: Day, batch: Int64
        /// Cost of holding for a year, as a share of a unit's cost.
        var holdingRate: Double
        /// Days of demand that an order should last for beyond the lead time.
        var coverDays: Int
        /// Money that another quantity of a standing line must earn, units of the shop's currency.
        var changeThreshold: Double
        /// Units of the lines that stand, by target and SKU.
        var standing: [String: [SKU: Int64]] = [:]
    }

    /// The draft orders that the plans call for, the most avoidable money first.
    ///
    /// A line that stands changes its quantity only where that earns more than a threshold (`PlanStability`). Where a
    /// supplier's least order value is not reached, the order is filled with what earns most for the value still missing
    /// (`JointOrder`); where that is not enough, it stands as it is and says so.
    static func proposals(from plans: [ProductPlan], _ terms: Terms) -> [Proposal] {
        var groups: [String: [ProductPlan]] = [:]
        for plan in plans where plan.offer?.cost != nil && plan.line?.timing != nil {
            groups[target(plan), default: []].append(plan)
        }
        return groups.compactMap { target, plans in proposal(target, plans, terms) }.sorted {
            ($1.severity, $0.target) < ($0.severity, $1.target)
        }
    }

    /// What is known of a product now, for comparison with what was shown; nil where it can no longer be planned.
    static func evidence(_ plan: ProductPlan, today: Day, batch: Int64) -> LineEvidence? {
        guard let offer = plan.offer, let cost = offer.cost, let stock = plan.stock, let line = plan.line,
            let timing = line.timing
        else { return nil }
        return LineEvidence(
            onHand: stock.onHand - plan.expiring, committed: stock.committed, onOrder: line.onOrder,
            demand: line.protection?.mean ?? 0,
            reorderPoint: line.policy?.reorderPoint ?? 0, orderUpTo: line.policy?.orderUpTo ?? 0,
            stockOutChance: line.risk.chanceBeforeNext, runsOutOn: plan.runsOutOn(today: today),
            avoidableMargin: line.avoidableMargin?.minor,
            leadTimeDays: plan.leadTime?.mean ?? Double(timing.expectedArrival - timing.wait),
            leadTimeAssumed: plan.leadTimeAssumed, costMicros: cost.micros, countedAt: stock.countedAt, batch: batch,
            pack: offer.pack, minimum: offer.minimumQuantity)
    }

    /// Whom, where and in what money an order for a product would be placed.
    static func target(_ plan: ProductPlan) -> String {
        guard let offer = plan.offer else { return "" }
        return "\(offer.supplier)|\(plan.place)|\(offer.currency)"
    }

    private static func proposal(_ target: String, _ plans: [ProductPlan], _ terms: Terms) -> Proposal? {
        let today = terms.today
        var chosen = plans.filter { ($0.line?.quantity ?? 0) > 0 }.map { ($0, settled($0, target, terms)) }
        guard let first = chosen.first?.0, let offer = first.offer, let timing = first.line?.timing else { return nil }
        let minimum = first.calendar?.minimumOrderValue ?? 0
        if chosen.reduce(Int64(0), { $0 &+ cost($1.0, $1.1) }) < minimum {
            chosen = filled(chosen, plans, Money(minor: minimum, currency: offer.currency), terms)
        }
        chosen.sort { $0.0.product.sku < $1.0.product.sku }
        let order = DraftOrder(
            supplier: offer.supplier, shipTo: first.place, currency: offer.currency,
            orderBy: today.advanced(by: timing.wait), arrives: today.advanced(by: timing.expectedArrival),
            minimumValue: minimum,
            lines: chosen.map { plan, quantity in
                DraftOrder.Line(
                    sku: plan.product.sku, name: plan.product.name, quantity: quantity,
                    cost: plan.offer?.cost ?? UnitPrice(micros: 0))
            })
        var evidence: [SKU: LineEvidence] = [:]
        var shown: [SKU: String] = [:]
        for (plan, _) in chosen {
            evidence[plan.product.sku] = Reorder.evidence(plan, today: today, batch: terms.batch)
            shown[plan.product.sku] = plan.offer.map(Reorder.terms)
        }
        let severity = chosen.reduce(Int64(0)) { $0 + ($1.0.line?.avoidableMargin?.minor ?? 0) }
        return Proposal(target: target, order: order, evidence: evidence, terms: shown, severity: severity)
    }

    /// Units to order of a product: those of the line that stands, unless others earn more by the threshold.
    private static func settled(_ plan: ProductPlan, _ target: String, _ terms: Terms) -> Int64 {
        guard let line = plan.line, let offer = plan.offer else { return 0 }
        guard let former = terms.standing[target]?[plan.product.sku], former >= max(1, offer.minimumQuantity),
            former % max(1, offer.pack) == 0, let reward = plan.reward(holdingRate: terms.holdingRate)
        else { return line.quantity }
        return PlanStability.settled(
            former: former, proposed: line.quantity, position: line.position, reward: reward,
            threshold: terms.changeThreshold
        ).quantity
    }

    /// An order filled up to a value with products that are not yet due, none beyond its order-up-to level: each time with
    /// what earns most, over the days that its level is for, for the value that is still missing.
    private static func filled(
        _ chosen: [(ProductPlan, Int64)], _ plans: [ProductPlan], _ minimum: Money, _ terms: Terms
    ) -> [(ProductPlan, Int64)] {
        let ordered = Dictionary(uniqueKeysWithValues: chosen.map { ($0.0.product.id, $0.1) })
        var candidates: [(plan: ProductPlan, line: JointOrder.Line)] = []
        for plan in plans {
            let quantity = ordered[plan.product.id] ?? 0
            guard let line = plan.line, let offer = plan.offer, let cost = offer.cost, let timing = line.timing,
                let policy = line.policy, let outlook = plan.outlook, quantity > 0 || line.reason == .enough
            else { continue }
            let pack = max(1, offer.pack)
            let room = max(0, policy.orderUpTo - line.position)
            // Without a price the least of what is left unsold is the best that can be asked for.
            let margin = plan.price.flatMap { price in plan.cost.map { max(0, price.value - $0.value) } } ?? 0
            let days = timing.expectedNextArrival + max(0, terms.coverDays)
            guard
                let reward = UnitReward(
                    demand: outlook.demand(days: 0..<max(1, days)), margin: margin,
                    carrying: cost.value * terms.holdingRate * Double(max(1, days)) / 365)
            else { continue }
            candidates.append(
                (
                    plan,
                    JointOrder.Line(
                        reward: reward, position: line.position, quantity: quantity, pack: pack,
                        minimum: max(1, offer.minimumQuantity), cost: cost, load: [],
                        maximum: max(quantity, (room + pack - 1) / pack * pack))
                ))
        }
        // Each line's value is rounded to the minor unit; none may round the order below the least.
        let least = Money(minor: minimum.minor + Int64(candidates.count + 1) / 2, currency: minimum.currency)
        guard
            let order = JointOrder(
                candidates.map(\.line), terms: JointOrder.Terms(capacity: [], minimumValue: least))
        else { return chosen }
        return zip(candidates, order.quantities).filter { $1 > 0 }.map { ($0.plan, $1) }
    }

    private static func cost(_ plan: ProductPlan, _ quantity: Int64) -> Int64 {
        guard let offer = plan.offer else { return 0 }
        return offer.cost?.total(quantity, currency: offer.currency) ?? 0
    }

    private static func terms(_ offer: Offer) -> String {
        [
            offer.cost?.description ?? "", offer.currency.code, String(offer.minimumQuantity), String(offer.pack),
            offer.leadTimeDays.map { "\($0)" } ?? "", "\(offer.leadTimeSpread)", offer.validTo?.description ?? "",
        ].joined(separator: "|")
    }
}
