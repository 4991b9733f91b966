import Numerics

/// What each further unit of stock is worth: margin if it is asked for in time, a cost if it is not.
///
/// The k-th unit of a position is sold if demand reaches k, so it is worth m·P(D ≥ k) − h·P(D < k), which only falls with
/// k. The last unit worth having is the newsvendor's stock at m ÷ (m + h).
public struct UnitReward: Hashable, Sendable {
    /// Demand that the position must last for.
    public let demand: CountDistribution
    /// Money earned by a unit that is asked for, or not lost by it, ≥ 0.
    public let margin: Double
    /// Money lost on a unit that is not: holding, markdown, spoilage, ≥ 0.
    public let carrying: Double

    /// Nil unless both amounts are finite and not negative.
    public init?(demand: CountDistribution, margin: Double, carrying: Double) {
        guard margin >= 0, carrying >= 0, (margin + carrying).isFinite else { return nil }
        self.demand = demand
        self.margin = margin
        self.carrying = carrying
    }

    /// Money that the `unit`-th unit of the position brings, the first being 1; those up to 0 are owed already and sold.
    public func value(ofUnit unit: Int64) -> Double { value(from: unit.clampedMinus(1), to: unit) }

    /// Money that raising the position brings; negative where it costs, and for lowering it the reverse.
    public func value(from: Int64, to: Int64) -> Double {
        let sold = demand.lossAbove(Double(from)) - demand.lossAbove(Double(to))
        return (margin + carrying) * sold - carrying * (Double(to) - Double(from))
    }

    /// The position beyond which no unit is worth having, units.
    public var best: Int64 {
        guard margin > 0 else { return 0 }
        return Int64(demand.quantile(margin / (margin + carrying)))
    }
}
