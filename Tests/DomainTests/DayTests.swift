import Domain
import Testing

@Suite struct DayTests {
    /// Leap years by the rule of 1582, in words of its own.
    private static func isLeap(_ year: Int) -> Bool { year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) }

    /// Days before 1 January of each year, counted up year by year from 0001-01-01, which lies 719,162 days before 1970.
    private static let newYears: [Int] = (1...9999).reduce(into: [0, -719_162]) { days, year in
        days.append(days[year] + (isLeap(year) ? 366 : 365))
    }

    @Test func `first and last days of months from year 1 to 9999 are where counting puts them`() {
        for year in Array(1...9999).filter({ $0 % 19 == 0 || (1890...2110).contains($0) }) + [1, 9999] {
            var number = DayTests.newYears[year]
            let lengths = [31, DayTests.isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            for (index, length) in lengths.enumerated() {
                for day in [1, length] {
                    let expected = Int32(number + day - 1)
                    let civil = Day(number: expected).civil
                    if civil != (year, index + 1, day)
                        || Day(year: year, month: index + 1, day: day)?.number != expected
                    {
                        Issue.record("\(year)-\(index + 1)-\(day) is not day \(expected) but \(civil)")
                    }
                }
                if Day(year: year, month: index + 1, day: length + 1) != nil {
                    Issue.record("\(year)-\(index + 1) has no day \(length + 1)")
                }
                number += length
            }
        }
    }

    @Test(arguments: [("1970-01-01", 0), ("0001-01-01", -719_162), ("2000-03-01", 11_017), ("9999-12-31", 2_932_896)])
    func `known days have their known numbers`(text: String, number: Int32) throws {
        let day = try #require(Day(text))
        #expect(day.number == number)
        #expect(day.description == text)
    }

    @Test func `weekdays follow Zeller's congruence`() throws {
        for number in stride(from: Int32(-719_162), through: 2_932_896, by: 397) {
            let day = Day(number: number)
            var (year, month, date) = day.civil
            // Zeller counts January and February as months 13 and 14 of the year before, and Saturday as 0.
            if month < 3 { (year, month) = (year - 1, month + 12) }
            let (century, rest) = (year / 100, year % 100)
            let zeller = (date + 13 * (month + 1) / 5 + rest + rest / 4 + century / 4 + 5 * century) % 7
            date = (zeller + 5) % 7
            if day.weekday.rawValue != date { Issue.record("\(day) is not a \(day.weekday)") }
        }
    }

    @Test(arguments: [
        "2011-02-29", "1900-02-29", "2011-13-01", "2011-00-10", "2011-04-31", "2011-01-00", "0000-01-01", "2011-1-01",
        "2011/01/01", "2011-01-01 ", " 2011-01-01", "20110101", "", "2011-01-0x", "+011-01-01", "-011-01-01",
        "２011-01-1",
    ])
    func `a text that is no date is none`(text: String) { #expect(Day(text) == nil) }

    @Test(arguments: ["2000-02-29", "2012-02-29", "2400-02-29"])
    func `leap days exist in leap years`(text: String) { #expect(Day(text)?.description == text) }

    @Test func `a day moves by days and knows its distance`() throws {
        let day = try #require(Day("2011-12-31"))
        #expect(day.advanced(by: 1).description == "2012-01-01")
        #expect(day.advanced(by: 60).description == "2012-02-29")
        #expect(day.distance(to: day.advanced(by: -400)) == -400)
        #expect(Day(number: .max).advanced(by: 5).number == .max, "the end of time is where it stops")
    }

    @Test func `weekdays are read short or whole, in any case`() {
        for day in Weekday.allCases {
            let whole = "\(day)"
            #expect(Weekday(day.short) == day)
            #expect(Weekday(whole.uppercased()) == day)
            #expect(Weekday(whole.dropLast()) == nil)
        }
        #expect(Weekday("") == nil)
        #expect(Weekday("monkey") == nil)
    }
}
