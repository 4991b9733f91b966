import Numerics
import Testing

@testable import Inventory

@Suite("Relative costs of positions")
struct PositionRecursionTests {
    /// Positions from −`below` on, a review every period, no lead time, and demand that waits.
    private func solved(
        mean: Double, holding: Double, shortage: Double, order: Double, below: Int = 250, above: Int = 250
    ) throws -> (gain: Double, point: Int, upTo: Int) {
        let demand = try #require(CountDistribution.poisson(mean: mean))
        let stage = (-below...above).map { units -> Double in
            let short = demand.lossAbove(Double(units))
            return shortage * short + holding * (Double(units) - mean + short)
        }
        let none = [Double](repeating: 0, count: stage.count)
        var recursion = PositionRecursion(
            stage: stage, lost: none, shift: none, chances: (0...demand.maximum).map { demand.probability(of: $0) },
            order: order, pack: 1, least: 1)
        recursion.solve(rounds: 60, tolerance: 1e-10)
        let point = try #require(stage.indices.last { recursion.ordering[$0] < recursion.waiting[$0] })
        return (recursion.gain, point - below, recursion.target[point] - below)
    }

    /// Zheng & Federgruen, Operations Research 39 (1991), table 1: holding 1, shortage 9, an order 64, Poisson demand. It
    /// is ordered at s and below, up to S.
    @Test(
        "the gain and the levels are the published optima",
        arguments: [(10.0, 6, 40, 35.022), (25, 19, 56, 54.262), (50, 42, 108, 70.975), (60, 52, 129, 77.306)])
    func zhengFedergruen(mean: Double, point: Int, upTo: Int, cost: Double) throws {
        let found = try solved(mean: mean, holding: 1, shortage: 9, order: 64)
        #expect(abs(found.gain - cost) < 6e-4)
        #expect(found.point == point)
        #expect(found.upTo == upTo)
    }

    /// stockpyl tests/test_ss.py: example 4.7 and problem 4.31.
    @Test(
        "the gain agrees with worked examples",
        arguments: [(6.0, 1.0, 4.0, 5.0, 4, 10, 8.0341115615), (4, 40, 125, 150, 2, 7, 223.5748295670)])
    func examples(
        mean: Double, holding: Double, shortage: Double, order: Double, point: Int, upTo: Int, cost: Double
    ) throws {
        let found = try solved(mean: mean, holding: holding, shortage: shortage, order: order)
        #expect(abs(found.gain - cost) < 1e-4 * cost)
        #expect(found.point == point)
        #expect(found.upTo == upTo)
    }
}
