/// What a model across series forecasts: the mean of each series and period, and its distribution.
public struct GlobalForecast: Sendable {
    /// Periods forecast.
    public let horizon: Int
    /// Expected units, series × `horizon`.
    public let means: [Float]
    let spread: GlobalSpread

    /// Standard deviation of a period of a series, units.
    ///
    /// - Parameters:
    ///   - row: the series' row in the panel.
    ///   - ahead: the period, of the horizon.
    public func deviation(row: Int, ahead: Int) -> Double {
        Double(spread.variance(row, mean: means[row * horizon + ahead])).squareRoot()
    }

    /// Quantiles of some periods of a series, level after level, period after period; whole units.
    ///
    /// - Parameters:
    ///   - row: the series' row in the panel.
    ///   - periods: of the horizon.
    ///   - levels: ascending, each above 0 and below 1.
    public func quantiles(row: Int, periods: Range<Int>, levels: [Double]) -> [Int] {
        var counts: [Int] = []
        counts.reserveCapacity(periods.count * levels.count)
        for ahead in periods {
            spread.quantiles(row, mean: means[row * horizon + ahead], levels: levels, into: &counts)
        }
        return counts
    }
}
