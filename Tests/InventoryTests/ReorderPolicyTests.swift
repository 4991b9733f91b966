import Numerics
import Testing

@testable import Inventory

@Suite("Reorder policy")
struct ReorderPolicyTests {
    /// stockpyl tests/test_rq.py, example 5.8 and problem 5.2. There r is the position at which it is ordered; here s is
    /// the position strictly below which it is ordered, so s = r + 1.
    @Test(
        "the reorder point of least cost agrees with published optima for Poisson demand",
        arguments: [(20.0, 150.0, 3.0, 5.0, 3), (4, 28, 6, 7, 6)])
    func optimum(h: Double, p: Double, mean: Double, cycle: Double, r: Int) throws {
        let demand = try #require(CountDistribution.poisson(mean: mean))
        #expect(ReorderPolicy.reorderPoint(demand: demand, cycle: cycle, service: p / (p + h)) == r + 1)
    }

    /// The same test file, example 5.1: normal demand over the lead time, mean 1300 ÷ 12, deviation 150 ÷ √12.
    @Test(
        "the reorder point of least cost agrees with published optima for normal demand",
        arguments: [(318.0, 127.7880348669655), (150, 147.1949581740714), (750, 99.85377339616528)])
    func normalOptimum(cycle: Double, r: Double) throws {
        let mean = 1300.0 / 12
        let deviation = 150 / 12.0.squareRoot()
        let probabilities = try (0...500).map { x in
            let upper = try #require(Normal.cumulative((Double(x) + 0.5 - mean) / deviation))
            return upper - (try #require(Normal.cumulative((Double(x) - 0.5 - mean) / deviation)))
        }
        let demand = try #require(CountDistribution(probabilities: probabilities))
        let point = ReorderPolicy.reorderPoint(demand: demand, cycle: cycle, service: 7.5 / 7.725)
        #expect(abs(Double(point) - r) < 1.5)
    }

    /// Example 5.8's fill rate, computed there by the position's uniform law on r + 1 … r + Q.
    @Test("the fill rate agrees with a published value")
    func fillRate() throws {
        let demand = try #require(CountDistribution.poisson(mean: 3))
        #expect(abs(ReorderPolicy.fillRate(demand: demand, reorderPoint: 3, cycle: 5) - 0.8666328304219004) < 1e-9)
    }

    @Test("the reorder point is the least that reaches the fill rate", arguments: [0.5, 0.8, 0.95, 0.99, 0.9999])
    func least(share: Double) throws {
        for (mean, variance, cycle) in [(0.2, 0.3, 0.1), (4, 9, 3), (60, 600, 25), (3000, 400_000, 900)] {
            let demand = try #require(CountDistribution.negativeBinomial(mean: mean, variance: variance))
            let point = ReorderPolicy.reorderPoint(demand: demand, cycle: cycle, service: share)
            #expect(ReorderPolicy.fillRate(demand: demand, reorderPoint: point, cycle: cycle) >= share)
            if point > 0 {
                #expect(ReorderPolicy.fillRate(demand: demand, reorderPoint: point - 1, cycle: cycle) < share)
            }
        }
    }

    @Test("a higher fill rate never lowers the reorder point")
    func monotone() throws {
        let demand = try #require(CountDistribution.negativeBinomial(mean: 40, variance: 300))
        var previous: Int64 = 0
        for share in [0.3, 0.5, 0.7, 0.9, 0.95, 0.98, 0.99, 0.999, 0.99999] {
            let policy = try ReorderPolicy(protection: demand, rate: 2, gap: 7, cover: 0, target: .fillRate(share))
            #expect(policy.reorderPoint >= previous)
            #expect(policy.orderUpTo == policy.reorderPoint + 14)
            previous = policy.reorderPoint
        }
    }

    @Test("dearer shortages never lower the reorder point; dear orders make larger ones")
    func costs() throws {
        let demand = try #require(CountDistribution.negativeBinomial(mean: 40, variance: 300))
        func policy(_ shortage: Double, order: Double = 0) throws -> ReorderPolicy {
            try ReorderPolicy(
                protection: demand, rate: 2, gap: 7, cover: 0,
                target: .cost(shortage: shortage, holding: 0.01, order: order))
        }
        #expect(try policy(5).reorderPoint >= policy(1).reorderPoint)
        #expect(abs(try policy(1).service - 1 / 1.07) < 1e-12)
        // √(2 · 16 · 2 ÷ 0.01) = 80 units, more than a week's 14.
        #expect(abs(try policy(1, order: 16).cycle - 80) < 1e-9)
    }

    @Test("targets and terms out of range are refused with what to do")
    func refused() {
        for target in [
            ServiceTarget.fillRate(1), .fillRate(0), .fillRate(.nan), .cost(shortage: 0, holding: 1, order: 0),
            .cost(shortage: 1, holding: .infinity, order: 0), .cost(shortage: 1, holding: 1, order: -1),
        ] {
            #expect(throws: InventoryError.self) {
                try ReorderPolicy(protection: .zero, rate: 1, gap: 7, cover: 0, target: target)
            }
        }
        #expect(throws: InventoryError.self) {
            try ReorderPolicy(protection: .zero, rate: .nan, gap: 7, cover: 0, target: .fillRate(0.9))
        }
        #expect(throws: InventoryError.self) {
            try ReorderPolicy(protection: .zero, rate: 1, gap: 0, cover: 0, target: .fillRate(0.9))
        }
    }

    @Test("nothing is ordered at the reorder point, and up to the level strictly below it")
    func boundary() throws {
        #expect(try OrderQuantity(position: 10, reorderPoint: 10, orderUpTo: 25).quantity == 0)
        #expect(try OrderQuantity(position: 9, reorderPoint: 10, orderUpTo: 25).quantity == 16)
        #expect(try OrderQuantity(position: -4, reorderPoint: 0, orderUpTo: 0).quantity == 4)
    }

    @Test("each step of the rounding is told")
    func rounding() throws {
        let packed = try OrderQuantity(position: 0, reorderPoint: 50, orderUpTo: 130, pack: 24)
        #expect(packed.quantity == 144 && packed.need == 130 && packed.addedByPack == 14 && packed.addedByMinimum == 0)
        let least = try OrderQuantity(position: 45, reorderPoint: 50, orderUpTo: 60, pack: 6, minimum: 20)
        #expect(least.quantity == 24 && least.need == 15 && least.addedByPack == 3 && least.addedByMinimum == 6)
        #expect(throws: InventoryError.self) { try OrderQuantity(position: 0, reorderPoint: 1, orderUpTo: 1, pack: 0) }
        #expect(throws: InventoryError.self) {
            try OrderQuantity(position: .min, reorderPoint: 1, orderUpTo: .max, pack: 7)
        }
    }

    @Test("a pack that is a multiple of another never orders less")
    func packs() throws {
        for position in Int64(-20)...40 {
            for (pack, factor, minimum) in [(1, 6, 1), (6, 2, 10), (4, 3, 50), (2, 12, 7)] as [(Int64, Int64, Int64)] {
                let fine = try OrderQuantity(
                    position: position, reorderPoint: 30, orderUpTo: 47, pack: pack, minimum: minimum)
                let coarse = try OrderQuantity(
                    position: position, reorderPoint: 30, orderUpTo: 47, pack: pack * factor, minimum: minimum)
                #expect(coarse.quantity >= fine.quantity)
                #expect(fine.quantity % pack == 0 && (fine.quantity == 0 || fine.quantity >= minimum))
            }
        }
    }
}
