import ArgumentParser
import Engine
import Foundation
import Numerics

/// Killed at random moments while a stream with repeats and in disorder comes in, and gone on with: the store must end as
/// one that never died.
struct CrashBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crash",
        abstract: "SIGKILL during imports and live sources, and whether the store ends as if there had been none.")

    @Option(help: "Kills at work, of each kind.") var kills = 100
    @Option(help: "Facts of a round.") var facts = 60_000
    @Option(help: "Seed of the moments and of the disorder.") var seed: UInt64 = 1

    func run() throws {
        let penstock = try Run.penstock()
        let folder = try Run.privateFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var random = SplitMix64(seed: seed)
        let stream = try DisorderlyStream(facts: facts, folder: folder, &random)
        try imports(penstock, folder, stream, &random)
        try liveSources(penstock, folder, stream, &random)
    }

    // MARK: - Imports

    private func imports(
        _ penstock: String, _ folder: String, _ stream: DisorderlyStream, _ random: inout SplitMix64
    ) throws {
        let whole = try shop(penstock, "\(folder)/import-whole")
        let spans = try stream.files.map { file in
            try Run.well(penstock, ["import", "--shop", whole, file]).seconds
        }
        // From then on an import is at work, though what it does may first be seen when its transaction ends.
        let start = try Run.well(penstock, ["status", "--shop", whole]).seconds
        var (hits, rounds, finished) = (0, 0, 0)
        while hits < kills {
            rounds += 1
            let killed = try shop(penstock, "\(folder)/import-killed-\(rounds)")
            for (file, span) in zip(stream.files, spans) {
                while true {
                    let moment = (0.01 + 0.9 * random.uniform()) * span
                    let isEnough = hits >= kills
                    let run = try Run(
                        penstock, ["import", "--shop", killed, file],
                        killAfter: isEnough ? nil : .milliseconds(Int64(moment * 1000)))
                    if run.signal == SIGKILL {
                        if moment > start { hits += 1 }
                        continue
                    }
                    guard run.code == 0 else { throw BenchError("import ended with \(run.code): \(run.output)") }
                    finished += 1
                    break
                }
            }
            try compare(whole, killed, "after round \(rounds) of imports")
            try? FileManager.default.removeItem(atPath: killed)
        }
        print(
            "import: killed \(hits) times at work in \(rounds) rounds of \(stream.files.count) files, \(finished) ended; each round row for row the store that never died"
        )
    }

    // MARK: - Live sources

    private func liveSources(
        _ penstock: String, _ folder: String, _ stream: DisorderlyStream, _ random: inout SplitMix64
    ) throws {
        let whole = try liveShop(penstock, "\(folder)/live-whole")
        try stream.append(from: 0, to: stream.log.count, to: "\(whole)/log.ndjson")
        for number in stream.drops.indices { try stream.drop(number, into: "\(whole)/in") }
        try runToEnd(penstock, whole, stream)
        var (hits, starts, rounds) = (0, 0, 0)
        while hits < kills {
            rounds += 1
            let killed = try liveShop(penstock, "\(folder)/live-killed-\(rounds)")
            var (written, dropped) = (0, 0)
            for start in 0..<60 where hits < kills {
                starts += 1
                // Lines in parts, and a file now and then.
                let end = min(stream.log.count, written + stream.log.count / 30 + Int(random.next() % 997))
                try stream.append(from: written, to: end, to: "\(killed)/log.ndjson")
                written = end
                if start % 3 == 0, dropped < stream.drops.count {
                    try stream.drop(dropped, into: "\(killed)/in")
                    dropped += 1
                }
                let before = try progress(killed)
                let runner = try RunningPenstock(penstock, ["run", "--shop", killed])
                usleep(UInt32(40_000 + random.next() % 400_000))
                let isKilled = runner.kill(SIGKILL)
                guard isKilled else { throw BenchError("the runner ended by itself") }
                if try progress(killed) > before { hits += 1 }
                if written == stream.log.count, start > 45 { break }
            }
            try stream.append(from: written, to: stream.log.count, to: "\(killed)/log.ndjson")
            for number in dropped..<stream.drops.count { try stream.drop(number, into: "\(killed)/in") }
            try runToEnd(penstock, killed, stream)
            try compare(whole, killed, "after round \(rounds) of live sources")
            try? FileManager.default.removeItem(atPath: killed)
        }
        print(
            "live sources: killed \(hits) times at work (of \(starts) starts) in \(rounds) rounds; each round row for row the store that never died"
        )
    }

    private func liveShop(_ penstock: String, _ path: String) throws -> String {
        let shop = try shop(penstock, path)
        let text = try String(contentsOfFile: "\(shop)/penstock.toml", encoding: .utf8)
        let sources = """

            [[source]]
            name = "log"
            kind = "file"
            path = "log.ndjson"
            as = "json"
            system = "log"
            [[source]]
            name = "drop"
            kind = "folder"
            path = "in"
            system = "drop"
            """
        try (text + sources).write(toFile: "\(shop)/penstock.toml", atomically: false, encoding: .utf8)
        try FileManager.default.createDirectory(
            atPath: "\(shop)/in", withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        return shop
    }

    /// Runs until all that lies there is taken in.
    private func runToEnd(_ penstock: String, _ shop: String, _ stream: DisorderlyStream) throws {
        let runner = try RunningPenstock(penstock, ["run", "--shop", shop])
        defer { runner.end() }
        let engine = try Engine(ShopFolder(path: shop))
        let end = ContinuousClock.now + .seconds(600)
        while ContinuousClock.now < end {
            let position = try engine.facts.liveSource("log")?.place?.position ?? 0
            let done = (try? FileManager.default.contentsOfDirectory(atPath: "\(shop)/in/done").count) ?? 0
            let waiting = try engine.facts.releasable(limit: 1, after: 0).count
            if position == stream.log.count, done == stream.drops.count, waiting == 0 { return }
            usleep(20_000)
        }
        throw BenchError("\(shop) was not taken in within ten minutes")
    }

    // MARK: - Both

    private func shop(_ penstock: String, _ path: String) throws -> String {
        _ = try Run.well(penstock, ["init", path, "--timezone", "Europe/London", "--currency", "GBP"])
        return path
    }

    /// Facts that are in and rows that are put aside: more of them after a kill than before means that it was at work.
    private func progress(_ shop: String) throws -> Int {
        let run = try Run.well(
            "sqlite3",
            [
                "\(shop)/facts.db",
                "SELECT (SELECT coalesce(sum(count), 0) FROM tally) + (SELECT count(*) FROM quarantine)",
            ])
        return Int(run.output.filter(\.isNumber)) ?? 0
    }

    private func compare(_ whole: String, _ killed: String, _ moment: String) throws {
        let (a, b) = (try Engine(ShopFolder(path: whole)).facts, try Engine(ShopFolder(path: killed)).facts)
        let different = zip(try a.contentDigests(), try b.contentDigests()).filter { $0.fingerprint != $1.fingerprint }
        guard different.isEmpty else {
            throw BenchError("\(moment) these rows are different: \(different.map(\.0.kind).joined(separator: ", "))")
        }
        let problems = try b.rollupProblems() + b.database.integrityProblems()
        guard problems.isEmpty else { throw BenchError("\(moment): \(problems)") }
    }
}
