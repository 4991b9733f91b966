import Numerics
import Testing

@testable import Inventory

@Suite("Joint replenishment")
struct JointReplenishmentTests {
    static func items(_ k: [Double], _ h: [Double], _ rate: [Double]) -> [JointReplenishment.Item] {
        k.indices.map { JointReplenishment.Item(fixedCost: k[$0], holdingCost: h[$0], demandRate: rate[$0]) }
    }

    /// stockpyl tests/test_eoq.py: its textbook's example; Silver, Pyke & Peterson, p. 428; Silver (1976).
    @Test(
        "Silver's heuristic agrees with published plans",
        arguments: [
            (
                600.0, items([120, 840, 300], [160, 20, 50], [1, 1, 1]), [1, 3, 1], 3.103164454170876,
                837.8544026261366
            ),
            (
                40, items([15, 15, 15, 15], [0.24, 0.24, 0.24, 0.24], [86000, 12500, 1400, 3000]), [1, 1, 4, 3],
                0.07617340262784976, 2067.650840930354
            ),
            (
                10,
                items([1.87, 5.27, 7.94, 8.19, 8.87], [0.2, 0.2, 0.2, 0.2, 0.2], [1736, 656, 558, 170, 142]),
                [1, 1, 1, 3, 3], 0.2813771490671472, 218.68632025498687
            ),
        ])
    func published(
        shared: Double, items: [JointReplenishment.Item], multiples: [Int], cycle: Double, cost: Double
    ) throws {
        let plan = try #require(JointReplenishment.silver(sharedCost: shared, items: items))
        #expect(plan.multiples == multiples)
        #expect(abs(plan.cycle - cycle) < 1e-9 && abs(plan.cost - cost) < 1e-6)
        for (index, item) in items.enumerated() {
            #expect(abs(plan.quantities[index] - item.demandRate * plan.cycle * Double(multiples[index])) < 1e-6)
        }
    }

    /// Every multiple up to 12 of each of three products.
    @Test("the exact search is never beaten by any multiples", arguments: 0..<25)
    func exact(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let items = (0..<3).map { _ in
            JointReplenishment.Item(
                fixedCost: 1 + 50 * random.uniform(), holdingCost: 0.1 + random.uniform(),
                demandRate: 1 + 300 * random.uniform() * random.uniform())
        }
        let shared = 5 + 100 * random.uniform()
        let plan = try #require(JointReplenishment.optimal(sharedCost: shared, items: items))
        let heuristic = try #require(JointReplenishment.silver(sharedCost: shared, items: items))
        #expect(plan.cost <= heuristic.cost)
        var best = Double.infinity
        for a in 1...12 {
            for b in 1...12 {
                for c in 1...12 {
                    let m = [Double(a), Double(b), Double(c)]
                    let fixed = shared + (0..<3).reduce(0) { $0 + items[$1].fixedCost / m[$1] }
                    let held = (0..<3).reduce(0) { $0 + items[$1].holdingCost * items[$1].demandRate * m[$1] }
                    best = min(best, (2 * fixed * held).squareRoot())
                }
            }
        }
        #expect(plan.cost <= best * (1 + 1e-9))
        if plan.multiples.allSatisfy({ $0 <= 12 }) { #expect(abs(plan.cost / best - 1) < 1e-9) }
    }

    @Test("numbers out of range have no plan")
    func refused() {
        #expect(JointReplenishment.silver(sharedCost: 1, items: []) == nil)
        #expect(JointReplenishment.silver(sharedCost: .nan, items: Self.items([1], [1], [1])) == nil)
        #expect(JointReplenishment.silver(sharedCost: 1, items: Self.items([0], [1], [1])) == nil)
        #expect(JointReplenishment.silver(sharedCost: 1, items: Self.items([1], [1], [.infinity])) == nil)
        #expect(JointReplenishment.optimal(sharedCost: 0, items: Self.items([1], [1], [1])) == nil)
    }
}
