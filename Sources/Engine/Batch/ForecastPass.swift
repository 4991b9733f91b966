import Domain
import Formats

/// The reading of a file that fits each series as it comes and hands it on.
struct ForecastPass {
    private let batch: ForecastBatch
    private let survey: FileSurvey
    private let seasons: [Int]
    private var reader: SeriesReader

    /// Rows that are fitted at a time: enough for every thread, little enough to be forgotten.
    private static let block = 1 << 18

    init(_ batch: ForecastBatch, _ seasons: [Int], _ csv: CSVReader, _ survey: FileSurvey) throws(FormatError) {
        self.batch = batch
        self.survey = survey
        self.seasons = seasons
        reader = try SeriesReader(csv, share: batch.inStock, gathers: survey.scattered != nil)
    }

    /// Columns beside the known ones.
    var drivers: [String] { reader.drivers }
    /// What to tell.
    var complaints: BatchComplaints { reader.complaints }

    /// Reads to the end.
    ///
    /// - Parameter take: is given all series in the order of the file, some at a time.
    mutating func read(_ take: ([FittedSeries]) throws -> Void) throws {
        var waiting: [SeriesRows] = []
        var rows = 0
        while let series = try reader.next() {
            waiting.append(series)
            rows += series.times.count
            guard rows >= ForecastPass.block else { continue }
            try take(fitted(waiting))
            waiting.removeAll(keepingCapacity: true)
            rows = 0
        }
        reader.finish()
        try take(fitted(waiting))
    }

    private func fitted(_ waiting: [SeriesRows]) throws(EngineError) -> [FittedSeries] {
        guard let form = survey.form, let frequency = survey.frequency else {
            // Not one period could be read.
            return waiting.map {
                FittedSeries(
                    id: $0.id, grid: PeriodGrid([], .daily), periods: 0, answer: .none("no row of it could be read"))
            }
        }
        let fitting = SeriesFitting(batch, form: form, frequency: frequency, seasons: seasons)
        let block = inParallel(waiting, jobs: batch.jobs) { fitting.fit($0) }
        for series in block {
            guard case .misfit(let time) = series.answer else { continue }
            throw EngineError(
                .usage,
                "\(shown(series.id)): \(form.text(time)) is no period of a \(frequency) series that begins on "
                    + "\(form.text(series.grid.start)); correct it, or give another frequency")
        }
        return block
    }
}
