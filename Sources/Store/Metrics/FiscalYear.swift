import Domain

/// When a shop's year begins, and how it is cut into months.
///
/// A retail calendar has whole weeks, so that like days are compared: twelve months of four and five weeks. It ends on the
/// last day of a week that lies nearest to the end of a month, and has a 53rd week, in its last month, where that is so
/// (National Retail Federation, 4-5-4 calendar: the Saturday nearest to 31 January).
public struct FiscalYear: Hashable, Sendable, ExpressibleByIntegerLiteral {
    /// Weeks of the months of each quarter.
    public enum Pattern: String, Sendable, CaseIterable {
        case fourFourFive = "4-4-5"
        case fourFiveFour = "4-5-4"
        case fiveFourFour = "5-4-4"

        var weeks: [Int] {
            switch self {
            case .fourFourFive: [4, 4, 5]
            case .fourFiveFour: [4, 5, 4]
            case .fiveFourFour: [5, 4, 4]
            }
        }
    }

    /// The month in which the year begins, 1 for January; with a pattern, the month that its first day lies nearest to.
    public var firstMonth: Int
    /// How a year of weeks is cut; nil where its months are those of the civil calendar.
    public var pattern: Pattern?
    /// On which day its weeks begin.
    public var firstWeekday: Weekday

    /// A year.
    public init(firstMonth: Int, pattern: Pattern? = nil, firstWeekday: Weekday = .sunday) {
        self.firstMonth = firstMonth
        self.pattern = pattern
        self.firstWeekday = firstWeekday
    }

    /// A year of civil months from one on.
    public init(integerLiteral month: Int) { self.init(firstMonth: month) }

    /// The first day of the year of weeks that a day falls in; nil without a pattern.
    public func year(of day: Day) -> Day? {
        guard pattern != nil else { return nil }
        return [1, 0, -1].lazy.compactMap { begin(day.civil.year + $0) }.first { $0 <= day }
    }

    /// The month of weeks that a day falls in; nil without a pattern.
    public func month(of day: Day) -> ClosedRange<Day>? {
        guard let pattern, let begin = year(of: day), let next = year(of: begin.advanced(by: 371)) else { return nil }
        var first = begin
        for month in 0..<12 {
            let last = month == 11 ? next.advanced(by: -1) : first.advanced(by: pattern.weeks[month % 3] * 7 - 1)
            if day <= last { return first...last }
            first = last.advanced(by: 1)
        }
        return nil
    }

    /// The first day of the quarter of weeks that a day falls in; nil without a pattern.
    public func quarter(of day: Day) -> Day? {
        guard let begin = year(of: day) else { return nil }
        return begin.advanced(by: min(3, begin.distance(to: day) / 91) * 91)
    }

    /// The first day of the year whose first month lies in a civil year: the day after the last day of a week that lies
    /// nearest to the end of the month before.
    private func begin(_ year: Int) -> Day? {
        guard let first = Day(year: year, month: firstMonth, day: 1) else { return nil }
        let since = (first.weekday.rawValue - firstWeekday.rawValue + 7) % 7
        return first.advanced(by: since <= 3 ? -since : 7 - since)
    }
}
