import Domain
import GRDB
import Glibc

/// The database of decisions, `decisions.db`: signals, actions, approvals, the outbox, the journal.
///
/// It stores and it finds; what may happen to an action is not decided here. Every commit survives power loss, and
/// every write is one immediate transaction, so that what was read inside it still holds when it is written.
public final class Decisions: Sendable {
    private let database: ShopDatabase

    /// Opens or makes the file.
    ///
    /// - Parameters:
    ///   - path: the database file; its folder must exist.
    ///   - mode: permission bits of a file that is made, 0600 or 0660.
    ///   - backups: the folder for the backup that precedes a migration.
    ///   - busySeconds: how long a write waits for other processes.
    /// - Throws: `StoreError`.
    public init(path: String, mode: mode_t = 0o600, backups: String, busySeconds: Double = 5) throws {
        database = try ShopDatabase(
            path: path, schema: Decisions.schema, durability: .full, mode: mode, backups: backups,
            busySeconds: busySeconds)
    }

    /// Reads one consistent snapshot. Keep it short.
    public func read<T>(_ body: (Reader) throws -> T) throws -> T {
        try database.read { try body(Reader(database: $0)) }
    }

    /// Reads and writes in one immediate transaction; an error thrown inside undoes all of it.
    public func write<T>(_ body: (Writer) throws -> T) throws -> T {
        try database.write { try body(Writer(read: Reader(database: $0))) }
    }

    /// Writes a complete, compact copy to `path`, which must not exist.
    public func copy(to path: String) throws { try database.copy(to: path) }

    /// What SQLite's own check finds wrong: empty when nothing is.
    public func integrityProblems() throws -> [String] { try database.integrityProblems() }

    /// Ends the connection.
    public func close() throws { try database.close() }

    /// The typed reads, valid only inside the closure that received it.
    public struct Reader {
        let database: Database
    }

    /// The typed writes, valid only inside the closure that received it.
    public struct Writer {
        /// Reads inside the same transaction.
        public let read: Reader
        var database: Database { read.database }

        func execute(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
            try database.cachedStatement(sql: sql).execute(arguments: arguments)
        }
    }
}

extension Decisions.Reader {
    func rows(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> [Row] {
        try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments)
    }

    func row(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> Row? {
        try Row.fetchOne(database.cachedStatement(sql: sql), arguments: arguments)
    }
}

extension Row {
    /// The name in a column; only damage can have put something else there.
    func name<Kind>(_ column: String) throws -> Name<Kind> {
        guard let name = Name<Kind>(self[column] as String) else { throw damaged(column) }
        return name
    }

    func instant(_ column: String) -> Instant { Instant(milliseconds: self[column]) }
    func instant(optional column: String) -> Instant? { (self[column] as Int64?).map(Instant.init(milliseconds:)) }

    func damaged(_ column: String) -> StoreError {
        StoreError(
            .corrupt,
            "decisions.db holds something unreadable in column \(column); restore a backup: penstock restore FILE")
    }
}
