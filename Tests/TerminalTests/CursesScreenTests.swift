import Glibc
import Testing

@testable import Terminal
@testable import TerminalSupport

@Suite(.serialized, .timeLimit(.minutes(2)))
struct CursesScreenTests {
    private func probe(_ arguments: [String] = [], environment: [String: String] = [:]) throws -> Pty {
        let pty = try Pty(arguments, environment: environment)
        #expect(pty.reads("\u{1B}[?1006h"))
        #expect(!pty.isCooked)
        return pty
    }

    @Test func `A frame is one write, and each key one frame`() throws {
        let pty = try probe()
        pty.settle()
        for key in ["\u{1B}[B", "\u{1B}[B", "\u{1B}[A"] {
            pty.send(key)
            // The other end gets in one read what was written in one.
            let frame = pty.read()
            #expect(frame.starts(with: Array("\u{1B}[?2026h".utf8)))
            #expect(frame.suffix(8).elementsEqual(Array("\u{1B}[?2026l".utf8)))
            #expect(frame.count <= 400)
        }
        pty.send("q")
        #expect(pty.end() == 0)
        #expect(pty.isRestored)
        #expect(pty.output.contains(Array("frames 4 writes 4".utf8)), "\(pty.output.suffix(80).map { $0 }.escaped)")
    }

    @Test func `What is on the terminal is the frame`() throws {
        let pty = try probe(["mono"])
        pty.send("\u{1B}[6~")
        #expect(pty.reads("PgDn"))
        pty.settle()
        let lines = pty.screen().lines
        #expect(pty.screen().complaints.isEmpty)
        #expect(lines[0] == " Probe  of the terminal")
        #expect(lines[1].contains("13  T-LIGHT HOLDER 256 日本"))
        #expect(lines[23] == " key PgDn")
    }

