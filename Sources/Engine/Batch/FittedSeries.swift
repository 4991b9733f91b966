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
    let answer: Answer
}

/// How every series of a file is fitted.
struct SeriesFitting: Sendable {
    let form: PeriodForm
    let frequency: Frequency
    let season: Int
    var model: ForecastModel
    let fill: ForecastBatch.Fill
    let horizon: Int
    let levels: [QuantileLevel]
    /// Periods to hold back and score; nil to forecast.
    let evaluate: Int?

    /// How a batch wants them fitted.
    ///
    /// - Parameter season: nil for the frequency's own.
    init(_ batch: ForecastBatch, form: PeriodForm, frequency: Frequency, season: Int?) {
        self.form = form
        self.frequency = frequency
        self.season = season ?? frequency.usualSeason
        model = batch.model
        fill = batch.fill
        horizon = batch.horizon
        levels = batch.levels
        evaluate = batch.evaluate
    }

    /// Periods that one series may span: hours of a century.
    private static let longest = 1 << 20

    /// Fits one series.
    ///
    /// - Parameter known: the forecast from before a period, where a model across series has made it.
    func fit(_ rows: SeriesRows, known: ((Int) -> SeriesForecast?)? = nil) -> FittedSeries {
        let grid = PeriodGrid(rows.times, frequency)
        func done(_ answer: FittedSeries.Answer, periods: Int = 0) -> FittedSeries {
            FittedSeries(id: rows.id, grid: grid, periods: periods, answer: answer)
        }
        guard let last = rows.times.last else { return done(.none("no row of it could be read")) }
        guard let end = grid.index(of: last) else { return done(.misfit(last)) }
        let count = end + 1
        guard count <= SeriesFitting.longest else {
            return done(
                .none("it spans \(count) periods; at most \(SeriesFitting.longest) are taken: use a coarser frequency"))
        }
        var units = [Double](repeating: 0, count: count)
        var inStock = [Double](repeating: fill == .zero ? 1 : 0, count: count)
        var gaps = count
        for (row, time) in rows.times.enumerated() {
            guard let index = grid.index(of: time) else { return done(.misfit(time)) }
            guard !rows.units[row].isNaN else { continue }
            units[index] = rows.units[row]
            inStock[index] = rows.shares[row]
            gaps -= 1
        }
        if fill == .error, gaps > 0 {
            let filled = Set(zip(rows.times, rows.units).lazy.filter { !$0.1.isNaN }.map { $0.0 })
            let first = (0..<count).first { !filled.contains(grid.position(at: $0)) } ?? 0
            return done(
                .none("\(gaps) periods have no value, the first \(form.text(grid.position(at: first))); give them"))
        }
        do throws(ForecastingError) {
            if let evaluate {
                let scores = try SeriesScores(
                    units: units, inStock: inStock, heldBack: evaluate, horizon: horizon, season: season,
                    levels: levels
                ) { origin throws(ForecastingError) in
                    if let known { return known(origin) }
                    return try SeriesForecast(
                        units: Array(units[..<origin]), inStock: Array(inStock[..<origin]), season: season,
                        model: model,
                        horizon: horizon)
                }
                return done(scores.map { .scores($0) } ?? .none("nothing of it can be scored"), periods: count)
            }
            if let forecast = known?(count) { return done(.forecast(forecast), periods: count) }
            let forecast = try SeriesForecast(
                units: units, inStock: inStock, season: season, model: model, horizon: horizon)
            return done(forecast.map { .forecast($0) } ?? .none(silence(units)), periods: count)
        } catch {
            return done(.none("\(error)"), periods: count)
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
