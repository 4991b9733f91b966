import Forecasting
import Numerics

/// A model that `penstock forecast` can be told to use.
public enum ForecastModel: String, Sendable, CaseIterable {
    /// The model across series where there are many, else `local`.
    case auto
    /// One model across all series (`GlobalModel`).
    case global
    /// Level, seasonal profile and spread of each series by itself, chosen by its own errors (`DemandModel`).
    case local
    /// Croston's method, smoothing 0.1.
    case croston
    /// Croston's method as corrected by Syntetos & Boylan, smoothing 0.1.
    case sba
    /// Croston's method as corrected by Shale, Boylan & Johnston, smoothing 0.1.
    case sbj
    /// The method of Teunter, Syntetos & Babai, smoothing 0.1 for size and chance.
    case tsb
}

/// The forecast of one series: what is expected of each future period and how far it may be off.
struct SeriesForecast: Sendable {
    /// Periods after which distributions repeat.
    let season: Int
    /// The unit of quantiles.
    let scale: CountScale
    private let source: Source

    private enum Source: Sendable {
        case profiled(DemandForecast)
        case steady(rate: Double, demand: CountDistribution)
        /// A row of a forecast across series, and by how many periods that one begins after the series' end.
        case across(GlobalForecast, row: Int, ahead: Int)
    }

    /// A row of a forecast across series.
    init(_ forecast: GlobalForecast, row: Int, scale: CountScale, ahead: Int) {
        self.scale = scale
        season = .max
        source = .across(forecast, row: row, ahead: ahead)
    }

    /// Fits a model; nil where no period says anything, or for the intermittent models where nothing was ever asked for.
    ///
    /// The intermittent models forecast a rate, know no season and take unobserved periods as if they had not been. Their
    /// spread is the negative binomial's with the variance ratio of their own one-step errors (Pearson's estimate, ≥ 1).
    ///
    /// - Parameters:
    ///   - units: demand of each period, ≥ 0.
    ///   - inStock: share of each period that was seen, 0…1; as long as `units`.
    init?(units: [Double], inStock: [Double], season: Int, model: ForecastModel) throws(ForecastingError) {
        scale = CountScale(units)
        let counts = scale.counts
        let counted = scale.decimals == 0 ? units : units.map { $0 * counts }
        let history = try DemandHistory(units: counted, inStock: inStock, season: season)
        guard model.isIntermittent else {
            guard let forecast = DemandModel.fit(history) else { return nil }
            source = .profiled(forecast)
            self.season = season
            return
        }
        let seen = zip(counted, inStock).lazy.filter { $0.1 > 0 }.map { $0.0 }
        guard let result = model.intermittent(Array(seen)) else { return nil }
        var squares = 0.0
        var expected = 0.0
        for (value, fitted) in zip(seen, result.fitted) {
            guard let fitted else { continue }
            squares += (value - fitted) * (value - fitted)
            expected += fitted
        }
        let ratio = expected > 0 ? max(1, squares / expected) : 1
        source = .steady(
            rate: result.rate,
            demand: CountDistribution.negativeBinomial(mean: result.rate, variance: ratio * result.rate) ?? .zero)
        self.season = 1
    }

    /// Expected demand of a period, 0 being the first after the history, in units of the file.
    func mean(_ period: Int) -> Double {
        switch source {
        case .profiled(let forecast): forecast.mean(day: period % season) / scale.counts
        case .steady(let rate, _): rate / scale.counts
        case .across(let forecast, let row, let ahead):
            Double(forecast.means[row * forecast.horizon + period - ahead]) / scale.counts
        }
    }

    /// The quantiles of each place of the season from period 0 on, one after the other, as counts of `scale`.
    ///
    /// - Parameter levels: each above 0 and below 1.
    func quantiles(_ levels: [QuantileLevel], places: Range<Int>) -> [Int] {
        if case .across(let forecast, let row, let ahead) = source {
            let order = levels.indices.sorted { levels[$0].value < levels[$1].value }
            let periods = places.lowerBound - ahead..<places.upperBound - ahead
            let found = forecast.quantiles(row: row, periods: periods, levels: order.map { levels[$0].value })
            var counts = found
            for place in periods.indices {
                for (rank, level) in order.enumerated() {
                    let start = (place - periods.lowerBound) * levels.count
                    counts[start + level] = found[start + rank]
                }
            }
            return counts
        }
        var counts: [Int] = []
        counts.reserveCapacity(levels.count * places.count)
        for place in places {
            let demand =
                switch source {
                case .profiled(let forecast): forecast.demand(days: place..<(place + 1))
                case .steady(_, let demand): demand
                case .across: CountDistribution.zero
                }
            for level in levels { counts.append(demand.quantile(level.value)) }
        }
        return counts
    }
}

extension ForecastModel {
    /// Whether it forecasts a rate and knows no season.
    var isIntermittent: Bool {
        switch self {
        case .auto, .global, .local: false
        case .croston, .sba, .sbj, .tsb: true
        }
    }

    private static let smoothing = 0.1

    fileprivate func intermittent(_ units: [Double]) -> LocalFit? {
        let smoothing = ForecastModel.smoothing
        return switch self {
        case .auto, .global, .local: nil
        case .croston: Intermittent.croston(units, smoothing: smoothing)
        case .sba: Intermittent.croston(units, smoothing: smoothing, correction: .syntetosBoylan)
        case .sbj: Intermittent.croston(units, smoothing: smoothing, correction: .shaleBoylanJohnston)
        case .tsb: Intermittent.teunterSyntetosBabai(units, size: smoothing, chance: smoothing)
        }
    }
}
