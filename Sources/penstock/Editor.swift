import Engine
import Foundation
import Glibc

/// The person's own editor.
enum Editor {
    /// A text after a person has had it in their editor.
    ///
    /// - Throws: `EngineError(.usage)` where no editor is set or it fails.
    static func edited(_ text: String) throws -> String {
        let environment = ProcessInfo.processInfo.environment
        let editor = [environment["VISUAL"], environment["EDITOR"]].compactMap { $0 }.first { !$0.isEmpty }
        guard let editor else {
            throw EngineError(.usage, "set $EDITOR to the editor you like, or give the row with quarantine fix --row")
        }
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("penstock-\(UUID().uuidString)").path
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw EngineError(.usage, "\(path) cannot be made: \(String(cString: strerror(errno)))")
        }
        close(descriptor)
        defer { unlink(path) }
        try (text + "\n").write(toFile: path, atomically: false, encoding: .utf8)
        // An editor is a command line of its own, as everywhere: EDITOR="code --wait".
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "\(editor) \"$1\"", "sh", path]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw EngineError(.usage, "the editor ended with code \(process.terminationStatus); nothing was changed")
        }
        var edited = try String(contentsOfFile: path, encoding: .utf8)
        while edited.hasSuffix("\n") { edited.removeLast() }
        return edited
    }
}
