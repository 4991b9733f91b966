import Forecasting
import Numerics
import Testing

@Suite struct CarriedDemandTests {
    private static func counts(_ seed: UInt64, days: Int, mean: Double) -> [Double] {
        var random = SplitMix64(seed: seed)
        return (0..<days).map { _ in
            (0..<4).reduce(0) { sum, _ in sum + (Double.random(in: 0..<1, using: &random) < mean / 4 ? 1 : 0) }
        }
    }

    @Test func `a forecast carried on by some days is that of a fit on all of them, where only the level has moved`()
        throws
    {
        // Without a season the exposure of a day is 1 whatever was fitted, and the memories have no other parameter.
        let units = CarriedDemandTests.counts(5, days: 300, mean: 1.5)
        let whole = try #require(DemandStudy(DemandHistory(units: units, season: 1))).carried(.usual)
        var carried = try #require(DemandStudy(DemandHistory(units: Array(units.prefix(292)), season: 1))).carried(
            .usual)
        for units in units.suffix(8) { carried.take(units: units, inStock: 1) }
        for memory in 0..<3 { #expect(abs(carried.levels[memory] - whole.levels[memory]) < 1e-12) }
        #expect(abs(carried.forecast(.usual).mean(days: 0..<28) - whole.forecast(.usual).mean(days: 0..<28)) < 1e-9)
    }

    @Test func `days without stock move nothing but the day of the week`() throws {
        let units = (0..<140).map { $0 % 7 == 5 ? 9.0 : 3 }
        let study = try #require(DemandStudy(DemandHistory(units: units)))
        var carried = study.carried(.usual)
        for _ in 0..<3 { carried.take(units: 0, inStock: 0) }
        #expect(carried.levels == study.carried(.usual).levels)
        let (before, after) = (study.carried(.usual).forecast(.usual), carried.forecast(.usual))
        #expect(abs(after.mean(day: 2) - before.mean(day: 5)) < 1e-12, "Saturday is two days off instead of five")
        #expect(after.explanation.censoredPeriods == before.explanation.censoredPeriods + 3)
    }

    @Test func `units sold without known stock are the least that was asked for`() throws {
        let study = try #require(DemandStudy(DemandHistory(units: CarriedDemandTests.counts(9, days: 200, mean: 2))))
        var sold = study.carried(.usual)
        var hidden = study.carried(.usual)
        sold.take(units: 4, inStock: 1)
        hidden.take(units: 4, inStock: 0)
        #expect(hidden.levels[0] >= sold.levels[0])
        for bad in [Double.nan, -1, .infinity, 1e12] {
            var odd = study.carried(.usual)
            odd.take(units: bad, inStock: 1)
            #expect(odd.levels == study.carried(.usual).levels)
        }
    }

    @Test func `what is kept comes back as it was, and what is damaged does not come back`() throws {
        let study = try #require(DemandStudy(DemandHistory(units: CarriedDemandTests.counts(2, days: 100, mean: 0.3))))
        let numbers = study.carried(.usual).numbers
        #expect(CarriedDemand(numbers: numbers) == study.carried(.usual))
        #expect(CarriedDemand(numbers: []) == nil)
        #expect(CarriedDemand(numbers: Array(numbers.prefix(14))) == nil)
        for place in numbers.indices {
            var damaged = numbers
            damaged[place] = .nan
            #expect(CarriedDemand(numbers: damaged) == nil)
            damaged[place] = -1e300
            #expect(CarriedDemand(numbers: damaged) == nil)
        }
        let pool = PooledDemand([study])
        #expect(PooledDemand(numbers: pool.numbers) == pool)
        #expect(PooledDemand(numbers: [1, 2]) == nil)
    }

    @Test func `a product never asked for has no demand and a small risk, until the first order`() throws {
        var carried = try #require(DemandStudy(DemandHistory(units: [Double](repeating: 0, count: 60)))).carried(.usual)
        #expect(carried.forecast(.usual).mean(days: 0..<7) == 0)
        let risk = carried.forecast(.usual).demand(days: 0..<7).mean
        #expect(risk > 0 && risk < 0.1)
        carried.take(units: 3, inStock: 1)
        #expect(carried.forecast(.usual).mean(days: 0..<7) > 0)
    }

    @Test func `multipliers lift their days and no others`() throws {
        var forecast = try #require(DemandModel.fit(DemandHistory(units: (0..<140).map { $0 % 7 == 5 ? 9.0 : 3 })))
        let plain = forecast
        forecast.multipliers = [1, 2, 0]
        #expect(abs(forecast.mean(day: 1) - 2 * plain.mean(day: 1)) < 1e-12)
        #expect(forecast.mean(day: 2) == 0 && forecast.mean(day: 3) == plain.mean(day: 3))
        let expected = plain.mean(day: 0) + 2 * plain.mean(day: 1) + plain.mean(days: 3..<40)
        #expect(abs(forecast.mean(days: 0..<40) - expected) < 1e-9)
        #expect(abs(forecast.demand(days: 0..<40).mean - expected) < 1e-6)
        #expect(abs(forecast.mean(days: 5..<9) - plain.mean(days: 5..<9)) < 1e-12)
    }
}
