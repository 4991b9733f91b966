import Numerics

/// The (r, Q) policy of least cost for demand in whole units, whatever its distribution over a lead time.
///
/// The position is uniform on the Q values above r, so the cost rate is (K·λ + Σ g(y)) ÷ Q with
/// g(y) = h·E[(y − D)⁺] + p·E[(D − y)⁺]. As g has one valley, the best Q positions are the Q cheapest, and positions are
/// taken in that order while each is cheaper than the mean so far: exact, O(Q) (Federgruen & Zheng, "An efficient
/// algorithm for computing an optimal (r, Q) policy in continuous review stochastic inventory systems", Operations
/// Research 40, 1992).
public struct DiscreteReorder: Hashable, Sendable {
    /// Position strictly below which it is ordered: r + 1. May be 0 or less, where orders wait for customers.
    public let reorderPoint: Int64
    /// Units per order, Q ≥ 1.
    public let quantity: Int64
    /// Money per span.
    public let cost: Double

    /// Most units that an order may have; a larger optimum is refused.
    public static let maximumQuantity = 1_000_000

    /// - Parameters:
    ///   - fixedCost: money per order, ≥ 0.
    ///   - holdingCost: money per unit held for the span, > 0.
    ///   - shortageCost: money per unit that waits for the span, > 0.
    ///   - demandRate: units per span, > 0.
    ///   - leadTimeDemand: demand over a lead time, units.
    /// - Returns: nil where a number is out of range, or Q would exceed `maximumQuantity`.
    public init?(
        fixedCost: Double, holdingCost: Double, shortageCost: Double, demandRate: Double,
        leadTimeDemand: CountDistribution
    ) {
        guard fixedCost >= 0, demandRate > 0, (fixedCost * demandRate).isFinite,
            let costs = Newsvendor(holdingCost: holdingCost, shortageCost: shortageCost)
        else { return nil }
        func rate(_ position: Int64) -> Double { costs.cost(of: Double(position), for: leadTimeDemand) }
        let best = Int64(costs.stock(for: leadTimeDemand))
        var (low, high) = (best, best)
        var sum = fixedCost * demandRate + rate(best)
        var (below, above) = (rate(best - 1), rate(best + 1))
        while true {
            let count = Double(high - low + 1)
            let next = min(below, above)
            guard next < sum / count else { break }
            guard high - low < Int64(DiscreteReorder.maximumQuantity) else { return nil }
            sum += next
            if below <= above {
                low -= 1
                below = rate(low - 1)
            } else {
                high += 1
                above = rate(high + 1)
            }
        }
        reorderPoint = low
        quantity = high - low + 1
        cost = sum / Double(quantity)
        guard cost.isFinite else { return nil }
    }
}
