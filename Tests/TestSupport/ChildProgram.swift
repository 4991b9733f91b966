import FoundationEssentials
import Glibc

/// A program that runs beside the test, its output in files, so that it can be killed and never waits for a reader.
public final class ChildProgram {
    /// How a program ended and what it said.
    public struct Ending: Sendable {
        /// Its exit code; nil where a signal ended it.
        public var code: Int32?
        /// The signal that ended it; nil where it ended by itself.
        public var signal: Int32?
        /// What it wrote to standard output.
        public var output: String
        /// What it wrote to standard error.
        public var error: String
    }

    /// Its process.
    public let pid: pid_t

    private let folder: TemporaryFolder

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: its name, searched in `PATH` unless it holds a slash.
    ///   - arguments: what it is told.
    ///   - input: what it reads from standard input.
    ///   - environment: added to the test's own environment.
    ///   - hasReader: whether anybody reads its output; else it is a pipe whose other end is closed.
    /// - Throws: `Unmet` where it cannot be started.
    public init(
        _ program: String, _ arguments: [String], input: String = "", environment: [String: String] = [:],
        hasReader: Bool = true
    ) throws {
        folder = try TemporaryFolder()
        let inputPath = try folder.write(input, to: "input")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, inputPath, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "\(folder.path)/error", O_WRONLY | O_CREAT, 0o600)
        var pipes: [Int32] = [-1, -1]
        if hasReader {
            posix_spawn_file_actions_addopen(
                &actions, STDOUT_FILENO, "\(folder.path)/output", O_WRONLY | O_CREAT, 0o600)
        } else {
            guard pipe(&pipes) == 0 else { throw Unmet("no pipe") }
            close(pipes[0])
            _ = fcntl(pipes[1], F_SETFD, FD_CLOEXEC)
            posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO)
        }
        defer { if pipes[1] >= 0 { close(pipes[1]) } }
        let inherited = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?] = inherited.map { strdup("\($0)=\($1)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        // The threads of tests block signals, and a child would inherit that: nobody could ask it to end.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var started: pid_t = 0
        let failure = posix_spawnp(&started, program, &actions, &attributes, &argv, &envp)
        guard failure == 0 else { throw Unmet("\(program) cannot be started: \(String(cString: strerror(failure)))") }
        pid = started
    }

    /// Ends it at once, as the loss of its machine would.
    public func killNow() { kill(pid, SIGKILL) }

    /// Waits until it has ended.
    public func wait() -> Ending {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        func text(_ name: String) -> String {
            (try? Data(contentsOf: URL(filePath: "\(folder.path)/\(name)"))).map { String(decoding: $0, as: UTF8.self) }
                ?? ""
        }
        return Ending(
            code: signal == 0 ? status >> 8 & 0xFF : nil, signal: signal == 0 ? nil : signal, output: text("output"),
            error: text("error"))
    }

    /// Starts a program and waits for its end.
    public static func run(
        _ program: String, _ arguments: [String], input: String = "", environment: [String: String] = [:],
        hasReader: Bool = true
    ) throws -> Ending {
        try ChildProgram(
            program, arguments, input: input, environment: environment, hasReader: hasReader
        ).wait()
    }
}
