import Actions
import Domain
import Inventory

/// The reorder: products whose position has fallen below their reorder point become one draft order for each supplier,
/// place and currency.
enum Reorder {
    /// The rule's name in keys, journal and policy.
    static let rule = "reorder"

    /// The draft orders that the plans call for, the most avoidable money first.
    ///
    /// Where a supplier's least order value is not reached, products of the same supplier that are nearest to their own
    /// reorder point are ordered along; where that is not enough, the order stands as it is and says so.
    static func proposals(from plans: [ProductPlan], today: Day, batch: Int64) -> [Proposal] {
        var groups: [String: [ProductPlan]] = [:]
        for plan in plans where plan.offer?.cost != nil && plan.line?.timing != nil {
            groups[target(plan), default: []].append(plan)
        }
        return groups.compactMap { target, plans in proposal(target, plans, today: today, batch: batch) }.sorted {
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

    private static func proposal(_ target: String, _ plans: [ProductPlan], today: Day, batch: Int64) -> Proposal? {
        var chosen = plans.filter { ($0.line?.quantity ?? 0) > 0 }.map { ($0, $0.line?.quantity ?? 0) }
        guard let first = chosen.first?.0, let offer = first.offer, let timing = first.line?.timing else { return nil }
        let minimum = first.calendar?.minimumOrderValue ?? 0
        var value = chosen.reduce(Int64(0)) { $0 + cost($1.0, $1.1) }
        if value < minimum {
            let others = plans.compactMap(filler).sorted {
                ($0.slack, $0.plan.product.sku) < ($1.slack, $1.plan.product.sku)
            }
            for other in others where value < minimum {
                chosen.append((other.plan, other.quantity))
                value += cost(other.plan, other.quantity)
            }
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
        var terms: [SKU: String] = [:]
        for (plan, _) in chosen {
            evidence[plan.product.sku] = Reorder.evidence(plan, today: today, batch: batch)
            terms[plan.product.sku] = plan.offer.map(Reorder.terms)
        }
        let severity = chosen.reduce(Int64(0)) { $0 + ($1.0.line?.avoidableMargin?.minor ?? 0) }
        return Proposal(target: target, order: order, evidence: evidence, terms: terms, severity: severity)
    }

    /// What a product not yet due could add to an order, and how many days it is from being due.
    private static func filler(_ plan: ProductPlan) -> (plan: ProductPlan, quantity: Int64, slack: Double)? {
        guard let line = plan.line, line.quantity == 0, line.reason == .enough, let policy = line.policy,
            let offer = plan.offer, plan.dailyDemand > 0, line.position < policy.orderUpTo
        else { return nil }
        let order = try? OrderQuantity(
            position: line.position, reorderPoint: policy.orderUpTo, orderUpTo: policy.orderUpTo, pack: offer.pack,
            minimum: offer.minimumQuantity)
        guard let quantity = order?.quantity, quantity > 0 else { return nil }
        return (plan, quantity, Double(line.position - policy.reorderPoint) / plan.dailyDemand)
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
