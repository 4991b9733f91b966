import Domain
import Numerics
import Testing

@testable import Inventory

@Suite("Changes of plans")
struct PlanChangeTests {
    static func input(
        onHand: Int64 = 10, rate: Double = 2, lead: Double = 9, fill: Double = 0.95, pack: Int64 = 1,
        lifecycle: Lifecycle = .active
    ) throws -> PlanInput {
        let leadTime = try LeadTime(mean: lead, spread: 1)
        return PlanInput(
            position: StockPosition(onHand: onHand), demand: SteadyDemand(rate: rate),
            timing: .success(try OrderTiming(gap: 7, leadTime: leadTime)), lifecycle: lifecycle, pack: pack,
            target: .fillRate(fill), currency: try pounds(0).currency)
    }

    @Test("reasons add up to the difference, and what did not change adds nothing")
    func difference() throws {
        let former = try Self.input()
        let present = try Self.input(onHand: 25, rate: 3, lead: 12, fill: 0.98, pack: 12)
        let difference = PlanDifference(from: former, to: present)
        #expect(difference.before == ReplenishmentPlan.line(former).quantity)
        #expect(difference.after == ReplenishmentPlan.line(present).quantity)
        let sum = difference.units.reduce(0, +)
        #expect(abs(sum - Double(difference.after - difference.before)) < 1e-9)
        #expect(difference.units(.stock) < 0 && difference.units(.demand) > 0 && difference.units(.leadTime) > 0)
        #expect(difference.units(.target) > 0)
        let back = PlanDifference(from: present, to: former)
        for (one, other) in zip(difference.units, back.units) { #expect(abs(one + other) < 1e-9) }
        let same = PlanDifference(from: former, to: former)
        #expect(same.units == [0, 0, 0, 0, 0] && same.before == same.after)
    }

    @Test(
        "a single change explains all of the difference",
        arguments: [PlanDifference.Reason.demand, .stock, .leadTime, .target, .terms])
    func single(reason: PlanDifference.Reason) throws {
        let former = try Self.input()
        let present: PlanInput =
            switch reason {
            case .demand: try Self.input(rate: 5)
            case .stock: try Self.input(onHand: 0)
            case .leadTime: try Self.input(lead: 20)
            case .target: try Self.input(fill: 0.999)
            case .terms: try Self.input(lifecycle: .phaseOut)
            }
        let difference = PlanDifference(from: former, to: present)
        #expect(difference.before != difference.after)
        #expect(abs(difference.units(reason) - Double(difference.after - difference.before)) < 1e-9)
    }

    @Test("a plan changes only where that brings more than the threshold")
    func settled() throws {
        let reward = try reward(10, margin: 5, carrying: 1)
        let gain = reward.value(from: 8, to: 12)
        let small = PlanStability.settled(former: 8, proposed: 12, position: 0, reward: reward, threshold: gain + 0.01)
        #expect(small.quantity == 8 && abs(small.gain - gain) < 1e-12)
        #expect(
            PlanStability.settled(former: 8, proposed: 12, position: 0, reward: reward, threshold: gain - 0.01)
                .quantity == 12)
        #expect(PlanStability.settled(former: 5, proposed: 5, position: 0, reward: reward, threshold: 0).quantity == 5)
        #expect(
            PlanStability.settled(former: 8, proposed: 12, position: 0, reward: reward, threshold: .nan).quantity == 12)
        // Far out no unit is asked for, so what is not ordered is saved.
        let far = PlanStability.settled(former: .max, proposed: 0, position: 99, reward: reward, threshold: 0)
        #expect(far.quantity == 0 && far.gain > 0)
    }

    /// By hand: |2| · 0.5 + |−2| · 0.25 over a mean of 10.
    @Test("instability weighs near periods most")
    func instability() throws {
        let found = try #require(PlanStability.instability(former: [10, 10], proposed: [12, 8]))
        #expect(abs(found - 0.15) < 1e-12)
        #expect(PlanStability.instability(former: [4, 4], proposed: [4, 4]) == 0)
        let near = try #require(PlanStability.instability(former: [5, 5, 5], proposed: [6, 5, 5]))
        let far = try #require(PlanStability.instability(former: [5, 5, 5], proposed: [5, 5, 6]))
        #expect(near > far)
        #expect(PlanStability.instability(former: [], proposed: [1]) == nil)
        #expect(PlanStability.instability(former: [1], proposed: [1], weight: .nan) == nil)
    }

    @Test("losses by day add up to the risk's, in units and in money")
    func loss() throws {
        let input = try Self.input(onHand: 8)
        let risk = StockRisk(position: input.position, demand: input.demand, timing: nil, horizon: 20)
        let loss = StockLoss(risk, price: price(10), cost: price(6), currency: input.currency)
        #expect(loss.days.count == 20 && abs(loss.units - risk.lost) < 1e-9)
        #expect(abs(Double(loss.revenue?.minor ?? 0) - risk.lost * 1000) < 0.51)
        #expect(abs(Double(loss.margin?.minor ?? 0) - risk.lost * 400) < 0.51)
        #expect(loss.days.allSatisfy { $0.units >= 0 })
        let week = StockLoss(risk, days: 7, price: price(10), cost: nil, currency: input.currency)
        #expect(week.days == Array(loss.days.prefix(7)) && week.margin == nil && week.revenue != nil)
        #expect(StockLoss(risk, days: -1, price: nil, cost: nil, currency: input.currency).units == 0)
    }
}
