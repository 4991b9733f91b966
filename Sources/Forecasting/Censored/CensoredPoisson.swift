import Glibc
import Numerics

/// Poisson demand per period where stock sometimes ran out: a period that did says P(D ≥ what was sold).
public enum CensoredPoisson {
    /// The mean with the greatest likelihood, units a period.
    ///
    /// The likelihood is log-concave in the mean, so the root of its slope is found for certain. Units need not be whole.
    ///
    /// - Parameters:
    ///   - units: sold in each period, 0…1e9.
    ///   - isCensored: whether stock ran out in it; a period that ran out at 0 says nothing and is left out.
    /// - Returns: nil where lengths differ, a value is out of range, or no period was seen whole: the likelihood then has
    ///   no greatest value.
    public static func mean(units: [Double], isCensored: [Bool]) -> Double? {
        guard units.count == isCensored.count else { return nil }
        var seen = 0.0
        var sum = 0.0
        var bounds: [Double] = []
        for (units, isCensored) in zip(units, isCensored) {
            guard units >= 0, units <= 1e9 else { return nil }
            if !isCensored {
                seen += 1
                sum += units
            } else if units > 0 {
                bounds.append(units)
            }
        }
        guard seen > 0 else { return nil }
        guard sum > 0 || !bounds.isEmpty else { return 0 }
        bounds.sort()
        func slope(_ mean: Double) -> Double {
            var slope = sum / mean - seen
            var index = 0
            while index < bounds.count {
                // Equal bounds share one evaluation.
                var end = index
                while end < bounds.count, bounds[end] == bounds[index] { end += 1 }
                slope += Double(end - index) * hazard(bounds[index], mean: mean)
                index = end
            }
            return slope
        }
        // At most all periods are as large as the largest bound allows: E[D | D ≥ c] ≤ c + mean, solved for the mean.
        var low = max(sum / (seen + Double(bounds.count)), 1e-12)
        var high = (sum + bounds.reduce(0, +)) / seen + 1
        for _ in 0..<200 where high - low > 1e-13 * high {
            let middle = (low + high) / 2
            if slope(middle) > 0 { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// Derivative of log P(D ≥ c) by the mean: P(c − 1) ÷ P(D ≥ c), for c > 0.
    static func hazard(_ c: Double, mean: Double) -> Double {
        if mean < c + 1 {
            // P(D ≥ c) ÷ P(c) as a falling series, so that neither of two tiny numbers is needed.
            var term = 1.0
            var sum = 1.0
            var k = c
            while term > 1e-17 * sum, k < c + 100_000 {
                k += 1
                term *= mean / k
                sum += term
            }
            return c / mean / sum
        }
        let chance = Gamma.cumulative(mean, mean: c, deviation: c.squareRoot()) ?? 1
        return exp((c - 1) * log(mean) - mean - lgamma(c).0) / max(chance, .leastNormalMagnitude)
    }
}
