import Domain
import Testing

@testable import Engine

@Suite struct BatchForecastTests {
    @Test func forecastsFollowTheLastDayOfTheFile() throws {
        let run = try ForecastRun(daily([("a", [3, 4, 5, 3, 4, 5, 4]), ("b", [1, 0, 1])]), horizon: 2)
        #expect(run.text.hasPrefix("unique_id,ds,mean,q0.05,q0.5,q0.95\n"))
        #expect(
            run.rows.map { $0[0] + " " + $0[1] } == ["a 2016-01-08", "a 2016-01-09", "b 2016-01-08", "b 2016-01-09"])
        #expect(run.outcome == BatchOutcome(series: 2, answered: 2))
        #expect(run.outcome.exitCode == 0)
    }

    @Test func aSeriesMayCountFromItsOwnEnd() throws {
        let input = daily([("a", [3, 4, 5, 3, 4, 5, 4]), ("b", [1, 0, 1])])
        let run = try ForecastRun(input, horizon: 1) { $0.horizonFrom = .series }
        #expect(run.rows.map { $0[1] } == ["2016-01-08", "2016-01-04"])
    }

    @Test(arguments: [
        (["1", "2", "3"], ["4", "5"]),
        (["-20", "-10", "10"], ["20", "30"]),
        (["2016-02-27", "2016-02-28"], ["2016-02-29", "2016-03-01"]),
        (["2015-12-21", "2015-12-28"], ["2016-01-04", "2016-01-11"]),
        (["2015-11-01", "2015-12-01"], ["2016-01-01", "2016-02-01"]),
        (["2015-12-31", "2016-01-31"], ["2016-02-29", "2016-03-31"]),
        (["2015-12-30", "2016-01-30"], ["2016-02-29", "2016-03-30"]),
        (["2015-09-30", "2015-12-31"], ["2016-03-31", "2016-06-30"]),
        (["2015-07-01", "2015-10-01"], ["2016-01-01", "2016-04-01"]),
        (["2014-12-31", "2015-12-31"], ["2016-12-31", "2017-12-31"]),
        (["2015-12-31 22:00:00", "2015-12-31 23:00:00"], ["2016-01-01 00:00:00", "2016-01-01 01:00:00"]),
        (["2015-12-31T22:00Z", "2015-12-31T23:00Z"], ["2016-01-01T00:00Z", "2016-01-01T01:00Z"]),
        (
            ["2016-01-01T06:00:00.000+01:00", "2016-01-02T06:00:00.000+01:00"],
            ["2016-01-03T06:00:00.000+01:00", "2016-01-04T06:00:00.000+01:00"]
        ),
        (["1969-12-30", "1969-12-31"], ["1970-01-01", "1970-01-02"]),
    ])
    func periodsAreEchoedInTheirForm(written: [String], expected: [String]) throws {
        let run = try ForecastRun(
            "unique_id,ds,y\n" + written.map { "a,\($0),2\n" }.joined(), horizon: expected.count)
        #expect(run.rows.map { $0[1] } == expected)
    }

    @Test func levelsAreEchoedWithoutTrailingZeros() throws {
        let run = try ForecastRun(daily([("a", [1, 2, 3])]), horizon: 1) { batch in
            batch.levels = ["0.90", ".5", "0.025"].compactMap { QuantileLevel($0) }
        }
        #expect(run.text.hasPrefix("unique_id,ds,mean,q0.9,q0.5,q0.025\n"))
        #expect(["0", "1", "1.0", "-0.1", "", "half", "1e-3"].allSatisfy { QuantileLevel($0) == nil })
    }

    /// Shares of Poisson's distribution are sums of e⁻ᵐ mᵏ ÷ k!.
    @Test func quantilesAreThoseOfTheDistribution() throws {
        let run = try ForecastRun(daily([("a", [Int](repeating: 4, count: 30))]), horizon: 1) { batch in
            batch.model = .croston
            batch.levels = ["0.05", "0.5", "0.95", "0.999"].compactMap { QuantileLevel($0) }
        }
        #expect(run.rows == [["a", "2016-01-31", "4"] + [0.05, 0.5, 0.95, 0.999].map { "\(poisson($0, mean: 4))" }])
    }

    /// statsforecast 2.1.1 and tsintermittent 1.10 (`init = "naive"`) agree on these.
    @Test(arguments: [
        (ForecastModel.croston, [2, 5, 0, 1, 3, 0, 1, 1, 0], 1.73267692837),
        (.croston, [0, 0, 1, 0, 0, 7, 1, 0, 1], 0.546323529412),
        (.sba, [1, 0, 0, 2, 0, 3, 0, 0, 4, 0, 5], 1.20099216883),
        (.sbj, [2, 5, 0, 1, 3, 0, 1, 1, 0], 1.64148340582),
    ])
    func theIntermittentModelsGivePublishedRates(model: ForecastModel, units: [Int], rate: Double) throws {
        let run = try ForecastRun(daily([("a", units)]), horizon: 2) { $0.model = model }
        for row in run.rows { #expect(abs(try #require(Double(row[2])) - rate) < 1e-6) }
    }

    @Test func modelsAreKnownByName() throws {
        for model in ForecastModel.allCases { #expect(try ForecastBatch.model(named: model.rawValue) == model) }
        let error = #expect(throws: EngineError.self) { try ForecastBatch.model(named: "prophet") }
        #expect(error?.code == .usage)
        #expect(
            error?.message == "there is no model 'prophet'; there are "
                + ForecastModel.allCases.map(\.rawValue).joined(separator: ", "))
        #expect(
            Set(["auto", "global", "local", "ets", "theta", "croston", "imapa"]).isSubset(
                of: ForecastModel.allCases.map(\.rawValue)))
    }

    @Test func aSeriesIsForecastTheSameAloneAsAmongOthers() throws {
        let series = (1...5).map { (id: "s\($0)", units: demand(60 + 9 * $0, mean: Double($0 * $0), seed: UInt64($0))) }
        func run(_ part: [(id: String, units: [Int])]) throws -> String {
            try ForecastRun(daily(part), horizon: 9) {
                $0.horizonFrom = .series
                $0.frequency = .daily
            }.text
        }
        let header = "unique_id,ds,mean,q0.05,q0.5,q0.95\n"
        let parts = try series.map { try run([$0]).dropFirst(header.utf8.count) }
        #expect(try run(series) == header + parts.joined())
    }

    @Test(arguments: [2, 7])
    func threadsChangeNothing(jobs: Int) throws {
        let input = daily((1...20).map { ("s\($0)", demand(50, mean: Double($0), seed: UInt64($0))) })
        let alone = try ForecastRun(input, horizon: 5)
        #expect(try ForecastRun(input, horizon: 5) { $0.jobs = jobs }.text == alone.text)
        let scores = try ForecastRun(input, horizon: 5) { $0.evaluate = 10 }
        let together = try ForecastRun(input, horizon: 5) { ($0.evaluate, $0.jobs) = (10, jobs) }
        #expect(together.outcome == scores.outcome)
    }

    @Test func rowsOutOfOrderGiveTheSame() throws {
        let series = (1...4).map { (id: "s\($0)", units: demand(40, mean: 6, seed: UInt64($0))) }
        let sorted = try ForecastRun(daily(series))
        var lines = daily(series).split(separator: "\n").dropFirst().map(String.init)
        // Within each series backwards, then all of them dealt apart.
        let backwards = stride(from: 0, to: lines.count, by: 40).flatMap { lines[$0..<$0 + 40].reversed() }
        let run = try ForecastRun("unique_id,ds,y\n" + backwards.joined(separator: "\n"))
        #expect(run.text == sorted.text)
        #expect(run.told == ["4 series were not ascending by ds and have been sorted"])
        lines = (0..<40).flatMap { day in (0..<4).map { lines[$0 * 40 + (day * 7) % 40] } }
        let scattered = try ForecastRun("unique_id,ds,y\n" + lines.joined(separator: "\r\n"))
        #expect(scattered.text == sorted.text)
        #expect(scattered.told.first?.hasPrefix("rows of series 's1' lie apart") == true)
        #expect(scattered.outcome.exitCode == 0)
    }

    @Test func gapsAreNotObservedUnlessToldOtherwise() throws {
        // Four on every second day, no row between.
        let input = "unique_id,ds,y\n" + (0..<40).map { "a,\($0 * 2),4\n" }.joined() + "b,78,1\nb,79,1\n"
        func run(_ fill: ForecastBatch.Fill) throws -> ForecastRun {
            try ForecastRun(input, horizon: 2) { $0.fill = fill }
        }
        func mean(_ run: ForecastRun) throws -> Double { try #require(run.rows.first.flatMap { Double($0[2]) }) }
        #expect(abs(try mean(run(.missing)) - 4) < 0.01)
        #expect(abs(try mean(run(.zero)) - 2) < 0.5)
        let refused = try run(.error)
        #expect(refused.rows.map { $0[0] } == ["b", "b"])
        #expect(refused.told == ["series 'a': 39 periods have no value, the first 1; give them"])
        #expect(refused.outcome.exitCode == 1)
    }

    @Test func daysWithoutStockDoNotLowerAForecast() throws {
        var input = "unique_id,ds,y,share\n"
        for day in 0..<60 { input += "a,\(day),\(day % 3 == 0 ? 0 : 5),\(day % 3 == 0 ? 0 : 1)\n" }
        let blind = try ForecastRun(input, horizon: 1)
        let seeing = try ForecastRun(input, horizon: 1) { $0.inStock = "share" }
        #expect(try #require(Double(blind.rows[0][2])) < 4)
        #expect(abs(try #require(Double(seeing.rows[0][2])) - 5) < 0.01)
        #expect(
            blind.told == [
                "columns that models of one series do not use: share; the model across series does: --model global"
            ])
    }

    @Test func aFinerFrequencyFoundLateIsThatOfTheWholeFile() throws {
        let weekly = (0..<9).map { "w,\(Day(number: 16_804).advanced(by: $0 * 7)),7\n" }.joined()
        let days = (0..<30).map { "d,\(Day(number: 16_830).advanced(by: $0)),2\n" }.joined()
        let found = try ForecastRun("unique_id,ds,y\n" + weekly + days)
        let given = try ForecastRun("unique_id,ds,y\n" + weekly + days) { $0.frequency = .daily }
        #expect(found.text == given.text)
        // The weekly series is the last of the file, on 29 February.
        let expected = ["2016-03-01", "2016-03-02", "2016-03-03"]
        #expect(found.rows.map { $0[1] } == expected + expected)
    }

    @Test func theSeasonFollowsTheFrequencyUnlessGiven() throws {
        // Sixty on each twelfth month, ten on others.
        let rows = (0..<72).map { month in
            let number = month % 12 + 1
            return "a,\(2010 + month / 12)-\(number < 10 ? "0" : "")\(number)-01,\(number == 12 ? 60 : 10)\n"
        }
        let input = "unique_id,ds,y\n" + rows.joined()
        let yearly = try ForecastRun(input, horizon: 12).rows.compactMap { Double($0[2]) }
        #expect(yearly.count == 12)
        #expect(yearly[11] > 3 * yearly[10])
        let none = try ForecastRun(input, horizon: 12) { $0.seasons = [0, 1] }
        #expect(Set(none.rows.map { $0[2] }).count == 1)
        #expect(none.told == [])
    }

    @Test func aPowerOfTenInTheUnitChangesOnlyTheUnit() throws {
        let counts = demand(80, mean: 300, seed: 3).map { $0 * 10 + 1 }
        func forecast(_ text: (Int) -> String) throws -> [[Double]] {
            let rows = counts.enumerated().map { "a,\($0),\(text($1))\n" }.joined()
            return try ForecastRun("unique_id,ds,y\n" + rows).rows.map { $0.dropFirst(2).compactMap { Double($0) } }
        }
        let whole = try forecast { "\($0)" }
        let hundredths = try forecast { FixedPoint.text(Int64($0), decimals: 2, keep: 2) }
        for (left, right) in zip(whole.joined(), hundredths.joined()) { #expect(abs(left - 100 * right) < 1e-3) }
        // Beyond 10⁹ the unit is ten, a hundred…
        let millions = try forecast { "\($0)e6" }
        let tenMillions = try forecast { "\($0)0000000" }
        for (left, right) in zip(millions.joined(), tenMillions.joined()) {
            #expect(abs(left * 10 - right) <= 1e-9 * right)
        }
    }

    @Test func aBackTestScoresWhatWasHeldBackOnly() throws {
        // One step of 1 gives the history a scale; Croston's size follows it with 0.1.
        let history = [3] + [Int](repeating: 4, count: 29)
        let truth = [4, 6, 0, 3]
        var size = 3.0
        for _ in 1..<30 { size += 0.1 * (4 - size) }
        // The second origin has seen two days more.
        let after = [4.0, 6].reduce(size) { $0 + 0.1 * ($1 - $0) }
        let means = [size, size, after, after]
        let run = try ForecastRun(daily([("a", history + truth)]), horizon: 2) { batch in
            batch.model = .croston
            batch.evaluate = 4
            batch.levels = [QuantileLevel("0.9")].compactMap { $0 }
        }
        let evaluation = try #require(run.outcome.evaluation)
        let scores = evaluation.all
        let errors = zip(truth, means).map { Double($0) - $1 }
        #expect(scores.periods == 4)
        #expect(abs(try #require(scores.wape) - errors.reduce(0) { $0 + abs($1) } / 13) < 1e-12)
        #expect(abs(try #require(scores.bias) + errors.reduce(0, +) / 13) < 1e-12)
        let squares = errors.reduce(0) { $0 + $1 * $1 } / 4
        #expect(abs(try #require(scores.rmsse) - (squares * 29).squareRoot()) < 1e-9)
        let quantiles = means.map { Double(poisson(0.9, mean: $0)) }
        let losses = zip(truth, quantiles).map { max(0.9 * (Double($0) - $1), -0.1 * (Double($0) - $1)) }
        #expect(abs(try #require(scores.scaledPinball) - losses.reduce(0, +) / 4 * 29) < 1e-9)
        #expect(scores.levels[0].below == Double(zip(truth, quantiles).count { Double($0) < $1 }) / 4)
        #expect(scores.levels[0].atOrBelow == Double(zip(truth, quantiles).count { Double($0) <= $1 }) / 4)
        #expect(run.text.isEmpty)
        #expect(evaluation.table.contains("series scored   1 of 1\n"))
        #expect(evaluation.json.contains("\"scaledPinball\""))
    }

    @Test func aBackTestSaysWhichSeriesItCannotScore() throws {
        let run = try ForecastRun(daily([("long", demand(40, mean: 4, seed: 1)), ("short", [1, 2])])) {
            $0.evaluate = 5
        }
        #expect(run.outcome.evaluation?.all.series == 1)
        #expect(run.outcome.exitCode == 1)
        #expect(run.told == ["series 'short': nothing of it can be scored"])
    }

    @Test func driverFilesAreCheckedWhereTooFewSeriesUseThem() throws {
        let files = try BatchFiles()
        let input = "unique_id,ds,y,price\na,1,2,9.5\na,2,3,9.5\nb,1,2,1\nb,2,2,1\n"
        let plain = try ForecastRun(input)
        let run = try ForecastRun(input) { batch in
            batch.future = try files.write("unique_id,ds,price\na,3,9\nz,3,1\n", as: "future.csv")
            batch.fixed = try files.write("unique_id,store\na,1\nb,1\nb,2\n", as: "static.csv")
        }
        #expect(run.text == plain.text)
        #expect(run.outcome.refusedRows == 1)
        let told = run.told.map { $0.replacing(files.folder + "/", with: "") }
        #expect(
            told == [
                "columns that models of one series do not use: price; the model across series does: --model global",
                "future.csv: 1 series are not in the demand file, such as series 'z'",
                "future.csv: 1 series of the demand file have no row",
                "static.csv:4: series 'b' is there twice; keep one row",
            ])
        let error = #expect(throws: EngineError.self) {
            try ForecastRun(input) { $0.future = try files.write("unique_id,ds\na,3\n", as: "future.csv") }
        }
        #expect(error?.code == .usage)
        #expect(error?.message.contains("there is no column 'price'") == true)
    }
}

/// The least k whose share of Poisson's distribution reaches `p`, by adding up.
func poisson(_ p: Double, mean: Double) -> Int {
    var term = exponential(-mean)
    var sum = term
    var k = 0
    while sum < p {
        k += 1
        term *= mean / Double(k)
        sum += term
    }
    return k
}

/// e to the power x by its series.
private func exponential(_ x: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    for k in 1...80 {
        term *= x / Double(k)
        sum += term
    }
    return sum
}
