import Forecasting
import Numerics
import Testing

@Suite struct ForecastComparisonTests {
    @Test func `errors are added up day by day, and what was saved is their difference`() throws {
        let found = try #require(ForecastComparison(actual: [10, 0, 5], set: [8, 1, 5], without: [12, 3, 1]))
        #expect(found.days == 3 && found.error == 3 && found.errorWithout == 9 && found.saved == 6)
        #expect(found.wape == 0.2 && found.wapeWithout == 0.6)
        #expect(found.bias == -1.0 / 15 && found.biasWithout == 1.0 / 15)
    }

    @Test func `the other way round it costs what it saved`() throws {
        var random = SplitMix64(seed: 5)
        func days() -> [Double] { (0..<40).map { _ in Double(random.next() % 30) } }
        for _ in 0..<50 {
            let (actual, set, without) = (days(), days(), days())
            let one = try #require(ForecastComparison(actual: actual, set: set, without: without))
            let other = try #require(ForecastComparison(actual: actual, set: without, without: set))
            #expect(one.saved == -other.saved && one.bias == other.biasWithout)
            #expect(one.error == zip(actual, set).map { ($0 - $1).magnitude }.reduce(0, +))
            let tenfold = try #require(
                ForecastComparison(
                    actual: actual.map { $0 * 10 }, set: set.map { $0 * 10 }, without: without.map { $0 * 10 }))
            #expect(tenfold.saved == 10 * one.saved && tenfold.wape == one.wape)
        }
    }

    @Test func `where nothing came there is an error and no share of it`() throws {
        let found = try #require(ForecastComparison(actual: [0, 0], set: [1, 1], without: [0, 0]))
        #expect(found.saved == -2 && found.wape == nil && found.bias == nil)
    }

    @Test func `what cannot be compared is not`() {
        #expect(ForecastComparison(actual: [], set: [], without: []) == nil)
        #expect(ForecastComparison(actual: [1], set: [1, 2], without: [1]) == nil)
        #expect(ForecastComparison(actual: [1], set: [1], without: [1, 2]) == nil)
        for bad in [Double.nan, .infinity, -.infinity] {
            #expect(ForecastComparison(actual: [bad], set: [1], without: [1]) == nil)
            #expect(ForecastComparison(actual: [1], set: [bad], without: [1]) == nil)
            #expect(ForecastComparison(actual: [1], set: [1], without: [bad]) == nil)
        }
        #expect(ForecastComparison(actual: [-1e308], set: [1e308], without: [1]) == nil, "beyond all numbers")
    }
}
