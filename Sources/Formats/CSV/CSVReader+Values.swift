import Domain

// Fields of the current record as values. Each throws an error that says what is allowed; it stays in the reading.

extension CSVReader {
    /// The next record as a reading; nil at the end of the file.
    func reading<Record>(_ parse: () throws(FormatError) -> Record) throws(FormatError) -> Reading<Record>? {
        guard try next() else { return nil }
        return Reading(rows: 1, line: line, offset: offset, raw: Array(raw), outcome: outcome(parse))
    }

    /// What the current record says, its own problem first.
    func outcome<Record>(_ parse: () throws(FormatError) -> Record) -> Result<Record, FormatError> {
        if let problem { return .failure(problem) }
        do throws(FormatError) {
            return .success(try parse())
        } catch {
            return .failure(error)
        }
    }

    /// An error about a column of the current record.
    func error(_ code: FormatError.Code, _ message: String, _ column: Column) -> FormatError {
        FormatError(code, message, file: source.name, line: line, offset: offset, field: column.name)
    }

    /// The bytes of a field without blanks around it; empty where the file lacks the column.
    func bytes(_ column: Column) -> UnsafeBufferPointer<UInt8> {
        guard let index = column.index else { return UnsafeBufferPointer(start: nil, count: 0) }
        let whole = field(index)
        var start = 0
        var end = whole.count
        while start < end, whole[start].isBlank { start += 1 }
        while end > start, whole[end - 1].isBlank { end -= 1 }
        return UnsafeBufferPointer(rebasing: whole[start..<end])
    }

    /// The text of a field, nil where it is blank.
    func text(_ column: Column) -> String? {
        let bytes = bytes(column)
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// As `text`; blank is an error.
    func requiredText(_ column: Column) throws(FormatError) -> String {
        guard let text = text(column) else { throw error(.missingValue, "is blank; it must be filled in", column) }
        return text
    }

    /// The name in a field; blank is an error.
    func name<Of>(_ column: Column) throws(FormatError) -> Name<Of> {
        try name(requiredText(column), column)
    }

    /// The name in a field, nil where it is blank.
    func optionalName<Of>(_ column: Column) throws(FormatError) -> Name<Of>? {
        guard let text = text(column) else { return nil }
        return try name(text, column)
    }

    /// A number or reference that another system gave: kept as text, held to the rules of a name.
    func identifier(_ column: Column) throws(FormatError) -> String {
        let name: Name<Never> = try name(column)
        return name.text
    }

    private func name<Of>(_ text: String, _ column: Column) throws(FormatError) -> Name<Of> {
        guard let name = Name<Of>(text) else {
            throw error(
                .notAName,
                "'\(text.prefix(60).printable)' is no name: at most 200 bytes, no control characters", column)
        }
        return name
    }

    /// The currency in a field; blank is an error.
    func currency(_ column: Column) throws(FormatError) -> Currency {
        let text = try requiredText(column)
        guard let currency = Currency(text.uppercased()) else {
            throw error(.unknownWord, "'\(text.prefix(60).printable)' is no currency; write a code such as GBP", column)
        }
        return currency
    }

    /// The whole number in a field, nil where it is blank.
    func integer(_ column: Column, _ range: ClosedRange<Int64>) throws(FormatError) -> Int64? {
        guard let value = try fixed(column, decimals: 0) else { return nil }
        guard range.contains(value) else {
            throw error(.outOfRange, "\(value) is not between \(range.lowerBound) and \(range.upperBound)", column)
        }
        return value
    }

    /// As `integer`; blank is an error.
    func requiredInteger(_ column: Column, _ range: ClosedRange<Int64>) throws(FormatError) -> Int64 {
        guard let value = try integer(column, range) else {
            throw error(.missingValue, "is blank; write a whole number (0 if there is nothing)", column)
        }
        return value
    }

    /// The price or cost in a field, not negative, nil where it is blank.
    func price(_ column: Column) throws(FormatError) -> UnitPrice? {
        guard let micros = try fixed(column, decimals: 6) else { return nil }
        guard micros >= 0 else { throw error(.outOfRange, "is negative; a price or cost is 0 or more", column) }
        return UnitPrice(micros: micros)
    }

    /// The amount of money in a field in minor units, not negative, nil where it is blank.
    func minorUnits(_ column: Column, _ currency: Currency) throws(FormatError) -> Int64? {
        guard let minor = try fixed(column, decimals: currency.decimals) else { return nil }
        guard minor >= 0 else { throw error(.outOfRange, "is negative; it must be 0 or more", column) }
        return minor
    }

    /// A number of days in a field, fractions allowed, nil where it is blank.
    func days(_ column: Column, atMost most: Double) throws(FormatError) -> Double? {
        let bytes = bytes(column)
        guard !bytes.isEmpty else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        let digits = bytes.first == UInt8(ascii: "-") ? bytes.dropFirst() : bytes[...]
        // The grammar of `FixedPoint`, at any precision: no exponent, no hexadecimal, no infinity.
        guard digits.allSatisfy({ $0 &- 0x30 < 10 || $0 == 0x2E }), let value = Double(text) else {
            throw notANumber(column)
        }
        guard (0...most).contains(value) else {
            throw error(.outOfRange, "\(text.prefix(60)) is not between 0 and \(Int(most)) days", column)
        }
        return value
    }

    /// The day in a field (`2011-10-03`), nil where it is blank.
    func day(_ column: Column) throws(FormatError) -> Day? {
        guard let text = text(column) else { return nil }
        guard let day = Day(text) else {
            throw error(
                .notATime, "'\(text.prefix(60).printable)' is no date that exists; write 2011-10-03", column)
        }
        return day
    }

    /// One of an enumeration's words in a field, any case, nil where it is blank.
    func word<Word: RawRepresentable & CaseIterable>(_ column: Column) throws(FormatError) -> Word?
    where Word.RawValue == String {
        guard let text = text(column) else { return nil }
        guard let word = Word(rawValue: text.lowercased()) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw error(.unknownWord, "'\(text.prefix(60).printable)' is none of: \(known)", column)
        }
        return word
    }

    private func fixed(_ column: Column, decimals: Int) throws(FormatError) -> Int64? {
        let bytes = bytes(column)
        guard !bytes.isEmpty else { return nil }
        switch FixedPoint.parse(bytes, decimals: decimals) {
        case .success(let value): return value
        case .failure(.empty): return nil
        case .failure(.malformed): throw notANumber(column)
        case .failure(.tooPrecise):
            let allowed = decimals == 0 ? "a whole number" : "at most \(decimals) decimals"
            throw error(.notANumber, "'\(shown(column))' is too precise; write \(allowed)", column)
        case .failure(.tooLarge): throw error(.outOfRange, "'\(shown(column))' is too large to be stored", column)
        }
    }

    private func notANumber(_ column: Column) -> FormatError {
        error(
            .notANumber,
            "'\(shown(column))' is no number; write digits with '.' before decimals, no thousands, no exponent", column)
    }

    private func shown(_ column: Column) -> String {
        String(decoding: bytes(column).prefix(60), as: UTF8.self).printable
    }
}

extension UInt8 {
    /// Space, tab, or a line end.
    var isBlank: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }
}
