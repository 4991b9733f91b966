import FoundationEssentials
import Glibc

/// A `penstock` beside the benchmark: silent, or at a terminal of its own.
final class RunningPenstock {
    let process: pid_t
    private let terminal: Int32
    private var hasEnded = false

    /// Starts it without a terminal.
    init(_ program: String, _ arguments: [String]) throws {
        terminal = -1
        process = try RunningPenstock.start(program, arguments, [], standard: ["/dev/null", "/dev/null", "/dev/null"])
    }

    /// Starts it as the program of a new terminal.
    init(_ program: String, _ arguments: [String], columns: Int, rows: Int) throws {
        // posix_openpt and its companions are not among what Swift sees of the C library: what they do.
        let (unlock, tellNumber, ownSession) = (UInt(0x4004_5431), UInt(0x8004_5430), Int32(0x80))
        terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (lock, number) = (Int32(0), Int32(0))
        guard terminal >= 0, ioctl(terminal, unlock, &lock) == 0, ioctl(terminal, tellNumber, &number) == 0 else {
            throw BenchError("no pseudo-terminal: \(String(cString: strerror(errno)))")
        }
        let path = "/dev/pts/\(number)"
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        guard ioctl(terminal, UInt(TIOCSWINSZ), &size) == 0 else { throw BenchError("the terminal has no size") }
        // The first terminal that the leader of a session opens is its own.
        process = try RunningPenstock.start(
            program, arguments, ["TERM=xterm-256color", "LANG=C.UTF-8", "COLORTERM=truecolor"],
            standard: [path, path, path], flags: ownSession)
    }

    deinit {
        kill(SIGKILL)
        if terminal >= 0 { close(terminal) }
    }

    private static func start(
        _ program: String, _ arguments: [String], _ variables: [String], standard: [String], flags: Int32 = 0
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (descriptor, path) in standard.enumerated() {
            posix_spawn_file_actions_addopen(&actions, Int32(descriptor), path, O_RDWR, 0)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(flags))
        let named = Set(variables.compactMap { $0.split(separator: "=").first })
        let inherited = ProcessInfo.processInfo.environment.filter { !named.contains(Substring($0.key)) }
        var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?] =
            (inherited.map { "\($0)=\($1)" } + variables).map { strdup($0) } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var started: pid_t = 0
        let failure = posix_spawn(&started, program, &actions, &attributes, &argv, &envp)
        guard failure == 0 else {
            throw BenchError("\(program) cannot be started: \(String(cString: strerror(failure)))")
        }
        return started
    }

    /// Whether it has ended by itself.
    var isOver: Bool {
        var information = siginfo_t()
        return hasEnded
            || waitid(P_PID, id_t(process), &information, WEXITED | WNOHANG | WNOWAIT) == 0 && information.si_signo != 0
    }

    /// Asks it to end, and waits for that.
    func end() { kill(SIGTERM) }

    /// Ends it by a signal; says whether it was the signal that ended it.
    @discardableResult
    func kill(_ signal: Int32) -> Bool {
        guard !hasEnded else { return false }
        Glibc.kill(process, signal)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        hasEnded = true
        return status & 0x7F == signal
    }

    // MARK: - Its terminal

    /// Types.
    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(terminal, bytes, bytes.count)
    }

    /// Reads what it has written; 0 where nothing comes in time.
    func read(within milliseconds: Int32) -> Int {
        var source = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
        guard poll(&source, 1, milliseconds) > 0 else { return 0 }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        return max(0, Glibc.read(terminal, &bytes, bytes.count))
    }
}
