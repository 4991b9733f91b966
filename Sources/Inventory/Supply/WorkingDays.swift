import Domain

/// The days on which a supplier works: some days of the week, less its closures.
public struct WorkingDays: Hashable, Sendable {
    private let isWorked: [Bool]
    /// Apart from each other, by first day.
    private let closures: [ClosedRange<Day>]

    /// - Parameters:
    ///   - weekdays: days of the week that are worked; empty for all.
    ///   - closures: days that are not, in any order.
    public init(weekdays: Set<Weekday> = [], closures: [ClosedRange<Day>] = []) {
        isWorked = Weekday.allCases.map { weekdays.isEmpty || weekdays.contains($0) }
        var apart: [ClosedRange<Day>] = []
        for closure in closures.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = apart.last, closure.lowerBound <= last.upperBound {
                apart[apart.count - 1] = last.lowerBound...max(last.upperBound, closure.upperBound)
            } else {
                apart.append(closure)
            }
        }
        self.closures = apart
    }

    /// Days of the week that are worked, 1…7.
    public var perWeek: Int { isWorked.count(where: \.self) }

    /// Working days after `start` up to and with `end`: how long something took that began on the one and was done on the
    /// other. Negative where the end lies before the start.
    public func count(after start: Day, through end: Day) -> Int {
        guard start <= end else { return -count(after: end, through: start) }
        var sum = weekdays(after: start, through: end)
        for closure in closures where closure.upperBound > start && closure.lowerBound <= end {
            let before = max(start, closure.lowerBound.advanced(by: -1))
            sum -= weekdays(after: before, through: min(end, closure.upperBound))
        }
        return sum
    }

    /// The first day by which `count` working days have passed since `start`, ≥ `start`; nil where that is more than ten
    /// years off, or the count is negative.
    public func day(_ count: Int, after start: Day) -> Day? {
        guard count >= 0 else { return nil }
        guard count > 0 else { return start }
        let limit = start.advanced(by: 3660)
        guard self.count(after: start, through: limit) >= count else { return nil }
        var (low, high) = (start, limit)
        while low < high {
            let middle = low.advanced(by: low.distance(to: high) / 2)
            if self.count(after: start, through: middle) >= count {
                high = middle
            } else {
                low = middle.advanced(by: 1)
            }
        }
        return low
    }

    /// As `count`, with no closures.
    private func weekdays(after start: Day, through end: Day) -> Int {
        let days = start.distance(to: end)
        guard days > 0 else { return 0 }
        var sum = days / 7 * perWeek
        var day = start
        for _ in 0..<(days % 7) {
            day = day.advanced(by: 1)
            if isWorked[day.weekday.rawValue] { sum += 1 }
        }
        return sum
    }
}
