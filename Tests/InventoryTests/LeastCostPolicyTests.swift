import Numerics
import Testing

@testable import Inventory

@Suite("Orders at the least cost")
struct LeastCostPolicyTests {
    private static let costs = StockCosts(shortage: 4, holding: 0.05, order: 2)

    private func policy(
        rate: Double = 1.5, drift: Double = 0, lead: Double = 10, spread: Double = 0, costs: StockCosts = costs,
        pack: Int64 = 1, minimum: Int64 = 1
    ) throws -> LeastCostPolicy {
        try LeastCostPolicy(
            demand: SteadyDemand(rate: rate, drift: drift),
            timing: try OrderTiming(gap: 7, leadTime: try LeadTime(mean: lead, spread: spread)), costs: costs,
            pack: pack, minimum: minimum)
    }

    /// Cost a day of an order rule where sales that find no stock are lost, over many weeks.
    private func simulated(
        rate: Double, lead: Int, weeks: Int, seed: UInt64, order: (_ onHand: Int, _ onOrder: Int) -> Int
    ) -> (cost: Double, fill: Double) {
        var generator = SplitMix64(seed: seed)
        var due = [Int](repeating: 0, count: 7 * weeks + lead + 1)
        var (onHand, onOrder, lost, held, lines, asked) = (20, 0, 0, 0, 0, 0)
        for day in 0..<7 * weeks {
            onHand += due[day]
            onOrder -= due[day]
            if day % 7 == 0 {
                let quantity = order(onHand, onOrder)
                if quantity > 0 {
                    due[day + lead] += quantity
                    onOrder += quantity
                    lines += 1
                }
            }
            let wanted = generator.negativeBinomial(mean: rate, variance: 1.6 * rate) ?? 0
            asked += wanted
            lost += max(0, wanted - onHand)
            onHand = max(0, onHand - wanted)
            held += onHand
        }
        let costs = LeastCostPolicyTests.costs
        let cost = costs.shortage * Double(lost) + costs.holding * Double(held) + costs.order * Double(lines)
        return (cost / Double(7 * weeks), 1 - Double(lost) / Double(asked))
    }

    @Test("no pair of levels does much better where sales are lost", arguments: [0.4, 1.5])
    func nearBest(rate: Double) throws {
        let policy = try policy(rate: rate)
        var best = (cost: Double.infinity, point: 0, more: 0)
        let mean = rate * 17
        for point in stride(from: Int(mean * 0.4), through: Int(mean * 2.2) + 3, by: max(1, Int(mean / 8))) {
            for more in stride(from: 1, through: Int(mean * 1.6) + 3, by: max(1, Int(mean / 8))) {
                let found = simulated(rate: rate, lead: 10, weeks: 250, seed: 7) {
                    $0 + $1 < point ? point + more - $0 - $1 : 0
                }
                if found.cost < best.cost { best = (found.cost, point, more) }
            }
        }
        // Judged on demand that the search has not seen.
        let pair = simulated(rate: rate, lead: 10, weeks: 2000, seed: 8) {
            $0 + $1 < best.point ? best.point + best.more - $0 - $1 : 0
        }
        let own = simulated(rate: rate, lead: 10, weeks: 2000, seed: 8) {
            Int(policy.order(onHand: Int64($0), onOrder: Int64($1)))
        }
        #expect(own.cost < 1.03 * pair.cost, "\(own.cost) against \(pair.cost)")
        #expect(abs(own.fill - policy.fillRate) < 0.02)
    }

    @Test("orders are whole packs and at least the minimum", arguments: [(6, 1), (6, 15), (24, 24), (1, 7)])
    func packs(pack: Int64, minimum: Int64) throws {
        let policy = try policy(pack: pack, minimum: minimum)
        var placed = 0
        for onHand in Int64(-5)..<60 {
            for onOrder in [Int64(0), 4, 20] {
                let quantity = policy.order(onHand: onHand, onOrder: onOrder)
                #expect(quantity >= 0 && quantity % pack == 0)
                #expect(quantity == 0 || quantity >= minimum)
                placed += quantity > 0 ? 1 : 0
            }
        }
        #expect(placed > 5)
        #expect(policy.order(onHand: 500, onOrder: 0) == 0)
    }

    @Test("the reorder point and the level say what is ordered")
    func levels() throws {
        let policy = try policy(drift: 0.3, spread: 3)
        #expect(policy.reorderPoint > 0)
        #expect(policy.order(onHand: policy.reorderPoint, onOrder: 0) == 0)
        let last = policy.order(onHand: policy.reorderPoint - 1, onOrder: 0)
        #expect(last > 0 && policy.reorderPoint - 1 + last == policy.orderUpTo)
    }

    @Test("a dearer shortage never orders less, and only proportions of costs matter")
    func costs() throws {
        var before: Int64 = 0
        var service = 0.0
        for shortage in [0.5, 1, 2, 5, 20, 100, 1000] {
            let policy = try policy(costs: StockCosts(shortage: shortage, holding: 0.05, order: 2))
            #expect(policy.order(onHand: 3, onOrder: 0) >= before)
            #expect(policy.fillRate >= service - 1e-6)
            before = policy.order(onHand: 3, onOrder: 0)
            service = policy.fillRate
            let scaled = try self.policy(
                costs: StockCosts(shortage: shortage * 1024, holding: 0.05 * 1024, order: 2 * 1024))
            #expect(scaled.order(onHand: 3, onOrder: 0) == before)
        }
        #expect(service > 0.999)
        let cheap = try policy(costs: StockCosts(shortage: 4, holding: 0.05, order: 0)).reviewsPerOrder
        let dear = try policy(costs: StockCosts(shortage: 4, holding: 0.05, order: 20)).reviewsPerOrder
        #expect(cheap < dear)
    }

    @Test("without demand only what is owed is ordered, in packs that cover it")
    func noDemand() throws {
        let policy = try policy(rate: 0, pack: 6)
        #expect(policy.order(onHand: 0, onOrder: 0) == 0)
        #expect(policy.order(onHand: -7, onOrder: 0) == 12)
        #expect(policy.order(onHand: -7, onOrder: 7) == 0)
        #expect(policy.reorderPoint == 0 && policy.fillRate == 1)
    }

    @Test("odd and huge numbers have an answer or an error", arguments: [1e-7, 0.01, 400, 1e6, 1e9])
    func extremes(rate: Double) throws {
        for order in [0, 1e9] {
            for pack in [Int64(1), 1_000_000_000_000] {
                let policy = try policy(
                    rate: rate, lead: 90, spread: 40, costs: StockCosts(shortage: 1, holding: 1e-6, order: order),
                    pack: pack)
                for onHand in [Int64.min / 4, -1, 0, 1_000_000, Int64.max / 4] {
                    #expect(policy.order(onHand: onHand, onOrder: 0) >= 0)
                }
                #expect(policy.reorderPoint >= 0 && (0...1).contains(policy.fillRate))
            }
        }
        for bad in [StockCosts(shortage: 0, holding: 1, order: 0), StockCosts(shortage: 1, holding: .nan, order: 0)] {
            #expect(throws: InventoryError.self) { try policy(costs: bad) }
        }
        #expect(throws: InventoryError.self) { try policy(pack: 0) }
    }
}
