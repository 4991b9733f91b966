import Domain
import Glibc
import Store

extension Engine {
    /// Starts a runner for this shop that outlives whoever starts it: a session of its own, no terminal.
    ///
    /// - Parameters:
    ///   - program: the path of `penstock`.
    ///   - process: it ends when this process has; nil for one that stays.
    /// - Returns: its process number.
    /// - Throws: `EngineError`: `.busy` where a runner is at it; `.notFound` where the program cannot be started.
    public func startRunner(program: String, beside process: Int32? = nil) throws -> Int32 {
        if let holder = RunLock.holder(folder.lock) {
            throw EngineError(.busy, "a runner serves this shop already: process \(holder)")
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // POSIX_SPAWN_SETSID, which glibc's headers show to nobody who does not ask for GNU extensions.
        posix_spawnattr_setflags(&attributes, 0x80 | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        for (descriptor, flags) in [(0, O_RDONLY), (1, O_WRONLY), (2, O_WRONLY)] {
            posix_spawn_file_actions_addopen(&files, Int32(descriptor), "/dev/null", flags, 0)
        }
        let words = [program, "run", "--shop", folder.path] + (process.map { ["--beside", String($0)] } ?? [])
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var runner: pid_t = 0
        let code = posix_spawn(&runner, program, &files, &attributes, arguments, environ)
        guard code == 0 else {
            throw EngineError(.notFound, "\(program) cannot be started: \(String(cString: strerror(code)))")
        }
        return runner
    }

    /// Asks a runner to end after the round in hand, if it is still the one that serves this shop.
    public func stopRunner(_ process: Int32) {
        guard RunLock.holder(folder.lock) == process else { return }
        kill(process, SIGTERM)
    }

    /// Where the approved orders lie, or what keeps them, one line each.
    public func approvedFiles() throws -> [String] {
        let states: Set<ActionState> = [.approved, .sent, .confirmed, .measured, .unknown, .failed]
        return try decisions.read { reader in
            try reader.actions(in: states).sorted { $0.id < $1.id }.map { action in
                let key = try reader.effect(of: action.id)?.key ?? ""
                return action.state == .confirmed || action.state == .measured
                    ? "\(folder.outbox)/\(key)/order.csv"
                    : "order \(action.id) from \(action.header.supplier): \(action.state.rawValue)".printable
            }
        }
    }
}
