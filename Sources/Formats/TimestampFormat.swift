import Domain

/// How a source spells moments, compiled once and used for every row.
///
/// A pattern is made of these, and of any other ASCII that is no letter, which stands for itself:
///
///     yyyy    year, four digits              HH  H   hour 0…23, two digits or one to two
///     MM  M   month, two or one to two       hh  h   hour 1…12, with `a`
///     dd  d   day of the month               mm      minute, two digits
///     a       AM or PM, any case             ss      second, two digits (60 counts as 59)
///     Z       `Z`, `+0900` or `+09:00`       SSS     fraction of a second, one digit or more; kept to milliseconds
///     T       itself                         '…'     the text between the quotes
///
/// Year, month and day must be there; what is missing of the time is zero. The whole pattern may also be `unix` or
/// `unix-ms`: whole seconds or milliseconds since 1970-01-01T00:00:00Z, between the years 1 and 9999.
public struct TimestampFormat: Sendable {
    /// The pattern as given.
    public let pattern: String

    private enum Part: Hashable, Sendable {
        case year
        case month(fixed: Bool), day(fixed: Bool), hour(fixed: Bool), halfDayHour(fixed: Bool)
        case minute, second, fraction, halfDay, offset
        case literal(UInt8)
        case unix(perSecond: Int64)
    }

    /// The day of the last row, which most often is that of the next: its offset is looked up once.
    private struct LastDay: Sendable {
        var civil = -1
        /// Seconds from 1970 to its midnight, were there no offset.
        var wall: Int64 = 0
        /// Seconds east of UTC that hold all day; nil on a day when clocks change.
        var offset: Int64?
    }

    private let parts: [Part]
    private var last = LastDay()
    private var lastZone = Zone.utc

    /// Compiles a pattern.
    ///
    /// - Throws: `.badPattern` saying what is not understood, missing or said twice.
    public init(_ pattern: String) throws(FormatError) {
        self.pattern = pattern
        parts = try TimestampFormat.compile(pattern)
    }

    /// The moment that `bytes` spell, blanks around them aside; nil where they do not fit the pattern, no such date or
    /// time exists, or an offset moves it out of the years 1 to 9999.
    ///
    /// - Parameters:
    ///   - bytes: ASCII text.
    ///   - zone: where the wall clock hangs, unless the text has its own offset. A time that the clock shows twice
    ///     means the first of the two; one that it skips is moved forward by the gap.
    public mutating func parse(_ bytes: UnsafeBufferPointer<UInt8>, zone: Zone) -> Instant? {
        var text = Cursor(bytes)
        var year = 0
        var month = 0
        var monthDay = 0
        var hour = 0
        var minute = 0
        var second = 0
        var milliseconds = 0
        var isAfternoon = false
        var offset: Int64?
        for part in parts {
            switch part {
            case .literal(let byte): guard text.take(byte) else { return nil }
            case .year:
                guard let value = text.digits(4, 4) else { return nil }
                year = value
            case .month(let fixed):
                guard let value = text.digits(fixed ? 2 : 1, 2) else { return nil }
                month = value
            case .day(let fixed):
                guard let value = text.digits(fixed ? 2 : 1, 2) else { return nil }
                monthDay = value
            case .hour(let fixed):
                guard let value = text.digits(fixed ? 2 : 1, 2), value < 24 else { return nil }
                hour = value
            case .halfDayHour(let fixed):
                guard let value = text.digits(fixed ? 2 : 1, 2), (1...12).contains(value) else { return nil }
                hour = value % 12
            case .minute:
                guard let value = text.digits(2, 2), value < 60 else { return nil }
                minute = value
            case .second:
                guard let value = text.digits(2, 2), value < 61 else { return nil }
                second = min(value, 59)
            case .fraction:
                guard let value = text.milliseconds() else { return nil }
                milliseconds = value
            case .halfDay:
                guard let value = text.halfDay() else { return nil }
                isAfternoon = value
            case .offset:
                guard let value = text.offset() else { return nil }
                offset = Int64(value)
            case .unix(let perSecond):
                guard let value = text.whole(), text.isAtEnd else { return nil }
                return TimestampFormat.instant(value, perSecond: perSecond)
            }
        }
        guard text.isAtEnd else { return nil }
        if isAfternoon { hour += 12 }
        let inDay = hour * 3600 + minute * 60 + second
        let civil = year << 16 | month << 8 | monthDay
        if civil != last.civil || zone.identifier != lastZone.identifier {
            guard turn(to: Day(year: year, month: month, day: monthDay), civil, zone) else { return nil }
        }
        var moment: Instant
        if let known = offset ?? last.offset {
            moment = Instant(seconds: last.wall + Int64(inDay) - known)
        } else {
            moment = zone.instant(day: Day(number: Int32(last.wall / 86_400)), second: inDay)
        }
        moment.milliseconds += Int64(milliseconds)
        return moment.isWritable ? moment : nil
    }

    /// As `parse` over bytes.
    public mutating func parse(_ text: String, zone: Zone) -> Instant? {
        var text = text
        return text.withUTF8 { parse($0, zone: zone) }
    }

