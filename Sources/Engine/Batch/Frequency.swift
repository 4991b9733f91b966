import Domain

/// How far apart the periods of a file are.
public enum Frequency: Hashable, Sendable, CustomStringConvertible {
    /// Twelve months apart.
    case yearly
    /// Three months apart.
    case quarterly
    /// A month apart: on the same day of each, or at their ends.
    case monthly
    /// Seven days apart.
    case weekly
    /// A day apart.
    case daily
    /// An hour apart.
    case hourly
    /// Whole numbers this far apart, ≥ 1.
    case every(Int64)

    /// Those of dates and times, the coarsest first.
    static let civil: [Frequency] = [.yearly, .quarterly, .monthly, .weekly, .daily, .hourly]

    /// Reads `hourly`, `daily`, `weekly`, `monthly`, `quarterly`, `yearly` or the distance of whole numbers, `1`; nil for
    /// anything else.
    public init?(_ text: some StringProtocol) {
        if let word = Frequency.civil.first(where: { $0.description == text.lowercased() }) {
            self = word
        } else if let step = Int64(text), (1...1_000_000_000_000).contains(step) {
            self = .every(step)
        } else {
            return nil
        }
    }

    /// The word, or the distance.
    public var description: String {
        switch self {
        case .yearly: "yearly"
        case .quarterly: "quarterly"
        case .monthly: "monthly"
        case .weekly: "weekly"
        case .daily: "daily"
        case .hourly: "hourly"
        case .every(let step): "\(step)"
        }
    }

    /// Periods of the season that such data usually has: a day of hours, a week of days, a year of the others, none for
    /// whole numbers.
    public var usualSeason: Int {
        switch self {
        case .hourly: 24
        case .daily: 7
        case .weekly: 52
        case .monthly: 12
        case .quarterly: 4
        case .yearly, .every: 1
        }
    }

    /// The coarsest frequency, this one or a finer, that has all `times`; nil where none has.
    ///
    /// - Parameter times: positions of one series, ascending, no two alike.
    func refined(toFit times: [Int64]) -> Frequency? {
        if case .every(let step) = self {
            guard let first = times.first else { return self }
            return .every(times.reduce(step) { divisor($0, $1 - first) })
        }
        return Frequency.civil.drop { $0 != self }.first { PeriodGrid(times, $0).misfit(in: times) == nil }
    }

    /// The coarsest frequency that has all `times`, at least two; nil where none has.
    static func coarsest(fitting times: [Int64], form: PeriodForm) -> Frequency? {
        guard form == .integer else { return Frequency.yearly.refined(toFit: times) }
        guard let first = times.first, let last = times.last, first < last else { return nil }
        return Frequency.every(last - first).refined(toFit: times)
    }
}

/// The greatest common divisor of two numbers ≥ 0, not both 0.
private func divisor(_ left: Int64, _ right: Int64) -> Int64 {
    right == 0 ? left : divisor(right, left % right)
}

/// The periods of one series: where each one lies, before, in and after its history.
struct PeriodGrid: Sendable, Hashable {
    /// Position of period 0, the first of the history.
    let start: Int64
    private let stride: Stride

    private enum Stride: Hashable {
        case fixed(Int64)
        /// So many months, on this day or at the end of shorter ones; 31 means their ends.
        case months(Int, day: Int)
    }

    /// The grid of a series that has `times`, ascending and not empty.
    init(_ times: [Int64], _ frequency: Frequency) {
        start = times.first ?? 0
        switch frequency {
        case .every(let step): stride = .fixed(step)
        case .hourly: stride = .fixed(3600)
        case .daily: stride = .fixed(86_400)
        case .weekly: stride = .fixed(7 * 86_400)
        case .monthly: stride = .months(1, day: PeriodGrid.dayOfMonth(times))
        case .quarterly: stride = .months(3, day: PeriodGrid.dayOfMonth(times))
        case .yearly: stride = .months(12, day: PeriodGrid.dayOfMonth(times))
        }
    }

    /// The first of `times` that is no period of the grid.
    func misfit(in times: [Int64]) -> Int64? { times.first { index(of: $0) == nil } }

    /// Which period a position is; nil where it is none.
    func index(of position: Int64) -> Int? {
        switch stride {
        case .fixed(let step):
            let (quotient, rest) = (position - start).quotientAndRemainder(dividingBy: step)
            return rest == 0 ? Int(quotient) : nil
        case .months(let months, _):
            let index = (PeriodGrid.month(position) - PeriodGrid.month(start)) / months
            return self.position(at: index) == position ? index : nil
        }
    }

    /// Where a period lies.
    func position(at index: Int) -> Int64 {
        switch stride {
        case .fixed(let step): return start + Int64(index) * step
        case .months(let months, let day):
            let month = PeriodGrid.month(start) + index * months
            let second = ((start % 86_400) + 86_400) % 86_400
            return PeriodGrid.position(month: month, day: day) + second
        }
    }

    /// The first period that begins after a position at or after the start.
    func firstIndex(after position: Int64) -> Int {
        switch stride {
        case .fixed(let step): return Int((position - start) / step) + 1
        case .months(let months, _):
            let index = (PeriodGrid.month(position) - PeriodGrid.month(start)) / months
            return self.position(at: index) > position ? index : index + 1
        }
    }

    /// The day that all periods lie on, shorter months at their ends.
    private static func dayOfMonth(_ times: [Int64]) -> Int {
        var largest = 1
        var areEnds = true
        for time in times {
            let day = PeriodGrid.day(time)
            largest = max(largest, day.civil.day)
            areEnds = areEnds && day.advanced(by: 1).civil.day == 1
        }
        return areEnds ? 31 : largest
    }

    private static func day(_ position: Int64) -> Day {
        Day(number: Int32(clamping: (position - (position % 86_400 + 86_400) % 86_400) / 86_400))
    }

    /// Months since the beginning of the year 0.
    private static func month(_ position: Int64) -> Int {
        let civil = day(position).civil
        return civil.year * 12 + civil.month - 1
    }

    /// Midnight of a day of a month, of its last day where it is shorter; `PeriodForm.end` beyond the calendar.
    private static func position(month: Int, day: Int) -> Int64 {
        for day in Swift.stride(from: day, through: min(day, 28), by: -1) {
            if let found = Day(year: month / 12, month: month % 12 + 1, day: day) {
                return Int64(found.number) * 86_400
            }
        }
        return PeriodForm.end
    }
}