    @Test(arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGSEGV, SIGABRT, SIGILL, SIGTRAP, SIGBUS, SIGFPE])
    func `A signal brings the terminal back, once, and then does what it does`(number: Int32) throws {
        let pty = try probe()
        kill(pty.process, number)
        #expect(pty.end() == -number)
        #expect(pty.isRestored)
        #expect(pty.output.occurrences(of: Array("\u{1B}[?1049l".utf8)) == 1)
    }

    @Test(arguments: [
        ("q", Int32(0)), ("e", 3), ("x", 4), ("t", -SIGILL), ("o", -SIGSEGV),
    ])
    func `However the program ends itself, the terminal is brought back, once`(key: String, ending: Int32) throws {
        let pty = try probe()
        pty.send(key)
        #expect(pty.end() == ending)
        #expect(pty.isRestored)
        #expect(pty.output.occurrences(of: Array("\u{1B}[?1049l".utf8)) == 1)
    }

    @Test(arguments: ["\u{1A}", "signal"])
    func `^Z gives the terminal back to the shell, and fg takes and paints it again`(way: String) throws {
        let script = "set -m; $PROBE & echo pid=$!; fg >/dev/null; echo STOPPED; read; fg >/dev/null; echo DONE"
        let pty = try Pty(["/bin/bash", "-c", script], environment: ["PROBE": Pty.probe])
        #expect(pty.reads("\u{1B}[?1006h"))
        pty.send("\u{1B}[B")
        #expect(pty.reads("Down"))
        if way == "signal" {
            let digits = String(decoding: pty.output, as: UTF8.self).split(separator: "pid=").last?.prefix {
                $0.isNumber
            }
            kill(try #require(digits.flatMap { pid_t($0) }), SIGTSTP)
        } else {
            pty.send(way)
        }
        #expect(pty.reads("STOPPED"))
        #expect(pty.isRestored)
        let stopped = pty.output.count
        pty.send("\r")
        #expect(pty.reads("\u{1B}[?1006h", since: stopped))
        #expect(!pty.isCooked)
        pty.settle()
        var back = TinyTerminal(width: 80, height: 24, erasesInColour: true)
        back.take(Array(pty.output[stopped...]))
        #expect(back.lines[0].hasSuffix(" Probe  of the terminal"))
        #expect(back.lines[2].hasPrefix("     1  T-LIGHT"))
        #expect(pty.output[stopped...].occurrences(of: Array("\u{1B}[?1049h".utf8)) == 1)
        pty.send("q")
        #expect(pty.reads("DONE"))
        #expect(pty.end() == 0)
        #expect(pty.isRestored)
    }

    @Test(arguments: [false, true])
    func `When the line drops the program ends, even if it was started deaf to that`(isDeaf: Bool) throws {
        let pty = try Pty(ignoresHangUp: isDeaf)
        #expect(pty.reads("\u{1B}[?1006h"))
        pty.hangUp()
        #expect(pty.wait() == (isDeaf ? 0 : -SIGHUP))
    }

    @Test func `Any size is drawn, down to one cell and back`() throws {
        let pty = try probe(["mono"])
        for (width, height) in [(200, 60), (1, 1), (2, 1), (1, 9), (0, 0), (80, 1), (33, 7), (1, 1), (60, 20)] {
            pty.resize(width: max(1, width), height: max(1, height))
            pty.settle(30)
        }
        #expect(pty.reads("60x20"))
        let before = pty.output.count
        pty.send("\u{0C}")
        #expect(pty.reads("Ctrl-L", since: before))
        pty.settle()
        var screen = TinyTerminal(width: 60, height: 20, erasesInColour: true)
        screen.take(Array(pty.output[before...]))
        #expect(screen.lines[0] == " Probe  of the terminal")
        #expect(screen.lines[19] == " key Ctrl-L")
        pty.send("q")
        #expect(pty.end() == 0)
    }

    @Test func `While the line is busy newer frames take the place of older ones`() throws {
        let pty = try probe(["mono"])
        pty.settle()
        let before = pty.output.count
        // Nobody reads: the line takes a few frames and then no more. Each key comes when the last one has been read.
        for round in 0..<150 {
            pty.send("\u{1B}[6~")
            var waiting = true
            for _ in 0..<200 where waiting {
                usleep(200)
                waiting = unread(pty)
            }
            if round == 149 { pty.send("\u{1B}[H") }
        }
        #expect(pty.reads("Home", since: before))
        pty.settle()
        let frames = pty.output[before...].occurrences(of: Array("\u{1B}[?2026h".utf8))
        #expect(frames > 1 && frames < 100, "\(frames) frames")
        #expect(pty.screen().lines[1].hasPrefix("     0  T-LIGHT"))
        pty.send("q")
        #expect(pty.end() == 0)
        #expect(!pty.output.contains(Array(" skipped 0".utf8)))
    }

    /// Whether the program still has to get to what was typed: it runs, or is about to.
    private func unread(_ pty: Pty) -> Bool { state(of: pty.process) != "S" }

    @Test func `Nothing runs while nothing happens`() throws {
        let pty = try probe()
        pty.settle()
        let before = switches(of: pty.process)
        #expect(pty.read(within: 300).isEmpty)
        #expect(switches(of: pty.process) == before)
        #expect(before != nil)
    }

    @Test func `Keys, mouse, paste, a wake-up and the clipboard arrive`() throws {
        let pty = try probe()
        let exchanges = [
            ("\u{1B}", "key Esc"), ("\u{1B}[<0;10;5M", "press"), ("\u{1B}[200~a\u{1B}[2Jb\r\u{1B}[201~", "paste 6"),
            ("w", "wake"), ("c", "\u{1B}]52;c;cm93IDA=\u{1B}\\"), ("m", "\u{1B}[?1006l\u{1B}[?1000l"),
        ]
        for (sent, answer) in exchanges {
            let before = pty.output.count
            pty.send(sent)
            #expect(pty.reads(answer, since: before), "\(answer)")
        }
    }

    @Test func `Where there is no screen it says so and changes nothing`() throws {
        let dumb = try Pty(environment: ["TERM": "dumb"])
        #expect(dumb.end() == 1)
        #expect(String(decoding: dumb.output, as: UTF8.self).contains("TERM is dumb"))
        #expect(!dumb.output.contains(0x1B))
        let unknown = try Pty(environment: ["TERM": "xterm-neverheard"])
        #expect(unknown.reads("\u{1B}[?1006h"))
    }

    private func state(of process: pid_t) -> String? { status(of: process, "State:").map { String($0.prefix(1)) } }

    private func switches(of process: pid_t) -> String? { status(of: process, "voluntary_ctxt_switches:") }

    private func status(of process: pid_t, _ name: String) -> String? {
        guard let file = fopen("/proc/\(process)/status", "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix(name) }.map { $0.dropFirst(name.count).filter { !$0.isWhitespace } }
    }
}
