import Glibc

/// Negative binomial demand per period where stock sometimes ran out: Poisson demand whose rate varies like a gamma.
public struct CensoredNegativeBinomial: Sendable, Hashable {
    /// Expected units a period.
    public let mean: Double
    /// Var[D], units², ≥ mean.
    public let variance: Double
    /// Logarithm of the likelihood there.
    public let logLikelihood: Double

    /// The fit with the greatest likelihood.
    ///
    /// For a given shape the mean is found by EM: a period that ran out at c counts as E[D | D ≥ c], and the completed
    /// mean is the next one. The shape is searched on a logarithmic scale; up to 1e4 it is searched, beyond that it is
    /// Poisson. O(distinct values × greatest value) a step.
    ///
    /// Nil where lengths differ, a value is not a whole number of 0…100,000, or no period was seen whole.
    ///
    /// - Parameters:
    ///   - units: sold in each period, whole.
    ///   - isCensored: whether stock ran out in it.
    public init?(units: [Double], isCensored: [Bool]) {
        guard units.count == isCensored.count else { return nil }
        var seen: [(value: Double, weight: Double)] = []
        var bounds: [(value: Double, weight: Double)] = []
        for i in units.indices.sorted(by: { units[$0] < units[$1] }) {
            guard units[i] >= 0, units[i] <= 100_000, units[i] == units[i].rounded() else { return nil }
            if isCensored[i] {
                guard units[i] > 0 else { continue }
                if bounds.last?.value == units[i] { bounds[bounds.count - 1].weight += 1; continue }
                bounds.append((units[i], 1))
            } else {
                if seen.last?.value == units[i] { seen[seen.count - 1].weight += 1; continue }
                seen.append((units[i], 1))
            }
        }
        guard !seen.isEmpty, let start = CensoredPoisson.mean(units: units, isCensored: isCensored) else { return nil }
        guard start > 0 else {
            (mean, variance, logLikelihood) = (0, 0, 0)
            return
        }
        var mean = start
        func fit(_ logShape: Double) -> Double {
            CensoredNegativeBinomial.profile(shape: exp(logShape), mean: &mean, seen: seen, bounds: bounds)
        }
        // A coarse scan first: with few periods the likelihood can have its greatest value at the Poisson end.
        let grid = stride(from: log(0.02), through: log(1e4), by: 0.82).map { $0 }
        let values = grid.map(fit)
        let best = values.indices.max { values[$0] < values[$1] } ?? 0
        var low = grid[max(0, best - 1)]
        var high = grid[min(grid.count - 1, best + 1)]
        let ratio = 0.618_033_988_749_894_9
        var left = high - ratio * (high - low)
        var right = low + ratio * (high - low)
        var (atLeft, atRight) = (fit(left), fit(right))
        for _ in 0..<45 {
            if atLeft > atRight {
                (high, right, atRight) = (right, left, atLeft)
                left = high - ratio * (high - low)
                atLeft = fit(left)
            } else {
                (low, left, atLeft) = (left, right, atRight)
                right = low + ratio * (high - low)
                atRight = fit(right)
            }
        }
        let shape = exp((low + high) / 2)
        let likelihood = fit((low + high) / 2)
        self.mean = mean
        variance = shape > 9000 ? mean : mean + mean * mean / shape
        logLikelihood = likelihood
    }

    /// The likelihood of a shape at the mean that suits it best; `mean` is the start and then the answer.
    private static func profile(
        shape: Double, mean: inout Double, seen: [(value: Double, weight: Double)],
        bounds: [(value: Double, weight: Double)]
    ) -> Double {
        var sum = 0.0
        var count = 0.0
        for point in seen {
            sum += point.value * point.weight
            count += point.weight
        }
        for bound in bounds { count += bound.weight }
        for _ in 0..<(bounds.isEmpty ? 1 : 500) {
            var completed = sum
            for bound in bounds {
                completed += bound.weight * tail(bound.value, mean: mean, shape: shape).mean
            }
            let next = max(completed / count, 1e-12)
            let isSettled = abs(next - mean) <= 1e-12 * next
            mean = next
            if isSettled { break }
        }
        var likelihood = 0.0
        for point in seen { likelihood += point.weight * logChance(point.value, mean: mean, shape: shape) }
        for bound in bounds { likelihood += bound.weight * tail(bound.value, mean: mean, shape: shape).logChance }
        return likelihood
    }

    /// log P(D = x).
    private static func logChance(_ x: Double, mean: Double, shape: Double) -> Double {
        lgamma(x + shape).0 - lgamma(shape).0 - lgamma(x + 1).0 - shape * log1p(mean / shape)
            + (x > 0 ? x * log(mean / (mean + shape)) : 0)
    }

    /// log P(D ≥ c) and E[D | D ≥ c], for c ≥ 1.
    static func tail(_ c: Double, mean: Double, shape: Double) -> (logChance: Double, mean: Double) {
        let q = mean / (mean + shape)
        if c <= mean {
            // From below: the chance above is not small here.
            var chance = exp(-shape * log1p(mean / shape))
            var (below, moment) = (chance, 0.0)
            var k = 0.0
            while k + 1 < c {
                chance *= (k + shape) / (k + 1) * q
                k += 1
                below += chance
                moment += k * chance
            }
            let above = max(1e-12, 1 - below)
            return (log(above), max(c, (mean - moment) / above))
        }
        var term = 1.0
        var (sum, moment) = (1.0, 0.0)
        var k = c
        while k < c + 10_000_000 {
            let ratio = (k + shape) / (k + 1) * q
            term *= ratio
            k += 1
            sum += term
            moment += (k - c) * term
            if ratio < 1, term * (k - c) < 1e-15 * (moment + 1) * (1 - ratio) { break }
        }
        return (logChance(c, mean: mean, shape: shape) + log(sum), c + moment / sum)
    }
}
