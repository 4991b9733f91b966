import Domain
import Formats

/// A file that says more about the series than their demand: what is known of the future, or of each series.
///
/// The model across series takes both, others neither; a file that is wrong is told all the same.
struct DriverFile {
    /// The two kinds.
    enum Kind {
        /// `unique_id,ds` and the drivers of the demand file.
        case future(drivers: [String], form: PeriodForm?)
        /// `unique_id` and anything, one row a series.
        case fixed
    }

    /// Reads a file to its end and tells what is wrong with it.
    ///
    /// - Parameter series: the names of the demand file.
    /// - Throws: `FormatError` where a column is missing or the file cannot be read.
    static func check(
        _ path: String, _ kind: Kind, series: Set<[UInt8]>, complaints: inout BatchComplaints
    ) throws(FormatError) {
        let csv = try CSVReader(ByteSource(path: path))
        let id = try csv.required("unique_id")
        var time: Int?
        var written: PeriodForm?
        if case .future(let drivers, let form) = kind {
            time = try csv.required("ds")
            written = form
            for driver in drivers { _ = try csv.required(driver) }
        }
        var known: Set<[UInt8]> = []
        var last: [UInt8] = []
        var unknown: Set<[UInt8]> = []
        while try csv.next() {
            let place = "\(path):\(csv.line)"
            if let problem = csv.problem {
                complaints.refuse(problem.description)
                continue
            }
            let name = csv.field(id)
            if time == nil || !last.elementsEqual(name) {
                last = Array(name)
                if !series.contains(last) {
                    unknown.insert(last)
                } else if !known.insert(last).inserted, time == nil {
                    complaints.refuse("\(place): \(shown(last)) is there twice; keep one row")
                }
            }
            if let time, let written, written.position(trimmed(csv.field(time))) == nil {
                let text = String(decoding: csv.field(time).prefix(60), as: UTF8.self).printable
                complaints.refuse("\(place): ds: '\(text)' is not written as in the demand file")
            }
        }
        if let first = unknown.min(by: { $0.lexicographicallyPrecedes($1) }) {
            complaints.note("\(path): \(unknown.count) series are not in the demand file, such as \(shown(first))")
        }
        if known.count < series.count {
            complaints.note("\(path): \(series.count - known.count) series of the demand file have no row")
        }
    }
}
