import Formats

/// What a file of series says of its periods, found by one reading before any model is fitted: models are fitted and rows
/// written as the file is read a second time, so nothing needs to be kept of the series.
struct FileSurvey {
    /// How periods are written; nil where none could be read.
    let form: PeriodForm?
    /// How far periods are apart, the finest of any series; as given where it was. Nil where there is no period.
    let frequency: Frequency?
    /// The last period of the file.
    let last: Int64?
    /// The series whose rows lie apart, so that the file must be held in memory; nil where each lies together.
    let scattered: [UInt8]?

    /// Reads a file to its end.
    ///
    /// - Parameters:
    ///   - file: opens it from its beginning.
    ///   - share: name of the column with the share in stock.
    ///   - given: the frequency that was asked for.
    /// - Throws: `FormatError`, and `EngineError` where series have no frequency in common, or another kind than given.
    init(_ file: () throws -> CSVReader, share: String?, frequency given: Frequency?) throws {
        var reader = try SeriesReader(file(), share: share, gathers: false)
        var found = try FileSurvey.frequency(of: &reader, given)
        scattered = reader.scattered
        if scattered != nil {
            reader = try SeriesReader(file(), share: share, gathers: true)
            found = try FileSurvey.frequency(of: &reader, given)
        }
        form = reader.form
        last = reader.last
        if let form { found = try FileSurvey.checked(found, form) }
        frequency = found
    }

    private static func frequency(of reader: inout SeriesReader, _ given: Frequency?) throws -> Frequency? {
        var found = given
        while let rows = try reader.next() {
            guard given == nil, rows.times.count > 1, let form = reader.form else { continue }
            guard
                let frequency = found.map({ $0.refined(toFit: rows.times) })
                    ?? .coarsest(fitting: rows.times, form: form)
            else {
                throw EngineError(
                    .usage,
                    "\(shown(rows.id)): its periods are neither hours, days, weeks, months, quarters nor years apart; "
                        + "bring them to one of these")
            }
            found = frequency
        }
        return found
    }

    private static func checked(_ frequency: Frequency?, _ form: PeriodForm) throws(EngineError) -> Frequency {
        guard let frequency = frequency ?? (form == .integer ? .every(1) : nil) else {
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
        return frequency
    }
}
