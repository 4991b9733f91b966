import Forecasting
import Testing

@Suite("Holidays")
struct HolidaysTests {
    /// Days since 1970-01-01, counted year by year and month by month: a computation of its own.
    private func day(_ year: Int, _ month: Int, _ day: Int) -> Int {
        func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
        var count = 0
        for passed in 1970..<max(1970, year) { count += isLeap(passed) ? 366 : 365 }
        for passed in year..<max(1970, year) { count -= isLeap(passed) ? 366 : 365 }
        let lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return count + lengths[..<(month - 1)].reduce(0, +) + day - 1
    }

    private func dates(_ country: String, _ year: Int) throws -> [String: Int] {
        let days = try #require(Holidays(country: country)).days(in: day(year, 1, 1)..<day(year + 1, 1, 1))
        return Dictionary(days.map { ($0.name, $0.day) }, uniquingKeysWith: { first, _ in first })
    }

    // Tables of the dates of Easter, such as that of the Astronomical Applications Department of the U.S. Naval Observatory.
    @Test(
        "Easter falls on its published dates, the earliest and the latest among them",
        arguments: [
            (1818, 3, 22), (1943, 4, 25), (1954, 4, 18), (1981, 4, 19), (2000, 4, 23), (2008, 3, 23), (2011, 4, 24),
            (2016, 3, 27), (2019, 4, 21), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2038, 4, 25), (2049, 4, 18),
        ])
    func easter(year: Int, month: Int, date: Int) {
        #expect(Holidays.easter(year) == day(year, month, date))
    }

    // gov.uk/bank-holidays, England and Wales.
    @Test("bank holidays of England and Wales in 2022, with a jubilee, a funeral and days in lieu")
    func britain() throws {
        let days = try #require(Holidays(country: "gb")).days(in: day(2022, 1, 1)..<day(2023, 1, 1))
        let official = days.filter { $0.kind == .holiday }.map(\.day)
        let published = [
            (1, 3), (4, 15), (4, 18), (5, 2), (6, 2), (6, 3), (8, 29), (9, 19), (12, 26), (12, 27),
        ].map { day(2022, $0.0, $0.1) }
        // Those on a weekend are days of their own.
        #expect(official == ([day(2022, 1, 1)] + published + [day(2022, 12, 25)]).sorted())
        #expect(try dates("GB", 2020)["Early May Bank Holiday"] == day(2020, 5, 8))
        #expect(try dates("GB", 2020)["Boxing Day in lieu"] == day(2020, 12, 28))
        #expect(try dates("GB", 2021)["Christmas Day in lieu"] == day(2021, 12, 27))
        #expect(try dates("GB", 2021)["Boxing Day in lieu"] == day(2021, 12, 28))
        #expect(try dates("GB", 2024)["Mother's Day"] == day(2024, 3, 10))
        #expect(try dates("GB", 2025)["Mother's Day"] == day(2025, 3, 30))
        #expect(try dates("GB", 2025)["Spring Bank Holiday"] == day(2025, 5, 26))
        #expect(try dates("GB", 2025)["Summer Bank Holiday"] == day(2025, 8, 25))
    }

    // opm.gov, federal holidays.
    @Test("federal holidays of 2025 and the retail days about them")
    func unitedStates() throws {
        let found = try dates("US", 2025)
        let published = [
            "Martin Luther King Jr. Day": (1, 20), "Presidents' Day": (2, 17), "Memorial Day": (5, 26),
            "Juneteenth": (6, 19), "Labor Day": (9, 1), "Columbus Day": (10, 13), "Veterans Day": (11, 11),
            "Thanksgiving": (11, 27), "Black Friday": (11, 28), "Cyber Monday": (12, 1), "Mother's Day": (5, 11),
            "Father's Day": (6, 15), "Halloween": (10, 31), "Valentine's Day": (2, 14),
        ]
        for (name, date) in published { #expect(found[name] == day(2025, date.0, date.1), "\(name)") }
        #expect(try dates("US", 2024)["Black Friday"] == day(2024, 11, 29))
        #expect(try dates("US", 2019)["Juneteenth"] == nil)
    }

    @Test("moving days of Germany and France, with the French Mother's Day that gives way to Pentecost")
    func continent() throws {
        let germany = try dates("DE", 2024)
        #expect(germany["Ascension Day"] == day(2024, 5, 9))
        #expect(germany["Whit Monday"] == day(2024, 5, 20))
        #expect(germany["German Unity Day"] == day(2024, 10, 3))
        #expect(germany["Mother's Day"] == day(2024, 5, 12))
        #expect(try dates("FR", 2025)["Mother's Day"] == day(2025, 5, 25))
        #expect(try dates("FR", 2023)["Mother's Day"] == day(2023, 6, 4))
        #expect(try dates("FR", 2024)["Bastille Day"] == day(2024, 7, 14))
    }

    @Test("a range across new year has both years' days in order; unknown countries have none")
    func ranges() throws {
        #expect(Holidays(country: "XX") == nil)
        let calendar = try #require(Holidays(country: "FR"))
        let days = calendar.days(in: day(2024, 12, 20)..<day(2025, 1, 5))
        #expect(days.map(\.name) == ["Christmas Eve", "Christmas Day", "New Year's Eve", "New Year's Day"])
        #expect(calendar.days(in: 5..<5).isEmpty)
        #expect(calendar.days(in: Int.min..<Int.min + 9).isEmpty)
        #expect(calendar.days(in: Int.max - 9..<Int.max).isEmpty)
        #expect(Holidays.countries.allSatisfy { Holidays(country: $0) != nil })
    }
}
