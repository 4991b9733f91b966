import Glibc
import Numerics

// The same trade-off stated by prices, over several periods, for skewed demand, and as a profit.

extension Newsvendor {
    /// The trade-off of a seller: a unit short loses price − cost, a unit left over loses cost − salvage.
    ///
    /// Snyder & Shen, "Fundamentals of Supply Chain Theory", 2nd ed., section 4.3.2. Money per unit; nil unless
    /// salvage < cost < price and all are finite. What carrying a unit costs belongs off the salvage.
    public init?(price: Double, cost: Double, salvage: Double = 0) {
        guard price.isFinite, cost.isFinite, salvage.isFinite else { return nil }
        self.init(holdingCost: cost - salvage, shortageCost: price - cost)
    }

    /// Expected profit of `stock` units against a count of demand: what demand would earn less the expected cost. A
    /// unit's profit is the cost of being short of it.
    public func profit(of stock: Double, for demand: CountDistribution) -> Double {
        shortageCost * demand.mean - cost(of: stock, for: demand)
    }

    /// Expected profit of `stock` units against normal demand; nil as for `stock(mean:deviation:)`.
    public func profit(of stock: Double, mean: Double, deviation: Double) -> Double? {
        cost(of: stock, mean: mean, deviation: deviation).map { shortageCost * mean - $0 }
    }

    /// The base stock for normal demand that is independent between periods: the level that an order each period raises
    /// the position to, over the lead time and the period itself.
    ///
    /// - Parameters:
    ///   - mean: units per period, finite.
    ///   - deviation: their standard deviation, > 0.
    ///   - leadTime: periods from order to shelf, ≥ 0.
    /// - Returns: the level and its expected cost per period; nil where a number is out of range.
    public func baseStock(mean: Double, deviation: Double, leadTime: Double) -> (level: Double, cost: Double)? {
        guard leadTime >= 0, leadTime.isFinite else { return nil }
        let periods = leadTime + 1
        let spread = deviation * periods.squareRoot()
        guard let level = stock(mean: mean * periods, deviation: spread),
            let cost = cost(of: level, mean: mean * periods, deviation: spread)
        else { return nil }
        return (level, cost)
    }

    /// The best stock for demand whose logarithm is normal, and its expected cost.
    ///
    /// With S = e^(μ + zσ), E[(D − S)⁺] = e^(μ + σ²/2)·Φ(σ − z) − S·Φ(−z).
    ///
    /// - Parameters:
    ///   - logMean: mean of ln D, finite.
    ///   - logDeviation: its standard deviation, > 0.
    /// - Returns: nil where a number is out of range or the stock is beyond any double.
    public func stock(logMean: Double, logDeviation: Double) -> (stock: Double, cost: Double)? {
        guard logMean.isFinite, logDeviation > 0, logDeviation.isFinite, let z = Normal.quantile(criticalRatio),
            let above = Normal.cumulative(logDeviation - z), let beyond = Normal.cumulative(-z)
        else { return nil }
        let stock = exp(logMean + z * logDeviation)
        let mean = exp(logMean + logDeviation * logDeviation / 2)
        let short = max(0, mean * above - stock * beyond)
        let cost = holdingCost * (stock - mean + short) + shortageCost * short
        return stock.isFinite && cost.isFinite ? (stock, cost) : nil
    }
}
