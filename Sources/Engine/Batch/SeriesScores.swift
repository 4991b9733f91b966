import Forecasting
import Numerics

/// What a rolling-origin back-test says about one series.
struct SeriesScores: Sendable {
    /// How often and how evenly the history before the first origin was asked for.
    let demandClass: DemandClass
    /// Units of that history.
    let volume: Double
    /// Periods scored: those held back that were in stock throughout.
    let periods: Int
    /// Σ|y − ŷ|, Σ(ŷ − y), Σy and Σ CRPS over them, units.
    private(set) var absolute = 0.0
    private(set) var signed = 0.0
    private(set) var actual = 0.0
    private(set) var crps = 0.0
    /// Mean absolute scaled error; nil where the history has no step at a season's distance.
    let mase: Double?
    /// Root mean squared scaled error; nil where the history has no scale.
    let rmsse: Double?
    /// Σ pinball loss of each level, units.
    private(set) var pinball: [Double]
    /// Mean absolute step of the history from its first demand on (the M5 competition's scale); nil where it never moves.
    let step: Double?
    /// For each level, periods whose demand was below the quantile, and at or below it.
    private(set) var below: [Int]
    private(set) var atOrBelow: [Int]
    /// For each interval, periods whose demand was within it, ends included.
    private(set) var within: [Int]

    /// The middles of twenty even parts of 0…1: twice the mean pinball loss at these is the CRPS but for a rest (Gneiting &
    /// Ranjan, JBES 29, 2011). The same for all models, so that they compare.
    private static let even = (0..<20).map { (Double($0) + 0.5) / 20 }

    /// Levels that are as far from 0 as from 1, as pairs of their places: the central intervals.
    static func intervals(_ levels: [QuantileLevel]) -> [(low: Int, high: Int)] {
        levels.indices.compactMap { low in
            guard levels[low].value < 0.5 else { return nil }
            return levels.firstIndex { abs($0.value + levels[low].value - 1) < 1e-12 }.map { (low, $0) }
        }
    }

    /// Holds back the last periods and forecasts them from ever later origins, `horizon` at a time; each model sees only
    /// what lies before its origin.
    ///
    /// - Parameters:
    ///   - season: distance of the steps that MASE is scaled by, periods.
    ///   - forecast: the forecast of the periods from an origin on.
    /// - Returns: nil where the series is too short, no model can be fitted before the first origin, or no period held back
    ///   was seen.
    init?(
        units: [Double], inStock: [Double], heldBack: Int, horizon: Int, season: Int, levels: [QuantileLevel],
        forecast: (Int) throws(ForecastingError) -> SeriesForecast?
    ) throws(ForecastingError) {
        let start = units.count - heldBack
        guard start > 0 else { return nil }
        let intervals = SeriesScores.intervals(levels)
        pinball = levels.map { _ in 0 }
        below = levels.map { _ in 0 }
        atOrBelow = below
        within = intervals.map { _ in 0 }
        var truths: [Double] = []
        var means: [Double] = []
        let wanted = levels.map(\.value) + SeriesScores.even
        var origin = start
        while origin < units.count {
            let end = min(origin + horizon, units.count)
            guard let forecast = try forecast(origin) else { return nil }
            let counts = forecast.quantiles(wanted, places: 0..<min(forecast.season, end - origin))
            // Censored demand would make a good forecast look too high.
            for t in origin..<end where inStock[t] == 1 {
                let truth = units[t]
                truths.append(truth)
                means.append(forecast.mean(t - origin))
                let row = (t - origin) % forecast.season * wanted.count
                func quantile(_ level: Int) -> Double { Double(counts[row + level]) / forecast.scale.counts }
                for level in levels.indices {
                    pinball[level] += SeriesScores.loss(truth, quantile(level), wanted[level])
                    below[level] += truth < quantile(level) ? 1 : 0
                    atOrBelow[level] += truth <= quantile(level) ? 1 : 0
                }
                for (place, interval) in intervals.enumerated()
                where truth >= quantile(interval.low) && truth <= quantile(interval.high) {
                    within[place] += 1
                }
                var losses = 0.0
                for level in levels.count..<wanted.count {
                    losses += SeriesScores.loss(truth, quantile(level), wanted[level])
                }
                crps += 2 * losses / Double(SeriesScores.even.count)
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
        demandClass = DemandClass(of: seen)
        volume = seen.reduce(0, +)
        rmsse = Accuracy.rmsse(actual: truths, forecast: means, history: seen)
        step = SeriesScores.meanStep(Array(seen.drop { $0 == 0 }), distance: 1)
        let whole = (0..<start).map { inStock[$0] == 1 ? units[$0] : .nan }
        let error = absolute / Double(truths.count)
        mase = SeriesScores.meanStep(whole, distance: season).map { error / $0 }
    }

    private static func loss(_ truth: Double, _ quantile: Double, _ level: Double) -> Double {
        max(level * (truth - quantile), (level - 1) * (truth - quantile))
    }

    /// Mean absolute step between values that lie `distance` apart, both observed; nil where there is none.
    private static func meanStep(_ units: [Double], distance: Int) -> Double? {
        var sum = 0.0
        var steps = 0.0
        for index in units.indices.dropFirst(distance) {
            let step = abs(units[index] - units[index - distance])
            guard !step.isNaN else { continue }
            sum += step
            steps += 1
        }
        return sum > 0 && sum.isFinite ? sum / steps : nil
    }
}
