import Glibc
import Numerics

/// Quantiles of a negative binomial, quick enough for every day of every series.
enum CountTail {
    /// The least count with P(D ≤ count) ≥ p, for mean m > 0 and variance m + κ·m².
    ///
    /// Exact by its recursion while the mean is small; the gamma law's by Wilson & Hilferty (PNAS 17, 1931), half a unit
    /// up, beyond.
    static func quantile(_ p: Double, mean: Double, kappa: Double) -> Double {
        guard mean > 0, mean.isFinite, kappa >= 0 else { return 0 }
        let kappa = max(kappa, 1e-6)
        if mean <= 30 {
            let (size, share) = (1 / kappa, kappa * mean / (1 + kappa * mean))
            var mass = pow(1 + kappa * mean, -size)
            var below = mass
            var count = 0.0
            while below < p, count < 10_000 {
                mass *= share * (size + count) / (count + 1)
                count += 1
                below += mass
            }
            return count
        }
        let relative = (1 / mean + kappa) / 9
        let root = 1 - relative + (Normal.quantile(p) ?? 0) * relative.squareRoot()
        return (mean * max(0, root * root * root)).rounded()
    }
}
