/// How errors of the days of one forecast hang together, learnt from rolling origins: the spread of totals follows.
///
/// A forecaster whose level is off is off for weeks, so a fortnight's errors do not cancel as those of dice would. For
/// each class of series, ρ(k) is the mean product of standardised errors k days apart, ρ(0) by how much single days scatter
/// more (or less) than was said. The variance of a total is Σᵢ Σⱼ σᵢ·σⱼ·ρ(|i − j|).
public struct ErrorCorrelation: Sendable, Hashable {
    /// Days of the longest forecast learnt from.
    public let horizon: Int
    /// Classes that have correlations of their own.
    public let classCount: Int

    /// `horizon` numbers a class; the last row is of all.
    private let correlations: [Double]

    /// Learns from past forecasts.
    ///
    /// Periods whose actual value is NaN (out of stock, not yet known) or whose deviation is 0 are left out.
    ///
    /// Nil where shapes do not fit, a mean or deviation is negative or not finite, or nothing is left.
    ///
    /// - Parameters:
    ///   - actual: `classes.count × horizon` outcomes, one row a forecast.
    ///   - mean: what was expected, of the same shape.
    ///   - deviation: standard deviation that was said, of the same shape.
    ///   - classes: of each forecast, 0…100,000; volume parts them well, as level errors weigh more in fast movers.
    ///   - belief: how many forecasts of a class weigh as much as all others.
    public init?(
        actual: [Double], mean: [Double], deviation: [Double], classes: [Int], horizon: Int, belief: Double = 25
    ) {
        guard horizon > 0, horizon <= 4096, actual.count == classes.count * horizon, mean.count == actual.count,
            deviation.count == actual.count, belief >= 0, belief.isFinite, mean.allSatisfy({ $0 >= 0 && $0.isFinite }),
            deviation.allSatisfy({ $0 >= 0 && $0.isFinite }), classes.allSatisfy({ $0 >= 0 && $0 <= 100_000 })
        else { return nil }
        let count = (classes.max() ?? -1) + 1
        var products = [Double](repeating: 0, count: (count + 1) * horizon)
        var pairs = products
        var errors = [Double](repeating: 0, count: horizon)
        for (row, number) in classes.enumerated() {
            for h in 0..<horizon {
                let cell = row * horizon + h
                let error = (actual[cell] - mean[cell]) / deviation[cell]
                // One wild day shall not speak for a class: products are of errors within eight deviations.
                errors[h] = error.isFinite ? min(8, max(-8, error)) : .nan
            }
            for h in 0..<horizon where !errors[h].isNaN {
                for k in 0..<horizon - h where !errors[h + k].isNaN {
                    products[number * horizon + k] += errors[h] * errors[h + k]
                    pairs[number * horizon + k] += 1
                }
            }
        }
        for number in 0..<count {
            for k in 0..<horizon {
                products[count * horizon + k] += products[number * horizon + k]
                pairs[count * horizon + k] += pairs[number * horizon + k]
            }
        }
        guard pairs[count * horizon] > 0 else { return nil }
        var correlations = products
        var last = 0.0
        for k in 0..<horizon {
            // Where no pair is that far apart, as at the nearest distance that has some.
            if pairs[count * horizon + k] > 0 { last = products[count * horizon + k] / pairs[count * horizon + k] }
            correlations[count * horizon + k] = last
            for number in 0..<count {
                // Forecasts, not days, are what a class has of independent witnesses.
                let weight = belief * Double(horizon - k)
                let own = pairs[number * horizon + k]
                correlations[number * horizon + k] =
                    own + weight > 0 ? (products[number * horizon + k] + weight * last) / (own + weight) : last
            }
        }
        self.horizon = horizon
        classCount = count
        self.correlations = correlations
    }

    /// Mean product of standardised errors `distance` days apart; beyond the horizon that at its end.
    public func correlation(distance: Int, class number: Int) -> Double {
        let row = number >= 0 && number < classCount ? number : classCount
        return correlations[row * horizon + min(horizon - 1, abs(distance))]
    }

    /// Variance of the total of days with these standard deviations, units²: at least a tenth of what independent days'
    /// would be. O(days²).
    public func variance(deviations: [Double], class number: Int) -> Double {
        let row = (number >= 0 && number < classCount ? number : classCount) * horizon
        var sum = 0.0
        var independent = 0.0
        for i in deviations.indices {
            independent += deviations[i] * deviations[i]
            sum += deviations[i] * deviations[i] * correlations[row]
            var others = 0.0
            for j in 0..<i { others += deviations[j] * correlations[row + min(horizon - 1, i - j)] }
            sum += 2 * deviations[i] * others
        }
        return max(sum, 0.1 * independent)
    }
}
