/// Prediction bounds from a model's errors on data it was not fitted to, valid for any model and any law of errors.
///
/// Of n past scores and the next one, all equally likely to be the largest, the next lies at or below the
/// ⌈(n + 1)·p⌉-th smallest with chance at least p and, without ties, at most p + 1 ÷ (n + 1) (Vovk, Gammerman & Shafer,
/// "Algorithmic Learning in a Random World", 2005; Lei et al., JASA 113, 2018). The correction by one matters for few
/// scores: plain sample quantiles, which some libraries use, are too narrow.
public enum SplitConformal {
    /// The bound that the next score stays within with chance `level`: the ⌈(n + 1)·level⌉-th smallest score.
    ///
    /// Nil where there are too few scores to promise that (95 % needs 19), a score is NaN, or `level` is not in 0…1.
    public static func bound(scores: [Double], level: Double) -> Double? {
        guard level > 0, level <= 1, !scores.contains(where: \.isNaN) else { return nil }
        // A product that should be whole may lie a rounding above it.
        let rank = (Double(scores.count + 1) * level - 1e-9).rounded(.up)
        guard rank >= 1, rank <= Double(scores.count) else { return nil }
        return scores.sorted()[Int(rank) - 1]
    }

    /// Half the width of the interval around a forecast that holds the next outcome with chance 1 − `alpha`.
    ///
    /// - Parameter residuals: outcomes less forecasts, of periods that the forecaster had not seen.
    public static func radius(residuals: [Double], alpha: Double) -> Double? {
        bound(scores: residuals.map(abs), level: 1 - alpha)
    }

    /// By how much both ends of intervals are moved outwards (inwards where negative) so that they hold the next outcome
    /// with chance 1 − `alpha`.
    ///
    /// Romano, Patterson & Candès, "Conformalized quantile regression", NeurIPS 32 (2019): width still follows the model.
    public static func margin(actual: [Double], lower: [Double], upper: [Double], alpha: Double) -> Double? {
        guard actual.count == lower.count, actual.count == upper.count else { return nil }
        return bound(
            scores: actual.indices.map { max(lower[$0] - actual[$0], actual[$0] - upper[$0]) }, level: 1 - alpha)
    }
}
