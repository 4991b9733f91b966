/// How sure the total of a difference is that was measured on each of several items, in several draws.
///
/// The percentile interval of the paired bootstrap over items (Efron & Tibshirani, "An Introduction to the Bootstrap", 1993,
/// chapter 13): as many items as there are, chosen with replacement; both sides of a difference are chosen together. Each
/// resample is taken under one of the draws, so that the interval spans chance in the draws and in which items there are.
public struct PairedBootstrap: Hashable, Sendable {
    /// The total over the items, mean of the draws.
    public let total: Double
    /// The ends of the interval.
    public let low: Double, high: Double

    /// The interval of the sum over items.
    ///
    /// - Parameters:
    ///   - values: item after item, `draws` values each; finite.
    ///   - draws: values of an item, ≥ 1.
    ///   - level: chance that the interval is to hold, above 0 and below 1.
    ///   - resamples: how often items are chosen anew, ≥ 1.
    ///   - seed: of the choice.
    /// - Returns: nil where a number is out of range or the values are not whole items.
    public init?(_ values: [Double], draws: Int, level: Double = 0.9, resamples: Int = 1000, seed: UInt64) {
        guard draws >= 1, values.count % draws == 0, level > 0, level < 1, resamples >= 1 else { return nil }
        guard values.allSatisfy(\.isFinite) else { return nil }
        let items = values.count / draws
        var sum = 0.0
        for value in values { sum += value }
        total = sum / Double(draws)
        var generator = SplitMix64(seed: seed)
        func choice(of count: Int) -> Int { Int(generator.next().multipliedFullWidth(by: UInt64(count)).high) }
        var totals = [Double](repeating: 0, count: resamples)
        for resample in totals.indices {
            let draw = choice(of: draws)
            var sum = 0.0
            for _ in 0..<items { sum += values[choice(of: items) * draws + draw] }
            totals[resample] = sum
        }
        totals.sort()
        low = PairedBootstrap.quantile((1 - level) / 2, of: totals)
        high = PairedBootstrap.quantile((1 + level) / 2, of: totals)
    }

    /// The value below which a share of ascending ones lies, between two neighbours in proportion (Hyndman & Fan, "Sample
    /// quantiles in statistical packages", The American Statistician 50, 1996, definition 7). `sorted` is not empty.
    public static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        let place = min(1, max(0, share)) * Double(sorted.count - 1)
        let below = Int(place)
        guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
        return sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below])
    }
}
