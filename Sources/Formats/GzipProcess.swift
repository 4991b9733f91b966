import Glibc

/// The system's `gzip` as a child process between two descriptors.
///
/// The child is always reaped: by `wait`, else when this value goes away (it is then killed first).
final class GzipProcess {
    private var process: pid_t?

    /// Starts `gzip` with `arguments`, reading `input` and writing `output`; both stay open here.
    init(_ arguments: [String], input: Int32, output: Int32, file: String) throws(FormatError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)

        // A program that ignores SIGPIPE would hand that on, and a gzip nobody reads from would not stop.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        var vector: [UnsafeMutablePointer<CChar>?] = (["gzip"] + arguments).map { strdup($0) } + [nil]
        defer { for pointer in vector { free(pointer) } }
        var pid: pid_t = 0
        let failure = posix_spawnp(&pid, "gzip", &actions, &attributes, &vector, environ)
        guard failure == 0 else {
            throw FormatError(
                .missingProgram, "gzip cannot be started (\(systemMessage(failure))); install it, or use a plain file",
                file: file)
        }
        process = pid
    }

    /// A channel to talk to a child: a pair of sockets, because a pipe cannot be opened close-on-exec from here, and
    /// because writing to a socket whose reader is gone can fail without a signal.
    static func channel(file: String) throws(FormatError) -> (ours: Int32, its: Int32) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw FormatError(.missingProgram, "no channel to gzip: \(systemMessage(errno))", file: file)
        }
        return (ends[0], ends[1])
    }

    /// Waits for the end; true when gzip says that all went well.
    func wait() -> Bool {
        guard let pid = process else { return true }
        process = nil
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 { if errno != EINTR { return false } }
        return status == 0
    }

    deinit {
        guard let pid = process else { return }
        kill(pid, SIGKILL)
        _ = wait()
    }
}

/// What the system calls an error number.
func systemMessage(_ number: Int32) -> String {
    var text = [CChar](repeating: 0, count: 128)
    guard strerror_r(number, &text, text.count) == 0 else { return "error \(number)" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
