import FoundationEssentials
import Glibc

@testable import Engine

/// A folder of its own for one test, gone with it.
final class BatchFiles {
    let folder: String

    init() throws {
        var template = Array("/tmp/penstock-batch-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw EngineError(.usage, "no temporary folder") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func path(_ name: String) -> String { folder + "/" + name }

    /// Writes a file and says where it is.
    func write(_ text: String, as name: String = "in.csv") throws -> String {
        try Data(text.utf8).write(to: URL(filePath: path(name)))
        return path(name)
    }

    /// The text of a file; nil where there is none.
    func text(_ name: String = "out.csv") -> String? {
        FileManager.default.contents(atPath: path(name)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Files in the folder.
    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted() }
}

/// What a forecast of a text gives.
struct ForecastRun {
    var outcome: BatchOutcome
    var text: String
    var told: [String]

    /// Rows after the header, each as its fields.
    var rows: [[String]] {
        text.split(separator: "\n").dropFirst().map { $0.split(separator: ",").map(String.init) }
    }

    init(_ input: String, horizon: Int = 3, change: (inout ForecastBatch) throws -> Void = { _ in }) throws {
        let files = try BatchFiles()
        var batch = ForecastBatch(input: try files.write(input), horizon: horizon, output: files.path("out.csv"))
        try change(&batch)
        var told: [String] = []
        outcome = try batch.run { told.append($0) }
        text = files.text() ?? ""
        self.told = told
    }
}

/// A long file of series of whole numbers, one row a day from 2016-01-01, or a number a row.
func daily(_ series: [(id: String, units: [Int])], from first: Day? = Day("2016-01-01")) -> String {
    var text = "unique_id,ds,y\n"
    for (id, units) in series {
        for (index, value) in units.enumerated() {
            text += "\(id),\(first.map { "\($0.advanced(by: index))" } ?? "\(index + 1)"),\(value)\n"
        }
    }
    return text
}

/// Whole numbers that look like demand, the same for the same seed.
func demand(_ count: Int, mean: Double, seed: UInt64) -> [Int] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { index in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let uniform = Double(state >> 11) / Double(UInt64(1) << 53)
        return Int(mean * (index % 7 < 5 ? 0.8 : 1.5) * 2 * uniform * uniform * 1.5)
    }
}

extension BatchFiles {
    /// Offers a file's content through a named pipe while `use` runs.
    func pipe(_ source: String, as name: String, _ use: (String) throws -> Void) throws {
        let pipe = path(name)
        guard mkfifo(pipe, 0o600) == 0 else { throw EngineError(.usage, "no pipe") }
        let writer = Process.cat(source, into: pipe)
        defer { _ = waitpid(writer, nil, 0) }
        try use(pipe)
    }
}

private enum Process {
    /// Starts `cat` from a file into a pipe and gives its number.
    static func cat(_ source: String, into pipe: String) -> pid_t {
        var number: pid_t = 0
        var words: [UnsafeMutablePointer<CChar>?] = []
        for word in ["sh", "-c", "exec cat \"$0\" > \"$1\"", source, pipe] { words.append(strdup(word)) }
        words.append(nil)
        defer { for word in words { free(word) } }
        posix_spawn(&number, "/bin/sh", nil, nil, words, environ)
        return number
    }
}
