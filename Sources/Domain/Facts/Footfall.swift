/// People who came into a place during a stretch of time.
public struct Footfall: Hashable, Sendable {
    /// Where.
    public var place: PlaceName
    /// When the stretch began.
    public var from: Instant
    /// How long it was, 1 to 1440.
    public var minutes: Int64
    /// How many came in.
    public var entered: Int64
    /// How many went out, where that is counted.
    public var left: Int64?

    /// As its source states it.
    public init(place: PlaceName, from: Instant, minutes: Int64, entered: Int64, left: Int64? = nil) {
        self.place = place
        self.from = from
        self.minutes = minutes
        self.entered = entered
        self.left = left
    }
}

/// Somebody's hours at a place.
public struct Shift: Hashable, Sendable {
    /// Whether hours are meant or were done.
    public enum State: String, Sendable, Codable, CaseIterable {
        case planned, worked
    }

    /// The source's key of it.
    public var id: String
    /// Where.
    public var place: PlaceName
    /// As what: till, pick, pack, support.
    public var role: String
    /// Who; personal data.
    public var worker: String?
    /// From when.
    public var from: Instant
    /// Until when.
    public var to: Instant
    /// Minutes of it that are a pause.
    public var breakMinutes: Int64
    /// Whether it is meant or was done.
    public var state: State

    /// As its source states it.
    public init(
        id: String, place: PlaceName, role: String, worker: String? = nil, from: Instant, to: Instant,
        breakMinutes: Int64 = 0, state: State
    ) {
        self.id = id
        self.place = place
        self.role = role
        self.worker = worker
        self.from = from
        self.to = to
        self.breakMinutes = breakMinutes
        self.state = state
    }
}
