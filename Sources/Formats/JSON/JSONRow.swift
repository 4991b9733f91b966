import Domain

/// An object of a JSON record with its place, whose members are read as values. Each accessor throws an error that says
/// what is allowed; it stays in the reading.
public struct JSONRow {
    /// The object.
    public let node: JSONNode
    /// The file or stream, and where in it the record stands.
    let file: String, line: Int, offset: Int64
    /// How errors call it: `line_items[2].`
    let path: String

    init(_ node: JSONNode, file: String, line: Int, offset: Int64, path: String = "") {
        self.node = node
        self.file = file
        self.line = line
        self.offset = offset
        self.path = path
    }

    /// An error about a member.
    func error(_ code: FormatError.Code, _ message: String, _ name: String) -> FormatError {
        FormatError(code, message, file: file, line: line, offset: offset, field: path + name)
    }

    /// The member of a name; nil where it is missing or `null`.
    func member(_ name: String) -> JSONNode? {
        guard let value = node[name], !value.isNull else { return nil }
        return value
    }

    /// The object in a member; nil where it is missing, `null` or no object.
    func object(_ name: String) -> JSONRow? {
        guard let value = member(name), value.isObject else { return nil }
        return JSONRow(value, file: file, line: line, offset: offset, path: "\(path)\(name).")
    }

    /// The objects in an array; empty where it is missing.
    func objects(_ name: String) -> [JSONRow] {
        guard let value = member(name) else { return [] }
        return value.elements.enumerated().map {
            JSONRow($1, file: file, line: line, offset: offset, path: "\(path)\(name)[\($0)].")
        }
    }

    /// The text of a member without blanks around it; nil where it is missing, blank or neither text nor number.
    func text(_ name: String) -> String? {
        guard let text = member(name)?.text?.trimmed, !text.isEmpty else { return nil }
        return String(text)
    }

    /// As `text`; nothing is an error.
    func requiredText(_ name: String) throws(FormatError) -> String {
        guard let text = text(name) else { throw error(.missingValue, "is missing; it must be there", name) }
        return text
    }

    /// True or false in a member; texts such as `"true"` and numbers such as 1 count.
    func bool(_ name: String) -> Bool? {
        guard let value = member(name) else { return nil }
        if let bool = value.bool { return bool }
        switch value.text?.lowercased() {
        case "true", "1", "yes": return true
        case "false", "0", "no": return false
        default: return nil
        }
    }

    /// The name in a member; nil where it is missing or blank.
    func optionalName<Of>(_ name: String) throws(FormatError) -> Name<Of>? {
        guard let text = text(name) else { return nil }
        guard let value = Name<Of>(text) else {
            throw error(
                .notAName, "'\(text.prefix(60).printable)' is no name: at most 200 bytes, no control characters", name)
        }
        return value
    }

    /// As `optionalName`; nothing is an error.
    func name<Of>(_ member: String) throws(FormatError) -> Name<Of> {
        guard let value: Name<Of> = try optionalName(member) else {
            throw error(.missingValue, "is missing; it must be there", member)
        }
        return value
    }

    /// The number or reference that another system gave, in the first of these members that is there; nothing is an error.
    func identifier(_ members: String...) throws(FormatError) -> String {
        for member in members { if let text = try optionalIdentifier(member) { return text } }
        throw error(.missingValue, "is missing; it must be there", members.last ?? "")
    }

    /// As `identifier`; nil where it is missing.
    func optionalIdentifier(_ member: String) throws(FormatError) -> String? {
        let name: Name<Never>? = try optionalName(member)
        return name?.text
    }

    /// The currency in a member; nil where it is missing.
    func optionalCurrency(_ name: String) throws(FormatError) -> Currency? {
        guard let text = text(name) else { return nil }
        guard let currency = Currency(text.uppercased()) else {
            throw error(.unknownWord, "'\(text.prefix(60).printable)' is no currency; write a code such as GBP", name)
        }
        return currency
    }

    /// The currency in the first of these members that is there; nothing is an error.
    func currency(_ names: String...) throws(FormatError) -> Currency {
        for name in names { if let currency = try optionalCurrency(name) { return currency } }
        throw error(.missingValue, "is missing; it must be a currency such as GBP", names.last ?? "")
    }

