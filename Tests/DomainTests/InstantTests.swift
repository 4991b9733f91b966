import Domain
import Testing

@Suite struct InstantTests {
    @Test(arguments: [
        ("2011-10-03T08:26:00Z", 1_317_630_360_000),
        ("2011-10-03T09:26:00+01:00", 1_317_630_360_000),
        ("2011-10-03 09:26:00+0100", 1_317_630_360_000),
        ("2011-10-03T03:56:00-04:30", 1_317_630_360_000),
        ("2011-10-03T08:26Z", 1_317_630_360_000),
        ("2011-10-03T08:26:00.250Z", 1_317_630_360_250),
        ("2011-10-03T08:26:00.2Z", 1_317_630_360_200),
        ("2011-10-03T08:26:00.2509999Z", 1_317_630_360_250),
        ("1969-12-31T23:59:59.999Z", -1),
        ("2012-06-30T23:59:60Z", 1_341_100_799_000),
        ("1970-01-01T00:00:00-00:00", 0),
    ])
    func `ISO 8601 with an offset is a moment`(text: String, milliseconds: Int64) {
        #expect(Instant(iso8601: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "2011-10-03T08:26:00", "2011-10-03", "2011-10-03T24:00:00Z", "2011-10-03T08:60:00Z", "2011-10-03T08:26:61Z",
        "2011-02-29T08:26:00Z", "2011-10-03T08:26:00.Z", "2011-10-03T08:26:00+25:00", "2011-10-03T08:26:00+01:60",
        "2011-10-03T08:26:00Zulu", "2011-10-03t08:26:00Z", "2011-10-03T8:26:00Z", "2011-10-03T08:26:00+1", "", "now",
        "2011-10-03T08:26:00 Z", "1317630360",
    ])
    func `anything else is refused, a time without its zone first of all`(text: String) {
        #expect(Instant(iso8601: text) == nil)
    }

    @Test func `what is written reads back the same`() throws {
        let zone = try Zone(identifier: "America/New_York")
        for step in Int64(0)..<400 {
            let instant = Instant(milliseconds: -2_000_000_000_000 + step * 15_485_863_001)
            #expect(Instant(iso8601: instant.description) == instant)
            #expect(Instant(iso8601: instant.iso8601(in: zone)) == instant)
        }
    }

    @Test func `seconds are rounded down before 1970 too`() {
        #expect(Instant(milliseconds: -1).seconds == -1)
        #expect(Instant(milliseconds: -1000).seconds == -1)
        #expect(Instant(milliseconds: 1999).seconds == 1)
    }

    @Test(arguments: [("16:30", 990), ("0:00", 0), ("23:59", 1439), ("9:05", 545)])
    func `a time of day is minutes since midnight`(text: String, minutes: Int) throws {
        let time = try #require(TimeOfDay(text))
        #expect(time.minutes == minutes)
        #expect(TimeOfDay(time.description) == time)
    }

    @Test(arguments: ["24:00", "12:60", "12", "12:5", "12:30:00", "-1:30", "+1:30", "1:+3", "", ":", "noon"])
    func `a text that is no time of day is none`(text: String) { #expect(TimeOfDay(text) == nil) }
}
