/// The order quantity that balances the cost of ordering against the cost of holding, for steady demand.
///
/// Harris, "How many parts to make at once" (1913); with backorders and with a finite production rate as in Snyder &
/// Shen, "Fundamentals of Supply Chain Theory", 2nd ed., sections 3.2, 3.5 and 3.6. Rates and costs are per the same span
/// of time. With both, the stock of a cycle peaks at (1 − λ ÷ μ) of the quantity and that peak is shared between what is
/// held and what waits, so that the two factors multiply.
public struct EconomicOrder: Hashable, Sendable {
    /// Units per order, Q* > 0.
    public let quantity: Double
    /// Share of demand that is best left waiting for the next order, 0…1; 0 unless waiting is allowed.
    public let backordered: Double
    /// Cost of ordering, holding and waiting per span of time at Q*.
    public let cost: Double

    /// The economic order.
    ///
    /// - Parameters:
    ///   - fixedCost: money per order, > 0.
    ///   - holdingCost: money per unit held for the span, > 0.
    ///   - demandRate: units per span, > 0.
    ///   - waitingCost: money per unit that waits for the span, > 0; nil where nothing may wait.
    ///   - productionRate: units per span at which an order comes in, above `demandRate`; nil for all at once.
    /// - Returns: nil where a number is out of range.
    public init?(
        fixedCost: Double, holdingCost: Double, demandRate: Double, waitingCost: Double? = nil,
        productionRate: Double? = nil
    ) {
        let waiting = waitingCost ?? 1
        let build = productionRate.map { 1 - demandRate / $0 } ?? 1
        guard fixedCost > 0, holdingCost > 0, demandRate > 0, waiting > 0, build > 0, build <= 1 else { return nil }
        // Waiting makes a held unit cheaper by the share of time in which there is none to hold.
        let share = waitingCost == nil ? 1 : waiting / (holdingCost + waiting)
        let held = holdingCost * share * build
        let quantity = (2 * fixedCost * demandRate / held).squareRoot()
        let cost = (2 * fixedCost * demandRate * held).squareRoot()
        guard quantity.isFinite, cost.isFinite, share > 0, quantity > 0, cost > 0 else { return nil }
        self.quantity = quantity
        self.backordered = 1 - share
        self.cost = cost
    }

    /// Cost per span of ordering `units` at a time, what waits being chosen best for it: C(Q*) ÷ 2 · (Q ÷ Q* + Q* ÷ Q).
    ///
    /// Nil unless `units` is positive and finite.
    public func cost(of units: Double) -> Double? {
        guard units > 0, units.isFinite else { return nil }
        return cost / 2 * (units / quantity + quantity / units)
    }

    /// The whole packs of least cost: one of the two multiples around Q*, or the nearest that the limits allow, since the
    /// cost only rises away from Q*. Of two of equal cost the smaller one.
    ///
    /// - Parameters:
    ///   - pack: units in a pack, ≥ 1.
    ///   - minimum: least units on an order line, ≥ 0.
    ///   - maximum: most units on an order line; nil for no limit.
    /// - Returns: nil where no multiple of the pack lies within the limits.
    public func orderable(pack: Int64 = 1, minimum: Int64 = 1, maximum: Int64? = nil) -> Int64? {
        guard let range = PackRange(pack: pack, minimum: minimum, maximum: maximum) else { return nil }
        let (below, above) = range.neighbours(of: quantity)
        guard let left = cost(of: Double(below)), let right = cost(of: Double(above)) else { return nil }
        return right < left ? above : below
    }
}
