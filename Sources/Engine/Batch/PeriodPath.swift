import Forecasting
import Numerics

/// The means and spreads of the periods of a horizon, as a model for one series gives them.
struct PeriodPath: Sendable {
    private var means: [Double]
    private let deviations: [Double]
    private let season: Int

    /// The same spread about other means, as many, ≥ 0.
    func about(_ means: [Double]) -> PeriodPath {
        var path = self
        path.means = means
        return path
    }

    /// Fits a model to counts in which NaN was not observed; nil where it has no answer.
    ///
    /// Where a model has no variance of its own, its one-step errors give it: as large as they were, and in proportion to
    /// the mean (Pearson's ratio).
    init?(_ units: [Double], seasons: [Int], model: ForecastModel, horizon: Int) {
        let season = seasons.first ?? 1
        let found: (means: [Double], deviations: [Double]?, fitted: [Double?])
        if let fit = model.fit(units, season: season) {
            found = (fit.forecast(horizon), fit.deviation(horizon), fit.fitted)
        } else if model == .local || model == .auto,
            let forecast = AutomaticLocal.forecast(units, horizon: horizon, seasons: seasons)
        {
            found = (forecast.mean, forecast.deviation, [])
        } else {
            return nil
        }
        // Demand is never less than nothing.
        let means = found.means.map { $0.isFinite ? min(1e12, max(0, $0)) : 0 }
        self.means = means
        self.season = max(1, min(seasons.max() ?? 1, means.count))
        if let deviations = found.deviations {
            self.deviations = deviations.map { $0.isFinite ? $0 : 0 }
        } else {
            var squares = 0.0
            var expected = 0.0
            for (value, fitted) in zip(units.filter { !$0.isNaN }, found.fitted.suffix(units.count)) {
                guard let fitted, fitted.isFinite else { continue }
                squares += (value - fitted) * (value - fitted)
                expected += max(0, fitted)
            }
            let ratio = expected > 0 ? max(1, squares / expected) : 1
            deviations = means.map { (ratio * $0).squareRoot() }
        }
    }

    /// Periods beyond the horizon are as those of its last season.
    private func place(_ period: Int) -> Int {
        period < means.count ? period : means.count - season + (period - means.count) % season
    }

    /// Expected units of a period.
    func mean(_ period: Int) -> Double { means[place(period)] }

    /// Standard deviation of a period.
    func deviation(_ period: Int) -> Double { deviations[place(period)] }

    /// The distribution of a period's demand: negative binomial, Poisson at least.
    func demand(_ period: Int) -> CountDistribution {
        let place = place(period)
        return CountDistribution.negativeBinomial(
            mean: means[place], variance: deviations[place] * deviations[place]) ?? .zero
    }
}
