import Domain
import Formats
import Testing

@Suite struct TimestampFormatTests {
    /// Expected moments: GNU `date -u -d @…` and `TZ=Europe/London date -d '…' +%s`.
    @Test(arguments: [
        ("yyyy-MM-dd HH:mm:ss", "2010-12-01 08:26:00", 1_291_191_960_000),
        ("dd/MM/yyyy HH:mm", "01/07/2011 08:26", 1_309_505_160_000),
        ("M/d/yyyy H:mm", "7/1/2011 8:26", 1_309_505_160_000),
        ("M/d/yyyy H:mm", "12/01/2010 08:26", 1_291_191_960_000),
        ("yyyyMMdd", "20110701", 1_309_474_800_000),
        ("yyyy-MM-dd HH:mm:ss Z", "2024-05-01 10:00:00 +0900", 1_714_525_200_000),
        ("yyyy-MM-dd HH:mm:ss Z", "2024-05-01 10:00:00 -03:30", 1_714_570_200_000),
        ("yyyy-MM-ddTHH:mm:ssZ", "2024-05-01T10:00:00Z", 1_714_557_600_000),
        ("yyyy-MM-dd'T'HH:mm:ss.SSSZ", "2024-05-01T10:00:00.0125Z", 1_714_557_600_012),
        ("M/d/yyyy h:mm a", "7/1/2011 12:05 AM", 1_309_475_100_000),
        ("M/d/yyyy h:mm a", "7/1/2011 12:05 pm", 1_309_518_300_000),
        ("M/d/yyyy hh:mm a", "7/1/2011 08:26 pm", 1_309_548_360_000),
        ("unix", "1309505160", 1_309_505_160_000),
        ("unix", " -1 ", -1000),
        ("unix-ms", "1309505160123", 1_309_505_160_123),
        ("yyyy-MM-dd HH:mm:ss", "2016-12-31 23:59:60", 1_483_228_799_000),
    ])
    func `reads a moment`(pattern: String, text: String, milliseconds: Int64) throws {
        var format = try TimestampFormat(pattern)
        let zone = try Zone(identifier: "Europe/London")
        for _ in 0..<2 { #expect(format.parse(text, zone: zone)?.milliseconds == milliseconds) }
    }

    @Test(arguments: [
        ("yyyy-MM-dd", "2011-02-30"), ("yyyy-MM-dd", "2011-13-01"), ("yyyy-MM-dd", "2011-00-10"),
        ("yyyy-MM-dd", "0000-01-01"), ("yyyy-MM-dd", "2011-1-01"), ("yyyy-MM-dd", "2011-01-01x"),
        ("yyyy-MM-dd", "2011-01-0"), ("yyyy-MM-dd", ""), ("yyyy-MM-dd", "２０11-01-01"),
        ("yyyy-MM-dd HH:mm", "2011-01-01 24:00"), ("yyyy-MM-dd HH:mm", "2011-01-01 12:60"),
        ("M/d/yyyy h:mm a", "7/1/2011 0:05 AM"), ("M/d/yyyy h:mm a", "7/1/2011 13:05 PM"),
        ("M/d/yyyy h:mm a", "7/1/2011 1:05 XM"), ("M/d/yyyy H:mm", "1/13/2011 8:26 "),
        ("yyyy-MM-dd HH:mm:ss Z", "2011-01-01 10:00:00"), ("yyyy-MM-dd HH:mm:ss Z", "2011-01-01 10:00:00 0900"),
        ("yyyy-MM-dd HH:mm:ss Z", "2011-01-01 10:00:00 +0960"), ("unix", "1.5"), ("unix", "1e9"), ("unix", "NaN"),
        ("unix", "99999999999999"), ("unix", "9223372036854775808"), ("unix-ms", "-99999999999999999"),
    ])
    func `refuses what does not exist or does not fit`(pattern: String, text: String) throws {
        var format = try TimestampFormat(pattern)
        let isTheGoodOne = text == "1/13/2011 8:26 "
        #expect((format.parse(text, zone: .utc) != nil) == isTheGoodOne)
    }

    @Test func `agrees with the zone on every half hour of days when clocks change`() throws {
        let zone = try Zone(identifier: "Europe/London")
        var format = try TimestampFormat("yyyy-MM-dd HH:mm")
        for text in ["2011-03-26", "2011-03-27", "2011-03-28", "2011-10-29", "2011-10-30", "2011-10-31", "2011-06-01"] {
            let day = try #require(Day(text))
            for half in 0..<48 {
                let clock = "\(half < 20 ? "0" : "")\(half / 2):\(half % 2 == 0 ? "00" : "30")"
                #expect(format.parse("\(text) \(clock)", zone: zone) == zone.instant(day: day, second: half * 1800))
            }
        }
        // 01:30 does not exist on 27 March and comes twice on 30 October.
        #expect(format.parse("2011-03-27 01:30", zone: zone)?.description == "2011-03-27T01:30:00Z")
        #expect(format.parse("2011-10-30 01:30", zone: zone)?.description == "2011-10-30T00:30:00Z")
    }

    @Test func `the day before and another zone do not stick`() throws {
        var format = try TimestampFormat("yyyy-MM-dd HH:mm")
        let tokyo = try Zone(identifier: "Asia/Tokyo")
        #expect(format.parse("2011-07-01 09:00", zone: .utc)?.description == "2011-07-01T09:00:00Z")
        #expect(format.parse("2011-07-01 09:00", zone: tokyo)?.description == "2011-07-01T00:00:00Z")
        #expect(format.parse("2011-07-02 09:00", zone: tokyo)?.description == "2011-07-02T00:00:00Z")
        #expect(format.parse("2011-07-01 09:00", zone: tokyo)?.description == "2011-07-01T00:00:00Z")
    }

    @Test(arguments: [
        "", "yyyy-MM", "yy-MM-dd", "yyyy-MM-dd yyyy", "yyyy-MM-dd hh:mm", "yyyy-MM-dd HH:mm a", "yyyy-MM-dd EEE",
        "yyyy-MM-dd H h a", "yyyy-MM-dd 'T", "unix-us", "yyyy-MM-dd é",
    ])
    func `says what is wrong with a pattern`(pattern: String) {
        #expect(thrown { _ = try TimestampFormat(pattern) }?.code == .badPattern)
    }
}
