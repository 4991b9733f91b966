import Numerics
import Testing

@testable import Inventory

@Suite("Lot sizing over known demand")
struct LotSizingTests {
    /// stockpyl tests/test_wagner_whitin.py.
    @Test(
        "Wagner–Whitin agrees with published plans",
        arguments: [
            (2.0, 500.0, [90.0, 120, 80, 70], [210.0, 0, 150, 0], 1380.0),
            (0.8, 120, [150, 100, 80, 200], [150, 180, 0, 200], 424),
            (0.1, 100, [730, 580, 445, 650, 880], [1310, 0, 1095, 0, 880], 423),
        ])
    func published(h: Double, k: Double, demand: [Double], quantities: [Double], cost: Double) throws {
        let plan = try #require(WagnerWhitin(demand: demand, fixedCost: k, holdingCost: h))
        #expect(plan.quantities == quantities)
        #expect(abs(plan.cost - cost) < 1e-9)
    }

    /// The same file, with a price of each period.
    @Test("prices by period are part of the plan")
    func prices() throws {
        let plan = try #require(
            WagnerWhitin(
                demand: [400, 500, 500, 1100, 900], fixedCost: [100, 100, 100, 100, 100],
                holdingCost: [0.1, 0.1, 0.1, 0.1, 0.1], unitCost: [3, 1, 4, 6, 6]))
        #expect(plan.quantities == [400, 3000, 0, 0, 0])
        #expect(abs(plan.cost - 4940) < 1e-9)
    }

    /// Every set of order periods, each ordering exactly up to the next.
    @Test("no choice of order periods is cheaper", arguments: 0..<20)
    func bruteForce(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let count = 8
        func numbers(_ top: Double) -> [Double] { (0..<count).map { _ in (random.uniform() * top).rounded() } }
        let (demand, fixed, holding, unit) = (numbers(50), numbers(100), numbers(4), numbers(6))
        let breaks = try PriceBreaksTests.breaks(.incremental, [(0, 3), (40, 1)])
        for prices in [nil, breaks] {
            let plan = try #require(
                WagnerWhitin(demand: demand, fixedCost: fixed, holdingCost: holding, unitCost: unit, prices: prices))
            func cost(_ quantities: [Double]) -> Double? {
                var stock = 0.0
                var sum = 0.0
                for t in 0..<count {
                    if quantities[t] > 0 {
                        sum += fixed[t] + unit[t] * quantities[t] + (prices?.total(quantities[t]) ?? 0)
                    }
                    stock += quantities[t] - demand[t]
                    guard stock >= 0 else { return nil }
                    sum += stock * holding[t]
                }
                return sum
            }
            #expect(abs(try #require(cost(plan.quantities)) - plan.cost) < 1e-9)
            var best = Double.infinity
            for set in 0..<(1 << count) {
                var quantities = [Double](repeating: 0, count: count)
                var last: Int?
                var works = true
                for t in 0..<count {
                    if set >> t & 1 == 1 { last = t }
                    if let last { quantities[last] += demand[t] } else if demand[t] > 0 { works = false }
                }
                if works { best = min(best, cost(quantities) ?? .infinity) }
            }
            #expect(abs(plan.cost - best) < 1e-9)
        }
    }

    @Test("numbers out of range have no plan")
    func refused() throws {
        #expect(WagnerWhitin(demand: [1, -1], fixedCost: 1, holdingCost: 1) == nil)
        #expect(WagnerWhitin(demand: [.nan], fixedCost: 1, holdingCost: 1) == nil)
        #expect(WagnerWhitin(demand: [1], fixedCost: [1, 2], holdingCost: [1]) == nil)
        #expect(WagnerWhitin(demand: [], fixedCost: 1, holdingCost: 1)?.cost == 0)
        let allUnits = try PriceBreaksTests.breaks(.allUnits, [(0, 3), (40, 1)])
        #expect(WagnerWhitin(demand: [1], fixedCost: 1, holdingCost: 1, prices: allUnits) == nil)
        #expect(DynamicLot(demand: [-1], fixedCost: 1, holdingCost: 1, prices: allUnits) == nil)
        #expect(DynamicLot(demand: [1 << 50], fixedCost: 1, holdingCost: 1, prices: allUnits) == nil)
        #expect(DynamicLot(demand: [5], fixedCost: 1, holdingCost: 1, prices: allUnits, maximum: 4) == nil)
        #expect(DynamicLot(demand: [5], fixedCost: 1, holdingCost: 1, prices: allUnits, pack: .max) == nil)
        #expect(DynamicLot(demand: [], fixedCost: 1, holdingCost: 1, prices: allUnits)?.cost == 0)
    }

    @Test("single units at one price are Wagner–Whitin's plan", arguments: 0..<10)
    func sameCost(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let demand = (0..<9).map { _ in Int64(random.uniform() * 30) }
        let price = try #require(PriceBreaks(unitCost: 2))
        let exact = try #require(DynamicLot(demand: demand, fixedCost: 40, holdingCost: 0.9, prices: price))
        let known = try #require(WagnerWhitin(demand: demand.map(Double.init), fixedCost: 40, holdingCost: 0.9))
        #expect(abs(exact.cost - known.cost - 2 * Double(demand.reduce(0, +))) < 1e-9)
    }

    /// Every combination of packs over four periods.
    @Test("packs, limits, stock and all-units breaks leave no cheaper plan", arguments: 0..<12)
    func lots(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let demand = (0..<4).map { _ in Int64(random.uniform() * 14) }
        let prices = try PriceBreaksTests.breaks(
            seed % 2 == 0 ? .allUnits : .incremental, [(0, 5), (12, 4), (21, 2.5)])
        let (pack, minimum, maximum, stock) = (Int64(3), Int64(4), Int64(27), Int64(seed % 5))
        let plan = try #require(
            DynamicLot(
                demand: demand, stock: stock, fixedCost: 9, holdingCost: 0.7, prices: prices, pack: pack,
                minimum: minimum, maximum: maximum))
        func cost(_ quantities: [Int64]) -> Double? {
            var level = stock
            var sum = 0.0
            for t in 0..<4 {
                if quantities[t] > 0 { sum += 9 + prices.total(Double(quantities[t])) }
                level += quantities[t] - demand[t]
                guard level >= 0 else { return nil }
                sum += 0.7 * Double(level)
            }
            return sum
        }
        let choices = [Int64(0)] + stride(from: 6, through: 27, by: 3)
        var best = Double.infinity
        for a in choices {
            for b in choices {
                for c in choices { for d in choices { best = min(best, cost([a, b, c, d]) ?? .infinity) } }
            }
        }
        #expect(abs(plan.cost - best) < 1e-9)
        #expect(abs(try #require(cost(plan.quantities)) - best) < 1e-9)
        #expect(plan.quantities.allSatisfy { $0 == 0 || ($0 % 3 == 0 && $0 >= 6 && $0 <= 27) })
    }
}
