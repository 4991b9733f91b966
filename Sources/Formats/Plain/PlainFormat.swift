import Domain

/// A layout of ours that comes as CSV and as newline JSON alike: the same names, the same values.
public protocol PlainFormat: Sendable {
    /// What one row says.
    associatedtype Record
    /// Its fields, in the order in which they are written; the raw value is the name of column and member.
    associatedtype Field: RawRepresentable<String>, CaseIterable, Hashable, Sendable

    /// The columns without which a file is not of this layout.
    static var needed: [Field] { get }
    /// What a row says.
    static func read(_ row: PlainRow<Field>) throws(FormatError) -> Record
    /// What a record is written as; fields that it leaves out are blank.
    static func written(_ record: Record) -> [Field: PlainValue]
}

/// A value of a plain layout as it is written: CSV writes its text, JSON its type.
public enum PlainValue: Sendable, ExpressibleByStringLiteral {
    /// A text.
    case text(String)
    /// A number, in digits.
    case number(String)
    /// True or false.
    case truth(Bool)

    /// A text.
    public init(stringLiteral text: String) { self = .text(text) }
    /// The text of anything that has one.
    static func of(_ value: some CustomStringConvertible) -> PlainValue { .text(value.description) }
    /// As `of`; nil for nothing.
    static func of(_ value: (some CustomStringConvertible)?) -> PlainValue? { value.map { .text($0.description) } }
    /// A whole number.
    static func integer(_ value: Int64) -> PlainValue { .number(String(value)) }
    /// A number without exponent.
    static func number(_ value: Double) -> PlainValue { .number(positional(value)) }
    /// A price, exact, with the decimals it needs.
    static func price(_ value: UnitPrice) -> PlainValue { .number(value.description) }
}

/// One row of a plain layout: a CSV record or a JSON object.
public struct PlainRow<Field: RawRepresentable<String> & CaseIterable & Hashable & Sendable> {
    enum Origin {
        case csv(CSVReader, [Field: Int])
        case json(JSONRow)
    }

    let origin: Origin
    /// Zone of times without an offset.
    let zone: Zone

    /// An error about a field.
    func error(_ code: FormatError.Code, _ message: String, _ field: Field) -> FormatError {
        switch origin {
        case .csv(let csv, _):
            FormatError(
                code, message, file: csv.source.name, line: csv.line, offset: csv.offset, field: field.rawValue)
        case .json(let row): row.error(code, message, field.rawValue)
        }
    }

    /// The text of a field without blanks around it; nil where it is blank or missing.
    func text(_ field: Field) -> String? {
        switch origin {
        case .csv(let csv, let columns):
            csv.text(Column(name: field.rawValue, index: columns[field]))
        case .json(let row):
            row.text(field.rawValue) ?? row.node[field.rawValue]?.bool.map { $0 ? "true" : "false" }
        }
    }

    /// As `text`; blank is an error.
    func requiredText(_ field: Field) throws(FormatError) -> String {
        guard let text = text(field) else { throw error(.missingValue, "is blank; it must be filled in", field) }
        return text
    }

    /// The name in a field; nil where it is blank.
    func optionalName<Of>(_ field: Field) throws(FormatError) -> Name<Of>? {
        guard let text = text(field) else { return nil }
        guard let name = Name<Of>(text) else {
            throw error(
                .notAName, "'\(text.prefix(60).printable)' is no name: at most 200 bytes, no control characters", field)
        }
        return name
    }

    /// As `optionalName`; blank is an error.
    func name<Of>(_ field: Field) throws(FormatError) -> Name<Of> {
        guard let name: Name<Of> = try optionalName(field) else {
            throw error(.missingValue, "is blank; it must be filled in", field)
        }
        return name
    }

    /// A number or reference that another system gave, held to the rules of a name; blank is an error.
    func identifier(_ field: Field) throws(FormatError) -> String {
        let name: Name<Never> = try name(field)
        return name.text
    }

    /// As `identifier`; nil where it is blank.
    func optionalIdentifier(_ field: Field) throws(FormatError) -> String? {
        let name: Name<Never>? = try optionalName(field)
        return name?.text
    }

