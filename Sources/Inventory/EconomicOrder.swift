/// The order quantity that balances the cost of ordering against the cost of holding, for steady demand.
///
/// Harris, "How many parts to make at once" (1913); with backorders as in Snyder & Shen, "Fundamentals of Supply Chain
/// Theory", 2nd ed., sections 3.2 and 3.5. Rates and costs are per the same span of time.
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
    /// - Returns: nil where a number is out of range.
    public init?(fixedCost: Double, holdingCost: Double, demandRate: Double, waitingCost: Double? = nil) {
        let waiting = waitingCost ?? 1
        guard fixedCost > 0, holdingCost > 0, demandRate > 0, waiting > 0 else { return nil }
        // Waiting makes a held unit cheaper by the share of time in which there is none to hold.
        let share = waitingCost == nil ? 1 : waiting / (holdingCost + waiting)
        let quantity = (2 * fixedCost * demandRate / (holdingCost * share)).squareRoot()
        let cost = (2 * fixedCost * demandRate * holdingCost * share).squareRoot()
        guard quantity.isFinite, cost.isFinite, share > 0 else { return nil }
        self.quantity = quantity
        self.backordered = 1 - share
        self.cost = cost
    }
}
