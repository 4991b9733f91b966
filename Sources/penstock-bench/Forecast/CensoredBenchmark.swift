import ArgumentParser
import Forecasting

/// How well the demand of hours out of stock is restored, on hours in stock that are hidden on purpose.
struct CensoredBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "censored",
        abstract: "Bias and error of restored demand on hidden hours of FreshRetailNet-50K, beside sales as demand.")

    @Option(help: "Folder with sample_2000_series_daily_with_hours.csv.gz.") var data: String
    @Option(help: "Share of the days that are tried.") var share = 0.25
    @Option(help: "Seed of the hidden days.") var seed: UInt64 = 1

    func run() throws {
        let retail = try FreshRetail(path: "\(data)/sample_2000_series_daily_with_hours.csv.gz")
        print("\(retail.series) series of \(retail.days) days")
        for cause in HiddenStockouts.Cause.allCases {
            let trial = try HiddenStockouts(retail, cause: cause, share: share, seed: seed)
            let clock = ContinuousClock()
            let start = clock.now
            let restored = RestoredDemand(trial.shelf)
            let seconds = (clock.now - start) / .seconds(1)
            let score = trial.score(restored.demand)
            print("\n\(cause.rawValue): \(score.hiddenHours) hours of \(score.days) days hidden")
            print(
                "    \(restored.rounds) rounds in \(decimals(seconds, 1)) s, variance of days \(decimals(restored.dayVariance, 4)), of groups \(restored.groupVariances.map { decimals($0, 4) }.joined(separator: " "))"
            )
            print("                     hours: bias    error  a day's hidden hours: error  whole days: bias    error")
            for (name, score) in [("sales as demand", trial.score(trial.shelf.sold)), ("restored", score)] {
                let figures = [score.hourBias, score.hourError, score.runError, score.dayBias, score.dayError]
                print("    \(name)  " + figures.map(percent).joined(separator: "  "))
            }
        }
    }

    private func percent(_ share: Double) -> String { "\(share < 0 ? "-" : "")\(decimals(abs(share) * 100, 2)) %" }
}
