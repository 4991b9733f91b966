import Testing

@testable import Inventory

@Suite struct MissCauseTests {
    private let chances = [ReplayChance(day: 0, due: 4), ReplayChance(day: 7, due: 11)]

    private func causes(
        _ demand: [Int64], onHand: Int64, coming: [ReplayOrder] = [], ordered: [Int: ReplayOrder] = [:], rate: Double
    ) -> [MissCause: Int64] {
        let course = PolicyReplay.course(
            demand: demand, opening: .init(onHand: onHand, orders: coming), chances: [0, 7]
        ) { day, _ in ordered[day].map { [$0] } ?? [] }
        let units = course.causes(chances, opening: onHand) { rate * Double($1 - $0 + 1) }
        #expect(units.reduce(0, +) == course.unitsShort, "each unit has one cause")
        return Dictionary(uniqueKeysWithValues: zip(MissCause.allCases, units).filter { $0.1 > 0 })
    }

    @Test func `what runs out before anything could come was short from the start`() {
        #expect(causes([3, 3, 3, 0], onHand: 4, rate: 1) == [.shortFromStart: 5])
    }

    @Test func `what was promised and is not there is late, each unit of it once`() {
        let late = ReplayOrder(due: 2, arrives: 6, units: 2)
        #expect(
            causes([0, 0, 1, 1, 1, 1, 0], onHand: 0, coming: [late], rate: 1) == [.lateDelivery: 2, .noOrderInTime: 2])
        // Two of five would have been served by it, the other three by nothing.
        #expect(causes([0, 0, 5], onHand: 0, coming: [late], rate: 1) == [.lateDelivery: 2, .shortFromStart: 3])
    }

    @Test func `too little for what was expected is no order in time`() {
        #expect(causes([1, 1, 1, 1, 1, 1], onHand: 4, rate: 1) == [.noOrderInTime: 2])
    }

    @Test func `more than was expected of what was covered is demand above forecast`() {
        let order = ReplayOrder(due: 4, arrives: 4, units: 10)
        #expect(
            causes([1, 1, 1, 1, 9, 0, 3], onHand: 4, ordered: [0: order], rate: 1) == [.demandAboveForecast: 2])
    }
}
