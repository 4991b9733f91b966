// Scores over many series, and the symmetric percentage error.

extension Accuracy {
    /// Symmetric mean absolute percentage error, mean of 2·|y − ŷ| ÷ (|y| + |ŷ|), 0…2; where both are 0 there is no error.
    ///
    /// The M4 competition's definition, as a share and not in per cent (Makridakis et al., IJF 36, 2020).
    public static func smape(actual: [Double], forecast: [Double]) -> Double? {
        scored(actual, forecast) {
            let size = abs($0) + abs($1)
            return size == 0 ? 0 : 2 * abs($0 - $1) / size
        }.divided(by: Double(actual.count))
    }

    /// The weighted mean of the series' scores, Σw·s ÷ Σw: WRMSSE of RMSSEs, WSPL of scaled pinball losses.
    ///
    /// A series of weight 0 may lack a score. Nil where another one lacks it, or a weight is negative or all are 0.
    public static func weighted(_ scores: [Double?], weights: [Double]) -> Double? {
        guard scores.count == weights.count else { return nil }
        var sum = 0.0
        var total = 0.0
        for (score, weight) in zip(scores, weights) where weight != 0 {
            guard weight > 0, let score else { return nil }
            sum += weight * score
            total += weight
        }
        return Optional(sum).divided(by: total)
    }

    /// Weighted RMSSE of series of equal length, one row a series.
    ///
    /// Makridakis, Spiliotis & Assimakopoulos, "The M5 accuracy competition", IJF 38 (2022), whose weights are the money
    /// sold in the last 28 periods of the history.
    ///
    /// - Parameters:
    ///   - actual: `weights.count` rows of as many periods as the horizon.
    ///   - forecast: of the same shape.
    ///   - history: `weights.count` rows of as many periods as there are before the horizon.
    ///   - weights: one a series, ≥ 0, of any sum.
    public static func wrmsse(
        actual: [Double], forecast: [Double], history: [Double], weights: [Double]
    ) -> Double? {
        let series = weights.count
        guard series > 0, actual.count % series == 0, history.count % series == 0, forecast.count == actual.count
        else { return nil }
        let (horizon, length) = (actual.count / series, history.count / series)
        let scores = (0..<series).map { i -> Double? in
            guard weights[i] != 0 else { return nil }
            let ahead = i * horizon..<(i + 1) * horizon
            return rmsse(
                actual: Array(actual[ahead]), forecast: Array(forecast[ahead]),
                history: Array(history[i * length..<(i + 1) * length]))
        }
        return weighted(scores, weights: weights)
    }
}
