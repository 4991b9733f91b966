/// Something about a day that moves demand: a holiday, an event, a payday, a benefit day, the weather.
public struct Occasion: Hashable, Sendable {
    /// What kind of thing it is.
    public enum Kind: String, Sendable, CaseIterable {
        case holiday, event, payday, benefit, weather
    }

    /// Whether it is to be counted on.
    public enum Status: String, Sendable, CaseIterable {
        case planned, cancelled
    }

    /// The day, which may lie ahead.
    public var day: Day
    /// What it is called: `Christmas`, `pay of the month`, `temperature`.
    public var name: String
    /// What kind of thing it is.
    public var kind: Kind
    /// The place of ours that it touches; nil for all.
    public var place: PlaceName?
    /// The country or region that it touches; nil for all.
    public var region: String?
    /// How much of it: degrees, millimetres of rain; nil where that means nothing.
    public var value: Double?
    /// Whether it still stands.
    public var status: Status

    /// As its source states it.
    public init(
        day: Day, name: String, kind: Kind, place: PlaceName? = nil, region: String? = nil, value: Double? = nil,
        status: Status = .planned
    ) {
        self.day = day
        self.name = name
        self.kind = kind
        self.place = place
        self.region = region
        self.value = value
        self.status = status
    }
}
