import FoundationEssentials
import GRDB
import Glibc
import Synchronization

/// The steps that lead from an empty file to today's schema.
///
/// Version *n* is what the first *n* steps make; it is kept in `PRAGMA user_version`. Steps are never edited once
/// released, only added to.
public struct Schema: Sendable {
    /// One step: SQL statements, run in one transaction.
    public var steps: [String]

    /// The version that this program writes and reads.
    public var version: Int { steps.count }

    /// A schema of steps.
    public init(steps: [String]) { self.steps = steps }
}

/// One database file of a shop: WAL mode, private, migrated after a backup, every write transaction under a schema check.
///
/// Readers never wait for writers. A writer waits up to `busySeconds` for another process, then fails with `.busy`.
public final class ShopDatabase: Sendable {
    /// How much a commit survives.
    public enum Durability: String, Sendable {
        /// The last commits may be lost with the power, never half of one: for what can be rebuilt.
        case normal = "NORMAL"
        /// A commit that returned survives power loss: for decisions.
        case full = "FULL"
    }

    /// Where the file lies.
    public let path: String

    let pool: DatabasePool
    private let version: Int
    private let joint = Mutex<Joint?>(nil)
    private let isInBulk = Mutex(false)
    /// Held by the one that reads in halves: of two, each could hold the connection that the other waits for.
    let halving = Mutex(())

    /// The transaction under way in `together`: its connection, and the thread that alone may use it.
    private struct Joint: @unchecked Sendable {
        let thread: pthread_t
        let database: Database
    }

    /// Opens the file, makes it when it is missing, and brings it to the version of `schema`.
    ///
    /// - Parameters:
    ///   - path: the database file; its folder must exist.
    ///   - schema: what this program expects.
    ///   - durability: see `Durability`.
    ///   - mode: permission bits of a file that is made, 0600 or 0660.
    ///   - backups: the folder that a backup goes to before an existing file is migrated.
    ///   - busySeconds: how long a write waits for other processes.
    /// - Throws: `StoreError`: `.newerSchema`, `.busy`, `.corrupt`, `.io`.
    public init(
        path: String, schema: Schema, durability: Durability, mode: mode_t = 0o600, backups: String,
        busySeconds: Double = 5
    ) throws {
        self.path = path
        version = schema.version
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw StoreError(.io, "cannot open \(path): \(String(cString: strerror(errno)))")
        }
        if mode & 0o060 != 0 { _ = fchmod(descriptor, mode) }  // the umask must not lock the group out
        Glibc.close(descriptor)

