import Glibc
import Store
import Synchronization

/// Tells when something in a shop's folder has changed: facts, decisions, policy, settings, or who runs it.
///
/// It waits in the kernel (inotify) and costs nothing while nothing moves; what happens within 50 milliseconds is told
/// once. Reading a shop changes nothing that is watched.
public final class ShopWatch: Sendable {
    private let files: Int32
    private let ended: Int32
    private let stop: Int32

    private static let watched: Set<String> = [
        "facts.db", "facts.db-wal", "decisions.db", "decisions.db-wal", "policy.toml", "penstock.toml", "run.lock",
    ]

    /// Watches a shop until `close`, on a thread of its own.
    ///
    /// - Throws: `EngineError(.usage)` where the system has no watch left; poll then.
    public init(_ folder: ShopFolder, onChange: @escaping @Sendable () -> Void) throws {
        func refusal() -> EngineError {
            EngineError(.usage, "changes of \(folder.path) cannot be watched: \(String(cString: strerror(errno)))")
        }
        files = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard files >= 0 else { throw refusal() }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw refusal() }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (ended, stop) = (ends[0], ends[1])
        let mask = UInt32(IN_MODIFY | IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_DELETE)
        guard inotify_add_watch(files, folder.path, mask) >= 0 else { throw refusal() }
        let loop = Loop(files: files, ended: ended, onChange: onChange)
        guard let thread = startThread({ loop.run() }) else {
            throw EngineError(.usage, "the system has no thread left")
        }
        pthread_detach(thread)
    }

    deinit {
        // The thread hears it, and closes what it waits on.
        close(stop)
    }

    private final class Loop: Sendable {
        let files: Int32
        let ended: Int32
        let onChange: @Sendable () -> Void

        init(files: Int32, ended: Int32, onChange: @escaping @Sendable () -> Void) {
            self.files = files
            self.ended = ended
            self.onChange = onChange
        }

        func run() {
            defer {
                close(files)
                close(ended)
            }
            var buffer = [UInt8](repeating: 0, count: 16 * 1024)
            while true {
                var sources = [
                    pollfd(fd: files, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: ended, events: Int16(POLLIN), revents: 0),
                ]
                guard poll(&sources, 2, -1) >= 0 || errno == EINTR else { return }
                if sources[1].revents != 0 { return }
                guard drain(&buffer) else { continue }
                // A commit is several writes: let it come to its end.
                usleep(50_000)
                _ = drain(&buffer)
                onChange()
            }
        }

        /// Reads what has come; true where some of it concerns the shop.
        private func drain(_ buffer: inout [UInt8]) -> Bool {
            var concerns = false
            while true {
                let count = read(files, &buffer, buffer.count)
                guard count > 0 else { return concerns }
                var offset = 0
                while offset + 16 <= count {
                    // struct inotify_event: wd, mask, cookie, len, name.
                    let mask = number(buffer, at: offset + 4)
                    let length = Int(number(buffer, at: offset + 12))
                    let name = String(
                        decoding: buffer[(offset + 16)..<min(count, offset + 16 + length)].prefix { $0 != 0 },
                        as: UTF8.self)
                    if ShopWatch.watched.contains(name) || mask & UInt32(IN_Q_OVERFLOW) != 0 { concerns = true }
                    offset += 16 + length
                }
            }
        }

        private func number(_ bytes: [UInt8], at offset: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
        }
    }
}
