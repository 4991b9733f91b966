import Testing

@testable import Inventory

@Suite("Price breaks")
struct PriceBreaksTests {
    static func breaks(_ scheme: PriceBreaks.Scheme, _ steps: [(Int64, Double)]) throws -> PriceBreaks {
        try #require(PriceBreaks(scheme, steps: steps.map { PriceBreaks.Step(from: $0.0, unitCost: $0.1) }))
    }

    /// stockpyl tests/test_eoq.py: example 3.6, the function's example, problem 3.12a.
    @Test(
        "all-units discounts agree with published optima",
        arguments: [
            (8.0, 0.3, 1300.0, [(Int64(0), 0.75), (400, 0.72), (800, 0.68)], 800.0, 2, 978.6),
            (200, 0.2, 1000, [(0, 500), (200, 475), (500, 450)], 500, 2, 472_900),
            (2250, 0.25, 182_500, [(0, 1490), (1200, 1220), (2400, 1100)], 2400, 2, 201_251_093.75),
        ])
    func allUnits(
        k: Double, rate: Double, demand: Double, steps: [(Int64, Double)], quantity: Double, step: Int, cost: Double
    ) throws {
        let prices = try Self.breaks(.allUnits, steps)
        let order = try #require(prices.economicOrder(fixedCost: k, holdingRate: rate, demandRate: demand))
        #expect(abs(order.quantity - quantity) < 1e-6 && order.step == step)
        #expect(abs(order.cost / cost - 1) < 1e-9)
    }

    /// stockpyl tests/test_eoq.py: example 3.7 and the function's example.
    @Test(
        "incremental discounts agree with published optima",
        arguments: [
            (8.0, 0.3, 1300.0, [(Int64(0), 0.75), (400, 0.72), (800, 0.68)], 304.04678003, 0, 1043.41052551),
            (150, 0.25, 2400, [(0, 100), (300, 90), (600, 80)], 1481.8906842274164, 2, 222762.8136845483),
        ])
    func incremental(
        k: Double, rate: Double, demand: Double, steps: [(Int64, Double)], quantity: Double, step: Int, cost: Double
    ) throws {
        let prices = try Self.breaks(.incremental, steps)
        let order = try #require(prices.economicOrder(fixedCost: k, holdingRate: rate, demandRate: demand))
        #expect(abs(order.quantity / quantity - 1) < 1e-9 && order.step == step)
        #expect(abs(order.cost / cost - 1) < 1e-9)
    }

    @Test("whole packs are the cheapest of all multiples", arguments: PriceBreaks.Scheme.allCases, [Int64(1), 24, 150])
    func packs(scheme: PriceBreaks.Scheme, pack: Int64) throws {
        let prices = try Self.breaks(scheme, [(0, 0.75), (400, 0.72), (800, 0.68)])
        func cost(_ quantity: Int64) -> Double {
            let units = Double(quantity)
            let price = prices.total(units)
            return price * 1300 / units + 8 * 1300 / units + heldValue(price, units) * 0.3
        }
        // Average money in stock: half of what the order cost, and for incremental prices the same.
        func heldValue(_ price: Double, _ units: Double) -> Double { price / 2 }
        for (minimum, maximum) in [(Int64(1), Int64(5000)), (500, 700), (1, 399)] {
            let choices = (1...5000).map { Int64($0) * pack }.filter { $0 >= minimum && $0 <= maximum }
            let found = prices.economicOrder(
                fixedCost: 8, holdingRate: 0.3, demandRate: 1300, pack: pack, minimum: minimum, maximum: maximum)
            guard let best = choices.min(by: { cost($0) < cost($1) }) else {
                #expect(found == nil)
                continue
            }
            #expect(abs(try #require(found).cost - cost(best)) < 1e-9)
            #expect(try #require(found).quantity == Double(best))
        }
    }

    @Test("a total is what the trade means by the scheme")
    func totals() throws {
        let steps: [(Int64, Double)] = [(0, 10), (100, 8), (300, 5)]
        let all = try Self.breaks(.allUnits, steps)
        let incremental = try Self.breaks(.incremental, steps)
        #expect(all.total(99) == 990 && all.total(100) == 800 && all.total(400) == 2000)
        #expect(incremental.total(99) == 990 && incremental.total(150) == 1400 && incremental.total(400) == 3100)
        #expect(all.total(-3) == 0 && all.total(.nan) == 0)
    }

    @Test("prices that rise, repeat a quantity or are not numbers are refused")
    func refused() {
        typealias Step = PriceBreaks.Step
        #expect(PriceBreaks(.allUnits, steps: []) == nil)
        #expect(PriceBreaks(.allUnits, steps: [Step(from: 1, unitCost: 1)]) == nil)
        #expect(PriceBreaks(.allUnits, steps: [Step(from: 0, unitCost: 1), Step(from: 0, unitCost: 1)]) == nil)
        #expect(PriceBreaks(.allUnits, steps: [Step(from: 0, unitCost: 1), Step(from: 5, unitCost: 2)]) == nil)
        #expect(PriceBreaks(.allUnits, steps: [Step(from: 0, unitCost: .nan)]) == nil)
        #expect(PriceBreaks(unitCost: -1) == nil)
    }

    /// By hand: 200 cost 9 each instead of 10, so 200 are saved; 100 of them are held for the ten days that the first
    /// 100 last, at 0.002 · 10 a day each: 20.
    @Test("an order steps up to a break where the price outweighs the holding")
    func stepUp() throws {
        let prices = try Self.breaks(.allUnits, [(0, 10), (200, 9)])
        let up = try #require(StepUp(need: 100, prices: prices, demandRate: 10, holdingRate: 0.002, fixedCost: 3))
        #expect(up.quantity == 200)
        #expect(abs(up.saved - 200) < 1e-9 && abs(up.carried - 20) < 1e-9 && abs(up.ordersSaved - 3) < 1e-9)
        let slow = try #require(StepUp(need: 100, prices: prices, demandRate: 0.5, holdingRate: 0.002))
        #expect(slow.quantity == 100 && slow.gain == 0)
        let short = try #require(
            StepUp(need: 100, prices: prices, demandRate: 10, holdingRate: 0.002, maximum: 199))
        #expect(short.quantity == 100)
        #expect(StepUp(need: 0, prices: prices, demandRate: 10, holdingRate: 0.002) == nil)
        #expect(StepUp(need: 1, prices: prices, demandRate: .nan, holdingRate: 0.002) == nil)
    }

    /// Every quantity, each unit with its own days of waiting.
    @Test("no quantity from a break on gains more per unit", arguments: PriceBreaks.Scheme.allCases, [0.0, 5])
    func stepUpBruteForce(scheme: PriceBreaks.Scheme, fixedCost: Double) throws {
        let prices = try Self.breaks(scheme, [(0, 10), (170, 9), (400, 8.5)])
        let (need, rate, holding) = (Int64(50), 4.0, 0.001)
        let up = try #require(
            StepUp(need: need, prices: prices, demandRate: rate, holdingRate: holding, fixedCost: fixedCost))
        func gain(_ quantity: Int64) -> Double {
            let days = (need..<quantity).map { Double($0 / need * need) / rate }
            return 10 * Double(quantity) - prices.total(Double(quantity)) - days.reduce(0, +) * holding * 10
                + fixedCost * Double(quantity - need) / Double(need)
        }
        let best = (Int64(170)...900).map { gain($0) / Double($0) }.reduce(0, max)
        #expect(abs(up.gain / Double(up.quantity) - best) < 1e-9 && up.gain > 0)
        #expect(abs(gain(up.quantity) - up.gain) < 1e-9)
    }
}
