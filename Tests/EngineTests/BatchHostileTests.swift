import Domain
import Testing

@testable import Engine

@Suite struct BatchHostileTests {
    private static let good = "good,2016-01-01,3\ngood,2016-01-02,4\ngood,2016-01-03,3\n"

    /// Rows beside a good series, what is refused of them, whether their series is answered, and what is said.
    @Test(arguments: [
        ("a,2016-01-01,-1\na,2016-01-02,5\n", 1, true, "in.csv:5: y: -1 is negative; demand is what was asked for"),
        ("a,2016-01-01,many\na,2016-01-02,5\n", 1, true, "in.csv:5: y: 'many' is no number"),
        ("a,2016-01-01,1e400\na,2016-01-02,5\n", 1, true, "in.csv:5: y: '1e400' is no number"),
        ("a,2016-01-01,inf\na,2016-01-02,5\n", 1, true, "in.csv:5: y: 'inf' is no number"),
        ("a,2016-01-01,0x10\na,2016-01-02,5\n", 1, true, "in.csv:5: y: '0x10' is no number"),
        ("a,2016-01-01,1e16\na,2016-01-02,5\n", 1, true, "in.csv:5: y: 1e16 is larger than 1e15"),
        ("a,2016-02-30,5\na,2016-02-02,5\n", 1, true, "in.csv:5: ds: '2016-02-30' is no date, time or whole number"),
        ("a,-9223372036854775808,5\na,2016-01-02,5\n", 1, true, "in.csv:5: ds: '-9223372036854775808' is no date"),
        ("a,,5\na,2016-02-02,5\n", 1, true, "in.csv:5: ds: '' is no date"),
        ("a,2016-01-01,5,6\na,2016-01-02,5\n", 1, true, "in.csv:5: has 4 fields where the header has 3"),
        (",2016-01-01,5\na,2016-01-02,5\n", 1, true, "in.csv:5: unique_id: is blank"),
        (
            "a,2016-01-01,5\na,2016-01-01,6\na,2016-01-02,5\n", 2, true,
            "series 'a': 2 rows for 2016-01-01 that differ; keep one"
        ),
        ("a,2016-01-01,NaN\na,2016-01-02,\n", 0, false, "series 'a': none of its periods was observed"),
        ("a,2016-02-30,5\n", 1, false, "in.csv:5: ds: '2016-02-30'"),
        ("a,2016-01-02,0\n", 0, true, ""),
    ])
    func aBadRowIsRefusedAndNothingElse(rows: String, refused: Int, isAnswered: Bool, said: String) throws {
        let run = try ForecastRun("unique_id,ds,y\n" + BatchHostileTests.good + rows)
        #expect(run.outcome.refusedRows == refused)
        #expect(run.outcome.series == 2)
        #expect(run.rows.contains { $0[0] == "a" } == isAnswered)
        #expect(run.rows.contains { $0[0] == "good" })
        #expect(run.outcome.exitCode == (refused > 0 || !isAnswered ? 1 : 0))
        #expect(said.isEmpty || run.told.contains { $0.contains(said) }, "\(run.told)")
    }

    @Test func aRefusedValueCountsAsNotObservedWhateverGapsMean() throws {
        let rows = (1...30).map { "a,\($0),\($0 % 2 == 0 ? "4" : "lots")\n" }.joined()
        let run = try ForecastRun("unique_id,ds,y\n" + rows, horizon: 1) { $0.fill = .zero }
        #expect(abs(try #require(Double(run.rows[0][2])) - 4) < 0.01)
        #expect(run.outcome.refusedRows == 15)
    }

    @Test func rowsThatAreThereTwiceCountOnce() throws {
        let rows = (1...20).map { "a,\($0),\($0 % 5)\n" }
        let once = try ForecastRun("unique_id,ds,y\n" + rows.joined())
        let twice = try ForecastRun("unique_id,ds,y\n" + (rows + rows).joined())
        #expect(twice.text == once.text)
        #expect(twice.outcome.exitCode == 0)
        #expect(twice.told.contains("20 rows are there more than once; each has been counted once"))
    }

    @Test func conflictingRowsGiveTheSameInAnyOrder() throws {
        let rows = (1...20).map { "a,\($0),\($0 % 5)\n" }
        let one = try ForecastRun("unique_id,ds,y\n" + (rows + ["a,7,9\n"]).joined())
        let other = try ForecastRun("unique_id,ds,y\n" + (["a,7,9\n"] + rows).joined())
        #expect(one.text == other.text)
        #expect(one.outcome == other.outcome)
    }

    @Test func aBadFileBuriesNobodyInComplaints() throws {
        let run = try ForecastRun(
            "unique_id,ds,y\n" + (1...500).map { "a,\($0),x\n" }.joined() + (1...500).map { "s\($0),1,\n" }.joined())
        #expect(run.told.count == 42)
        #expect(run.told.contains("500 rows refused in all"))
        #expect(run.told.contains("501 series without an answer in all"))
    }

