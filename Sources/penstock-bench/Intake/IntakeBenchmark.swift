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
        let written = try MixedStream.write(facts: facts, seed: seed, to: stream, catalogue: catalogue)
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
        var memory: [Double] = []
        let run = try Run.well(penstock, ["import", "--shop", shop, "--json", stream], every: .milliseconds(500)) {
            memory.append(Double(IntakeBenchmark.number("VmRSS", in: "/proc/\($0)/status")) / 1024)
        }
        isOver.set()
        let store = try FileManager.default.attributesOfItem(atPath: "\(shop)/facts.db")[.size] as? Int ?? 0
        var openings = try (0..<5).map { _ in try Run.well(penstock, ["status", "--json", "--shop", shop]).seconds }
        openings.sort()
        print("facts                 \(written.facts) in \(decimals(run.seconds, 1)) s")
        print("facts a second        \(decimals(Double(written.facts) / run.seconds, 0))   (at least 20000)")
        print("peak memory           \(decimals(run.peakMiB, 0)) MiB   (below 250)")
        let course = (1...10).map { decimals(memory[max(0, memory.count * $0 / 10 - 1)], 0) }
        print("memory, by tenths     \(course.joined(separator: ", ")) MiB")
        print("store                 \(decimals(Double(store) / 1_048_576, 0)) MiB")
        print("bytes a fact          \(decimals(Double(store) / Double(written.facts), 1))")
        let lines = try StoreSize(shop: shop)
        print("bytes an order line   \(decimals(lines.bytesAnOrderLine, 1)) of \(lines.orderLines)   (at most 125)")
        print("decision beside it    p95 \(decimals(commits.p95, 1)) ms of \(commits.count)   (at most 20)")
        if let failure = commits.failure { print("                      failed: \(failure)") }
        print(
            "open and status       \(decimals(openings[2] * 1000, 1)) ms, median of \(openings.count)   (at most 50)")
    }

    /// A number of a file of `/proc`, by the word before it.
    private static func number(_ word: String, in path: String) -> Int {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("\(word):") })
        else { return 0 }
        return Int(line.filter(\.isNumber)) ?? 0
    }
}

final class LockedFlag: @unchecked Sendable {
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
