import Forecasting
import Numerics
import Testing

@Suite("Surge detector")
struct SurgeDetectorTests {
    /// Alarms per period times the periods asked for between two: at most 1 where the promise is kept.
    private func alarms(
        mean: Double, kappa: Double, cycles: [Int], weeks: Int, apart: Double, growth: Double = 1
    ) -> Double {
        var (alarms, periods) = (0, 0)
        let length = (cycles.max() ?? 1) * weeks
        for seed in 0..<40 {
            var generator = SplitMix64(seed: UInt64(seed) &* 977 &+ 3)
            var detector = SurgeDetector(cycles: cycles, periodsPerFalseAlarm: apart)
            for period in 0..<length {
                var expected = mean * (1 + (growth - 1) * Double(period) / Double(length))
                for cycle in cycles { expected *= 0.5 + Double(period % cycle) / Double(cycle) }
                let count = generator.negativeBinomial(mean: expected, variance: expected + kappa * expected * expected)
                let reading = detector.take(Double(count ?? 0))
                guard period >= detector.warmUp else { continue }
                periods += 1
                if reading.isOnset { alarms += 1 }
            }
        }
        return Double(alarms) / Double(periods) * apart
    }

    @Test(
        "on days of which nothing is new, alarms are at most as many as was asked for",
        arguments: [(0.3, 0.05), (3, 0.001), (3, 0.4), (30, 0.1), (3000, 0.05), (3000, 0.4)])
    func promiseOnDays(mean: Double, kappa: Double) {
        #expect(alarms(mean: mean, kappa: kappa, cycles: [7], weeks: 60, apart: 100) <= 1)
    }

    @Test("slow growth to twice the level is followed, not announced", arguments: [3.0, 30, 3000])
    func slowDrift(mean: Double) {
        #expect(alarms(mean: mean, kappa: 0.1, cycles: [7], weeks: 60, apart: 100, growth: 2) <= 1)
    }

    @Test("on hours with their daily and weekly shape the promise holds too", arguments: [0.3, 5.0])
    func promiseOnHours(mean: Double) {
        #expect(alarms(mean: mean, kappa: 0.1, cycles: [24, 168], weeks: 8, apart: 168) <= 1)
    }

    @Test("three times the visits are announced within a few hours, and the surge is seen to end")
    func quick() {
        var (delays, ends): ([Int], [Int]) = ([], [])
        for seed in 0..<40 {
            var generator = SplitMix64(seed: UInt64(seed) &+ 50)
            var detector = SurgeDetector(cycles: [24, 168], periodsPerFalseAlarm: 24 * 365)
            let start = 24 * 35 + 9
            for hour in 0..<start + 150 {
                let usual = 6 * (0.4 + 1.2 * Double((hour + 12) % 24) / 24)
                let isSurge = (start..<start + 48).contains(hour)
                let mean = usual * (isSurge ? 3 : 1)
                let reading = detector.take(
                    Double(generator.negativeBinomial(mean: mean, variance: mean + 0.05 * mean * mean) ?? 0))
                if reading.isOnset, hour >= start, delays.count == seed { delays.append(hour - start + 1) }
                if !reading.isSurge, hour >= start + 48, ends.count == seed { ends.append(hour - start - 48) }
            }
        }
        #expect(delays.count == 40)
        #expect(delays.sorted()[20] <= 4)
        #expect(delays.max() ?? 99 <= 12)
        #expect(ends.sorted()[20] <= 36)
    }

    @Test("a burst is not learnt: after it as much is expected as before")
    func notPoisoned() {
        var detector = SurgeDetector(cycles: [7], periodsPerFalseAlarm: 365)
        for day in 0..<140 { _ = detector.take(100 + Double(day % 3) * 8) }
        let before = detector.take(104).expected
        for _ in 0..<5 { #expect(detector.take(900).isSurge) }
        var reading = detector.take(104)
        for _ in 0..<14 { reading = detector.take(104) }
        #expect(abs(reading.expected / before - 1) < 0.1)
        #expect(!reading.isSurge)
    }

    @Test("a level that stays is learnt in the end and alarms no more")
    func newLevel() {
        var generator = SplitMix64(seed: 8)
        var detector = SurgeDetector(cycles: [7], periodsPerFalseAlarm: 365)
        for _ in 0..<140 { _ = detector.take(Double(generator.poisson(mean: 40) ?? 0)) }
        var onsets = 0
        var expected = 0.0
        for _ in 0..<140 {
            let reading = detector.take(Double(generator.poisson(mean: 120) ?? 0))
            if reading.isOnset { onsets += 1 }
            expected = reading.expected
        }
        #expect(onsets >= 1 && onsets <= 2)
        #expect(abs(expected / 120 - 1) < 0.15)
    }

    @Test("what is missing, negative, not a number or immense is borne, and says nothing or is an alarm")
    func hostile() {
        var detector = SurgeDetector(cycles: [7], periodsPerFalseAlarm: 365)
        for day in 0..<70 { _ = detector.take(day % 5 == 0 ? .nan : 20) }
        let senseless: [Double] = [-1, .nan, .infinity, -.infinity]
        for count in senseless {
            let reading = detector.take(count)
            #expect(!reading.isSurge && reading.deviations == 0)
        }
        #expect(detector.take(1e300).isOnset)
        #expect(detector.take(20).expected.isFinite)
        var silent = SurgeDetector(cycles: [], periodsPerFalseAlarm: .nan)
        for _ in 0..<100 { #expect(!silent.take(0).isSurge) }
    }
}
