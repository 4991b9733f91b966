import Numerics

/// What a plan strives for.
public enum ServiceTarget: Hashable, Sendable {
    /// Share of the units asked for that are served from the shelf, above 0 and below 1.
    case fillRate(Double)
    /// Least cost: money lost per unit short (> 0), money per unit held for a day (> 0), and money per order line (≥ 0).
    case cost(shortage: Double, holding: Double, order: Double)
}

/// When to order and up to where: order when the position is strictly below `reorderPoint`, then up to `orderUpTo`.
///
/// The position after a review lies anywhere between the two, about evenly. With D the demand until the next order could
/// arrive, the share of a cycle's units that are short is the mean over that range of P(D > position):
///
///     (E[(D − s)⁺] − E[(D − s − Q)⁺]) ÷ Q ≤ 1 − β
///
/// the (s, Q) fill rate of Silver, Pyke & Peterson, section 7.9, with the exact distribution in place of the normal. For a
/// cost target β is the critical ratio of being short to holding, which makes the same mean optimal (Zheng, "On properties
/// of stochastic inventory systems", Management Science 38, 1992, equation 4).
public struct ReorderPolicy: Hashable, Sendable {
    /// Position strictly below which it is ordered, units ≥ 0.
    public let reorderPoint: Int64
    /// Position up to which it is ordered, before pack and minimum, units ≥ `reorderPoint`.
    public let orderUpTo: Int64
    /// Units ordered in a usual cycle, Q ≥ 0.
    public let cycle: Double
    /// The β that the reorder point was chosen for, 0…1.
    public let service: Double
    /// The fill rate that it gives by the formula above, ≥ `service`.
    public let fillRate: Double

    /// The policy for a target.
    ///
    /// - Parameters:
    ///   - protection: demand until an order placed at the following chance arrives.
    ///   - rate: expected units per day.
    ///   - gap: days between chances to order, ≥ 1.
    ///   - cover: days of demand that an order should last for at least, ≥ 0. Packs and minimum orders play no part, so
    ///     that a coarser pack never lowers an order.
    ///   - target: what to strive for.
    /// - Throws: `.target` or `.terms` where a number is out of range.
    public init(
        protection: CountDistribution, rate: Double, gap: Int, cover: Int, target: ServiceTarget
    ) throws(InventoryError) {
        guard rate >= 0, rate.isFinite, (1...1000).contains(gap), (0...10_000).contains(cover) else {
            throw InventoryError(
                .terms, "demand of \(rate) a day, a gap of \(gap) and a cover of \(cover) days; correct the terms")
        }
        let service = try ReorderPolicy.service(of: target, gap: gap)
        var cycle = rate * Double(max(gap, cover))
        if case .cost(_, let holding, let order) = target, rate > 0, order > 0,
            let lot = EconomicOrder(fixedCost: order, holdingCost: holding, demandRate: rate)
        {
            cycle = max(cycle, lot.quantity)
        }
        // With nothing to sell, only what is already owed is ordered.
        let point = cycle > 0 ? ReorderPolicy.reorderPoint(demand: protection, cycle: cycle, service: service) : 0
        self.reorderPoint = Int64(point)
        self.orderUpTo = Int64(point) + Int64(min(cycle.rounded(), 1e15))
        self.cycle = cycle
        self.service = service
        self.fillRate = ReorderPolicy.fillRate(demand: protection, reorderPoint: point, cycle: cycle)
    }

    /// The policy with a reorder point from which at least `floor` units are expected to be left after the protection
    /// interval; itself where that is so already.
    func raised(to floor: Int64, above protection: CountDistribution) -> ReorderPolicy {
        let least = floor > 0 ? Int64(protection.mean.rounded(.up)).clampedPlus(min(floor, 1 << 50)) : 0
        guard least > reorderPoint else { return self }
        return ReorderPolicy(
            reorderPoint: least, orderUpTo: least.clampedPlus(orderUpTo - reorderPoint), cycle: cycle, service: service,
            fillRate: ReorderPolicy.fillRate(demand: protection, reorderPoint: Int(least), cycle: cycle))
    }

    private init(reorderPoint: Int64, orderUpTo: Int64, cycle: Double, service: Double, fillRate: Double) {
        self.reorderPoint = reorderPoint
        self.orderUpTo = orderUpTo
        self.cycle = cycle
        self.service = service
        self.fillRate = fillRate
    }

    /// The least whole number s ≥ 0 whose fill rate reaches `service`, by bisection.
    static func reorderPoint(demand: CountDistribution, cycle: Double, service: Double) -> Int {
        var low = 0
        var high = demand.maximum
        while low < high {
            let middle = low + (high - low) / 2
            if fillRate(demand: demand, reorderPoint: middle, cycle: cycle) >= service {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low
    }

    /// 1 − (E[(D − s)⁺] − E[(D − s − Q)⁺]) ÷ Q, 0…1; 1 − P(D > s) in the limit of no cycle.
    static func fillRate(demand: CountDistribution, reorderPoint: Int, cycle: Double) -> Double {
        let start = Double(reorderPoint)
        // A difference quotient over less than a thousandth of a unit would be rounding, not a slope.
        guard cycle > 1e-3 else { return demand.cumulative(start) }
        return 1 - (demand.lossAbove(start) - demand.lossAbove(start + cycle)) / cycle
    }

    private static func service(of target: ServiceTarget, gap: Int) throws(InventoryError) -> Double {
        switch target {
        case .fillRate(let share):
            guard share > 0, share < 1 else {
                throw InventoryError(.target, "a fill rate of \(share); give a share above 0 and below 1, such as 0.95")
            }
            return share
        case .cost(let shortage, let holding, let order):
            let held = holding * Double(gap)
            guard shortage > 0, holding > 0, order >= 0, shortage.isFinite, held.isFinite, order.isFinite else {
                throw InventoryError(
                    .target,
                    "costs of \(shortage) short, \(holding) held and \(order) an order; give positive amounts of money")
            }
            return shortage / (shortage + held)
        }
    }
}
