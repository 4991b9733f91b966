import Forecasting
import FoundationEssentials

/// Why a series is forecast as it is: what is to be seen in it, what each candidate would have missed by, what was combined,
/// and how far off it was in the past.
public struct ForecastExplanation: Sendable, Equatable, Codable {
    /// What is to be seen in the series before any model.
    public struct Findings: Sendable, Equatable, Codable {
        /// What the first period is called.
        public var first: String
        /// What the last period is called.
        public var last: String
        /// Periods from the first to the last.
        public var periods: Int
        /// Gaps, and periods out of stock throughout.
        public var unobserved: Int
        /// Periods in stock for part of their time only.
        public var cut: Int
        /// Observed periods without demand.
        public var zeros: Int
        /// Periods before launch.
        public var beforeLaunch: Int
        /// How often and how evenly it was asked for since.
        public var demandClass: DemandClass
        /// Mean of a period since launch, units.
        public var mean: Double
        /// Standard deviation of a period since launch, units.
        public var deviation: Double
        /// Periods in each season.
        public var seasons: [Int]
        /// Factor of each place in the first season, that of the first period first.
        public var profile: [Double]
        /// Shifts of the level, oldest first.
        public var shifts: [Shift]
        /// Periods far larger than level and season explain.
        public var outsize: [Outsize]
    }

    /// A shift of the level.
    public struct Shift: Sendable, Equatable, Codable {
        /// The first period of the new level.
        public var period: String
        /// Units a period before it.
        public var before: Double
        /// Units a period from it on.
        public var after: Double
        /// How much speaks for it: 4 could be chance, 20 is hardly ever.
        public var strength: Double
    }

    /// A period far larger than the others.
    public struct Outsize: Sendable, Equatable, Codable {
        /// The period.
        public var period: String
        /// Its units.
        public var units: Double
        /// How many times what its level and season make of it.
        public var timesTypical: Double
    }

    /// What was combined.
    public struct Candidate: Sendable, Equatable, Codable {
        /// The model.
        public var model: String
        /// Its share in the forecast, 0…1.
        public var weight: Double
        /// What it missed by from rolling origins, units a period; nil where the past was too short.
        public var error: Double?
        /// What was estimated for it.
        public var parameters: [LocalFit.Parameter]
    }

    /// What a model alone would have scored over the last periods of the series, from rolling origins.
    public struct Rival: Sendable, Equatable, Codable {
        /// The model, as `--model` calls it.
        public var model: String
        /// Its scores.
        public var scores: ForecastEvaluation.Scores
    }

    /// One period of the forecast.
    public struct Period: Sendable, Equatable, Codable {
        /// What it is called.
        public var period: String
        /// Expected units.
        public var mean: Double
        /// Quantiles at `levels`.
        public var quantiles: [Double]
    }

    /// The series.
    public var series: String
    /// The model that forecasts it.
    public var model: String
    /// What is to be seen in it.
    public var findings: Findings
    /// What was combined, the largest share first; what the model across series takes for its local share.
    public var candidates: [Candidate]
    /// What the model of counts has found; nil for another model.
    public var counts: DemandForecast.Explanation?
    /// What the model across series does to it; nil for a model of one series.
    public var across: GlobalExplanation?
    /// Periods that rivals were scored on, and from one origin to the next.
    public var heldBack: Int
    /// What each model alone would have scored, the least WAPE first; the one in use among them, unless it is `global`.
    public var rivals: [Rival]
    /// Levels of the quantiles.
    public var levels: [Double]
    /// The forecast.
    public var forecast: [Period]

