import Forecasting
import Formats

extension ForecastBatch {
    /// Explains the forecast that `run` would make of one series.
    ///
    /// - Parameter name: the series, as `unique_id` has it.
    /// - Parameter tell: takes what a person should know, a line at a time.
    /// - Throws: `.usage` as `run`, and where the series has no history; `.notFound` for a missing file, or a series that is
    ///   not in it.
    public func explain(_ name: String, tell: (String) -> Void = { _ in }) throws(EngineError) -> ForecastExplanation {
        do {
            let seasons = try checked()
            let file = try RereadableInput(path: input)
            do {
                return try explainedAcross(name, file, seasons, tell) ?? explainedAlone(name, file, seasons, tell)
            } catch let error as FormatError {
                throw file.named(error)
            }
        } catch let error as EngineError {
            throw error
        } catch let error as FormatError {
            throw EngineError(error)
        } catch {
            throw EngineError(.usage, "\(error)")
        }
    }

    private func explainedAcross(
        _ name: String, _ file: RereadableInput, _ seasons: [Int], _ tell: (String) -> Void
    ) throws -> ForecastExplanation? {
        guard model == .auto || model == .global else { return nil }
        let least = model == .auto ? ForecastBatch.many : (series: 2, rows: 2)
        let jobs = jobs
        let concurrently: Concurrently = { count, work in forEach(count, jobs: jobs, work) }
        guard var source = try PanelFile(file.reader(), share: inStock, least: least),
            let frequency = frequency ?? source.frequency()
        else { return nil }
        guard let row = source.rows.firstIndex(where: { $0.id.elementsEqual(name.utf8) }) else { throw missing(name) }
        let scales = source.rows.map { CountScale($0.units) }
        var settings = GlobalModel.Settings()
        settings.seed = seed &+ 1
        guard let axis = try source.panel(frequency, self, season: seasons.first, scales: scales),
            let learned = GlobalModel(axis.panel, settings: settings, concurrently: concurrently)
        else { return nil }
        let forecast = learned.forecast(concurrently: concurrently)
        guard let explanation = learned.explanation(of: row, in: forecast) else { return nil }
        let fitting = SeriesFitting(self, form: source.form, frequency: frequency, seasons: seasons)
        var series = try explained(source.rows[row], fitting, last: source.last)
        source.complaints.lines.forEach(tell)
        // The panel ends with the file: its first period is the first that is asked for.
        let found = SeriesForecast(forecast, row: row, scale: scales[row], ahead: 0)
        series.ahead = 0
        return try ForecastExplanation(
            series, model: .global, horizon: horizon, levels: levels, across: (found, explanation))
    }

    private func explainedAlone(
        _ name: String, _ file: RereadableInput, _ seasons: [Int], _ tell: (String) -> Void
    ) throws -> ForecastExplanation {
        let survey = try FileSurvey(file.reader, share: inStock, frequency: frequency)
        var reader = try SeriesReader(file.reader(), share: inStock, gathers: survey.scattered != nil)
        while let rows = try reader.next() {
            guard rows.id.elementsEqual(name.utf8) else { continue }
            guard let form = survey.form, let frequency = survey.frequency else { break }
            let fitting = SeriesFitting(self, form: form, frequency: frequency, seasons: seasons)
            let series = try explained(rows, fitting, last: survey.last)
            reader.complaints.lines.forEach(tell)
            return try ForecastExplanation(series, model: model, horizon: horizon, levels: levels)
        }
        throw missing(name)
    }

    private func missing(_ name: String) -> EngineError {
        EngineError(
            .notFound, "there is no series '\(name.printable)' in \(input); give its unique_id as the file has it")
    }

    private func explained(_ rows: SeriesRows, _ fitting: SeriesFitting, last: Int64?) throws -> ExplainedSeries {
        switch fitting.history(rows) {
        case .failure(.reason(let reason)): throw EngineError(.usage, "\(shown(rows.id)): \(reason)")
        case .failure(.misfit(let time)):
            throw EngineError(
                .usage,
                "\(shown(rows.id)): \(fitting.form.text(time)) is no period of a \(fitting.frequency) series; "
                    + "correct it, or give another frequency")
        case .success(let history):
            let count = history.units.count
            let ahead =
                horizonFrom == .file ? last.map { max(0, history.grid.firstIndex(after: $0) - count) } ?? 0 : 0
            guard fitting.form == .integer || history.grid.position(at: count + ahead + horizon - 1) < PeriodForm.end
            else {
                throw EngineError(.usage, "\(shown(rows.id)): the horizon runs past the year 9999; give a shorter one")
            }
            let labels =
                (0..<count).map { fitting.form.text(history.grid.position(at: $0)) }
                + (0..<horizon).map { fitting.form.text(history.grid.position(at: count + ahead + $0)) }
            return ExplainedSeries(
                name: String(decoding: rows.id, as: UTF8.self), labels: labels, units: history.units,
                inStock: history.inStock, seasons: fitting.seasons, ahead: ahead)
        }
    }
}
