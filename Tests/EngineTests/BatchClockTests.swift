import Testing

@testable import Engine

/// Hours of a day on which clocks change: 2016-03-27 has 23 of them in Vienna, 2016-10-30 has 25.
@Suite("Hours of days on which clocks change")
struct BatchClockTests {
    private func hours(_ day: String, _ hours: [Int]) -> [String] {
        hours.map { "\(day) " + ($0 < 10 ? "0" : "") + "\($0):00:00" }
    }

    private func file(_ times: [String]) -> String {
        "unique_id,ds,y\n"
            + times.enumerated().map { "a,\($1),\($0 % 24 == 3 ? 9 : 5)\n" }.joined()
    }

    @Test("the hour that local clocks leave out is a gap, no hour without demand")
    func spring() throws {
        let times =
            hours("2016-03-26", Array(0..<24)) + hours("2016-03-27", [0, 1] + Array(3..<24))
            + hours("2016-03-28", Array(0..<24))
        let input = "unique_id,ds,y\n" + times.map { "a,\($0),5\n" }.joined()
        let run = try ForecastRun(input, horizon: 2) { $0.model = .mean }
        #expect(run.outcome.exitCode == 0)
        #expect(run.rows.map { $0[1] } == ["2016-03-29 00:00:00", "2016-03-29 01:00:00"])
        #expect(run.rows.map { $0[2] } == ["5", "5"])
        let zero = try ForecastRun(input, horizon: 2) { ($0.model, $0.fill) = (.mean, .zero) }
        #expect(try #require(Double(zero.rows[0][2])) < 5)
        let error = try ForecastRun(input, horizon: 2) { $0.fill = .error }
        #expect(error.told.contains { $0.contains("2016-03-27 02:00:00") })
    }

    @Test("the hour that local clocks have twice cannot be told apart: both rows are refused, the series goes on")
    func autumn() throws {
        let times = hours("2016-10-29", Array(0..<24)) + hours("2016-10-30", [0, 1, 2, 2] + Array(3..<24))
        let run = try ForecastRun(file(times), horizon: 1)
        #expect(run.outcome.refusedRows == 2)
        #expect(run.outcome.answered == 1)
        #expect(run.outcome.exitCode == 1)
        #expect(run.told.contains { $0.contains("2 rows for 2016-10-30 02:00:00 that differ; keep one") })
    }

    @Test("in UTC every hour is there once")
    func universal() throws {
        let times = (hours("2016-03-26", Array(0..<24)) + hours("2016-03-27", Array(0..<24))).map {
            $0.replacing(" ", with: "T") + "Z"
        }
        let run = try ForecastRun(file(times), horizon: 1) { $0.fill = .error }
        #expect(run.outcome.exitCode == 0)
        #expect(run.rows.map { $0[1] } == ["2016-03-28T00:00:00Z"])
    }

    @Test("offsets that change with the clocks are refused, with what to do")
    func offsets() throws {
        let input = "unique_id,ds,y\na,2016-03-27T01:00:00+01:00,4\na,2016-03-27T03:00:00+02:00,4\n"
        let error = #expect(throws: EngineError.self) { try ForecastRun(input) }
        #expect(error?.code == .usage)
        #expect(error?.message.contains("in UTC") == true)
    }

    @Test("days of local midnight are days, whichever way the clocks go")
    func days() throws {
        let input = "unique_id,ds,y\na,2016-03-26 00:00,4\na,2016-03-27 00:00,4\na,2016-03-28 00:00,5\n"
        let run = try ForecastRun(input, horizon: 1)
        #expect(run.rows.map { $0[1] } == ["2016-03-29 00:00"])
    }
}
