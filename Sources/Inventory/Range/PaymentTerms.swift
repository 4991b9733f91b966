import Domain

/// When an order's money is due.
public struct PaymentTerms: Hashable, Sendable {
    /// What the rest's days count from.
    public enum Start: String, Sendable, CaseIterable {
        /// The day of the order.
        case order
        /// The day on which it is received.
        case receipt
        /// The last day of the month in which it is received.
        case endOfMonth
    }

    /// Share due when ordering, hundredths of a per cent, 0…10,000.
    public var deposit: Int64
    /// What the rest's days count from.
    public var start: Start
    /// Days until the rest is due, ≥ 0.
    public var days: Int

    /// Terms; nil where the deposit is not in 0…10,000 or the days are not in 0…1,000.
    public init?(deposit: Int64 = 0, start: Start = .receipt, days: Int) {
        guard (0...10_000).contains(deposit), (0...1000).contains(days) else { return nil }
        self.deposit = deposit
        self.start = start
        self.days = days
    }

    /// The payments of an order, by day; they add up to its value.
    ///
    /// - Parameters:
    ///   - value: what it costs, minor units.
    ///   - ordered: day of the order.
    ///   - received: day of its receipt.
    public func payments(_ value: Int64, ordered: Day, received: Day) -> [(day: Day, minor: Int64)] {
        let first = FixedPoint.shared(value, by: [deposit, 10_000 - deposit])[0]
        let from =
            switch start {
            case .order: ordered
            case .receipt: received
            case .endOfMonth: PaymentTerms.endOfMonth(received)
            }
        let payments = [(day: ordered, minor: first), (day: from.advanced(by: days), minor: value - first)]
        return payments.filter { $0.minor != 0 }
    }

    /// Money due in each month, by its first day, in order: several orders' payments added up.
    public static func dueByMonth(_ payments: [(day: Day, minor: Int64)]) -> [(month: Day, minor: Int64)] {
        let sorted = payments.map { (month: $0.day.advanced(by: 1 - $0.day.civil.day), minor: $0.minor) }
            .sorted { $0.month < $1.month }
        var months: [(month: Day, minor: Int64)] = []
        for payment in sorted {
            if let last = months.last, last.month == payment.month {
                months[months.count - 1].minor = last.minor.clampedPlus(payment.minor)
            } else {
                months.append(payment)
            }
        }
        return months
    }

    private static func endOfMonth(_ day: Day) -> Day {
        let (year, month, date) = day.civil
        return day.advanced(by: Day.length(ofMonth: month, year: year) - date)
    }
}
