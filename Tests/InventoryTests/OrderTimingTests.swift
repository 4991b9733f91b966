import Domain
import Testing

@testable import Inventory

@Suite("Lead times and calendars")
struct OrderTimingTests {
    let monday = Day(number: 19_723)  // 2024-01-01

    private func name(_ text: String) throws -> SupplierName { try #require(SupplierName(text)) }

    @Test("a lead time without spread is exact, whole or broken")
    func exact() throws {
        #expect(try LeadTime(mean: 14).outcomes.map(\.days) == [14])
        let broken = try LeadTime(mean: 2.25).outcomes
        #expect(broken.map(\.days) == [2, 3] && broken.map(\.chance) == [0.75, 0.25])
        #expect(try LeadTime(mean: 0, spread: 3).outcomes.map(\.days) == [0])
    }

    @Test(
        "a lead time with spread keeps its mean and deviation",
        arguments: [(14.0, 2.8), (5, 2), (21, 8.4), (9, 0.9), (60, 20), (200, 90)])
    func spread(mean: Double, deviation: Double) throws {
        let outcomes = try LeadTime(mean: mean, spread: deviation).outcomes
        #expect(outcomes.count <= 64)
        #expect(abs(outcomes.reduce(0) { $0 + $1.chance } - 1) < 1e-12)
        let centre = outcomes.reduce(0) { $0 + $1.chance * Double($1.days) }
        let square = outcomes.reduce(0) { $0 + $1.chance * (Double($1.days) - centre) * (Double($1.days) - centre) }
        let stride = Double(outcomes.count > 1 ? outcomes[1].days - outcomes[0].days : 1)
        #expect(abs(centre - mean) < 0.02 * mean)
        // Rounding to a grid adds a twelfth of its square (Sheppard's correction).
        #expect(abs((square - stride * stride / 12).squareRoot() / deviation - 1) < 0.05)
        #expect(outcomes.allSatisfy { $0.days >= 1 })
    }

    @Test("lead times that make no sense are refused", arguments: [Double.nan, .infinity, -1, 1001])
    func refused(bad: Double) throws {
        #expect(throws: InventoryError.self) { try LeadTime(mean: bad) }
        #expect(throws: InventoryError.self) { try LeadTime(mean: 1, spread: bad) }
        let lead = try LeadTime(mean: 3)
        #expect(throws: InventoryError.self) { try OrderTiming(gap: 7, leadTime: lead, expediteDays: bad) }
        #expect(throws: InventoryError.self) { try OrderTiming(gap: 0, leadTime: lead) }
    }

    @Test("orders wait for the order day, before its cut-off")
    func orderDays() throws {
        let cutOff = try #require(TimeOfDay("16:00"))
        let calendar = SupplierCalendar(supplier: try name("North"), orderDays: [.monday, .thursday], cutOff: cutOff)
        let lead = try LeadTime(mean: 4)
        let early = try OrderTiming(calendar: calendar, today: monday, time: cutOff, leadTime: lead)
        #expect(early.wait == 0 && early.gap == 3)
        let late = try OrderTiming(calendar: calendar, today: monday, time: TimeOfDay("16:01"), leadTime: lead)
        #expect(late.wait == 3 && late.gap == 4)
        #expect(late.outcomes.map(\.arrival) == [7] && late.outcomes.map(\.nextArrival) == [11])
        #expect(late.expectedArrival == 7 && late.expectedNextArrival == 11 && late.horizon == 11)
    }

    @Test("closures move order days and arrivals, even where they overlap")
    func closures() throws {
        let days = { (from: Int, to: Int) in monday.advanced(by: from)...monday.advanced(by: to) }
        let calendar = SupplierCalendar(
            supplier: try name("North"), orderDays: [.monday], closures: [days(10, 12), days(0, 1), days(8, 11)])
        let timing = try OrderTiming(
            calendar: calendar, today: monday, time: nil, leadTime: try LeadTime(mean: 2), expediteDays: 1)
        #expect(timing.wait == 7 && timing.gap == 7)
        #expect(timing.outcomes.map(\.arrival) == [13])
        #expect(timing.expedited == 2)
        let arrival = OrderCalendar(calendar).arrival(orderedOn: monday, after: 3)
        #expect(monday.distance(to: arrival) == 3)
    }

    @Test("a supplier that is closed for good cannot be ordered from, and the error says why")
    func closed() throws {
        let year = SupplierCalendar(
            supplier: try name("North"), closures: [monday...monday.advanced(by: 5000)])
        let ever = SupplierCalendar(supplier: try name("North"), closures: [monday...Day(number: .max)])
        let soon = SupplierCalendar(supplier: try name("North"), closures: [monday.advanced(by: 2)...Day(number: .max)])
        for calendar in [year, ever, soon] {
            do throws(InventoryError) {
                _ = try OrderTiming(
                    calendar: calendar, today: monday, time: nil, leadTime: LeadTime(mean: 5))
                Issue.record("an order was possible")
            } catch {
                #expect(error.code == .noOrderDay)
            }
        }
    }

    @Test("an offer without a lead time says so")
    func noLeadTime() throws {
        let offer = Offer(
            supplier: try name("North"), sku: try #require(SKU("A")), cost: nil,
            currency: try #require(Currency("GBP")),
            leadTimeDays: nil)
        do throws(InventoryError) {
            _ = try OrderTiming(
                offer: offer, calendar: SupplierCalendar(supplier: offer.supplier), today: monday, time: nil)
            Issue.record("an order was possible")
        } catch {
            #expect(error.code == .noLeadTime)
        }
    }
}