    /// Explains the forecast of a series by itself, or by a model across series.
    ///
    /// - Parameters:
    ///   - series: its history, and names of its periods and of `horizon` more.
    ///   - model: as asked for; `auto` is resolved.
    ///   - across: the forecast by a model across series and what it is made of.
    /// - Throws: `ForecastingError` where units or shares make no sense.
    init(
        _ series: ExplainedSeries, model asked: ForecastModel, horizon: Int, levels: [QuantileLevel],
        across: (forecast: SeriesForecast, explanation: GlobalExplanation)? = nil
    ) throws(ForecastingError) {
        let (units, inStock) = (series.units, series.inStock)
        let seasons = series.seasons.isEmpty ? [1] : series.seasons
        let model = across == nil ? asked.alone(isCut: inStock.contains { $0 < 1 }) : .global
        self.series = series.name
        self.model = model.rawValue
        self.levels = levels.map(\.value)
        self.across = across?.explanation
        findings = Findings(series, SeriesFindings(units: units, inStock: inStock, season: seasons[0]))
        let forecast: SeriesForecast?
        if let across {
            forecast = across.forecast
        } else {
            forecast = try SeriesForecast(
                units: units, inStock: inStock, seasons: seasons, model: model, horizon: horizon)
        }
        counts = forecast?.counts
        candidates = ForecastExplanation.candidates(
            SeriesForecast.seen(units, inStock), model: model, seasons: seasons, horizon: horizon)
        let heldBack = min(3 * horizon, units.count / 2)
        self.heldBack = heldBack
        rivals = []
        if heldBack > 0 {
            for rival in ForecastModel.allCases where rival != .auto && rival != .global {
                let scores = try SeriesScores(
                    units: units, inStock: inStock, heldBack: heldBack, horizon: horizon, season: seasons[0],
                    levels: levels
                ) { origin throws(ForecastingError) in
                    try SeriesForecast(
                        units: Array(units[..<origin]), inStock: Array(inStock[..<origin]), seasons: seasons,
                        model: rival, horizon: horizon)
                }
                if let scores { rivals.append(Rival(model: rival.rawValue, scores: .init([scores], levels: levels))) }
            }
        }
        // The first of equals is the first by name of the list.
        rivals = rivals.enumerated().sorted {
            ($0.element.scores.wape ?? .infinity, $0.offset) < ($1.element.scores.wape ?? .infinity, $1.offset)
        }.map(\.element)
        self.forecast = forecast.map { ForecastExplanation.periods($0, series, horizon, levels) } ?? []
    }

    private static func candidates(
        _ units: [Double], model: ForecastModel, seasons: [Int], horizon: Int
    ) -> [Candidate] {
        if model == .local || model == .global {
            let found = AutomaticLocal.forecast(units, horizon: horizon, seasons: seasons)?.candidates ?? []
            return found.map {
                Candidate(model: $0.model, weight: $0.weight, error: $0.error, parameters: $0.parameters)
            }.sorted { ($1.weight, $0.model) < ($0.weight, $1.model) }
        }
        return model.fit(units, season: seasons[0]).map {
            [Candidate(model: $0.model, weight: 1, error: nil, parameters: $0.parameters)]
        } ?? []
    }

    private static func periods(
        _ forecast: SeriesForecast, _ series: ExplainedSeries, _ horizon: Int, _ levels: [QuantileLevel]
    ) -> [Period] {
        (0..<horizon).map { step in
            let period = series.ahead + step
            let place = period % forecast.season
            let counts = forecast.quantiles(levels.map(\.value), places: place..<place + 1)
            return Period(
                period: series.label(series.units.count + step), mean: forecast.mean(period),
                quantiles: counts.map { Double($0) / forecast.scale.counts })
        }
    }

    /// One JSON document, keys in camelCase, what is not defined left out.
    public var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        // Only numbers that are not finite could fail.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) + "\n" } ?? "{}\n"
    }
}

extension ExplainedSeries {
    /// What a period is called; its number where it has no name.
    func label(_ period: Int) -> String { labels.indices.contains(period) ? labels[period] : "\(period)" }
}

extension ForecastExplanation.Findings {
    init(_ series: ExplainedSeries, _ found: SeriesFindings) {
        first = series.label(0)
        last = series.label(max(0, series.units.count - 1))
        periods = found.periods
        unobserved = found.unobserved
        cut = found.cut
        zeros = found.zeros
        beforeLaunch = found.beforeLaunch
        demandClass = found.demandClass
        mean = found.mean
        deviation = found.deviation
        seasons = series.seasons.filter { $0 > 1 }
        profile = found.profile
        shifts = found.shifts.map {
            ForecastExplanation.Shift(
                period: series.label($0.day), before: $0.before, after: $0.after, strength: $0.strength)
        }
        outsize = found.outsize.map {
            ForecastExplanation.Outsize(
                period: series.label($0.index), units: $0.units, timesTypical: $0.timesTypical)
        }
    }
}
