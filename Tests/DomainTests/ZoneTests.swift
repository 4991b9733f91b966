import Domain
import TestSupport
import Testing

@Suite struct ZoneTests {
    @Test(arguments: ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo"])
    func `offsets are those of the system's own clock, from 1950 to 2099`(name: String) throws {
        let zone = try Zone(identifier: name)
        // Steps of 4.9 days and some minutes, and every hour of two weeks in which clocks change.
        let steps = (0..<11_000).map { Int64(-631_152_000) + $0 * 427_373 }
        let changes = [Int64(1_319_500_800), 3_793_000_000].flatMap { start in (0..<336).map { start + $0 * 3600 } }
        let seconds = steps + changes
        let asked = seconds.map { "@\($0)" }.joined(separator: "\n") + "\n"
        let answer = try ChildProgram.run(
            "date", ["-f", "-", "+%::z"], input: asked, environment: ["TZ": name, "LC_ALL": "C"])
        let expected = answer.output.split(separator: "\n")
        try #require(answer.code == 0 && expected.count == seconds.count)
        for (second, text) in zip(seconds, expected) {
            let parts = text.dropFirst().split(separator: ":").compactMap { Int($0) }
            let offset = (text.hasPrefix("-") ? -1 : 1) * (parts[0] * 3600 + parts[1] * 60 + parts[2])
            let instant = Instant(seconds: second)
            let (day, clock) = zone.local(instant)
            if zone.offset(at: instant) != offset || Int64(day.number) * 86_400 + Int64(clock) != second + Int64(offset)
            {
                Issue.record("\(name) at \(instant): \(zone.offset(at: instant)), not \(offset)")
            }
        }
    }

    @Test(arguments: [
        ("Europe/London", "2011-03-27", 23), ("Europe/London", "2011-10-30", 25), ("Europe/London", "2011-10-29", 24),
        ("America/New_York", "2011-03-13", 23), ("America/New_York", "2011-11-06", 25),
        ("America/Sao_Paulo", "2011-10-16", 23), ("America/Sao_Paulo", "2012-02-25", 25),
        ("Europe/London", "2090-03-26", 23), ("Europe/London", "2090-10-29", 25), ("UTC", "2011-03-27", 24),
    ])
    func `a day has as many hours as its zone gives it`(name: String, text: String, hours: Int64) throws {
        let zone = try Zone(identifier: name)
        let day = try #require(Day(text))
        let start = zone.instant(day: day)
        let end = zone.instant(day: day.advanced(by: 1))
        #expect(end.seconds - start.seconds == hours * 3600)
        #expect(zone.day(of: start) == day)
        #expect(zone.day(of: start.adding(seconds: -1)) == day.advanced(by: -1))
        #expect(zone.day(of: end.adding(seconds: -1)) == day)
    }

    @Test func `Lord Howe shifts by half an hour`() throws {
        let zone = try Zone(identifier: "Australia/Lord_Howe")
        let day = try #require(Day("2011-10-02"))
        #expect(zone.instant(day: day.advanced(by: 1)).seconds - zone.instant(day: day).seconds == 23 * 3600 + 1800)
    }

    @Test(arguments: [
        // Skipped: 01:00 to 02:00 on 27 March; shown twice: 01:00 to 02:00 on 30 October.
        ("Europe/London", "2011-03-27", 5400, "2011-03-27T01:30:00Z"),
        ("Europe/London", "2011-10-30", 5400, "2011-10-30T00:30:00Z"),
        ("Europe/London", "2011-10-30", 7200, "2011-10-30T02:00:00Z"),
        ("Europe/London", "2011-10-30", 3599, "2011-10-29T23:59:59Z"),
        ("America/New_York", "2011-03-13", 9000, "2011-03-13T07:30:00Z"),
        ("America/New_York", "2011-11-06", 5400, "2011-11-06T05:30:00Z"),
        // Midnight itself is skipped.
        ("America/Sao_Paulo", "2011-10-16", 0, "2011-10-16T03:00:00Z"),
        ("Asia/Kolkata", "2011-10-16", 0, "2011-10-15T18:30:00Z"),
    ])
    func `a time shown twice is the first, a time skipped moves on by the gap`(
        name: String, day: String, second: Int, moment: String
    ) throws {
        let zone = try Zone(identifier: name)
        #expect(zone.instant(day: try #require(Day(day)), second: second).description == moment)
    }

    @Test func `every moment comes back from its wall clock, or from the hour that was shown twice`() throws {
        for name in ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"] {
            let zone = try Zone(identifier: name)
            for step in Int64(0)..<3000 {
                let instant = Instant(seconds: 1_300_000_000 + step * 12_347)
                let (day, second) = zone.local(instant)
                let back = zone.instant(day: day, second: second)
                let isTwice = zone.local(back) == (day, second) && back < instant
                if back != instant, !isTwice { Issue.record("\(name): \(instant) came back as \(back)") }
            }
        }
    }

    @Test(arguments: [
        "", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "Europe/../../../etc/passwd", "Europe",
        "Europe/London\0",
        "Europe/London ", "tzdata.zi", "UTC\n", "Europe//", "$(id)", "A/B/C/D/E/F/G/H/I/J/K/L/M/N/O/P",
    ])
    func `a name that is no zone is refused, whatever file it points at`(name: String) {
        #expect(throws: ZoneError.self) { try Zone(identifier: name) }
    }
}
