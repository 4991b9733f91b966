import Domain

/// The number in a field: what spreadsheets, data frames and databases write for one.
enum DecimalField: Equatable {
    /// Nothing, or a word that says so: `nan`, `na`, `null`, `none` in any case.
    case blank
    /// A finite number.
    case number(Double)
    /// Anything else, infinities included.
    case malformed

    /// Reads `-12`, `3.50`, `1.5E-05`, with blanks around it; a decimal point only, no thousands.
    init(_ field: UnsafeBufferPointer<UInt8>) {
        var index = 0
        var end = field.count
        while index < end, field[index] == 0x20 || field[index] == 0x09 { index += 1 }
        while end > index, field[end - 1] == 0x20 || field[end - 1] == 0x09 { end -= 1 }
        guard index < end else {
            self = .blank
            return
        }
        let start = index
        let isNegative = field[index] == 0x2D
        if isNegative || field[index] == 0x2B { index += 1 }
        var mantissa: UInt64 = 0
        var digits = 0
        var decimals = 0
        var isFraction = false
        while index < end {
            let byte = field[index]
            if byte &- 0x30 < 10 {
                // Nineteen digits fit; more take the slow way and are not looked at here.
                if digits < 19 { mantissa = mantissa * 10 + UInt64(byte &- 0x30) }
                digits += 1
                if isFraction { decimals += 1 }
            } else if byte == 0x2E, !isFraction {
                isFraction = true
            } else {
                break
            }
            index += 1
        }
        guard digits > 0 else {
            self = DecimalField.isWordForNothing(field, start, end) ? .blank : .malformed
            return
        }
        guard let exponent = DecimalField.exponent(field, index, end) else {
            self = .malformed
            return
        }
        let power = exponent - decimals
        let value: Double
        if digits <= 19, mantissa <= 1 << 53, abs(power) <= 18 {
            // Both are exact, so one operation rounds once: the nearest number to the text.
            let scale = Double(FixedPoint.powers[abs(power)])
            let magnitude = power < 0 ? Double(mantissa) / scale : Double(mantissa) * scale
            value = isNegative ? -magnitude : magnitude
        } else {
            value = Double(String(decoding: field[start..<end], as: UTF8.self)) ?? .infinity
        }
        self = value.isFinite ? .number(value) : .malformed
    }

    /// The power of ten after an `e`; 0 where nothing follows, nil where something else does.
    private static func exponent(_ field: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
        guard start < end else { return 0 }
        guard field[start] | 0x20 == UInt8(ascii: "e") else { return nil }
        var index = start + 1
        let isNegative = index < end && field[index] == 0x2D
        if index < end, isNegative || field[index] == 0x2B { index += 1 }
        guard index < end, end - index <= 5 else { return nil }
        var value = 0
        while index < end {
            guard field[index] &- 0x30 < 10 else { return nil }
            value = value * 10 + Int(field[index] &- 0x30)
            index += 1
        }
        return isNegative ? -value : value
    }

    private static func isWordForNothing(_ field: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        guard end - start <= 4 else { return false }
        return ["nan", "na", "null", "none"].contains(String(decoding: field[start..<end], as: UTF8.self).lowercased())
    }
}
