import GRDB

/// Why the store could not do what it was asked.
public struct StoreError: Error, CustomStringConvertible, Sendable {
    /// What kind of failure; decides the exit code.
    public enum Code: Sendable {
        /// Another process holds the database longer than we wait.
        case busy
        /// The schema was written by a newer program.
        case newerSchema
        /// The file is damaged, or is no database.
        case corrupt
        /// What was named does not exist.
        case notFound
        /// What was asked contradicts what is stored.
        case refused
        /// The file system said no.
        case io
    }

    /// What kind of failure.
    public var code: Code
    /// What happened and what to do about it.
    public var message: String

    /// An error that says what to do.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message, with its place where there is one.
    public var description: String { message }

    /// The same failure in our words; `path` tells which file.
    static func wrapping(_ error: any Error, path: String) -> StoreError {
        if let error = error as? StoreError { return error }
        guard let error = error as? DatabaseError else { return StoreError(.io, "\(path): \(error)") }
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return StoreError(.busy, "\(path) is in use by another process; try again in a moment")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return StoreError(
                .corrupt, "\(path) is damaged (\(error.message ?? "")); restore a backup: penstock restore FILE")
        case .SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_FULL, .SQLITE_READONLY, .SQLITE_PERM:
            return StoreError(.io, "\(path): \(error.message ?? "\(error.resultCode)"); check space and permissions")
        default:
            return StoreError(.io, "\(path): \(error.message ?? "\(error.resultCode)")")
        }
    }
}
