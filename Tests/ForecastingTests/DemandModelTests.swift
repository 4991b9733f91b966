import Numerics
import Testing

@testable import Forecasting

@Suite("The demand model")
struct DemandModelTests {
    /// Demand of a known law: level × weekday, negative binomial with variance φ × mean.
    func simulated(
        days: Int, level: Double, profile: [Double] = Array(repeating: 1, count: 7), phi: Double = 1.5,
        using generator: inout SplitMix64
    ) -> [Double] {
        (0..<days).map { day in
            let mean = level * profile[day % 7]
            return Double(generator.negativeBinomial(mean: mean, variance: phi * mean) ?? 0)
        }
    }

    @Test("intervals of two weeks' demand hold the truth as often as they say", arguments: [0.3, 2, 15])
    func calibrated(level: Double) throws {
        var generator = SplitMix64(seed: 20_260)
        let profile = [0.8, 0.7, 0.8, 0.9, 1.1, 1.5, 1.2]
        let runs = 300
        // Shares of outcomes inside the central intervals; ties of a count are split by a uniform draw.
        var inside = [0.5: 0, 0.9: 0, 0.95: 0]
        var bias = 0.0
        for _ in 0..<runs {
            let units = simulated(days: 210 + 14, level: level, profile: profile, phi: 1.8, using: &generator)
            let history = try DemandHistory(units: Array(units.prefix(210)))
            let demand = try #require(DemandModel.fit(history)).demand(days: 0..<14)
            let total = units.suffix(14).reduce(0, +)
            bias += demand.mean - total
            let below = demand.cumulative(total - 1)
            let place = below + generator.uniform() * (demand.cumulative(total) - below)
            for width in inside.keys where abs(place - 0.5) < width / 2 { inside[width, default: 0] += 1 }
        }
        #expect(abs(bias) / Double(runs) < 0.05 * 14 * level + 0.1)
        for (width, count) in inside {
            let share = Double(count) / Double(runs)
            // Not too narrow by more than chance; somewhat wide, since a level that never moves is not assumed.
            let chance = (width * (1 - width) / Double(runs)).squareRoot()
            #expect(share > width - 2.5 * chance - 0.01, "\(width): \(share)")
            #expect(share < width + 2.5 * chance + 0.12 * (1 - width) + 0.06, "\(width): \(share)")
        }
    }

    @Test("a strong weekday pattern is found, a pattern of pure chance is not")
    func profile() throws {
        var generator = SplitMix64(seed: 5)
        let truth = [0.5, 0.6, 0.8, 1, 1.2, 1.7, 1.2]
        let strong = simulated(days: 364, level: 20, profile: truth, using: &generator)
        let found = try #require(DemandModel.fit(try DemandHistory(units: strong))).explanation.profile
        for (left, right) in zip(found, truth) { #expect(abs(left - right) < 0.08) }
        let flat = simulated(days: 364, level: 0.4, using: &generator)
        for factor in try #require(DemandModel.fit(try DemandHistory(units: flat))).explanation.profile {
            #expect(abs(factor - 1) < 0.15)
        }
    }

    @Test("the profile is aligned with the days to come, whatever day the history starts and ends on")
    func phase() throws {
        for (days, start) in [(70, 0), (71, 0), (75, 3), (90, 6)] {
            // Only Saturdays sell.
            let units = (0..<days).map { (start + $0) % 7 == 5 ? 14.0 : 1 }
            let forecast = try #require(DemandModel.fit(try DemandHistory(units: units, phase: start)))
            for day in 0..<14 {
                let isSaturday = (start + days + day) % 7 == 5
                #expect((forecast.mean(day: day) > 8) == isSaturday)
            }
            #expect(abs(forecast.mean(days: 3..<24) - (3..<24).reduce(0) { $0 + forecast.mean(day: $1) }) < 1e-9)
        }
    }

    @Test("the level follows a lasting change and forgets a passing one")
    func level() throws {
        var generator = SplitMix64(seed: 9)
        var units = simulated(days: 200, level: 5, using: &generator)
        units += simulated(days: 150, level: 12, using: &generator)
        let raised = try #require(DemandModel.fit(try DemandHistory(units: units)))
        #expect(abs(raised.explanation.level - 12) < 2.6)
    }

    @Test("days without stock do not lower the level, and days that sold out raise it")
    func censored() throws {
        var generator = SplitMix64(seed: 31)
        let truth = simulated(days: 280, level: 6, phi: 1.2, using: &generator)
        // Empty for a third of the time, in blocks.
        let share = truth.indices.map { $0 / 20 % 3 == 2 ? 0.0 : 1 }
        let empty = zip(truth, share).map { $0 * $1 }
        let aware = try #require(DemandModel.fit(try DemandHistory(units: empty, inStock: share)))
        #expect(abs(aware.explanation.level - 6) < 0.6)
        #expect(aware.explanation.censoredPeriods == share.count { $0 == 0 })
        #expect(aware.explanation.periodsUsed == share.count { $0 == 1 })
        // Every day begins with six units: half of the days sell out and show at most six.
        let cut = truth.map { min($0, 6) }
        let flags = truth.map { $0 >= 6 ? 0.0 : 1 }
        let bounded = try #require(DemandModel.fit(try DemandHistory(units: cut, inStock: flags)))
        let naive = try #require(DemandModel.fit(try DemandHistory(units: cut)))
        #expect(naive.explanation.level < 5.2)
        #expect(abs(bounded.explanation.level - 6) < 0.7)
    }

