import Glibc
import Numerics

/// Normal demand per period where stock sometimes ran out: a period that did says P(D ≥ what was sold).
///
/// Tobin, "Estimation of relationships for limited dependent variables", Econometrica 26 (1958).
public struct NormalTobit: Sendable, Hashable {
    /// Expected units a period.
    public let mean: Double
    /// Standard deviation of a period's demand, units, > 0.
    public let deviation: Double

    /// The fit with the greatest likelihood.
    ///
    /// Newton's method in μ ÷ σ and 1 ÷ σ, in which the likelihood is concave (Olsen, "Note on the uniqueness of the maximum
    /// likelihood estimator for the Tobit model", Econometrica 46, 1978).
    ///
    /// Nil where lengths differ, a value is not finite, or fewer than two different values were seen whole.
    ///
    /// - Parameters:
    ///   - units: sold in each period.
    ///   - isCensored: whether stock ran out in it.
    public init?(units: [Double], isCensored: [Bool]) {
        guard units.count == isCensored.count, units.allSatisfy({ $0.isFinite && abs($0) <= 1e15 }) else { return nil }
        let seen = zip(units, isCensored).filter { !$0.1 }.map(\.0)
        let bounds = zip(units, isCensored).filter { $0.1 }.map(\.0)
        guard let least = seen.min(), let most = seen.max(), most > least else { return nil }
        // In units of their own spread about their own middle, so that size and place do not matter.
        let count = Double(seen.count)
        let centre = seen.reduce(0) { $0 + $1 / count }
        let spread = seen.reduce(0) { $0 + ($1 - centre) * ($1 - centre) / count }.squareRoot()
        guard spread > 0, spread.isFinite else { return nil }
        let points = seen.map { ($0 - centre) / spread }
        let limits = bounds.map { ($0 - centre) / spread }

        var (ratio, inverse) = (0.0, 1.0)
        var value = NormalTobit.likelihood(points, limits, ratio, inverse)
        for _ in 0..<200 {
            var gradient = (0.0, count / inverse)
            var hessian = (0.0, 0.0, -count / (inverse * inverse))
            for x in points {
                let z = inverse * x - ratio
                gradient.0 += z
                gradient.1 -= z * x
                hessian.0 -= 1
                hessian.1 += x
                hessian.2 -= x * x
            }
            for c in limits {
                let z = ratio - inverse * c
                let mills = NormalTobit.mills(z)
                let bend = -mills * (mills + z)
                gradient.0 += mills
                gradient.1 -= mills * c
                hessian.0 += bend
                hessian.1 -= bend * c
                hessian.2 += bend * c * c
            }
            let determinant = hessian.0 * hessian.2 - hessian.1 * hessian.1
            guard determinant > 0, determinant.isFinite else { break }
            let step = (
                -(hessian.2 * gradient.0 - hessian.1 * gradient.1) / determinant,
                -(hessian.0 * gradient.1 - hessian.1 * gradient.0) / determinant
            )
            var size = 1.0
            var improved = false
            while size > 1e-10 {
                let (nextRatio, nextInverse) = (ratio + size * step.0, inverse + size * step.1)
                if nextInverse > 0 {
                    let next = NormalTobit.likelihood(points, limits, nextRatio, nextInverse)
                    if next >= value {
                        improved = abs(size * step.0) + abs(size * step.1) > 1e-13 * (abs(ratio) + inverse)
                        (ratio, inverse, value) = (nextRatio, nextInverse, next)
                        break
                    }
                }
                size /= 2
            }
            if !improved { break }
        }
        let deviation = spread / inverse
        let mean = centre + deviation * ratio
        guard deviation > 0, deviation.isFinite, mean.isFinite else { return nil }
        self.mean = mean
        self.deviation = deviation
    }

    private static func likelihood(_ points: [Double], _ limits: [Double], _ ratio: Double, _ inverse: Double) -> Double
    {
        var sum = Double(points.count) * log(inverse)
        for x in points { sum -= 0.5 * (inverse * x - ratio) * (inverse * x - ratio) }
        for c in limits { sum += logBelow(ratio - inverse * c) }
        return sum
    }

    /// log Φ(z); below −30 by its leading term.
    private static func logBelow(_ z: Double) -> Double {
        z > -30 ? log(Normal.cumulative(z) ?? 0.5) : -0.5 * z * z - log(-z) - 0.918_938_533_204_672_7
    }

    /// φ(z) ÷ Φ(z); below −30 by the first terms of its expansion.
    private static func mills(_ z: Double) -> Double {
        z > -30 ? Normal.density(z) / (Normal.cumulative(z) ?? 0.5) : -z - 1 / z
    }
}
