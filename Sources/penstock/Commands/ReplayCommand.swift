import ArgumentParser
import Engine
import Glibc

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Play days again under other policies, or against the orders that were really placed.",
        discussion: """
            Each --policy is a file as policy.toml, current for the shop's own, or actual for the orders really placed and \
            what came of them. All meet the same demand and the same lead times and know, on each morning, what was known \
            then. Where a shelf was empty, what would have been asked for is drawn from its forecast. Each is compared with \
            the last: the intervals come from the draws and from resampling the products.

            Examples:
              penstock replay --policy lean.toml --policy current --from 2011-07-01 --to 2011-09-30
              penstock replay --policy current --policy actual --from 2011-07-01 --to 2011-09-30 --json
            """)
    @OptionGroup var options: ReadOptions
    @Option(help: ArgumentHelp("A policy file, current or actual; twice to compare.", valueName: "policy"))
    var policy: [String] = []
    @Option(help: ArgumentHelp("The first day.", valueName: "day")) var from: String
    @Option(help: ArgumentHelp("The last day.", valueName: "day")) var to: String
    @Option(help: ArgumentHelp("How often chance is drawn, 1 to 1000.", valueName: "n")) var draws = 20
    @Option(help: ArgumentHelp("What is left to chance follows from it.", valueName: "n")) var seed: UInt64 = 0
    @Option(
        help: ArgumentHelp("Days between orders to suppliers who take them every day.", valueName: "n"))
    var reviewDays = 1
    @Flag(help: "Customers wait for what is not there; without it their demand is lost.") var backorders = false
    @Option(help: ArgumentHelp("Threads; all processors where it is not given.", valueName: "n")) var jobs: Int?

    func run() throws {
        guard !policy.isEmpty else {
            throw EngineError(.usage, "give --policy with a file, current or actual; twice to compare two")
        }
        guard let first = try Books.day(from, "--from"), let last = try Books.day(to, "--to") else { return }
        guard first <= last else { throw EngineError(.usage, "--from \(first) is after --to \(last)") }
        if let jobs, !(1...1024).contains(jobs) { throw EngineError(.usage, "--jobs must lie between 1 and 1024") }
        let engine = try options.shop.open()
        let actor = operatorName()
        var replay = Replay(
            sides: try policy.map { try engine.replaySide($0, actor: actor) }, days: first...last)
        replay.draws = draws
        replay.seed = seed
        replay.reviewDays = reviewDays
        replay.shortage = backorders ? .waits : .lost
        replay.jobs = jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let bar = ProgressBar("replay")
        let report = try engine.replay(replay) { done, all in bar.update(done, of: all, "products") }
        bar.end()
        show(report, json: options.json)
    }
}
