import ArgumentParser
import Domain
import Engine
import Formats
import Foundation

/// How many facts of a mixed stream a second end in the store, validated and rolled up, and what that costs others.
struct IntakeBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intake",
        abstract: "Facts a second of a mixed stream, with memory, store size and approvals beside it.")

    @Option(help: "Facts to take in.") var facts = 1_000_000
    @Option(help: "Seed of the stream.") var seed: UInt64 = 1
    @Option(help: "A folder for the shop, kept; else a temporary one.") var shop: String?

    func run() throws {
        let penstock = try Run.penstock()
        let folder = try Run.privateFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let shop = shop ?? "\(folder)/shop"
        _ = try Run.well(
            penstock, ["init", shop, "--timezone", "Europe/London", "--currency", "GBP", "--lead-time", "14"])
        let stream = "\(folder)/stream.ndjson"
        let catalogue = "\(folder)/catalogue.ndjson"
        let written = try StreamCommand.write(facts: facts, seed: seed, to: stream, catalogue: catalogue)
        _ = try Run.well(penstock, ["import", "--shop", shop, catalogue])

        // Decisions beside the stream: each is a commit that survives power loss.
        let engine = try Engine(ShopFolder(path: shop))
        let actor = ProcessInfo.processInfo.userName
        let isOver = LockedFlag()
        let commits = Commits()
        let thread = Thread {
            let clock = ContinuousClock()
            while !isOver.value {
                let begin = clock.now
                do {
                    let desk = try engine.desk(actor: actor)
                    try desk.hold(reason: "bench", now: engine.wallNow(), actor: actor)
                    try desk.release(reason: "bench", now: engine.wallNow(), actor: actor)
                } catch {
                    commits.fail("\(error)")
                }
                commits.add((clock.now - begin) / 2)
                usleep(20_000)
            }
        }
        thread.start()
        let run = try Run.well(penstock, ["import", "--shop", shop, "--json", stream])
        isOver.set()
        let size = try FileManager.default.attributesOfItem(atPath: "\(shop)/facts.db")[.size] as? Int ?? 0
        let again = try Run.well(penstock, ["status", "--json", "--shop", shop])
        print("facts                 \(written) in \(decimals(run.seconds, 1)) s")
        print("facts a second        \(decimals(Double(written) / run.seconds, 0))   (at least 20000)")
        print("peak memory           \(decimals(run.peakMiB, 0)) MiB   (below 250)")
        print("bytes a fact          \(decimals(Double(size) / Double(written), 1))")
        print("decision beside it    p95 \(decimals(commits.p95, 1)) ms of \(commits.count)   (at most 20)")
        if let failure = commits.failure { print("                      failed: \(failure)") }
        print("open and status       \(decimals(again.seconds * 1000, 1)) ms   (at most 50)")
    }
}

/// Writes the mixed stream alone.
struct StreamCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stream", abstract: "Write the mixed stream as newline JSON, its catalogue first.")

    @Option(help: "Facts to write.") var facts = 1_000_000
    @Option(help: "Seed of the stream.") var seed: UInt64 = 1

    func run() throws { _ = try StreamCommand.write(facts: facts, seed: seed, to: "-", catalogue: "-") }

    static func write(facts: Int, seed: UInt64, to path: String, catalogue: String) throws -> Int {
        guard let start = Instant(iso8601: "2024-01-01T00:00:00Z") else { throw BenchError("a moment") }
        var stream = try MixedStream(seed: seed, start: start)
        let first = JSONLinesWriter(to: try ByteSink(path: catalogue))
        for line in stream.catalogue() { try first.line(line) }
        try first.finish()
        let writer = JSONLinesWriter(to: try ByteSink(path: path))
        while stream.facts < facts { try writer.line(stream.next()) }
        try writer.finish()
        return stream.facts
    }
}

private final class LockedFlag: @unchecked Sendable {
    private let lock = NSLock()
    private var isSet = false
    var value: Bool { lock.withLock { isSet } }
    func set() { lock.withLock { isSet = true } }
}

private final class Commits: @unchecked Sendable {
    private let lock = NSLock()
    private var times: [Double] = []
    private var complaint: String?

    var count: Int { lock.withLock { times.count } }
    var failure: String? { lock.withLock { complaint } }
    var p95: Double {
        lock.withLock {
            let sorted = times.sorted()
            return sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, sorted.count * 95 / 100)]
        }
    }

    func add(_ duration: Duration) {
        let parts = duration.components
        lock.withLock { times.append(Double(parts.seconds) * 1000 + Double(parts.attoseconds) / 1e15) }
    }

    func fail(_ text: String) { lock.withLock { complaint = text } }
}
