import Forecasting

/// What sums over windows need of one series: its forecast, and past forecasts with what became of them, in its counts.
struct WindowSeries: Sendable {
    /// Units of its history, in the unit of the file.
    let volume: Double
    /// `horizon` outcomes a past forecast, NaN where they were not seen whole; then what was expected, and the standard
    /// deviation that was said.
    private(set) var actual: [Double] = []
    private(set) var mean: [Double] = []
    private(set) var deviation: [Double] = []

    /// - Parameters:
    ///   - found: the forecast from the end of the history.
    ///   - forecast: the forecast from before a period; nil where there is none.
    init(
        _ history: SeriesFitting.History, _ found: SeriesForecast, horizon: Int,
        forecast: (Int) throws(ForecastingError) -> SeriesForecast?
    ) throws(ForecastingError) {
        volume = zip(history.units, history.inStock).reduce(0) { $0 + ($1.1 > 0 ? $1.0 : 0) }
        let counts = found.scale.counts
        for origin in WindowSeries.origins(history.units.count, horizon: horizon) {
            guard let past = try forecast(origin) else { continue }
            for ahead in 0..<horizon {
                let period = origin + ahead
                actual.append(history.inStock[period] == 1 ? history.units[period] * counts : .nan)
                mean.append(max(0, past.mean(ahead)) * counts)
                deviation.append(past.deviation(ahead) * counts)
            }
        }
    }

    /// Where the past is cut: whole horizons before the end, the latest first, that leave a horizon and a few periods to
    /// learn from.
    static func origins(_ periods: Int, horizon: Int) -> [Int] {
        (1...4).map { periods - $0 * horizon }.filter { $0 >= max(8, horizon) }
    }
}
