/// Exact conversion between decimal text and scaled integers: the only way in which a number of money or stock enters.
public enum FixedPoint {
    /// 10⁰ … 10¹⁸.
    public static let powers: [Int64] = (0...18).map { (0..<$0).reduce(Int64(1)) { power, _ in power * 10 } }

    /// Why a text is not a number that can be stored.
    public enum Failure: Error, Equatable, Sendable {
        /// Nothing but blanks.
        case empty
        /// A byte that does not belong into a number.
        case malformed
        /// More decimals than the scale keeps; storing it would round silently.
        case tooPrecise
        /// Beyond 64 bits at this scale.
        case tooLarge
    }

    /// Reads `-1,234.50` exactly as a whole number of 10^−`decimals`.
    ///
    /// Blanks around it and a leading `+` are allowed. The group separator, when given, may stand only between digits
    /// and never after the decimal separator. No exponent, no `NaN`, no infinity: those are errors, not numbers.
    ///
    /// - Parameters:
    ///   - bytes: ASCII text.
    ///   - decimals: decimals to keep, 0…18. Zeros beyond them are accepted, other digits are `.tooPrecise`.
    ///   - separator: the decimal separator, `.` or `,`.
    ///   - group: the separator of thousands, none unless said.
    public static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, decimals: Int, separator: UInt8 = 0x2E, group: UInt8? = nil
    ) -> Result<Int64, Failure> {
        var index = 0
        var end = bytes.count
        while index < end, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
        while end > index, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        guard index < end else { return .failure(.empty) }
        var negative = false
        if bytes[index] == 0x2D || bytes[index] == 0x2B {
            negative = bytes[index] == 0x2D
            index += 1
        }
        var value: Int64 = 0
        var digits = 0
        var kept = -1  // digits after the separator; -1 before it
        var lastWasDigit = false
        while index < end {
            let byte = bytes[index]
            if byte >= 0x30 && byte <= 0x39 {
                digits += 1
                lastWasDigit = true
                if kept >= decimals {
                    if byte != 0x30 { return .failure(.tooPrecise) }
                } else {
                    let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
                    let (sum, carry) = tens.subtractingReportingOverflow(Int64(byte - 0x30))
                    if overflow || carry { return .failure(.tooLarge) }
                    value = sum  // kept negative: the negative range is the larger one
                    if kept >= 0 { kept += 1 }
                }
            } else if byte == separator, kept < 0, lastWasDigit || digits == 0 {
                kept = 0
                lastWasDigit = false
            } else if byte == group, kept < 0, lastWasDigit {
                lastWasDigit = false
            } else {
                return .failure(.malformed)
            }
            index += 1
        }
        guard digits > 0 else { return .failure(.malformed) }
        // "1," with a group separator last is not a number; "1." is.
        if !lastWasDigit, kept < 0 { return .failure(.malformed) }
        let (scaled, overflow) = value.multipliedReportingOverflow(by: powers[decimals - max(0, kept)])
        if overflow { return .failure(.tooLarge) }
        if negative { return .success(scaled) }
        return scaled == .min ? .failure(.tooLarge) : .success(-scaled)
    }

    /// As `parse` over bytes.
    public static func parse(
        _ text: String, decimals: Int, separator: UInt8 = 0x2E, group: UInt8? = nil
    ) -> Result<Int64, Failure> {
        var text = text
        return text.withUTF8 { parse($0, decimals: decimals, separator: separator, group: group) }
    }

    /// `value` as a whole number of 10^−`decimals`, with at least `keep` decimals and no other trailing zeros.
    public static func text(_ value: Int64, decimals: Int, keep: Int) -> String {
        let magnitude = value.magnitude
        let power = UInt64(powers[decimals])
        var text = String(magnitude / power)
        var fraction = decimals == 0 ? "" : padded(Int(magnitude % power), decimals)
        while fraction.utf8.count > keep, fraction.utf8.last == 0x30 { fraction.removeLast() }
        if !fraction.isEmpty { text += "." + fraction }
        return value < 0 ? "-" + text : text
    }

    /// `value` ÷ `divisor` to the nearest whole number, halves away from zero. `divisor` > 0.
    public static func rounded(_ value: Int64, dividedBy divisor: Int64) -> Int64 {
        let quotient = value / divisor
        let remainder = value % divisor
        return remainder.magnitude * 2 >= divisor.magnitude ? quotient + value.signum() : quotient
    }
}

extension FixedPoint {
    /// An amount in parts that add up to it, by weights that are not negative; the largest remainders get what is left,
    /// of equal ones the first.
    public static func shared(_ amount: Int64, by weights: [Int64]) -> [Int64] {
        let sum = weights.reduce(Int128(0)) { $0 + Int128($1) }
        guard sum > 0 else { return weights.map { _ in 0 } }
        let magnitude = Int128(amount.magnitude)
        var parts = weights.map { magnitude * Int128($0) / sum }
        let order = weights.indices.sorted {
            let (left, right) = (magnitude * Int128(weights[$0]) % sum, magnitude * Int128(weights[$1]) % sum)
            return left == right ? $0 < $1 : left > right
        }
        let left = Int(magnitude - parts.reduce(0, +))
        for index in order.prefix(left) { parts[index] += 1 }
        return parts.map { Int64(clamping: amount < 0 ? -$0 : $0) }
    }
}
