import Domain
import Formats

/// `penstock forecast`: a file of series in, a file of forecasts out.
///
/// Stateless and deterministic: the same input and options give the same bytes, whatever the number of threads. Models
/// other than `global` (and `auto`, which takes it for files of many series) forecast a series from its own rows alone, so
/// files can be split by series and the answers put together, as long as `horizonFrom` is `.series` or all parts end in the
/// same period, and `frequency` is given (one found in a part may be coarser than that of the whole).
///
/// For these the input is read once in bounded memory (`SeriesReader`); what is kept of a series is its fitted model. The whole file
/// is read again where a later row shows that the frequency is finer than thought, or that rows of a series lie apart.
public struct ForecastBatch: Sendable {
    /// What a period without a row, or without a value, means between a series' first row and its last.
    public enum Fill: String, Sendable, CaseIterable {
        /// Nobody looked: it says nothing.
        case missing
        /// Nothing was asked for.
        case zero
        /// Something is wrong: the series gets no answer.
        case error
    }

    /// From where the horizon counts.
    public enum Origin: String, Sendable, CaseIterable {
        /// From the last `ds` of the whole file.
        case file
        /// From each series' own last `ds`.
        case series
    }

    /// Path of the input, `-` for standard input: `unique_id,ds,y` and any further columns.
    public var input: String
    /// Periods to forecast, 1…10,000.
    public var horizon: Int
    /// Path of the output, `-` for standard output. A file appears whole or not at all; a back-test writes none.
    public var output: String
    /// Path of what is known of the future: `unique_id,ds` and the input's further columns.
    public var future: String?
    /// Path of what is known of each series, one row with `unique_id` for each.
    public var fixed: String?
    /// Levels of the quantiles, no two alike.
    public var levels = QuantileLevel.usual
    /// Name of the column with the share of each period in stock, 0…1; nil for always.
    public var inStock: String?
    /// Seasons in periods; the first within 1…366 is used. Empty for the frequency's usual one.
    public var seasons: [Int] = []
    /// How far periods are apart; nil to find out.
    public var frequency: Frequency?
    /// From where the horizon counts.
    public var horizonFrom = Origin.file
    /// What gaps mean.
    public var fill = Fill.missing
    /// The model.
    public var model = ForecastModel.auto
    /// Threads, 1…256.
    public var jobs = 1
    /// Periods to hold back and score instead of forecasting, ≥ 1; nil to forecast.
    public var evaluate: Int?
    /// Seed of the model across series, which draws what it learns from; no other draws.
    public var seed: UInt64 = 0

    /// A forecast with the usual options.
    public init(input: String, horizon: Int, output: String = "-") {
        self.input = input
        self.horizon = horizon
        self.output = output
    }

    /// The model of a name.
    ///
    /// - Throws: `.usage` with the names there are.
    public static func model(named name: String) throws(EngineError) -> ForecastModel {
        if let model = ForecastModel(rawValue: name) { return model }
        let names = ForecastModel.allCases.map(\.rawValue).joined(separator: ", ")
        throw EngineError(.usage, "there is no model '\(name.printable)'; there are \(names)")
    }

    /// Does it all.
    ///
    /// - Parameter tell: takes what a person should know, a line at a time, at the end.
    /// - Returns: how it ended: with exit code 0, or 1 where rows were refused or series have no answer.
    /// - Throws: `.usage` for options and files that make no sense, `.notFound` for a missing file; then nothing is written.
    public func run(tell: (String) -> Void = { _ in }) throws(EngineError) -> BatchOutcome {
        do {
            return try answer(tell)
        } catch let error as EngineError {
            throw error
        } catch let error as FormatError {
            throw EngineError(error)
        } catch {
            throw EngineError(.usage, "\(error)")
        }
    }

    private func answer(_ tell: (String) -> Void) throws -> BatchOutcome {
        var complaints = BatchComplaints()
        let season = try checked(&complaints)
        let sink = evaluate == nil ? try ByteSink(path: output) : nil
        let file = try RereadableInput(path: input)
        let fitted = try fitted(file, season, &complaints)
        complaints.append(fitted.complaints)
        let names = Set(fitted.fitted.lazy.map(\.id))
        if let future {
            try DriverFile.check(
                future, .future(drivers: fitted.drivers, form: fitted.form), series: names, complaints: &complaints)
        }
        if let fixed { try DriverFile.check(fixed, .fixed, series: names, complaints: &complaints) }
        if !fitted.unused.isEmpty {
            let columns = fitted.unused.prefix(12).map(\.printable).joined(separator: ", ")
            complaints.note(
                fitted.isAcross
                    ? "columns not used, as nothing is known of their future: \(columns); give --future"
                    : "columns that models of one series do not use: \(columns); the model across series does: "
                        + "--model global")
        }
        var outcome = BatchOutcome(series: fitted.fitted.count)
        for case (let id, .none(let reason)) in fitted.fitted.lazy.map({ ($0.id, $0.answer) }) {
            complaints.fail(id, reason)
        }
        outcome.answered = outcome.series - complaints.failedSeries
        outcome.refusedRows = complaints.refusedRows
        if let sink {
            try write(fitted, to: sink)
        } else {
            let scores = fitted.fitted.compactMap { if case .scores(let scores) = $0.answer { scores } else { nil } }
            outcome.evaluation = ForecastEvaluation(scores, of: outcome.series, levels: levels)
        }
        complaints.lines.forEach(tell)
        return outcome
    }

