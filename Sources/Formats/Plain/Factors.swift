import Domain

// Shares and changes as people write them: 20 %, +40 %, x1.4.

extension PlainRow {
    /// What something is multiplied by in a field: `1.4`, `x1.4`, or what is added or taken as `+40 %`, `-10 %`; 0 to 100.
    /// Nil where it is blank.
    func factor(_ field: Field) throws(FormatError) -> Double? {
        guard let text = text(field) else { return nil }
        guard let factor = try writtenFactor(field) else { return try number(field, 0...100) }
        guard (0...100).contains(factor) else {
            throw error(.outOfRange, "'\(text.prefix(60).printable)' is not between x0 and x100", field)
        }
        return factor
    }

    /// The factor in a field that can be nothing else (`x1.4`, `+40 %`), unbounded; nil where it is a number or blank.
    func writtenFactor(_ field: Field) throws(FormatError) -> Double? {
        guard let text = text(field) else { return nil }
        if let first = text.first, "xX×".contains(first) { return try figure(text.dropFirst(), field) }
        guard text.hasSuffix("%") else { return nil }
        // Without a sign, 40 % may be forty of a hundred or forty on top of it.
        guard text.hasPrefix("+") || text.hasPrefix("-") else {
            throw error(
                .notANumber,
                "'\(text.prefix(60).printable)' can mean two things; write +40 % for more, -40 % for less, or a factor "
                    + "such as 1.4", field)
        }
        let change = try figure(text.dropFirst().dropLast(), field)
        return (100 + (text.hasPrefix("-") ? -change : change)) / 100
    }

    /// A share in a field: `0.2` or `20 %`; nil where it is blank.
    ///
    /// - Parameter limit: the greatest that is allowed, ≤ 1.
    func share(_ field: Field, upTo limit: Double = 1) throws(FormatError) -> Double? {
        guard let text = text(field) else { return nil }
        let isPercent = text.hasSuffix("%")
        let share =
            isPercent
            ? try figure(text.dropLast(), field) / 100
            : try number(field, -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)
        guard let share, (0...limit).contains(share) else {
            throw error(
                .outOfRange,
                "'\(text.prefix(60).printable)' is not between 0 and \(positional(limit)); write 0.2 or 20 %", field)
        }
        return share
    }

    /// Digits with at most one point, blanks around them aside.
    private func figure(_ text: Substring, _ field: Field) throws(FormatError) -> Double {
        let digits = text.trimmed
        guard digits.utf8.allSatisfy({ $0 &- 0x30 < 10 || $0 == 0x2E }), let value = Double(digits), value.isFinite
        else {
            throw error(
                .notANumber,
                "'\(self.text(field)?.prefix(60).printable ?? "")' is no number; write digits with '.' before decimals",
                field)
        }
        return value
    }
}
