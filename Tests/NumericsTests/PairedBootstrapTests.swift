import Numerics
import Testing

@Suite struct PairedBootstrapTests {
    @Test func `no difference has an interval of nothing`() throws {
        let found = try #require(PairedBootstrap([Double](repeating: 0, count: 60), draws: 3, seed: 1))
        #expect(found.total == 0 && found.low == 0 && found.high == 0)
    }

    @Test func `the total is the mean of the draws and lies within its interval`() throws {
        let found = try #require(PairedBootstrap([1, 3, 2, 4, -1, 1], draws: 2, seed: 7))
        // Draws: 1 + 2 − 1 and 3 + 4 + 1.
        #expect(found.total == 5)
        #expect(found.low <= 5 && found.high >= 5)
        #expect(found.low >= -3 && found.high <= 12, "no resample can pass three times the least or the greatest")
    }

    @Test func `the interval of a sum of many is that of the normal distribution`() throws {
        var generator = SplitMix64(seed: 3)
        let values = (0..<400).map { _ in 2 + generator.normal() }
        let found = try #require(PairedBootstrap(values, draws: 1, level: 0.9, resamples: 4000, seed: 5))
        let mean = values.reduce(0, +) / 400
        let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 400).squareRoot()
        // A second computation: the sum of 400 choices has standard deviation √400 σ; 90 % lie within 1.645 of them.
        let half = 1.645 * 20 * deviation
        #expect(abs(found.low - (found.total - half)) < 0.1 * half)
        #expect(abs(found.high - (found.total + half)) < 0.1 * half)
    }

    @Test func `the same seed gives the same interval`() {
        let values = (0..<50).map { Double($0 * $0 % 101) / 7 - 3 }
        #expect(PairedBootstrap(values, draws: 5, seed: 9) == PairedBootstrap(values, draws: 5, seed: 9))
        #expect(PairedBootstrap(values, draws: 5, seed: 9) != PairedBootstrap(values, draws: 5, seed: 10))
    }

    @Test func `what is out of range has no interval`() {
        #expect(PairedBootstrap([1, 2, 3], draws: 2, seed: 1) == nil)
        #expect(PairedBootstrap([1, .nan], draws: 1, seed: 1) == nil)
        #expect(PairedBootstrap([1], draws: 0, seed: 1) == nil)
        #expect(PairedBootstrap([1], draws: 1, level: 1, seed: 1) == nil)
        #expect(PairedBootstrap([], draws: 1, seed: 1)?.total == 0)
    }

    @Test func `quantiles lie between neighbours in proportion`() {
        // R: quantile(c(1, 2, 4, 8), c(0, .1, .5, 1)), type 7.
        let sorted = [1.0, 2, 4, 8]
        #expect([0, 0.1, 0.5, 1].map { PairedBootstrap.quantile($0, of: sorted) } == [1, 1.3, 3, 8])
    }
}
