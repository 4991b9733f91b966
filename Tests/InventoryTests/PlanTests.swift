import Domain
import Numerics
import Testing

@testable import Inventory

/// Negative binomial demand of a constant rate, as simple as an outlook can be.
struct SteadyDemand: DemandOutlook {
    var rate: Double
    var phi = 1.6
    var drift = 0.2

    func mean(days: Range<Int>) -> Double { rate * Double(days.count) }
    func demand(days: Range<Int>) -> CountDistribution {
        let mean = mean(days: days)
        let spread = drift * mean
        return CountDistribution.negativeBinomial(mean: mean, variance: phi * mean + spread * spread) ?? .zero
    }
}

@Suite("Risk and plan")
struct PlanTests {
    private func input(
        onHand: Int64 = 20, committed: Int64 = 0, arrivals: [StockPosition.Arrival] = [], rate: Double = 2,
        lead: Double = 9,
        spread: Double = 2, wait: Int = 1, gap: Int = 7, pack: Int64 = 1, minimum: Int64 = 1, fill: Double = 0.95
    ) throws -> PlanInput {
        PlanInput(
            position: StockPosition(onHand: onHand, committed: committed, arrivals: arrivals),
            demand: SteadyDemand(rate: rate),
            timing: .success(
                try OrderTiming(
                    wait: wait, gap: gap, leadTime: try LeadTime(mean: lead, spread: spread), expediteDays: 3)),
            pack: pack, minimum: minimum, target: .fillRate(fill), price: UnitPrice(micros: 10_000_000),
            cost: UnitPrice(micros: 6_000_000), currency: try #require(Currency("GBP")))
    }

    @Test("more stock never raises an order, a chance or a loss")
    func moreStock() throws {
        var previous: PlanLine?
        for onHand in stride(from: Int64(-10), through: 90, by: 2) {
            let line = ReplenishmentPlan.line(
                try input(onHand: onHand, arrivals: [.init(day: 4, quantity: 10), .init(day: 12, quantity: 5)]))
            if let previous {
                #expect(line.quantity <= previous.quantity)
                let pairs = [
                    (line.risk.lost, previous.risk.lost), (line.risk.unavoidable, previous.risk.unavoidable),
                    (line.risk.avoidableByExpediting, previous.risk.avoidableByExpediting),
                    (line.risk.avoidableByOrdering, previous.risk.avoidableByOrdering),
                    (line.risk.chanceBeforeNext, previous.risk.chanceBeforeNext),
                ]
                for (more, less) in pairs { #expect(more <= less + 1e-9) }
                for (more, less) in zip(line.risk.chanceByDay, previous.risk.chanceByDay) {
                    #expect(more <= less + 1e-9)
                }
            }
            previous = line
        }
    }

    @Test(
        "the parts of the loss are the whole of it, and cover every lost unit when nothing is there",
        arguments: [0, 15])
    func parts(onHand: Int64) throws {
        let timing = try OrderTiming(wait: 1, gap: 7, leadTime: try LeadTime(mean: 9), expediteDays: 3)
        let risk = StockRisk(
            position: StockPosition(onHand: onHand), demand: SteadyDemand(rate: 2), timing: timing)
        #expect(abs(risk.unavoidable + risk.avoidableByExpediting + risk.avoidableByOrdering - risk.lost) < 1e-6)
        let total = SteadyDemand(rate: 2).demand(days: 0..<17)
        #expect(abs(risk.lost - total.lossAbove(Double(onHand))) < 1e-6)
        if onHand == 0 {
            // Three days until an expedited arrival, seven more to a normal one, seven more to the one after.
            #expect(abs(risk.unavoidable - 6) < 1e-5)
            #expect(abs(risk.avoidableByExpediting - 14) < 1e-5)
            #expect(abs(risk.avoidableByOrdering - 14) < 1e-5)
            #expect(risk.runsOutOn == 0)
        }
    }

    @Test("the expected loss agrees with playing it out ten thousand times")
    func simulated() throws {
        let arrivals: [StockPosition.Arrival] = [.init(day: 6, quantity: 12)]
        let timing = try OrderTiming(wait: 0, gap: 7, leadTime: try LeadTime(mean: 8))
        // Independent days, so that their sum has the law of the outlook.
        let demand = SteadyDemand(rate: 2, phi: 1.6, drift: 0)
        let risk = StockRisk(position: StockPosition(onHand: 10, arrivals: arrivals), demand: demand, timing: timing)
        var generator = SplitMix64(seed: 11)
        let runs = 10_000
        var lost = 0.0
        var late = 0.0
        var out = 0.0
        for _ in 0..<runs {
            var stock = 10
            var missed = 0
            for day in 0..<15 {
                if day == 6 { stock += 12 }
                let asked = generator.negativeBinomial(mean: 2, variance: 3.2) ?? 0
                let short = max(0, asked - stock)
                missed += short
                if day >= 8 { late += Double(short) }
                stock -= asked - short
            }
            lost += Double(missed)
            out += missed > 0 ? 1 : 0
        }
        // The formula adds back the expected loss at the arrival, not each run's own.
        #expect(abs(lost / Double(runs) - risk.lost) < 0.06 * risk.lost + 0.1)
        #expect(abs(late / Double(runs) - risk.avoidableByOrdering) < 0.08 * risk.avoidableByOrdering + 0.1)
        #expect(abs(out / Double(runs) - risk.chanceBeforeNext) < 0.06)
    }

    @Test("an order up to the level serves the target when played out")
    func target() throws {
        // Lost sales, weekly review, nine days of lead time: a shop run for 3,000 weeks by its plan.
        let shop = try input(rate: 3, lead: 9, spread: 0, wait: 0, fill: 0.95)
        let line = ReplenishmentPlan.line(shop)
        let policy = try #require(line.policy)
        var generator = SplitMix64(seed: 4)
        var stock = policy.orderUpTo
        var due = [Int64](repeating: 0, count: 40)
        var asked: Int64 = 0
        var served: Int64 = 0
        var rate = 3.0
        for day in 0..<21_000 {
            stock += due[day % 40]
            due[day % 40] = 0
            if day % 7 == 0 {
                let order = try OrderQuantity(
                    position: stock + due.reduce(0, +), reorderPoint: policy.reorderPoint, orderUpTo: policy.orderUpTo)
                due[(day + 9) % 40] += order.quantity
            }
            // The level drifts as the outlook says it may.
            if day % 28 == 0 { rate = 3 * (1 + 0.2 * min(3, max(-3, generator.normal()))) }
            let demand = Int64(generator.negativeBinomial(mean: rate, variance: 1.6 * rate) ?? 0)
            let sold = min(demand, stock)
            asked += demand
            served += sold
            stock -= sold
        }
        let fill = Double(served) / Double(asked)
        #expect(fill >= 0.95)
        #expect(fill < 0.998)
    }

    @Test("planning again with the order on its way proposes nothing new", arguments: [1, 6, 24])
    func idempotent(pack: Int64) throws {
        for (rate, lead, gap) in [(0.1, 5.0, 7), (2, 21, 7), (30, 9, 1), (2.5, 0, 1)] {
            var plan = try input(onHand: 0, rate: rate, lead: lead, gap: gap, pack: pack, minimum: 2 * pack, fill: 0.98)
            let line = ReplenishmentPlan.line(plan)
            #expect(line.quantity > 0 && line.reason == .belowReorderPoint)
            let arrival = try #require(line.timing?.expectedArrival)
            plan.position.arrivals.append(.init(day: arrival, quantity: line.quantity))
            let again = ReplenishmentPlan.line(plan)
            #expect(again.quantity == 0 && again.reason == .enough)
        }
    }

    @Test("a longer lead time, a longer gap or a higher target never lowers the reorder point")
    func monotone() throws {
        var previous: Int64 = 0
        for lead in [0.0, 1, 3, 5.5, 8, 13, 21, 40] {
            let point = try #require(
                ReplenishmentPlan.line(try input(lead: lead, spread: 0.25 * lead)).policy
            ).reorderPoint
            #expect(point >= previous)
            previous = point
        }
        var last: Int64 = 0
        for fill in [0.5, 0.7, 0.9, 0.95, 0.99, 0.999] {
            let point = try #require(ReplenishmentPlan.line(try input(fill: fill)).policy).reorderPoint
            #expect(point >= last)
            last = point
        }
    }

    @Test("the order of arrivals does not matter, nor do overdue ones, unconfirmed ones and those too late to help")
    func arrivals() throws {
        let supply: [StockPosition.Arrival] = [
            .init(day: 2, quantity: 5), .init(day: 9, quantity: 7), .init(day: -3, quantity: 1),
        ]
        let idle: [StockPosition.Arrival] = [
            .init(day: 1, quantity: 50, isOverdue: true), .init(day: 1, quantity: 50, counts: false),
            .init(day: 400, quantity: 500),
        ]
        let line = ReplenishmentPlan.line(try input(arrivals: supply))
        #expect(line == ReplenishmentPlan.line(try input(arrivals: supply.reversed())))
        let same = ReplenishmentPlan.line(try input(arrivals: idle + supply))
        #expect(same.quantity == line.quantity && same.risk == line.risk && same.onOrder == 13)
    }

    @Test("every term of the arithmetic is in the line")
    func terms() throws {
        let line = ReplenishmentPlan.line(
            try input(onHand: 12, committed: 4, arrivals: [.init(day: 3, quantity: 2)], pack: 6))
        let policy = try #require(line.policy)
        let order = try #require(line.order)
        #expect(line.available == 8 && line.onOrder == 2 && line.position == 10)
        #expect(order.need == policy.orderUpTo - line.position)
        #expect(order.need + order.addedByPack + order.addedByMinimum == line.quantity)
        #expect(abs(policy.cycle - 14) < 1e-9)
        let protection = try #require(line.protection)
        // One day of waiting, seven of gap, nine of lead time, two units a day.
        #expect(abs(protection.mean - 34) < 0.5)
        #expect(protection.quantiles == protection.quantiles.sorted())
        let margin = try #require(line.avoidableMargin)
        #expect(abs(Double(margin.minor) - line.risk.avoidableByOrdering * 400) <= 0.5)
    }

    @Test("what may not or cannot be ordered gives none, says why, and still shows the risk")
    func refused() throws {
        var plan = try input(onHand: 0)
        for lifecycle in Lifecycle.allCases {
            plan.lifecycle = lifecycle
            let line = ReplenishmentPlan.line(plan)
            #expect((line.quantity > 0) == lifecycle.isReordered)
            if !lifecycle.isReordered { #expect(line.reason == .notBought(lifecycle) && line.order == nil) }
            #expect(line.risk.lost > 10)
        }
        plan.lifecycle = .active
        let error = InventoryError(.noLeadTime, "cannot order: no lead time")
        plan.timing = .failure(error)
        let blind = ReplenishmentPlan.line(plan)
        #expect(blind.quantity == 0 && blind.reason == .cannotOrder(error))
        #expect(blind.risk.chanceByDay.count == 28 && blind.risk.lost == blind.risk.unavoidable)
        var broken = try input(onHand: 0)
        broken.target = .fillRate(2)
        let refused = ReplenishmentPlan.line(broken)
        guard case .cannotOrder(let why) = refused.reason else {
            Issue.record("a fill rate of 2 was accepted")
            return
        }
        #expect(why.code == .target && refused.quantity == 0 && refused.risk.lost > 10)
        broken = try input(onHand: 0)
        broken.coverDays = .max
        #expect(ReplenishmentPlan.line(broken).quantity == 0)
    }

    @Test("what is never asked for is not ordered, but what is owed is")
    func owed() throws {
        var plan = try input(onHand: 0, rate: 0)
        #expect(ReplenishmentPlan.line(plan).reason == .noDemand)
        plan.position.backorders = 3
        #expect(ReplenishmentPlan.line(plan).quantity == 3)
        #expect(ReplenishmentPlan.line(try input(onHand: 0, rate: 0.0005)).reason == .rarelyAsked)
    }

    @Test("two shops alike are planned alike, and extreme numbers do not overflow")
    func alike() throws {
        #expect(ReplenishmentPlan.line(try input()) == ReplenishmentPlan.line(try input()))
        for onHand in [Int64.min, .max] {
            let line = ReplenishmentPlan.line(
                try input(onHand: onHand, committed: 5, arrivals: [.init(day: 1, quantity: .max)]))
            #expect(line.risk.lost.isFinite && line.quantity >= 0)
        }
        let fast = ReplenishmentPlan.line(try input(rate: 50_000))
        #expect(fast.quantity > 500_000 && fast.risk.lost.isFinite)
    }
}
