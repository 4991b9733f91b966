/// A civil day in the shop's time zone, as a count of days since 1970-01-01.
///
/// Arithmetic is exact and knows nothing of clocks: a `Day` has no hours, so days of 23 and 25 hours do not exist here.
/// Conversions follow Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (proleptic Gregorian calendar).
public struct Day: Hashable, Comparable, Sendable, Codable, Strideable, CustomStringConvertible {
    /// Days since 1970-01-01; negative before it.
    public var number: Int32

    /// The day that lies `number` days after 1970-01-01.
    public init(number: Int32) { self.number = number }

    /// The day of a civil date; nil where no such date exists (month 13, 30 February) or the year is outside 1…9999.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Day.length(ofMonth: month, year: year)
        else { return nil }
        self.number = Int32(Day.daysFromCivil(year, month, day))
    }

    /// Reads `2011-10-03`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let utf8 = Array(text.utf8)
        guard utf8.count == 10, utf8[4] == 0x2D, utf8[7] == 0x2D else { return nil }
        func digits(_ range: Range<Int>) -> Int? {
            var value = 0
            for index in range {
                guard utf8[index] >= 0x30, utf8[index] <= 0x39 else { return nil }
                value = value * 10 + Int(utf8[index] - 0x30)
            }
            return value
        }
        guard let year = digits(0..<4), let month = digits(5..<7), let day = digits(8..<10) else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// Year, month (1…12) and day of the month (1…31).
    public var civil: (year: Int, month: Int, day: Int) {
        let shifted = Int(number) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// The day of the week.
    public var weekday: Weekday {
        // 1970-01-01 was a Thursday.
        Weekday.allCases[((Int(number) + 3) % 7 + 7) % 7]
    }

    /// ISO 8601: `2011-10-03`.
    public var description: String {
        let (year, month, day) = civil
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    /// The natural order.
    public static func < (left: Day, right: Day) -> Bool { left.number < right.number }
    /// Days from this one to another.
    public func distance(to other: Day) -> Int { Int(other.number) - Int(number) }
    /// The day that many days later.
    public func advanced(by days: Int) -> Day { Day(number: Int32(clamping: Int(number) + days)) }

    /// Reads the text form; anything else is a `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let day = Day(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a day such as 2011-10-03"))
        }
        self = day
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    static func daysFromCivil(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let adjusted = month <= 2 ? year - 1 : year
        let era = (adjusted >= 0 ? adjusted : adjusted - 399) / 400
        let yearOfEra = adjusted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Days of a month, 1…12, of a year.
    public static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// A day of the week; the week begins on Monday (ISO 8601).
public enum Weekday: Int, CaseIterable, Sendable, Codable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday

    /// `mon` … `sun`, as files and screens spell it.
    public var short: String { Weekday.names[rawValue] }

    /// Reads `mon`, `Mon` or `monday`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let lower = text.lowercased()
        guard let index = Weekday.names.firstIndex(of: String(lower.prefix(3))),
            lower.count == 3 || lower == "\(Weekday.allCases[index])"
        else { return nil }
        self = Weekday.allCases[index]
    }

    private static let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
}

/// A non-negative number with leading zeros up to `width` digits.
func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
