import Testing

@testable import Numerics

@Suite("Seeded draws")
struct SplitMix64Tests {
    @Test("the sequence is the published one")
    func published() {
        // First outputs for seed 1234567 as in the test suites of several independent implementations.
        var generator = SplitMix64(seed: 1_234_567)
        let first = (0..<3).map { _ in generator.next() }
        #expect(first == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
    }

    @Test("uniform draws stay inside the open interval")
    func open() {
        var generator = SplitMix64(seed: 1)
        for _ in 0..<10_000 {
            let u = generator.uniform()
            #expect(u > 0 && u < 1)
        }
    }

    @Test("normal and gamma draws have their mean and variance")
    func moments() {
        var generator = SplitMix64(seed: 7)
        let normal = (0..<20_000).map { _ in generator.normal() }
        #expect(abs(mean(normal)) < 0.03)
        #expect(abs(variance(normal) - 1) < 0.05)
        for (shape, scale) in [(0.3, 2.0), (1, 1), (7.5, 0.4)] {
            let draws = (0..<20_000).compactMap { _ in generator.gamma(shape: shape, scale: scale) }
            #expect(draws.count == 20_000)
            let deviation = shape.squareRoot() * scale
            #expect(abs(mean(draws) - shape * scale) < 4 * deviation / 141)
            #expect(abs(variance(draws) / (deviation * deviation) - 1) < 0.15)
        }
    }

    /// Both methods of drawing, against probabilities from the recursion.
    @Test("Poisson draws fall where their probabilities say", arguments: [0.4, 4, 12, 60])
    func poisson(mean: Double) throws {
        let expected = try #require(CountDistribution.poisson(mean: mean))
        var generator = SplitMix64(seed: 3)
        let count = 20_000
        let draws = (0..<count).compactMap { _ in generator.poisson(mean: mean) }
        #expect(draws.count == count)
        for level in [0.1, 0.3, 0.5, 0.7, 0.9, 0.99] {
            let value = expected.quantile(level)
            let share = Double(draws.count { $0 <= value }) / Double(count)
            let chance = expected.cumulative(Double(value))
            #expect(abs(share - chance) < 4 * (chance * (1 - chance) / Double(count)).squareRoot() + 1e-4)
        }
    }

    @Test("what cannot be drawn from is refused")
    func refused() {
        var generator = SplitMix64(seed: 1)
        for bad in [Double.nan, .infinity, -1] {
            let poisson = generator.poisson(mean: bad)
            let shape = generator.gamma(shape: bad, scale: 1)
            let scale = generator.gamma(shape: 1, scale: bad)
            let binomial = generator.negativeBinomial(mean: bad, variance: 1)
            #expect(poisson == nil && shape == nil && scale == nil && binomial == nil)
        }
        let none = generator.poisson(mean: 0)
        #expect(none == 0)
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    private func variance(_ values: [Double]) -> Double {
        let centre = mean(values)
        return values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(values.count - 1)
    }
}
