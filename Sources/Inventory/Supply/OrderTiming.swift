import Domain

/// When an order placed at the next chance would arrive, and when one placed at the chance after that would.
///
/// All days count from now: 0 is the first day whose demand is still to come, and what arrives on a day can be sold on
/// it.
public struct OrderTiming: Hashable, Sendable {
    /// One possible pair of arrivals; both orders are taken to meet the same lead time.
    public struct Outcome: Hashable, Sendable {
        /// Day on which an order placed at the next chance arrives, ≥ 0.
        public let arrival: Int
        /// Day on which an order placed at the following chance arrives, ≥ `arrival`.
        public let nextArrival: Int
        /// Chance of this pair, 0…1.
        public let chance: Double
    }

    /// Days until the next chance to order, ≥ 0.
    public let wait: Int
    /// Days from there to the following chance, ≥ 1: the review gap.
    public let gap: Int
    /// What may happen, arrivals ascending, chances with sum 1.
    public let outcomes: [Outcome]
    /// First day on which anything ordered today could arrive if paid to hurry; nil where that is not offered.
    public let expedited: Int?

    /// Timing without a calendar: an order in `wait` days, the following one `gap` days later.
    ///
    /// - Parameter expediteDays: days from today to the shelf when paid to hurry.
    public init(
        wait: Int = 0, gap: Int, leadTime: LeadTime, expediteDays: Double? = nil
    ) throws(InventoryError) {
        guard (0...1000).contains(wait), (1...1000).contains(gap) else {
            throw InventoryError(
                .terms, "a wait of \(wait) and a gap of \(gap) days between orders; give 0…1000 and 1…1000")
        }
        self.wait = wait
        self.gap = gap
        self.expedited = try OrderTiming.wholeDays(expediteDays)
        self.outcomes = leadTime.outcomes.map {
            Outcome(arrival: wait + $0.days, nextArrival: wait + gap + $0.days, chance: $0.chance)
        }
    }

    /// Timing by a supplier's calendar, now being `time` of `today`.
    ///
    /// - Throws: `.noOrderDay` where the supplier takes no orders in the next two years, or then delivers none for years.
    public init(
        calendar: SupplierCalendar, today: Day, time: TimeOfDay?, leadTime: LeadTime, expediteDays: Double? = nil
    ) throws(InventoryError) {
        let calendar = OrderCalendar(calendar)
        guard let order = calendar.nextOrderDay(from: today, at: time),
            let following = calendar.nextOrderDay(from: order.advanced(by: 1), at: nil)
        else {
            throw InventoryError(
                .noOrderDay, "the supplier takes no orders for two years; correct its order days or closures")
        }
        self.wait = today.distance(to: order)
        self.gap = order.distance(to: following)
        self.expedited = try OrderTiming.wholeDays(expediteDays).map {
            today.distance(to: calendar.arrival(orderedOn: today, after: $0))
        }
        self.outcomes = leadTime.outcomes.map {
            let arrival = today.distance(to: calendar.arrival(orderedOn: order, after: $0.days))
            let next = today.distance(to: calendar.arrival(orderedOn: following, after: $0.days))
            return Outcome(arrival: arrival, nextArrival: max(arrival, next), chance: $0.chance)
        }
        guard horizon <= 3000 else {
            throw InventoryError(.noOrderDay, "the supplier delivers nothing for years; correct its closures")
        }
    }

    /// Timing of a supplier's offer by its calendar.
    ///
    /// - Throws: `.noLeadTime` where the offer has none, else as the other initialisers.
    public init(
        offer: Offer, calendar: SupplierCalendar, today: Day, time: TimeOfDay?
    ) throws(InventoryError) {
        guard let mean = offer.leadTimeDays else {
            throw InventoryError(
                .noLeadTime, "cannot order: no lead time; give the days from order to shelf in the offer")
        }
        try self.init(
            calendar: calendar, today: today, time: time,
            leadTime: try LeadTime(mean: mean, spread: offer.leadTimeSpread), expediteDays: offer.expediteDays)
    }

    /// Day on which an order placed at the next chance is expected, rounded up.
    public var expectedArrival: Int {
        OrderTiming.roundedUp(outcomes.reduce(0) { $0 + $1.chance * Double($1.arrival) })
    }

    /// Day on which an order placed at the following chance is expected, rounded up: the end of what this order covers.
    public var expectedNextArrival: Int {
        OrderTiming.roundedUp(outcomes.reduce(0) { $0 + $1.chance * Double($1.nextArrival) })
    }

    /// The last day on which an order placed at the following chance may arrive.
    public var horizon: Int { outcomes.reduce(0) { max($0, $1.nextArrival) } }

    private static func roundedUp(_ days: Double) -> Int { Int((days - 1e-6).rounded(.up)) }

    private static func wholeDays(_ days: Double?) throws(InventoryError) -> Int? {
        guard let days else { return nil }
        guard days >= 0, days <= 1000 else {
            throw InventoryError(.leadTime, "an expedited lead time of \(days) days; give a number between 0 and 1000")
        }
        return Int(days.rounded(.up))
    }
}
