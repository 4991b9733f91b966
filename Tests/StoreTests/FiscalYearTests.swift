import Domain
import Store
import TestSupport
import Testing

/// Retail calendars against the ones that the National Retail Federation publishes.
@Suite struct FiscalYearTests {
    private let retail = FiscalYear(firstMonth: 2, pattern: .fourFiveFour)

    private func day(_ text: String) throws -> Day { try #require(Day(text)) }

    @Test(arguments: [
        ("2006-01-29", 53), ("2007-02-04", 52), ("2011-01-30", 52), ("2012-01-29", 53), ("2013-02-03", 52),
        ("2017-01-29", 53), ("2018-02-04", 52), ("2022-01-30", 52), ("2023-01-29", 53), ("2024-02-04", 52),
        ("2025-02-02", 52),
    ])
    func `the year begins where the federation says, and has a 53rd week when it says`(_ first: String, weeks: Int)
        throws
    {
        let begin = try day(first)
        #expect(retail.year(of: begin) == begin)
        #expect(retail.year(of: begin.advanced(by: weeks * 7 - 1)) == begin)
        #expect(retail.year(of: begin.advanced(by: weeks * 7)) == begin.advanced(by: weeks * 7))
        #expect(try retail.year(of: begin.advanced(by: -1)) != begin && begin.weekday == day("2006-01-29").weekday)
    }

    @Test func `months have four and five weeks, and the last one the 53rd`() throws {
        let december = try #require(retail.month(of: day("2023-12-25")))
        #expect(try december == day("2023-11-26")...day("2023-12-30"))
        #expect(try retail.month(of: day("2024-01-10")) == day("2023-12-31")...day("2024-02-03"))
        #expect(try retail.quarter(of: day("2024-02-03")) == day("2023-10-29"))
        var (lengths, first) = ([Int](), try day("2023-01-29"))
        while first < (try day("2024-02-04")) {
            let month = try #require(retail.month(of: first))
            #expect(month.lowerBound == first)
            lengths.append((first.distance(to: month.upperBound) + 1) / 7)
            first = month.upperBound.advanced(by: 1)
        }
        #expect(lengths == [4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 5, 5])
    }

    @Test func `every day of many years lies in one month, quarter and year`() throws {
        for pattern in FiscalYear.Pattern.allCases {
            for start in [1, 2, 7] {
                let year = FiscalYear(firstMonth: start, pattern: pattern, firstWeekday: .monday)
                var last: Day?
                for number in 10_000..<25_000 {
                    let day = Day(number: Int32(number))
                    let month = try #require(year.month(of: day))
                    #expect(month.contains(day))
                    if month.lowerBound == day, let last { #expect(last == day.advanced(by: -1)) }
                    if month.upperBound == day { last = day }
                    for grain in [MetricGrain.fiscalMonth, .fiscalQuarter, .fiscalYear] {
                        let begin = grain.start(of: day, yearStart: year)
                        #expect(begin <= day && grain.start(of: begin, yearStart: year) == begin)
                    }
                }
            }
        }
    }

    @Test func `without a retail calendar the fiscal periods are those of months`() throws {
        let day = try day("2011-11-20")
        #expect(try MetricGrain.fiscalMonth.start(of: day) == self.day("2011-11-01"))
        #expect(try MetricGrain.fiscalQuarter.start(of: day, yearStart: 4) == self.day("2011-10-01"))
        #expect(try MetricGrain.fiscalYear.start(of: day, yearStart: 4) == self.day("2011-04-01"))
    }
}
