import Numerics
import Testing

@testable import Forecasting

@Suite("Series with several seasons")
struct SeveralSeasonsTests {
    /// Hours with a day and a week, and chance about them.
    private static func hours(_ count: Int, noise: Double, seed: UInt64 = 3) -> [Double] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { t in
            let hour = [0, 0, 0, 0, 1, 3, 6, 9, 12, 14, 15, 15, 14, 13, 12, 12, 13, 15, 14, 10, 6, 3, 1, 0][t % 24]
            let day = [0, 2, 1, 3, 8, 14, -6][t / 24 % 7]
            return 200 + 4 * Double(hour) + 3 * Double(day) + noise * (2 * generator.uniform() - 1)
        }
    }

    @Test("a sum of two seasons is taken apart exactly, each of mean 0")
    func exact() throws {
        let units = Self.hours(24 * 7 * 6, noise: 0)
        let parts = try #require(SeveralSeasons(units, seasons: [168, 24]))
        #expect(parts.lengths == [24, 168])
        for own in parts.indices { #expect(abs(own.reduce(0, +)) < 1e-6) }
        let rest = parts.rest
        let mean = rest.reduce(0, +) / Double(rest.count)
        #expect(rest.allSatisfy { abs($0 - mean) < 1e-6 })
        for t in units.indices { #expect(abs(rest[t] + parts.effect(t) - units[t]) < 1e-9) }
    }

    @Test("a season that is not there adds next to nothing")
    func absent() throws {
        var generator = SplitMix64(seed: 12)
        let units = (0..<400).map { 50 + ($0 % 5 == 0 ? 20.0 : 0) + 4 * generator.uniform() }
        let parts = try #require(SeveralSeasons(units, seasons: [5, 37]))
        let largest = parts.indices[1].map { abs($0) }.max() ?? .infinity
        #expect(largest < 1)
        #expect(abs((parts.indices[0].max() ?? 0) - 16) < 1.5)
    }

    @Test("two seasons forecast hours better than either alone")
    func better() throws {
        let units = Self.hours(24 * 7 * 7, noise: 6)
        let (past, truth) = (Array(units[..<(24 * 7 * 6)]), Array(units[(24 * 7 * 6)...]))
        func error(_ mean: [Double]) -> Double {
            zip(mean, truth).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(truth.count)
        }
        let both = try #require(AutomaticLocal.forecast(past, horizon: 168, seasons: [24, 168]))
        let day = try #require(AutomaticLocal.forecast(past, horizon: 168, season: 24))
        #expect(error(both.mean) < 0.5 * error(day.mean))
        #expect(error(both.mean) < 4.5)
        #expect(both.candidates.map(\.model).contains("Season 24 and 168"))
        #expect(abs(both.candidates.reduce(0) { $0 + $1.weight } - 1) < 1e-9)
    }

    @Test("one season is the plain forecast, and seasons too long for the series are left out")
    func plain() {
        let units = Self.hours(100, noise: 3)
        let plain = AutomaticLocal.forecast(units, horizon: 24, season: 24)
        #expect(AutomaticLocal.forecast(units, horizon: 24, seasons: [24]) == plain)
        #expect(AutomaticLocal.forecast(units, horizon: 24, seasons: [24, 168]) == plain)
        #expect(
            AutomaticLocal.forecast(units, horizon: 24, seasons: []) == AutomaticLocal.forecast(units, horizon: 24))
    }

    @Test("a shift of the series shifts the forecast, a factor multiplies it")
    func equivariance() throws {
        let units = Self.hours(24 * 7 * 5, noise: 5)
        let plain = try #require(SeveralSeasons(units, seasons: [24, 168]))
        let shifted = try #require(SeveralSeasons(units.map { $0 + 1000 }, seasons: [24, 168]))
        let scaled = try #require(SeveralSeasons(units.map { $0 * 8 }, seasons: [24, 168]))
        for t in units.indices {
            #expect(abs(shifted.effect(t) - plain.effect(t)) < 1e-6)
            #expect(abs(scaled.effect(t) - 8 * plain.effect(t)) < 1e-6)
        }
    }

    @Test("holes are passed over; nothing, infinities and huge values never trap")
    func hostile() throws {
        var units = Self.hours(24 * 7 * 6, noise: 0)
        for t in stride(from: 5, to: units.count, by: 11) { units[t] = .nan }
        let parts = try #require(SeveralSeasons(units, seasons: [24, 168]))
        #expect(parts.rest.indices.allSatisfy { parts.rest[$0].isNaN == units[$0].isNaN })
        #expect(abs(parts.effect(8) - parts.effect(0) - 48) < 2)
        #expect(SeveralSeasons([], seasons: [2, 3]) == nil)
        #expect(SeveralSeasons([1, 2, 3, 4, .infinity, 3], seasons: [2]) == nil)
        #expect(SeveralSeasons([1, 2, 3], seasons: [0, -7, 1, .max]) == nil)
        let hostile: [[Double]] = [
            [], [1], [Double](repeating: .nan, count: 30), [Double](repeating: 0, count: 30),
            [Double](repeating: 7, count: 30), (0..<30).map { $0 % 2 == 0 ? 1e300 : 0 },
            (0..<30).map { $0 % 2 == 0 ? -1e300 : 1e300 }, (0..<30).map { $0 == 3 ? .infinity : 1 },
            (0..<30).map { Double($0 % 6) - 3 },
        ]
        for units in hostile {
            let found = AutomaticLocal.forecast(units, horizon: 4, seasons: [2, 3, 7])
            #expect(found?.mean.allSatisfy(\.isFinite) ?? true)
            #expect(found == AutomaticLocal.forecast(units, horizon: 4, seasons: [7, 3, 2]))
        }
    }
}
