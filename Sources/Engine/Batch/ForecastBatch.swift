import Domain
import Formats

/// `penstock forecast`: a file of series in, a file of forecasts out.
///
/// Stateless and deterministic: the same input and options give the same bytes, whatever the number of threads. Models
/// other than `global` (and `auto`, which takes it for files of many series) forecast a series from its own rows alone, so
/// files can be split by series and the answers put together, as long as `horizonFrom` is `.series` or all parts end in the
/// same period, and `frequency` is given (one found in a part may be coarser than that of the whole).
///
/// For these the input is read twice as a stream (`FileSurvey`, `ForecastPass`): nothing but eight bytes of its name is kept
/// of a series, and with a back-test its scores. Only a file whose rows of a series lie apart is held in memory.
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

    /// How totals agree with the series they sum.
    public enum Totals: String, Sendable, CaseIterable {
        /// Totals are the sums of the series' forecasts, which stay as they are.
        case sum
        /// Totals are forecast from their own histories too, and all are drawn together until they agree.
        case reconcile
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
    /// Seasons in periods, for models that take one the first within 1…366. Empty for the frequency's usual one.
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
    /// Whether and how totals over all series and over each group of `fixed` are forecast.
    public var totals: Totals?
    /// Lengths of windows from the first forecast period on over which sums are forecast, periods, at most the horizon.
    public var windows: [Int] = []
    /// Path of the sums over windows.
    public var windowsOutput: String?
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
        let seasons = try checked()
        let sink = evaluate == nil ? try ByteSink(path: output) : nil
        let file = try RereadableInput(path: input)
        var told: (answers: ForecastAnswers, form: PeriodForm?, drivers: [String])
        do {
            told = try across(file, seasons, sink, &complaints) ?? alone(file, seasons, sink, &complaints)
        } catch let error as FormatError {
            throw file.named(error)
        }
        let names = told.answers.names
        if let future {
            try DriverFile.check(
                future, .future(drivers: told.drivers, form: told.form), series: names, complaints: &complaints)
        }
        if let fixed { try DriverFile.check(fixed, .fixed, series: names, complaints: &complaints) }
        complaints.append(told.answers.failures)
        let outcome = told.answers.outcome(refusedRows: complaints.refusedRows)
        try told.answers.finish()
        complaints.lines.forEach(tell)
        return outcome
    }

    /// Fits all series by the model across them; nil where it is neither asked for nor for this file.
    private func across(
        _ file: RereadableInput, _ seasons: [Int], _ sink: ByteSink?, _ complaints: inout BatchComplaints
    ) throws -> (ForecastAnswers, PeriodForm?, [String])? {
        guard model == .auto || model == .global else { return nil }
        let least = model == .auto ? ForecastBatch.many : (series: 2, rows: 2)
        guard let across = try FittedFile(across: file.reader(), self, seasons: seasons, least: least) else {
            guard model == .auto else {
                throw EngineError(
                    .usage,
                    "there is too little to learn across series: they need one frequency, rows that lie together and "
                        + "a history of three horizons; use auto or local")
            }
            return nil
        }
        complaints.append(across.complaints)
        note(across.unused, "columns not used, as nothing is known of their future", "give --future", &complaints)
        noteSeasons(seasons, isAcross: true, &complaints)
        var answers = try ForecastAnswers(
            self, form: across.form, last: across.last, seasons: across.seasons, sink: sink)
        try answers.take(across.fitted)
        return (answers, across.form, across.drivers)
    }

    /// Fits each series by itself as it comes.
    private func alone(
        _ file: RereadableInput, _ seasons: [Int], _ sink: ByteSink?, _ complaints: inout BatchComplaints
    ) throws -> (ForecastAnswers, PeriodForm?, [String]) {
        let survey = try FileSurvey(file.reader, share: inStock, frequency: frequency)
        if let id = survey.scattered {
            complaints.note("rows of \(shown(id)) lie apart: the file is sorted in memory; sorted files need less")
        }
        noteSeasons(seasons, isAcross: false, &complaints)
        var answers = try ForecastAnswers(
            self, form: survey.form, last: survey.last,
            seasons: seasons.isEmpty ? [survey.frequency?.usualSeason ?? 1] : seasons, sink: sink)
        var pass = try ForecastPass(self, seasons, file.reader(), survey)
        try pass.read { try answers.take($0) }
        complaints.append(pass.complaints)
        note(
            pass.drivers, "columns that models of one series do not use",
            "the model across series does: --model global", &complaints)
        return (answers, survey.form, pass.drivers)
    }

    private func note(_ columns: [String], _ what: String, _ advice: String, _ complaints: inout BatchComplaints) {
        guard !columns.isEmpty else { return }
        let names = columns.prefix(12).map(\.printable).joined(separator: ", ")
        complaints.note("\(what): \(names); \(advice)")
    }

    /// Series and rows from which on `auto` learns across series.
    static let many = (series: 200, rows: 50_000)

    /// The seasons to use, the one for models that take one first; empty for the frequency's own.
    func checked() throws(EngineError) -> [Int] {
        func check(_ holds: Bool, _ message: @autoclosure () -> String) throws(EngineError) {
            guard holds else { throw EngineError(.usage, message()) }
        }
        try check((1...10_000).contains(horizon), "a horizon of \(horizon) periods; give 1 to 10000")
        try check((1...256).contains(jobs), "\(jobs) jobs; give 1 to 256")
        try check(evaluate.map { $0 >= 1 } ?? true, "an evaluation over \(evaluate ?? 0) periods; give 1 or more")
        try check(
            windows.allSatisfy { (1...horizon).contains($0) } && Set(windows).count == windows.count,
            "windows must be different lengths from 1 to the horizon of \(horizon) periods; give a longer --horizon")
        try check(
            windows.isEmpty == (windowsOutput == nil), "sums over windows need both their lengths and a file to write")
        try check(
            (totals == nil && windows.isEmpty) || evaluate == nil,
            "a back-test has neither totals nor windows; leave them away, or --evaluate")
        try check(
            (totals == nil && windows.isEmpty) || horizonFrom == .file,
            "totals and windows need all series to end together; leave --horizon-from away")
        try check(Set(levels).count == levels.count, "a quantile level is given twice; give each once")
        guard !seasons.isEmpty else { return [] }
        guard let first = seasons.first(where: { (1...366).contains($0) }) else {
            throw EngineError(.usage, "no season within 1 to 366 periods; give one, such as 7")
        }
        return [first] + seasons.filter { $0 != first && $0 > 1 }
    }

    /// Says where of several seasons one alone is used.
    private func noteSeasons(_ seasons: [Int], isAcross: Bool, _ complaints: inout BatchComplaints) {
        guard let first = seasons.first, seasons.count > 1, isAcross || (model != .auto && model != .local) else {
            return
        }
        let names = seasons.dropFirst().map(String.init).joined(separator: ", ")
        let used = isAcross ? "the model across series" : model.rawValue
        complaints.note("\(used) takes one season: \(first) is used, not \(names); --model local takes all")
    }
}
