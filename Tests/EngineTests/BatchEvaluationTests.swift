import Domain
import Numerics
import Testing

@testable import Engine

@Suite("A back-test of a file")
struct BatchEvaluationTests {
    /// A week of days, over and over, with a step of 1 a week; and shops of every kind of demand.
    private static let kinds: [(id: String, units: [Int])] = [
        ("smooth", (0..<56).map { 20 + $0 % 3 }),
        ("erratic", (0..<56).map { $0 % 8 == 0 ? 40 : 2 }),
        ("seldom", (0..<56).map { $0 % 4 == 0 ? 2 : 0 }),
        ("lumpy", (0..<56).map { $0 % 4 == 0 ? ($0 % 16 == 0 ? 12 : 1) : 0 }),
        ("nothing", [Int](repeating: 0, count: 56)),
    ]

    private func evaluate(
        _ input: String, heldBack: Int, horizon: Int, _ change: (inout ForecastBatch) -> Void = { _ in }
    ) throws -> ForecastEvaluation {
        let run = try ForecastRun(input, horizon: horizon) { batch in
            batch.evaluate = heldBack
            change(&batch)
        }
        return try #require(run.outcome.evaluation)
    }

    @Test("series are told apart by kind of demand and by volume, and the classes add up to all")
    func classes() throws {
        let found = try evaluate(daily(BatchEvaluationTests.kinds), heldBack: 14, horizon: 7)
        let names = found.classes.map { "\($0.kind) \($0.name) \($0.scores.series)" }
        #expect(
            names == [
                "demand smooth 1", "demand erratic 1", "demand intermittent 1", "demand lumpy 1",
                "demand no demand 1", "volume A 2", "volume B 1", "volume C 2",
            ])
        for kind in ["demand", "volume"] {
            let own = found.classes.filter { $0.kind == kind }.map { $0.scores }
            #expect(own.reduce(0) { $0 + $1.series } == found.all.series)
            #expect(own.reduce(0) { $0 + $1.periods } == found.all.periods)
        }
        #expect(found.table.contains("lumpy"))
    }

    @Test("MASE divides by the seasonal steps of what lies before the first origin, as Accuracy has it")
    func mase() throws {
        let units = demand(70, mean: 30, seed: 4)
        let found = try evaluate(daily([("a", units)]), heldBack: 14, horizon: 14) { $0.model = .seasonalNaive }
        let values = units.map(Double.init)
        // The last week before the origin, twice.
        let forecast = (0..<14).map { values[49 + $0 % 7] }
        let expected = Accuracy.mase(
            actual: Array(values[56...]), forecast: forecast, history: Array(values[..<56]), season: 7)
        #expect(abs(try #require(found.all.mase) - (try #require(expected))) < 1e-9)
        let wape = Accuracy.wape(actual: Array(values[56...]), forecast: forecast)
        #expect(abs(try #require(found.all.wape) - (try #require(wape))) < 1e-9)
    }

    @Test("a constant series has no scale, and is left out of scaled scores alone")
    func constant() throws {
        let found = try evaluate(daily([("a", [Int](repeating: 5, count: 30))]), heldBack: 5, horizon: 5)
        #expect(found.all.mase == nil)
        #expect(found.all.rmsse == nil)
        #expect(found.all.scaledPinball == nil)
        #expect(try #require(found.all.wape) < 0.05)
        #expect(found.json.contains("\"wape\""))
        #expect(!found.json.contains("\"mase\""))
    }

    @Test("nothing sold in what is held back divides by nothing")
    func nothingSold() throws {
        let units = demand(40, mean: 3, seed: 2) + [Int](repeating: 0, count: 7)
        let found = try evaluate(daily([("a", units)]), heldBack: 7, horizon: 7)
        #expect(found.all.wape == nil)
        #expect(found.all.crps == nil)
        #expect(found.all.mase != nil)
        #expect(found.all.levels.allSatisfy { $0.atOrBelow == 1 })
    }

    @Test("the CRPS of a Poisson forecast is near that of its distribution")
    func crps() throws {
        // Croston's forecast of a constant is that constant; its spread is Poisson's.
        let truth = [9, 14, 4, 9, 11]
        let units = [Int](repeating: 9, count: 40) + truth
        let found = try evaluate(daily([("a", units)]), heldBack: 5, horizon: 5) { $0.model = .croston }
        let poisson = try #require(CountDistribution.poisson(mean: 9))
        let exact = truth.reduce(0.0) { $0 + (Accuracy.crps(actual: Double($1), forecast: poisson) ?? .nan) } / 47
        #expect(abs(try #require(found.all.crps) - exact) < 0.03 * exact)
    }

    @Test("intervals lie between levels as far from either end, ends included")
    func intervals() throws {
        let found = try evaluate(daily(BatchEvaluationTests.kinds), heldBack: 14, horizon: 7) { batch in
            batch.levels = ["0.9", "0.3", "0.1", "0.25", "0.75"].compactMap { QuantileLevel($0) }
        }
        #expect(found.all.intervals.map { [$0.from, $0.to] } == [[0.1, 0.9], [0.25, 0.75]])
        let cells = Double(found.all.periods)
        let outer = found.all.intervals[0].coverage
        #expect(outer >= found.all.intervals[1].coverage)
        // What is below the lower end and above the upper one is not within.
        let outside = found.all.levels[2].below + 1 - found.all.levels[0].atOrBelow
        #expect(abs(outer - (1 - outside)) < 1 / cells)
    }

    @Test("each origin sees only what lies before it: the future beyond what is scored changes nothing")
    func origins() throws {
        let units = demand(60, mean: 8, seed: 9)
        let short = try evaluate(daily([("a", Array(units[..<53]))]), heldBack: 7, horizon: 7)
        let long = try evaluate(daily([("a", units)]), heldBack: 14, horizon: 7)
        let last = try evaluate(daily([("a", units)]), heldBack: 7, horizon: 7)
        let sold = { (range: Range<Int>) in Double(units[range].reduce(0, +)) }
        let both = try #require(short.all.wape) * sold(46..<53) + (try #require(last.all.wape)) * sold(53..<60)
        #expect(abs(try #require(long.all.wape) * sold(46..<60) - both) < 1e-9)
    }

    @Test("periods out of stock are not scored, and any number of threads gives the same")
    func censored() throws {
        var text = "unique_id,ds,y,open\n"
        for name in ["a", "b", "c"] {
            for (index, value) in demand(60, mean: 6, seed: UInt64(name.utf8.first ?? 0)).enumerated() {
                let isOut = index % 10 == 9
                text += "\(name),\(index + 1),\(isOut ? 0 : value),\(isOut ? 0.4 : 1)\n"
            }
        }
        let one = try evaluate(text, heldBack: 20, horizon: 7) { $0.inStock = "open" }
        let two = try evaluate(text, heldBack: 20, horizon: 7) { batch in
            batch.inStock = "open"
            batch.jobs = 3
        }
        #expect(one.all.periods == 3 * 18)
        #expect(one == two)
    }
}
