import Glibc

/// The gamma distribution: positive, right-skewed, the usual shape of lead times.
public enum Gamma {
    /// P(X ≤ `x`) for a gamma variable of this mean and standard deviation, 0…1, to 1e-12.
    ///
    /// Nil unless mean and deviation are positive and finite and `x` is a number.
    public static func cumulative(_ x: Double, mean: Double, deviation: Double) -> Double? {
        guard mean > 0, deviation > 0, mean.isFinite, deviation.isFinite, !x.isNaN else { return nil }
        let shape = (mean / deviation) * (mean / deviation)
        guard shape.isFinite, shape > 0 else { return nil }
        if x <= 0 { return 0 }
        if x == .infinity { return 1 }
        return regularised(shape: shape, x / mean * shape)
    }

    /// The regularised lower incomplete gamma function P(a, x), a > 0, x > 0.
    ///
    /// Series of DLMF 8.7.1 left of a + 1, continued fraction of DLMF 8.9.2 (by Lentz's method) right of it: each
    /// converges fast on its side. Beyond a = 1e6 the cube-root normal approximation of Wilson & Hilferty (1931),
    /// whose error there is below 1e-7, bounds the time.
    static func regularised(shape a: Double, _ x: Double) -> Double {
        if a > 1_000_000 {
            let ninth = 1 / (9 * a)
            return Normal.below((cbrt(x / a) - 1 + ninth) / ninth.squareRoot())
        }
        let front = exp(a * log(x) - x - lgamma(a))
        if x < a + 1 {
            var term = 1 / a
            var sum = term
            var n = a
            repeat {
                n += 1
                term *= x / n
                sum += term
            } while term > sum * 1e-16
            return min(1, front * sum)
        }
        let tiny = 1e-300
        var b = x + 1 - a
        var c = 1 / tiny
        var d = 1 / b
        var fraction = d
        var i = 1.0
        while i < 100_000 {
            let numerator = -i * (i - a)
            b += 2
            d = numerator * d + b
            if abs(d) < tiny { d = tiny }
            c = b + numerator / c
            if abs(c) < tiny { c = tiny }
            d = 1 / d
            let change = d * c
            fraction *= change
            if abs(change - 1) < 1e-15 { break }
            i += 1
        }
        return min(1, max(0, 1 - front * fraction))
    }

    /// ψ(x), the derivative of the logarithm of the gamma function, x > 0, to 1e-12; NaN elsewhere.
    ///
    /// Upwards by ψ(x + 1) = ψ(x) + 1/x (DLMF 5.5.2) to where the asymptotic series of DLMF 5.11.2 is exact.
    public static func digamma(_ x: Double) -> Double {
        guard x > 0 else { return .nan }
        var x = x
        var sum = 0.0
        while x < 10 {
            sum -= 1 / x
            x += 1
        }
        let square = 1 / (x * x)
        let series =
            square
            * (1.0 / 12 - square * (1.0 / 120 - square * (1.0 / 252 - square * (1.0 / 240 - square * (1.0 / 132)))))
        return sum + log(x) - 0.5 / x - series
    }

    private static func lgamma(_ x: Double) -> Double { Glibc.lgamma(x).0 }
}