    /// Looks up what `parse` needs to know of another day; false where there is no such day.
    private mutating func turn(to day: Day?, _ civil: Int, _ zone: Zone) -> Bool {
        guard let day else { return false }
        let wall = Int64(day.number) * 86_400
        // From a day before to a day after this one: as wide as `Zone.instant` looks for a change.
        let first = zone.offset(at: Instant(seconds: wall - 86_400))
        let isSteady = (0...2).allSatisfy { zone.offset(at: Instant(seconds: wall + $0 * 86_400)) == first }
        last = LastDay(civil: civil, wall: wall, offset: isSteady ? Int64(first) : nil)
        lastZone = zone
        return true
    }

    private static func instant(_ value: Int64, perSecond: Int64) -> Instant? {
        let seconds = value / perSecond
        guard seconds >= -62_135_596_800, seconds < 253_402_300_800 else { return nil }
        return Instant(milliseconds: value * (1000 / perSecond))
    }

    // MARK: Patterns

    private static func compile(_ pattern: String) throws(FormatError) -> [Part] {
        if pattern == "unix" { return [.unix(perSecond: 1)] }
        if pattern == "unix-ms" { return [.unix(perSecond: 1000)] }
        func fail(_ message: String) -> FormatError {
            FormatError(.badPattern, "time pattern '\(pattern.prefix(100).printable)': \(message)", file: "")
        }
        let bytes = Array(pattern.utf8)
        guard bytes.count <= longest else { throw fail("is of more than \(longest) bytes") }
        var parts: [Part] = []
        var letters: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "'") {
                guard let close = bytes[(index + 1)...].firstIndex(of: byte) else { throw fail("a ' is not closed") }
                parts += bytes[(index + 1)..<close].map { .literal($0) }
                index = close + 1
                continue
            }
            if byte == UInt8(ascii: "T") || byte < 0x80 && !(byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) {
                parts.append(.literal(byte))
                index += 1
                continue
            }
            let end = bytes[index...].firstIndex { $0 != byte } ?? bytes.count
            let run = String(decoding: bytes[index..<end], as: UTF8.self)
            guard let part = words[run] else {
                throw fail("'\(run.printable)' is not known; use yyyy MM dd HH mm ss SSS a Z, unix or unix-ms")
            }
            let letter = byte == UInt8(ascii: "h") ? UInt8(ascii: "H") : byte
            guard !letters.contains(letter) else { throw fail("'\(run)' says again what was said before") }
            letters.append(letter)
            parts.append(part)
            index = end
        }
        for needed in "yMd".utf8 where !letters.contains(needed) { throw fail("year, month and day must all be there") }
        let isHalfDay = parts.contains(.halfDayHour(fixed: true)) || parts.contains(.halfDayHour(fixed: false))
        guard isHalfDay == parts.contains(.halfDay) else { throw fail("h and a need each other; H stands alone") }
        return parts
    }

    /// Most bytes of a pattern.
    private static let longest = 1000

    private static let words: [String: Part] = [
        "yyyy": .year, "MM": .month(fixed: true), "M": .month(fixed: false), "dd": .day(fixed: true),
        "d": .day(fixed: false), "HH": .hour(fixed: true), "H": .hour(fixed: false),
        "hh": .halfDayHour(fixed: true), "h": .halfDayHour(fixed: false), "mm": .minute, "ss": .second,
        "SSS": .fraction, "a": .halfDay, "Z": .offset,
    ]
}

/// Takes the pieces of a timestamp from the front of some bytes.
private struct Cursor {
    let bytes: UnsafeBufferPointer<UInt8>
    var index = 0
    var end: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        end = bytes.count
        while index < end, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
        while end > index, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    }

    var isAtEnd: Bool { index == end }

    mutating func take(_ byte: UInt8) -> Bool {
        guard index < end, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    mutating func digits(_ least: Int, _ most: Int) -> Int? {
        var value = 0
        var count = 0
        while count < most, index < end, bytes[index] &- 0x30 < 10 {
            value = value * 10 + Int(bytes[index] &- 0x30)
            index += 1
            count += 1
        }
        return count >= least ? value : nil
    }

    mutating func milliseconds() -> Int? {
        var value = 0
        var scale = 100
        let start = index
        while index < end, bytes[index] &- 0x30 < 10 {
            value += Int(bytes[index] &- 0x30) * scale
            scale /= 10
            index += 1
        }
        return index > start ? value : nil
    }

    /// True for PM.
    mutating func halfDay() -> Bool? {
        guard index + 1 < end, bytes[index + 1] | 0x20 == UInt8(ascii: "m") else { return nil }
        let first = bytes[index] | 0x20
        guard first == UInt8(ascii: "a") || first == UInt8(ascii: "p") else { return nil }
        index += 2
        return first == UInt8(ascii: "p")
    }

    /// Seconds east of UTC.
    mutating func offset() -> Int? {
        if take(UInt8(ascii: "Z")) { return 0 }
        let isWest = index < end && bytes[index] == UInt8(ascii: "-")
        guard isWest || index < end && bytes[index] == UInt8(ascii: "+") else { return nil }
        index += 1
        guard let hours = digits(2, 2), hours < 24 else { return nil }
        _ = take(UInt8(ascii: ":"))
        guard let minutes = digits(2, 2), minutes < 60 else { return nil }
        return (hours * 3600 + minutes * 60) * (isWest ? -1 : 1)
    }

    /// A whole number of at most 64 bits.
    mutating func whole() -> Int64? {
        let rest = UnsafeBufferPointer(rebasing: bytes[index..<end])
        index = end
        guard case .success(let value) = FixedPoint.parse(rest, decimals: 0), !rest.contains(0x2E) else { return nil }
        return value
    }
}
