import Forecasting
import Glibc
import Numerics
import Testing

@Suite("Outsize orders")
struct OutsizeOrdersTests {
    @Test("a few wholesale lines among retail ones are found, with what speaks against them")
    func wholesale() throws {
        var generator = SplitMix64(seed: 14)
        var lines = (0..<500).map { _ in 1 + Double(generator.poisson(mean: 2) ?? 0) }
        lines[40] = 600
        lines[300] = 1200
        let found = OutsizeOrders(units: lines)
        #expect(found.orders.map(\.index) == [40, 300])
        #expect(found.typical >= 2 && found.typical <= 4)
        #expect(found.orders.allSatisfy { $0.expected < 0.1 && $0.timesTypical > 100 })
        #expect(abs(found.shareOfUnits - 1800 / lines.reduce(0, +)) < 1e-12)
        #expect(found.cleaned[40] == found.typical)
        #expect(found.cleaned[41] == lines[41])
        // What is left is clean.
        #expect(OutsizeOrders(units: found.cleaned).orders.isEmpty)
    }

    @Test("lines of one piece, and now and then a pair or a dozen, are what they are")
    func mostlyOnes() {
        var lines = [Double](repeating: 1, count: 200)
        for i in stride(from: 0, to: 200, by: 7) { lines[i] = 2 }
        #expect(OutsizeOrders(units: lines).orders.isEmpty)
        lines[100] = 144
        #expect(OutsizeOrders(units: lines).orders.map(\.index) == [100])
    }

    @Test("sizes of a wide but even spread raise no alarm, hardly ever")
    func falseAlarms() {
        var generator = SplitMix64(seed: 3)
        var alarms = 0
        for _ in 0..<300 {
            let lines = (0..<100).map { _ in exp(1.5 + generator.normal()) }
            alarms += OutsizeOrders(units: lines).orders.count
        }
        // A tenth of an order each is what the limit allows; estimated spreads may double it.
        #expect(alarms < 100)
    }

    @Test("the unit of measure does not matter, nor a level that grows")
    func scale() {
        var generator = SplitMix64(seed: 8)
        var lines = (0..<100).map { _ in exp(generator.normal()) }
        lines[7] = 5000
        let one = OutsizeOrders(units: lines)
        let dozen = OutsizeOrders(units: lines.map { $0 * 12 })
        #expect(one.orders.map(\.index) == [7] && dozen.orders.map(\.index) == [7])
        #expect(abs(dozen.limit - 12 * one.limit) < 1e-6 * dozen.limit)
        let levels = (0..<100).map { exp(0.1 * Double($0)) }
        let grown = OutsizeOrders(units: zip(lines, levels).map { $0 * $1 }, levels: levels)
        #expect(grown.orders.map(\.index) == [7])
        #expect(abs(grown.cleaned[7] - grown.typical * levels[7]) < 1e-9)
    }

    @Test("few, empty and impossible sizes are left alone")
    func edges() {
        #expect(OutsizeOrders(units: []).orders.isEmpty)
        #expect(OutsizeOrders(units: [1, 1000]).orders.isEmpty)
        #expect(OutsizeOrders(units: [Double](repeating: 0, count: 50)).orders.isEmpty)
        let odd = [Double.nan, .infinity, -5, 0] + [Double](repeating: 3, count: 30)
        let found = OutsizeOrders(units: odd)
        #expect(found.orders.isEmpty && found.typical == 3.0000000000000004 || abs(found.typical - 3) < 1e-12)
        #expect(OutsizeOrders(units: [1, 2, 3], levels: [1]).orders.isEmpty)
    }
}

@Suite("Shifts of the level")
struct LevelShiftsTests {
    func series(_ levels: [(days: Int, level: Double)], phi: Double = 1.5, seed: UInt64) -> [Double] {
        var generator = SplitMix64(seed: seed)
        let week = [0.8, 0.8, 0.9, 1, 1.2, 1.3, 1]
        var day = 0
        return levels.flatMap { stretch in
            (0..<stretch.days).map { _ in
                let mean = stretch.level * week[day % 7]
                day += 1
                return Double(generator.negativeBinomial(mean: mean, variance: phi * mean) ?? 0)
            }
        }
    }