    /// Input, options, the code and what is said.
    @Test(arguments: [
        ("", EngineError.Code.usage, "there is no header"),
        ("unique_id,ds\na,1\n", .usage, "there is no column 'y'; the file has: unique_id, ds"),
        ("unique_id,ds,y,Y\n", .usage, "two columns are called 'Y'"),
        ("unique_id,ds,y\na,2016-01-01,1\na,17,1\n", .usage, "in.csv:3: ds: '17' is written another way"),
        (
            "unique_id,ds,y\na,2016-01-01,1\nb,2016-01-01T00:00,1\n", .usage,
            "in.csv:3: ds: '2016-01-01T00:00' is written"
        ),
        (
            "unique_id,ds,y\na,2016-03-26T00:00+01:00,1\na,2016-03-27T00:00+02:00,1\n", .usage,
            "in UTC"
        ),
        ("unique_id,ds,y\na,2016-01-01,1\n", .usage, "the frequency cannot be found; give one"),
        ("unique_id,ds,y\na,2016-01-01T00:00,1\na,2016-01-01T00:15,1\n", .usage, "neither hours, days, weeks"),
        ("unique_id,ds,y\na,9999-12-30,1\na,9999-12-31,1\n", .usage, "the horizon runs past the year 9999"),
    ])
    func aFileThatMakesNoSenseIsRefusedAsAWhole(input: String, code: EngineError.Code, said: String) throws {
        let files = try BatchFiles()
        _ = try files.write("before", as: "out.csv")
        let batch = ForecastBatch(input: try files.write(input), horizon: 1, output: files.path("out.csv"))
        let error = #expect(throws: EngineError.self) { try batch.run() }
        #expect(error?.code == code)
        #expect(error?.message.contains(said) == true, "\(error?.message ?? "")")
        // What was there stays, and nothing is left lying about.
        #expect(files.text() == "before")
        #expect(files.names == ["in.csv", "out.csv"])
    }

    @Test func optionsThatMakeNoSenseAreRefused() throws {
        let changes: [(inout ForecastBatch) -> Void] = [
            { $0.horizon = 0 }, { $0.horizon = 10_001 }, { $0.jobs = 0 }, { $0.evaluate = 0 }, { $0.seasons = [0] },
            { $0.levels += $0.levels }, { $0.inStock = "nowhere" }, { $0.frequency = .weekly },
            { $0.frequency = .every(2) },
        ]
        for change in changes {
            let error = #expect(throws: EngineError.self) {
                try ForecastRun("unique_id,ds,y\n" + BatchHostileTests.good, change: change)
            }
            #expect(error?.code == .usage)
        }
    }

    @Test func aMissingFileIsNotFound() throws {
        let files = try BatchFiles()
        let error = #expect(throws: EngineError.self) {
            try ForecastBatch(input: files.path("none.csv"), horizon: 1, output: files.path("out.csv")).run()
        }
        #expect(error?.code == .notFound)
        #expect(files.names.isEmpty)
    }

    @Test func aHeaderAloneGivesAHeader() throws {
        let run = try ForecastRun("unique_id,ds,y\n")
        #expect(run.text == "unique_id,ds,mean,q0.05,q0.5,q0.95\n")
        #expect(run.outcome == BatchOutcome())
        #expect(run.outcome.exitCode == 0)
    }

    @Test func oneRowIsEnoughWhereTheFrequencyIsKnown() throws {
        let dated = try ForecastRun("unique_id,ds,y\na,2016-02-29,3\n", horizon: 1) { $0.frequency = .yearly }
        #expect(dated.rows.map { $0[1] } == ["2017-02-28"])
        let numbered = try ForecastRun("unique_id,ds,y\na,7,3\n", horizon: 1)
        #expect(numbered.rows.map { $0[1] } == ["8"])
        #expect(numbered.rows.allSatisfy { $0[2] == "3" })
    }

    @Test func namesComeBackAsTheyWent() throws {
        let run = try ForecastRun("unique_id,ds,y\n\"a,\"\"b\"\"\",1,3\n\"a,\"\"b\"\"\",2,3\n Ünï ,1,3\n", horizon: 1)
        let lines = run.text.split(separator: "\n").dropFirst()
        #expect(lines.map { $0.prefix(10) } == ["\"a,\"\"b\"\"\",", " Ünï ,3,3,"])
    }

    @Test func aSeriesOfUnboundedLengthIsRefused() throws {
        let run = try ForecastRun("unique_id,ds,y\na,1,3\na,2,3\nb,0,1\nb,999999999999,1\n", horizon: 1)
        #expect(run.rows.map { $0[0] } == ["a"])
        #expect(run.told.first?.hasPrefix("series 'b': it spans 1000000000000 periods") == true)
    }

    @Test func whatIsNoRegularFileIsReadAllTheSame() throws {
        let files = try BatchFiles()
        let input = try files.write("unique_id,ds,y\na,1,3\nb,1,3\na,2,3\n")
        let plain = ForecastBatch(input: input, horizon: 2, output: files.path("plain.csv"))
        #expect(try plain.run().exitCode == 0)
        try files.pipe(input, as: "pipe") { path in
            let batch = ForecastBatch(input: path, horizon: 2, output: files.path("out.csv"))
            let outcome = try batch.run()
            #expect(outcome.exitCode == 0)
        }
        #expect(files.text() == files.text("plain.csv"))
    }

    @Test(arguments: [
        ("12", 12.0), ("-0.25", -0.25), ("+3.", 3), (".5", 0.5), (" 7 ", 7), ("1.5E-05", 1.5e-05), ("1e3", 1000),
        ("123456789012345678901234567890", 1.2345678901234568e29), ("0.1000000000000000055511151231257827", 0.1),
        ("9007199254740993", 9_007_199_254_740_992), ("0.30000000000000004", 0.30000000000000004),
    ])
    func numbersAreReadToTheNearestDouble(text: String, expected: Double) {
        #expect(Array(text.utf8).withUnsafeBufferPointer { DecimalField($0) } == .number(expected))
    }

    @Test(arguments: ["1,5", "1.2.3", "e5", "1e", "1e+", "--1", "1 2", "nanny", ".", "-", "1e99999", "१"])
    func whatIsNoNumberIsNone(text: String) {
        #expect(Array(text.utf8).withUnsafeBufferPointer { DecimalField($0) } == .malformed)
    }
}
