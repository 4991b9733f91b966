import GRDB
import GRDBSQLite

/// Rows read through SQLite's own calls: several times as fast as through row values, which counts where a figure rests on
/// hundreds of thousands of them. A reader is for one pass, on the connection's own thread.
final class BulkRows {
    private let handle: OpaquePointer
    /// Ends with the reader, not before.
    private let statement: Statement

    init(_ statement: Statement) {
        self.statement = statement
        handle = statement.sqliteStatement
    }

    deinit {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }

    /// Starts again, with what is bound since.
    func restart() { sqlite3_reset(handle) }

    /// Goes to the next row; false where there is none.
    func next() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code),
                message: String(cString: sqlite3_errmsg(sqlite3_db_handle(handle))))
        }
    }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// A number; NaN where the column is missing.
    func number(_ column: Int32) -> Double {
        sqlite3_column_type(handle, column) == SQLITE_NULL ? .nan : sqlite3_column_double(handle, column)
    }

    /// A column as a text; nil where it is missing or no text can be made of it.
    func text(_ column: Int32) -> String? {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_NULL, SQLITE_BLOB: nil
        case SQLITE_INTEGER: String(sqlite3_column_int64(handle, column))
        case SQLITE_FLOAT: String(sqlite3_column_double(handle, column))
        default: sqlite3_column_text(handle, column).map { String(cString: $0) }
        }
    }

    /// Appends a column's bytes, so that no two rows of columns append the same.
    func append(_ column: Int32, to key: inout [UInt8]) {
        guard sqlite3_column_type(handle, column) != SQLITE_NULL, let bytes = sqlite3_column_text(handle, column) else {
            key.append(0)
            return
        }
        let count = sqlite3_column_bytes(handle, column)
        key.append(1)
        withUnsafeBytes(of: count) { key.append(contentsOf: $0) }
        key.append(contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
    }
}
