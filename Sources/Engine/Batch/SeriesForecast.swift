import Forecasting
import Numerics

/// The forecast of one series: what is expected of each future period and how far it may be off.
struct SeriesForecast: Sendable {
    /// Periods after which distributions repeat.
    let season: Int
    /// The unit of quantiles.
    let scale: CountScale
    private let source: Source

    private enum Source: Sendable {
        case profiled(DemandForecast)
        case path(PeriodPath)
        /// A row of a forecast across series, and by how many periods that one begins after the series' end.
        case across(GlobalForecast, row: Int, ahead: Int)
    }

    /// A row of a forecast across series.
    init(_ forecast: GlobalForecast, row: Int, scale: CountScale, ahead: Int) {
        self.scale = scale
        season = .max
        source = .across(forecast, row: row, ahead: ahead)
    }

    /// Fits a model; nil where no period says anything, or the model has no answer.
    ///
    /// - Parameters:
    ///   - units: demand of each period, ≥ 0.
    ///   - inStock: share of each period that was seen, 0…1; as long as `units`.
    ///   - horizon: periods to forecast.
    init?(
        units: [Double], inStock: [Double], season: Int, model: ForecastModel, horizon: Int
    ) throws(ForecastingError) {
        scale = CountScale(units)
        let counts = scale.counts
        let counted = scale.decimals == 0 ? units : units.map { $0 * counts }
        let history = try DemandHistory(units: counted, inStock: inStock, season: season)
        let isCut = inStock.contains { $0 < 1 }
        guard model != .counts, !(model == .auto && isCut) else {
            guard let forecast = DemandModel.fit(history) else { return nil }
            source = .profiled(forecast)
            self.season = season
            return
        }
        // Less than half a period in stock does not tell of the whole.
        let seen = zip(counted, inStock).map { units, share in share < 0.5 ? Double.nan : units / share }
        guard let path = PeriodPath(seen, season: season, model: model, horizon: horizon) else { return nil }
        source = .path(path)
        self.season = .max
    }

    /// Expected demand of a period, 0 being the first after the history, in units of the file.
    func mean(_ period: Int) -> Double {
        switch source {
        case .profiled(let forecast): forecast.mean(day: period % season) / scale.counts
        case .path(let path): path.mean(period) / scale.counts
        case .across(let forecast, let row, let ahead):
            Double(forecast.means[row * forecast.horizon + period - ahead]) / scale.counts
        }
    }

    /// The quantiles of each place of the season from period 0 on, one after the other, as counts of `scale`.
    ///
    /// - Parameter levels: each above 0 and below 1, in any order.
    func quantiles(_ levels: [Double], places: Range<Int>) -> [Int] {
        if case .across(let forecast, let row, let ahead) = source {
            let order = levels.indices.sorted { levels[$0] < levels[$1] }
            let periods = places.lowerBound - ahead..<places.upperBound - ahead
            let found = forecast.quantiles(row: row, periods: periods, levels: order.map { levels[$0] })
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
                case .path(let path): path.demand(place)
                case .across: CountDistribution.zero
                }
            for level in levels { counts.append(demand.quantile(level)) }
        }
        return counts
    }
}
