import Domain
import Glibc
import Numerics
import Testing

@testable import Inventory

@Suite("Classes, slow stock and ways out")
struct RangeTests {
    @Test("classes go by cumulated share, the one that crosses a limit included")
    func abc() {
        let letters = AbcXyz.classes(values: [50, 5, 30, 10, 4, 1, 0, .nan, -3])
        #expect(letters == [.a, .b, .a, .b, .c, .c, .c, .c, .c])
        #expect(AbcXyz.classes(values: [5, 5, 5, 5, 5], shares: (0.2, 0.6)) == [.a, .b, .b, .c, .c])
        #expect(AbcXyz.classes(values: [7]) == [.a])
        #expect(AbcXyz.classes(values: [0, 0]) == [.c, .c] && AbcXyz.classes(values: [Double]()).isEmpty)
        #expect(AbcXyz.classes(values: [1e308, 1e308]) == [.a, .a])
        let scaled = AbcXyz.classes(values: [50, 5, 30, 10, 4, 1].map { $0 * 1e-9 })
        #expect(scaled == Array(letters.prefix(6)))
    }

    @Test("evenness is the coefficient of variation")
    func xyz() {
        // Deviation 2, mean 5.
        #expect(AbcXyz.evenness(of: [3, 7, 3, 7]) == .x)
        #expect(AbcXyz.evenness(of: [0, 10, 0, 10]) == .y)
        #expect(AbcXyz.evenness(of: [0, 0, 0, 10]) == .z)
        #expect(AbcXyz.evenness(of: []) == .z && AbcXyz.evenness(of: [4]) == .z && AbcXyz.evenness(of: [0, 0]) == .z)
        #expect(AbcXyz.evenness(of: [.nan, 1]) == .z)
        let classes = AbcXyz.classes(values: [9, 1], demand: [[3, 7], [0, 0]])
        #expect(classes.map(\.description) == ["AX", "BZ"])
        #expect(AbcXyz.classes(values: [9], demand: []).isEmpty)
    }

    @Test("a stock is healthy, in excess, slow or dead, and says what cash lies in it")
    func slow() throws {
        let currency = try pounds(0).currency
        func stock(_ onHand: Int64, rate: Double, upTo: Int64? = nil, since: Int? = 3) -> SlowStock {
            SlowStock(
                onHand: onHand, orderUpTo: upTo, dailyDemand: rate, daysSinceSale: since, cost: price(4),
                currency: currency)
        }
        let healthy = stock(80, rate: 1)
        #expect(healthy.standing == .healthy && healthy.units == 0 && healthy.cash?.minor == 0)
        let excess = stock(120, rate: 1)
        #expect(excess.standing == .excess && excess.units == 30 && excess.cash?.minor == 12_000)
        #expect(excess.daysOfCover == 120)
        #expect(stock(200, rate: 1).standing == .slow)
        let dead = stock(200, rate: 1, since: 180)
        #expect(dead.standing == .dead && dead.units == 200 && dead.cash?.minor == 80_000)
        #expect(stock(5, rate: 0, upTo: 6, since: nil).standing == .healthy)
        #expect(stock(0, rate: 0, since: 999).standing == .healthy && stock(-4, rate: .nan).units == 0)
        #expect(stock(.max, rate: 0, since: nil).standing == .slow && stock(.max, rate: 0, since: nil).cash == nil)
    }

    /// 100 units at 10 a day: the k-th of them leaves in the course of a day; summed unit by unit.
    @Test("keeping is worth what its units bring as they leave")
    func keep() throws {
        let terms = StockExit.Terms(
            units: 1000, rate: 10, price: 5, elasticity: 0, holding: 0.01, capital: 0.001, scrap: 1, days: 60)
        let exit = try #require(StockExit(terms))
        let keep = try #require(exit.choices.first { $0.way == .keep })
        var sum = 0.0
        for unit in 0..<1000 {
            let day = min(60, (Double(unit) + 0.5) / 10)
            sum += (day < 60 ? 5 : 1) * exp(-0.001 * day) - 0.01 * day
        }
        #expect(abs(keep.worth - sum) < 0.1 && keep.days == 60)
        // Demand that does not answer to the price makes no markdown worth it.
        #expect(exit.choices.first?.way == .keep)
    }

    @Test("the way out goes by the terms")
    func ways() throws {
        func best(_ change: (inout StockExit.Terms) -> Void) throws -> StockExit.Way? {
            var terms = StockExit.Terms(
                units: 100, rate: 0.2, price: 10, elasticity: -3, holding: 0.002, scrap: 0.5, days: 120)
            change(&terms)
            return StockExit(terms)?.choices.first?.way
        }
        guard case .markdown(let share)? = try best({ _ in }) else {
            Issue.record("a season's end calls for a markdown")
            return
        }
        #expect(share > 0.1)
        #expect(try best { $0.credit = 9 } == .giveBack)
        #expect(
            try best {
                $0.rate = 2; $0.elasticity = -0.5
            } == .keep)
        #expect(
            try best {
                $0.rate = 0; $0.holding = 0.1
            } == .writeOff)
        #expect(try best { $0.units = .nan } == nil)
        #expect(try best { $0.elasticity = 1 } == nil)
        #expect(try best { $0.largestMarkdown = 1 } == nil)
        #expect(try best { $0.units = 0 } == .keep)
    }
}