    /// Fits every series: across all of them where that is asked for or there are enough, else each by itself as it comes.
    private func fitted(
        _ file: RereadableInput, _ season: Int?, _ complaints: inout BatchComplaints
    ) throws -> FittedFile {
        if model == .auto || model == .global {
            let least = model == .auto ? ForecastBatch.many : (series: 2, rows: 2)
            do {
                if let across = try FittedFile(across: file.reader(), self, season: season, least: least) {
                    return across
                }
            } catch let error as FormatError {
                throw file.named(error)
            }
            guard model == .auto else {
                throw EngineError(
                    .usage,
                    "there is too little to learn across series: they need one frequency, rows that lie together and "
                        + "a history of three horizons; use auto or local")
            }
        }
        var pass = try ForecastPass(self, season, file.reader(), frequency: frequency, gathers: false)
        reading: while true {
            switch try reading(pass: &pass, file) {
            case .whole: break reading
            case .finer(let found):
                pass = try ForecastPass(self, season, file.reader(), frequency: found, gathers: pass.gathers)
            case .scattered(let id):
                complaints.note("rows of \(shown(id)) lie apart: the file is sorted in memory; sorted files need less")
                pass = try ForecastPass(self, season, file.reader(), frequency: pass.frequency, gathers: true)
            }
        }
        return FittedFile(
            isAcross: false, fitted: pass.fitted, form: pass.form, last: pass.last, unused: pass.drivers,
            drivers: pass.drivers,
            complaints: pass.complaints)
    }

    /// Series and rows from which on `auto` learns across series.
    static let many = (series: 200, rows: 50_000)

    private func reading(pass: inout ForecastPass, _ file: RereadableInput) throws -> ForecastPass.End {
        do {
            return try pass.read()
        } catch let error as FormatError {
            throw file.named(error)
        }
    }

    /// The season to use, nil for the frequency's own.
    private func checked(_ complaints: inout BatchComplaints) throws(EngineError) -> Int? {
        func check(_ holds: Bool, _ message: @autoclosure () -> String) throws(EngineError) {
            guard holds else { throw EngineError(.usage, message()) }
        }
        try check((1...10_000).contains(horizon), "a horizon of \(horizon) periods; give 1 to 10000")
        try check((1...256).contains(jobs), "\(jobs) jobs; give 1 to 256")
        try check(evaluate.map { $0 >= 1 } ?? true, "an evaluation over \(evaluate ?? 0) periods; give 1 or more")
        try check(Set(levels).count == levels.count, "a quantile level is given twice; give each once")
        guard !seasons.isEmpty else { return nil }
        guard let season = seasons.first(where: { (1...366).contains($0) }) else {
            throw EngineError(.usage, "no season within 1 to 366 periods; give one, such as 7")
        }
        let others = seasons.filter { $0 != season }
        if !others.isEmpty {
            let names = others.map(String.init).joined(separator: ", ")
            complaints.note("the present model takes one season: \(season) is used, not \(names)")
        }
        return season
    }

    private func write(_ pass: FittedFile, to sink: ByteSink) throws {
        try sink.write(ForecastRows.header(levels))
        if let form = pass.form {
            let rows = ForecastRows(
                form: form, horizon: horizon, levels: levels, origin: horizonFrom == .file ? pass.last : nil)
            for start in stride(from: 0, to: pass.fitted.count, by: 1024) {
                let block = Array(pass.fitted[start..<min(start + 1024, pass.fitted.count)])
                if let late = block.first(where: { !rows.isWritable($0) }) {
                    throw EngineError(
                        .usage, "\(shown(late.id)): the horizon runs past the year 9999; give a shorter one")
                }
                let texts = inParallel(block, jobs: jobs) { series -> [UInt8] in
                    if case .forecast(let forecast) = series.answer { rows.bytes(of: series, forecast) } else { [] }
                }
                for text in texts { try sink.write(text) }
            }
        }
        try sink.finish()
    }
}
