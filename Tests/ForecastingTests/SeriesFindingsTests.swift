import Numerics
import Testing

@testable import Forecasting

@Suite("What is to be seen in a series")
struct SeriesFindingsTests {
    private static func days(_ count: Int, rate: (Int) -> Double, seed: UInt64 = 6) -> [Double] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { Double(generator.poisson(mean: rate($0)) ?? 0) }
    }

    @Test("a shift of the level is found on its day, under a weekly season too")
    func shift() throws {
        let units = Self.days(280) { ($0 < 150 ? 10 : 25) * ($0 % 7 > 4 ? 2 : 0.6) }
        let found = SeriesFindings(units: units, season: 7)
        #expect(found.shifts.count == 1)
        let shift = try #require(found.shifts.first)
        #expect(abs(shift.day - 150) <= 3)
        #expect(abs(shift.before - 10) < 1.5)
        #expect(abs(shift.after - 25) < 2)
        #expect(abs((found.profile.max() ?? 0) - 2) < 0.2)
        #expect(found.outsize.isEmpty)
        #expect(!found.demandClass.isIntermittent)
    }

    @Test("an order of a hundred times the usual is outsize and no shift")
    func outsize() {
        var units = Self.days(200) { _ in 5 }
        units[77] = 500
        let found = SeriesFindings(units: units, season: 7)
        #expect(found.outsize.map(\.index) == [77])
        #expect(found.shifts.isEmpty)
    }

    @Test("the time before launch, gaps and periods cut short are told apart")
    func launch() {
        let units = [Double](repeating: 0, count: 60) + Self.days(100) { _ in 4 }
        var inStock = [Double](repeating: 1, count: 160)
        inStock[100] = 0
        inStock[101] = 0.5
        let found = SeriesFindings(units: units, inStock: inStock, season: 7)
        #expect((60...64).contains(found.beforeLaunch))
        #expect(found.periods == 160)
        #expect(found.unobserved == 1)
        #expect(found.cut == 1)
        #expect(abs(found.mean - 4) < 0.6)
    }

    @Test("ten times the series is ten times what is found; hostile series never trap")
    func hostile() {
        let units = Self.days(120) { $0 < 60 ? 3 : 12 }
        let (one, ten) = (SeriesFindings(units: units), SeriesFindings(units: units.map { $0 * 10 }))
        #expect(one.shifts.map(\.day) == ten.shifts.map(\.day))
        #expect(abs(ten.mean - 10 * one.mean) < 1e-9)
        let hostile: [[Double]] = [
            [], [0], [3], [.nan], [-1, -2], [.infinity], [Double](repeating: 0, count: 40),
            [Double](repeating: 9, count: 40), [Double](repeating: 1e300, count: 40),
            (0..<40).map { $0 % 2 == 0 ? .nan : 1e-300 },
        ]
        for units in hostile {
            for season in [1, 7, 100] {
                let found = SeriesFindings(units: units, inStock: [1, 0.5, .nan, 2], season: season)
                #expect(found.periods == units.count)
                #expect(found == SeriesFindings(units: units, inStock: [1, 0.5, .nan, 2], season: season))
            }
        }
    }
}
