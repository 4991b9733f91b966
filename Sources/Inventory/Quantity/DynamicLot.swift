/// The cheapest plan of orders for known demand in whole units, under packs, limits and price breaks of either kind.
///
/// With them it may pay to order while something is left, so the state is the stock itself: dynamic programming over
/// periods and stock levels, exact. The work is periods × levels × packs, with as many levels as units still to be sold
/// and, beyond them, a largest break or pack.
public struct DynamicLot: Hashable, Sendable {
    /// Units to order in each period, ready for that period's demand.
    public let quantities: [Int64]
    /// Money for orders, units and holding over all periods.
    public let cost: Double

    /// Most steps of the dynamic programme; a larger one is refused.
    public static let maximumSteps = 200_000_000

    /// The plan.
    ///
    /// - Parameters:
    ///   - demand: units of each period, ≥ 0; all of it is served.
    ///   - stock: units there before the first period, ≥ 0.
    ///   - fixedCost: money per order, ≥ 0.
    ///   - holdingCost: money per unit left at the end of a period, ≥ 0.
    ///   - prices: what units cost.
    ///   - pack: units in a pack, ≥ 1.
    ///   - minimum: least units of an order, ≥ 0.
    ///   - maximum: most units of an order; nil for no limit.
    /// - Returns: nil where a number is out of range, the limits leave no way to serve demand, or the work would exceed
    ///   `maximumSteps`: then plan fewer periods or larger units. Of plans of equal cost the one that orders less, earlier.
    public init?(
        demand: [Int64], stock: Int64 = 0, fixedCost: Double, holdingCost: Double, prices: PriceBreaks,
        pack: Int64 = 1, minimum: Int64 = 1, maximum: Int64? = nil
    ) {
        let periods = demand.count
        var total: Int64 = 0
        for units in demand {
            guard units >= 0 else { return nil }
            total = total.clampedPlus(units)
        }
        guard stock >= 0, fixedCost >= 0, fixedCost.isFinite, holdingCost >= 0, holdingCost.isFinite,
            total < 1 << 40, stock < 1 << 40, let orders = PackRange(pack: pack, minimum: minimum, maximum: maximum)
        else { return nil }
        // What is bought beyond all demand is bought for a break or because packs are coarse.
        let beyond = max(prices.steps.last?.from ?? 0, orders.least).clampedPlus(pack)
        let levels = max(stock, total).clampedPlus(beyond).clampedPlus(1)
        guard levels < 1 << 30 else { return nil }
        let packs = levels / pack + 1
        guard
            Double(max(1, periods)) * Double(levels) * Double(packs) <= Double(DynamicLot.maximumSteps)
        else { return nil }
        let count = Int(levels)
        let price = (0...Int(packs)).map { prices.total(Double(Int64($0) * pack)) }
        let first = Int(orders.least / pack)
        let most = Int(min(orders.most / pack, packs - 1))

        // From the last period back: the cost to come by the stock at a period's beginning.
        var toCome = [Double](repeating: 0, count: count)
        var choice = [Int32](repeating: 0, count: count * periods)
        var now = toCome
        for period in stride(from: periods - 1, through: 0, by: -1) {
            let needed = Int(demand[period])
            for level in 0..<count {
                var least = Double.infinity
                var chosen = 0
                if level >= needed { least = holdingCost * Double(level - needed) + toCome[level - needed] }
                var number = first
                var after = level + first * Int(pack) - needed
                while number <= most, after < count {
                    if after >= 0 {
                        let cost = fixedCost + price[number] + holdingCost * Double(after) + toCome[after]
                        if cost < least { (least, chosen) = (cost, number) }
                    }
                    number += 1
                    after += Int(pack)
                }
                now[level] = least
                choice[period * count + level] = Int32(chosen)
            }
            swap(&now, &toCome)
        }
        guard toCome[Int(stock)].isFinite else { return nil }
        var quantities: [Int64] = []
        var level = Int(stock)
        for period in 0..<periods {
            let units = Int(choice[period * count + level]) * Int(pack)
            quantities.append(Int64(units))
            level += units - Int(demand[period])
        }
        self.quantities = quantities
        self.cost = toCome[Int(stock)]
    }
}
