import Glibc
import Testing

@testable import Numerics

@Suite("Count distributions")
struct CountDistributionTests {
    /// Poisson(6), published with the base-stock example of stockpyl's `test_rq.py`, recomputed there.
    @Test("Poisson agrees with published values")
    func published() throws {
        let demand = try #require(CountDistribution.poisson(mean: 6))
        #expect(abs(demand.cumulative(7) - 0.7439797605) < 1e-9)
        #expect(abs(demand.cumulative(8) - 0.8472374940) < 1e-9)
        #expect(abs(demand.lossAbove(8) - 0.3140213892) < 1e-9)
    }

    /// Against the closed form by log-gamma, which the recursion does not use.
    @Test(
        "probabilities agree with the closed form",
        arguments: [(0.02, 0.02), (0.7, 1.4), (3, 3.6), (40, 300), (2, 60), (150, 150)])
    func closedForm(mean: Double, variance: Double) throws {
        let demand = try #require(CountDistribution.negativeBinomial(mean: mean, variance: variance))
        #expect(demand.step == 1)
        for k in demand.minimum...demand.maximum {
            let expected: Double
            if variance > mean {
                let r = mean * mean / (variance - mean)
                let log = lgamma(Double(k) + r).0 - lgamma(r).0 - lgamma(Double(k) + 1).0 + r * log(r / (r + mean))
                expected = exp(log + Double(k) * Glibc.log(mean / (r + mean)))
            } else {
                expected = exp(-mean + Double(k) * log(mean) - lgamma(Double(k) + 1).0)
            }
            #expect(abs(demand.probability(of: k) - expected) < 1e-9)
        }
        #expect(abs(demand.mean / mean - 1) < 1e-7)
        #expect(abs(demand.variance / variance - 1) < 1e-5)
    }

    @Test("expected units above a point are the sum of the upper tail")
    func loss() throws {
        let demand = try #require(CountDistribution.negativeBinomial(mean: 9, variance: 40))
        for x in [-3.0, 0, 0.5, 4, 9.25, 30, 200, 10_000] {
            var expected = 0.0
            for k in 0...demand.maximum { expected += max(0, Double(k) - x) * demand.probability(of: k) }
            #expect(abs(demand.lossAbove(x) - expected) < 1e-10)
        }
        #expect(demand.lossAbove(.nan) == 0)
        #expect(demand.lossAbove(.infinity) == 0)
        #expect(demand.lossAbove(-.infinity) == .infinity)
    }

    @Test("quantiles are the least values whose chance reaches the level")
    func quantile() throws {
        let demand = try #require(CountDistribution.negativeBinomial(mean: 5, variance: 12))
        for level in stride(from: 0.01, to: 1, by: 0.03) {
            let value = demand.quantile(level)
            #expect(demand.cumulative(Double(value)) >= level)
            #expect(demand.cumulative(Double(value) - 1) < level)
        }
        #expect(demand.quantile(0) == demand.minimum)
        #expect(demand.quantile(1) == demand.maximum)
        #expect(demand.quantile(.nan) == demand.minimum)
    }

    @Test(
        "large demand keeps its moments and tails on a bounded grid",
        arguments: [(50_000.0, 50_000.0), (50_000, 60_000_000), (50_000, 4e8), (3e6, 3e6), (1e9, 1e16), (1e12, 1e12)])
    func large(mean: Double, variance: Double) throws {
        let demand = try #require(CountDistribution.negativeBinomial(mean: mean, variance: variance))
        #expect(demand.probabilities.count <= CountDistribution.maximumCells)
        #expect(abs(demand.mean / mean - 1) < 1e-7)
        #expect(abs(demand.variance / variance - 1) < 1e-3)
        // The gamma of the same moments is the continuous limit.
        let deviation = variance.squareRoot()
        for level in [0.01, 0.1, 0.5, 0.9, 0.99] {
            let value = Double(demand.quantile(level)) + Double(demand.step) / 2
            #expect(abs(try #require(Gamma.cumulative(value, mean: mean, deviation: deviation)) - level) < 0.012)
        }
    }

