import Glibc

/// A small seeded generator: the same seed gives the same draws on every machine.
///
/// Steele, Lea & Flood, "Fast splittable pseudorandom number generators" (2014). For simulation and tests; not for
/// secrets.
public struct SplitMix64: RandomNumberGenerator, Sendable, Hashable {
    private var state: UInt64

    /// A generator whose whole sequence follows from `seed`.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Uniform on the open interval (0, 1): never an end, so its logarithm is always finite.
    public mutating func uniform() -> Double {
        (Double(next() >> 11) + 0.5) * 0x1p-53
    }

    /// A standard normal draw, by inversion: one uniform each, so sequences stay aligned whatever is drawn.
    public mutating func normal() -> Double {
        // The interval is open, so the quantile exists.
        Normal.quantile(uniform()) ?? 0
    }

    /// A gamma draw of this shape and scale (mean shape × scale); nil unless both are positive and finite.
    ///
    /// Marsaglia & Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000).
    public mutating func gamma(shape: Double, scale: Double) -> Double? {
        guard shape > 0, scale > 0, shape.isFinite, scale.isFinite else { return nil }
        // Below one the method needs a shape larger by one and a power of a uniform.
        let boost = shape < 1 ? pow(uniform(), 1 / shape) : 1
        let d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let root = 1 + c * x
            guard root > 0 else { continue }
            let cube = root * root * root
            if log(uniform()) < 0.5 * x * x + d - d * cube + d * log(cube) { return d * cube * boost * scale }
        }
    }

    /// A Poisson draw; nil unless `mean` is in 0…1e15.
    ///
    /// Multiplication of uniforms for small means; PTRS of Hörmann, "The transformed rejection method for generating
    /// Poisson random variables" (1993), from 10 on.
    public mutating func poisson(mean: Double) -> Int? {
        guard mean >= 0, mean <= 1e15 else { return nil }
        if mean < 10 {
            let limit = exp(-mean)
            var count = 0
            var product = uniform()
            while product > limit {
                count += 1
                product *= uniform()
            }
            return count
        }
        let b = 0.931 + 2.53 * mean.squareRoot()
        let a = -0.059 + 0.02483 * b
        let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
        let accept = 0.9277 - 3.6224 / (b - 2)
        let logMean = log(mean)
        while true {
            let u = uniform() - 0.5
            let v = uniform()
            let side = 0.5 - abs(u)
            let k = ((2 * a / side + b) * u + mean + 0.43).rounded(.down)
            if side >= 0.07, v <= accept { return Int(k) }
            if k < 0 || (side < 0.013 && v > side) { continue }
            if log(v * inverseAlpha / (a / (side * side) + b)) <= k * logMean - mean - lgamma(k + 1).0 {
                return Int(k)
            }
        }
    }

    /// A negative binomial draw: Poisson demand whose rate is gamma. `variance` ≤ `mean` draws Poisson; nil as `poisson`.
    public mutating func negativeBinomial(mean: Double, variance: Double) -> Int? {
        guard mean >= 0, mean <= 1e15, variance.isFinite else { return nil }
        guard mean > 0, variance > mean else { return poisson(mean: mean) }
        let scale = variance / mean - 1
        return gamma(shape: mean / scale, scale: scale).flatMap { poisson(mean: $0) }
    }
}
