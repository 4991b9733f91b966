import Domain

/// When a supplier can be ordered from, and when it delivers.
public struct OrderCalendar: Sendable {
    private let calendar: SupplierCalendar
    /// By first day.
    private let closures: [ClosedRange<Day>]

    /// Days ahead after which a supplier counts as closed for good.
    private static let patience = 800

    /// The calendar of a supplier.
    public init(_ calendar: SupplierCalendar) {
        self.calendar = calendar
        self.closures = calendar.closures.sorted { $0.lowerBound < $1.lowerBound }
    }

    /// The first day, `day` included, on which an order placed at `time` of `day` or later is taken.
    ///
    /// On an order day the cut-off is the last minute that counts. Nil where no such day lies within 800 days.
    public func nextOrderDay(from day: Day, at time: TimeOfDay?) -> Day? {
        var candidate = day
        if let time, let cutOff = calendar.cutOff, time > cutOff { candidate = day.advanced(by: 1) }
        while day.distance(to: candidate) <= OrderCalendar.patience {
            candidate = firstOpen(from: candidate)
            if calendar.orderDays.isEmpty || calendar.orderDays.contains(candidate.weekday) {
                return day.distance(to: candidate) <= OrderCalendar.patience ? candidate : nil
            }
            candidate = candidate.advanced(by: 1)
        }
        return nil
    }

    /// The day on which an order of `day` arrives after `leadDays`: moved past closures.
    public func arrival(orderedOn day: Day, after leadDays: Int) -> Day {
        firstOpen(from: day.advanced(by: max(0, leadDays)))
    }

    private func firstOpen(from day: Day) -> Day {
        var day = day
        // Sorted by their beginning, so one pass also passes closures that overlap or touch.
        for closure in closures where closure.contains(day) { day = closure.upperBound.advanced(by: 1) }
        return day
    }
}
