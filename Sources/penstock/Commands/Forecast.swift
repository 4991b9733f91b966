import ArgumentParser
import Domain
import Engine

struct ForecastCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecast",
        abstract: "Forecast series from a file: no shop, nothing kept.",
        usage: """
            penstock forecast --input <file> --horizon <n> --output <file> [options]
            penstock forecast --input <file> --horizon <n> --evaluate <n> [options]
            penstock forecast explain <series> --input <file> --horizon <n> [options]
            """,
        discussion: """
            Input: unique_id,ds,y and any driver columns; ds a date, a date-time or a whole number. Output, series in the \
            order of the input: unique_id,ds,mean,q0.05,… The same input gives the same bytes, with any number of jobs.

            From 200 series and 50,000 rows on one model learns across all series, with prices, flags and events of --future \
            and groups of --static; --model local forecasts each series by itself, as a stream. Models: \
            \(ForecastModel.allCases.map(\.rawValue).joined(separator: ", ")).

            Example: penstock forecast --input sales.csv --horizon 28 --levels 0.05,0.5,0.95 --output forecast.csv
            """,
        subcommands: [ForecastExplainCommand.self])

    @OptionGroup var options: ForecastOptions
    @Option(help: ArgumentHelp("The file to write, or -.", valueName: "file")) var output: String?
    @Option(
        help: ArgumentHelp(
            "Score instead of forecasting: the last n periods of each series are held back and forecast --horizon at a time, "
                + "each time from all that lies before.", valueName: "n"))
    var evaluate: Int?

    @Option(
        help: ArgumentHelp(
            "Adds totals over all series (total) and each group of --static (column=word): sum of the series' forecasts, or "
                + "reconcile with what the totals' own histories say, which moves the series too.", valueName: "way"))
    var totals: String?
    @Option(
        help: ArgumentHelp(
            "Also forecasts the sums over the next n periods, as lead time and review add up to; at most --horizon.",
            valueName: "n,…"))
    var windows: String?
    @Option(help: ArgumentHelp("The file of these sums: unique_id,from,to,mean,q…", valueName: "file"))
    var windowsOutput: String?

    func run() throws {
        var batch = try options.batch()
        batch.evaluate = evaluate
        if let totals {
            guard let way = ForecastBatch.Totals(rawValue: totals) else {
                throw EngineError(.usage, "--totals must be one of sum, reconcile")
            }
            batch.totals = way
        }
        if let windows { batch.windows = try windows.split(separator: ",").map { try ForecastOptions.periods($0) } }
        batch.windowsOutput = windowsOutput
        if let output {
            batch.output = output
        } else if evaluate == nil {
            throw EngineError(.usage, "where should the forecast go? give --output FILE, or - for standard output")
        }
        let outcome = try batch.run { complain($0) }
        if let evaluation = outcome.evaluation { print(options.json ? evaluation.json : evaluation.table) }
        if outcome.exitCode != 0 { throw ExitCode(outcome.exitCode) }
    }
}

struct ForecastExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why a series of a file is forecast as it is.",
        usage: "penstock forecast explain <series> --input <file> --horizon <n> [options]",
        discussion: """
            What is to be seen in the series (gaps, launch, kind of demand, level shifts, outsize periods), what was combined \
            with which weights and errors, what each model alone would have scored on its last periods, and with a model \
            across series what the calendar, the trees and each driver do to it. Exit code 6: the file has no such series.

            Example: penstock forecast explain FOODS_3_090 --input sales.csv --horizon 28
            """)

    @Argument(help: "The series, as unique_id has it.") var series: String
    @OptionGroup var options: ForecastOptions

    func run() throws {
        let explanation = try options.batch().explain(series) { complain($0) }
        print(options.json ? explanation.json : explanation.text)
    }
}

/// What a forecast and its explanation are told alike.
struct ForecastOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The file of series, or -.", valueName: "file")) var input: String?
    @Option(help: ArgumentHelp("Periods to forecast.", valueName: "n")) var horizon: Int?
    @Option(help: ArgumentHelp("Drivers of the periods to come.", valueName: "file")) var future: String?
    @Option(
        name: .customLong("static"), help: ArgumentHelp("One row a series: item, category, place.", valueName: "file"))
    var fixed: String?
    @Option(help: ArgumentHelp("Quantile levels between 0 and 1.", valueName: "p,…")) var levels: String?
    @Option(help: ArgumentHelp("Column with the share of the period in stock, 0 to 1.", valueName: "column"))
    var inStock: String?
    @Option(
        help: ArgumentHelp(
            "Season lengths in periods, such as 24,168 for hours; models that take one take the first.",
            valueName: "n,…"))
    var season: String?
    @Option(
        help: ArgumentHelp("hourly, daily, weekly, monthly, quarterly, yearly, or a whole step.", valueName: "name"))
    var frequency: String?
    @Option(
        help: ArgumentHelp(
            "Where the horizon begins: file (after the file's last period) or series.", valueName: "origin"))
    var horizonFrom: String?
    @Option(help: ArgumentHelp("What a gap means: missing, zero or error.", valueName: "word")) var fill: String?
    @Option(help: ArgumentHelp("auto, global, local, or another by name; see above.", valueName: "name")) var model:
        String?
    @Option(help: ArgumentHelp("Threads.", valueName: "n")) var jobs = 1
    @Option(help: ArgumentHelp("Seed, for models that draw.", valueName: "n")) var seed: UInt64 = 0
    @Flag(help: "Of scores and explanations: JSON instead of text.") var json = false

    /// The forecast that is asked for, without its output.
    func batch() throws -> ForecastBatch {
        guard let input else { throw EngineError(.usage, "which series? give --input FILE, or - for standard input") }
        guard let horizon else { throw EngineError(.usage, "how far ahead? give --horizon and a number of periods") }
        var batch = ForecastBatch(input: input, horizon: horizon)
        batch.future = future
        batch.fixed = fixed
        batch.inStock = inStock
        batch.jobs = jobs
        batch.seed = seed
        if let levels {
            batch.levels = try levels.split(separator: ",").map { text in
                guard let level = QuantileLevel(text) else {
                    throw EngineError(.usage, "'\(text)' is no level between 0 and 1".printable)
                }
                return level
            }
        }
        if let season { batch.seasons = try season.split(separator: ",").map { try ForecastOptions.periods($0) } }
        if let frequency {
            guard let known = Frequency(frequency) else {
                throw EngineError(.usage, "'\(frequency.printable)' is no frequency; see penstock forecast --help")
            }
            batch.frequency = known
        }
        batch.horizonFrom = try word(horizonFrom, "--horizon-from", batch.horizonFrom)
        batch.fill = try word(fill, "--fill", batch.fill)
        if let model { batch.model = try ForecastBatch.model(named: model) }
        return batch
    }

    /// A number of periods, at least one.
    static func periods(_ text: some StringProtocol) throws -> Int {
        guard let length = Int(text), length > 0 else {
            throw EngineError(.usage, "'\(text)' is no number of periods".printable)
        }
        return length
    }

    private func word<Word: RawRepresentable & CaseIterable>(
        _ text: String?, _ option: String, _ standard: Word
    ) throws -> Word where Word.RawValue == String {
        guard let text else { return standard }
        guard let word = Word(rawValue: text) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw EngineError(.usage, "\(option) must be one of \(known)")
        }
        return word
    }
}
