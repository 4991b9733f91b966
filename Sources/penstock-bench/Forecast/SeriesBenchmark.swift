import ArgumentParser
import Forecasting
import Formats
import Numerics

/// The automatic local model on series of other shapes: M4 weekly, and spare parts that are seldom asked for.
struct SeriesBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "series",
        abstract: "Accuracy and time of the automatic local model on M4 weekly and on carparts.")

    @Option(help: "Folder with Weekly-train.csv and Weekly-test.csv.") var m4: String?
    @Option(help: "Folder with carparts.csv.gz.") var intermittent: String?

    func run() throws {
        if let m4 { try weekly(m4) }
        if let intermittent { try carparts(intermittent) }
    }

    /// sMAPE and MASE (m = 1), as the competition averages them.
    private func weekly(_ folder: String) throws {
        let history = try rows("\(folder)/Weekly-train.csv")
        let future = try rows("\(folder)/Weekly-test.csv")
        guard history.count == future.count, !history.isEmpty else { throw BenchError("train and test differ") }
        var (smape, mase, spent) = (0.0, 0.0, Duration.zero)
        for (past, truth) in zip(history, future) {
            let clock = ContinuousClock()
            let start = clock.now
            guard let found = AutomaticLocal.forecast(past, horizon: truth.count, season: 52) else {
                throw BenchError("a series has no forecast")
            }
            spent += clock.now - start
            for (actual, forecast) in zip(truth, found.mean) {
                smape += 200 * abs(actual - forecast) / (abs(actual) + abs(forecast)) / Double(truth.count)
            }
            guard let scaled = Accuracy.mase(actual: truth, forecast: found.mean, history: past) else {
                throw BenchError("a series has no scale")
            }
            mase += scaled
        }
        let count = Double(history.count)
        print("M4 weekly, \(history.count) series")
        print(
            "    sMAPE \(decimals(smape / count, 3))   (at most 8.3)   MASE \(decimals(mase / count, 3))   (at most 2.25)"
        )
        print("    \(decimals(spent / .milliseconds(1) / count, 2)) ms a series")
    }

    /// The total of the last six months, series without gaps.
    private func carparts(_ folder: String) throws {
        let series = try rows("\(folder)/carparts.csv.gz").filter { !$0.contains(where: \.isNaN) }
        let horizon = 6
        let pasts = series.map { Array($0.dropLast(horizon)) }
        let clock = ContinuousClock()
        let start = clock.now
        let prior = LocalPrior.learn(pasts, horizon: horizon)
        var (squares, absolute, signed, actual) = (0.0, 0.0, 0.0, 0.0)
        for (past, whole) in zip(pasts, series) {
            let truth = whole.suffix(horizon).reduce(0, +)
            let total = AutomaticLocal.forecast(past, horizon: horizon, prior: prior)?.mean.reduce(0, +) ?? 0
            squares += (total - truth) * (total - truth)
            absolute += abs(total - truth)
            signed += total - truth
            actual += truth
        }
        let count = Double(series.count)
        print("carparts, \(series.count) series, total of \(horizon) months")
        print(
            "    RMSE \(decimals((squares / count).squareRoot(), 3))   (at most 3.05)   WAPE "
                + "\(decimals(absolute / actual, 3))   (at most .80)   bias \(signed < 0 ? "-" : "+")"
                + "\(decimals(abs(signed / actual), 3))   (within .05)")
        print("    \(decimals((clock.now - start) / .milliseconds(1) / count, 3)) ms a series")
    }

    /// The rows of a wide file: an id, then values oldest first. What is empty after the last value is no part of a row;
    /// what is empty before it is NaN.
    private func rows(_ path: String) throws -> [[Double]] {
        let csv = try CSVReader(ByteSource(path: path))
        var rows: [[Double]] = []
        while try csv.next() {
            if let problem = csv.problem { throw problem }
            var row: [Double] = []
            for column in csv.header.indices.dropFirst() {
                row.append(Double(String(decoding: csv.field(column), as: UTF8.self)) ?? .nan)
            }
            while row.last?.isNaN == true, path.contains("Weekly") { row.removeLast() }
            rows.append(row)
        }
        return rows
    }
}
