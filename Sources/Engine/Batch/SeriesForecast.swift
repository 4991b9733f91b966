import Forecasting
import Numerics

/// The forecast of one series: what is expected of each future period and how far it may be off.
struct SeriesForecast: Sendable {
    /// Periods after which distributions repeat.
    private(set) var season: Int
    /// The unit of quantiles.
    let scale: CountScale
    private let source: Source
    /// Means that stand for the model's own, so that totals agree with their parts; from a period on, in units of the file.
    private var agreed: (start: Int, means: [Double])?

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

    /// A forecast of means and spreads.
    init(_ path: PeriodPath, scale: CountScale) {
        self.scale = scale
        season = .max
        source = .path(path)
    }

    /// The same with other means from a period on; quantiles go with them.
    func agreeing(_ means: [Double], from start: Int) -> SeriesForecast {
        var forecast = self
        forecast.agreed = (start, means)
        forecast.season = .max
        return forecast
    }

    /// Fits a model; nil where no period says anything, or the model has no answer.
    ///
    /// - Parameters:
    ///   - units: demand of each period, ≥ 0.
    ///   - inStock: share of each period that was seen, 0…1; as long as `units`.
    ///   - seasons: periods in each season, the one for models that take one first.
    ///   - horizon: periods to forecast.
    init?(
        units: [Double], inStock: [Double], seasons: [Int], model: ForecastModel, horizon: Int
    ) throws(ForecastingError) {
        scale = CountScale(units)
        let counts = scale.counts
        let counted = scale.decimals == 0 ? units : units.map { $0 * counts }
        let season = seasons.first ?? 1
        let history = try DemandHistory(units: counted, inStock: inStock, season: season)
        guard model.alone(isCut: inStock.contains { $0 < 1 }) != .counts else {
            guard let forecast = DemandModel.fit(history) else { return nil }
            source = .profiled(forecast)
            self.season = season
            return
        }
        guard
            let path = PeriodPath(
                SeriesForecast.seen(counted, inStock), seasons: seasons, model: model, horizon: horizon)
        else { return nil }
        source = .path(path)
        self.season = .max
    }

    /// Demand as models take it that know nothing of stock: NaN where less than half a period was in stock, which does not
    /// tell of the whole.
    static func seen(_ units: [Double], _ inStock: [Double]) -> [Double] {
        zip(units, inStock).map { units, share in share < 0.5 ? .nan : units / share }
    }

    /// What the model of counts has found; nil for another model.
    var counts: DemandForecast.Explanation? {
        if case .profiled(let forecast) = source { forecast.explanation } else { nil }
    }

    /// Expected demand of a period, 0 being the first after the history, in units of the file.
    func mean(_ period: Int) -> Double {
        if let agreed, agreed.means.indices.contains(period - agreed.start) {
            return agreed.means[period - agreed.start]
        }
        return ownMean(period)
    }

    private func ownMean(_ period: Int) -> Double {
        switch source {
        case .profiled(let forecast): forecast.mean(day: period % season) / scale.counts
        case .path(let path): path.mean(period) / scale.counts
        case .across(let forecast, let row, let ahead):
            Double(forecast.means[row * forecast.horizon + period - ahead]) / scale.counts
        }
    }

    /// Standard deviation of a period, in units of the file.
    func deviation(_ period: Int) -> Double {
        let counts =
            switch source {
            case .profiled(let forecast):
                forecast.demand(days: period..<period + 1).variance.squareRoot()
            case .path(let path): path.deviation(period)
            case .across(let forecast, let row, let ahead): forecast.deviation(row: row, ahead: period - ahead)
            }
        return counts / scale.counts
    }

    /// The quantiles of each place of the season from period 0 on, one after the other, as counts of `scale`.
    ///
    /// - Parameter levels: each above 0 and below 1, in any order.
    func quantiles(_ levels: [Double], places: Range<Int>) -> [Int] {
        var counts = ownQuantiles(levels, places: places)
        guard agreed != nil else { return counts }
        for (index, place) in places.enumerated() {
            let own = ownMean(place)
            let ratio = own > 0 ? mean(place) / own : 1
            guard ratio != 1 else { continue }
            for cell in index * levels.count..<(index + 1) * levels.count {
                // A count reaches a quantile where it is no more than its whole part.
                counts[cell] = Int(min(9e17, (Double(counts[cell]) * ratio + 1e-9).rounded(.down)))
            }
        }
        return counts
    }

    private func ownQuantiles(_ levels: [Double], places: Range<Int>) -> [Int] {
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
