import Forecasting
import Numerics

/// One series after its model has been fitted: little enough to keep for every series of a file.
struct FittedSeries: Sendable {
    /// What became of it.
    enum Answer: Sendable {
        case forecast(SeriesForecast)
        case scores(SeriesScores)
        /// There is none, and why.
        case none(String)
        /// This position is no period of the frequency.
        case misfit(Int64)
    }

    /// Its name as in the file.
    let id: [UInt8]
    /// Where its periods lie.
    let grid: PeriodGrid
    /// Periods from its first row to its last.
    let periods: Int
    /// What became of it.
    var answer: Answer
    /// Its history, where totals of groups are wanted.
    var history: SeriesFitting.History?
    /// What sums over windows are made from, where they are wanted.
    var window: WindowSeries?
}

/// How every series of a file is fitted.
struct SeriesFitting: Sendable {
    let form: PeriodForm
    let frequency: Frequency
    /// Periods in each season, that for models that take one first.
    let seasons: [Int]
    var model: ForecastModel
    let fill: ForecastBatch.Fill
    let horizon: Int
    let levels: [QuantileLevel]
    /// Periods to hold back and score; nil to forecast.
    let evaluate: Int?
    /// Whether histories are kept for totals of groups.
    let keepsHistory: Bool
    /// Whether sums over windows are wanted, which need past forecasts.
    let hasWindows: Bool

    /// How a batch wants them fitted.
    ///
    /// - Parameter seasons: empty for the frequency's own.
    init(_ batch: ForecastBatch, form: PeriodForm, frequency: Frequency, seasons: [Int]) {
        self.form = form
        self.frequency = frequency
        self.seasons = seasons.isEmpty ? [frequency.usualSeason] : seasons
        model = batch.model
        fill = batch.fill
        horizon = batch.horizon
        levels = batch.levels
        evaluate = batch.evaluate
        keepsHistory = batch.totals != nil
        hasWindows = !batch.windows.isEmpty
    }

    /// Periods that one series may span: hours of a century.
    private static let longest = 1 << 20

    /// One series on its grid.
    struct History: Sendable {
        let grid: PeriodGrid
        /// Demand of each period, 0 where it was not observed, and the share of it that was, 0…1.
        let units: [Double]
        let inStock: [Double]
    }

    /// The rows of a series as a history without holes, or why there is none.
    func history(_ rows: SeriesRows) -> Result<History, Refusal> {
        let grid = PeriodGrid(rows.times, frequency)
        guard let last = rows.times.last else { return .failure(.reason("no row of it could be read")) }
        guard let end = grid.index(of: last) else { return .failure(.misfit(last)) }
        let count = end + 1
        guard count <= SeriesFitting.longest else {
            return .failure(
                .reason(
                    "it spans \(count) periods; at most \(SeriesFitting.longest) are taken: use a coarser frequency"))
        }
        var units = [Double](repeating: 0, count: count)
        var inStock = [Double](repeating: fill == .zero ? 1 : 0, count: count)
        var gaps = count
        for (row, time) in rows.times.enumerated() {
            guard let index = grid.index(of: time) else { return .failure(.misfit(time)) }
            guard !rows.units[row].isNaN else { continue }
            units[index] = rows.units[row]
            inStock[index] = rows.shares[row]
            gaps -= 1
        }
        if fill == .error, gaps > 0 {
            let filled = Set(zip(rows.times, rows.units).lazy.filter { !$0.1.isNaN }.map { $0.0 })
            let first = (0..<count).first { !filled.contains(grid.position(at: $0)) } ?? 0
            return .failure(
                .reason("\(gaps) periods have no value, the first \(form.text(grid.position(at: first))); give them"))
        }
        return .success(History(grid: grid, units: units, inStock: inStock))
    }

    /// Why a series has no history.
    enum Refusal: Error {
        case reason(String)
        /// This position is no period of the frequency.
        case misfit(Int64)
    }

    /// Fits one series.
    ///
    /// - Parameter known: the forecast from before a period, where a model across series has made it.
    func fit(_ rows: SeriesRows, known: ((Int) -> SeriesForecast?)? = nil) -> FittedSeries {
        let history: History
        switch self.history(rows) {
        case .success(let found): history = found
        case .failure(let refusal):
            let answer: FittedSeries.Answer =
                switch refusal {
                case .reason(let reason): .none(reason)
                case .misfit(let time): .misfit(time)
                }
            return FittedSeries(id: rows.id, grid: PeriodGrid(rows.times, frequency), periods: 0, answer: answer)
        }
        let (units, inStock, count) = (history.units, history.inStock, history.units.count)
        func done(_ answer: FittedSeries.Answer) -> FittedSeries {
            FittedSeries(id: rows.id, grid: history.grid, periods: count, answer: answer)
        }
        do throws(ForecastingError) {
            if let evaluate {
                let scores = try SeriesScores(
                    units: units, inStock: inStock, heldBack: evaluate, horizon: horizon, season: seasons[0],
                    levels: levels
                ) { origin throws(ForecastingError) in
                    if let known { return known(origin) }
                    return try SeriesForecast(
                        units: Array(units[..<origin]), inStock: Array(inStock[..<origin]), seasons: seasons,
                        model: model, horizon: horizon)
                }
                return done(scores.map { .scores($0) } ?? .none("nothing of it can be scored"))
            }
            func forecast(_ origin: Int) throws(ForecastingError) -> SeriesForecast? {
                if let known, let forecast = known(origin) { return forecast }
                // Past forecasts of a model across series are those it has made.
                guard known == nil || origin == count else { return nil }
                return try SeriesForecast(
                    units: Array(units[..<origin]), inStock: Array(inStock[..<origin]), seasons: seasons, model: model,
                    horizon: horizon)
            }
            guard let found = try forecast(count) else { return done(.none(silence(units))) }
            var fitted = done(.forecast(found))
            if keepsHistory { fitted.history = history }
            if hasWindows { fitted.window = try WindowSeries(history, found, horizon: horizon, forecast: forecast) }
            return fitted
        } catch {
            return done(.none("\(error)"))
        }
    }

    private func silence(_ units: [Double]) -> String {
        if model.isIntermittent, !units.contains(where: { $0 > 0 }) {
            return "it has no demand, which \(model.rawValue) needs; use auto"
        }
        if model != .auto, model != .counts {
            return "\(model.rawValue) has no answer: it is too short, or too little of it was observed; use auto"
        }
        return "none of its periods was observed"
    }
}
