import Glibc

/// Lets any thread wake the one that waits at a screen.
public final class WakeUp: Sendable {
    /// Readable while there is news.
    let descriptor: Int32
    private let other: Int32

    /// A wake-up.
    ///
    /// - Throws: `TerminalError` where the system has no descriptor left.
    public init() throws(TerminalError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw TerminalError(.system, "the system has no pipe left: \(String(cString: strerror(errno)))")
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        descriptor = ends[0]
        other = ends[1]
    }

    deinit {
        close(descriptor)
        close(other)
    }

    /// Wakes: one `Event.wake` comes, however often this was called before it came.
    public func call() {
        // A full pipe has said it already.
        _ = write(other, [1], 1)
    }

    /// Takes the news; false where there is none.
    func take() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 4096)
        return read(descriptor, &bytes, bytes.count) > 0
    }
}
