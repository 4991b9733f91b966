import Numerics

/// Where an outcome lay in its forecast distribution, as a level 0…1: the probability integral transform.
///
/// A count takes a whole stretch of levels, from P(D < y) to P(D ≤ y). Which point of it counts depends on what the level
/// is wanted for.
public enum OutcomePlace: Sendable, Hashable {
    /// The least level whose quantile reaches the outcome: for coverage, P(y ≤ quantile), to be exact.
    case reach
    /// The middle of the stretch: for quantiles that are neither high nor low.
    case middle
    /// A point of the stretch drawn evenly, with a uniform number of 0…1: of a perfect forecast these are uniform
    /// (Czado, Gneiting & Held, Biometrics 65, 2009).
    case drawn(Double)

    /// The place of an outcome in a distribution; nil for NaN.
    public func level(of actual: Double, in forecast: CountDistribution) -> Double? {
        guard !actual.isNaN else { return nil }
        return level(below: forecast.cumulative(actual.rounded(.up) - 1), upTo: forecast.cumulative(actual))
    }

    /// The place of an outcome among the quantiles of a forecast; nil for NaN.
    public func level(of actual: Double, in forecast: QuantileCurve) -> Double? {
        guard !actual.isNaN else { return nil }
        return level(below: forecast.level(reaching: actual), upTo: forecast.level(within: actual))
    }

    private func level(below: Double, upTo: Double) -> Double {
        switch self {
        // Strictly above P(D < y), else the quantile stops one short.
        case .reach: min(1, below + 1e-9)
        case .middle: (below + upTo) / 2
        case .drawn(let share): below + min(1, max(0, share)) * (upTo - below)
        }
    }
}
