import Domain
import Inventory

/// Suppliers' calendars as a replay asks for them: which days are chances to order, and when what is ordered comes.
struct ReplayTerms: Sendable {
    /// One day on which an offer can be ordered by.
    struct Chance: Sendable {
        /// The day, 0 being the first of the replay.
        var day: Int
        /// The terms.
        var offer: Offer
        /// How long it takes.
        var leadTime: LeadTime
        /// When an order comes, as seen from the day.
        var timing: OrderTiming

        /// The day on which an order is expected.
        var due: Int { day + timing.expectedArrival }
    }

    private let days: ClosedRange<Day>
    private let reviewDays: Int
    private let assumedLeadTimeDays: Double?
    private let calendars: [SupplierName: SupplierCalendar]
    private let orderCalendars: [SupplierName: OrderCalendar]

    init(_ replay: Replay, calendars: [SupplierName: SupplierCalendar], assumedLeadTimeDays: Double?) {
        days = replay.days
        reviewDays = replay.reviewDays
        self.assumedLeadTimeDays = assumedLeadTimeDays
        self.calendars = calendars
        orderCalendars = calendars.mapValues { OrderCalendar($0) }
    }

    /// The chances to order a product by its offers, ascending.
    func chances(_ offers: [Offer], currency: Currency) -> [Chance] {
        var chances: [Chance] = []
        var leadTimes: [SIMD2<Double>: LeadTime] = [:]
        let isConstant = offers.allSatisfy { $0.validFrom == nil && $0.validTo == nil }
        var best = offers.valid(on: days.lowerBound).toBuyBy(currency)
        for (index, day) in days.enumerated() {
            if !isConstant { best = offers.valid(on: day).toBuyBy(currency) }
            guard let offer = best, let mean = offer.leadTimeDays ?? assumedLeadTimeDays else { continue }
            let calendar = calendars[offer.supplier] ?? SupplierCalendar(supplier: offer.supplier)
            let isDaily = calendar.orderDays.isEmpty || calendar.orderDays.count == Weekday.allCases.count
            // A supplier who takes orders every day is asked every few days, or as soon as it is open again.
            let wanted = isDaily ? days.lowerBound.advanced(by: index - index % reviewDays) : day
            guard orderCalendar(calendar).nextOrderDay(from: wanted, at: nil) == day else { continue }
            let key = SIMD2(mean, offer.leadTimeSpread)
            guard let leadTime = leadTimes[key] ?? (try? LeadTime(mean: mean, spread: offer.leadTimeSpread)) else {
                continue
            }
            leadTimes[key] = leadTime
            guard let timing = timing(calendar, on: day, isDaily: isDaily, leadTime) else { continue }
            chances.append(Chance(day: index, offer: offer, leadTime: leadTime, timing: timing))
        }
        return chances
    }

    private func timing(
        _ calendar: SupplierCalendar, on day: Day, isDaily: Bool, _ leadTime: LeadTime
    ) -> OrderTiming? {
        if isDaily, reviewDays > 1 { return try? OrderTiming(wait: 0, gap: reviewDays, leadTime: leadTime) }
        return try? OrderTiming(calendar: calendar, today: day, time: nil, leadTime: leadTime)
    }

    /// The day on which an order of a chance comes after some days, 0 being the first of the replay.
    func arrival(_ chance: Chance, after leadDays: Int) -> Int {
        let calendar = calendars[chance.offer.supplier] ?? SupplierCalendar(supplier: chance.offer.supplier)
        let ordered = days.lowerBound.advanced(by: chance.day)
        return days.lowerBound.distance(to: orderCalendar(calendar).arrival(orderedOn: ordered, after: leadDays))
    }

    private func orderCalendar(_ calendar: SupplierCalendar) -> OrderCalendar {
        orderCalendars[calendar.supplier] ?? OrderCalendar(calendar)
    }
}
