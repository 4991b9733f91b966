import Domain
import Inventory
import Store

extension Engine {
    /// Keeps a plan for screens, and what it expects of today.
    func keep(_ plans: [ProductPlan], today: Day, stamp: PlanStamp) throws {
        var expected = ExpectedDay(units: 0, net: 0, margin: 0)
        let scale = Double(FixedPoint.powers[settings.currency.decimals])
        var (net, margin) = (0.0, 0.0)
        for plan in plans {
            expected.units += plan.demandToday
            guard let price = plan.price else { continue }
            net += plan.demandToday * price.value
            if let cost = plan.cost { margin += plan.demandToday * (price.value - cost.value) }
        }
        expected.net = Int64((net * scale).rounded())
        expected.margin = Int64((margin * scale).rounded())
        try facts.keep(plan: plans.map { RiskRow($0, today: today) }, stamp: stamp, expects: expected, on: today)
    }
}

extension RiskRow {
    /// What a screen shows of a product's plan.
    init(_ plan: ProductPlan, today: Day) {
        let due =
            plan.inbound.map { ($0.expectedOn, $0.quantity) } + plan.ours.map { (Optional($0.arrives), $0.quantity) }
        let next = due.compactMap(\.0).filter { $0 >= today }.min()
        let line = plan.line
        let sellable =
            plan.kit?.makeable.map { $0 + (plan.stock?.onHand ?? 0) } ?? plan.stock.map(\.onHand)
        let onOrder = due.reduce(Int64(0)) { $0 + $1.1 }
        self.init(
            id: ID(sku: plan.product.sku, place: plan.place), name: plan.product.name, sellable: sellable,
            committed: plan.stock?.committed ?? 0, countedAt: plan.stock?.countedAt, arrivesOn: next,
            arriving: due.filter { $0.0 == next && next != nil }.reduce(0) { $0 + $1.1 }, onOrder: onOrder,
            dailyDemand: plan.dailyDemand, stockOutChance: line?.risk.chanceBeforeNext,
            runsOutOn: plan.runsOutOn(today: today), avoidable: line?.avoidableMargin?.minor,
            lostAnyway: line?.risk.unavoidable ?? 0, lostUnlessExpedited: line?.risk.avoidableByExpediting ?? 0,
            lostUnlessOrdered: line?.risk.avoidableByOrdering ?? 0, reorderPoint: line?.policy?.reorderPoint,
            orderUpTo: line?.policy?.orderUpTo, orderQuantity: line?.quantity ?? 0,
            excess: line.map {
                ExcessStock.units(
                    position: $0.available + onOrder, orderUpTo: $0.policy?.orderUpTo, dailyDemand: plan.dailyDemand)
            } ?? 0,
            supplier: plan.offer?.supplier, price: plan.price, cost: plan.cost, revenueClass: plan.revenueClass,
            reason: plan.reasonText, lacks: plan.missing.map(\.rawValue), leadTimeAssumed: plan.leadTimeAssumed)
    }

    /// What is missing, the first worth mending first.
    public var missing: [MissingInput] { lacks.compactMap(MissingInput.init(rawValue:)) }
}
