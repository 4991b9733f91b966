import Glibc
import Numerics

/// A negative binomial walked up from 0: the quickest way to a few quantiles of a small count.
///
/// A variance that is not above the mean makes it Poisson. Means above 200 go over to the gamma distribution of the same
/// moments, whose error there is a fraction of a unit.
struct CountWalk {
    private let mean: Float
    private let variance: Float
    private static let largest: Float = 200

    init(mean: Float, variance: Float) {
        self.mean = max(1e-9, mean)
        self.variance = max(variance, self.mean * 1.000_1)
    }

    private var shape: Float { mean * mean / (variance - mean) }

    /// Chance of nothing, and the ratio of each chance to the one before: (k + shape) ÷ (k + 1) × `odds`.
    private var start: (chance: Double, shape: Double, odds: Double) {
        let shape = Double(shape)
        let share = shape / (shape + Double(mean))
        return (exp(shape * log(share)), shape, 1 - share)
    }

    /// P(D < count) + draw × P(D = count), 0…1: uniform where the distribution is right and `draw` is.
    func place(of count: Int, draw: Float) -> Float {
        guard mean < CountWalk.largest else {
            return Float(
                Gamma.cumulative(
                    Double(count) + Double(draw) - 0.5, mean: Double(mean), deviation: Double(variance).squareRoot())
                    ?? 0.5)
        }
        let (nothing, shape, odds) = start
        var chance = nothing
        var below = 0.0
        for step in 0..<min(count, 100_000) {
            below += chance
            chance *= (Double(step) + shape) / (Double(step) + 1) * odds
        }
        return Float(min(1, below + Double(draw) * chance))
    }

    /// The least count whose cumulated chance reaches each level; levels ascending, below 1.
    func quantiles(_ levels: [Float], into counts: inout [Int]) {
        guard mean < CountWalk.largest else {
            let deviation = Double(variance).squareRoot()
            for level in levels {
                var low = 0.0
                var high = Double(mean) + 12 * deviation
                while high - low > 0.25 {
                    let middle = (low + high) / 2
                    let below = Gamma.cumulative(middle, mean: Double(mean), deviation: deviation) ?? 1
                    if below < Double(level) { low = middle } else { high = middle }
                }
                counts.append(Int(high.rounded()))
            }
            return
        }
        let (nothing, shape, odds) = start
        var chance = nothing
        var cumulated = chance
        var count = 0
        for level in levels {
            while cumulated < Double(level), count < 100_000, chance > 1e-12 || Double(count) < Double(mean) {
                chance *= (Double(count) + shape) / (Double(count) + 1) * odds
                count += 1
                cumulated += chance
            }
            counts.append(count)
        }
    }
}
