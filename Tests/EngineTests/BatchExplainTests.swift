import Domain
import Forecasting
import Testing

@testable import Engine

@Suite("Why a series of a file is forecast as it is")
struct BatchExplainTests {
    private func explain(
        _ name: String, _ input: String, horizon: Int = 7, _ change: (inout ForecastBatch) throws -> Void = { _ in }
    ) throws -> ForecastExplanation {
        let files = try BatchFiles()
        var batch = ForecastBatch(input: try files.write(input), horizon: horizon)
        try change(&batch)
        return try batch.explain(name)
    }

    @Test("it ends in the very forecast that is written", arguments: [ForecastModel.auto, .counts, .ets, .sba])
    func sameForecast(model: ForecastModel) throws {
        let input = daily([("a", demand(90, mean: 12, seed: 1)), ("b", demand(80, mean: 2, seed: 2))])
        let run = try ForecastRun(input, horizon: 7) { $0.model = model }
        for name in ["a", "b"] {
            let found = try explain(name, input) { $0.model = model }
            let rows = run.rows.filter { $0[0] == name }
            #expect(found.forecast.map(\.period) == rows.map { $0[1] })
            for (period, row) in zip(found.forecast, rows) {
                #expect(abs(period.mean - (try #require(Double(row[2])))) < 1e-6)
                #expect(period.quantiles == row[3...].compactMap { Double($0) })
            }
        }
    }

    @Test("candidates, weights, rivals' errors and what was found are all there")
    func whole() throws {
        var units = (0..<140).map { 9 + $0 * 5 % 7 + $0 * $0 % 3 }
        units[60] = 900
        for day in 100..<140 { units[day] *= 4 }
        let found = try explain("a", daily([("a", units), ("b", [1, 2, 3])]))
        #expect(found.model == "local")
        #expect(found.findings.outsize.map(\.period) == ["2016-03-01"])
        #expect(found.findings.shifts.count == 1)
        #expect(abs(found.candidates.reduce(0) { $0 + $1.weight } - 1) < 1e-9)
        #expect(found.candidates.allSatisfy { $0.error != nil && !$0.parameters.isEmpty })
        #expect(found.heldBack == 21)
        let models = Set(found.rivals.map(\.model))
        #expect(models.isSuperset(of: ["local", "counts", "naive", "seasonal-naive", "ets", "croston", "imapa"]))
        let errors = found.rivals.compactMap(\.scores.wape)
        #expect(errors == errors.sorted())
        for word in ["level shift", "outsize", "candidate", "in use", "2016-05-20"] {
            #expect(found.text.contains(word))
        }
        #expect(found.json.contains("\"candidates\""))
    }

    @Test("a rival's score is that of a back-test of the file with that model")
    func rivals() throws {
        let input = daily([("a", demand(90, mean: 12, seed: 1))])
        let found = try explain("a", input)
        for model in [ForecastModel.naive, .counts, .sba] {
            let run = try ForecastRun(input, horizon: 7) { batch in
                batch.model = model
                batch.evaluate = found.heldBack
            }
            let rival = found.rivals.first { $0.model == model.rawValue }
            #expect(rival?.scores == run.outcome.evaluation?.all)
        }
    }

    @Test("stock that ran out is told, and the model of counts takes over")
    func censored() throws {
        var text = "unique_id,ds,y,open\n"
        for (index, value) in demand(60, mean: 6, seed: 8).enumerated() {
            let isOut = index % 10 == 9
            text += "a,\(index + 1),\(isOut ? 0 : value),\(isOut ? 0 : 1)\n"
        }
        let found = try explain("a", text) { $0.inStock = "open" }
        #expect(found.model == "counts")
        #expect(found.findings.unobserved == 6)
        #expect(found.counts?.censoredPeriods == 6)
        #expect(found.text.contains("model of counts"))
    }

    @Test("a series that is not there is not found; one without history says why")
    func missing() throws {
        let input = daily([("a", demand(30, mean: 6, seed: 8))])
        let error = #expect(throws: EngineError.self) { try explain("b", input) }
        #expect(error?.code == .notFound)
        let gappy = "unique_id,ds,y\na,2016-01-01,1\na,2016-01-02,2\na,2016-01-05,2\n"
        let refused = #expect(throws: EngineError.self) { try explain("a", gappy) { $0.fill = .error } }
        #expect(refused?.code == .usage)
        #expect(refused?.message.contains("2016-01-03") == true)
    }

    @Test(
        "short, empty and constant series have an explanation too",
        arguments: [[4], [0, 0, 0, 0], [Int](repeating: 7, count: 40), [1, 2]])
    func small(units: [Int]) throws {
        let found = try explain("a", daily([("a", units)])) { $0.frequency = .daily }
        #expect(found.findings.periods == units.count)
        #expect(found.text.contains("history"))
        #expect(found.json.count > 100)
    }
}