        var configuration = Configuration()
        // Asked often: SQLite's own handler sleeps up to 100 ms, through every gap between another's transactions.
        configuration.busyMode = .callback { tries in
            usleep(2000)
            return Double(tries) * 0.002 < busySeconds
        }
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = \(durability.rawValue)")
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
            // Bulk imports touch every page of three trees: with SQLite's 2 MB they would be read and written many times.
            try database.execute(sql: "PRAGMA cache_size = -40000")
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            try migrate(schema, backups: backups)
        } catch {
            throw StoreError.wrapping(error, path: path)
        }
    }

    /// Reads one consistent snapshot. Keep it short: a long one keeps the log from being cut.
    public func read<T>(_ body: (Database) throws -> T) throws -> T {
        do {
            if let database = joined { return try body(database) }
            return try pool.read(body)
        } catch { throw rethrown(error) }
    }

    /// Writes in one immediate transaction, after checking that no other program has changed the schema meanwhile.
    public func write<T>(_ body: (Database) throws -> T) throws -> T {
        do {
            if let database = joined { return try body(database) }
            var begin = ContinuousClock.now
            let result = try pool.writeWithoutTransaction { database in
                var result: T?
                try database.inTransaction(.immediate) {
                    begin = ContinuousClock.now
                    try self.checkVersion(database)
                    result = try body(database)
                    return .commit
                }
                guard let result else { throw StoreError(.io, "a transaction of \(path) ended without its result") }
                // What is committed stays so, however much of it is at hand.
                if isInBulk.withLock({ $0 }) { try? fitCache(database) }
                return result
            }
            // Whoever waits asks every 2 ms: long transactions one after the other would leave it no moment to begin.
            if ContinuousClock.now - begin > .milliseconds(100) { usleep(5000) }
            return result
        } catch { throw rethrown(error) }
    }

    /// Makes everything that `body` reads and writes here one transaction: all of it is kept, or, where it throws, none.
    ///
    /// Only what the calling thread does takes part. Keep it as short as any write.
    public func together<T>(_ body: () throws -> T) throws -> T {
        if joined != nil { return try body() }
        return try write { database in
            joint.withLock { $0 = Joint(thread: pthread_self(), database: database) }
            defer { joint.withLock { $0 = nil } }
            return try body()
        }
    }

    /// The connection of the transaction that this thread is in.
    var joined: Database? {
        let joint = joint.withLock { $0 }
        guard let joint, pthread_equal(joint.thread, pthread_self()) != 0 else { return nil }
        return joint.database
    }

    /// Runs statements outside a transaction (`VACUUM INTO`, pragmas).
    public func maintain<T>(_ body: (Database) throws -> T) throws -> T {
        do { return try pool.writeWithoutTransaction(body) } catch { throw rethrown(error) }
    }

    /// Lets the log grow while `body` writes a great many rows, so that its pages are not copied into the file many times,
    /// and keeps as much of the file at hand as it needs: in a large shop, new rows go to all parts of its trees.
    public func inBulk<T>(_ body: () throws -> T) throws -> T {
        try maintain {
            try $0.execute(sql: "PRAGMA wal_autocheckpoint = 50000")
            try fitCache($0)
        }
        isInBulk.withLock { $0 = true }
        defer {
            isInBulk.withLock { $0 = false }
            try? maintain {
                try $0.execute(sql: "PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -40000")
                // Fails while somebody reads an old snapshot; the next commit tries again.
                try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
        }
        return try body()
    }

    /// Keeps half of the file at hand, from 32 to 128 MB: more of a small one would only be more memory.
    private func fitCache(_ database: Database) throws {
        let pages = try Int.fetchOne(database.cachedStatement(sql: "PRAGMA page_count")) ?? 0
        let wanted = min(max(pages * 2, 32000), 128_000)  // KiB, of 4 a page
        guard try Int.fetchOne(database.cachedStatement(sql: "PRAGMA cache_size")) != -wanted else { return }
        try database.execute(sql: "PRAGMA cache_size = -\(wanted)")
    }

    /// Writes a complete, compact copy to `path`, which must not exist; private to its owner.
    public func copy(to path: String) throws {
        try maintain { try $0.execute(sql: "VACUUM INTO ?", arguments: [path]) }
        chmod(path, 0o600)
    }

    /// What SQLite's own check finds wrong: empty when nothing is.
    public func integrityProblems() throws -> [String] {
        try read { database in
            try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
                + Row.fetchAll(database, sql: "PRAGMA foreign_key_check").map { "foreign key: \($0)" }
        }
    }

    /// Ends the connection; the log is merged into the file where nobody else uses it.
    public func close() throws { try pool.close() }

    private func migrate(_ schema: Schema, backups: String) throws {
        let found = try pool.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
        guard found != schema.version else { return }
        if found > schema.version { throw newer(found) }
        if found > 0 {
            try FileManager.default.createDirectory(atPath: backups, withIntermediateDirectories: true)
            let name = path.split(separator: "/").last ?? "database"
            let target = "\(backups)/\(name).v\(found)"
            if !FileManager.default.fileExists(atPath: target) {
                try copy(to: target)
            }
        }
        try pool.writeWithoutTransaction { database in
            try database.inTransaction(.exclusive) {
                // Another process may have been first.
                let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
                if found > schema.version { throw newer(found) }
                for step in schema.steps.dropFirst(found) { try database.execute(sql: step) }
                try database.execute(sql: "PRAGMA user_version = \(schema.version)")
                return .commit
            }
        }
    }

    private func checkVersion(_ database: Database) throws {
        let found = try Int.fetchOne(database.cachedStatement(sql: "PRAGMA user_version")) ?? 0
        guard found == version else { throw newer(found) }
    }

    private func newer(_ found: Int) -> StoreError {
        StoreError(
            .newerSchema,
            "\(path) has schema \(found), this program knows \(version): a newer Penstock has used this shop; update this one"
        )
    }

    func rethrown(_ error: any Error) -> any Error {
        error is DatabaseError ? StoreError.wrapping(error, path: path) : error
    }
}
