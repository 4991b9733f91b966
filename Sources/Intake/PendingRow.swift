import Formats
import Store

/// What became of a record that came from quarantine.
enum RetryOutcome {
    case isIn
    case refused
    case waits(Awaited)
}

/// A record on its way into quarantine: counted once it is known whether a person has decided about it.
struct PendingRow {
    var row: RefusedRow
    /// Rows of the file that it is.
    var rows: Int
    var error: FormatError?
}

/// The rows of a book as they came, so that a document can be put aside whole. One flat store: half a million rows make no
/// allocation of their own.
struct ToldRows {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    private var lines: [Int32] = []
    private var offsets: [Int64] = []
    /// Rows that there may be.
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    var count: Int { ends.count }

    /// Bytes to make room for at once: what rows of about `bytes` each may come to, and no more than any machine has.
    static func room(for rows: Int, of bytes: Int) -> Int { min(rows * bytes * 5 / 4, 1 << 27) }

    /// Keeps a reader's current row, which is the book's next.
    mutating func add(_ csv: CSVReader) {
        // Room for all once there are many: memory is used where it is written, while growing would hold all of it twice.
        if ends.count == 1 << 12 {
            bytes.reserveCapacity(ToldRows.room(for: capacity, of: bytes.count / ends.count))
            ends.reserveCapacity(capacity)
            lines.reserveCapacity(capacity)
            offsets.reserveCapacity(capacity)
        }
        bytes.append(contentsOf: csv.raw)
        ends.append(bytes.count)
        lines.append(Int32(clamping: csv.line))
        offsets.append(csv.offset)
    }

    /// As above for a row that was read in other words: as it came it is in quarantine already.
    mutating func add(isRetaken csv: CSVReader) {
        ends.append(bytes.count)
        lines.append(-1)
        offsets.append(csv.offset)
    }

    /// A row's place and bytes; nil where it lies in quarantine already.
    subscript(row: Int) -> (line: Int, offset: Int64, raw: [UInt8])? {
        guard lines[row] >= 0 else { return nil }
        return (Int(lines[row]), offsets[row], Array(bytes[(row == 0 ? 0 : ends[row - 1])..<ends[row]]))
    }

    mutating func removeAll() { self = ToldRows(capacity: capacity) }
}
