import ArgumentParser
import Engine
import Foundation

/// How soon a key is answered on the screen, at rest and while a stream comes in at full speed beside it.
struct PaintBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "paint", abstract: "Time from a key to its frame in a terminal, while another process imports.")

    @Option(help: "Keys of each kind of moment.") var keys = 300
    @Option(help: "Facts that are there before.") var before = 300_000
    @Option(help: "Facts of the stream that comes in meanwhile; it begins again until all keys are pressed.")
    var facts =
        600_000

    /// Down, up, deeper, back, and each screen.
    private static let pressed = ["j", "j", "k", "3", "j", "j", "2", "j", "5", "1", "\u{1B}[B", "\u{1B}[A"]

    func run() throws {
        let penstock = try Run.penstock()
        let folder = try Run.privateFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let shop = "\(folder)/shop"
        var stream = try MixedShop.make(penstock, shop, facts: before, factsADay: before / 60, scratch: folder)
        try MixedShop.plan(penstock, shop, scratch: folder)
        let news = "\(folder)/news.ndjson"
        let target = stream.facts + facts
        let writer = JSONLinesWriter(to: try ByteSink(path: news))
        while stream.facts < target { try writer.line(stream.next()) }
        try writer.finish()

        let cockpit = try RunningPenstock(penstock, ["--shop", shop], columns: 120, rows: 40)
        guard cockpit.read(within: 10_000) > 0 else { throw BenchError("the cockpit shows nothing") }
        settle(cockpit, atMost: 2000)
        tell("at rest         ", try press(cockpit, keys) { true })

        // What is taken in a second time is compared, not written; the second half of the keys may meet that.
        let isOver = LockedFlag()
        let counts = LockedCount()
        let thread = Thread {
            var round = 0
            while !isOver.value {
                guard let run = try? Run(penstock, ["import", "--shop", shop, news]), run.code == 0 else { break }
                round += 1
                if round == 1 { counts.note(run.seconds) }
            }
            counts.end()
        }
        thread.start()
        usleep(500_000)
        let times = try press(cockpit, keys) { !counts.isFirstOver }
        tell("during an import", times)
        isOver.set()
        while !counts.hasEnded { usleep(10_000) }
        print("the import beside it   \(decimals(Double(facts) / counts.seconds, 0)) facts a second")
        guard !cockpit.isOver else { throw BenchError("the cockpit has ended") }
    }

    /// Presses keys while `goes` holds.
    private func press(_ cockpit: RunningPenstock, _ count: Int, while goes: () -> Bool) throws -> [Double] {
        var times: [Double] = []
        var silent = 0
        for number in 0..<count where goes() {
            settle(cockpit, atMost: 100)
            let start = ContinuousClock.now
            cockpit.send(PaintBenchmark.pressed[number % PaintBenchmark.pressed.count])
            guard cockpit.read(within: 1000) > 0 else {
                // At the end of a list a key moves nothing.
                silent += 1
                continue
            }
            var painted = ContinuousClock.now
            // A frame is one write; a terminal may hand it on in parts.
            while cockpit.read(within: 3) > 0 {
                painted = .now
                if painted - start > .milliseconds(100) { break }
            }
            times.append((painted - start) / .milliseconds(1))
        }
        guard times.count > silent else { throw BenchError("\(silent) of \(count) keys changed nothing") }
        return times
    }

    /// Reads until nothing has come for a while.
    private func settle(_ cockpit: RunningPenstock, atMost milliseconds: Int) {
        let end = ContinuousClock.now + .milliseconds(milliseconds)
        while ContinuousClock.now < end, cockpit.read(within: 30) > 0 {}
        // Not in step with what is measured.
        usleep(UInt32.random(in: 1_000...20_000))
    }

    private func tell(_ what: String, _ values: [Double]) {
        let sorted = values.sorted()
        func quantile(_ share: Double) -> String {
            sorted.isEmpty ? "–" : decimals(sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))], 1)
        }
        print(
            "\(what)       p50 \(quantile(0.5)) ms, p95 \(quantile(0.95)) ms, max \(quantile(1)) ms of \(values.count) keys   (p95 at most 20)"
        )
    }
}

private final class LockedCount: @unchecked Sendable {
    private let lock = NSLock()
    private var length: Double?
    private var isOver = false

    var isFirstOver: Bool { lock.withLock { length != nil || isOver } }
    var hasEnded: Bool { lock.withLock { isOver } }
    var seconds: Double { lock.withLock { length ?? .nan } }

    func note(_ seconds: Double) { lock.withLock { length = seconds } }
    func end() { lock.withLock { isOver = true } }
}
