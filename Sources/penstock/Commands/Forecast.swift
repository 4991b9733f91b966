import ArgumentParser
import Engine

struct ForecastCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecast",
        abstract: "Forecast series from a file: no shop, nothing kept.",
        discussion: """
            Input: unique_id,ds,y and any driver columns; ds a date, a date-time or a whole number. Output, series in the \
            order of the input: unique_id,ds,mean,q0.05,… The same input gives the same bytes, with any number of jobs.

            From 200 series and 50,000 rows on one model learns across all series, with prices, flags and events of --future \
            and groups of --static; --model local forecasts each series by itself, as a stream. Models: \
            \(ForecastModel.allCases.map(\.rawValue).joined(separator: ", ")).

            Example: penstock forecast --input sales.csv --horizon 28 --levels 0.05,0.5,0.95 --output forecast.csv
            """)
    @Option(help: ArgumentHelp("The file of series, or -.", valueName: "file")) var input: String
    @Option(help: ArgumentHelp("Periods to forecast.", valueName: "n")) var horizon: Int
    @Option(help: ArgumentHelp("The file to write, or -.", valueName: "file")) var output: String
    @Option(help: ArgumentHelp("Drivers of the periods to come.", valueName: "file")) var future: String?
    @Option(
        name: .customLong("static"), help: ArgumentHelp("One row a series: item, category, place.", valueName: "file"))
    var fixed: String?
    @Option(help: ArgumentHelp("Quantile levels between 0 and 1.", valueName: "p,…")) var levels: String?
    @Option(help: ArgumentHelp("Column with the share of the period in stock, 0 to 1.", valueName: "column"))
    var inStock: String?
    @Option(help: ArgumentHelp("Season lengths in periods.", valueName: "n,…")) var season: String?
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
    @Option(
        help: ArgumentHelp(
            "Score instead of forecasting: the last n periods of each series are held back and forecast --horizon at a time, "
                + "each time from all that lies before.", valueName: "n"))
    var evaluate: Int?
    @Option(help: ArgumentHelp("Seed, for models that draw.", valueName: "n")) var seed: UInt64 = 0
    @Flag(help: "With --evaluate: JSON instead of a table.") var json = false

    func run() throws {
        var batch = ForecastBatch(input: input, horizon: horizon, output: output)
        batch.future = future
        batch.fixed = fixed
        batch.inStock = inStock
        batch.jobs = jobs
        batch.evaluate = evaluate
        batch.seed = seed
        if let levels {
            batch.levels = try levels.split(separator: ",").map { text in
                guard let level = QuantileLevel(text) else {
                    throw EngineError(.usage, "'\(text)' is no level between 0 and 1".printable)
                }
                return level
            }
        }
        if let season {
            batch.seasons = try season.split(separator: ",").map { text in
                guard let length = Int(text), length > 0 else {
                    throw EngineError(.usage, "'\(text)' is no number of periods".printable)
                }
                return length
            }
        }
        if let frequency {
            guard let known = Frequency(frequency) else {
                throw EngineError(.usage, "'\(frequency.printable)' is no frequency; see penstock forecast --help")
            }
            batch.frequency = known
        }
        batch.horizonFrom = try word(horizonFrom, "--horizon-from", batch.horizonFrom)
        batch.fill = try word(fill, "--fill", batch.fill)
        if let model { batch.model = try ForecastBatch.model(named: model) }
        let outcome = try batch.run { complain($0) }
        if let evaluation = outcome.evaluation { print(json ? evaluation.json : evaluation.table) }
        if outcome.exitCode != 0 { throw ExitCode(outcome.exitCode) }
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
