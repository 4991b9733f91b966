import Domain

/// What an ERP's records leave open, and what its names of places mean to us.
public struct ERPSettings: Sendable {
    /// Our places by the ERP's name of a location or warehouse; a name that is not here stands for itself.
    public var places: [String: PlaceName] = [:]
    /// The place of purchase lines that name none.
    public var place: PlaceName?
    /// What prices are in where a record does not say: the company's currency.
    public var currency: Currency?
    /// The shop's zone: days of moments, and moments that a system writes by its own clock.
    public var zone = Zone.utc
    /// When stock was asked for, of records that do not say when they were last changed.
    public var countedAt: Instant?

    /// Names stand for themselves, times are in UTC, and nothing is assumed.
    public init() {}

    /// The place that a name means.
    func place(named name: String, _ row: JSONRow, _ member: String) throws(FormatError) -> PlaceName {
        if let place = places[name] { return place }
        guard let place = PlaceName(name) else {
            throw row.error(
                .notAName, "'\(name.prefix(60).printable)' is no name: at most 200 bytes, no control characters",
                member)
        }
        return place
    }

    /// The ERP's name of a place.
    func name(of place: PlaceName) -> String {
        places.filter { $0.value == place }.keys.min() ?? place.text
    }

    /// The currency of a record that names none.
    func currency(_ row: JSONRow, _ member: String) throws(FormatError) -> Currency {
        guard let currency else {
            throw row.error(.missingValue, "is missing; ask for it, or say what the company's currency is", member)
        }
        return currency
    }
}

/// A quantity in a unit of purchase and what it is in base units: boxes of twelve and single pieces.
struct PurchaseUnits {
    /// Base units ordered.
    let quantity: Int64
    /// Base units in one unit of purchase.
    let size: Double

    /// The quantity in `base`, or in `ordered` where there is no other unit.
    ///
    /// - Parameter size: base units in one unit, where the record says so itself.
    init(_ row: JSONRow, ordered: String, base: String, size: String? = nil) throws(FormatError) {
        let range = 0...Limits.quantity
        let count = try row.number(ordered) ?? 0
        if let stated = try size.flatMap({ name throws(FormatError) in try row.number(name) }), stated > 0 {
            self.size = stated
        } else if let units = try row.number(base), units > 0, count > 0 {
            self.size = units / count
        } else {
            self.size = 1
        }
        if self.size == 1 {
            quantity = try row.requiredInteger(ordered, range)
        } else if let units = try row.integer(base, range) {
            quantity = units
        } else {
            quantity = try PurchaseUnits.whole(count * self.size, row, ordered)
        }
    }

    /// What a number of units of purchase is in base units; 0 where the member is missing.
    func received(_ row: JSONRow, _ member: String) throws(FormatError) -> Int64 {
        if size == 1 { return try row.integer(member, 0...Limits.quantity) ?? 0 }
        return try PurchaseUnits.whole((try row.number(member) ?? 0) * size, row, member)
    }

    /// What one base unit costs, where a unit of purchase costs what a member says.
    func cost(_ row: JSONRow, _ member: String, discount: Double = 0) throws(FormatError) -> UnitPrice? {
        guard let price = try row.price(member) else { return nil }
        guard price.micros >= 0 else { throw row.error(.outOfRange, "is negative; a cost is 0 or more", member) }
        if size == 1, discount == 0 { return price }
        let micros = Double(price.micros) * (1 - discount / 100) / size
        guard micros.isFinite, (0..<9e15).contains(micros) else {
            throw row.error(.outOfRange, "is too large to be stored, for a single piece", member)
        }
        return UnitPrice(micros: Int64(micros.rounded()))
    }

    private static func whole(_ value: Double, _ row: JSONRow, _ member: String) throws(FormatError) -> Int64 {
        // Sizes such as 1/3 leave crumbs behind; a hundredth of a piece is no crumb.
        let nearest = value.rounded()
        guard value.isFinite, (0...Double(Limits.quantity)).contains(nearest) else {
            throw row.error(.outOfRange, "is not between 0 and \(Limits.quantity), in pieces", member)
        }
        guard (value - nearest).magnitude < 0.01 else {
            throw row.error(.notANumber, "is no whole number of pieces; what is sold by weight is not read", member)
        }
        return Int64(nearest)
    }
}

extension JSONRow {
    /// The mean days in a member, 0 to 730; nil where it is missing.
    func days(_ name: String) throws(FormatError) -> Double? {
        guard let days = try number(name) else { return nil }
        guard (0...Limits.leadTimeDays).contains(days) else {
            throw error(.outOfRange, "\(days) is not between 0 and \(Limits.leadTimeDays) days", name)
        }
        return days
    }

    /// The least quantity in a member: 0 and nothing mean 1.
    func minimum(_ name: String) throws(FormatError) -> Int64 {
        max(1, try integer(name, 0...Limits.quantity) ?? 1)
    }

    /// The cost in a member; nil where it is missing or 0, which is what these systems write for a price not known.
    func knownCost(_ name: String) throws(FormatError) -> UnitPrice? {
        guard let price = try price(name), price.micros != 0 else { return nil }
        guard price.micros > 0 else { throw error(.outOfRange, "is negative; a cost is 0 or more", name) }
        return price
    }
}
