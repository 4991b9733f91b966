import Domain
import Numerics
import Testing

@testable import Inventory

@Suite struct PolicyReplayTests {
    @Test func `a week by hand`() {
        // 10 on the shelf, 4 to come on day 2 that were due on day 1; on day 0 twelve are ordered for day 4, which is met.
        var asked: [StockPosition] = []
        let course = PolicyReplay.course(
            demand: [6, 5, 3, 2, 4, 9, 0],
            opening: PolicyReplay.Opening(onHand: 10, orders: [ReplayOrder(due: 1, arrives: 2, units: 4)]),
            chances: [0, 3]
        ) { day, position in
            asked.append(position)
            return day == 0 ? [ReplayOrder(due: 4, arrives: 4, units: 12)] : []
        }
        #expect(course.onHand == [4, 0, 1, 0, 8, 0, 0])
        #expect(course.short == [0, 1, 0, 1, 0, 1, 0])
        #expect(course.arrived == [0, 0, 4, 0, 12, 0, 0])
        #expect(course.inTransit == [16, 16, 12, 12, 0, 0, 0])
        #expect(course.late == [0, 1, 0, 0, 0, 0, 0])
        #expect(course.orders == [ReplayCourse.Ordered(day: 0, lines: 1)])
        #expect(course.daysOut == 4 && course.unitsShort == 3 && course.lines == 1)
        #expect(asked[0] == StockPosition(onHand: 10, arrivals: [.init(day: 1, quantity: 4)]))
        #expect(asked[1] == StockPosition(onHand: 1, arrivals: [.init(day: 1, quantity: 12)]))
    }

    @Test func `customers who wait are served first when goods come`() {
        let course = PolicyReplay.course(
            demand: [5, 0, 3], opening: PolicyReplay.Opening(onHand: 2, owed: 1), shortage: .waits, chances: [0]
        ) { _, position in
            #expect(position.available == 1)
            return [ReplayOrder(due: 2, arrives: 2, units: 6)]
        }
        // One is owed and gets one of the two; four more wait, get four of the six that come, and leave two for three.
        #expect(course.short == [4, 0, 1])
        #expect(course.onHand == [0, 0, 0])
        #expect(course.owed == 1)
    }

