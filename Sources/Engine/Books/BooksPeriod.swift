import Domain
import Store

/// A month of the books: a civil one, `2011-11`, or one of the shop's retail calendar, `2011-P10`.
public struct BooksPeriod: Sendable, Hashable {
    /// As it is written.
    public let name: String
    /// Its first and last day.
    public let days: ClosedRange<Day>

    /// Reads `2011-11` or `2011-P10`.
    ///
    /// - Throws: `EngineError(.usage)` for anything else.
    public init(_ text: String, _ year: FiscalYear) throws {
        name = text.uppercased()
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 4, let number = Int(parts[0]) else {
            throw BooksPeriod.unreadable(text, year)
        }
        if parts[1].utf8.count == 2, let month = Int(parts[1]), let first = Day(year: number, month: month, day: 1) {
            days = first...first.advanced(by: Day.length(ofMonth: month, year: number) - 1)
            return
        }
        guard year.pattern != nil, parts[1].first == "P", let period = Int(parts[1].dropFirst()),
            (1...12).contains(period), let begin = Day(year: number, month: year.firstMonth, day: 15),
            var month = year.year(of: begin).flatMap(year.month(of:))
        else { throw BooksPeriod.unreadable(text, year) }
        for _ in 1..<period {
            guard let next = year.month(of: month.upperBound.advanced(by: 1)) else { break }
            month = next
        }
        days = month
    }

    private static func unreadable(_ text: String, _ year: FiscalYear) -> EngineError {
        EngineError(
            .usage,
            "'\(text.printable)' is no month; write 2011-11"
                + (year.pattern.map { ", or 2011-P10 for the tenth month of the \($0.rawValue) year" } ?? ""))
    }
}
