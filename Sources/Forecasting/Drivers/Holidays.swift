/// Public holidays of a country and the days its shops live by, for any year.
///
/// Days are counted from 1970-01-01. Easter is by the anonymous Gregorian rule (Meeus, "Astronomical Algorithms", 2nd ed.,
/// chapter 8, after Butcher's Ecclesiastical Calendar, 1876). Holidays of parts of a country are left out; single days that
/// were decreed, such as jubilees, are included where they moved or added one (GB).
public struct Holidays: Sendable, Hashable {
    /// What a day is.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A public holiday by law, on which many do not work.
        case holiday
        /// A working day on which or for which people buy.
        case retail
    }

    /// One day of the calendar.
    public struct Holiday: Sendable, Hashable {
        /// Its name in English, the same every year.
        public let name: String
        /// What it is.
        public let kind: Kind
        /// Days since 1970-01-01.
        public let day: Int
    }

    /// Country code of two letters (ISO 3166-1), in capitals.
    public let country: String

    /// Countries whose calendar is known: GB (England and Wales), US, DE and FR.
    public static let countries = ["DE", "FR", "GB", "US"]

    /// The calendar of a country; nil where it is not known.
    public init?(country: String) {
        let code = country.uppercased()
        guard Holidays.countries.contains(code) else { return nil }
        self.country = code
    }

    /// The days of the calendar in a range of days, in order; those of years outside 1900…2199 are left out.
    public func days(in range: Range<Int>) -> [Holiday] {
        guard !range.isEmpty else { return [] }
        let first = max(1900, Holidays.year(of: max(range.lowerBound, -40_000)) - 1)
        let last = min(2199, Holidays.year(of: min(range.upperBound, 100_000)) + 1)
        guard first <= last else { return [] }
        return (first...last).flatMap(days(of:)).filter { range.contains($0.day) }
            .sorted { ($0.day, $0.name) < ($1.day, $1.name) }
    }

    /// Easter Sunday of a year of the Gregorian calendar, in days since 1970-01-01.
    public static func easter(_ year: Int) -> Int {
        let (golden, century, rest) = (year % 19, year / 100, year % 100)
        let correction = century / 4
        let moon = (19 * golden + century - correction - (century - (century + 8) / 25 + 1) / 3 + 15) % 30
        let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - moon - rest % 4) % 7
        let shift = (golden + 11 * moon + 22 * weekday) / 451
        let place = moon + weekday - 7 * shift + 114
        return number(year, place / 31, place % 31 + 1)
    }

    // MARK: - Rules

    private func days(of year: Int) -> [Holiday] {
        let easter = Holidays.easter(year)
        func on(_ month: Int, _ day: Int) -> Int { Holidays.number(year, month, day) }
        func nth(_ count: Int, _ weekday: Int, _ month: Int) -> Int {
            let first = on(month, 1)
            return first + (weekday - Holidays.weekday(first) + 7) % 7 + 7 * (count - 1)
        }
        func last(_ weekday: Int, _ month: Int) -> Int {
            // Asked for May only, which has 31 days.
            let last = on(month, 31)
            return last - (Holidays.weekday(last) - weekday + 7) % 7
        }
        let thanksgiving = nth(4, 3, 11)
        var retail: [(String, Int)] = [
            ("Valentine's Day", on(2, 14)), ("Halloween", on(10, 31)), ("Black Friday", thanksgiving + 1),
            ("Cyber Monday", thanksgiving + 4), ("Christmas Eve", on(12, 24)), ("New Year's Eve", on(12, 31)),
        ]
        var legal: [(String, Int)] = []
        switch country {
        case "GB":
            legal = Holidays.britain(year, easter)
            retail += [("Mother's Day", easter - 21), ("Father's Day", nth(3, 6, 6))]
        case "US":
            legal = [
                ("New Year's Day", on(1, 1)), ("Martin Luther King Jr. Day", nth(3, 0, 1)),
                ("Presidents' Day", nth(3, 0, 2)), ("Memorial Day", last(0, 5)), ("Independence Day", on(7, 4)),
                ("Labor Day", nth(1, 0, 9)), ("Columbus Day", nth(2, 0, 10)), ("Veterans Day", on(11, 11)),
                ("Thanksgiving", thanksgiving), ("Christmas Day", on(12, 25)),
            ]
            if year >= 2021 { legal.append(("Juneteenth", on(6, 19))) }
            retail += [
                ("Mother's Day", nth(2, 6, 5)), ("Father's Day", nth(3, 6, 6)), ("Easter Sunday", easter),
            ]
        case "DE":
            legal = [
                ("New Year's Day", on(1, 1)), ("Good Friday", easter - 2), ("Easter Monday", easter + 1),
                ("Labour Day", on(5, 1)), ("Ascension Day", easter + 39), ("Whit Monday", easter + 50),
                ("Christmas Day", on(12, 25)), ("St Stephen's Day", on(12, 26)),
            ]
            if year >= 1990 { legal.append(("German Unity Day", on(10, 3))) }
            retail += [("Mother's Day", nth(2, 6, 5)), ("Easter Sunday", easter), ("St Nicholas' Day", on(12, 6))]
        default:
            let pentecost = easter + 49
            let mothers = last(6, 5)
            legal = [
                ("New Year's Day", on(1, 1)), ("Easter Monday", easter + 1), ("Labour Day", on(5, 1)),
                ("Victory Day", on(5, 8)), ("Ascension Day", easter + 39), ("Whit Monday", easter + 50),
                ("Bastille Day", on(7, 14)), ("Assumption", on(8, 15)), ("All Saints' Day", on(11, 1)),
                ("Armistice Day", on(11, 11)), ("Christmas Day", on(12, 25)),
            ]
            retail += [
                ("Mother's Day", mothers == pentecost ? nth(1, 6, 6) : mothers), ("Father's Day", nth(3, 6, 6)),
                ("Easter Sunday", easter),
            ]
        }
        return legal.map { Holiday(name: $0.0, kind: .holiday, day: $0.1) }
            + retail.map { Holiday(name: $0.0, kind: .retail, day: $0.1) }
    }

    /// Bank holidays of England and Wales since 1978, with the weekdays that stand in for those on a weekend.
    private static func britain(_ year: Int, _ easter: Int) -> [(String, Int)] {
        func on(_ month: Int, _ day: Int) -> Int { number(year, month, day) }
        func monday(_ from: Int) -> Int { from + (7 - weekday(from)) % 7 }
        let newYear = on(1, 1)
        let christmas = on(12, 25)
        // A Victory in Europe anniversary moved it twice.
        let early = year == 1995 || year == 2020 ? on(5, 8) : monday(on(5, 1))
        let jubilee: Int? =
            switch year {
            case 2002, 2012: on(6, 4)
            case 2022: on(6, 2)
            default: nil
            }
        var days = [
            ("New Year's Day", newYear), ("Christmas Day", christmas), ("Boxing Day", christmas + 1),
            ("Good Friday", easter - 2),
            ("Easter Monday", easter + 1), ("Early May Bank Holiday", early),
            ("Spring Bank Holiday", jubilee ?? monday(on(5, 25))), ("Summer Bank Holiday", monday(on(8, 25))),
        ]
        // The day itself is a day of its own for a shop; the one that stands in for it is another.
        switch weekday(christmas) {
        case 4: days.append(("Boxing Day in lieu", christmas + 3))
        case 5: days += [("Christmas Day in lieu", christmas + 2), ("Boxing Day in lieu", christmas + 3)]
        case 6: days.append(("Christmas Day in lieu", christmas + 2))
        default: break
        }
        if weekday(newYear) >= 5 { days.append(("New Year's Day in lieu", monday(newYear))) }
        switch year {
        case 1999: days.append(("Millennium Day", on(12, 31)))
        case 2002: days.append(("Golden Jubilee", on(6, 3)))
        case 2011: days.append(("Royal Wedding", on(4, 29)))
        case 2012: days.append(("Diamond Jubilee", on(6, 5)))
        case 2022: days += [("Platinum Jubilee", on(6, 3)), ("State Funeral of Queen Elizabeth II", on(9, 19))]
        case 2023: days.append(("Coronation", on(5, 8)))
        default: break
        }
        return days
    }

    // MARK: - Days

    /// Day of the week, 0 for Monday.
    private static func weekday(_ day: Int) -> Int { ((day + 3) % 7 + 7) % 7 }

    /// Days since 1970-01-01 of a civil date of the years 1…9999 (Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    private static func number(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The civil year of a day, or the one beside it.
    private static func year(of day: Int) -> Int { 1970 + Int((Double(day) / 365.2425).rounded(.down)) }
}
