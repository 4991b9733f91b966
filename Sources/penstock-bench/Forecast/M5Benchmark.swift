import ArgumentParser
import Foundation

/// The M5 data set through `penstock forecast`, from history file to forecast file, scored by the competition's measure.
struct M5Benchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "m5",
        abstract: "Time, memory and WRMSSE of the model across series, and of each series by itself, on M5.",
        discussion: """
            Needs the folder with m5_prepare.py and m5_score.py, and Python 3 with numpy and pandas. Tune on earlier origins; \
            the last window (1941) is for looking at once.
            """)

    @Option(help: "Folder with m5_prepare.py and m5_score.py.") var judge: String
    @Option(help: "Folder of the M5 data.") var data: String
    @Option(help: "Last day of the history: 1829, 1857, 1885, 1913 or 1941; several with commas.")
    var origin = "1829,1857,1885,1913"
    @Option(help: "Models, with commas.") var models = "global,local"
    @Option(help: "Threads.") var jobs = 2

    func run() throws {
        let penstock = try Run.penstock()
        let folder = try Run.privateFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for origin in origin.split(separator: ",") {
            _ = try Run.well(
                "python3", ["\(judge)/m5_prepare.py", folder, "--data", data, "--origin", String(origin)])
            for model in models.split(separator: ",") {
                let output = "\(folder)/forecast.csv"
                // One core for what is said of a series by itself.
                let threads = model == "global" || model == "auto" ? jobs : 1
                let run = try Run.well(
                    penstock,
                    [
                        "forecast", "--input", "\(folder)/history.csv", "--future", "\(folder)/future.csv", "--static",
                        "\(folder)/static.csv", "--horizon", "28", "--levels",
                        "0.005,0.025,0.165,0.25,0.5,0.75,0.835,0.975,0.995", "--model", String(model), "--jobs",
                        "\(threads)", "--output", output,
                    ])
                let score = try Run.well(
                    "python3", ["\(judge)/m5_score.py", output, "--data", data, "--origin", String(origin)])
                print(
                    "origin \(origin), \(model), \(threads) threads: \(decimals(run.seconds, 1)) s, "
                        + "\(decimals(run.peakMiB, 0)) MiB")
                print(score.output)
            }
        }
    }
}
