/// The shortest digits that read back as the same number, without an exponent: `0.00001`, `12`, `2.5`.
func positional(_ value: Double) -> String {
    let parts = value.magnitude.description.split(separator: "e")
    let sign = value < 0 ? "-" : ""
    guard parts.count == 2, let exponent = Int(parts[1]) else {
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
    let halves = parts[0].split(separator: ".")
    var digits = halves.joined()
    if halves.count == 2, halves[1] == "0" { digits = String(halves[0]) }
    let point = halves[0].count + exponent
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
    if point >= digits.count { return sign + digits + String(repeating: "0", count: point - digits.count) }
    return sign + digits.prefix(point) + "." + digits.dropFirst(point)
}
