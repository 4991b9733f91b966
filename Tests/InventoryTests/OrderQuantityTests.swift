import Numerics
import Testing

@testable import Inventory

@Suite("Economic order and whole packs")
struct OrderQuantityTests {
    /// stockpyl tests/test_eoq.py, example 3.1 with Q = 250 and problem 3.22.
    @Test("cost away from the optimum and a finite production rate agree with published values")
    func published() throws {
        let plain = try #require(EconomicOrder(fixedCost: 8, holdingCost: 0.225, demandRate: 1300))
        #expect(abs(try #require(plain.cost(of: 250)) - 69.725) < 1e-9)
        #expect(plain.cost(of: 0) == nil && plain.cost(of: .nan) == nil)
        let built = try #require(
            EconomicOrder(fixedCost: 4, holdingCost: 0.08, demandRate: 80, productionRate: 110))
        #expect(abs(built.quantity - 171.2697677155351) < 1e-9)
        #expect(abs(built.cost - 3.73679493197531) < 1e-9)
        #expect(EconomicOrder(fixedCost: 4, holdingCost: 0.08, demandRate: 80, productionRate: 80) == nil)
        #expect(EconomicOrder(fixedCost: 4, holdingCost: 0.08, demandRate: 80, productionRate: .nan) == nil)
    }

    /// With both, the cost is that of a cycle drawn out by hand: held and waiting triangles under a peak of Q(1 − λ/μ).
    @Test("waiting and a production rate together give the least cost over quantity and peak")
    func both() throws {
        let (k, h, p, rate, build) = (4.0, 0.08, 0.5, 80.0, 110.0)
        let order = try #require(
            EconomicOrder(fixedCost: k, holdingCost: h, demandRate: rate, waitingCost: p, productionRate: build))
        func cost(_ quantity: Double, waiting: Double) -> Double {
            let peak = quantity * (1 - rate / build)
            let held = peak - waiting
            return k * rate / quantity + (h * held * held + p * waiting * waiting) / (2 * peak)
        }
        let peak = order.quantity * (1 - rate / build)
        #expect(abs(cost(order.quantity, waiting: peak * order.backordered) - order.cost) < 1e-9)
        for factor in [0.8, 0.95, 1.05, 1.3] {
            #expect(cost(order.quantity * factor, waiting: peak * factor * order.backordered) > order.cost)
            #expect(cost(order.quantity, waiting: peak * order.backordered * factor) > order.cost)
        }
    }

    /// Example 3.1 in packs of 24 (288 at 68.511111, 312 at 68.433333), and with a minimum of 360 (69.388889).
    @Test("packs and minimum orders choose the cheapest multiple")
    func packs() throws {
        let order = try #require(EconomicOrder(fixedCost: 8, holdingCost: 0.225, demandRate: 1300))
        #expect(order.orderable(pack: 24) == 312)
        #expect(abs(try #require(order.cost(of: 312)) - 68.43333333333334) < 1e-6)
        #expect(abs(try #require(order.cost(of: 288)) - 68.51111111111111) < 1e-6)
        #expect(order.orderable(minimum: 360) == 360)
        #expect(abs(try #require(order.cost(of: 360)) - 69.3888888888889) < 1e-6)
        #expect(order.orderable(pack: 24, maximum: 300) == 288)
        #expect(order.orderable(pack: 24, minimum: 130, maximum: 140) == nil)
        #expect(order.orderable(pack: 0) == nil && order.orderable(pack: .max) == nil)
        for pack in [Int64(1), 7, 50, 1000] {
            let best = try #require(
                (1...2000).map { Int64($0) * pack }.min {
                    (order.cost(of: Double($0)) ?? 0) < (order.cost(of: Double($1)) ?? 0)
                })
            #expect(order.orderable(pack: pack) == best)
        }
    }

    /// A need of 130 in packs of 24 with at most 140 units: up is 144, which is too many.
    @Test("a maximum cuts whole packs, and rounding is said")
    func maximum() throws {
        func order(_ rounding: PackRounding, maximum: Int64?) throws -> OrderQuantity {
            try OrderQuantity(
                position: 0, reorderPoint: 1, orderUpTo: 130, pack: 24, maximum: maximum, rounding: rounding)
        }
        let up = try order(.up, maximum: nil)
        #expect((up.quantity, up.addedByPack, up.cutByMaximum) == (144, 14, 0))
        let cut = try order(.up, maximum: 140)
        #expect((cut.quantity, cut.addedByPack, cut.cutByMaximum) == (120, 14, 24))
        let down = try order(.down, maximum: 140)
        #expect((down.quantity, down.addedByPack, down.cutByMaximum) == (120, -10, 0))
        #expect(try order(.nearest, maximum: nil).quantity == 120)
        #expect(throws: InventoryError.self) { try order(.up, maximum: 23) }
        let nothing = try OrderQuantity(
            position: 0, reorderPoint: 1, orderUpTo: 10, pack: 24, minimum: 48, rounding: .down)
        #expect(nothing.quantity == 0)
    }

    @Test("rounding brackets its need and is idempotent", arguments: PackRounding.allCases)
    func rounding(_ rounding: PackRounding) throws {
        for pack in [Int64(1), 2, 5, 24] {
            for units in Int64(0)...60 {
                let packs = try #require(rounding(units, pack: pack))
                #expect(packs % pack == 0 && abs(packs - units) < pack)
                #expect(rounding(packs, pack: pack) == packs)
                #expect(rounding == .up ? packs >= units : rounding == .down ? packs <= units : true)
                if rounding == .nearest { #expect(abs(packs - units) * 2 <= pack) }
            }
        }
        #expect(rounding(-1, pack: 1) == nil && rounding(1, pack: 0) == nil)
        #expect(PackRounding.up(.max, pack: 2) == nil)
    }
}
