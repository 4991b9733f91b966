import ArgumentParser
import Foundation

/// `penstock plan` on real demand, week by week, against minimum and maximum levels and the textbook's safety stock.
struct ReplayBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Revenue lost by plans over that lost by two common policies with the same stock, on M5 stores.",
        discussion: """
            Needs the folder with replay_judge.py, and Python 3 with numpy and pandas. A seed takes some minutes. Tune on \
            other stores and seeds than those that are judged.
            """)

    @Option(help: "Folder with replay_judge.py.") var judge: String
    @Option(help: "Folder of the M5 data.") var data: String
    @Option(help: "Stores, with commas.") var stores = "CA_1"
    @Option(help: "Products.") var items = 1000
    @Option(help: "Weeks.") var weeks = 26
    @Option(help: "Seeds, with commas.") var seeds = "1,2,3"
    @Option(help: "Service levels that make the curve, with commas.") var targets = ".5,.7,.85,.95,.99,.999,.9999"
    @Option(help: "Threads of a plan.") var jobs = 2

    /// What is to be reached: revenue lost over that of each peer where minimum and maximum levels lose 10, 5 and 2.5 %.
    private static let reach = [
        "10.0% par": 0.50, "5.0% par": 0.27, "2.5% par": 0.18,
        "10.0% textbook": 0.65, "5.0% textbook": 0.52, "2.5% textbook": 0.45,
    ]
    private static let mostLines = 1.05

    func run() throws {
        let penstock = try Run.penstock()
        for store in stores.split(separator: ",") {
            let run = try Run.well(
                "python3",
                [
                    "\(judge)/replay_judge.py", "--plan", "'\(penstock)' plan --jobs \(jobs)", "--data", data,
                    "--store",
                    String(store), "--items", "\(items)", "--weeks", "\(weeks)", "--seeds", seeds, "--targets", targets,
                ])
            print(run.output)
            for line in run.output.split(separator: "\n") where line.hasPrefix("MEAN") {
                if let verdict = verdict(line) { print("\(store), \(verdict)") }
            }
        }
    }

    /// A line `MEAN at par-loses-10.0%: planner / par lost revenue 0.5 ± 0.01 order lines 1.02` against what is to be
    /// reached.
    private func verdict(_ line: Substring) -> String? {
        let words = line.split(separator: " ").map(String.init)
        guard words.count >= 14, let lost = Double(words[8]), let lines = words.last.flatMap({ Double($0) }) else {
            return nil
        }
        let level = words[2].dropFirst("par-loses-".count).dropLast()
        guard let reach = ReplayBenchmark.reach["\(level) \(words[5])"] else { return nil }
        let isReached = lost <= reach && lines <= ReplayBenchmark.mostLines
        return "where par loses \(level), against \(words[5]): \(decimals(lost, 3)) of its lost revenue "
            + "(\(decimals(lost / reach)) of the target), \(decimals(lines)) of its lines: "
            + (isReached ? "reached" : "not reached")
    }
}
