import Numerics
import Testing

@Suite("Accuracy scores of quantiles, ensembles and many series")
struct AccuracyScalesTests {
    @Test("the interval score of the worked example")
    func winkler() throws {
        let score = try #require(Accuracy.winkler(actual: [13], lower: [8], upper: [12], alpha: 0.2))
        #expect(abs(score - 14) < 1e-12)
        let inside = try #require(Accuracy.winkler(actual: [9, 13], lower: [8, 8], upper: [12, 12], alpha: 0.2))
        #expect(abs(inside - 9) < 1e-12)
        #expect(Accuracy.winkler(actual: [1], lower: [2], upper: [1], alpha: 0.2) == nil)
        #expect(Accuracy.winkler(actual: [.nan], lower: [0], upper: [1], alpha: 0.2) == nil)
        #expect(Accuracy.winkler(actual: [1], lower: [0], upper: [2], alpha: 0) == nil)
    }

    @Test("coverage counts the ends, and one-sided intervals")
    func coverage() throws {
        #expect(Accuracy.coverage(actual: [1, 2, 3, 9], lower: [1, 0, 0, 0], upper: [2, 2, 2, 2]) == 0.5)
        let below = [Double](repeating: -.infinity, count: 3)
        #expect(Accuracy.coverage(actual: [1, 2, 3], lower: below, upper: [1, 1, 4]) == 2.0 / 3)
        #expect(Accuracy.coverage(actual: [.nan], lower: [0], upper: [1]) == nil)
        #expect(Accuracy.coverage(actual: [], lower: [], upper: []) == nil)
    }

    @Test("the scaled pinball loss drops the zeros before the first sale")
    func scaledPinball() throws {
        // Steps from the first sale on: 1, 0, 7, 6, 1, 1, mean 16/6. The loss of 10 against 8 at 0.9 is 1.8.
        let history = [0.0, 0, 1, 0, 0, 7, 1, 0, 1]
        let score = try #require(
            Accuracy.scaledPinball(actual: [10], quantile: [8], level: 0.9, history: history))
        #expect(abs(score - 1.8 / (16.0 / 6)) < 1e-12)
        #expect(Accuracy.scaledPinball(actual: [1], quantile: [1], level: 0.5, history: [0, 3, 3]) == nil)
    }

    /// Closed form; the three values are those of an independent scoring library.
    @Test(
        "the ranked score of a normal forecast",
        arguments: [(0.0, 1.0, 0.0, 0.2336949773), (0, 1, 1, 0.6024413576), (10, 2, 13, 1.9888480079)])
    func normal(mean: Double, deviation: Double, actual: Double, expected: Double) throws {
        let score = try #require(Accuracy.crps(actual: actual, mean: mean, deviation: deviation))
        #expect(abs(score - expected) < 1e-9)
    }

    @Test("a normal forecast of no spread scores its distance")
    func certain() {
        #expect(Accuracy.crps(actual: 3, mean: 5, deviation: 0) == 2)
        #expect(Accuracy.crps(actual: 3, mean: 5, deviation: -1) == nil)
        #expect(Accuracy.crps(actual: .infinity, mean: 5, deviation: 1) == nil)
    }

    @Test("the ranked score of an ensemble, by its pairs", arguments: [(2.5, 0.375), (6, 2.875)])
    func ensemble(actual: Double, expected: Double) throws {
        #expect(abs(try #require(Accuracy.crps(actual: actual, ensemble: [4, 1, 3, 2])) - expected) < 1e-12)
        var generator = SplitMix64(seed: 4)
        let members = (0..<40).map { _ in generator.normal() * 7 }
        var pairs = 0.0
        var distance = 0.0
        for left in members {
            distance += abs(left - actual)
            for right in members { pairs += abs(left - right) }
        }
        let slow = distance / 40 - pairs / 3200
        #expect(abs(try #require(Accuracy.crps(actual: actual, ensemble: members)) - slow) < 1e-10)
        #expect(Accuracy.crps(actual: 1, ensemble: []) == nil)
        #expect(Accuracy.crps(actual: 1, ensemble: [.nan]) == nil)
    }

    @Test("the scaled score of many quantiles tends to the ranked score")
    func scaled() throws {
        let levels = (0..<4000).map { (Double($0) + 0.5) / 4000 }
        let quantiles = try levels.map { 10 + 2 * (try #require(Normal.quantile($0))) }
        let score = try #require(Accuracy.scaledCRPS(actual: [13], quantiles: quantiles, levels: levels))
        #expect(abs(score * 13 - 1.9888480079) < 1e-3)
        // By hand: losses 0.5 · 1 and 0.1 · 1, mean 0.3, twice over 4.
        let hand = try #require(Accuracy.scaledCRPS(actual: [4], quantiles: [3, 5], levels: [0.5, 0.9]))
        #expect(abs(hand - 2 * 0.3 / 4) < 1e-12)
        #expect(Accuracy.scaledCRPS(actual: [4], quantiles: [3], levels: [0.5, 0.9]) == nil)
        #expect(Accuracy.scaledCRPS(actual: [0], quantiles: [3], levels: [0.5]) == nil)
    }

    @Test("the weighted score of the two-series example")
    func weighted() throws {
        let history = [3.0, 0, 2, 4, 1, 10, 12, 9, 11, 13]
        // Money of the last two periods: 5 · (4 + 1) and 2 · (11 + 13).
        let score = try #require(
            Accuracy.wrmsse(
                actual: [2, 3, 12, 10], forecast: [2.5, 2, 11, 11], history: history, weights: [25, 48]))
        #expect(abs(score - 0.3931656) < 1e-6)
        #expect(Accuracy.weighted([nil, 2], weights: [0, 5]) == 2)
        #expect(Accuracy.weighted([nil, 2], weights: [1, 5]) == nil)
        #expect(Accuracy.weighted([1, 2], weights: [-1, 5]) == nil)
        #expect(Accuracy.weighted([1, 2], weights: [0, 0]) == nil)
        #expect(Accuracy.wrmsse(actual: [1], forecast: [1], history: [1, 2], weights: []) == nil)
    }

    @Test("the symmetric percentage error knows two zeros as no error")
    func symmetric() throws {
        #expect(Accuracy.smape(actual: [0, 1], forecast: [0, 3]) == 0.5)
        #expect(Accuracy.smape(actual: [0], forecast: [1]) == 2)
        #expect(Accuracy.smape(actual: [], forecast: []) == nil)
    }
}