    /// The product that a field names by SKU, or by bar code where there is none; both blank gives nil.
    func optionalProduct(_ sku: Field, barcode: Field? = nil) throws(FormatError) -> ProductReference? {
        if let name: SKU = try optionalName(sku) { return ProductReference(name) }
        guard let barcode, let text = text(barcode) else { return nil }
        guard let reference = ProductReference(barcode: text) else {
            throw error(
                .notAName,
                "'\(text.prefix(60).printable)' is no bar code: 8, 12, 13 or 14 digits, the last of which fits",
                barcode)
        }
        return reference
    }

    /// As `optionalProduct`; nothing is an error.
    func product(_ sku: Field, barcode: Field? = nil) throws(FormatError) -> ProductReference {
        guard let product = try optionalProduct(sku, barcode: barcode) else {
            throw error(.missingValue, "is blank; it must name a product", sku)
        }
        return product
    }

    /// The currency in a field; nil where it is blank.
    func optionalCurrency(_ field: Field) throws(FormatError) -> Currency? {
        guard let text = text(field) else { return nil }
        guard let currency = Currency(text.uppercased()) else {
            throw error(.unknownWord, "'\(text.prefix(60).printable)' is no currency; write a code such as GBP", field)
        }
        return currency
    }

    /// As `optionalCurrency`; blank is an error.
    func currency(_ field: Field) throws(FormatError) -> Currency {
        guard let currency = try optionalCurrency(field) else {
            throw error(.missingValue, "is blank; write a currency such as GBP", field)
        }
        return currency
    }

    /// The whole number in a field; nil where it is blank.
    func integer(_ field: Field, _ range: ClosedRange<Int64> = 0...Limits.quantity) throws(FormatError) -> Int64? {
        guard let value = try fixed(field, decimals: 0) else { return nil }
        guard range.contains(value) else {
            throw error(.outOfRange, "\(value) is not between \(range.lowerBound) and \(range.upperBound)", field)
        }
        return value
    }

    /// As `integer`; blank is an error.
    func requiredInteger(
        _ field: Field, _ range: ClosedRange<Int64> = 0...Limits.quantity
    ) throws(FormatError) -> Int64 {
        guard let value = try integer(field, range) else {
            throw error(.missingValue, "is blank; write a whole number (0 if there is nothing)", field)
        }
        return value
    }

    /// The price or cost in a field, not negative; nil where it is blank.
    func price(_ field: Field) throws(FormatError) -> UnitPrice? {
        guard let micros = try fixed(field, decimals: 6) else { return nil }
        guard micros >= 0 else { throw error(.outOfRange, "is negative; a price or cost is 0 or more", field) }
        return UnitPrice(micros: micros)
    }

    /// As `price`; blank is an error.
    func requiredPrice(_ field: Field) throws(FormatError) -> UnitPrice {
        guard let price = try price(field) else {
            throw error(.missingValue, "is blank; write 0 where it costs nothing", field)
        }
        return price
    }

    /// An amount of money in minor units, not negative; nil where it is blank.
    func minorUnits(_ field: Field, _ currency: Currency) throws(FormatError) -> Int64? {
        guard let minor = try fixed(field, decimals: currency.decimals) else { return nil }
        guard minor >= 0 else { throw error(.outOfRange, "is negative; it must be 0 or more", field) }
        return minor
    }

    /// A number in a field, without exponent unless it is a number of JSON; nil where it is blank.
    func number(_ field: Field, _ range: ClosedRange<Double>) throws(FormatError) -> Double? {
        guard let text = text(field) else { return nil }
        var isJSONNumber = false
        if case .json(let row) = origin { isJSONNumber = row.node[field.rawValue]?.isNumber == true }
        guard isJSONNumber || text.utf8.allSatisfy({ $0 &- 0x30 < 10 || $0 == 0x2E || $0 == 0x2D }),
            let value = Double(text)
        else { throw notANumber(text, field) }
        guard range.contains(value) else {
            throw error(
                .outOfRange, "\(text.prefix(60)) is not between \(range.lowerBound) and \(range.upperBound)", field)
        }
        return value
    }

