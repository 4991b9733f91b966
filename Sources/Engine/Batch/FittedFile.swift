import Forecasting
import Formats

/// A file of series after one model has learned from all of them.
struct FittedFile {
    /// All series, in the order of the file.
    var fitted: [FittedSeries]
    /// How periods are written; nil where there is no row.
    var form: PeriodForm?
    /// The last period of the file.
    var last: Int64?
    /// Periods in each season.
    var seasons: [Int]
    /// Columns beside the known ones that no model has used.
    var unused: [String]
    /// All columns beside the known ones.
    var drivers: [String]
    /// What to tell.
    var complaints: BatchComplaints
}

extension FittedFile {
    /// Fits all series by the model across series.
    ///
    /// - Parameter least: series and rows below which nothing is to be learned across series.
    /// - Returns: nil where it is not for this file: too small, too ragged or too short.
    init?(
        across file: CSVReader, _ batch: ForecastBatch, seasons: [Int], least: (series: Int, rows: Int)
    ) throws {
        guard var source = try PanelFile(file, share: batch.inStock, least: least),
            let frequency = batch.frequency ?? source.frequency()
        else { return nil }
        let scales = source.rows.map { CountScale($0.units) }
        guard let axis = try source.panel(frequency, batch, season: seasons.first, scales: scales) else { return nil }
        let jobs = batch.jobs
        let concurrently: Concurrently = { count, work in forEach(count, jobs: jobs, work) }
        var settings = GlobalModel.Settings()
        settings.seed = batch.seed &+ 1
        func forecast(_ panel: DemandPanel) -> GlobalForecast? {
            GlobalModel(panel, settings: settings, concurrently: concurrently)?.forecast(concurrently: concurrently)
        }
        // From each origin that is to be scored, or from the end.
        let periods = axis.panel.periods
        var origins =
            batch.evaluate.map {
                Array(stride(from: periods - $0, to: periods, by: batch.horizon))
            } ?? [periods]
        if !batch.windows.isEmpty {
            // Its own past forecasts, for sums over windows.
            origins += WindowSeries.origins(periods, horizon: batch.horizon).prefix(2)
        }
        var found: [Int: GlobalForecast] = [:]
        for origin in origins {
            guard origin > 0, let panel = origin == periods ? axis.panel : axis.panel.cut(before: origin),
                let forecast = forecast(panel)
            else { return nil }
            found[origin] = forecast
        }
        var local = SeriesFitting(batch, form: source.form, frequency: frequency, seasons: seasons)
        local.model = .local
        let fitting = local
        let (last, forecasts) = (source.last, found)
        let rows = Array(source.rows.enumerated())
        fitted = inParallel(rows, jobs: jobs) { row, series in
            guard let end = series.times.last, series.units.contains(where: { !$0.isNaN }),
                series.shares.contains(where: { $0 > 0 }),
                // One that ended before the file did is asked for what the panel knows already.
                batch.horizonFrom == .file && batch.evaluate == nil || end == last
            else { return fitting.fit(series) }
            let start = axis.grid.index(of: series.times[0]) ?? 0
            let over = (axis.grid.index(of: end) ?? 0) + 1
            return fitting.fit(series) { origin in
                let begin = start + origin
                // A series that ended early is forecast from the end of the file as well.
                let from = forecasts[begin] == nil && begin == over ? periods : begin
                return forecasts[from].map {
                    SeriesForecast($0, row: row, scale: scales[row], ahead: from - begin)
                }
            }
        }
        form = source.form
        self.last = source.last
        self.seasons = fitting.seasons
        drivers = source.drivers
        unused = source.unused
        complaints = source.complaints
    }
}
