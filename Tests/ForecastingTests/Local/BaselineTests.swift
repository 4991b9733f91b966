import Forecasting
import Testing

/// Expected values: R's `forecast` 8.20 and statsforecast 2.1.1, which agree; variances by the textbook's formulas.
@Suite("Baselines")
struct BaselineTests {
    static let passengers = PublishedSeries.airPassengers

    @Test("mean, drift, naive and seasonal naive of the airline passengers agree with published values")
    func published() throws {
        #expect(abs(try #require(Baseline.mean(Self.passengers)).rate - 280.2986111) < 1e-6)
        #expect(abs(try #require(Baseline.drift(Self.passengers)).rate - 434.2377622) < 1e-6)
        #expect(Baseline.naive(Self.passengers)?.forecast(3) == [432, 432, 432])
        let seasonal = try #require(Baseline.seasonalNaive(Self.passengers, season: 12))
        #expect(seasonal.forecast(24) == Array(Self.passengers.suffix(12)) + Array(Self.passengers.suffix(12)))
        let drift = try #require(Baseline.drift(PublishedSeries.fifteen)).forecast(2)
        #expect(abs(drift[0] - 94.07142857) < 1e-8)
        #expect(abs(drift[1] - 100.14285714) < 1e-8)
    }

    @Test("each fitted value is the forecast made from the periods before")
    func causal() {
        let units = Array(Self.passengers.prefix(40))
        let methods: [([Double]) -> LocalFit?] = [
            Baseline.naive, Baseline.mean, Baseline.drift, { Baseline.seasonalNaive($0, season: 12) },
            { ExponentialSmoothing.simple($0, alpha: 0.3) }, { ExponentialSmoothing.holt($0, alpha: 0.3, beta: 0.1) },
            {
                ExponentialSmoothing.holtWinters(
                    $0, season: 12, kind: .multiplicative, alpha: 0.2, beta: 0.1, gamma: 0.3)
            },
        ]
        for method in methods {
            guard let fitted = method(units)?.fitted else {
                Issue.record("no fit")
                continue
            }
            #expect(fitted.count == units.count)
            for t in units.indices {
                guard let value = fitted[t], let before = method(Array(units[..<t])) else { continue }
                #expect(abs(value - before.rate) < 1e-9 * abs(value))
            }
        }
    }

    @Test("a random walk's variance grows with the distance, a seasonal one's with the seasons, a mean's hardly")
    func variances() throws {
        let steps = zip(Self.passengers.dropFirst(), Self.passengers).map { ($0 - $1) * ($0 - $1) }
        let one = steps.reduce(0, +) / Double(steps.count)
        let naive = try #require(Baseline.naive(Self.passengers)?.variance(4))
        for h in 1...4 { #expect(abs(naive[h - 1] - Double(h) * one) < 1e-6 * one) }
        let seasonal = try #require(Baseline.seasonalNaive(Self.passengers, season: 12)?.variance(25))
        #expect(seasonal[0] == seasonal[11])
        #expect(abs(seasonal[12] - 2 * seasonal[0]) < 1e-9 * seasonal[0])
        #expect(abs(seasonal[24] - 3 * seasonal[0]) < 1e-9 * seasonal[0])
        let mean = try #require(Baseline.mean(Self.passengers)?.variance(9))
        #expect(mean[0] == mean[8])
    }

    @Test("what was not observed is passed over")
    func unobserved() throws {
        #expect(Baseline.naive([3, .nan, 5, .nan])?.forecast(1) == [5])
        #expect(Baseline.mean([3, .nan, 5, .nan])?.forecast(1) == [4])
        // Three periods for two units: 2/3 a period, and one period has gone since.
        #expect(abs(try #require(Baseline.drift([3, .nan, .nan, 5, .nan])).rate - (5 + 4.0 / 3)) < 1e-12)
        #expect(Baseline.seasonalNaive([1, 2, .nan, 4], season: 2)?.forecast(2) == [1, 4])
        #expect(Baseline.seasonalNaive([1, .nan, 3], season: 2)?.forecast(2) == [3, 3])
    }

    @Test("nothing, nothing observed and infinity have no answer; no horizon is no forecast")
    func refused() {
        for bad in [[], [.nan], [1, .infinity], [-.infinity]] as [[Double]] {
            #expect(Baseline.naive(bad) == nil)
            #expect(Baseline.mean(bad) == nil)
            #expect(Baseline.drift(bad) == nil)
            #expect(Baseline.seasonalNaive(bad, season: 2) == nil)
        }
        #expect(Baseline.seasonalNaive([1, 2], season: 0) == nil)
        #expect(Baseline.naive([1])?.forecast(0) == [])
        #expect(Baseline.naive([1])?.forecast(-3) == [])
        #expect(Baseline.naive([1])?.deviation(3) == nil)
        #expect(Baseline.naive([1, 1])?.deviation(2) == [0, 0])
    }
}
