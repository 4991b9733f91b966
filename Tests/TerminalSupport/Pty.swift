import CPty
import Glibc

import Terminal

/// A program at a terminal, and what it has written.
final class Pty {
    let process: pid_t
    private var master: Int32
    private(set) var output: [UInt8] = []
    private(set) var terminal: TinyTerminal

    /// Starts a program; the probe if none is named.
    init(
        _ arguments: [String] = [], size: (width: Int, height: Int) = (80, 24), environment: [String: String] = [:],
        ignoresHangUp: Bool = false
    ) throws {
        let all = arguments.first?.hasPrefix("/") == true ? arguments : [Self.probe] + arguments
        let base = [
            "TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent",
            "SWIFT_BACKTRACE": "enable=no",
        ]
        let variables = base.merging(environment) { $1 }.map { "\($0)=\($1)" }
        let argv = all.map { strdup($0) }
        let envp = variables.map { strdup($0) }
        defer { for pointer in argv + envp { free(pointer) } }
        var process: pid_t = 0
        master = cpty_start(
            argv + [nil], envp + [nil], Int32(size.height), Int32(size.width), ignoresHangUp, &process)
        self.process = process
        terminal = TinyTerminal(width: size.width, height: size.height, erasesInColour: true)
        guard master >= 0 else { throw TerminalError(.system, "no pseudo-terminal") }
    }

    deinit {
        hangUp()
        if !hasEnded { kill(process, SIGKILL) }
        if !hasEnded { _ = wait() }
    }

    static var probe: String {
        var path = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &path, path.count - 1)
        let runner = String(decoding: path[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return runner.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/terminal-probe"
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(master, bytes, bytes.count)
    }

    func resize(width: Int, height: Int) {
        terminal.resize(width: width, height: height)
        cpty_resize(master, Int32(height), Int32(width))
    }

    func hangUp() {
        if master >= 0 { close(master) }
        master = -1
    }

    var isCooked: Bool { cpty_is_cooked(master) }

    /// What one read gives; empty if nothing comes in time or the program has left.
    func read(within milliseconds: Int32 = 5000) -> [UInt8] {
        var source = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        guard poll(&source, 1, milliseconds) > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = Glibc.read(master, &bytes, bytes.count)
        guard count > 0 else { return [] }
        output += bytes[..<count]
        return Array(bytes[..<count])
    }

    /// Reads until the output since `start` contains a text; false if it does not come within five seconds.
    func reads(_ text: String, since start: Int = 0) -> Bool {
        let wanted = Array(text.utf8)
        while !output[start...].contains(wanted) {
            if read().isEmpty { return false }
        }
        return true
    }

    /// Reads all that comes until nothing has for a while.
    func settle(_ milliseconds: Int32 = 150) {
        while !read(within: milliseconds).isEmpty {}
    }

    /// Reads what is left and returns how the program has ended: its code, or minus the signal.
    func end() -> Int32 {
        while !read().isEmpty {}
        return wait()
    }

    private var hasEnded = false

    /// How the program has ended: its code, or minus the signal.
    func wait() -> Int32 {
        var status: Int32 = 0
        hasEnded = true
        guard waitpid(process, &status, 0) == process else { return 999 }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
    }

    /// What the terminal shows of all that has been written.
    func screen() -> TinyTerminal {
        var screen = terminal
        screen.take(output)
        return screen
    }

    /// Whether the terminal is as a shell expects it: no mode left on, the cursor shown, lines read and echoed.
    var isRestored: Bool {
        let modes = screen().modes
        let left = [1049, 1000, 1002, 1003, 1006, 1004, 2004, 2026].filter { modes[$0] == true }
        return left.isEmpty && modes[25] != false && isCooked
    }
}

extension [UInt8] {
    func contains(_ part: [UInt8]) -> Bool { occurrences(of: part) > 0 }

    func occurrences(of part: [UInt8]) -> Int { self[...].occurrences(of: part) }
}

extension ArraySlice<UInt8> {
    func contains(_ part: [UInt8]) -> Bool { occurrences(of: part) > 0 }

    func occurrences(of part: [UInt8]) -> Int {
        guard let first = part.first, count >= part.count else { return 0 }
        return (startIndex...(endIndex - part.count)).reduce(0) { count, index in
            self[index] == first && self[index..<index + part.count].elementsEqual(part) ? count + 1 : count
        }
    }
}
