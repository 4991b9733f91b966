import Domain
import Numerics
import Testing

@testable import Inventory

@Suite("One supplier's order in one load")
struct JointOrderTests {
    static func line(
        mean: Double, quantity: Int64, pack: Int64 = 1, minimum: Int64 = 1, price: Int64 = 2, load: [Double] = [1]
    ) throws -> JointOrder.Line {
        JointOrder.Line(
            reward: try reward(mean, margin: 3, carrying: 0.5), position: 0, quantity: quantity, pack: pack,
            minimum: minimum,
            cost: UnitPrice(micros: price * 1_000_000), load: load)
    }

    static func terms(_ capacity: [Double], fillTo: Double = 0, minimum: Int64 = 0) throws -> JointOrder.Terms {
        JointOrder.Terms(capacity: capacity, fillTo: fillTo, minimumValue: try pounds(minimum))
    }

    @Test("an order that fits and is large enough stays as it is")
    func untouched() throws {
        let lines = [try Self.line(mean: 5, quantity: 7), try Self.line(mean: 9, quantity: 12)]
        let order = try #require(JointOrder(lines, terms: try Self.terms([19], minimum: 38)))
        #expect(order.quantities == [7, 12] && order.changes.isEmpty && order.reward == 0 && order.isEnough)
        #expect(order.used == [1] && order.value?.minor == 3800)
    }

    /// All pairs of quantities that fit.
    @Test(
        "trimming to one limit loses the least that single units can",
        arguments: [Double](stride(from: 0.5, to: 19, by: 2)))
    func trim(capacity: Double) throws {
        let lines = [try Self.line(mean: 5, quantity: 7), try Self.line(mean: 9, quantity: 12)]
        let order = try #require(JointOrder(lines, terms: try Self.terms([capacity])))
        var best = -Double.infinity
        for a in Int64(0)...7 {
            for b in Int64(0)...12 where Double(a + b) <= capacity {
                best = max(best, lines[0].reward.value(from: 7, to: a) + lines[1].reward.value(from: 12, to: b))
            }
        }
        #expect(abs(order.reward - best) < 1e-9)
        #expect(Double(order.quantities.reduce(0, +)) <= capacity)
        #expect(abs(order.changes.reduce(0) { $0 + $1.reward } - order.reward) < 1e-12)
    }

    @Test("filling up to a minimum value adds the best packs first, and says what they cost")
    func fill() throws {
        let lines = [
            try Self.line(mean: 5, quantity: 4, pack: 2), try Self.line(mean: 9, quantity: 4, pack: 2),
            try Self.line(mean: 0.1, quantity: 0, pack: 2),
        ]
        let order = try #require(JointOrder(lines, terms: try Self.terms([.infinity], minimum: 30)))
        #expect(order.value?.minor == 3200 && order.isEnough)
        // Three packs of the faster mover come first: the chances of its 9th and 10th unit (0.544, 0.413) are just above
        // those of the other's 5th and 6th (0.560, 0.384), the chances of its 11th and 12th (0.294, 0.197) are not.
        #expect(order.quantities == [6, 10, 0])
        #expect(order.reward > 0 && order.used == [0])
        let far = try #require(JointOrder(lines, terms: try Self.terms([.infinity], minimum: 100)))
        #expect(far.value?.minor == 10_000 && far.isEnough && far.reward < order.reward)
    }

    @Test(
        "two limits at once are kept, minimums leave whole lines, and a load is filled as far as it goes",
        arguments: 0..<12)
    func limits(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let lines = try (0..<8).map { _ in
            try Self.line(
                mean: 20 * random.uniform(), quantity: Int64(random.uniform() * 8) * 3, pack: 3, minimum: 6,
                price: 1 + Int64(9 * random.uniform()), load: [random.uniform(), 3 * random.uniform()])
        }
        let terms = try Self.terms([20, 50], fillTo: 0.95)
        let order = try #require(JointOrder(lines, terms: terms))
        for limit in 0..<2 {
            let load = lines.indices.reduce(0) { $0 + lines[$1].load[limit] * Double(order.quantities[$1]) }
            #expect(load <= terms.capacity[limit] * (1 + 1e-9))
            #expect(abs(load / terms.capacity[limit] - order.used[limit]) < 1e-9)
        }
        for (units, line) in zip(order.quantities, lines) where units != line.quantity {
            #expect(units == 0 || (units >= 6 && units % 3 == 0))
        }
        if order.isEnough {
            #expect(order.used.contains { $0 >= 0.95 - 1e-9 })
        } else {
            // Nothing more fits.
            for (index, line) in lines.enumerated() {
                let units = Double(order.quantities[index] > 0 ? 3 : 6)
                #expect((0..<2).contains { order.used[$0] + line.load[$0] * units / terms.capacity[$0] > 1 })
            }
        }
        // Made to fit once, it fits.
        let again = zip(lines, order.quantities).map { line, units in
            var line = line
            line.quantity = units
            return line
        }
        #expect(JointOrder(again, terms: terms)?.quantities == order.quantities)
    }

    @Test("nothing stays nothing, and numbers out of range have no order")
    func refused() throws {
        let line = try Self.line(mean: 5, quantity: 0)
        let least = try Self.terms([10], minimum: 50)
        #expect(JointOrder([line], terms: least)?.quantities == [0])
        #expect(JointOrder([line], terms: try Self.terms([0])) == nil)
        #expect(JointOrder([line], terms: try Self.terms([.nan])) == nil)
        #expect(JointOrder([line], terms: try Self.terms([1, 2])) == nil)
        #expect(JointOrder([try Self.line(mean: 5, quantity: -1)], terms: try Self.terms([1])) == nil)
        #expect(JointOrder([], terms: try Self.terms([1])) != nil)
    }
}
