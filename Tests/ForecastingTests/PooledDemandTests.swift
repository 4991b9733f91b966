import Numerics
import Testing

@testable import Forecasting

@Suite("What series have in common")
struct PooledDemandTests {
    /// Series whose rate stays for good, or jumps every `stays` days to one that has nothing to do with the last.
    private func studies(_ count: Int, stays: Int?, seed: UInt64, days: Int = 280) throws -> [DemandStudy] {
        var generator = SplitMix64(seed: seed)
        return try (0..<count).map { _ in
            var rate = 1 + 6 * generator.uniform()
            let units = (0..<days).map { day -> Double in
                if let stays, day % stays == 0 { rate = 1 + 6 * generator.uniform() }
                return Double(generator.poisson(mean: rate) ?? 0)
            }
            return try #require(DemandStudy(try DemandHistory(units: units)))
        }
    }

    @Test("from nothing comes what is usual")
    func none() throws {
        #expect(PooledDemand([DemandStudy]()) == .usual)
        let never = try #require(DemandStudy(try DemandHistory(units: [Double](repeating: 0, count: 300))))
        #expect(PooledDemand([never]) == .usual)
        #expect(never.forecast(.usual).mean(days: 0..<7) == 0)
    }

    @Test("steady series are forecast by what is old, restless ones by what is new")
    func weights() throws {
        let steady = PooledDemand(try studies(120, stays: nil, seed: 1))
        let restless = PooledDemand(try studies(120, stays: 60, seed: 2))
        #expect(steady.weights[2] > 0.7 && steady.weights[0] < 0.15, "\(steady)")
        #expect(restless.weights[2] < 0.4 && restless.weights[0] > 0.3, "\(restless)")
        for pool in [steady, restless] {
            #expect(pool.weights.min() >= 0)
            #expect(abs(pool.weights.sum() - 1) < 0.1)
        }
    }

    @Test("shared weights forecast new days of steady series better than each series alone")
    func betterTogether() throws {
        var generator = SplitMix64(seed: 3)
        var (alone, together) = (0.0, 0.0)
        var series: [(study: DemandStudy, came: Double)] = []
        for _ in 0..<150 {
            let rate = 0.3 + 3 * generator.uniform()
            let units = (0..<301).map { _ in Double(generator.poisson(mean: rate) ?? 0) }
            let study = try #require(DemandStudy(try DemandHistory(units: Array(units.prefix(280)))))
            series.append((study, 21 * rate))
        }
        let pool = PooledDemand(series.map(\.study))
        for (study, came) in series {
            let own = study.forecast().mean(days: 0..<21) - came
            let shared = study.forecast(pool).mean(days: 0..<21) - came
            alone += own * own
            together += shared * shared
        }
        #expect(together < 0.8 * alone, "\(together) against \(alone)")
    }

    @Test("a series that lately strayed from what is usual is less certain")
    func straying() throws {
        let steady = [Double](repeating: 4, count: 280)
        var paused = steady
        for day in 260..<280 { paused[day] = 0 }
        let usual = try #require(DemandModel.fit(try DemandHistory(units: steady), pool: .usual))
        let strayed = try #require(DemandModel.fit(try DemandHistory(units: paused), pool: .usual))
        #expect(strayed.mean(days: 0..<21) < usual.mean(days: 0..<21))
        // It comes back to some extent: a pause is not taken for the end.
        #expect(strayed.mean(days: 0..<21) > 0.3 * usual.mean(days: 0..<21))
        #expect(strayed.explanation.kappa > 1.5 * usual.explanation.kappa)
    }

    @Test("a doubled history doubles the level, and equal input gives equal output")
    func scale() throws {
        let all = try studies(20, stays: 60, seed: 5)
        #expect(PooledDemand(all) == PooledDemand(all))
        let units = (0..<200).map { Double($0 % 5) }
        let single = try #require(DemandModel.fit(try DemandHistory(units: units), pool: .usual))
        let double = try #require(DemandModel.fit(try DemandHistory(units: units.map { 2 * $0 }), pool: .usual))
        #expect(abs(double.mean(days: 0..<7) - 2 * single.mean(days: 0..<7)) < 1e-6)
    }

    @Test("short, empty and cut-off series are studied without a look back")
    func short() throws {
        #expect(DemandStudy(try DemandHistory(units: [])) == nil)
        let few = try #require(DemandStudy(try DemandHistory(units: [3, 0, 2])))
        #expect(few.looks.isEmpty)
        #expect(few.forecast(.usual).mean(days: 0..<7) > 0)
        let hidden = try DemandHistory(
            units: [Double](repeating: 0, count: 90) + [2], inStock: [Double](repeating: 0, count: 90) + [1])
        #expect(try #require(DemandStudy(hidden)).looks.isEmpty)
    }
}
