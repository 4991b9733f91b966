import Domain
import Formats
import Glibc

/// The rows of one series, ascending, no two of the same period.
struct SeriesRows: Sendable {
    /// Its name as in the file.
    let id: [UInt8]
    /// Position of each row.
    var times: [Int64] = []
    /// Demand of each row, ≥ 0; NaN where the row has none, which is a gap as if the row were not there.
    var units: [Double] = []
    /// Share of each period in stock, 0…1. A row whose value was refused says nothing: 0 units at a share of 0.
    var shares: [Double] = []
    /// Drivers of each row, row after row, where they are kept: a number, NaN for a blank, or the code of a word, 0 for none.
    var drivers: [Float] = []
    /// Whether the rows came in order.
    fileprivate var isAscending = true

    fileprivate init(id: [UInt8]) { self.id = id }

    /// Takes away the rows at a position and after it, and says how many.
    mutating func removeRows(from position: Int64) -> Int {
        let kept = times.firstIndex { $0 >= position } ?? times.count
        let removed = times.count - kept
        if !times.isEmpty { drivers.removeLast(removed * (drivers.count / times.count)) }
        times.removeLast(removed)
        units.removeLast(removed)
        shares.removeLast(removed)
        return removed
    }

    fileprivate mutating func append(_ time: Int64, _ value: Double, _ share: Double) {
        if let last = times.last, last >= time { isAscending = false }
        times.append(time)
        units.append(value)
        shares.append(share)
    }
}

/// Reads a long file of series, `unique_id,ds,y` and a share in stock, one series at a time.
///
/// Memory holds the series at hand. Where the rows of a series lie apart, reading stops with `scattered`, and the file must
/// be read again by a reader that gathers: that one holds all of it.
struct SeriesReader {
    /// How periods are written; nil before the first row.
    private(set) var form: PeriodForm?
    /// The last period of the file so far, any series.
    private(set) var last: Int64?
    /// The series whose rows lie apart.
    private(set) var scattered: [UInt8]?
    /// What to tell.
    private(set) var complaints = BatchComplaints()
    /// Columns that are not used, as the file calls them.
    let drivers: [String]

    /// What drivers hold, in the order of `drivers`; only where they are kept.
    private(set) var words: [DriverWords] = []

    private let csv: CSVReader
    private let columns: (id: Int, time: Int, value: Int, share: Int?)
    private let driverColumns: [Int]
    private let gathers: Bool
    /// Of the names of the series that are over; and, where rows are gathered, where each is.
    private var fingerprints: Set<UInt64> = []
    private var seen: [[UInt8]: Int] = [:]
    /// The series being read; all of them where they are gathered.
    private var open: [SeriesRows] = []
    private var served = 0
    private var sorted = 0
    private var repeated = 0
    /// No value is counted beyond this: a double keeps whole numbers up to here.
    private static let largest = 1e15

    /// - Parameters:
    ///   - csv: the file.
    ///   - share: name of the column with the share in stock; nil where there is none.
    ///   - gathers: whether rows of a series may lie apart.
    ///   - keepsDrivers: whether rows keep their further columns.
    init(_ csv: CSVReader, share: String?, gathers: Bool, keepsDrivers: Bool = false) throws(FormatError) {
        self.csv = csv
        self.gathers = gathers
        columns = (
            try csv.required("unique_id"), try csv.required("ds"), try csv.required("y"),
            try share.map { name throws(FormatError) in try csv.required(name) }
        )
        let used = [columns.id, columns.time, columns.value, columns.share ?? columns.id]
        let others = csv.header.indices.filter { !used.contains($0) && !csv.header[$0].isEmpty }
        drivers = others.map { csv.header[$0] }
        driverColumns = keepsDrivers ? others : []
        words = driverColumns.map { _ in DriverWords() }
    }

    /// The next series in the order of the file; nil at its end, or where `scattered` says so.
    ///
    /// - Throws: `FormatError`, and `EngineError` where periods are written in different ways.
    mutating func next() throws -> SeriesRows? {
        if gathers {
            if served == 0 { try gather() }
            guard served < open.count else { return nil }
            served += 1
            // Taken out, so that memory shrinks as they are used.
            let rows = open[served - 1]
            open[served - 1] = SeriesRows(id: [])
            return finished(rows)
        }
        while try csv.next() {
            let id = csv.field(columns.id)
            if let current = open.first, isSame(current.id, id) {
                try take(into: 0)
                continue
            }
            guard csv.problem == nil, !id.isEmpty else {
                refuseRow()
                continue
            }
            let name = Array(id)
            // Two names of one fingerprint would be one chance in 10⁹ among 100,000, and cost no more than sorting.
            guard fingerprints.insert(fingerprint(name)).inserted else {
                scattered = name
                return nil
            }
            let previous = open.first
            open = [SeriesRows(id: name)]
            try take(into: 0)
            if let previous { return finished(previous) }
        }
        return open.popLast().map { finished($0) }
    }

    /// Closes the books at the end of the file.
    mutating func finish() {
        if sorted > 0 { complaints.note("\(sorted) series were not ascending by ds and have been sorted") }
        if repeated > 0 { complaints.note("\(repeated) rows are there more than once; each has been counted once") }
        sorted = 0
        repeated = 0
    }

