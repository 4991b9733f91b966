import FoundationEssentials
import Glibc

/// One run of a program: no shell, its own process group, bounded in time and in what is kept of its output.
///
/// The child inherits nothing but its three standard descriptors. Its input is an unlinked file, so that a program that
/// does not read it blocks nobody and raises no signal here.
public struct ChildProcess {
    /// How a run ended.
    public enum Ending: Equatable, Sendable {
        /// It ended by itself with this code.
        case exited(Int32)
        /// A signal ended it.
        case killed(signal: Int32)
        /// It was stopped, because its time was over or because nobody wants its output any more.
        case timedOut
        /// It never ran.
        case notStarted(String)
    }

    /// What came of a run.
    public struct Result: Sendable {
        /// How it ended.
        public var ending: Ending
        /// The beginning of its standard output, at most `most` bytes.
        public var output: [UInt8] = []
        /// Whether it wrote more than that.
        public var isCut = false
        /// The first 64 KiB of its standard error.
        public var complaint: [UInt8] = []
    }

    private let program: String
    private let arguments: [String]
    private let environment: [String: String]
    private let input: [UInt8]
    private let limit: Duration
    private let patience: Duration
    private let kept: Int32?
    private let most: Int
    private let isUnwanted: () -> Bool

    /// What a run keeps of each stream unless it is said otherwise.
    public static let usual = 64 * 1024

    /// A run to come.
    ///
    /// - Parameters:
    ///   - program: its path; without a slash it is searched in `PATH`.
    ///   - arguments: what it is told.
    ///   - environment: added to the environment of this process.
    ///   - input: its standard input.
    ///   - limit: after this its group is asked to end (TERM).
    ///   - patience: after this much more it is made to (KILL).
    ///   - kept: a descriptor that the child keeps, as 3: a lock on it lasts as long as the child or anything it started
    ///     does.
    ///   - most: bytes of its output that are kept; the rest is read and thrown away.
    ///   - isUnwanted: asked all the time; once true, its time is over.
    public init(
        program: String, arguments: [String], environment: [String: String] = [:], input: [UInt8] = [],
        limit: Duration, patience: Duration, kept: Int32? = nil, most: Int = ChildProcess.usual,
        isUnwanted: @escaping () -> Bool = { false }
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.input = input
        self.limit = limit
        self.patience = patience
        self.kept = kept
        self.most = most
        self.isUnwanted = isUnwanted
    }

    /// Runs it to its end.
    public func run() -> Result {
        var descriptors: [Int32] = []
        defer { for descriptor in descriptors { close(descriptor) } }
        func failed(_ what: String) -> Result {
            Result(ending: .notStarted("\(what): \(String(cString: strerror(errno)))"))
        }

        guard let standardInput = inputFile() else { return failed("no file for its input") }
        descriptors.append(standardInput)
        var ends: [Int32] = []
        for _ in 0..<2 {
            var pair: [Int32] = [-1, -1]
            guard pipe(&pair) == 0 else { return failed("no pipe") }
            descriptors += pair
            ends += pair
            for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            _ = fcntl(pair[0], F_SETFL, O_NONBLOCK)
        }
        var pid: pid_t = 0
        let failure = spawn(&pid, input: standardInput, output: ends[1], error: ends[3])
        guard failure == 0 else {
            return Result(ending: .notStarted("\(program) cannot be started: \(String(cString: strerror(failure)))"))
        }
        // Our copies of its ends would keep the pipes open after it has gone.
        for end in [standardInput, ends[1], ends[3]] { close(end) }
        descriptors = [ends[0], ends[2]]
        return watch(pid, output: ends[0], error: ends[2])
    }

    private func watch(_ pid: pid_t, output: Int32, error: Int32) -> Result {
        let clock = ContinuousClock()
        let start = clock.now
        var result = Result(ending: .timedOut)
        var isStopped = false
        var limit = limit
        var status: Int32 = 0
        var isOutputOpen = true
        var isErrorOpen = true
        while true {
            isOutputOpen = isOutputOpen && drain(output, into: &result.output, most, &result.isCut)
            isErrorOpen = isErrorOpen && drain(error, into: &result.complaint)
            let reaped = waitpid(pid, &status, WNOHANG)
            if reaped == pid || (reaped < 0 && errno == ECHILD) { break }
            let elapsed = clock.now - start
            if !isStopped, isUnwanted() { limit = min(limit, elapsed - .nanoseconds(1)) }
            if elapsed > limit + patience {
                kill(-pid, SIGKILL)
                while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
                break
            }
            if elapsed > limit, !isStopped {
                kill(-pid, SIGTERM)
                isStopped = true
            }
            // What it writes wakes us at once; its end is noticed within 10 ms.
            var watched: [pollfd] = []
            if isOutputOpen { watched.append(pollfd(fd: output, events: Int16(POLLIN), revents: 0)) }
            if isErrorOpen { watched.append(pollfd(fd: error, events: Int16(POLLIN), revents: 0)) }
            poll(&watched, nfds_t(watched.count), 10)
        }
        _ = drain(output, into: &result.output, most, &result.isCut)
        _ = drain(error, into: &result.complaint)
        if isStopped || clock.now - start > limit + patience {
            // What it left behind in its group must not go on with an order that is now looked up.
            kill(-pid, SIGKILL)
        } else {
            let signal = status & 0x7F
            result.ending = signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
        }
        return result
    }

    private func drain(_ descriptor: Int32, into kept: inout [UInt8]) -> Bool {
        var isCut = false
        return drain(descriptor, into: &kept, ChildProcess.usual, &isCut)
    }

    /// Reads what is there, keeps what fits; false at its end.
    private func drain(_ descriptor: Int32, into kept: inout [UInt8], _ most: Int, _ isCut: inout Bool) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        // A flood must not keep us from looking at the clock.
        for _ in 0..<64 {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            if count == 0 { return false }
            isCut = isCut || count > most - kept.count
            kept += buffer[..<min(count, most - kept.count)]
        }
        return true
    }

    private func inputFile() -> Int32? {
        let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(folder)/.penstock-order.XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { return nil }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var done = 0
        while done < input.count {
            let count = input[done...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                close(descriptor)
                return nil
            }
            done += count
        }
        lseek(descriptor, 0, SEEK_SET)
        return descriptor
    }

    private func spawn(_ pid: inout pid_t, input: Int32, output: Int32, error: Int32) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, error, STDERR_FILENO)
        let first = kept == nil ? STDERR_FILENO : STDERR_FILENO + 1
        if let kept { posix_spawn_file_actions_adddup2(&actions, kept, first) }
        // Close-on-exec should have been set on all of these; closing one that is gone is no error.
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
            guard let descriptor = Int32(name), descriptor > first else { continue }
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        // What this program ignores, the child should not.
        for signal in [SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))

        var own = ProcessInfo.processInfo.environment
        own.merge(environment) { _, new in new }
        var vector: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] =
            own.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in vector + variables { free(pointer) } }
        return posix_spawnp(&pid, program, &actions, &attributes, &vector, &variables)
    }
}
