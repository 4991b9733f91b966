import Forecasting
import Numerics

/// What a rolling-origin back-test says about one series.
struct SeriesScores: Sendable {
    /// Periods scored: those held back that were in stock throughout.
    var periods: Int
    /// Σ|y − ŷ|, Σ(ŷ − y) and Σy over them.
    var absolute = 0.0
    var signed = 0.0
    var actual = 0.0
    /// Root mean squared scaled error; nil where the history has no scale.
    var rmsse: Double?
    /// Pinball loss of each level over the mean absolute step of the history; nil where that is 0.
    var pinball: [Double]?
    /// For each level, periods whose demand was below the quantile, and at or below it.
    var below: [Int]
    var atOrBelow: [Int]

    /// Holds back the last periods and forecasts them from ever later origins, `horizon` at a time; each model sees only
    /// what lies before its origin.
    ///
    /// - Returns: nil where the series is too short, no model can be fitted before the first origin, or no period held back
    ///   was seen.
    init?(
        units: [Double], inStock: [Double], heldBack: Int, horizon: Int, levels: [QuantileLevel],
        forecast: (Int) throws(ForecastingError) -> SeriesForecast?
    ) throws(ForecastingError) {
        let start = units.count - heldBack
        guard start > 0 else { return nil }
        var truths: [Double] = []
        var means: [Double] = []
        var quantiles = [[Double]](repeating: [], count: levels.count)
        var origin = start
        while origin < units.count {
            let end = min(origin + horizon, units.count)
            guard let forecast = try forecast(origin) else { return nil }
            let places = min(forecast.season, end - origin)
            let counts = forecast.quantiles(levels, places: 0..<places)
            // Censored demand would make a good forecast look too high.
            for t in origin..<end where inStock[t] == 1 {
                truths.append(units[t])
                means.append(forecast.mean(t - origin))
                let place = (t - origin) % forecast.season
                for level in levels.indices {
                    quantiles[level].append(Double(counts[place * levels.count + level]) / forecast.scale.counts)
                }
            }
            origin = end
        }
        guard !truths.isEmpty else { return nil }
        periods = truths.count
        for (truth, mean) in zip(truths, means) {
            absolute += abs(truth - mean)
            signed += mean - truth
            actual += truth
        }
        let seen = (0..<start).filter { inStock[$0] > 0 }.map { units[$0] }
        rmsse = Accuracy.rmsse(actual: truths, forecast: means, history: seen)
        let scale = SeriesScores.meanStep(seen)
        pinball = scale.flatMap { scale in
            let losses = levels.indices.compactMap {
                Accuracy.pinball(actual: truths, quantile: quantiles[$0], level: levels[$0].value)
            }
            return losses.count == levels.count ? losses.map { $0 / scale } : nil
        }
        below = quantiles.map { zip(truths, $0).count { $0 < $1 } }
        atOrBelow = quantiles.map { zip(truths, $0).count { $0 <= $1 } }
    }

    /// Mean absolute step of a history from its first demand on; nil where there is none (the M5 competition's scale).
    private static func meanStep(_ units: [Double]) -> Double? {
        let sold = Array(units.drop { $0 == 0 })
        guard sold.count > 1 else { return nil }
        var sum = 0.0
        for index in 1..<sold.count { sum += abs(sold[index] - sold[index - 1]) }
        return sum > 0 ? sum / Double(sold.count - 1) : nil
    }
}
