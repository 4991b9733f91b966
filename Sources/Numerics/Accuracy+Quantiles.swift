// Scores of quantiles and of intervals.

extension Accuracy {
    /// Scaled pinball loss: the mean pinball loss over the mean absolute step of the history, which starts at its first
    /// value that is not zero.
    ///
    /// Makridakis et al., "The M5 uncertainty competition", IJF 38 (2022). Nil also where the history never moves.
    public static func scaledPinball(
        actual: [Double], quantile: [Double], level: Double, history: [Double]
    ) -> Double? {
        let sold = Array(history.drop { $0 == 0 })
        guard sold.count > 1 else { return nil }
        let scale = scored(Array(sold.dropFirst()), Array(sold.dropLast())) { abs($0 - $1) }
            .divided(by: Double(sold.count - 1))
        return pinball(actual: actual, quantile: quantile, level: level).divided(by: scale)
    }

    /// Mean interval score of the central interval with miscoverage `alpha`, 0 < α < 1, units: its width, and 2 ÷ α times
    /// the distance of each outcome outside it.
    ///
    /// Winkler, "A decision-theoretic approach to interval estimation", JASA 67 (1972). Nil also where a lower end lies
    /// above its upper end.
    public static func winkler(actual: [Double], lower: [Double], upper: [Double], alpha: Double) -> Double? {
        guard alpha > 0, alpha < 1, !actual.isEmpty, lower.count == actual.count, upper.count == actual.count else {
            return nil
        }
        var sum = 0.0
        for i in actual.indices {
            guard lower[i] <= upper[i] else { return nil }
            let outside = max(0, lower[i] - actual[i]) + max(0, actual[i] - upper[i])
            // max() hides a missing outcome, the product shows it.
            sum += upper[i] - lower[i] + 2 / alpha * outside + 0 * actual[i]
        }
        return sum.isFinite ? sum / Double(actual.count) : nil
    }

    /// Share of outcomes within their intervals, ends included, 0…1.
    ///
    /// A lower end of −∞ or an upper end of +∞ gives the coverage of one quantile.
    public static func coverage(actual: [Double], lower: [Double], upper: [Double]) -> Double? {
        guard !actual.isEmpty, lower.count == actual.count, upper.count == actual.count else { return nil }
        var inside = 0
        for i in actual.indices {
            guard actual[i].isFinite, lower[i] <= upper[i] else { return nil }
            if actual[i] >= lower[i], actual[i] <= upper[i] { inside += 1 }
        }
        return Double(inside) / Double(actual.count)
    }

    /// Scaled CRPS from quantiles: twice the pinball loss, averaged over levels and summed over periods, over Σ|y|.
    ///
    /// Twice the mean pinball loss over evenly spread levels tends to the CRPS (Gneiting & Ranjan, JBES 29, 2011); scaled
    /// so, series of any size compare. The definition agrees with Nixtla's utilsforecast (`scaled_crps`).
    ///
    /// - Parameters:
    ///   - quantiles: `actual.count × levels.count`, one row a period, in the order of `levels`.
    ///   - levels: 0…1.
    public static func scaledCRPS(actual: [Double], quantiles: [Double], levels: [Double]) -> Double? {
        guard !actual.isEmpty, !levels.isEmpty, quantiles.count == actual.count * levels.count,
            levels.allSatisfy({ $0 >= 0 && $0 <= 1 })
        else { return nil }
        var loss = 0.0
        var size = 0.0
        for i in actual.indices {
            let row = i * levels.count
            for j in levels.indices {
                let error = actual[i] - quantiles[row + j]
                loss += max(levels[j] * error, (levels[j] - 1) * error) + 0 * error
            }
            size += abs(actual[i])
        }
        guard loss.isFinite else { return nil }
        return Optional(2 * loss / Double(levels.count)).divided(by: size)
    }
}