    @Test("a coarse grid agrees with a fine one where both exist")
    func grids() throws {
        // Just too wide for a step of one; its exact quantiles by summing the closed form.
        let mean = 400.0
        let variance = 60_000.0
        let demand = try #require(CountDistribution.negativeBinomial(mean: mean, variance: variance))
        #expect(demand.step > 1)
        let r = mean * mean / (variance - mean)
        var below = 0.0
        var loss = 0.0
        for k in 0..<20_000 {
            let x = Double(k)
            let probability = exp(
                lgamma(x + r).0 - lgamma(r).0 - lgamma(x + 1).0 + r * log(r / (r + mean)) + x * log(mean / (r + mean)))
            below += probability
            loss += max(0, x - 700) * probability
            if k % 200 == 100 { #expect(abs(demand.cumulative(x) - below) < 0.004) }
        }
        #expect(abs(demand.lossAbove(700) / loss - 1) < 5e-3)
    }

    @Test("the sum of independent Poisson demands is Poisson")
    func convolution() throws {
        let left = try #require(CountDistribution.poisson(mean: 2.5))
        let right = try #require(CountDistribution.poisson(mean: 4))
        let sum = left.convolved(with: right)
        let expected = try #require(CountDistribution.poisson(mean: 6.5))
        for k in 0...25 { #expect(abs(sum.probability(of: k) - expected.probability(of: k)) < 1e-9) }
    }

    @Test("a mixture has the mixed chances, whatever the grids of its parts")
    func mixture() throws {
        let small = try #require(CountDistribution.poisson(mean: 3))
        let large = try #require(CountDistribution.negativeBinomial(mean: 2000, variance: 500_000))
        #expect(large.step > 1)
        let mixed = try #require(CountDistribution.mixture(of: [(3, small), (1, large)]))
        #expect(abs(mixed.mean - (0.75 * 3 + 0.25 * 2000)) < 1e-6)
        for k in stride(from: 0, through: mixed.maximum, by: mixed.step) {
            let expected = 0.75 * small.lossAbove(Double(k)) + 0.25 * large.lossAbove(Double(k))
            #expect(abs(mixed.lossAbove(Double(k)) - expected) < 1e-6)
        }
        let alike = try #require(CountDistribution.mixture(of: [(0.5, small), (0.5, small)]))
        for k in 0...12 { #expect(abs(alike.probability(of: k) - small.probability(of: k)) < 1e-12) }
    }

    @Test("more mean never means less demand, at any point")
    func order() throws {
        var previous: CountDistribution?
        for mean in stride(from: 0.5, through: 120, by: 4.7) {
            let demand = try #require(
                CountDistribution.negativeBinomial(mean: mean, variance: 1.8 * mean + mean * mean * 0.09))
            if let previous {
                for x in 0..<400 { #expect(demand.cumulative(Double(x)) <= previous.cumulative(Double(x)) + 1e-8) }
            }
            previous = demand
        }
    }

    @Test("what is not a distribution is refused")
    func refused() {
        for bad in [Double.nan, .infinity, -1] {
            #expect(CountDistribution.poisson(mean: bad) == nil)
            #expect(CountDistribution.negativeBinomial(mean: 1, variance: bad) == nil)
            #expect(CountDistribution(probabilities: [0.5, bad]) == nil)
            #expect(CountDistribution.mixture(of: [(bad, .zero)]) == nil)
        }
        #expect(CountDistribution(probabilities: []) == nil)
        #expect(CountDistribution(probabilities: [0, 0]) == nil)
        #expect(CountDistribution.mixture(of: []) == nil)
        #expect(CountDistribution(exactly: -1) == nil)
        #expect(CountDistribution.negativeBinomial(mean: 1e-9, variance: 1e24) == nil)
        #expect(CountDistribution.poisson(mean: 0) == .zero)
    }
}