    @Test("a product never asked for has no expected demand, yet some risk")
    func never() throws {
        let forecast = try #require(DemandModel.fit(try DemandHistory(units: [Double](repeating: 0, count: 99))))
        #expect(forecast.mean(days: 0..<1000) == 0)
        #expect(forecast.explanation.demandClass == DemandClass.none)
        let demand = forecast.demand(days: 0..<30)
        // Jeffreys' posterior of a Poisson rate after 99 quiet days, over 30 more: (99.. + 1) ÷ (99.. + 31) to the half.
        #expect(abs(demand.probability(of: 0) - (100.0 / 130).squareRoot()) < 1e-9)
    }

    @Test("a young product's demand is wider than an old one's, and a shorter run's is never larger")
    func young() throws {
        var generator = SplitMix64(seed: 77)
        let units = simulated(days: 300, level: 4, using: &generator)
        let old = try #require(DemandModel.fit(try DemandHistory(units: units)))
        let young = try #require(DemandModel.fit(try DemandHistory(units: Array(units.suffix(5)))))
        let relative = { (demand: CountDistribution) in demand.variance.squareRoot() / demand.mean }
        #expect(relative(young.demand(days: 0..<28)) > relative(old.demand(days: 0..<28)))
        for x in stride(from: 0.0, to: 300, by: 7) {
            #expect(old.demand(days: 0..<20).cumulative(x) >= old.demand(days: 0..<21).cumulative(x) - 1e-9)
        }
        #expect(old.quantile(0.9, days: 0..<14) == old.demand(days: 0..<14).quantile(0.9))
    }

    @Test("zeros before the first sale of a fast product are the time before its launch")
    func launch() throws {
        let units = [Double](repeating: 0, count: 120) + (0..<60).map { Double(3 + $0 % 3) }
        let forecast = try #require(DemandModel.fit(try DemandHistory(units: units)))
        #expect(forecast.explanation.periodsBeforeLaunch == 120)
        #expect(abs(forecast.explanation.level - 4) < 0.2)
        let slow = (0..<180).map { $0 % 30 == 29 ? 1.0 : 0 }
        #expect(try #require(DemandModel.fit(try DemandHistory(units: slow))).explanation.periodsBeforeLaunch == 0)
    }

    @Test("the same history gives the same forecast, and units scale it")
    func pure() throws {
        var generator = SplitMix64(seed: 2)
        let units = simulated(days: 150, level: 30, using: &generator)
        let first = try #require(DemandModel.fit(try DemandHistory(units: units)))
        #expect(first == DemandModel.fit(try DemandHistory(units: units)))
        let tenfold = try #require(DemandModel.fit(try DemandHistory(units: units.map { $0 * 10 })))
        #expect(abs(tenfold.explanation.level / first.explanation.level - 10) < 0.3)
    }

    @Test("nothing seen means no forecast; a single period is enough for one")
    func little() throws {
        #expect(DemandModel.fit(try DemandHistory(units: [])) == nil)
        #expect(DemandModel.fit(try DemandHistory(units: [0, 0], inStock: [0, 0])) == nil)
        let single = try #require(DemandModel.fit(try DemandHistory(units: [3])))
        #expect(abs(single.explanation.level - 3) < 1e-9)
        let hidden = try #require(DemandModel.fit(try DemandHistory(units: [5], inStock: [0])))
        #expect(hidden.mean(day: 0) >= 5)
        let monthly = try #require(DemandModel.fit(try DemandHistory(units: [5, 6, 4, 5, 7], season: 1)))
        #expect(abs(monthly.mean(day: 0) - 5.4) < 1)
    }

    @Test("extreme histories give finite numbers")
    func extremes() throws {
        let histories: [[Double]] = [
            [1e9, 0, 0, 1e9], Array(repeating: 1e9, count: 60), [1e-9] + Array(repeating: 0, count: 400),
            (0..<200).map { $0 == 100 ? 1e9 : 0 }, (0..<60).map { $0 % 7 == 0 ? 1e6 : 0 },
        ]
        for units in histories {
            let forecast = try #require(DemandModel.fit(try DemandHistory(units: units)))
            let demand = forecast.demand(days: 0..<28)
            #expect(forecast.explanation.level.isFinite && forecast.explanation.level >= 0)
            #expect(forecast.explanation.phi.isFinite && forecast.explanation.kappa.isFinite)
            #expect(demand.mean.isFinite && demand.variance.isFinite && demand.quantile(0.99) >= 0)
            #expect(abs(demand.mean - forecast.mean(days: 0..<28)) <= 1e-6 * demand.mean)
        }
    }

    @Test("values out of range are refused with their place")
    func refused() {
        func code(_ units: [Double], inStock: [Double]? = nil, season: Int = 7, phase: Int = 0) -> ForecastingError? {
            do throws(ForecastingError) {
                _ = try DemandHistory(units: units, inStock: inStock, season: season, phase: phase)
                return nil
            } catch {
                return error
            }
        }
        for bad in [Double.nan, .infinity, -1, 2e9] {
            #expect(code([1, bad])?.code == .value)
            #expect(code([1, bad])?.period == 1)
            #expect(code([1], inStock: [bad])?.code == .share)
        }
        #expect(code([1], inStock: [])?.code == .length)
        #expect(code([1], season: 0)?.code == .season)
        #expect(code([1], phase: 7)?.code == .season)
    }
}
