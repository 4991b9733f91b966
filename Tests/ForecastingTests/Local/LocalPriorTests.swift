import Testing

@testable import Forecasting

@Suite("Prior over many series")
struct LocalPriorTests {
    @Test("where demand stays the weights add up to one, where it fades to less, and forecasts are right on the whole")
    func fading() throws {
        func range(_ last: Double) -> [[Double]] {
            (0..<150).map { k in
                let rate = 0.3 + Double(k % 10) * 0.3
                // Rates fall (or not) evenly from the first to the last of 48 months.
                return (0..<48).map { t in
                    let level = rate * (1 - (1 - last) * Double(t) / 47)
                    return AutomaticLocalTests.days(1, rate: level, seed: UInt64(k * 1000 + t))[0]
                }
            }
        }
        let steady = try #require(LocalPrior.learn(range(1), horizon: 6))
        #expect(abs(steady.weights.reduce(0, +) - 1) < 0.06)
        #expect(steady.totals == 600)
        let series = range(0.3)
        let prior = try #require(LocalPrior.learn(series.map { Array($0.prefix(42)) }, horizon: 6))
        #expect(prior.weights.reduce(0, +) < 0.9)
        var forecast = 0.0
        var plain = 0.0
        var actual = 0.0
        for units in series {
            let past = Array(units.prefix(42))
            forecast += try #require(AutomaticLocal.forecast(past, horizon: 6, prior: prior)).mean.reduce(0, +)
            plain += try #require(AutomaticLocal.forecast(past, horizon: 6)).mean.reduce(0, +)
            actual += units.suffix(6).reduce(0, +)
        }
        #expect(abs(forecast / actual - 1) < abs(plain / actual - 1) / 2)
    }

    @Test("products that stop for good and those that come back are told apart")
    func returning() throws {
        // Every product is away from day 150 for 60 days, or for ever; totals are looked at while it is away.
        func range(isBack: Bool) -> [[Double]] {
            (0..<80).map { k in
                var units = AutomaticLocalTests.days(230, rate: 1.5, seed: UInt64(k))
                for t in 150..<(isBack ? 195 : 230) { units[t] = 0 }
                return units
            }
        }
        #expect(try #require(LocalPrior.learn(range(isBack: false), horizon: 20)).returning < 0.05)
        #expect(try #require(LocalPrior.learn(range(isBack: true), horizon: 20)).returning > 0.9)
    }

    @Test("weights have the least weighted squared error of all on a grid")
    func grid() throws {
        let series = (0..<60).map {
            AutomaticLocalTests.days(40, rate: 0.2 + Double($0 % 7) * 0.4, seed: UInt64($0 + 7))
        }
        let prior = try #require(LocalPrior.learn(series, horizon: 4))
        var rows: [(SIMD4<Double>, Double)] = []
        for units in series {
            let moments = [30, 32, 34, 36]
            let levels = try #require(
                DemandLevels(units, season: 1, horizon: 4, returns: prior.returning, moments: moments))
            for (moment, level) in zip(moments, levels.snapshots) {
                rows.append((level * 4, units[moment..<(moment + 4)].reduce(0, +)))
            }
        }
        let size = rows.reduce(0) { $0 + $1.0.sum() / 4 } / Double(rows.count)
        func loss(_ weights: SIMD4<Double>) -> Double {
            rows.reduce(0) { sum, row in
                let error = (weights * row.0).sum() - row.1
                let scale = max(row.0.sum() / 4 / size, 0.1)
                return sum + error * error / (scale.squareRoot() * scale.squareRoot().squareRoot())
            }
        }
        let found = loss(SIMD4(prior.weights[0], prior.weights[1], prior.weights[2], prior.weights[3]))
        let steps = stride(from: 0.0, through: 1, by: 0.25)
        for a in steps {
            for b in steps {
                for c in steps {
                    for d in steps { #expect(found <= loss(SIMD4(a, b, c, d)) * (1 + 1e-9)) }
                }
            }
        }
    }

    @Test("too few series, and series that are no demand, teach nothing")
    func refused() {
        #expect(LocalPrior.learn([], horizon: 6) == nil)
        #expect(LocalPrior.learn([[1, 2, 3]], horizon: 1) == nil)
        #expect(LocalPrior.learn([[Double]](repeating: PublishedSeries.airPassengers, count: 60), horizon: 6) == nil)
        #expect(LocalPrior.learn([[Double]](repeating: [0, 1, 0, 2], count: 60), horizon: 0) == nil)
        #expect(LocalPrior.learn([[Double]](repeating: [0, 0, 0, 0, 0, 0, 0, 0], count: 60), horizon: 1) == nil)
        #expect(LocalPrior.learn([[Double]](repeating: [0, 1, 0, 2], count: 60), horizon: .max) == nil)
    }
}