    @Test func `an overdue order counts with the day on which it will come, and one that never comes not at all`() {
        let late = ReplayOrder(due: 0, arrives: 5, units: 3)
        let never = ReplayOrder(due: 1, parcels: [.init(day: nil, units: 7)])
        var seen: [StockPosition] = []
        _ = PolicyReplay.course(
            demand: [0, 0, 0], opening: PolicyReplay.Opening(onHand: 0, orders: [late, never]), chances: [1, 2]
        ) { _, position in
            seen.append(position)
            return []
        }
        #expect(seen[0].position(by: 9) == 10, "the day has not passed for which it was promised")
        #expect(seen[1].position(by: 9) == 3)
        #expect(seen[1].position(by: 2) == 0)
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5], [PolicyReplay.Shortage.lost, .waits])
    func `nothing comes from nowhere and nothing is lost on the way`(seed: UInt64, shortage: PolicyReplay.Shortage) {
        var generator = SplitMix64(seed: seed)
        let demand = (0..<200).map { _ in Int64(generator.poisson(mean: 3) ?? 0) }
        let opening = PolicyReplay.Opening(
            onHand: 20, owed: 4,
            orders: [ReplayOrder(due: 3, arrives: 6, units: 9), ReplayOrder(due: 500, arrives: 600, units: 5)])
        var ordered: Int64 = 14
        let course = PolicyReplay.course(
            demand: demand, opening: opening, shortage: shortage, chances: Array(stride(from: 0, to: 200, by: 3))
        ) { day, position in
            let units = max(0, 30 - position.position(by: 12))
            ordered += units
            let days = 2 + Int(generator.next() % 9)
            return [ReplayOrder(due: day + 5, arrives: day + days, units: units)]
        }
        let asked = demand.reduce(0, +)
        let arrived = course.arrived.reduce(0, +)
        let closing = course.onHand.last ?? 0
        #expect(arrived + (course.inTransit.last ?? 0) == ordered)
        // Served at once, and to those who had waited.
        let paid = shortage == .lost ? 4 - course.owed : 4 + course.unitsShort - course.owed
        #expect(20 + arrived == asked - course.unitsShort + paid + closing)
        #expect(zip(course.short, demand).allSatisfy { $0 >= 0 && $0 <= $1 })
        #expect(course.onHand.allSatisfy { $0 >= 0 })
    }

    @Test func `more stock in the beginning never loses more`() {
        var generator = SplitMix64(seed: 11)
        let demand = (0..<90).map { _ in Int64(generator.negativeBinomial(mean: 4, variance: 12) ?? 0) }
        let coming = [ReplayOrder(due: 20, arrives: 22, units: 60), ReplayOrder(due: 50, arrives: 47, units: 80)]
        var before = Int64.max
        for onHand in stride(from: Int64(0), through: 400, by: 10) {
            let course = PolicyReplay.course(
                demand: demand, opening: PolicyReplay.Opening(onHand: onHand, orders: coming), chances: []
            ) { _, _ in [] }
            #expect(course.unitsShort <= before)
            before = course.unitsShort
        }
        #expect(before == 0)
    }

    @Test func `who never orders loses all that is asked for once the shelf is empty`() {
        let demand = [Int64](repeating: 7, count: 30)
        let course = PolicyReplay.course(
            demand: demand, opening: PolicyReplay.Opening(onHand: 50), chances: Array(0..<30)
        ) { _, _ in [] }
        #expect(course.unitsShort == 30 * 7 - 50)
        #expect(course.lines == 0 && course.daysOut == 23)
    }

    @Test func `numbers at the ends of their type neither trap nor turn round`() {
        let course = PolicyReplay.course(
            demand: [.max, .max, 1], opening: PolicyReplay.Opening(onHand: .max, owed: -3), shortage: .waits,
            chances: [0, 1, 2]
        ) { day, _ in
            [
                ReplayOrder(due: day, arrives: day, units: .max), ReplayOrder(due: nil, parcels: []),
                ReplayOrder(due: .min, parcels: [.init(day: nil, units: .max), .init(day: 1, units: -5)]),
            ]
        }
        #expect(course.short.allSatisfy { $0 >= 0 } && course.lines == 6)
        #expect(PolicyReplay.course(demand: [], opening: .init(onHand: 1), chances: [0]) { _, _ in [] }.onHand.isEmpty)
    }

    @Test func `a rule asks for what the plan of the same day asks for`() throws {
        let currency = try #require(Currency("GBP"))
        for (onHand, gap, lead, spread) in [
            (12, 7, 9.0, 2.0), (3, 1, 4.5, 0.0), (40, 14, 20.0, 6.0), (-5, 7, 0.0, 0.0),
        ] {
            let timing = try OrderTiming(wait: 0, gap: gap, leadTime: try LeadTime(mean: lead, spread: spread))
            let demand = SteadyDemand(rate: 1.7)
            let position = StockPosition(
                onHand: Int64(onHand), arrivals: [.init(day: 3, quantity: 6), .init(day: 90, quantity: 50)])
            let target = ServiceTarget.fillRate(0.94)
            let line = ReplenishmentPlan.line(
                PlanInput(
                    position: position, demand: demand, timing: .success(timing), pack: 4, minimum: 8, target: target,
                    coverDays: 10, currency: currency))
            let rule = try ReplenishmentRule(
                timing: timing, demand: demand, protection: timing.protection(demand), target: target, coverDays: 10)
            #expect(line.policy == rule.policy)
            #expect(try rule.order(for: position, pack: 4, minimum: 8).quantity == line.quantity)
        }
    }
}
