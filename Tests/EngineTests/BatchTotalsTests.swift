import Domain
import Testing

@testable import Engine

@Suite("Totals of a file's series, and sums over windows")
struct BatchTotalsTests {
    private static let horizon = 5
    /// Six series of three categories in two places, one of them new and one without a row.
    private static let series = [0, 1, 2, 3, 4, 5].map { (number: Int) -> (id: String, units: [Int]) in
        let units = demand(number == 5 ? 20 : 84, mean: Double(3 + 4 * number), seed: UInt64(number + 1))
        return ("s\(number)", units)
    }
    private static let fixed = """
        unique_id,category,place
        s0,Dairy,N
        s1,Dairy,S
        s2,Bread,N
        s3,Bread,S
        s4,"Fish, fresh",N
        z9,Toys,S

        """

    private func run(_ way: ForecastBatch.Totals, _ change: (inout ForecastBatch) throws -> Void = { _ in }) throws
        -> (run: ForecastRun, means: [String: [Double]])
    {
        let files = try BatchFiles()
        let run = try ForecastRun(daily(Self.series), horizon: Self.horizon) { batch in
            batch.fixed = try files.write(Self.fixed, as: "static.csv")
            batch.totals = way
            try change(&batch)
        }
        var means: [String: [Double]] = [:]
        // Names with a comma are quoted; what follows them is not.
        for line in run.text.split(separator: "\n").dropFirst() {
            let isQuoted = line.hasPrefix("\"")
            let parts = isQuoted ? line.dropFirst().split(separator: "\"", maxSplits: 1) : [line]
            let name = isQuoted ? String(parts[0]) : String(line.prefix { $0 != "," })
            let fields = (isQuoted ? parts[1] : line).split(separator: ",")
            means[name, default: []].append(try #require(Double(fields[isQuoted ? 1 : 2])))
        }
        return (run, means)
    }

    private func expectAgreement(_ means: [String: [Double]]) throws {
        func sum(_ names: [String]) throws -> [Double] {
            try (0..<Self.horizon).map { ahead in
                try names.reduce(0) { $0 + (try #require(means[$1]))[ahead] }
            }
        }
        let parts = [
            "total": ["s0", "s1", "s2", "s3", "s4", "s5"], "category=Dairy": ["s0", "s1"],
            "category=Bread": ["s2", "s3"], "category=Fish, fresh": ["s4"], "category=": ["s5"],
            "place=N": ["s0", "s2", "s4"], "place=S": ["s1", "s3"], "place=": ["s5"],
        ]
        #expect(Set(means.keys) == Set(parts.keys).union(["s0", "s1", "s2", "s3", "s4", "s5"]))
        for (total, names) in parts {
            let found = try #require(means[total])
            for (left, right) in zip(found, try sum(names)) { #expect(abs(left - right) < 1e-5) }
            #expect(found.allSatisfy { $0 >= 0 })
        }
    }

    @Test("sums leave the series as they are and follow them in order")
    func sum() throws {
        let plain = try ForecastRun(daily(Self.series), horizon: Self.horizon)
        let (run, means) = try run(.sum)
        #expect(run.text.hasPrefix(plain.text))
        try expectAgreement(means)
        let names = run.text.split(separator: "\n").dropFirst().compactMap { $0.split(separator: ",").first }
        #expect(names.count == (6 + 8) * Self.horizon)
        #expect(names[6 * Self.horizon] == "total")
    }

    @Test("reconciled totals and series agree, and lie between the two")
    func reconcile() throws {
        let (_, sums) = try run(.sum)
        let (run, means) = try run(.reconcile)
        try expectAgreement(means)
        #expect(means["total"] != sums["total"])
        for row in run.rows where row[0].hasPrefix("s") {
            let quantiles = row[3...].compactMap { Double($0) }
            #expect(quantiles == quantiles.sorted())
        }
    }

    @Test("any number of threads gives the same bytes", arguments: [ForecastBatch.Totals.sum, .reconcile])
    func threads(way: ForecastBatch.Totals) throws {
        let one = try run(way).run.text
        #expect(try run(way) { $0.jobs = 3 }.run.text == one)
    }

    @Test("a series with the name of a total is refused, and nothing is written")
    func collision() throws {
        let error = #expect(throws: EngineError.self) {
            try ForecastRun(daily([("total", demand(30, mean: 4, seed: 1))])) { $0.totals = .sum }
        }
        #expect(error?.code == .usage)
        #expect(error?.message.contains("'total'") == true)
    }

    @Test("options that do not go together are refused")
    func options() throws {
        let changes: [@Sendable (inout ForecastBatch) -> Void] = [
            { ($0.totals, $0.evaluate) = (.sum, 3) }, { ($0.totals, $0.horizonFrom) = (.sum, .series) },
            { ($0.windows, $0.windowsOutput) = ([4], "w") }, { $0.windows = [2] }, { $0.windowsOutput = "w" },
            { ($0.windows, $0.windowsOutput) = ([0], "w") }, { ($0.windows, $0.windowsOutput) = ([2, 2], "w") },
        ]
        for change in changes {
            let error = #expect(throws: EngineError.self) {
                try ForecastRun(daily([("a", [1, 2, 3])])) { change(&$0) }
            }
            #expect(error?.code == .usage)
        }
    }

    private func windows(
        _ input: String, horizon: Int, _ windows: [Int], _ change: (inout ForecastBatch) -> Void = { _ in }
    ) throws -> [[String]] {
        let files = try BatchFiles()
        _ = try ForecastRun(input, horizon: horizon) { batch in
            batch.windows = windows
            batch.windowsOutput = files.path("windows.csv")
            change(&batch)
        }
        let lines = try #require(files.text("windows.csv")).split(separator: "\n")
        #expect(lines[0].hasPrefix("unique_id,from,to,mean,q"))
        return lines.dropFirst().map { $0.split(separator: ",").map(String.init) }
    }

    @Test("sums over windows have the sum of the days' means, and quantiles that do not cross or shrink with length")
    func windowRows() throws {
        let input = daily((0..<8).map { ("s\($0)", demand(90, mean: Double(2 + $0), seed: UInt64($0 + 3))) })
        let days = try ForecastRun(input, horizon: 10)
        let rows = try windows(input, horizon: 10, [10, 4])
        #expect(rows.count == 16)
        #expect(rows[0][..<3] == ["s0", "2016-03-31", "2016-04-03"])
        #expect(rows[1][..<3] == ["s0", "2016-03-31", "2016-04-09"])
        for (index, row) in rows.enumerated() {
            let own = days.rows.filter { $0[0] == row[0] }.prefix(index % 2 == 0 ? 4 : 10)
            let sum = own.reduce(0) { $0 + (Double($1[2]) ?? .nan) }
            #expect(abs(try #require(Double(row[3])) - sum) < 1e-4)
            let quantiles = row[4...].compactMap { Double($0) }
            #expect(quantiles == quantiles.sorted())
        }
    }

    @Test("nineteen of twenty sums of independent demand are within its 0.95 quantile, and not all of them")
    func windowCoverage() throws {
        let past = (0..<150).map { ("s\($0)", demand(80, mean: 4, seed: UInt64(7 * $0 + 1))) }
        let rows = try windows(daily(past.map { ($0.0, Array($0.1[..<70])) }), horizon: 10, [10]) { batch in
            batch.levels = ["0.5", "0.95"].compactMap { QuantileLevel($0) }
        }
        var within = [0, 0]
        for (row, series) in zip(rows, past) {
            let actual = Double(series.1[70...].reduce(0, +))
            for level in 0..<2 where actual <= (try #require(Double(row[4 + level]))) { within[level] += 1 }
        }
        #expect((60...95).contains(within[0]))
        #expect((138...149).contains(within[1]))
    }

    @Test("without a past that is two horizons long there is nothing to learn sums from")
    func windowsTooShort() throws {
        let error = #expect(throws: EngineError.self) { try windows(daily([("a", [1, 2, 3])]), horizon: 3, [2]) }
        #expect(error?.code == .usage)
    }
}
