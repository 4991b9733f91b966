import Dispatch
import GRDB
import Glibc
import Synchronization

extension ShopDatabase {
    /// Reads one consistent snapshot in two halves, both at the same time where that can be had.
    ///
    /// - Parameter body: gets a connection, and which half it is to read with it, 0 or 1.
    /// - Returns: what `body` makes of each half.
    func readInHalves<T: Sendable>(_ body: @escaping @Sendable (Database, Int) throws -> T) throws -> (T, T) {
        if joined == nil {
            let found = try halving.withLockIfAvailable { _ in
                do { return try halves(body) } catch { throw rethrown(error) }
            }
            if let found, let halves = found { return halves }
        }
        return try read { (try body($0, 0), try body($0, 1)) }
    }

    /// Both halves, each on a connection of its own; nil where somebody commits just then.
    private func halves<T: Sendable>(_ body: @escaping @Sendable (Database, Int) throws -> T) throws -> (T, T)? {
        let meeting = Meeting<T>()
        return try pool.unsafeRead { database in
            let version = try ShopDatabase.version(database)
            let thread = startThread {
                meeting.second.withLock { $0 = Result { try self.second(meeting, body) } }
                meeting.isBegun.signal()
            }
            guard let thread else { return nil }
            meeting.isBegun.wait()
            let first = Result {
                try ShopDatabase.snapshot(database) { () -> T? in
                    // Nobody has committed between two equal versions: what began between them sees the same.
                    guard try ShopDatabase.version(database) == version else { return nil }
                    meeting.isSame.store(true, ordering: .releasing)
                    meeting.mayRead.signal()
                    return try body(database, 0)
                }
            }
            meeting.mayRead.signal()
            pthread_join(thread, nil)
            guard let half = try first.get(), let other = try meeting.second.withLock({ try $0?.get() }) else {
                return nil
            }
            return (half, other)
        }
    }

    private func second<T>(_ meeting: Meeting<T>, _ body: @Sendable (Database, Int) throws -> T) throws -> T? {
        try pool.unsafeRead { database in
            try ShopDatabase.snapshot(database) { () -> T? in
                _ = try ShopDatabase.version(database)
                meeting.isBegun.signal()
                meeting.mayRead.wait()
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
        let (isBegun, mayRead) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let isSame = Atomic<Bool>(false)
        let second = Mutex<Result<T?, any Error>?>(nil)
    }
}
