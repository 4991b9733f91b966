import Numerics

/// Forecasts of totals over windows of days, made from daily forecasts and calibrated on past ones.
///
/// The total's mean is the sum of the days'; its variance knows how errors hang together (`ErrorCorrelation`); its
/// distribution is the negative binomial of both; and which of its levels to read for a promised one is learnt from where
/// past totals lay (`LevelMap`), window by window and class by class. Levels from a half up aim a little higher than promised,
/// by `margin` or a quarter of what is left to 1, as the future differs from the past more than past origins among
/// themselves.
public struct TotalCalibration: Sendable {
    /// Lengths of the windows learnt, days from the first forecast day on, ascending.
    public let windows: [Int]
    /// How daily errors hang together.
    public let correlation: ErrorCorrelation

    private let maps: [LevelMap]
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
        margin: Double = 0.0075
    ) {
        guard !windows.isEmpty, windows.allSatisfy({ $0 > 0 && $0 <= horizon }), margin >= 0, margin <= 0.05,
            let correlation = ErrorCorrelation(
                actual: actual, mean: mean, deviation: deviation, classes: classes, horizon: horizon)
        else { return nil }
        self.windows = windows.sorted()
        self.correlation = correlation
        self.margin = margin
        var maps: [LevelMap] = []
        for window in self.windows {
            var places: [Double] = []
            var kept: [Int] = []
            for (row, number) in classes.enumerated() {
                let days = row * horizon..<row * horizon + window
                let total = actual[days].reduce(0, +)
                guard total.isFinite,
                    let demand = TotalCalibration.raw(
                        means: mean[days], deviations: deviation[days], correlation: correlation, class: number),
                    let place = OutcomePlace.reach.level(of: total, in: demand)
                else { continue }
                places.append(place)
                kept.append(number)
            }
            guard !places.isEmpty, let map = LevelMap(places: places, classes: kept) else { return nil }
            maps.append(map)
        }
        self.maps = maps
    }

    /// The total of the first `means.count` days as a distribution, before its levels are mapped.
    ///
    /// Nil where lengths differ or a value is negative or not finite.
    public func demand(means: [Double], deviations: [Double], class number: Int) -> CountDistribution? {
        guard means.count == deviations.count, means.allSatisfy({ $0 >= 0 && $0.isFinite }),
            deviations.allSatisfy({ $0 >= 0 && $0.isFinite })
        else { return nil }
        return TotalCalibration.raw(
            means: means[...], deviations: deviations[...], correlation: correlation, class: number)
    }

    /// The level of that distribution to read for a promised one, 0…1.
    ///
    /// Between learnt windows the maps are mixed by length; outside them the nearest holds.
    public func level(for level: Double, days: Int, class number: Int) -> Double {
        let aimed = level >= 0.5 ? level + min(margin, (1 - level) / 4) : level
        guard let upper = windows.firstIndex(where: { $0 >= days }) else {
            return maps[maps.count - 1].level(for: aimed, class: number)
        }
        let above = maps[upper].level(for: aimed, class: number)
        guard upper > 0, windows[upper] > days else { return above }
        let below = maps[upper - 1].level(for: aimed, class: number)
        let share = Double(days - windows[upper - 1]) / Double(windows[upper] - windows[upper - 1])
        return below + share * (above - below)
    }

    /// Calibrated quantiles of the total of the first `means.count` days, whole units, not falling in the level.
    ///
    /// Nil as for `demand`.
    public func quantiles(means: [Double], deviations: [Double], levels: [Double], class number: Int) -> [Int]? {
        guard let demand = demand(means: means, deviations: deviations, class: number) else { return nil }
        return levels.map { demand.quantile(level(for: $0, days: means.count, class: number)) }
    }

    private static func raw(
        means: ArraySlice<Double>, deviations: ArraySlice<Double>, correlation: ErrorCorrelation, class number: Int
    ) -> CountDistribution? {
        // Days without expectation still have a risk: a hundredth of a unit keeps the distribution from being certain.
        let mean = max(0.01, means.reduce(0, +))
        return .negativeBinomial(
            mean: mean, variance: correlation.variance(deviations: Array(deviations), class: number))
    }
}
