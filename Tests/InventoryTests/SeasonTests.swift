import Domain
import Numerics
import Testing

@testable import Inventory

@Suite("Seasons, last buys and money due")
struct SeasonTests {
    @Test("a single booking is the newsvendor's stock")
    func single() throws {
        let demand = try #require(CountDistribution.negativeBinomial(mean: 60, variance: 400))
        let problem = try #require(Newsvendor(price: 20, cost: 8, salvage: 3))
        let best = Int64(problem.stock(for: demand))
        let plain = try #require(SeasonBuy(demand: demand, price: 20, cost: 8, salvage: 3))
        #expect(plain.quantity == best)
        #expect(abs(plain.profit - problem.profit(of: Double(best), for: demand)) < 1e-6)
        let some = try #require(SeasonBuy(demand: demand, stock: 25, price: 20, cost: 8, salvage: 3))
        #expect(some.quantity == best - 25)
        #expect(abs(some.leftOver - (Double(best) - demand.mean + demand.lossAbove(Double(best)))) < 1e-9)
        let much = try #require(SeasonBuy(demand: demand, stock: 5000, price: 20, cost: 8, salvage: 3))
        #expect(much.quantity == 0 && much.chanceOfSellingOut == 0)
        #expect(SeasonBuy(demand: demand, price: 8, cost: 8, salvage: 3) == nil)
        #expect(SeasonBuy(demand: demand, price: .nan, cost: 8, salvage: 3) == nil)
        #expect(SeasonBuy(demand: demand, price: 20, cost: 8, salvage: 3, pack: 0) == nil)
    }

