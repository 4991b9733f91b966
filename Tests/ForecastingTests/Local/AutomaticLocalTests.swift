import Numerics
import Testing

@testable import Forecasting

@Suite("Automatic local model")
struct AutomaticLocalTests {
    /// Demand of days: Poisson about a level, by weekday.
    static func days(_ count: Int, rate: Double, seed: UInt64, profile: [Double] = [1]) -> [Double] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { Double(random.poisson(mean: rate * profile[$0 % profile.count]) ?? 0) }
    }

    @Test("zeros and small whole numbers are demand; measures and negative values are not")
    func kinds() throws {
        #expect(AutomaticLocal.Kind([0, 3, 0, 1])?.isDemand == true)
        #expect(AutomaticLocal.Kind([4, 3, 7, 1])?.isDemand == true)
        #expect(AutomaticLocal.Kind([0, 2.5, 0, 1])?.isDemand == true)
        #expect(AutomaticLocal.Kind(PublishedSeries.airPassengers)?.isDemand == false)
        #expect(AutomaticLocal.Kind([0, -1, 2])?.isDemand == false)
        #expect(AutomaticLocal.Kind([.nan, 2.5, 2.25])?.isDemand == false)
        #expect(AutomaticLocal.Kind([.nan]) == nil)
        #expect(AutomaticLocal.Kind([1, .infinity]) == nil)
    }

    @Test("errors of demand's memories agree with a plain computation, and so do the weights")
    func memories() throws {
        let units = Self.days(60, rate: 0.8, seed: 4)
        let horizon = 5
        let forecast = try #require(AutomaticLocal.forecast(units, horizon: horizon))
        let first = DemandLevels.launch(units)
        var errors: [Double] = []
        for gain in [0.03, 0.06, 0.12, 0.24] {
            var squares = 0.0
            var count = 0.0
            for origin in max(first + horizon, units.count - 7 * horizon)...(units.count - horizon) {
                var level = 0.0
                for (k, value) in units[first..<origin].enumerated() {
                    level += max(gain, 1 / Double(k + 1)) * (value - level)
                }
                let error = level * Double(horizon) - units[origin..<(origin + horizon)].reduce(0, +)
                squares += error * error
                count += 1
            }
            errors.append((squares / count).squareRoot() / Double(horizon))
        }
        for (candidate, error) in zip(forecast.candidates, errors) {
            #expect(abs(try #require(candidate.error) - error) < 1e-9)
        }
        #expect(abs(forecast.candidates.reduce(0) { $0 + $1.weight } - 1) < 1e-12)
        let shares = forecast.candidates.map(\.weight)
        for a in 0..<4 {
            for b in 0..<4 where errors[a] < errors[b] { #expect(shares[a] > shares[b]) }
        }
    }

    @Test("errors of measured candidates agree with forecasts from the cut series, and the mean with their weights")
    func measured() throws {
        let units = PublishedSeries.airPassengers
        let forecast = try #require(AutomaticLocal.forecast(units, horizon: 6, season: 12))
        #expect(!forecast.isDemand)
        #expect(forecast.candidates.count == 4)
        var mean = [Double](repeating: 0, count: 6)
        let models: [([Double]) -> LocalFit?] = [
            { ETS.choose($0, season: 12) }, { Theta.optimised($0, season: 12, isDynamic: true) },
            { ETS.choose($0, forms: [.init(.additive, .damped, .none)]) }, Baseline.naive,
        ]
        for (candidate, model) in zip(forecast.candidates, models) {
            var error = 0.0
            for back in 1...3 {
                let cut = units.count - 6 * back
                let path = try #require(model(Array(units[..<cut]))).forecast(6)
                for h in 0..<6 { error += abs(units[cut + h] - path[h]) / 18 }
            }
            #expect(abs(try #require(candidate.error) - error) < 1e-6)
            let path = try #require(model(units)).forecast(6)
            for h in 0..<6 { mean[h] += candidate.weight * path[h] }
        }
        for h in 0..<6 { #expect(abs(mean[h] - forecast.mean[h]) < 1e-6) }
        // A season this plain is not forecast by the last value.
        #expect(forecast.candidates[3].weight < 0.1)
    }

    @Test("days of measures are forecast under the month's swing where there is one")
    func monthly() throws {
        var random = SplitMix64(seed: 21)
        let units = (0..<330).map { t in
            let week = [0.8, 0.9, 0.9, 1, 1.1, 1.3, 1][t % 7]
            // A fifth more in the first ten days of each month of thirty or thirty-one.
            let month = t * 2 % 61 < 20 ? 1.2 : 0.9
            return 500.5 * week * month * (1 + 0.02 * random.normal())
        }
        let forecast = try #require(AutomaticLocal.forecast(units, horizon: 28, season: 7))
        #expect(!forecast.isDemand)
        let swing = try #require(forecast.candidates.last)
        #expect(swing.model.hasSuffix("under a month's swing"))
        #expect(swing.weight > 0.5)
        let best = try #require(swing.error)
        for other in forecast.candidates.dropLast() { #expect(try #require(other.error) > best) }
    }

    @Test("a weekly pattern is found and continued")
    func weekly() throws {
        let profile = [0.4, 0.6, 0.8, 1, 1.2, 1.8, 1.2]
        let units = Self.days(300, rate: 6, seed: 9, profile: profile)
        let mean = try #require(AutomaticLocal.forecast(units, horizon: 14, season: 7)).mean
        for (h, value) in mean.enumerated() {
            #expect(abs(value - 6 * profile[(300 + h) % 7]) < 2.2)
            #expect(h < 7 || abs(value - mean[h - 7]) < 2)
        }
    }

    @Test("an empty shelf is not the end of a daily seller, but is where nothing says that products come back")
    func returning() throws {
        let units = Self.days(300, rate: 3, seed: 2) + [Double](repeating: 0, count: 40)
        let shop = try #require(AutomaticLocal.forecast(units, horizon: 7, season: 7))
        let share = try #require(shop.returning)
        #expect(share > 0.25 && share < 0.4)
        #expect(shop.mean.allSatisfy { $0 > 0.5 && $0 < 2 })
        let plain = try #require(AutomaticLocal.forecast(units, horizon: 7))
        #expect(plain.returning == nil)
        #expect(plain.mean[0] < 0.5)
        // Two quiet days of such a seller are chance enough; one that sells seldom may be quiet for long.
        let quiet = Self.days(300, rate: 0.05, seed: 2) + [Double](repeating: 0, count: 10)
        #expect(try #require(AutomaticLocal.forecast(quiet, horizon: 7, season: 7)).returning == nil)
    }

    @Test("levels before a moment are those of the series cut there")
    func causal() throws {
        let units = Self.days(80, rate: 0.6, seed: 5) + [Double](repeating: 0, count: 30)
        let moments = [40, 60, 95, 110]
        let whole = try #require(DemandLevels(units, season: 1, horizon: 5, returns: 1, moments: moments))
        for (moment, snapshot) in zip(moments, whole.snapshots) {
            let cut = try #require(DemandLevels(Array(units[..<moment]), season: 1, horizon: 5, returns: 1))
            #expect(cut.expected == snapshot)
        }
    }

    @Test("gaps in demand change nothing in a level without season")
    func gaps() throws {
        let units = Self.days(50, rate: 2, seed: 6)
        let gappy = units.flatMap { [$0, .nan] }
        let plain = try #require(DemandLevels(units, season: 1, horizon: 5, returns: 0))
        let holed = try #require(DemandLevels(gappy, season: 1, horizon: 5, returns: 0))
        for lane in 0..<4 { #expect(abs(plain.levels[lane] - holed.levels[lane]) < 1e-12) }
    }

    @Test("the spread about constant Poisson demand is about Poisson's, and grows with the distance")
    func spread() throws {
        let forecast = try #require(AutomaticLocal.forecast(Self.days(400, rate: 4, seed: 8), horizon: 10))
        let deviation = try #require(forecast.deviation)
        #expect(abs(deviation[0] - 2) < 0.3)
        #expect(deviation[9] > deviation[0])
    }

    @Test("hostile series have a finite answer or none, twice the same")
    func hostile() {
        let nan = Double.nan
        let odd: [[Double]] = [
            [], [nan], [1], [0], [0, 0, 0], [.infinity, 1], [-5], [nan, 3, nan], [1e300, 1e300, 0],
            [1e-300, 0, 1e-300],
            [Double](repeating: 1e308, count: 20), [Double](repeating: 0, count: 50) + [1],
            [0, 0, nan, nan, 5, 0.5, 0],
            (0..<40).map { Double($0) - 20 }, (0..<25).map { $0 % 2 == 0 ? nan : 7.5 },
        ]
        for units in odd {
            for season in [-1, 0, 1, 7, .max] {
                for horizon in [1, 9] {
                    let answer = AutomaticLocal.forecast(units, horizon: horizon, season: season)
                    #expect(answer == AutomaticLocal.forecast(units, horizon: horizon, season: season))
                    guard let answer else { continue }
                    #expect(answer.mean.count == horizon)
                    #expect(answer.mean.allSatisfy { $0.isFinite })
                }
            }
        }
        #expect(AutomaticLocal.forecast([1, 2, 3], horizon: 0) == nil)
        #expect(AutomaticLocal.forecast([1, 2, 3], horizon: .max) == nil)
        #expect(AutomaticLocal.forecast([0, 0, 0], horizon: 2)?.mean == [0, 0])
    }
}
