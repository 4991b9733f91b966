import Glibc

/// The kernel's lock on a shop's `run.lock`: one runner at a time, released by its death.
///
/// It is a lock of the open file, not of the process (Linux, "open file description locks"): a lock of the process would
/// be lost as soon as anything in that process looked at the file and closed it again, and would not keep out a second
/// runner in the same process.
public final class RunLock {
    private let descriptor: Int32

    /// Takes the lock.
    ///
    /// - Parameter mode: permission bits of a file that is made, 0600 or 0660.
    /// - Throws: `EngineError(.busy)` where another runner has it.
    public init(_ path: String, mode: mode_t = 0o600) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw EngineError(.usage, "cannot open \(path): \(String(cString: strerror(errno)))")
        }
        if mode & 0o060 != 0 { _ = fchmod(descriptor, mode) }  // the umask must not keep the group from looking
        var request = RunLock.wholeFile(F_WRLCK)
        guard fcntl(descriptor, RunLock.setLock, &request) == 0 else {
            close(descriptor)
            let holder = RunLock.holder(path).map { " (process \($0))" } ?? ""
            throw EngineError(.busy, "another runner serves this shop\(holder); it takes approved orders as well")
        }
        self.descriptor = descriptor
        let name = Array("\(getpid())".utf8)
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, name, name.count, 0) }
    }

    deinit { close(descriptor) }

    /// The process that holds the lock, 0 where it has not yet said who it is; nil where none does.
    public static func holder(_ path: String) -> Int32? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var request = wholeFile(F_WRLCK)
        guard fcntl(descriptor, getLock, &request) == 0, request.l_type != Int16(F_UNLCK) else { return nil }
        var text = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &text, text.count, 0)
        return Int32(String(decoding: text.prefix(max(0, count)), as: UTF8.self)) ?? 0
    }

    // F_OFD_GETLK and F_OFD_SETLK, which glibc's headers show to nobody who does not ask for GNU extensions.
    private static let getLock: Int32 = 36
    private static let setLock: Int32 = 37

    private static func wholeFile(_ type: Int32) -> flock {
        flock(l_type: Int16(type), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
    }
}