    /// Every booking, every second order, every pair of demands.
    @Test("with a second order the booking is the best there is", arguments: [(4.0, Int64(1)), (6, 1), (4.5, 4)])
    func second(later: Double, pack: Int64) throws {
        let before = try poisson(5)
        let after = try poisson(4)
        let (price, cost, salvage) = (10.0, 4.0, 1.0)
        let buy = try #require(
            SeasonBuy(
                .init(before: before, after: after, cost: later), stock: 2, price: price, cost: cost, salvage: salvage,
                pack: pack))
        func profit(_ units: Int64) -> Double {
            var sum = 0.0
            for first in before.minimum...before.maximum {
                let sold = min(first, Int(units) + 2)
                let left = Int(units) + 2 - sold
                var best = -Double.infinity
                for ordered in 0...20 {
                    var money = -later * Double(ordered)
                    for next in after.minimum...after.maximum {
                        let more = min(next, left + ordered)
                        money +=
                            after.probability(of: next)
                            * (price * Double(more) + salvage * Double(left + ordered - more))
                    }
                    best = max(best, money)
                }
                sum += before.probability(of: first) * (price * Double(sold) + best)
            }
            return sum - cost * Double(units)
        }
        let best = stride(from: Int64(0), through: 24, by: Int(pack)).map(profit).reduce(-.infinity, max)
        #expect(abs(buy.profit - best) < 1e-6 && buy.quantity % pack == 0)
        #expect(abs(profit(buy.quantity) - best) < 1e-6)
        let alone = try #require(
            SeasonBuy(demand: before.convolved(with: after), stock: 2, price: price, cost: cost, salvage: salvage))
        #expect(buy.profit >= alone.profit - 1e-9 || pack > 1)
    }

    @Test("a season has a deadline and days of sale that pass")
    func calendar() throws {
        let today = Day(number: 20_000)
        let season = today.advanced(by: 30)...today.advanced(by: 59)
        let calendar = try #require(SeasonCalendar(deadline: today.advanced(by: 10), season: season))
        #expect(calendar.daysToBook(from: today) == 10 && calendar.daysOfSale(from: today) == 30..<60)
        #expect(calendar.daysOfSale(from: today.advanced(by: 40)) == 0..<20)
        #expect(calendar.daysOfSale(from: today.advanced(by: 90)).isEmpty)
        #expect(SeasonCalendar(deadline: today.advanced(by: 60), season: season) == nil)
    }

    /// By hand: sales 400, markdowns 20, end stock 300, from 350 with 100 on order: 270 are open.
    @Test("open to buy brings the stock to its plan, and what is ordered too much lowers the next month")
    func openToBuy() {
        typealias Month = OpenToBuy.Month
        let plan = OpenToBuy(
            stock: 350,
            months: [
                Month(sales: 400, markdowns: 20, endStock: 300, onOrder: 100),
                Month(sales: 100, endStock: 250, onOrder: 120), Month(sales: 200, endStock: 250),
            ])
        #expect(plan.open == [270, 0, 130] && plan.over == [0, 70, 0])
        #expect(plan.endStock == [300, 320, 250])
        #expect(OpenToBuy(stock: .max, months: [Month(sales: .max, endStock: .max)]).open == [0])
        #expect(OpenToBuy(stock: 5, months: []).open.isEmpty)
    }

    @Test("payments add up to the order and fall due by its terms")
    func payments() throws {
        let (ordered, received) = (try #require(Day("2026-01-10")), try #require(Day("2026-02-05")))
        func due(_ deposit: Int64, _ start: PaymentTerms.Start, _ days: Int) throws -> [String] {
            let terms = try #require(PaymentTerms(deposit: deposit, start: start, days: days))
            let payments = terms.payments(1001, ordered: ordered, received: received)
            #expect(payments.reduce(0) { $0 + $1.minor } == 1001)
            return payments.map { "\($0.day) \($0.minor)" }
        }
        #expect(try due(0, .receipt, 30) == ["2026-03-07 1001"])
        #expect(try due(3000, .receipt, 0) == ["2026-01-10 300", "2026-02-05 701"])
        #expect(try due(0, .endOfMonth, 10) == ["2026-03-10 1001"])
        #expect(try due(10_000, .order, 10) == ["2026-01-10 1001"])
        #expect(PaymentTerms(deposit: 10_001, days: 1) == nil && PaymentTerms(days: -1) == nil)
        let months = PaymentTerms.dueByMonth([(received, 5), (ordered, 7), (received.advanced(by: 2), 4)])
        #expect(months.map { "\($0.month) \($0.minor)" } == ["2026-01-01 7", "2026-02-01 9"])
    }

    /// Every demand of three periods, unit by unit.
    @Test("the last buy is the best of all quantities", arguments: [0.05, 0.6], [Int64(0), 4])
    func lastBuy(holding: Double, position: Int64) throws {
        let period = try #require(CountDistribution(probabilities: [0.4, 0.2, 0.1, 0.2, 0.1]))
        let (price, cost, scrap) = (9.0, 3.0, -0.5)
        let two = period.convolved(with: period)
        let demand = [period, two, two.convolved(with: period)]
        let buy = try #require(
            LastBuy(demand: demand, position: position, price: price, cost: cost, holding: holding, scrap: scrap))
        func worth(_ stock: Int64) -> Double {
            var sum = 0.0
            for a in 0...4 {
                for b in 0...4 {
                    for c in 0...4 {
                        let chance =
                            period.probability(of: a) * period.probability(of: b) * period.probability(of: c)
                        var left = Int(stock)
                        for units in [a, b, c] {
                            let sold = min(left, units)
                            sum += chance * (price * Double(sold) - holding * (Double(left) - Double(sold) / 2))
                            left -= sold
                        }
                        sum += chance * scrap * Double(left)
                    }
                }
            }
            return sum
        }
        let gains = (Int64(0)...15).map { worth(position + $0) - worth(position) - cost * Double($0) }
        let best = gains.reduce(0, max)
        #expect(abs(buy.gain - best) < 1e-9)
        #expect(abs(gains[Int(buy.quantity)] - best) < 1e-9)
        #expect(buy.chanceOfRunningOut >= 0 && buy.leftOver >= 0)
        #expect(LastBuy(demand: [], position: 0, price: 1, cost: 0.5, holding: 0) == nil)
        #expect(LastBuy(demand: demand, position: .min, price: 9, cost: 3, holding: 0) == nil)
        #expect(LastBuy(demand: demand, position: 0, price: .nan, cost: 3, holding: 0) == nil)
        #expect(LastBuy(demand: demand, position: 0, price: 9, cost: 3, holding: 0, scrap: 3) == nil)
    }
}
