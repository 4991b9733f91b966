import FoundationEssentials
import Glibc

/// One run of a program, measured from outside.
struct Run {
    var code: Int32
    var signal: Int32
    var seconds: Double
    /// Processor seconds, of the program and of what it waited for.
    var processorSeconds: Double
    /// Largest resident memory, MiB.
    var peakMiB: Double
    var output: String

    /// Runs a program to its end, or kills it after a time.
    ///
    /// - Parameters:
    ///   - every: how often `look` is called while it runs.
    ///   - look: gets its process.
    init(
        _ program: String, _ arguments: [String], killAfter: Duration? = nil, input: String? = nil,
        every: Duration = .zero, look: ((pid_t) -> Void)? = nil
    ) throws {
        let folder = try Run.privateFolder()
        defer { rmdir(folder) }
        let outputPath = "\(folder)/output"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input ?? "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        defer { unlink(outputPath) }
        var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        var pid: pid_t = 0
        let clock = ContinuousClock()
        let start = clock.now
        let failure = posix_spawnp(&pid, program, &actions, nil, &argv, environ)
        guard failure == 0 else {
            throw BenchError("\(program) cannot be started: \(String(cString: strerror(failure)))")
        }
        if let killAfter {
            // Sleeps in one piece: a poll would shift the moments towards its own rhythm.
            let (seconds, attoseconds) = killAfter.components
            var (pause, rest) = (timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000)), timespec())
            while nanosleep(&pause, &rest) != 0 { pause = rest }
            kill(pid, SIGKILL)
        }
        var status: Int32 = 0
        var usage = rusage()
        if let look {
            var information = siginfo_t()
            var next = start
            while waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT) == 0, information.si_signo == 0 {
                if clock.now >= next {
                    look(pid)
                    next = clock.now + every
                }
                // The end of the run is seen within this time.
                usleep(2000)
            }
        }
        while wait4(pid, &status, 0, &usage) < 0, errno == EINTR {}
        let elapsed = (clock.now - start).components
        seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
        signal = status & 0x7F
        code = signal == 0 ? (status >> 8) & 0xFF : -1
        processorSeconds =
            Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
        peakMiB = Double(usage.ru_maxrss) / 1024
        output = (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? ""
    }

    /// A run that must end with code 0.
    static func well(
        _ program: String, _ arguments: [String], input: String? = nil, every: Duration = .zero,
        look: ((pid_t) -> Void)? = nil
    ) throws -> Run {
        let run = try Run(program, arguments, input: input, every: every, look: look)
        guard run.code == 0 else {
            throw BenchError(
                "\(program) \(arguments.joined(separator: " ")) ended with \(run.code): \(run.output.suffix(400))")
        }
        return run
    }

    /// The `penstock` that was built beside this program.
    static func penstock() throws -> String {
        guard let path = realpath("/proc/self/exe", nil) else { throw BenchError("no /proc") }
        defer { free(path) }
        let program = String(cString: path).split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/penstock"
        guard access(program, X_OK) == 0 else {
            throw BenchError("\(program) is missing; build it in the same configuration")
        }
        return program
    }

    /// A new folder of this run alone; whoever asked for it removes it.
    static func privateFolder() throws -> String {
        var template = Array("/tmp/penstock-bench.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw BenchError("no temporary folder: \(String(cString: strerror(errno)))")
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Why a benchmark cannot give its figure.
struct BenchError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

/// A number with so many decimals.
func decimals(_ value: Double, _ count: Int = 2) -> String {
    let scale = (0..<count).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = Int((value * scale).rounded())
    let whole = scaled / Int(scale)
    guard count > 0 else { return "\(whole)" }
    let digits = String(abs(scaled % Int(scale)))
    return "\(whole)." + String(repeating: "0", count: count - digits.count) + digits
}

extension Run {
    /// The fingerprint of a shop's facts.
    static func contentDigest(_ penstock: String, _ shop: String) throws -> String {
        struct Doctor: Decodable { var contentDigest: String }
        let run = try Run.well(penstock, ["doctor", "--shop", shop, "--json"])
        return try JSONDecoder().decode(Doctor.self, from: Data(run.output.utf8)).contentDigest
    }
}
