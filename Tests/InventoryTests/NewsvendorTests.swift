import Glibc
import Numerics
import Testing

@testable import Inventory

@Suite("Newsvendor by prices, periods and skew")
struct NewsvendorTests {
    /// stockpyl tests/test_newsvendor.py: example 4.2 and problem 4.3b.
    @Test(
        "prices and salvage give the published stock and profit",
        arguments: [
            (1.0, 0.3, 0.12, 50.0, 8.0, 56.60395592743389, 33.002394806823354),
            (7, 2.5, 1.5, 50, 10, 59.084578685373856, 210.4768082523147),
        ])
    func explicit(
        price: Double, cost: Double, salvage: Double, mean: Double, deviation: Double, stock: Double, profit: Double
    ) throws {
        let problem = try #require(Newsvendor(price: price, cost: cost, salvage: salvage))
        let found = try #require(problem.stock(mean: mean, deviation: deviation))
        #expect(abs(found - stock) < 1e-9)
        #expect(abs(try #require(problem.profit(of: found, mean: mean, deviation: deviation)) - profit) < 1e-9)
    }

    /// The same file, example 4.4: a lead time of four periods and one of review.
    @Test("a base stock covers the lead time and one period")
    func baseStock() throws {
        let problem = try #require(Newsvendor(holdingCost: 0.18, shortageCost: 0.7))
        let found = try #require(problem.baseStock(mean: 50, deviation: 8, leadTime: 4))
        #expect(abs(found.level - 264.7668943741548) < 1e-9 && abs(found.cost - 4.466781004149578) < 1e-9)
        #expect(problem.baseStock(mean: 50, deviation: 8, leadTime: -1) == nil)
        #expect(problem.baseStock(mean: 50, deviation: .nan, leadTime: 1) == nil)
    }

    /// The same file, problem 4.8b.
    @Test("lognormal demand gives the published stock and cost")
    func lognormal() throws {
        let problem = try #require(Newsvendor(holdingCost: 1, shortageCost: 0.1765))
        let found = try #require(problem.stock(logMean: 6, logDeviation: 0.3))
        #expect(abs(found.stock - 295.6266448071368) < 1e-8)
        #expect(abs(found.cost - 29.44254358213529) < 1e-8)
        #expect(problem.stock(logMean: 6, logDeviation: 0) == nil)
        #expect(problem.stock(logMean: 1e9, logDeviation: 1) == nil)
    }

    @Test("the profit of a count is the sum over what may be asked for")
    func countProfit() throws {
        let problem = try #require(Newsvendor(price: 9, cost: 4, salvage: 1))
        let demand = try #require(CountDistribution.negativeBinomial(mean: 6, variance: 15))
        for stock in [0, 3, 7, 20] {
            var profit = 0.0
            for units in demand.minimum...demand.maximum {
                let sold = min(units, stock)
                profit += demand.probability(of: units) * (9 * Double(sold) + Double(stock - sold) - 4 * Double(stock))
            }
            #expect(abs(problem.profit(of: Double(stock), for: demand) - profit) < 1e-9)
        }
        #expect(Newsvendor(price: 4, cost: 4) == nil && Newsvendor(price: 4, cost: 2, salvage: 3) == nil)
        #expect(Newsvendor(price: .nan, cost: 2) == nil)
    }
}
