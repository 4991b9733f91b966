import Testing

@testable import Numerics

@Suite("Accuracy scores")
struct AccuracyTests {
    @Test("pinball loss of the worked example")
    func pinball() throws {
        #expect(abs(try #require(Accuracy.pinball(actual: [10], quantile: [8], level: 0.9)) - 1.8) < 1e-12)
        #expect(abs(try #require(Accuracy.pinball(actual: [10], quantile: [12], level: 0.9)) - 0.2) < 1e-12)
    }

    @Test("RMSSE drops the zeros before the first sale")
    func rmsse() throws {
        let score = try #require(
            Accuracy.rmsse(actual: [2, 0], forecast: [1, 1], history: [0, 0, 1, 0, 0, 7, 1, 0, 1]))
        #expect(abs(score - 0.2611164839) < 1e-9)
        // The two-series example of the weighted score, before weighting.
        let first = try #require(Accuracy.rmsse(actual: [2, 3], forecast: [2.5, 2], history: [3, 0, 2, 4, 1]))
        let second = try #require(Accuracy.rmsse(actual: [12, 10], forecast: [11, 11], history: [10, 12, 9, 11, 13]))
        #expect(abs(first - 0.3100868) < 1e-6)
        #expect(abs(second - 0.4364358) < 1e-6)
    }

    /// RPS of Poisson(3), computed with an independent ensemble-score library.
    @Test(
        "the ranked probability score agrees with published values",
        arguments: [(5.0, 1.3131144367), (0, 2.0438733242)])
    func ranked(actual: Double, expected: Double) throws {
        let demand = try #require(CountDistribution.poisson(mean: 3))
        #expect(abs(try #require(Accuracy.crps(actual: actual, forecast: demand)) - expected) < 1e-8)
    }

    @Test("the score of an ensemble, inside and beyond it", arguments: [(2.5, 0.375), (6, 2.875)])
    func ensemble(actual: Double, expected: Double) throws {
        let members = try #require(CountDistribution(probabilities: [0, 1, 1, 1, 1]))
        #expect(abs(try #require(Accuracy.crps(actual: actual, forecast: members)) - expected) < 1e-12)
    }

    @Test("percentage errors and bias of a series done by hand")
    func percentages() throws {
        let actual = [10.0, 0, 30]
        let forecast = [12.0, 3, 24]
        #expect(abs(try #require(Accuracy.wape(actual: actual, forecast: forecast)) - 11.0 / 40) < 1e-12)
        #expect(abs(try #require(Accuracy.bias(actual: actual, forecast: forecast)) + 1.0 / 40) < 1e-12)
        // Steps of the history are 2, 3, 1: mean 2; the errors' mean is 11/3.
        let mase = try #require(Accuracy.mase(actual: actual, forecast: forecast, history: [1, 3, 0, 1]))
        #expect(abs(mase - 11.0 / 6) < 1e-12)
        let seasonal = try #require(
            Accuracy.mase(actual: actual, forecast: forecast, history: [1, 3, 0, 7], season: 2))
        #expect(abs(seasonal - 11.0 / 3 / 2.5) < 1e-12)
    }

    @Test("undefined scores are nil, never NaN")
    func undefined() {
        #expect(Accuracy.wape(actual: [0, 0], forecast: [1, 1]) == nil)
        #expect(Accuracy.wape(actual: [], forecast: []) == nil)
        #expect(Accuracy.wape(actual: [1], forecast: [1, 2]) == nil)
        #expect(Accuracy.bias(actual: [1, .nan], forecast: [1, 2]) == nil)
        #expect(Accuracy.pinball(actual: [1], quantile: [.infinity], level: 0.5) == nil)
        #expect(Accuracy.pinball(actual: [1], quantile: [1], level: .nan) == nil)
        #expect(Accuracy.rmsse(actual: [1], forecast: [1], history: [0, 0, 5]) == nil)
        #expect(Accuracy.rmsse(actual: [1], forecast: [1], history: [2, 2, 2]) == nil)
        #expect(Accuracy.mase(actual: [1], forecast: [1], history: [2, .nan, 2]) == nil)
        #expect(Accuracy.mase(actual: [1], forecast: [1], history: [2], season: 3) == nil)
        #expect(Accuracy.crps(actual: .nan, forecast: .zero) == nil)
    }
}
