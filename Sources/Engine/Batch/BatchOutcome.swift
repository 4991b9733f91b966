import Domain
import Formats

/// How a stateless command ended that was not refused as a whole.
public struct BatchOutcome: Sendable, Equatable {
    /// Series that were asked for.
    public var series = 0
    /// Series that have an answer.
    public var answered = 0
    /// Rows that were not taken, for whatever reason.
    public var refusedRows = 0
    /// The scores, where a back-test was asked for.
    public var evaluation: ForecastEvaluation?

    /// Whether every row was taken and every series answered.
    public var isComplete: Bool { refusedRows == 0 && answered == series }
    /// The exit code of CONTRACT.md: 0, or 1 where something was refused.
    public var exitCode: Int32 { isComplete ? 0 : EngineError.Code.partial.rawValue }
}

/// What a person has to be told at the end: notes, rows that were refused, series without an answer.
///
/// All are counted, the first few are told: a bad file must not bury its user.
struct BatchComplaints: Sendable {
    private static let told = 20

    private(set) var refusedRows = 0
    private(set) var failedSeries = 0
    private var notes: [String] = []
    private var rows: [String] = []
    private var series: [String] = []

    /// Something worth knowing that changes no exit code.
    mutating func note(_ text: String) { notes.append(text) }

    /// Rows that were not taken.
    mutating func refuse(_ text: @autoclosure () -> String, rows count: Int = 1) {
        refusedRows += count
        if rows.count < BatchComplaints.told { rows.append(text()) }
    }

    /// A series that has no answer.
    mutating func fail(_ id: [UInt8], _ reason: String) {
        failedSeries += 1
        if series.count < BatchComplaints.told { series.append("\(shown(id)): \(reason)") }
    }

    mutating func append(_ other: BatchComplaints) {
        notes += other.notes
        for text in other.rows { refuse(text, rows: 0) }
        refusedRows += other.refusedRows
        for text in other.series where series.count < BatchComplaints.told { series.append(text) }
        failedSeries += other.failedSeries
    }

    /// All that is to be said, in order.
    var lines: [String] {
        var lines = notes + rows
        if refusedRows > rows.count { lines.append("\(refusedRows) rows refused in all") }
        lines += series
        if failedSeries > series.count { lines.append("\(failedSeries) series without an answer in all") }
        return lines
    }
}

/// A series' name as messages show it.
func shown(_ id: [UInt8]) -> String {
    "series '" + String(decoding: id.prefix(60), as: UTF8.self).printable + "'"
}

extension EngineError {
    /// The same trouble with its exit code: a missing file is 6, anything else about a file is the caller's to mend.
    init(_ error: FormatError) {
        self.init(error.code == .notFound ? .notFound : .usage, error.description)
    }
}
