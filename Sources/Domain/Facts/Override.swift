/// What somebody knows better than the models about one product, until a day, in their own name.
public struct Override: Hashable, Sendable {
    /// What is set, and to what.
    public enum Word: Hashable, Sendable {
        /// Units demanded a day, ≥ 0.
        case unitsPerDay(Double)
        /// What the forecast is multiplied by, 0 to 100.
        case factor(Double)
        /// Days from order to shelf, 0 to 730.
        case leadTime(days: Double)
        /// Least units to be kept on the shelf, ≥ 0.
        case minimum(units: Int64)
        /// Share of demand to be served from the shelf, 0 to 0.9999.
        case target(share: Double)
    }

    /// Which figure is set.
    public enum Figure: String, Sendable, CaseIterable {
        case forecast
        case leadTime = "lead_time"
        case minimum, target
    }

    /// What the value is in.
    public enum Unit: String, Sendable, CaseIterable {
        case unitsPerDay = "units_per_day"
        case factor, days, units, share
    }

    /// Whether it stands.
    public enum Status: String, Sendable, CaseIterable {
        case active, withdrawn
    }

    /// The source's key of it.
    public var id: String
    /// Of which product.
    public var product: ProductReference
    /// Where; nil for all places.
    public var place: PlaceName?
    /// What is set, and to what.
    public var word: Word
    /// The first day for which it holds; nil from when it was said.
    public var from: Day?
    /// The last day for which it holds; nil until it expires.
    public var to: Day?
    /// Who answers for it.
    public var owner: String
    /// Why, or where it is withdrawn, why that.
    public var reason: String
    /// The last day on which it holds, whatever it is for.
    public var expires: Day
    /// Whether it stands.
    public var status: Status
    /// When this was said; of two versions the newer holds. Nil for the moment of the import.
    public var updatedAt: Instant?

    /// As its source states it.
    public init(
        id: String, product: ProductReference, place: PlaceName? = nil, word: Word, from: Day? = nil, to: Day? = nil,
        owner: String, reason: String, expires: Day, status: Status = .active, updatedAt: Instant? = nil
    ) {
        self.id = id
        self.product = product
        self.place = place
        self.word = word
        self.from = from
        self.to = to
        self.owner = owner
        self.reason = reason
        self.expires = expires
        self.status = status
        self.updatedAt = updatedAt
    }
}

extension Override.Word {
    /// What a value in a unit sets; nil where the value is not finite, or of units not whole.
    public init?(_ unit: Override.Unit, _ value: Double) {
        guard value.isFinite else { return nil }
        switch unit {
        case .unitsPerDay: self = .unitsPerDay(value)
        case .factor: self = .factor(value)
        case .days: self = .leadTime(days: value)
        case .units:
            guard let units = Int64(exactly: value) else { return nil }
            self = .minimum(units: units)
        case .share: self = .target(share: value)
        }
    }

    /// Which figure is set.
    public var figure: Override.Figure { unit.figure }

    /// What the value is in.
    public var unit: Override.Unit {
        switch self {
        case .unitsPerDay: .unitsPerDay
        case .factor: .factor
        case .leadTime: .days
        case .minimum: .units
        case .target: .share
        }
    }

    /// The value, in the unit.
    public var value: Double {
        switch self {
        case .unitsPerDay(let value), .factor(let value), .leadTime(let value), .target(let value): value
        case .minimum(let units): Double(units)
        }
    }
}

extension Override.Unit {
    /// The figure that is set in it.
    public var figure: Override.Figure {
        switch self {
        case .unitsPerDay, .factor: .forecast
        case .days: .leadTime
        case .units: .minimum
        case .share: .target
        }
    }
}
