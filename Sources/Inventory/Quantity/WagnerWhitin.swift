/// The cheapest plan of orders for demand that is known by period, by dynamic programming over the periods, O(T²).
///
/// Wagner & Whitin, "Dynamic version of the economic lot size model", Management Science 5 (1958). An order is placed only
/// when nothing is left, which is optimal while the cost of an order is concave in its quantity: a fixed cost, a price of
/// each period, and incremental price breaks. All-units breaks, packs and limits are not concave: see `DynamicLot`.
public struct WagnerWhitin: Hashable, Sendable {
    /// Units to order in each period, ready for that period's demand.
    public let quantities: [Double]
    /// Money for orders, units and holding over all periods.
    public let cost: Double

    /// The plan for costs that differ by period.
    ///
    /// - Parameters:
    ///   - demand: units of each period, ≥ 0.
    ///   - fixedCost: money per order placed in each period, ≥ 0; as many as `demand`.
    ///   - holdingCost: money per unit that is left at the end of each period, ≥ 0; as many as `demand`.
    ///   - unitCost: money per unit bought in each period, ≥ 0; none for no cost of units.
    ///   - prices: incremental breaks on top; nil for none.
    /// - Returns: nil where lengths differ, a number is negative or not finite, or the breaks are for all units. For no
    ///   periods an empty plan at no cost. Of plans of equal cost the one with later orders.
    public init?(
        demand: [Double], fixedCost: [Double], holdingCost: [Double], unitCost: [Double] = [],
        prices: PriceBreaks? = nil
    ) {
        let periods = demand.count
        let units = unitCost.isEmpty ? [Double](repeating: 0, count: periods) : unitCost
        guard fixedCost.count == periods, holdingCost.count == periods, units.count == periods,
            prices == nil || prices?.scheme == .incremental || prices?.steps.count == 1,
            [demand, fixedCost, holdingCost, units].allSatisfy({ $0.allSatisfy { $0 >= 0 && $0.isFinite } })
        else { return nil }
        // Cost of the first t periods, and the period in which the last of their orders is placed.
        var least = [Double](repeating: .infinity, count: periods + 1)
        var last = [Int](repeating: 0, count: periods + 1)
        least[0] = 0
        for start in 0..<periods {
            var quantity = 0.0
            var carried = 0.0
            var perUnit = 0.0
            for end in start..<periods {
                quantity += demand[end]
                carried += perUnit * demand[end]
                perUnit += holdingCost[end]
                let price = units[start] * quantity + (prices?.total(quantity) ?? 0)
                let cost = least[start] + (quantity > 0 ? fixedCost[start] + price : 0) + carried
                if cost <= least[end + 1] {
                    least[end + 1] = cost
                    last[end + 1] = start
                }
            }
        }
        var quantities = [Double](repeating: 0, count: periods)
        var end = periods
        while end > 0 {
            let start = last[end]
            quantities[start] = demand[start..<end].reduce(0, +)
            end = start
        }
        guard least[periods].isFinite else { return nil }
        self.quantities = quantities
        self.cost = least[periods]
    }

    /// The plan for the same costs in every period.
    public init?(demand: [Double], fixedCost: Double, holdingCost: Double, prices: PriceBreaks? = nil) {
        let count = demand.count
        self.init(
            demand: demand, fixedCost: [Double](repeating: fixedCost, count: count),
            holdingCost: [Double](repeating: holdingCost, count: count), prices: prices)
    }
}
