import Numerics

/// The demand of a new product from how products like it sold in their first weeks, corrected by its own first days.
///
/// The like products give a curve, units a day since launch, and how much one product differs from the next: each sold some
/// multiple of the curve, and those multiples, mean 1, spread like a gamma variable, of a variance of at least a tenth. The new product's multiple has that as
/// its prior; after n units where the curve had c it is gamma with shape a + n and rate a + c, so few sales move it a
/// little and many decide. Demand to come is then negative binomial: Poisson at an uncertain multiple (Fisher & Raman,
/// "The New Science of Retailing", chapter 2; Gelman et al., "Bayesian Data Analysis", section 2.6).
public struct LaunchOutlook: DemandOutlook, Hashable {
    /// Expected units a day from today on, at a multiple of 1; the last value goes on.
    public let curve: [Double]
    /// Shape of the multiple's law, > 0.
    public let shape: Double
    /// Its mean: how many times the curve the product is expected to sell.
    public let multiple: Double

    /// The outlook for a new product.
    ///
    /// - Parameters:
    ///   - likeProducts: units a day since launch of each like product, as far as each goes, ≥ 0; days out of stock may be
    ///     given as NaN and are left out.
    ///   - weights: how much each is like the new one, ≥ 0; none for all alike.
    ///   - own: units a day since the new product's launch, up to yesterday; days out of stock as NaN.
    ///   - scale: how many times as much as the like products it is expected to sell before any has been sold, such as by
    ///     its price or its number of shops, > 0.
    /// - Returns: nil where no like product has sold anything, a number is out of range, or the weights differ in number.
    public init?(likeProducts: [[Double]], weights: [Double] = [], own: [Double] = [], scale: Double = 1) {
        let weights = weights.isEmpty ? [Double](repeating: 1, count: likeProducts.count) : weights
        guard weights.count == likeProducts.count, weights.allSatisfy({ $0 >= 0 && $0.isFinite }), scale > 0,
            scale < 1e6, (likeProducts + [own]).allSatisfy({ $0.allSatisfy { !($0 < 0) && $0 < 1e12 || $0.isNaN } })
        else { return nil }
        let days = likeProducts.map(\.count).max() ?? 0
        // A running mean over a week keeps single days' chance out of the curve; beyond the longest series it goes on flat.
        var curve: [Double] = []
        for day in 0..<days {
            var (sum, weight) = (0.0, 0.0)
            for (product, series) in likeProducts.enumerated() {
                for near in max(0, day - 3)...(day + 3) where near < series.count && !series[near].isNaN {
                    sum += weights[product] * series[near]
                    weight += weights[product]
                }
            }
            curve.append(weight > 0 ? sum / weight : curve.last ?? 0)
        }
        guard curve.contains(where: { $0 > 0 }) else { return nil }
        func expected(_ series: [Double]) -> (sold: Double, curve: Double) {
            var sums = (sold: 0.0, curve: 0.0)
            for (day, units) in series.enumerated() where !units.isNaN {
                sums.sold += units
                sums.curve += curve[min(day, days - 1)]
            }
            return sums
        }
        // How multiples differ beyond the chance of their own sales, by moments; the new one may always be unlike them.
        var (spread, chance, count) = (0.0, 0.0, 0.0)
        for (product, series) in likeProducts.enumerated() where weights[product] > 0 {
            let sums = expected(series)
            guard sums.curve > 0 else { continue }
            let distance = sums.sold / sums.curve - 1
            spread += weights[product] * distance * distance
            chance += weights[product] / sums.curve
            count += weights[product]
        }
        guard count > 0 else { return nil }
        let prior = 1 / max(0.1, (spread - chance) / count)
        let seen = expected(own)
        let scaled = curve.map { $0 * scale }
        shape = prior + seen.sold
        multiple = shape / (prior + seen.curve * scale)
        self.curve = own.count < scaled.count ? Array(scaled[own.count...]) : [scaled[days - 1]]
        guard multiple.isFinite else { return nil }
    }

    /// Expected units over a run of days, day 0 being today.
    public func mean(days: Range<Int>) -> Double { sum(days) * multiple }

    /// The total over a run of days: negative binomial of variance m + m² ÷ shape. As the multiple is shared by all days,
    /// a longer run never has less demand at any point.
    public func demand(days: Range<Int>) -> CountDistribution {
        let mean = mean(days: days)
        return CountDistribution.negativeBinomial(mean: mean, variance: mean + mean * mean / shape) ?? .zero
    }

    private func sum(_ days: Range<Int>) -> Double {
        let known = days.clamped(to: 0..<curve.count)
        let beyond = Double(max(0, days.upperBound - max(days.lowerBound, curve.count)))
        return curve[known].reduce(0, +) + (curve.last ?? 0) * beyond
    }
}
