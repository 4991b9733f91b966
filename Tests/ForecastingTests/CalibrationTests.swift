import Forecasting
import Glibc
import Numerics
import Testing

@Suite("Calibration of forecasts by their past")
struct CalibrationTests {
    @Test("the conformal bound has the corrected rank")
    func rank() throws {
        // n = 9 and α = 0.2: ⌈10 · 0.8⌉ = 8th smallest.
        #expect(SplitConformal.radius(residuals: [1, -2, 3, -4, 5, -6, 7, -8, 9], alpha: 0.2) == 8)
        // 95 % needs 19.
        #expect(SplitConformal.radius(residuals: (1...18).map(Double.init), alpha: 0.05) == nil)
        #expect(SplitConformal.radius(residuals: (1...19).map(Double.init), alpha: 0.05) == 19)
        #expect(SplitConformal.bound(scores: [], level: 0.5) == nil)
        #expect(SplitConformal.bound(scores: [.nan, 1], level: 0.5) == nil)
        #expect(SplitConformal.bound(scores: [3, 1, 2], level: 0.5) == 2)
        let margin = try #require(
            SplitConformal.margin(actual: [0, 5, 9], lower: [1, 1, 1], upper: [4, 4, 4], alpha: 0.25))
        #expect(margin == 5)
    }

    @Test("a bound from few scores covers as promised on average")
    func coverage() throws {
        var generator = SplitMix64(seed: 77)
        var inside = 0
        for _ in 0..<4000 {
            let scores = (0..<9).map { _ in abs(generator.normal()) }
            if abs(generator.normal()) <= (try #require(SplitConformal.bound(scores: scores, level: 0.8))) {
                inside += 1
            }
        }
        #expect(abs(Double(inside) / 4000 - 0.8) < 0.02)
    }

    @Test("places of a count: the reach, the middle and a draw")
    func places() throws {
        let coin = try #require(CountDistribution(probabilities: [0.5, 0.3, 0.2]))
        #expect(abs(try #require(OutcomePlace.reach.level(of: 1, in: coin)) - 0.5) < 1e-6)
        #expect(abs(try #require(OutcomePlace.middle.level(of: 1, in: coin)) - 0.65) < 1e-12)
        #expect(abs(try #require(OutcomePlace.drawn(0.5).level(of: 2, in: coin)) - 0.9) < 1e-12)
        #expect(OutcomePlace.reach.level(of: .nan, in: coin) == nil)
        // The reach is the least level that does.
        for outcome in 0...2 {
            let level = try #require(OutcomePlace.reach.level(of: Double(outcome), in: coin))
            #expect(coin.quantile(level) == outcome)
            if outcome > 0 { #expect(coin.quantile(level - 1e-6) < outcome) }
        }
        #expect(try #require(OutcomePlace.reach.level(of: 9, in: coin)) <= 1)
    }

    @Test("a curve of quantiles reads any level and finds it again")
    func curve() throws {
        let curve = try #require(QuantileCurve(levels: [0.1, 0.5, 0.9], values: [2, 10, 30]))
        #expect(curve.value(at: 0.5) == 10)
        #expect(abs(curve.value(at: 0.7) - 20) < 1e-9)
        #expect(abs(curve.value(at: 0.05) - 1) < 1e-9)
        #expect(curve.value(at: 0.99) > 30)
        var previous = -1.0
        for step in 0...1000 {
            let value = curve.value(at: Double(step) / 1000)
            #expect(value >= previous)
            previous = value
        }
        for level in [0.05, 0.3, 0.8, 0.95, 0.999] {
            let found = try #require(OutcomePlace.middle.level(of: curve.value(at: level), in: curve))
            #expect(abs(found - level) < 1e-9)
        }
        // Levels that share a value: the outcome takes the whole stretch.
        let zeros = try #require(QuantileCurve(levels: [0.25, 0.5, 0.75], values: [0, 0, 4]))
        #expect(OutcomePlace.drawn(0).level(of: 0, in: zeros) == 0)
        #expect(OutcomePlace.drawn(1).level(of: 0, in: zeros) == 0.5)
        #expect(QuantileCurve(levels: [0.5, 0.4], values: [1, 2]) == nil)
        #expect(QuantileCurve(levels: [0.5], values: [.nan]) == nil)
        #expect(QuantileCurve(levels: [0, 0.5], values: [1, 2]) == nil)
        let crossing = try #require(QuantileCurve(levels: [0.2, 0.8], values: [5, -1]))
        #expect(crossing.value(at: 0.8) == 5)
    }

    @Test("a map learnt of forecasts that are too narrow makes them cover, class by class")
    func map() throws {
        var generator = SplitMix64(seed: 12)
        // The model says a deviation of 1; it is 2 in class 0 and 0.7 in class 1.
        let truth = [2.0, 0.7]
        var places: [Double] = []
        var classes: [Int] = []
        for i in 0..<20_000 {
            classes.append(i % 2)
            places.append(try #require(Normal.cumulative(generator.normal() * truth[i % 2])))
        }
        let map = try #require(LevelMap(places: places, classes: classes))
        for number in 0...1 {
            for level in [0.05, 0.5, 0.9, 0.95, 0.98] {
                let used = map.level(for: level, class: number)
                let quantile = try #require(Normal.quantile(used))
                let covered = try #require(Normal.cumulative(quantile / truth[number]))
                #expect(abs(covered - level) < 0.015)
            }
        }
        var previous = 0.0
        for step in 0...5000 {
            let used = map.level(for: Double(step) / 5000, class: 1)
            #expect(used >= previous && used <= 1)
            previous = used
        }
        #expect(map.level(for: 0.9, class: 1) < map.level(for: 0.9, class: 7))
        #expect(map.level(for: 0.9, class: 7) < map.level(for: 0.9, class: 0))
    }

    @Test("a class of few outcomes follows the map of all; none gives the identity")
    func fewOutcomes() throws {
        let many = (0..<2000).map { (Double($0) + 0.5) / 2000 }
        let map = try #require(
            LevelMap(places: many + [0.1, 0.1], classes: [Int](repeating: 0, count: 2000) + [1, 1]))
        #expect(abs(map.level(for: 0.9, class: 1) - 0.9) < 0.01)
        #expect(abs(map.level(for: 0.9, class: 0) - 0.9) < 0.01)
        let none = try #require(LevelMap(places: []))
        #expect(none.level(for: 0.37) == 0.37)
        #expect(none.level(for: .nan) == 0.5)
        #expect(LevelMap(places: [1.5]) == nil)
        #expect(LevelMap(places: [.nan]) == nil)
        #expect(LevelMap(places: [0.5], classes: [-1]) == nil)
        // Without belief the rank is the conformal one: the 9th of 9 for 0.9.
        let nine = try #require(LevelMap(places: (1...9).map { Double($0) / 10 }, belief: 0))
        #expect(abs(nine.level(for: 0.9) - 0.9) < 1e-12)
        #expect(abs(nine.level(for: 0.8) - 0.8) < 1e-12)
    }

    @Test("recalibrated quantiles are whole, not negative and never cross")
    func recalibrated() throws {
        var generator = SplitMix64(seed: 5)
        let places = (0..<500).map { _ in generator.uniform() * generator.uniform() }
        let map = try #require(LevelMap(places: places))
        let levels = [0.05, 0.25, 0.5, 0.75, 0.95]
        let quantiles = (0..<200).flatMap { _ in (0..<5).map { _ in generator.normal() * 4 + 3 } }
        let found = try #require(
            map.recalibrated(quantiles: quantiles, levels: levels, classes: [Int](repeating: 0, count: 200)))
        for row in 0..<200 {
            for j in 0..<5 {
                let value = found[row * 5 + j]
                #expect(value >= 0 && value == value.rounded())
                if j > 0 { #expect(value >= found[row * 5 + j - 1]) }
            }
        }
        #expect(map.recalibrated(quantiles: [1], levels: levels, classes: [0]) == nil)
    }

    @Test("levels that follow a series cover as promised after its spread doubles")
    func adaptive() throws {
        var generator = SplitMix64(seed: 31)
        var levels = try #require(AdaptiveLevels(promised: [0.1, 0.5, 0.9], rate: 0.02))
        var within = [0, 0, 0]
        for t in 0..<6000 {
            let place = try #require(Normal.cumulative(generator.normal() * (t < 1000 ? 1 : 2)))
            if t >= 2000 { for i in 0..<3 where place <= levels.used[i] { within[i] += 1 } }
            levels.observe(place: place)
            #expect(zip(levels.used, levels.used.dropFirst()).allSatisfy { $0 <= $1 })
        }
        for (count, promised) in zip(within, [0.1, 0.5, 0.9]) { #expect(abs(Double(count) / 4000 - promised) < 0.02) }
        let before = levels
        levels.observe(place: .nan)
        #expect(levels == before)
        #expect(AdaptiveLevels(promised: [0.9, 0.5]) == nil)
        #expect(AdaptiveLevels(promised: [0.5], rate: .nan) == nil)
    }
}

@Suite("Totals over windows of days")
struct TotalCalibrationTests {
    /// Days of a level that is off by a factor for the whole horizon; the forecaster knows neither.
    func world(rows: Int, horizon: Int, seed: UInt64) -> (
        actual: [Double], mean: [Double], deviation: [Double], classes: [Int]
    ) {
        var generator = SplitMix64(seed: seed)
        var (actual, mean, deviation, classes) = ([Double](), [Double](), [Double](), [Int]())
        for row in 0..<rows {
            let level = row % 2 == 0 ? 0.5 : 8
            let real = level * (generator.gamma(shape: 11, scale: 1.0 / 11) ?? 1)
            classes.append(row % 2)
            for _ in 0..<horizon {
                actual.append(Double(generator.poisson(mean: real) ?? 0))
                mean.append(level)
                deviation.append(level.squareRoot())
            }
        }
        return (actual, mean, deviation, classes)
    }

    @Test("the variance of a total knows that a level stays off")
    func variance() throws {
        let (actual, mean, deviation, classes) = world(rows: 4000, horizon: 14, seed: 3)
        let correlation = try #require(
            ErrorCorrelation(actual: actual, mean: mean, deviation: deviation, classes: classes, horizon: 14))
        for (number, level) in [0.5, 8].enumerated() {
            let found = correlation.variance(deviations: .init(repeating: level.squareRoot(), count: 14), class: number)
            // Poisson's part and the level's: M + M² ÷ 11.
            let total = 14 * level
            let truth = total + total * total / 11
            #expect(abs(found / truth - 1) < 0.1)
            #expect(found > 1.3 * total)
        }
        // Independent errors give the sum of the days' variances.
        var generator = SplitMix64(seed: 4)
        let noise = (0..<20_000).map { _ in Double(generator.poisson(mean: 5) ?? 0) }
        let plain = try #require(
            ErrorCorrelation(
                actual: noise, mean: noise.map { _ in 5 }, deviation: noise.map { _ in 5.0.squareRoot() },
                classes: .init(repeating: 0, count: 2000), horizon: 10))
        #expect(abs(plain.variance(deviations: .init(repeating: 5.0.squareRoot(), count: 10), class: 0) / 50 - 1) < 0.1)
    }

    @Test("totals of new forecasts stay within their quantiles as promised, and a little more")
    func covers() throws {
        let past = world(rows: 6000, horizon: 35, seed: 8)
        let calibration = try #require(
            TotalCalibration(
                actual: past.actual, mean: past.mean, deviation: past.deviation, classes: past.classes, horizon: 35,
                windows: [35, 14]))
        #expect(calibration.windows == [14, 35])
        let next = world(rows: 6000, horizon: 35, seed: 9)
        let levels = [0.9, 0.95, 0.98]
        for window in [14, 35] {
            var within = [0, 0, 0]
            for row in 0..<6000 {
                let days = row * 35..<row * 35 + window
                let total = next.actual[days].reduce(0, +)
                let quantiles = try #require(
                    calibration.quantiles(
                        means: Array(next.mean[days]), deviations: Array(next.deviation[days]), levels: levels,
                        class: next.classes[row]))
                for (i, quantile) in quantiles.enumerated() where total <= Double(quantile) { within[i] += 1 }
            }
            for (count, level) in zip(within, levels) {
                let share = Double(count) / 6000
                #expect(share > level - 0.004 && share < level + 0.025)
            }
        }
    }

    @Test("unknown days, shapes that do not fit, and hopeless input")
    func edges() throws {
        let nan = Double.nan
        let part = try #require(
            TotalCalibration(
                actual: [1, 2, nan, 1, 0, 2], mean: [1, 1, 1, 1, 1, 1], deviation: [1, 1, 1, 1, 1, 1], classes: [0, 1],
                horizon: 3, windows: [2, 3]))
        let quantiles = try #require(
            part.quantiles(means: [1, 1], deviations: [1, 1], levels: [0.1, 0.5, 0.99], class: 5))
        #expect(quantiles == quantiles.sorted())
        #expect(part.moments(means: [nan], deviations: [1], class: 0) == nil)
        #expect(part.moments(means: [1], deviations: [], class: 0) == nil)
        #expect(part.moments(means: [], deviations: [], class: 0) != nil)
        #expect(
            TotalCalibration(actual: [nan], mean: [1], deviation: [1], classes: [0], horizon: 1, windows: [1]) == nil)
        #expect(TotalCalibration(actual: [1], mean: [1], deviation: [1], classes: [0], horizon: 1, windows: [2]) == nil)
        #expect(ErrorCorrelation(actual: [1], mean: [1], deviation: [1], classes: [0], horizon: 2) == nil)
        #expect(ErrorCorrelation(actual: [1], mean: [-1], deviation: [1], classes: [0], horizon: 1) == nil)
    }
}
