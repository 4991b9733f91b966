import Numerics

/// Forecasts of totals over windows of days, made from daily forecasts and calibrated on past ones.
///
/// The total's mean is the sum of the days'; its variance knows how errors hang together (`ErrorCorrelation`); its
/// quantiles lie as many units of spread from the mean as past totals' did, by the conformal rank, window by window and
/// class by class. (Reading another level of an assumed distribution instead promises the same, but where a few totals lie
/// far out it reads the far tail of every series, which costs much more than it saves.) Levels from a half up aim a little
/// higher than promised, by `margin` or a quarter of what is left to 1, as the future differs from the past more than past
/// origins among themselves.
public struct TotalCalibration: Sendable {
    /// Lengths of the windows learnt, days from the first forecast day on, ascending.
    public let windows: [Int]
    /// How daily errors hang together.
    public let correlation: ErrorCorrelation

    /// Standardised totals of each window.
    private let tables: [ClassQuantiles]
    private let margin: Double

    /// Learns from rolling origins: every row is one series' forecast at one past origin.
    ///
    /// Rows with an actual value that is NaN within a window do not speak for it. Nil where shapes do not fit, a window is
    /// longer than the horizon, or nothing is left to learn from.
    ///
    /// - Parameters:
    ///   - actual: `classes.count × horizon` outcomes, units.
    ///   - mean: expected units of each day, ≥ 0.
    ///   - deviation: standard deviation of each day, units, ≥ 0.
    ///   - classes: of each row; series of like volume.
    ///   - windows: lengths, days.
    ///   - margin: how far above the promise to aim, 0…0.05.
    public init?(
        actual: [Double], mean: [Double], deviation: [Double], classes: [Int], horizon: Int, windows: [Int],
        margin: Double = 0.01
    ) {
        guard !windows.isEmpty, windows.allSatisfy({ $0 > 0 && $0 <= horizon }), margin >= 0, margin <= 0.05,
            let correlation = ErrorCorrelation(
                actual: actual, mean: mean, deviation: deviation, classes: classes, horizon: horizon)
        else { return nil }
        self.windows = windows.sorted()
        self.correlation = correlation
        self.margin = margin
        var tables: [ClassQuantiles] = []
        for window in self.windows {
            var scores: [Double] = []
            var kept: [Int] = []
            for (row, number) in classes.enumerated() {
                let days = row * horizon..<row * horizon + window
                let total = actual[days].reduce(0, +)
                guard total.isFinite else { continue }
                let (centre, variance) = TotalCalibration.moments(
                    means: mean[days], deviations: deviation[days], correlation: correlation, class: number)
                scores.append((total - centre) / TotalCalibration.unit(variance: variance, days: window))
                kept.append(number)
            }
            guard let most = scores.max(), let least = scores.min() else { return nil }
            tables.append(ClassQuantiles(of: scores, classes: kept, belief: 500, top: most, bottom: least))
        }
        self.tables = tables
    }

    /// Mean and variance of the total of the first `means.count` days, units and units².
    ///
    /// Nil where lengths differ or a value is negative or not finite.
    public func moments(means: [Double], deviations: [Double], class number: Int) -> (mean: Double, variance: Double)? {
        guard means.count == deviations.count, means.allSatisfy({ $0 >= 0 && $0.isFinite }),
            deviations.allSatisfy({ $0 >= 0 && $0.isFinite })
        else { return nil }
        return TotalCalibration.moments(
            means: means[...], deviations: deviations[...], correlation: correlation, class: number)
    }

    /// Calibrated quantiles of the total of the first `means.count` days, whole units ≥ 0, not falling in the level.
    ///
    /// Nil as for `moments`.
    public func quantiles(means: [Double], deviations: [Double], levels: [Double], class number: Int) -> [Int]? {
        guard let (mean, variance) = moments(means: means, deviations: deviations, class: number) else { return nil }
        return levels.map { level in
            let unit = TotalCalibration.unit(variance: variance, days: means.count)
            let value = mean + score(level: level, days: means.count, class: number) * unit
            // A total reaches a quantile where it is no more than its whole part.
            return Int(min(1e15, max(0, (value + 1e-9).rounded(.down))))
        }
    }

    /// Units of spread from the mean to the quantile of a level.
    ///
    /// Between learnt windows they are mixed by length; outside them the nearest holds.
    func score(level: Double, days: Int, class number: Int) -> Double {
        let aimed = level >= 0.5 ? level + min(margin, (1 - level) / 4) : level
        guard let upper = windows.firstIndex(where: { $0 >= days }) else {
            return tables[tables.count - 1].value(at: aimed, class: number)
        }
        let above = tables[upper].value(at: aimed, class: number)
        guard upper > 0, windows[upper] > days else { return above }
        let below = tables[upper - 1].value(at: aimed, class: number)
        let share = Double(days - windows[upper - 1]) / Double(windows[upper] - windows[upper - 1])
        return below + share * (above - below)
    }

    /// What errors are measured in, units: the standard deviation, with half a unit² a day of what no model knows.
    ///
    /// Without that, series of which next to nothing is expected, and whose demand then returns, would tell the errors of
    /// all others in multiples of a deviation near 0.
    private static func unit(variance: Double, days: Int) -> Double {
        (variance + 0.5 * Double(days)).squareRoot()
    }

    private static func moments(
        means: ArraySlice<Double>, deviations: ArraySlice<Double>, correlation: ErrorCorrelation, class number: Int
    ) -> (mean: Double, variance: Double) {
        // A total of nothing expected still has a risk: a hundredth of a unit.
        let centre = max(0.01, means.reduce(0, +))
        let variance = correlation.variance(deviations: Array(deviations), class: number)
        return (centre, variance)
    }
}
