// Poisson and negative binomial, by the recursion that they share: P(k) = (a + b ÷ k) · P(k − 1), the (a, b, 0) class of
// Panjer, "Recursive evaluation of a family of compound distributions", ASTIN Bulletin 12 (1981). Weights are built
// outwards from the mode, so nothing under- or overflows and no gamma function is needed.

extension CountDistribution {
    /// Poisson of this mean; nil unless it is in 0…1e12.
    public static func poisson(mean: Double) -> CountDistribution? {
        negativeBinomial(mean: mean, variance: mean)
    }

    /// The negative binomial of this mean and variance: Poisson demand whose rate varies like a gamma.
    ///
    /// A variance at or below the mean gives the Poisson distribution, which is the least spread that independent
    /// customers can have. On a coarse grid it is the same family in units of the step with the same mean and variance;
    /// where that would need less spread than Poisson's, a normal that keeps E[(D − x)⁺] exact at every grid point.
    ///
    /// Nil unless `mean` is in 0…1e12 and the variance in 0…1e24, or where a single cell would be wider than 2⁴⁰ units.
    public static func negativeBinomial(mean: Double, variance: Double) -> CountDistribution? {
        guard mean >= 0, mean <= 1e12, variance >= 0, variance <= 1e24 else { return nil }
        guard mean > 0 else { return .zero }
        let spread = max(variance, mean)
        // The kept range is never narrower than eight deviations, so no step that cannot hold those is tried.
        var step = 1
        while 8 * spread.squareRoot() / Double(step) > Double(maximumCells) { step *= 2 }
        while step <= 1 << 40 {
            let width = Double(step)
            if step == 1 || spread > mean * width {
                if let found = panjer(mean: mean / width, variance: spread / (width * width), step: step) {
                    return found
                }
            } else if 2 * reach * spread.squareRoot() / width + 2 < Double(maximumCells) {
                return normal(mean: mean, deviation: spread.squareRoot(), step: step)
            }
            step *= 2
        }
        return nil
    }

    /// Deviations either side of the mean that a normal keeps; beyond them lies 1e-10.
    private static let reach = 6.5

    /// Relative mass at which a tail is cut; a tenth of what is promised, as there are two.
    private static let tail = 1e-10

    /// The distribution on cells of `step`, moments given in cells; nil where it needs more than `maximumCells`.
    private static func panjer(mean: Double, variance: Double, step: Int) -> CountDistribution? {
        let excess = variance - mean
        // Poisson is the limit of no excess; below this the two differ by less than their rounding.
        let isPoisson = excess <= mean * 1e-9
        let a = isPoisson ? 0 : excess / variance
        let b = isPoisson ? mean : a * (mean * mean / excess - 1)
        // P(k) ≥ P(k − 1) while a + b/k ≥ 1.
        let mode = max(0, (b / (1 - a)).rounded(.down))

        var rising = [1.0]
        var sum = 1.0
        var weight = 1.0
        var k = mode
        while true {
            k += 1
            let ratio = a + b / k
            weight *= ratio
            rising.append(weight)
            sum += weight
            if rising.count > maximumCells { return nil }
            // From here on the ratio never exceeds the larger of this one and its limit a: a geometric bound.
            let bound = max(ratio, a)
            if weight * bound < tail * sum * (1 - bound) { break }
        }
        var falling: [Double] = []
        weight = 1
        k = mode
        while k > 0 {
            let ratio = k / (a * k + b)
            weight *= ratio
            falling.append(weight)
            sum += weight
            if rising.count + falling.count > maximumCells { return nil }
            k -= 1
            // Downwards the ratio only falls.
            if weight * ratio < tail * sum * (1 - ratio) { break }
        }
        let first = Int(mode) - falling.count
        falling.reverse()
        return CountDistribution(weights: falling + rising, first: first, step: step)
    }

    /// The distribution on the grid whose loss equals the normal's at every grid point: each cell's weight is the second
    /// difference of the loss there.
    private static func normal(mean: Double, deviation: Double, step: Int) -> CountDistribution {
        let width = Double(step)
        let first = max(0, ((mean - reach * deviation) / width).rounded(.down))
        let last = ((mean + reach * deviation) / width).rounded(.up)
        // Expected units above a point minus those that any point below would see for certain: no cancellation.
        func loss(_ cell: Double) -> Double {
            let k = (cell * width - mean) / deviation
            return deviation * (Normal.loss(abs(k)) ?? 0)
        }
        var weights: [Double] = []
        weights.reserveCapacity(Int(last - first) + 1)
        var cell = first
        while cell <= last {
            // G(−k) = G(k) + k: mirrored left of the mean, the linear part drops out except in the cell that holds it.
            let kink = max(0, width - abs(mean - cell * width))
            weights.append(max(0, loss(cell - 1) - 2 * loss(cell) + loss(cell + 1) + kink))
            cell += 1
        }
        return CountDistribution(weights: weights, first: Int(first), step: step)
    }
}
