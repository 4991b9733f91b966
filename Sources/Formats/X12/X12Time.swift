import Domain

/// Dates, times and time codes as X12 writes them (data elements 373, 337 and 623).
enum X12Time {
    /// A clock of an element: `HHMM`, `HHMMSS`, `HHMMSSD` or `HHMMSSDD` (tenths or hundredths).
    struct Clock: Equatable {
        /// Seconds since midnight, 0…86,399.
        var second: Int
        /// Milliseconds within the second.
        var milliseconds: Int64 = 0
    }

    /// The day of `CCYYMMDD`, or of the older `YYMMDD` (70 and later are of the last century); nil for anything else.
    static func day(_ text: String) -> Day? {
        guard let figures = figures(text), [6, 8].contains(figures.count) else { return nil }
        let short = figures.count == 6
        let year = short ? number(figures[0..<2]) : number(figures[0..<4])
        let rest = figures.suffix(4)
        let century = short ? (year < 70 ? 2000 : 1900) : 0
        return Day(year: century + year, month: number(rest.prefix(2)), day: number(rest.suffix(2)))
    }

    /// The clock of a text; nil where there is no such time.
    static func clock(_ text: String) -> Clock? {
        guard let figures = figures(text), [4, 6, 7, 8].contains(figures.count) else { return nil }
        let hour = number(figures[0..<2])
        let minute = number(figures[2..<4])
        let second = figures.count > 4 ? number(figures[4..<6]) : 0
        guard hour < 24, minute < 60, second < 61 else { return nil }
        let fraction = number(figures.dropFirst(6)) * (figures.count == 7 ? 100 : 10)
        return Clock(second: hour * 3600 + minute * 60 + min(second, 59), milliseconds: Int64(fraction))
    }

    private static let american = [
        "E": "America/New_York", "C": "America/Chicago", "M": "America/Denver",
        "P": "America/Los_Angeles",
    ]
    private static let zones: [String: Zone] = american.compactMapValues { try? Zone(identifier: $0) }
    /// Hours east of UTC of the letters, without and with summer time.
    private static let hours: [String: Int] = [
        "UT": 0, "GM": 0, "ES": -5, "ED": -4, "CS": -6, "CD": -5, "MS": -7, "MD": -6, "PS": -8, "PD": -7, "AS": -4,
        "AD": -3, "NS": -3,
    ]

    /// The moment of a day and a clock.
    ///
    /// - Parameters:
    ///   - code: element 623: `UT`, `ES`, `ET`, `05` for UTC+5, `LT` for the partner's own; nil for that too.
    ///   - zone: the partner's own.
    /// - Returns: nil where the code is not known.
    static func instant(_ day: Day, _ clock: Clock, code: String?, zone: Zone) -> Instant? {
        let code = code ?? "LT"
        if code == "LT" { return zone.instant(day: day, second: clock.second).later(clock.milliseconds) }
        if code.hasSuffix("T"), let zone = zones[String(code.dropLast())] {
            return zone.instant(day: day, second: clock.second).later(clock.milliseconds)
        }
        var east = hours[code]
        // 01 to 12 are hours east of UTC; 13 to 24 go on with 12 to 1 hours west of it.
        if let figures = figures(code), figures.count == 2, (1...24).contains(number(figures[...])) {
            let number = number(figures[...])
            east = number <= 12 ? number : number - 25
        }
        guard let east else { return nil }
        return Zone.utc.instant(day: day, second: clock.second).adding(seconds: -Int64(east) * 3600)
            .later(clock.milliseconds)
    }

    /// A day as X12 writes it: `20240501`.
    static func text(_ day: Day) -> String { day.description.filter { $0 != "-" } }

    /// A moment's day and clock in UTC or another zone, to the hundredth of a second, which is the most that X12 can say.
    static func text(
        _ moment: Instant, in zone: Zone = .utc, withFraction: Bool = true
    ) -> (day: String, clock: String) {
        let (day, second) = zone.local(moment)
        var clock = [second / 3600, second / 60 % 60].map(two).joined()
        let hundredths = Int(moment.milliseconds - moment.seconds * 1000) / 10
        if withFraction, second % 60 != 0 || hundredths != 0 { clock += two(second % 60) }
        if withFraction, hundredths != 0 { clock += two(hundredths) }
        return (text(day), clock)
    }

    private static func two(_ value: Int) -> String { (value < 10 ? "0" : "") + String(value) }

    private static func figures(_ text: String) -> [UInt8]? {
        let figures = text.utf8.map { $0 &- 0x30 }
        return figures.count <= 8 && figures.allSatisfy { $0 < 10 } ? figures : nil
    }

    private static func number(_ figures: ArraySlice<UInt8>) -> Int { figures.reduce(0) { $0 * 10 + Int($1) } }
}

extension Instant {
    fileprivate func later(_ milliseconds: Int64) -> Instant {
        Instant(milliseconds: self.milliseconds + milliseconds)
    }
}

extension X12Segment {
    /// The day in an element; nil where it is blank.
    func day(_ index: Int) throws(FormatError) -> Day? {
        guard let text = text(index) else { return nil }
        guard let day = X12Time.day(text) else {
            throw error(.notATime, "'\(text.prefix(60).printable)' is no date that exists; write 20111003", index)
        }
        return day
    }

    /// The clock in an element; nil where it is blank.
    func clock(_ index: Int) throws(FormatError) -> X12Time.Clock? {
        guard let text = text(index) else { return nil }
        guard let clock = X12Time.clock(text) else {
            throw error(.notATime, "'\(text.prefix(60).printable)' is no time that exists; write 1630", index)
        }
        return clock
    }

    /// The moment of a day and a clock that stand in this segment.
    ///
    /// - Parameter code: the element of the time code, where the segment has one.
    func instant(_ day: Day, _ clock: X12Time.Clock, code: Int?, zone: Zone) throws(FormatError) -> Instant {
        let word = code.flatMap { text($0) }
        guard let moment = X12Time.instant(day, clock, code: word, zone: zone) else {
            throw error(
                .unknownWord, "'\((word ?? "").prefix(60).printable)' is no time code; write UT, LT, ES or the like",
                code)
        }
        guard moment.isWritable else {
            throw error(.notATime, "its time code moves it out of the years 1 to 9999; write another", code)
        }
        return moment
    }
}
