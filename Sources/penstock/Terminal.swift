import Engine
@preconcurrency import Glibc
import Synchronization

/// Writes a line to standard error, whole and safe to print.
func complain(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
    let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

/// Prints a report for people, or for programs.
func show(_ report: some Report, json: Bool) {
    if json { show(report.json) } else { print(report.text) }
}

/// Prints one JSON document.
func show(_ document: JSONValue) {
    document.writeOutput { part in part.withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, stdout) } }
}

/// Whether everything printed so far has left for where standard output goes; says so where it has not.
func isOutputWhole() -> Bool {
    let code = fflush(nil)
    if code == 0, ferror(stdout) == 0 { return true }
    complain("penstock: standard output could not be written in full; is the disk full, or has its reader gone?")
    return false
}

/// Whether ^C or TERM has been received; the work in hand ends at its next safe point.
var isInterrupted: Bool { interrupted.load(ordering: .relaxed) }

private let interrupted = Atomic<Bool>(false)

/// Lets ^C and TERM end the work at its next safe point instead of at once; a second one ends it at once.
func catchInterrupts() {
    // Made before a signal can come: a handler must not be the first to touch it.
    _ = isInterrupted
    for number in [SIGINT, SIGTERM] {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in interrupted.store(true, ordering: .relaxed) }
        action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
        sigaction(number, &action, nil)
    }
}

/// The name of whoever runs this, by the system's word: it decides who may approve.
func operatorName() -> String {
    guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else { return "uid-\(getuid())" }
    return String(cString: name)
}

/// A progress bar on a terminal's standard error; nothing elsewhere.
final class ProgressBar {
    private let isOn = isatty(STDERR_FILENO) == 1
    private let title: String
    private var last = ContinuousClock.now - .seconds(1)
    private var wasShown = false

    init(_ title: String) { self.title = title }

    func update(_ progress: ImportProgress) {
        guard isDue() else { return }
        let percent = progress.share.map { "\(Int($0 * 100)) %" } ?? ""
        write(
            "\r\(title.prefix(30))  \(progress.phase.rawValue)  \(bar(progress.share ?? 0)) \(percent)  \(progress.rows) rows\u{1B}[K"
        )
    }

    func update(_ done: Int, of all: Int, _ what: String) {
        guard isDue() else { return }
        write("\r\(title.prefix(30))  \(bar(Double(done) / Double(max(1, all)))) \(done) of \(all) \(what)\u{1B}[K")
    }

    private func isDue() -> Bool {
        guard isOn, ContinuousClock.now - last > .milliseconds(100) else { return false }
        last = .now
        wasShown = true
        return true
    }

    private func bar(_ share: Double) -> String {
        let filled = Int(min(1, max(0, share)) * 24)
        return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 24 - filled) + "]"
    }

    func end() {
        if wasShown { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
