import ArgumentParser
import Domain
import Engine
import Foundation
import Glibc

/// How soon a line that is appended to a followed file, or a file that is put into a watched folder, is seen by a query.
struct LiveBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "live", abstract: "Time from a change of a file to its being visible in a query.")

    @Option(help: "Changes of each kind.") var rounds = 100
    @Option(help: "Lines of the backlog that is taken in at the start, by which transactions are timed.") var backlog =
        20_000

    func run() throws {
        let penstock = try Run.penstock()
        let folder = try Run.privateFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let shop = "\(folder)/shop"
        _ = try Run.well(penstock, ["init", shop, "--timezone", "Europe/London", "--currency", "GBP"])
        let text = try String(contentsOfFile: "\(shop)/penstock.toml", encoding: .utf8)
        let sources = """

            [[source]]
            name = "log"
            kind = "file"
            path = "log.csv"
            as = "stages"
            [[source]]
            name = "drop"
            kind = "folder"
            path = "in"
            """
        try (text + sources).write(toFile: "\(shop)/penstock.toml", atomically: false, encoding: .utf8)
        let stamp = "2026-01-05T09:00:00Z"
        let lines = (0..<backlog).map { "B\($0),pick,\(stamp)\n" }.joined()
        try append("case,stage,start\n" + lines, to: "\(shop)/log.csv")

        let engine = try Engine(ShopFolder(path: shop))
        let begin = ContinuousClock.now
        let runner = try RunningPenstock(penstock, ["run", "--shop", shop])
        defer { runner.end() }
        var seen = 0
        while seen < backlog {
            guard ContinuousClock.now - begin < .seconds(300) else { throw BenchError("the backlog is not taken in") }
            usleep(1000)
            seen = try stages(engine)
        }
        let seconds = LiveBenchmark.seconds(ContinuousClock.now - begin)
        print(
            "backlog of \(backlog) lines     \(decimals(seconds)) s, \(Int(Double(backlog) / seconds)) lines/s, start included"
        )
        while access("\(shop)/in/done", F_OK) != 0 { usleep(10_000) }

        let appended = try (0..<rounds).map { number in
            try time(engine) { try append("A\(number),pick,\(stamp)\n", to: "\(shop)/log.csv") }
        }
        tell("line appended, visible after", appended)
        let dropped = try (0..<rounds).map { number in
            try time(engine) {
                try append("case,stage,start\nD\(number),pick,\(stamp)\n", to: "\(shop)/in/\(number).csv")
            }
        }
        tell("file closed, visible after  ", dropped)

        // How long another writer waits for its turn while lines come in without a pause.
        let before = try stages(engine)
        try append((0..<backlog).map { "W\($0),pick,\(stamp)\n" }.joined(), to: "\(shop)/log.csv")
        var waits: [Double] = []
        while try stages(engine) < before + backlog {
            let start = ContinuousClock.now
            try engine.facts.database.write { _ in }
            waits.append(LiveBenchmark.seconds(ContinuousClock.now - start) * 1000)
            usleep(500)
        }
        tell("another writer's wait       ", waits, limit: "a transaction at most 20 ms")
    }

    private func stages(_ engine: Engine) throws -> Int {
        try engine.facts.tallies().first { $0.kind == "stageEvents" }?.count ?? 0
    }

    /// Milliseconds until a query sees one stage more.
    private func time(_ engine: Engine, _ change: () throws -> Void) throws -> Double {
        let before = try stages(engine)
        // Not in step with the runner's own rhythm.
        usleep(UInt32.random(in: 5_000...60_000))
        let start = ContinuousClock.now
        try change()
        while try stages(engine) == before {
            guard ContinuousClock.now - start < .seconds(30) else { throw BenchError("a change was never seen") }
            usleep(200)
        }
        return LiveBenchmark.seconds(ContinuousClock.now - start) * 1000
    }

    private func tell(_ what: String, _ values: [Double], limit: String = "p95 at most 300 ms") {
        let sorted = values.sorted()
        func quantile(_ share: Double) -> String {
            sorted.isEmpty ? "–" : decimals(sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))], 1)
        }
        print(
            "\(what)  p50 \(quantile(0.5)) ms, p95 \(quantile(0.95)) ms, max \(quantile(1)) ms of \(values.count)   (\(limit))"
        )
    }

    private func append(_ text: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw BenchError("\(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw BenchError("\(path): \(String(cString: strerror(errno)))") }
            bytes = bytes.dropFirst(count)
        }
    }

    private static func seconds(_ length: Duration) -> Double {
        Double(length.components.seconds) + Double(length.components.attoseconds) / 1e18
    }
}