    /// The whole number in a member, `12` and `12.0` alike; nil where it is missing.
    func integer(_ name: String, _ range: ClosedRange<Int64> = -Limits.quantity...Limits.quantity)
        throws(FormatError) -> Int64?
    {
        guard let value = try fixed(name, decimals: 0) else { return nil }
        guard range.contains(value) else {
            throw error(.outOfRange, "\(value) is not between \(range.lowerBound) and \(range.upperBound)", name)
        }
        return value
    }

    /// As `integer`; nothing is an error.
    func requiredInteger(_ name: String, _ range: ClosedRange<Int64> = -Limits.quantity...Limits.quantity)
        throws(FormatError) -> Int64
    {
        guard let value = try integer(name, range) else {
            throw error(.missingValue, "is missing; it must be a whole number", name)
        }
        return value
    }

    /// The price, cost or amount in a member, in millionths; nil where it is missing. Texts are exact; a number beyond
    /// six decimals is what a program made of a price, and is rounded to the nearest.
    func price(_ name: String) throws(FormatError) -> UnitPrice? {
        try fixed(name, decimals: 6).map(UnitPrice.init(micros:))
    }

    /// As `price`; nothing is an error.
    func requiredPrice(_ name: String) throws(FormatError) -> UnitPrice {
        guard let price = try price(name) else { throw error(.missingValue, "is missing; it must be an amount", name) }
        return price
    }

    /// An amount of money in minor units; nil where it is missing.
    func minorUnits(_ name: String, _ currency: Currency) throws(FormatError) -> Int64? {
        guard let price = try price(name) else { return nil }
        return FixedPoint.rounded(price.micros, dividedBy: FixedPoint.powers[6 - currency.decimals])
    }

    /// The number in a member; nil where it is missing.
    func number(_ name: String) throws(FormatError) -> Double? {
        guard let text = text(name) else { return nil }
        // Swift reads hexadecimal too, which no system means by `0x10`.
        guard text.utf8.allSatisfy({ $0 != 0x78 && $0 != 0x58 }), let value = Double(text), value.isFinite else {
            throw notANumber(text, name)
        }
        return value
    }

    /// The moment in a member, ISO 8601 with its offset; nil where it is missing.
    func moment(_ name: String) throws(FormatError) -> Instant? {
        guard let text = text(name) else { return nil }
        guard let moment = Instant(stamp: text) else {
            throw error(
                .notATime,
                "'\(text.prefix(60).printable)' is no time with its offset; write 2011-10-03T16:30:00+01:00", name)
        }
        return moment
    }

    /// The moment in the first of these members that is there; nothing is an error.
    func requiredMoment(_ names: String...) throws(FormatError) -> Instant {
        for name in names { if let moment = try moment(name) { return moment } }
        throw error(.missingValue, "is missing; it must be a time", names.last ?? "")
    }

    /// The day in a member (`2011-10-03`, or the day that a longer time starts with); nil where it is missing.
    func day(_ name: String) throws(FormatError) -> Day? {
        guard let text = text(name) else { return nil }
        guard let day = Day(text.prefix(10)) else {
            throw error(.notATime, "'\(text.prefix(60).printable)' is no date that exists; write 2011-10-03", name)
        }
        return day
    }

    private func fixed(_ name: String, decimals: Int) throws(FormatError) -> Int64? {
        guard let text = text(name) else { return nil }
        switch FixedPoint.parse(text, decimals: decimals) {
        case .success(let value): return value
        case .failure(.empty): return nil
        case .failure(.tooLarge):
            throw error(.outOfRange, "'\(text.prefix(60).printable)' is too large to be stored", name)
        case .failure(.malformed), .failure(.tooPrecise):
            guard node[name]?.isNumber == true, let value = Double(text) else { throw notANumber(text, name) }
            let scaled = value * Double(FixedPoint.powers[decimals])
            guard scaled.magnitude < 9e15 else {
                throw error(.outOfRange, "'\(text.prefix(60).printable)' is too large to be stored", name)
            }
            guard decimals > 0 || scaled == scaled.rounded() else {
                throw error(.notANumber, "'\(text.prefix(60).printable)' must be a whole number", name)
            }
            return Int64(scaled.rounded())
        }
    }

    private func notANumber(_ text: String, _ name: String) -> FormatError {
        error(.notANumber, "'\(text.prefix(60).printable)' is no number as JSON and these systems write it", name)
    }
}
