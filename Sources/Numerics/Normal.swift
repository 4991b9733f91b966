import Glibc

/// The standard normal distribution and its unit loss, which textbook safety stocks are made of.
///
/// Arguments that are not numbers give nil or, where the return value is not optional, the value of the nearest limit:
/// no function here returns NaN.
public enum Normal {
    /// Density at `z`; 0 where `z` is not finite.
    public static func density(_ z: Double) -> Double {
        z.isFinite ? exp(-0.5 * z * z) * 0.398_942_280_401_432_7 : 0
    }

    /// P(Z ≤ `z`), 0…1, with full relative precision in the lower tail; nil for NaN.
    public static func cumulative(_ z: Double) -> Double? {
        z.isNaN ? nil : below(z)
    }

    /// The `z` with P(Z ≤ z) = `p`, to 1e-12; nil unless 0 < `p` < 1.
    ///
    /// Starts from Abramowitz & Stegun 26.2.23 (error below 4.5e-4) and takes two Halley steps, each of which triples
    /// the number of correct digits.
    public static func quantile(_ p: Double) -> Double? {
        guard p > 0, p < 1 else { return nil }
        // The lower tail is where the distribution function keeps its precision; the upper one follows by symmetry.
        let tail = min(p, 1 - p)
        let t = (-2 * log(tail)).squareRoot()
        let numerator = 2.515517 + t * (0.802853 + t * 0.010328)
        let denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
        var z = -(t - numerator / denominator)
        for _ in 0..<2 {
            let slope = density(z)
            // Beyond 38 deviations the density is no longer a normal number and the start is as good as it gets.
            guard slope > Double.leastNormalMagnitude else { break }
            let newton = (below(z) - tail) / slope
            z -= newton / (1 + z * newton / 2)
        }
        return p <= 0.5 ? z : -z
    }

    /// Unit loss G(k) = E[(Z − k)⁺] = φ(k) − k·(1 − Φ(k)), ≥ 0; nil for NaN.
    ///
    /// G(−k) = G(k) + k. Source: Silver, Pyke & Peterson, "Inventory Management and Production Planning and
    /// Scheduling", 3rd ed., appendix B.
    public static func loss(_ k: Double) -> Double? {
        if k.isNaN { return nil }
        if k == .infinity { return 0 }
        if k == -.infinity { return .infinity }
        return max(0, density(k) - k * below(-k))
    }

    /// The `k` with G(k) = `loss`, to 1e-10; nil unless `loss` is positive and finite.
    public static func inverseLoss(_ loss: Double) -> Double? {
        guard loss > 0, loss.isFinite else { return nil }
        // G(k) > −k, so the root lies above −loss; G(38) is below every positive number a double can hold.
        var low = -loss
        var high = 40.0
        var k = loss > 0.4 ? -loss : 0
        for _ in 0..<200 {
            let excess = max(0, density(k) - k * below(-k)) - loss
            if excess > 0 { low = k } else { high = k }
            let slope = below(-k)
            var next = slope > 0 ? k + excess / slope : .nan
            if !(next > low && next < high) { next = (low + high) / 2 }
            if abs(next - k) <= 1e-13 * max(1, abs(k)) { return next }
            k = next
        }
        return k
    }

    static func below(_ z: Double) -> Double { 0.5 * erfc(-z * 0.707_106_781_186_547_5) }
}
