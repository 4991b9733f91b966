import Domain

/// How a file writes its periods, so that forecasts are written the same way.
///
/// A period's position is the whole number itself, or for dates and times the seconds since 1970-01-01T00:00:00 by the
/// clock of the file: nothing is converted between time zones.
enum PeriodForm: Hashable, Sendable {
    /// `17`, at most 10¹² either side of 0.
    case integer
    /// `2016-05-23`.
    case date
    /// `2016-05-23 14:00:00`, in the variant of the file.
    case dateTime(Clock)

    /// What a file's date-times have after the date.
    struct Clock: Hashable, Sendable {
        /// `T` or a blank.
        var separator: UInt8
        /// Whether seconds are written.
        var hasSeconds: Bool
        /// Zeros after the seconds' point.
        var fraction: Int
        /// Nothing, `Z` or an offset, the same in every row.
        var suffix: [UInt8]
    }

    /// Positions that dates can be written for end before this one: the year 10000.
    static let end: Int64 = 2_932_897 * 86_400
    private static let largest: Int64 = 1_000_000_000_000

    /// The form of a text; nil where it is none of them.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        guard let form = PeriodForm.guess(text), form.position(text) != nil else { return nil }
        self = form
    }

    /// The position that a text of this form means; nil where it has another form, or no such date or time exists.
    func position(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        switch self {
        case .integer:
            guard case .success(let value) = FixedPoint.parse(text, decimals: 0),
                (-PeriodForm.largest...PeriodForm.largest).contains(value),
                !text.contains(0x2E)
            else { return nil }
            return value
        case .date:
            return text.count == 10 ? PeriodForm.day(text) : nil
        case .dateTime(let clock):
            guard text.count == clock.length, let day = PeriodForm.day(text), text[10] == clock.separator,
                text[13] == 0x3A, let hour = two(text, 11), hour < 24, let minute = two(text, 14), minute < 60
            else { return nil }
            var seconds = Int64(hour * 3600 + minute * 60)
            if clock.hasSeconds {
                guard text[16] == 0x3A, let second = two(text, 17), second < 60 else { return nil }
                seconds += Int64(second)
                if clock.fraction > 0 {
                    guard text[19] == 0x2E else { return nil }
                    for index in 20..<(20 + clock.fraction) where text[index] != 0x30 { return nil }
                }
            }
            let start = clock.length - clock.suffix.count
            for (index, byte) in clock.suffix.enumerated() where text[start + index] != byte { return nil }
            return day + seconds
        }
    }

    /// Appends the text of a position.
    func write(_ position: Int64, to bytes: inout [UInt8]) {
        guard self != .integer else {
            bytes.append(contentsOf: String(position).utf8)
            return
        }
        let second = (position % 86_400 + 86_400) % 86_400
        let civil = Day(number: Int32(clamping: (position - second) / 86_400)).civil
        digits(civil.year / 100, to: &bytes)
        digits(civil.year % 100, to: &bytes)
        bytes.append(0x2D)
        digits(civil.month, to: &bytes)
        bytes.append(0x2D)
        digits(civil.day, to: &bytes)
        guard case .dateTime(let clock) = self else { return }
        bytes.append(clock.separator)
        digits(Int(second) / 3600, to: &bytes)
        bytes.append(0x3A)
        digits(Int(second) / 60 % 60, to: &bytes)
        if clock.hasSeconds {
            bytes.append(0x3A)
            digits(Int(second) % 60, to: &bytes)
            if clock.fraction > 0 {
                bytes.append(0x2E)
                for _ in 0..<clock.fraction { bytes.append(0x30) }
            }
        }
        bytes.append(contentsOf: clock.suffix)
    }

    /// The text of a position, for messages.
    func text(_ position: Int64) -> String {
        var bytes: [UInt8] = []
        write(position, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func guess(_ text: UnsafeBufferPointer<UInt8>) -> PeriodForm? {
        guard text.count >= 10, text[4] == 0x2D, text[7] == 0x2D else { return text.isEmpty ? nil : .integer }
        guard text.count > 10 else { return .date }
        guard text[10] == 0x54 || text[10] == 0x20, text.count >= 16 else { return nil }
        var clock = Clock(separator: text[10], hasSeconds: false, fraction: 0, suffix: [])
        var index = 16
        if text.count >= 19, text[16] == 0x3A {
            clock.hasSeconds = true
            index = 19
            if index < text.count, text[index] == 0x2E {
                index += 1
                while index < text.count, text[index] == 0x30 { index += 1 }
                clock.fraction = index - 20
            }
        }
        clock.suffix = Array(text[index...])
        return clock.isSuffixKnown ? .dateTime(clock) : nil
    }

    private static func day(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard text[4] == 0x2D, text[7] == 0x2D, let century = two(text, 0), let year = two(text, 2),
            let month = two(text, 5), let day = two(text, 8),
            let found = Day(year: century * 100 + year, month: month, day: day)
        else { return nil }
        return Int64(found.number) * 86_400
    }
}

extension PeriodForm.Clock {
    /// Bytes of a text.
    var length: Int { 16 + (hasSeconds ? 3 : 0) + (fraction > 0 ? 1 + fraction : 0) + suffix.count }

    /// Nothing, `Z`, `+01`, `+0100` or `+01:00`.
    var isSuffixKnown: Bool {
        guard let first = suffix.first else { return true }
        guard first != 0x5A else { return suffix.count == 1 }
        let digits = suffix.dropFirst().filter { $0 != 0x3A }
        return (first == 0x2B || first == 0x2D) && (digits.count == 2 || digits.count == 4)
            && digits.allSatisfy { $0 &- 0x30 < 10 }
            && (suffix.count == digits.count + 1 || suffix.count == 6 && suffix[3] == 0x3A)
    }
}

private func two(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int? {
    let tens = text[index] &- 0x30
    let ones = text[index + 1] &- 0x30
    return tens < 10 && ones < 10 ? Int(tens) * 10 + Int(ones) : nil
}

private func digits(_ value: Int, to bytes: inout [UInt8]) {
    bytes.append(0x30 + UInt8(truncatingIfNeeded: value / 10))
    bytes.append(0x30 + UInt8(truncatingIfNeeded: value % 10))
}
