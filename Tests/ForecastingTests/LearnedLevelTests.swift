import Dispatch
import Numerics
import Testing

@testable import Forecasting

@Suite("Levels and spreads learned from what series look like")
struct LearnedLevelTests {
    private static let days = 301

    /// Products that sell at a rate of their own, but nothing at all for four weeks that begin on one day in two
    /// hundred.
    private func pausing(_ count: Int, seed: UInt64, endsInPause: Bool = false) throws -> [(
        study: DemandStudy, rate: Double
    )] {
        var generator = SplitMix64(seed: seed)
        return try (0..<count).map { _ in
            let rate = 1.5 + 4 * generator.uniform()
            var left = 0
            var units = (0..<LearnedLevelTests.days).map { _ -> Double in
                left = left == 0 && generator.uniform() < 0.005 ? 28 : max(0, left - 1)
                return Double(generator.poisson(mean: left > 0 ? 0 : rate) ?? 0)
            }
            if endsInPause { for day in 1...26 { units[units.count - day] = 0 } }
            return (try #require(DemandStudy(try DemandHistory(units: units))), rate)
        }
    }

    /// Half of the products steady, half with days of many and of none.
    private func mixed(_ count: Int, seed: UInt64, days: Int = days) throws -> [[Double]] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { place in
            let rate = 1 + 3 * generator.uniform()
            return (0..<days).map { _ in
                if place % 2 == 0 { return Double(generator.poisson(mean: rate) ?? 0) }
                return generator.uniform() < 0.1 ? Double(generator.poisson(mean: 10 * rate) ?? 0) : 0
            }
        }
    }

    @Test("what comes back is learned to come back: a pause lowers the level less than the memories have it")
    func pauses() throws {
        let pool = PooledDemand(try pausing(120, seed: 1).map(\.study))
        var (plain, learned, usual) = (0.0, 0.0, 0.0)
        for (study, rate) in try pausing(60, seed: 2, endsInPause: true) {
            plain += 21 * (pool.weights * study.levels).sum()
            learned += study.forecast(pool).mean(days: 0..<21)
            // Two days of the pause are left, and now and then another one follows.
            usual += 19 * rate * 0.95
        }
        #expect(learned > plain && abs(learned - usual) < 0.7 * abs(plain - usual), "\(learned), \(plain), \(usual)")
    }

    @Test("uneven products are given more spread than even ones, and both come true as often as said")
    func spread() throws {
        let histories = try mixed(160, seed: 3, days: LearnedLevelTests.days + 21)
        let studies = try histories.map {
            try #require(DemandStudy(try DemandHistory(units: Array($0.prefix(LearnedLevelTests.days)))))
        }
        let pool = PooledDemand(studies)
        var within = [0.0, 0.0]
        var phi = [0.0, 0.0]
        for (place, study) in studies.enumerated() {
            let forecast = study.forecast(pool)
            let came = histories[place][LearnedLevelTests.days...].reduce(0, +)
            if came <= Double(forecast.quantile(0.9, days: 0..<21)) { within[place % 2] += 1 / 80.0 }
            phi[place % 2] += forecast.explanation.phi / 80
        }
        #expect(phi[1] > 2 * phi[0], "\(phi)")
        // Three deviations of 80 draws at nine in ten are 0.1.
        #expect(within.allSatisfy { $0 > 0.8 }, "\(within)")
    }

    @Test("from few looks nothing is learned but the weights of the memories")
    func few() throws {
        let series = try pausing(20, seed: 4)
        let pool = PooledDemand(series.map(\.study))
        for (study, _) in series {
            let plain = (pool.weights * study.levels).sum()
            #expect(abs(study.forecast(pool).mean(days: 0..<7) - 7 * plain) < 1e-9 * max(1, plain))
        }
    }

    @Test("the number of threads changes nothing")
    func threads() throws {
        let studies = try pausing(100, seed: 5).map(\.study)
        let parallel = PooledDemand(studies) { count, work in
            DispatchQueue.concurrentPerform(iterations: count) { work($0) }
        }
        #expect(parallel == PooledDemand(studies))
    }

    @Test("traits are ratios: they are the same for every series that sells twice as much, but for its size")
    func ratios() {
        func traits(_ factor: Double) -> LevelTraits.Values {
            let units = (0..<200).map { (day: Int) -> Double in
                let demand = 40 + 10 * (day % 7) + day % 3
                return factor * Double(demand)
            }
            var traits = LevelTraits(units: units, exposure: [Double](repeating: 1, count: 200), season: 7)
            return traits.before(200)
        }
        let (single, double) = (traits(1), traits(2))
        for memory in 0..<6 { #expect(abs(single[memory] - double[memory]) < 0.01) }
        #expect(abs(double[7] - single[7] - 0.693) < 0.01)
    }

    @Test("days that were not seen change nothing but the count of seasons; nothing, and huge numbers, are no trouble")
    func unseen() {
        let units = (0..<100).map { Double($0 % 5) }
        var seen = LevelTraits(units: units, exposure: [Double](repeating: 1, count: 100), season: 7)
        var gap = LevelTraits(
            units: units + [Double](repeating: 0, count: 3),
            exposure: [Double](repeating: 1, count: 100) + [Double](repeating: 0, count: 3), season: 7)
        let (before, after) = (seen.before(100), gap.before(103))
        for place in 0..<9 { #expect(before[place] == after[place]) }
        var empty = LevelTraits(units: [], exposure: [], season: 7)
        #expect((0..<16).allSatisfy { empty.before(0)[$0].isFinite })
        var huge = LevelTraits(
            units: [Double](repeating: 1e9, count: 60), exposure: [Double](repeating: 1, count: 60), season: 7)
        let values = huge.before(60)
        #expect((0..<16).allSatisfy { values[$0].isFinite })
    }

    @Test("a series beyond anything else of its file leaves the others finite and sensible")
    func hostile() throws {
        var studies = try pausing(100, seed: 6).map(\.study)
        let monster = try #require(
            DemandStudy(try DemandHistory(units: (0..<LearnedLevelTests.days).map { $0 % 2 == 0 ? 1e9 : 0 })))
        let usual = PooledDemand(studies)
        studies.append(monster)
        let pool = PooledDemand(studies)
        for study in studies.dropLast() {
            let (with, without) = (study.forecast(pool).mean(days: 0..<21), study.forecast(usual).mean(days: 0..<21))
            #expect(with.isFinite && with > 0.5 * without && with < 2 * without)
        }
        #expect(monster.forecast(pool).mean(days: 0..<21).isFinite)
    }
}
