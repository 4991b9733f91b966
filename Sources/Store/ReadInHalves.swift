import Dispatch
import GRDB
import Glibc
import Synchronization

extension ShopDatabase {
    /// Reads one consistent snapshot in two halves, both at the same time where that can be had.
    ///
    /// The halves are cut by the numbers of a table's rows, so that every machine cuts at the same place and adds up in the
    /// same order.
    ///
    /// - Parameters:
    ///   - table: what is cut; its rows have an `id`.
    ///   - body: gets a connection, and the numbers of which it is to read with it.
    /// - Returns: what `body` makes of the lower half, and of the upper one.
    func readInHalves<T: Sendable>(
        of table: String, _ body: @escaping @Sendable (Database, ClosedRange<Int64>) throws -> T
    ) throws -> (T, T) {
        let middle = try read { try Int64.fetchOne($0, sql: "SELECT max(id) FROM \(table)") ?? 0 } / 2
        return try readInHalves { try body($0, $1 == 0 ? .min...middle : middle + 1...(.max)) }
    }

    /// As above; `body` is told which half it is to read, 0 or 1.
    func readInHalves<T: Sendable>(_ body: @escaping @Sendable (Database, Int) throws -> T) throws -> (T, T) {
        if joined == nil {
            let halves: (T, T)?? = try halving.withLockIfAvailable { _ in
                do {
                    // Where somebody has just committed, the next moment is mostly quiet.
                    for _ in 0..<3 { if let halves = try readAtOnce(body) { return halves } }
                    return nil
                } catch { throw rethrown(error) }
            }
            if case .some(.some(let halves)) = halves { return halves }
        }
        return try read { (try body($0, 0), try body($0, 1)) }
    }

    /// Both halves, each on a connection of its own; nil where somebody commits just then.
    private func readAtOnce<T: Sendable>(
        _ body: @escaping @Sendable (Database, Int) throws -> T
    ) throws -> (T, T)? {
        let meeting = Meeting<T>()
        return try pool.unsafeRead { database in
            let version = try ShopDatabase.version(database)
            let thread = startThread {
                let half = Result { try self.readUpperHalf(meeting, body) }
                meeting.upper.withLock { $0 = half }
                // Where it could not begin, the other must not wait for it.
                meeting.isBegun.signal()
            }
            guard let thread else { return nil }
            meeting.isBegun.wait()
            let lower = Result {
                try ShopDatabase.snapshot(database) { () -> T? in
                    // Nobody has committed between two equal versions: what began between them sees the same.
                    guard try ShopDatabase.version(database) == version else { return nil }
                    meeting.isSame.store(true, ordering: .releasing)
                    meeting.isDecided.signal()
                    return try body(database, 0)
                }
            }
            // However that ended, the other may not wait for ever.
            meeting.isDecided.signal()
            pthread_join(thread, nil)
            guard let low = try lower.get(), let high = try meeting.upper.withLock({ try $0?.get() }) else {
                return nil
            }
            return (low, high)
        }
    }

    private func readUpperHalf<T>(
        _ meeting: Meeting<T>, _ body: @Sendable (Database, Int) throws -> T
    ) throws -> T? {
        try pool.unsafeRead { database in
            try ShopDatabase.snapshot(database) { () -> T? in
                _ = try ShopDatabase.version(database)
                meeting.isBegun.signal()
                meeting.isDecided.wait()
                return meeting.isSame.load(ordering: .acquiring) ? try body(database, 1) : nil
            }
        }
    }

    /// Runs `body` in one read transaction, which begins with its first read.
    private static func snapshot<T>(_ database: Database, _ body: () throws -> T?) throws -> T? {
        var result: T?
        try database.inTransaction(.deferred) {
            result = try body()
            return .commit
        }
        return result
    }

    /// A number that is another whenever another connection has committed.
    private static func version(_ database: Database) throws -> Int64? {
        try Int64.fetchOne(database.cachedStatement(sql: "PRAGMA data_version"))
    }

    /// Where the threads of both halves wait for each other.
    private final class Meeting<T: Sendable>: Sendable {
        /// Signalled when the upper half sees its snapshot, and when it is known whether the lower one sees the same.
        let (isBegun, isDecided) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let isSame = Atomic<Bool>(false)
        let upper = Mutex<Result<T?, any Error>?>(nil)
    }
}
