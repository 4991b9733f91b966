import Numerics
import Testing

@testable import Inventory

@Suite("Reorder point and quantity together")
struct ReorderQuantityTests {
    /// stockpyl tests/test_rq.py, example 5.1: K 8, h 0.225, p 7.5, λ 1300, σ 150 a year, lead time a twelfth of it.
    static func example() throws -> NormalReorder {
        try #require(
            NormalReorder(
                fixedCost: 8, holdingCost: 0.225, shortageCost: 7.5, demandRate: 1300, mean: 1300 / 12,
                deviation: 150 / 12.0.squareRoot()))
    }

    @Test("costs and reorder points of given quantities agree with published values")
    func given() throws {
        let problem = try Self.example()
        #expect(abs(try #require(problem.cost(reorderPoint: 126.8, quantity: 328.5)) - 78.07116250928294) < 1e-9)
        #expect(abs(try #require(problem.cost(reorderPoint: 100, quantity: 250)) - 87.34647802817499) < 1e-9)
        for (quantity, point) in [(318.0, 127.7880348669655), (150, 147.1949581740714), (750, 99.85377339616528)] {
            #expect(abs(try #require(problem.reorderPoint(for: quantity)) - point) < 1e-6)
        }
        #expect(abs(problem.shortage(at: 126.8) - 9.588919335610864) < 1e-9)
    }

    @Test("approximations agree with published values")
    func approximations() throws {
        let problem = try Self.example()
        let level = try #require(problem.expectedInventoryLevel())
        #expect(abs(level.reorderPoint - 213.9704421358024) < 1e-5 && abs(level.quantity - 318.5901810768729) < 1e-5)
        #expect(abs(level.cost - 95.45114022285196) < 1e-5)
        let waiting = try #require(problem.economicOrderWithBackorders())
        #expect(abs(waiting.reorderPoint - 128.637814424271) < 1e-5)
        #expect(abs(waiting.quantity - 308.5737801203754) < 1e-9)
        let safe = try #require(problem.economicOrderWithSafetyStock())
        #expect(abs(safe.reorderPoint - 190.3369965715624) < 1e-8)
        #expect(abs(safe.quantity - 304.0467800264368) < 1e-9)
        let loss = try #require(problem.lossFunction())
        #expect(abs(loss.reorderPoint - 126.8670642878315) < 1e-5 && abs(loss.quantity - 328.4491413581765) < 1e-5)
    }

    /// The cost rate of each position, added up over the range of positions in small steps.
    @Test("the exact policy is the least of the integral it minimises")
    func exact() throws {
        let problem = try Self.example()
        let best = try #require(problem.optimal())
        func slow(_ point: Double, _ quantity: Double) -> Double {
            let steps = 4000
            let width = quantity / Double(steps)
            let sum = (0..<steps).reduce(0.0) { sum, i in
                let short = problem.shortage(at: point + (Double(i) + 0.5) * width)
                let held = point + (Double(i) + 0.5) * width - problem.mean + short
                return sum + (0.225 * held + 7.5 * short) * width
            }
            return (8 * 1300 + sum) / quantity
        }
        #expect(abs(slow(best.reorderPoint, best.quantity) - best.cost) < 1e-4)
        for r in [-2.0, -0.3, 0, 0.3, 2] {
            for q in [-5.0, -1, 0, 1, 5] where r != 0 || q != 0 {
                #expect(slow(best.reorderPoint + r, best.quantity + q) > best.cost)
            }
        }
        // The book's rounded optimum, and every approximation, costs no less.
        #expect(best.cost <= 78.07116250928294 && best.cost > 78.06)
        #expect(abs(best.reorderPoint - 126.8) < 0.1 && abs(best.quantity - 328.5) < 0.1)
    }

    /// stockpyl tests/test_rq.py, example 5.8 and problem 5.2; r there is the largest position at which it is ordered.
    @Test(
        "Poisson demand gives the published policies",
        arguments: [
            (20.0, 150.0, 100.0, 1.5, 2.0, 3, 5, 107.9235806331498), (4, 28, 4, 12, 0.5, 6, 7, 28.241312842169155),
        ])
    func poisson(
        h: Double, p: Double, k: Double, rate: Double, leadTime: Double, r: Int64, quantity: Int64, cost: Double
    ) throws {
        let demand = try #require(CountDistribution.poisson(mean: rate * leadTime))
        let found = try #require(
            DiscreteReorder(
                fixedCost: k, holdingCost: h, shortageCost: p, demandRate: rate, leadTimeDemand: demand))
        #expect(found.reorderPoint == r + 1 && found.quantity == quantity)
        #expect(abs(found.cost - cost) < 1e-6)
    }

    @Test("no other reorder point and quantity is cheaper for any demand", arguments: 0..<15)
    func bruteForce(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (h, p, k) = (0.1 + random.uniform(), 0.2 + 5 * random.uniform(), 30 * random.uniform())
        let mean = 0.2 + 12 * random.uniform()
        let demand = try #require(
            CountDistribution.negativeBinomial(mean: mean, variance: mean * (1 + 3 * random.uniform())))
        let found = try #require(
            DiscreteReorder(fixedCost: k, holdingCost: h, shortageCost: p, demandRate: 2, leadTimeDemand: demand))
        let costs = try #require(Newsvendor(holdingCost: h, shortageCost: p))
        var best = Double.infinity
        for start in -40...60 {
            var sum = 2 * k
            for quantity in 1...80 {
                sum += costs.cost(of: Double(start + quantity - 1), for: demand)
                best = min(best, sum / Double(quantity))
            }
        }
        #expect(abs(found.cost - best) < 1e-9 * best)
    }

    @Test("numbers out of range have no policy", arguments: [Double.nan, .infinity, -1, 0])
    func refused(bad: Double) throws {
        let demand = try #require(CountDistribution.poisson(mean: 3))
        func normal(_ numbers: [Double]) -> NormalReorder? {
            NormalReorder(
                fixedCost: numbers[0], holdingCost: numbers[1], shortageCost: numbers[2], demandRate: numbers[3],
                mean: 1, deviation: numbers[4])
        }
        for index in 0..<5 {
            var numbers = [1.0, 1, 1, 1, 1]
            numbers[index] = bad
            #expect(normal(numbers) == nil)
            guard index < 4, index > 0 || bad != 0 else { continue }
            #expect(
                DiscreteReorder(
                    fixedCost: numbers[0], holdingCost: numbers[1], shortageCost: numbers[2],
                    demandRate: numbers[3], leadTimeDemand: demand) == nil)
        }
        let problem = try Self.example()
        #expect(problem.cost(reorderPoint: bad, quantity: bad) == nil)
        #expect(bad == 0 || !bad.isFinite || problem.reorderPoint(for: bad) == nil)
    }

    @Test("extreme numbers end")
    func extremes() throws {
        for (k, h, p, rate, mean, deviation) in [
            (1e-9, 1e9, 1e-9, 1e-9, 0.0, 1e-9), (1e12, 1e-12, 1e12, 1e12, 1e12, 1e12), (1, 1, 1e-12, 1, 1, 1e6),
            (1e90, 1e90, 1e90, 1e90, 1e90, 1e90), (1e-90, 1e-90, 1e-90, 1e-90, 1e-90, 1e-90),
        ] {
            let problem = try #require(
                NormalReorder(
                    fixedCost: k, holdingCost: h, shortageCost: p, demandRate: rate, mean: mean, deviation: deviation))
            for policy in [
                problem.optimal(), problem.lossFunction(), problem.expectedInventoryLevel(),
                problem.economicOrderWithBackorders(), problem.economicOrderWithSafetyStock(),
            ] {
                if let policy { #expect(!policy.cost.isNaN && !policy.quantity.isNaN && !policy.reorderPoint.isNaN) }
            }
        }
    }
}