    /// Yes or no in a field (`true`, `yes`, `1`); nil where it is blank.
    func truth(_ field: Field) throws(FormatError) -> Bool? {
        guard let text = text(field) else { return nil }
        switch text.lowercased() {
        case "true", "yes", "1": return true
        case "false", "no", "0": return false
        default: throw error(.unknownWord, "'\(text.prefix(60).printable)' is neither true nor false", field)
        }
    }

    /// The day in a field (`2011-10-03`); nil where it is blank.
    func day(_ field: Field) throws(FormatError) -> Day? {
        guard let text = text(field) else { return nil }
        guard let day = Day(text) else {
            throw error(.notATime, "'\(text.prefix(60).printable)' is no date that exists; write 2011-10-03", field)
        }
        return day
    }

    /// As `day`; blank is an error.
    func requiredDay(_ field: Field) throws(FormatError) -> Day {
        guard let day = try day(field) else {
            throw error(.missingValue, "is blank; write a day such as 2011-10-03", field)
        }
        return day
    }

    /// The moment in a field, ISO 8601, by the wall clock of `zone` where it has no offset; nil where it is blank.
    func moment(_ field: Field) throws(FormatError) -> Instant? {
        guard let text = text(field) else { return nil }
        guard let moment = Instant(stamp: text) ?? Instant(wallClock: text, in: zone) else {
            throw error(
                .notATime,
                "'\(text.prefix(60).printable)' is no time that exists; write 2011-10-03T16:30, or with its offset "
                    + "2011-10-03T16:30:00+01:00", field)
        }
        return moment
    }

    /// As `moment`; blank is an error.
    func requiredMoment(_ field: Field) throws(FormatError) -> Instant {
        guard let moment = try moment(field) else { throw error(.missingValue, "is blank; write a time", field) }
        return moment
    }

    /// One of an enumeration's words in a field, any case; nil where it is blank.
    func word<Word: RawRepresentable & CaseIterable>(_ field: Field) throws(FormatError) -> Word?
    where Word.RawValue == String {
        guard let text = text(field) else { return nil }
        guard let word = Word(rawValue: text.lowercased()) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw error(.unknownWord, "'\(text.prefix(60).printable)' is none of: \(known)", field)
        }
        return word
    }

    private func fixed(_ field: Field, decimals: Int) throws(FormatError) -> Int64? {
        guard let text = text(field) else { return nil }
        switch FixedPoint.parse(text, decimals: decimals) {
        case .success(let value): return value
        case .failure(.empty): return nil
        case .failure(.malformed): throw notANumber(text, field)
        case .failure(.tooPrecise):
            let allowed = decimals == 0 ? "a whole number" : "at most \(decimals) decimals"
            throw error(.notANumber, "'\(text.prefix(60).printable)' is too precise; write \(allowed)", field)
        case .failure(.tooLarge):
            throw error(.outOfRange, "'\(text.prefix(60).printable)' is too large to be stored", field)
        }
    }

    private func notANumber(_ text: String, _ field: Field) -> FormatError {
        error(
            .notANumber,
            "'\(text.prefix(60).printable)' is no number; write digits with '.' before decimals, no thousands", field)
    }
}

extension Instant {
    /// `2011-10-03 16:30[:15[.123]]` (or with `T`) by the wall clock of a zone; nil for anything else.
    init?(wallClock text: String, in zone: Zone) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 16, bytes[10] == 0x20 || bytes[10] == 0x54, let day = Day(text.prefix(10)),
            let moment = Instant(iso8601: "\(day)T\(text.dropFirst(11))Z")
        else { return nil }
        let second = Int(moment.seconds - Int64(day.number) * 86_400)
        let rest = moment.milliseconds - moment.seconds * 1000
        self.init(milliseconds: zone.instant(day: day, second: second).milliseconds + rest)
        guard isWritable else { return nil }
    }
}