    private mutating func gather() throws {
        while try csv.next() {
            let id = csv.field(columns.id)
            guard csv.problem == nil, !id.isEmpty else {
                refuseRow()
                continue
            }
            if let last = open.indices.last, isSame(open[last].id, id) {
                try take(into: last)
                continue
            }
            let name = Array(id)
            let index = seen[name] ?? open.count
            if index == open.count {
                seen[name] = index
                open.append(SeriesRows(id: name))
            }
            try take(into: index)
        }
    }

    /// Takes the current record into a series, with its drivers, or refuses it.
    private mutating func take(into index: Int) throws {
        let before = open[index].times.count
        try takeDemand(into: index)
        guard !driverColumns.isEmpty, open[index].times.count > before else { return }
        for (place, column) in driverColumns.enumerated() {
            open[index].drivers.append(words[place].value(of: csv.field(column)))
        }
    }

    private mutating func takeDemand(into index: Int) throws {
        guard csv.problem == nil else { return refuseRow() }
        let text = trimmed(csv.field(columns.time))
        if form == nil { form = PeriodForm(text) }
        guard let form, let time = form.position(text) else {
            if let form, let other = PeriodForm(text) {
                let reason =
                    other.isDateTime && form.isDateTime
                    ? "write all times alike, hours of clocks that change in UTC" : "write all alike"
                throw EngineError(
                    .usage, "\(place): ds: '\(string(text))' is written another way than the rows before it; \(reason)")
            }
            return refuse("ds: '\(string(text))' is no date, time or whole number; write 2016-05-23")
        }
        last = max(last ?? time, time)
        switch (DecimalField(csv.field(columns.value)), share) {
        case (.blank, _):
            open[index].append(time, .nan, 1)
        case (_, nil):
            refuse(
                "\(csv.header[columns.share ?? 0]): '\(field(columns.share ?? 0))' is no share in stock; write 0 to 1")
            open[index].append(time, 0, 0)
        case (.number(let value), let share?) where value >= 0 && value <= SeriesReader.largest:
            open[index].append(time, value, share)
        case (.number(let value), _):
            refuse(
                value < 0
                    ? "y: \(field(columns.value)) is negative; demand is what was asked for, never less returns"
                    : "y: \(field(columns.value)) is larger than 1e15; use a larger unit")
            open[index].append(time, 0, 0)
        case (.malformed, _):
            refuse("y: '\(field(columns.value))' is no number; write digits with '.' before decimals")
            open[index].append(time, 0, 0)
        }
    }

    /// Share in stock of the current record; nil where it makes no sense.
    private var share: Double? {
        guard let column = columns.share else { return 1 }
        guard case .number(let share) = DecimalField(csv.field(column)), (0...1).contains(share) else { return nil }
        return share
    }

    /// Brings a series in order.
    private mutating func finished(_ rows: SeriesRows) -> SeriesRows {
        guard !rows.isAscending else { return rows }
        let order = rows.times.indices.sorted { (rows.times[$0], $0) < (rows.times[$1], $1) }
        var result = SeriesRows(id: rows.id)
        let width = driverColumns.count
        var index = 0
        while index < order.count {
            let time = rows.times[order[index]]
            var end = index + 1
            while end < order.count, rows.times[order[end]] == time { end += 1 }
            let first = order[index]
            let agree = order[index..<end].allSatisfy {
                rows.units[$0].bitPattern == rows.units[first].bitPattern && rows.shares[$0] == rows.shares[first]
            }
            if agree {
                result.append(time, rows.units[first], rows.shares[first])
                repeated += end - index - 1
            } else {
                // Nobody can say which of them is right, so none counts.
                let (count, text) = (end - index, form?.text(time) ?? "")
                complaints.refuse("\(shown(rows.id)): \(count) rows for \(text) that differ; keep one", rows: count)
                result.append(time, 0, 0)
            }
            result.drivers += rows.drivers[first * width..<(first + 1) * width]
            index = end
        }
        if order != Array(rows.times.indices) { sorted += 1 }
        return result
    }

    private mutating func refuseRow() {
        if let problem = csv.problem {
            complaints.refuse(problem.description)
        } else {
            refuse("unique_id: is blank; name the series")
        }
    }

    private mutating func refuse(_ reason: String) {
        let place = place
        complaints.refuse("\(place): \(reason)")
    }

    private var place: String { "\(csv.source.name):\(csv.line)" }

    private func field(_ column: Int) -> String { string(csv.field(column)) }
}

extension CSVReader {
    /// The column of a name; throws where the file has none.
    func required(_ name: String) throws(FormatError) -> Int {
        if let index = column(name) { return index }
        let have = header.prefix(12).map(\.printable).joined(separator: ", ")
        throw FormatError(
            .missingColumn, "there is no column '\(name.printable)'; the file has: \(have)", file: source.name,
            line: line,
            field: name)
    }
}

extension PeriodForm {
    fileprivate var isDateTime: Bool {
        if case .dateTime = self { true } else { false }
    }
}

/// A name in eight bytes: FNV-1a (Fowler, Noll & Vo), its bits mixed once more.
private func fingerprint(_ name: [UInt8]) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15
}

/// Whether a name is that of the row before, which it nearly always is.
private func isSame(_ name: [UInt8], _ field: UnsafeBufferPointer<UInt8>) -> Bool {
    guard name.count == field.count, let start = field.baseAddress else { return false }
    return memcmp(name, start, field.count) == 0
}

/// The bytes without blanks around them.
func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var start = 0
    var end = bytes.count
    while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    return start == 0 && end == bytes.count ? bytes : UnsafeBufferPointer(rebasing: bytes[start..<end])
}

private func string(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    String(decoding: bytes.prefix(60), as: UTF8.self).printable
}
