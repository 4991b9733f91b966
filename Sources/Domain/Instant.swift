/// A moment of shop time: milliseconds since 1970-01-01T00:00:00Z, leap seconds ignored.
public struct Instant: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var milliseconds: Int64

    /// The moment `milliseconds` after 1970-01-01T00:00:00Z.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// The moment `seconds` after 1970-01-01T00:00:00Z.
    public init(seconds: Int64) { self.milliseconds = seconds * 1000 }

    /// Whole seconds since 1970, rounded down.
    public var seconds: Int64 { (milliseconds - (milliseconds % 1000 + 1000) % 1000) / 1000 }

    /// The natural order.
    public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }

    /// This moment moved by a number of seconds.
    public func adding(seconds: Int64) -> Instant { Instant(milliseconds: milliseconds + seconds * 1000) }

    /// ISO 8601 in UTC: `2011-10-03T08:26:00Z`; milliseconds only where they are not zero.
    public var description: String { iso8601(offsetSeconds: 0) }

    /// ISO 8601 with the offset that holds at this moment in `zone`.
    public func iso8601(in zone: Zone) -> String { iso8601(offsetSeconds: zone.offset(at: self)) }

    /// Reads ISO 8601 with an offset or `Z` (`2011-10-03T08:26:00.250+01:00`); nil for anything else, a time without an
    /// offset included: which zone it means must be said, not guessed.
    public init?(iso8601 text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 17, let day = Day(String(decoding: bytes[0..<10], as: UTF8.self)),
            bytes[10] == 0x54 || bytes[10] == 0x20
        else { return nil }
        var index = 11
        func two() -> Int? {
            guard index + 1 < bytes.count, let tens = digit(bytes[index]), let ones = digit(bytes[index + 1]) else {
                return nil
            }
            index += 2
            return tens * 10 + ones
        }
        func skip(_ byte: UInt8) -> Bool {
            guard index < bytes.count, bytes[index] == byte else { return false }
            index += 1
            return true
        }
        guard let hour = two(), hour < 24, skip(0x3A), let minute = two(), minute < 60 else { return nil }
        var second = 0
        var fraction: Int64 = 0
        if skip(0x3A) {
            guard let value = two(), value < 61 else { return nil }
            second = min(value, 59)
            if skip(0x2E) {
                var scale: Int64 = 100
                guard index < bytes.count, digit(bytes[index]) != nil else { return nil }
                while index < bytes.count, let value = digit(bytes[index]) {
                    fraction += Int64(value) * scale
                    scale /= 10
                    index += 1
                }
            }
        }
        var offset = 0
        if skip(0x5A) {
            offset = 0
        } else if index < bytes.count, bytes[index] == 0x2B || bytes[index] == 0x2D {
            let sign = bytes[index] == 0x2B ? 1 : -1
            index += 1
            guard let hours = two(), hours < 24 else { return nil }
            _ = skip(0x3A)
            guard let minutes = two(), minutes < 60 else { return nil }
            offset = sign * (hours * 3600 + minutes * 60)
        } else {
            return nil
        }
        guard index == bytes.count else { return nil }
        let local = Int64(day.number) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
        self.init(milliseconds: (local - Int64(offset)) * 1000 + fraction)
    }

    func iso8601(offsetSeconds: Int) -> String {
        let local = seconds + Int64(offsetSeconds)
        let dayNumber = (local - ((local % 86_400) + 86_400) % 86_400) / 86_400
        let inDay = Int(local - dayNumber * 86_400)
        var text = "\(Day(number: Int32(clamping: dayNumber)))T\(clock(inDay, withSeconds: true))"
        let fraction = Int(milliseconds - seconds * 1000)
        if fraction != 0 { text += "." + padded(fraction, 3) }
        if offsetSeconds == 0 { return text + "Z" }
        let absolute = abs(offsetSeconds)
        return text + (offsetSeconds < 0 ? "-" : "+") + clock(absolute, withSeconds: false)
    }

    /// Reads the text form; anything else is a `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let instant = Instant(iso8601: text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not an ISO 8601 time with offset")
            )
        }
        self = instant
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A time of day without a date, in minutes since midnight (0 to 1439): a supplier's cut-off.
public struct TimeOfDay: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// Minutes since midnight, 0…1439.
    public var minutes: Int

    /// The time `minutes` after midnight; nil outside 0…1439.
    public init?(minutes: Int) {
        guard (0..<1440).contains(minutes) else { return nil }
        self.minutes = minutes
    }

    /// Reads `16:30`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].count == 2, (1...2).contains(parts[0].count),
            parts.allSatisfy({ $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }), let hour = Int(parts[0]),
            let minute = Int(parts[1]), (0..<24).contains(hour), (0..<60).contains(minute)
        else { return nil }
        self.minutes = hour * 60 + minute
    }

    /// As files and messages write it.
    public var description: String { clock(minutes * 60, withSeconds: false) }
    /// The natural order.
    public static func < (left: TimeOfDay, right: TimeOfDay) -> Bool { left.minutes < right.minutes }
}

private func clock(_ seconds: Int, withSeconds: Bool) -> String {
    let text = "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2))"
    return withSeconds ? text + ":" + padded(seconds % 60, 2) : text
}

private func digit(_ byte: UInt8) -> Int? { byte >= 0x30 && byte <= 0x39 ? Int(byte - 0x30) : nil }
