import Numerics

/// The stock for a single season or period: enough to cover demand with the chance p ÷ (p + h).
///
/// Arrow, Harris & Marschak, "Optimal inventory policy", Econometrica 19 (1951).
public struct Newsvendor: Hashable, Sendable {
    /// Money per unit left over, > 0.
    public let holdingCost: Double
    /// Money per unit short, > 0.
    public let shortageCost: Double

    /// Costs; nil unless both are positive and finite.
    public init?(holdingCost: Double, shortageCost: Double) {
        guard holdingCost > 0, shortageCost > 0, (holdingCost + shortageCost).isFinite else { return nil }
        self.holdingCost = holdingCost
        self.shortageCost = shortageCost
    }

    /// Chance with which demand should be covered, 0…1.
    public var criticalRatio: Double { shortageCost / (shortageCost + holdingCost) }

    /// The best stock for a count of demand, units.
    public func stock(for demand: CountDistribution) -> Int { demand.quantile(criticalRatio) }

    /// Expected cost of `stock` units against a count of demand.
    public func cost(of stock: Double, for demand: CountDistribution) -> Double {
        let short = demand.lossAbove(stock)
        return holdingCost * (stock - demand.mean + short) + shortageCost * short
    }

    /// The best stock for normal demand, units; nil unless `deviation` > 0 and both are finite.
    public func stock(mean: Double, deviation: Double) -> Double? {
        guard mean.isFinite, deviation > 0, deviation.isFinite else { return nil }
        return Normal.quantile(criticalRatio).map { mean + $0 * deviation }
    }

    /// Expected cost of `stock` units against normal demand; nil as for `stock(mean:deviation:)`.
    public func cost(of stock: Double, mean: Double, deviation: Double) -> Double? {
        guard mean.isFinite, stock.isFinite, deviation > 0, deviation.isFinite else { return nil }
        return Normal.loss((stock - mean) / deviation).map { loss in
            let short = deviation * loss
            return holdingCost * (stock - mean + short) + shortageCost * short
        }
    }
}
