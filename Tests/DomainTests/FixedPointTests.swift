import Domain
import Numerics
import Testing

@Suite struct FixedPointTests {
    @Test(
        arguments: [
            ("0", 0, 0), ("-0", 2, 0), ("+12", 0, 12), ("12.50", 2, 1250), (".5", 2, 50), ("7.", 2, 700),
            ("1.00000000", 2, 100), ("9223372036854775807", 0, .max), ("-9223372036854775808", 0, .min),
            ("9223372036854.775807", 6, .max), ("-9223372036854.775808", 6, .min), ("  3.25\t", 2, 325),
            ("0000000000000000000000012", 0, 12), ("0.000001", 6, 1), ("9.223372036854775807", 18, .max),
        ] as [(String, Int, Int64)])
    func `a number is taken exactly, up to the edges of 64 bits`(text: String, decimals: Int, value: Int64) {
        #expect(FixedPoint.parse(text, decimals: decimals) == .success(value))
    }

    @Test(
        arguments: [
            ("", 2, .empty), ("   ", 2, .empty), ("1.234", 2, .tooPrecise), ("0.1", 0, .tooPrecise),
            ("9223372036854775808", 0, .tooLarge), ("-9223372036854775809", 0, .tooLarge),
            ("92233720368547.75808", 6, .tooLarge), ("1e5", 2, .malformed), ("NaN", 2, .malformed),
            ("inf", 2, .malformed),
            ("1,5", 2, .malformed), ("-", 2, .malformed), (".", 2, .malformed), ("1.2.3", 2, .malformed),
            ("--1", 2, .malformed), ("1 2", 2, .malformed), ("0x10", 2, .malformed), ("1-", 2, .malformed),
            ("١٢", 2, .malformed), ("£5", 2, .malformed),
        ] as [(String, Int, FixedPoint.Failure)])
    func `what would be rounded, cut or guessed is refused`(text: String, decimals: Int, why: FixedPoint.Failure) {
        #expect(FixedPoint.parse(text, decimals: decimals) == .failure(why))
    }

    @Test(arguments: [
        ("1.234,50", "1234,50", true), ("-1.234.567", "-1234567", true), ("1..234", "", false), (".123", "", false),
        ("123.", "", false), ("1,5.0", "", false), ("1.,5", "", false),
    ])
    func `a group separator stands between digits of the whole part`(text: String, same: String, isNumber: Bool) {
        let read = FixedPoint.parse(text, decimals: 2, separator: UInt8(ascii: ","), group: UInt8(ascii: "."))
        if isNumber {
            #expect(read == FixedPoint.parse(same, decimals: 2, separator: UInt8(ascii: ",")))
        } else {
            #expect(read == .failure(.malformed))
        }
    }

    @Test func `what is written reads back the same, at every scale`() {
        var random = SplitMix64(seed: 11)
        for round in 0..<4000 {
            let decimals = round % 19
            // Shifted by every number of bits, so that small numbers come too.
            let value = Int64(bitPattern: random.next()) >> Int64(random.next() % 63)
            let text = FixedPoint.text(value, decimals: decimals, keep: round % (decimals + 1))
            if FixedPoint.parse(text, decimals: decimals) != .success(value) {
                Issue.record("\(value) at \(decimals) decimals was written \(text)")
            }
        }
        for value in [Int64.min, .max, -1, 0] {
            #expect(FixedPoint.parse(FixedPoint.text(value, decimals: 6, keep: 2), decimals: 6) == .success(value))
        }
    }

    @Test(
        arguments: [
            (5, 10, 1), (4, 10, 0), (-5, 10, -1), (-4, 10, 0), (15, 10, 2), (-15, 10, -2), (0, 7, 0), (.max, 1, .max),
            (.min, 1, .min), (.max, .max, 1), (.min, .max, -1), (1, .max, 0), (.max / 2 + 1, .max, 1),
            (.max / 2, .max, 0),
        ] as [(Int64, Int64, Int64)])
    func `halves are rounded away from zero`(value: Int64, divisor: Int64, expected: Int64) {
        #expect(FixedPoint.rounded(value, dividedBy: divisor) == expected)
    }
}

@Suite struct MoneyTests {
    @Test(
        arguments: [
            ("JPY", 1_234, "1234 JPY"), ("GBP", 123_450, "1234.50 GBP"), ("KWD", -5, "-0.005 KWD"),
            ("GBP", .min, "-92233720368547758.08 GBP"),
        ] as [(String, Int64, String)])
    func `an amount is written with the decimals of its currency`(code: String, minor: Int64, text: String) throws {
        #expect(Money(minor: minor, currency: try #require(Currency(code))).description == text)
    }

    @Test(
        arguments: [
            ("JPY", 333_333, 3, 1), ("JPY", 2_500_000, 1, 3), ("JPY", 2_500_000, -1, -3), ("GBP", 2_550_000, 6, 1530),
            ("GBP", 4_200, 1, 0), ("GBP", 5_000, 1, 1), ("GBP", 5_000, -1, -1), ("KWD", 1_500, 7, 11),
            ("KWD", 400, 1, 0),
            ("GBP", 0, 1_000_000_000_000, 0),
        ] as [(String, Int64, Int64, Int64)])
    func `a total is rounded once, half away from zero`(code: String, micros: Int64, units: Int64, minor: Int64) throws
    {
        #expect(UnitPrice(micros: micros).total(units, currency: try #require(Currency(code))) == minor)
    }

    @Test func `a total that does not fit is none`() throws {
        let gbp = try #require(Currency("GBP"))
        #expect(UnitPrice(micros: .max).total(2, currency: gbp) == nil)
        #expect(UnitPrice(micros: .min).total(-1, currency: gbp) == nil)
    }

    @Test(arguments: ["gbp", "GB", "GBPP", "G1P", "ÄÄÄ", ""])
    func `a currency is three capital letters`(code: String) { #expect(Currency(code) == nil) }
}
