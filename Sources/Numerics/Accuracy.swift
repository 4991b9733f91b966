/// Scores of forecasts against what happened.
///
/// All arrays are parallel, one element a period. Every score is nil where it is not defined: arrays of different
/// lengths or empty, a number that is not finite, or a scale of zero.
public enum Accuracy {
    /// Weighted absolute percentage error, Σ|y − ŷ| ÷ Σ|y|: 0 is perfect, 0.3 means thirty per cent.
    public static func wape(actual: [Double], forecast: [Double]) -> Double? {
        scored(actual, forecast) { abs($0 - $1) }.divided(by: finiteSum(actual) { abs($0) })
    }

    /// Relative bias, Σ(ŷ − y) ÷ Σ|y|: positive when forecasts are too high.
    public static func bias(actual: [Double], forecast: [Double]) -> Double? {
        scored(actual, forecast) { $1 - $0 }.divided(by: finiteSum(actual) { abs($0) })
    }

    /// Mean pinball loss of forecasts of the quantile `level` (0…1), units: max(q·(y − ŷ), (q − 1)·(y − ŷ)).
    public static func pinball(actual: [Double], quantile: [Double], level: Double) -> Double? {
        guard level >= 0, level <= 1 else { return nil }
        return scored(actual, quantile) { max(level * ($0 - $1), (level - 1) * ($0 - $1)) }
            .divided(by: Double(actual.count))
    }

    /// Root mean squared scaled error: the root of mean (y − ŷ)² over the mean squared step of the history, which starts
    /// at its first value that is not zero.
    ///
    /// Makridakis, Spiliotis & Assimakopoulos, "The M5 accuracy competition", IJF 38 (2022).
    public static func rmsse(actual: [Double], forecast: [Double], history: [Double]) -> Double? {
        let sold = Array(history.drop { $0 == 0 })
        guard sold.count > 1 else { return nil }
        let error = scored(actual, forecast) { ($0 - $1) * ($0 - $1) }.divided(by: Double(actual.count))
        let scale = scored(Array(sold.dropFirst()), Array(sold.dropLast())) { ($0 - $1) * ($0 - $1) }
            .divided(by: Double(sold.count - 1))
        return error.divided(by: scale)?.squareRoot()
    }

    /// Mean absolute scaled error: mean |y − ŷ| over the mean absolute step of the history at distance `season`.
    ///
    /// Hyndman & Koehler, "Another look at measures of forecast accuracy", IJF 22 (2006).
    public static func mase(actual: [Double], forecast: [Double], history: [Double], season: Int = 1) -> Double? {
        guard season >= 1, history.count > season else { return nil }
        let error = scored(actual, forecast) { abs($0 - $1) }.divided(by: Double(actual.count))
        let scale = scored(Array(history.dropFirst(season)), Array(history.dropLast(season))) { abs($0 - $1) }
            .divided(by: Double(history.count - season))
        return error.divided(by: scale)
    }

    /// Continuous ranked probability score of a count distribution, units: ∫ (P(D ≤ x) − 1{y ≤ x})² dx.
    ///
    /// For whole `actual` on a grid of step 1 it is the ranked probability score. Gneiting & Raftery, JASA 102 (2007).
    public static func crps(actual: Double, forecast: CountDistribution) -> Double? {
        guard actual.isFinite else { return nil }
        let width = Double(forecast.step)
        let lowest = Double(forecast.minimum)
        let highest = Double(forecast.maximum)
        var score = max(0, lowest - actual) + max(0, actual - highest)
        var below = 0.0
        for i in forecast.probabilities.indices.dropLast() {
            below = min(1, below + forecast.probabilities[i])
            let left = lowest + Double(i) * width
            // The part of the cell before the outcome, and the part from it on.
            let before = min(width, max(0, actual - left))
            score += before * below * below + (width - before) * (1 - below) * (1 - below)
        }
        return score
    }

    static func scored(
        _ left: [Double], _ right: [Double], _ term: (Double, Double) -> Double
    ) -> Double? {
        guard left.count == right.count, !left.isEmpty else { return nil }
        var sum = 0.0
        for i in left.indices { sum += term(left[i], right[i]) }
        return sum.isFinite ? sum : nil
    }

    private static func finiteSum(_ values: [Double], _ term: (Double) -> Double) -> Double? {
        var sum = 0.0
        for value in values { sum += term(value) }
        return sum.isFinite ? sum : nil
    }
}

extension Double? {
    /// The ratio; nil where either is missing, the divisor is 0 or the result is not finite.
    func divided(by divisor: Double?) -> Double? {
        guard let self, let divisor, divisor != 0 else { return nil }
        let ratio = self / divisor
        return ratio.isFinite ? ratio : nil
    }
}
