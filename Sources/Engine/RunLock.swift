import Glibc

/// The kernel's lock on a shop's `run.lock`: one runner at a time, released by its death.
public final class RunLock {
    private let descriptor: Int32

    /// Takes the lock.
    ///
    /// - Throws: `EngineError(.busy)` where another process has it.
    public init(_ path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw EngineError(.usage, "cannot open \(path): \(String(cString: strerror(errno)))")
        }
        var request = RunLock.wholeFile(F_WRLCK)
        guard fcntl(descriptor, F_SETLK, &request) == 0 else {
            close(descriptor)
            let holder = RunLock.holder(path).map { " (process \($0))" } ?? ""
            throw EngineError(.busy, "another runner serves this shop\(holder); it takes approved orders as well")
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// The process that holds the lock; nil where none does. The process itself never sees its own.
    public static func holder(_ path: String) -> Int32? {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var request = wholeFile(F_WRLCK)
        guard fcntl(descriptor, F_GETLK, &request) == 0, request.l_type != Int16(F_UNLCK) else { return nil }
        return request.l_pid
    }

    private static func wholeFile(_ type: Int32) -> flock {
        flock(l_type: Int16(type), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
    }
}