    @Test("a halved and a tripled level are found where they are", arguments: [UInt64(1), 2, 3, 4])
    func finds(seed: UInt64) {
        let found = LevelShifts(units: series([(120, 8), (100, 4), (90, 12)], seed: seed))
        #expect(found.shifts.count == 2)
        for (shift, day) in zip(found.shifts, [120, 220]) {
            #expect(abs(shift.day - day) <= 6)
            #expect(shift.strength > 20)
        }
        if let last = found.shifts.last {
            #expect(abs(last.before - 4) < 1 && abs(last.after - 12) < 1.5)
        }
        #expect(found.phi > 1 && found.phi < 2.2)
        #expect(found.levels.count == 310)
    }

    @Test("a steady series has no shift, hardly ever")
    func falseAlarms() {
        var alarms = 0
        for seed in 0..<60 {
            let level = [0.2, 2, 20][seed % 3]
            if !LevelShifts(units: series([(365, level)], seed: UInt64(100 + seed))).shifts.isEmpty { alarms += 1 }
        }
        #expect(alarms <= 2)
    }

    @Test("one wild day is not a level")
    func wildDay() {
        var units = series([(200, 3)], seed: 9)
        units[90] = 2000
        #expect(LevelShifts(units: units).shifts.isEmpty)
    }

    @Test("days out of stock say nothing, or the part that was seen")
    func outOfStock() {
        var units = series([(200, 6)], seed: 5)
        var inStock = [Double](repeating: 1, count: 200)
        for i in 80..<120 { (units[i], inStock[i]) = (0, 0) }
        #expect(!LevelShifts(units: units).shifts.isEmpty)
        #expect(LevelShifts(units: units, inStock: inStock).shifts.isEmpty)
    }

    @Test("the cuts are the best there are, by trying all of them")
    func exact() {
        var generator = SplitMix64(seed: 17)
        for trial in 0..<12 {
            let units = (0..<26).map { day in
                Double(generator.poisson(mean: day < 9 + trial % 5 ? 6 : 25) ?? 0) + (day > 19 ? 30 : 0)
            }
            let found = LevelShifts(units: units, season: 1, shortest: 4, least: 0)
            let price = found.phi * (3 * log(26) + 4)
            func cost(_ cuts: [Int]) -> Double {
                let edges = [0] + cuts + [26]
                var cost = price * Double(cuts.count)
                for (from, to) in zip(edges, edges.dropFirst()) {
                    let sum = units[from..<to].reduce(0, +)
                    cost -= sum > 0 ? 2 * sum * log(sum / Double(to - from)) : 0
                }
                return cost
            }
            var best = cost([])
            for a in 4...22 {
                best = min(best, cost([a]))
                for b in a + 4..<max(a + 5, 23) where b <= 22 {
                    best = min(best, cost([a, b]))
                    for c in b + 4..<max(b + 5, 23) where c <= 22 { best = min(best, cost([a, b, c])) }
                }
            }
            #expect(cost(found.shifts.map(\.day)) <= best + 1e-9)
        }
    }

    @Test("the unit of measure does not matter")
    func scale() {
        let units = series([(100, 5), (100, 9)], seed: 4)
        let one = LevelShifts(units: units)
        let tenth = LevelShifts(units: units.map { $0 / 10 })
        #expect(!one.shifts.isEmpty)
        #expect(one.shifts.map(\.day) == tenth.shifts.map(\.day))
        for (left, right) in zip(one.shifts, tenth.shifts) { #expect(abs(left.strength - right.strength) < 1e-6) }
    }

    @Test("empty, short, even and impossible series")
    func edges() {
        #expect(LevelShifts(units: []).levels.isEmpty)
        #expect(LevelShifts(units: [5]).levels == [5])
        #expect(LevelShifts(units: [Double](repeating: 0, count: 100)).shifts.isEmpty)
        #expect(LevelShifts(units: [Double](repeating: 7, count: 100)).shifts.isEmpty)
        #expect(LevelShifts(units: [Double](repeating: .nan, count: 60)).levels.allSatisfy { $0 == 0 })
        #expect(
            LevelShifts(units: [Double](repeating: 7, count: 40) + [Double](repeating: 14, count: 40)).shifts.map(\.day)
                == [40])
        #expect(LevelShifts(units: [1e300, .infinity, -4, 1], inStock: [1]).shifts.isEmpty)
        // Launched late: the first demand is a shift.
        #expect(LevelShifts(units: [Double](repeating: 0, count: 60) + series([(60, 3)], seed: 1)).shifts.count == 1)
    }
}
