import Numerics
import Testing

@testable import Inventory

@Suite("Textbook formulas")
struct FormulasTests {
    /// Recomputed from the formula; the pattern of Silver, Pyke & Peterson.
    @Test(
        "safety stock with a varying lead time",
        arguments: [
            (100.0, 20.0, 9.0, 2.0, 0.95, 208.806130178211, 343.4555205533316),
            (40, 12, 10, 3, 0.98, 125.85706178041819, 258.47880352685587),
            (50, 8, 4, 0, 0.95, 16, 26.317658031223555),
        ])
    func safety(d: Double, sd: Double, l: Double, sl: Double, level: Double, sigma: Double, stock: Double) throws {
        let deviation = try #require(SafetyStock.deviation(demand: (d, sd), leadTime: (l, sl)))
        #expect(abs(deviation - sigma) < 1e-9)
        #expect(abs(try #require(SafetyStock.forCycleService(level, deviation: deviation)) - stock) < 1e-8)
    }

    /// (s, Q): an example of Silver, Pyke & Peterson whose rounded answer is 57. (R, S): solved from its equation.
    @Test("reorder point and order-up-to level for a fill rate")
    func fill() throws {
        let point = try #require(SafetyStock.reorderPoint(fillRate: 0.99, cycle: 200, mean: 50, deviation: 11.4))
        #expect(abs(point - 56.56287280264117) < 1e-6)
        let served = try #require(
            SafetyStock.fillRate(reorderPoint: point, cycle: 200, mean: 50, deviation: 11.4))
        #expect(abs(served - 0.99) < 1e-6)
        let upTo = try #require(
            SafetyStock.orderUpTo(fillRate: 0.98, demandPerReview: 100, mean: 300, deviation: 30 * 3.0.squareRoot()))
        #expect(abs(upTo - 371.59765429048787) < 1e-7)
    }

    /// stockpyl example 5.1: r = 126.8, Q = 328.5.
    @Test("cycle service and fill rate differ")
    func cycleAndFill() throws {
        let mean = 1300.0 / 12
        let deviation = 150 / 12.0.squareRoot()
        let cycleService = try #require(Normal.cumulative((126.8 - mean) / deviation))
        #expect(abs(cycleService - 0.6651170791683826) < 1e-9)
        let served = try #require(
            SafetyStock.fillRate(reorderPoint: 126.8, cycle: 328.5, mean: mean, deviation: deviation))
        let short = deviation * (try #require(Normal.loss((126.8 - mean) / deviation)))
        #expect(abs(short - 9.588919335610864) < 1e-9)
        #expect(abs(1 - short / 328.5 - 0.9708099868017934) < 1e-9)
        #expect(served >= 0.9708099868017934 && served < 0.97082)
    }

    /// stockpyl tests/test_eoq.py, examples 3.1 and 3.8, problem 3.1.
    @Test("economic order quantities agree with published values")
    func eoq() throws {
        let plain = try #require(EconomicOrder(fixedCost: 8, holdingCost: 0.225, demandRate: 1300))
        #expect(abs(plain.quantity - 304.0467800264368) < 1e-9)
        #expect(abs(plain.cost - 68.41052550594827) < 1e-9)
        #expect(plain.backordered == 0)
        let other = try #require(EconomicOrder(fixedCost: 2250, holdingCost: 275, demandRate: 182_500))
        #expect(abs(other.quantity - 1728.109844993551) < 1e-8)
        #expect(abs(other.cost - 475_230.2073732266) < 1e-5)
        let waiting = try #require(
            EconomicOrder(fixedCost: 8, holdingCost: 0.225, demandRate: 1300, waitingCost: 5))
        #expect(abs(waiting.quantity - 310.8125551589646) < 1e-9)
        #expect(abs(waiting.backordered - 0.043062200956938) < 1e-12)
        #expect(abs(waiting.cost - 66.92136355097325) < 1e-9)
    }

    /// stockpyl tests/test_newsvendor.py: examples 4.2–4.4 and 4.7, problems 4.1, 4.7b, 4.8a, 4.19.
    @Test("newsvendor stocks and costs agree with published values")
    func newsvendor() throws {
        let normal = try #require(Newsvendor(holdingCost: 0.18, shortageCost: 0.7))
        let stock = try #require(normal.stock(mean: 50, deviation: 8))
        #expect(abs(stock - 56.60395592743389) < 1e-9)
        let cost = try #require(normal.cost(of: stock, mean: 50, deviation: 8))
        #expect(abs(cost - 1.997605193176645) < 1e-9)
        #expect(abs(try #require(normal.cost(of: 40, mean: 50, deviation: 8)) - 7.356131552870388) < 1e-9)
        // Example 4.2 states the same shop by revenue 1, cost 0.3 and salvage 0.12.
        #expect(abs(0.7 * 50 - cost - 33.002394806823354) < 1e-9)
        let five = try #require(normal.stock(mean: 250, deviation: 8 * 5.0.squareRoot()))
        #expect(abs(five - 264.7668943741548) < 1e-9)
        let large = try #require(Newsvendor(holdingCost: 43, shortageCost: 79))
        #expect(abs(try #require(large.stock(mean: 900, deviation: 60)) - 922.7214038234755) < 1e-8)

        for (h, p, mean, stock, cost) in [
            (1.0, 4.0, 6.0, 8.0, 3.570106945770946), (200, 270, 18, 19, 786.0884409351115),
            (0.08, 1.25, 90, 105, 1.5450188691551778),
        ] {
            let problem = try #require(Newsvendor(holdingCost: h, shortageCost: p))
            let demand = try #require(CountDistribution.poisson(mean: mean))
            #expect(problem.stock(for: demand) == Int(stock))
            #expect(abs(problem.cost(of: stock, for: demand) / cost - 1) < 1e-6)
        }
        let poisson = try #require(Newsvendor(holdingCost: 1, shortageCost: 4))
        let six = try #require(CountDistribution.poisson(mean: 6))
        #expect(abs(poisson.cost(of: 5, for: six) - 6.590296024616344) < 1e-6)
        let discrete = try #require(Newsvendor(holdingCost: 500_000, shortageCost: 1_000_000))
        let demand = try #require(
            CountDistribution(probabilities: [0, 0.25, 0.05, 0.1, 0.2, 0.15, 0.1, 0.1, 0.05]))
        #expect(discrete.stock(for: demand) == 5)
        #expect(abs(discrete.cost(of: 5, for: demand) - 1_225_000) < 1e-3)
    }

    @Test("numbers out of range have no answer", arguments: [Double.nan, .infinity, -1, 0])
    func refused(bad: Double) {
        #expect(EconomicOrder(fixedCost: bad, holdingCost: 1, demandRate: 1) == nil)
        #expect(EconomicOrder(fixedCost: 1, holdingCost: bad, demandRate: 1) == nil)
        #expect(EconomicOrder(fixedCost: 1, holdingCost: 1, demandRate: 1, waitingCost: bad) == nil)
        #expect(Newsvendor(holdingCost: bad, shortageCost: 1) == nil)
        #expect(SafetyStock.reorderPoint(fillRate: bad, cycle: 1, mean: 1, deviation: 1) == nil)
        #expect(SafetyStock.fillRate(reorderPoint: 1, cycle: bad, mean: 1, deviation: 1) == nil)
        #expect(SafetyStock.orderUpTo(fillRate: 0.5, demandPerReview: 1, mean: 1, deviation: bad) == nil)
        if bad != 0 {
            #expect(SafetyStock.deviation(demand: (1, bad), leadTime: (1, 1)) == nil)
            #expect(SafetyStock.forCycleService(0.9, deviation: bad) == nil)
        }
    }
}
