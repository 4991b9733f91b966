import Glibc
import Testing

@testable import Forecasting

@Suite("Month cycle")
struct MonthCycleTests {
    static let week = [0.7, 0.8, 0.9, 1, 1.1, 1.3, 1.2]

    @Test("a swing with the month is found under a weekly profile, and continued")
    func found() throws {
        func swing(_ t: Int) -> Double {
            let turn = 2 * Double.pi * Double(t) / 30.436875
            return 1 + 0.2 * cos(turn) - 0.1 * sin(2 * turn)
        }
        let units = (0..<420).map { 40 * Self.week[$0 % 7] * swing($0) }
        let cycle = try #require(MonthCycle(units, from: 0, profile: Self.week, days: 450))
        for t in 0..<450 { #expect(abs(cycle.factors[t] - swing(t)) < 0.02) }
    }

    @Test("where there is no swing there is none; a hole or a launch makes no difference")
    func none() throws {
        var units = (0..<420).map { 40 * Self.week[$0 % 7] }
        for t in 0..<50 { units[t] = 0 }
        for t in 200..<230 { units[t] = .nan }
        let cycle = try #require(MonthCycle(units, from: 50, profile: Self.week, days: 450))
        for factor in cycle.factors { #expect(abs(factor - 1) < 1e-9) }
    }

    @Test("the mean over whole cycles is one, and a few units prove little")
    func mean() throws {
        let units = AutomaticLocalTests.days(400, rate: 2, seed: 3)
        let many = try #require(MonthCycle(units, from: 0, profile: [1], days: 487)).factors
        #expect(abs(many.reduce(0, +) / 487 - 1) < 0.01)
        let few = try #require(MonthCycle(units.map { $0 / 1000 }, from: 0, profile: [1], days: 487)).factors
        func reach(_ factors: [Double]) -> Double { (factors.max() ?? 1) - (factors.min() ?? 1) }
        #expect(reach(few) < reach(many) / 20)
    }

    @Test("half a year and some demand are needed")
    func refused() {
        #expect(MonthCycle([Double](repeating: 1, count: 182), from: 0, profile: [1], days: 9) == nil)
        #expect(MonthCycle([Double](repeating: 1, count: 300), from: 200, profile: [1], days: 9) == nil)
        #expect(MonthCycle([Double](repeating: 0, count: 300), from: 0, profile: [1], days: 9) == nil)
        #expect(MonthCycle([Double](repeating: .nan, count: 300), from: 0, profile: [1], days: 9) == nil)
    }
}
