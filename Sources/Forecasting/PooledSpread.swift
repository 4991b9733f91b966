import Glibc
import Numerics

/// How far demand strays from a level by what series look like, learned from the looks back of all of them.
///
/// Both parts of the variance φ·M + (κ·M)² follow log-linear laws, φ − 1 = exp(α·f) and κ² = exp(β·f), with the coefficients
/// of greatest likelihood of what came, as negative binomials. Found by the outer products of the scores in place of the
/// second derivatives: Berndt, Hall, Hall & Hausman, "Estimation and inference in nonlinear structural models", Annals of
/// Economic and Social Measurement 3 (1974).
struct PooledSpread: Sendable, Hashable {
    private typealias Traits = SIMD8<Double>

    private var scatter: SIMD8<Double>
    private var drift: SIMD8<Double>

    /// Most looks whose likelihood is taken; every so many of more.
    private static let mostLooks = 8000
    private static let rounds = 14
    /// Looks' worth of the belief that a trait changes nothing.
    private static let belief = 8.0

    /// What is learned from looks and the units expected of each.
    init(_ looks: [DemandStudy.Look], expected: [Double]) {
        let every = max(1, (looks.count + PooledSpread.mostLooks - 1) / PooledSpread.mostLooks)
        let used = stride(from: 0, to: looks.count, by: every).map {
            Example(
                traits: PooledSpread.traits(looks[$0].traits), mean: max(0.05, expected[$0]), came: looks[$0].came)
        }
        // An unknown product scatters by half beside chance, and strays by a quarter.
        scatter = Traits(log(0.5), 0, 0, 0, 0, 0, 0, 0)
        drift = Traits(2 * log(0.25), 0, 0, 0, 0, 0, 0, 0)
        let start = (scatter, drift)
        var likelihood = penalised(used, start)
        for _ in 0..<PooledSpread.rounds {
            guard let step = ascent(used, start) else { break }
            var share = 1.0
            var isBetter = false
            let before = (scatter, drift)
            while share > 0.01 {
                (scatter, drift) = (before.0 + share * step.0, before.1 + share * step.1)
                let reached = penalised(used, start)
                if reached > likelihood {
                    isBetter = reached > likelihood + 0.01
                    likelihood = reached
                    break
                }
                share /= 2
                (scatter, drift) = before
            }
            if !isBetter { break }
        }
    }

    /// Variance over mean, ≥ 1, and relative standard deviation of the level, for a series of these traits.
    func spread(_ traits: LevelTraits.Values) -> (phi: Double, kappa: Double) {
        let found = variance(PooledSpread.traits(traits))
        return (1 + found.scatter, found.drift.squareRoot())
    }

    private struct Example {
        let traits: Traits
        let mean: Double
        let came: Double
    }

    /// A constant; how far newest and usual days lie apart, and usual and old ones; demands missed; size; age; how unevenly
    /// single days and whole seasons sell.
    private static func traits(_ values: LevelTraits.Values) -> Traits {
        let values = SIMD16<Double>(values)
        return Traits(
            1, abs(values[1] - values[4]), abs(values[4] - values[5]), values[6], values[7], values[8],
            log(max(0.1, values[10])), values[11])
    }

    private func variance(_ traits: Traits) -> (scatter: Double, drift: Double) {
        (
            0.02 + exp(min(8, max(-5, (scatter * traits).sum()))), exp(min(2, max(-8, (drift * traits).sum())))
        )
    }

    private func penalised(_ examples: [Example], _ start: (Traits, Traits)) -> Double {
        var sum = 0.0
        for example in examples {
            let (mean, came) = (example.mean, example.came)
            let found = variance(example.traits)
            let excess = found.scatter * mean + found.drift * mean * mean
            let shape = mean * mean / excess
            sum +=
                lgamma(came + shape) - lgamma(shape) + shape * log(mean / (mean + excess))
                + came * log(excess / (mean + excess))
        }
        let (a, b) = (scatter - start.0, drift - start.1)
        return sum - 0.5 * PooledSpread.belief * ((a * a).sum() + (b * b).sum())
    }

    /// The step to where the likelihood would be greatest if it were a parabola; nil where it has no top.
    private func ascent(_ examples: [Example], _ start: (Traits, Traits)) -> (Traits, Traits)? {
        let size = 16
        var products = [Double](repeating: 0, count: size * size)
        var slope = SIMD16<Double>(
            lowHalf: PooledSpread.belief * (start.0 - scatter), highHalf: PooledSpread.belief * (start.1 - drift))
        for example in examples {
            let (mean, came) = (example.mean, example.came)
            let found = variance(example.traits)
            let parts = (found.scatter * mean, found.drift * mean * mean)
            let excess = parts.0 + parts.1
            let shape = mean * mean / excess
            let total = mean + excess
            let byShape = Gamma.digamma(came + shape) - Gamma.digamma(shape) + log(mean / total)
            let byChance = shape * total / mean - came * total / excess
            let byExcess = -byShape * shape / excess - byChance * mean / (total * total)
            let score = SIMD16<Double>(
                lowHalf: byExcess * parts.0 * example.traits, highHalf: byExcess * parts.1 * example.traits)
            slope += score
            for row in 0..<size {
                for column in 0...row { products[row * size + column] += score[row] * score[column] }
            }
        }
        for row in 0..<size {
            products[row * size + row] += PooledSpread.belief
            for column in 0..<row { products[column * size + row] = products[row * size + column] }
        }
        var step = (0..<size).map { slope[$0] }
        guard Cholesky.solve(&products, &step, size), step.allSatisfy(\.isFinite) else { return nil }
        var both = SIMD16<Double>.zero
        for place in 0..<size { both[place] = step[place] }
        return (both.lowHalf, both.highHalf)
    }

    private func lgamma(_ x: Double) -> Double { Glibc.lgamma(x).0 }
}
