import Numerics

/// What a plan decides at one chance to order before it looks at the stock: it then answers for any position.
public struct ReplenishmentRule: Hashable, Sendable {
    /// When to order and up to where.
    public let policy: ReorderPolicy
    /// The last day whose arrivals count: when an order placed at the following chance is expected.
    public let countsUntil: Int

    /// The rule at a chance.
    ///
    /// - Parameters:
    ///   - timing: when an order would arrive.
    ///   - demand: what will be asked for; day 0 is the first whose demand is still to come.
    ///   - protection: demand until an order placed at the following chance arrives, `timing.protection(demand)`.
    ///   - target: what to strive for.
    ///   - coverDays: days of demand that an order should last for at least, 0…10,000.
    ///   - floor: units expected to be left when the order after the next comes, whatever the target says, ≥ 0.
    /// - Throws: `.target` or `.terms` where a number is out of range.
    public init(
        timing: OrderTiming, demand: any DemandOutlook, protection: CountDistribution, target: ServiceTarget,
        coverDays: Int, floor: Int64 = 0
    ) throws(InventoryError) {
        // The days that the order is for begin when it arrives.
        let length = max(timing.gap, coverDays)
        let start = timing.expectedArrival
        let expected = length > 0 && length <= 11_000 ? demand.mean(days: start..<(start + length)) : 0
        policy = try ReorderPolicy(
            protection: protection, rate: expected / Double(length), gap: timing.gap, cover: coverDays, target: target
        ).raised(to: floor, above: protection)
        countsUntil = timing.expectedNextArrival
    }

    /// The order for a position.
    ///
    /// - Parameters:
    ///   - pack: units in a pack, ≥ 1.
    ///   - minimum: least units on an order line, ≥ 0.
    /// - Throws: `.terms` where pack or minimum is out of range, or the quantity does not fit.
    public func order(for position: StockPosition, pack: Int64, minimum: Int64) throws(InventoryError) -> OrderQuantity
    {
        try OrderQuantity(
            position: position.position(by: countsUntil), reorderPoint: policy.reorderPoint,
            orderUpTo: policy.orderUpTo, pack: pack, minimum: minimum)
    }
}

extension OrderTiming {
    /// Demand until an order placed at the following chance arrives: the mixture over the lead time.
    public func protection(_ demand: any DemandOutlook) -> CountDistribution {
        var lengths = DemandByLength(demand, upTo: horizon)
        return lengths.protection(self)
    }
}
