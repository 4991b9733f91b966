import Numerics
import Testing

@testable import Inventory

@Suite("Minimum and maximum levels")
struct MinMaxPolicyTests {
    /// Zheng & Federgruen (1991), table 1, as in stockpyl tests/test_ss.py: h 1, p 9, K 64, Poisson demand of this mean, no
    /// lead time; s there is the largest position at which it is ordered.
    static let instances: [(mean: Double, s: Int64, upTo: Int64, cost: Double)] = [
        (10, 6, 40, 35.022), (15, 10, 49, 42.698), (20, 14, 62, 49.173), (25, 19, 56, 54.262), (30, 23, 66, 57.819),
        (35, 28, 77, 61.215), (40, 33, 87, 64.512), (45, 37, 97, 67.776), (50, 42, 108, 70.975), (55, 47, 118, 74.149),
        (60, 52, 129, 77.306), (65, 56, 75, 78.518), (70, 62, 81, 79.037), (75, 67, 86, 79.554), (21, 15, 65, 50.406),
        (22, 16, 68, 51.632), (23, 17, 52, 52.757), (24, 18, 54, 53.518), (51, 43, 110, 71.611), (52, 44, 112, 72.246),
        (59, 51, 126, 76.679), (61, 52, 131, 77.929), (63, 54, 73, 78.287), (64, 55, 74, 78.402),
    ]

    @Test("Zheng and Federgruen's instances are solved as published", arguments: instances)
    func published(_ instance: (mean: Double, s: Int64, upTo: Int64, cost: Double)) throws {
        let demand = try #require(CountDistribution.poisson(mean: instance.mean))
        let policy = try #require(
            MinMaxPolicy(fixedCost: 64, holdingCost: 1, shortageCost: 9, periodDemand: demand))
        #expect(policy.reorderPoint == instance.s + 1 && policy.orderUpTo == instance.upTo)
        #expect(abs(policy.cost - instance.cost) < 6e-4)
    }

    /// stockpyl tests/test_ss.py, example 4.7 and problem 4.31.
    @Test(
        "textbook problems are solved as published",
        arguments: [(1.0, 4.0, 5.0, 6.0, 4, 10, 8.034111561471644), (40, 125, 150, 4, 2, 7, 223.5748295669688)])
    func textbook(h: Double, p: Double, k: Double, mean: Double, s: Int64, upTo: Int64, cost: Double) throws {
        let demand = try #require(CountDistribution.poisson(mean: mean))
        let policy = try #require(MinMaxPolicy(fixedCost: k, holdingCost: h, shortageCost: p, periodDemand: demand))
        #expect(policy.reorderPoint == s + 1 && policy.orderUpTo == upTo)
        #expect(abs(policy.cost - cost) < 1e-6)
    }

    /// The same file, example 4.8 and problem 4.32.
    @Test(
        "the power approximation agrees with published values",
        arguments: [
            (0.18, 0.7, 2.5, 50.0, 8.0, 40.19461695647407, 74.29017010980579),
            (2, 36, 60, 190, 48, 226.6137928222839, 324.3797868133974),
        ])
    func power(h: Double, p: Double, k: Double, mean: Double, deviation: Double, s: Double, upTo: Double) throws {
        let found = try #require(
            MinMaxPolicy.powerApproximation(
                fixedCost: k, holdingCost: h, shortageCost: p, mean: mean, deviation: deviation))
        #expect(abs(found.reorderPoint - s) < 1e-8 && abs(found.orderUpTo - upTo) < 1e-8)
        #expect(
            MinMaxPolicy.powerApproximation(
                fixedCost: .nan, holdingCost: h, shortageCost: p, mean: mean, deviation: deviation) == nil)
    }

    /// The stationary law of the position by repeated transition, for every pair of levels.
    @Test("no pair of levels is cheaper for lumpy demand with a lead time", arguments: [0, 1, 2, 3])
    func bruteForce(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let demand = try #require(
            CountDistribution(probabilities: (0..<5).map { $0 == 0 ? 1 : random.uniform() }))
        let protection = demand.convolved(with: demand)
        let (k, h, p) = (6.0, 1.0, 4.0)
        let costs = try #require(Newsvendor(holdingCost: h, shortageCost: p))
        let policy = try #require(
            MinMaxPolicy(
                fixedCost: k, holdingCost: h, shortageCost: p, periodDemand: demand, protection: protection))
        var best = Double.infinity
        for upTo in 1...18 {
            for point in 0...upTo {
                // Positions after ordering, from `point` to `upTo`; below `point` it is ordered.
                var law = [Double](repeating: 0, count: upTo - point + 1)
                law[upTo - point] = 1
                var orders = 0.0
                for _ in 0..<150 {
                    var next = law.map { _ in 0.0 }
                    orders = 0
                    for (index, chance) in law.enumerated() {
                        for units in 0...demand.maximum {
                            let mass = chance * demand.probability(of: units)
                            if index - units >= 0 {
                                next[index - units] += mass
                            } else {
                                next[upTo - point] += mass
                                orders += mass
                            }
                        }
                    }
                    // Halfway between two steps: no period of the chain survives.
                    law = zip(law, next).map { ($0 + $1) / 2 }
                }
                let held = law.indices.reduce(0.0) {
                    $0 + law[$1] * costs.cost(of: Double(point + $1), for: protection)
                }
                best = min(best, k * orders + held)
            }
        }
        #expect(abs(policy.cost - best) < 1e-6)
    }

    @Test("numbers out of range have no policy", arguments: [Double.nan, .infinity, -1])
    func refused(bad: Double) throws {
        let demand = try #require(CountDistribution.poisson(mean: 3))
        #expect(MinMaxPolicy(fixedCost: bad, holdingCost: 1, shortageCost: 1, periodDemand: demand) == nil)
        #expect(MinMaxPolicy(fixedCost: 1, holdingCost: bad, shortageCost: 1, periodDemand: demand) == nil)
        #expect(MinMaxPolicy(fixedCost: 1, holdingCost: 1, shortageCost: 1, periodDemand: .zero) == nil)
        #expect(MinMaxPolicy(fixedCost: 1e30, holdingCost: 1e-9, shortageCost: 1, periodDemand: demand) == nil)
    }

    @Test("wide demand is solved on its own grid, near the power approximation")
    func coarse() throws {
        let demand = try #require(CountDistribution.negativeBinomial(mean: 90_000, variance: 4e8))
        let policy = try #require(
            MinMaxPolicy(fixedCost: 2e6, holdingCost: 1, shortageCost: 9, periodDemand: demand))
        let near = try #require(
            MinMaxPolicy.powerApproximation(
                fixedCost: 2e6, holdingCost: 1, shortageCost: 9, mean: 90_000, deviation: 20_000))
        #expect(abs(Double(policy.orderUpTo) / near.orderUpTo - 1) < 0.15)
        #expect(policy.reorderPoint < policy.orderUpTo)
    }
}
