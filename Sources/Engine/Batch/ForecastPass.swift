import Domain
import Formats

/// One reading of a file from its beginning to its end, fitting each series as it comes.
struct ForecastPass {
    /// How a reading ends.
    enum End {
        /// At the end of the file.
        case whole
        /// At a series that has periods between those of the frequency thought so far.
        case finer(Frequency)
        /// At a row of a series that was thought to be over.
        case scattered([UInt8])
    }

    /// Whether rows of a series may lie apart.
    let gathers: Bool
    /// The frequency; nil until it is given or found.
    private(set) var frequency: Frequency?
    /// All series so far, in the order of the file.
    private(set) var fitted: [FittedSeries] = []

    private let batch: ForecastBatch
    private let season: Int?
    private var reader: SeriesReader
    private var waiting: [SeriesRows] = []
    private var waitingRows = 0

    /// Rows that are fitted at a time: enough for every thread, little enough to be forgotten.
    private static let block = 1 << 18

    init(
        _ batch: ForecastBatch, _ season: Int?, _ csv: CSVReader, frequency: Frequency?, gathers: Bool
    ) throws(FormatError) {
        self.batch = batch
        self.season = season
        self.frequency = frequency
        self.gathers = gathers
        reader = try SeriesReader(csv, share: batch.inStock, gathers: gathers)
    }

    /// How periods are written; nil where there is no row.
    var form: PeriodForm? { reader.form }
    /// The last period of the file.
    var last: Int64? { reader.last }
    /// Columns beside the known ones.
    var drivers: [String] { reader.drivers }
    /// What to tell.
    var complaints: BatchComplaints { reader.complaints }

    /// Reads on to the end.
    mutating func read() throws -> End {
        while let rows = try reader.next() {
            if frequency == nil, rows.times.count > 1, let form {
                frequency = try known(.coarsest(fitting: rows.times, form: form), rows)
            }
            waiting.append(rows)
            waitingRows += rows.times.count
            if frequency != nil, waitingRows >= ForecastPass.block, let finer = try fit() { return .finer(finer) }
        }
        if let id = reader.scattered { return .scattered(id) }
        reader.finish()
        if let finer = try fit() { return .finer(finer) }
        return .whole
    }

    /// Fits what waits; says where the frequency is finer than thought.
    private mutating func fit() throws -> Frequency? {
        guard let form else {
            // Not one period could be read.
            fitted += waiting.map {
                FittedSeries(
                    id: $0.id, grid: PeriodGrid([], .daily), periods: 0, answer: .none("no row of it could be read"))
            }
            waiting = []
            return nil
        }
        guard !waiting.isEmpty else { return nil }
        if frequency == nil, form == .integer { frequency = .every(1) }
        guard let frequency else {
            throw EngineError(
                .usage, "no series has two rows, so the frequency cannot be found; give one, such as --frequency daily")
        }
        if case .every = frequency, form != .integer {
            throw EngineError(
                .usage, "a frequency of \(frequency) is for whole numbers, but ds are dates; give daily, weekly…")
        } else if form == .integer, Frequency.civil.contains(frequency) {
            throw EngineError(
                .usage, "a frequency of \(frequency) is for dates, but ds are whole numbers; give a number")
        }
        let fitting = SeriesFitting(
            form: form, frequency: frequency, season: season ?? frequency.usualSeason, model: batch.model,
            fill: batch.fill,
            horizon: batch.horizon, levels: batch.levels, evaluate: batch.evaluate)
        let block = inParallel(waiting, jobs: batch.jobs) { fitting.fit($0) }
        for (rows, series) in zip(waiting, block) {
            guard case .misfit(let time) = series.answer else { continue }
            guard batch.frequency == nil else {
                throw EngineError(
                    .usage,
                    "\(shown(series.id)): \(form.text(time)) is no period of a \(frequency) series that begins on "
                        + "\(form.text(series.grid.start)); correct it, or give another frequency")
            }
            return try known(frequency.refined(toFit: rows.times), rows)
        }
        fitted += block
        waiting.removeAll(keepingCapacity: true)
        waitingRows = 0
        return nil
    }

    private func known(_ frequency: Frequency?, _ rows: SeriesRows) throws(EngineError) -> Frequency {
        if let frequency { return frequency }
        throw EngineError(
            .usage,
            "\(shown(rows.id)): its periods are neither hours, days, weeks, months, quarters nor years apart; "
                + "bring them to one of these")
    }
}
