/// One stage of one order, parcel, ticket or job: when it began and ended, and where.
public struct StageEvent: Hashable, Sendable {
    /// What goes through the stages: an order, a parcel, a delivery.
    public var id: String
    /// The stage's name: pick, pack, hand-over.
    public var stage: String
    /// When work on it began.
    public var start: Instant
    /// When it was done; nil while it is not.
    public var end: Instant?
    /// Where.
    public var place: PlaceName?
    /// Who or what did it: a person, a station; personal data.
    public var worker: String?

    /// As its source states it.
    public init(
        id: String, stage: String, start: Instant, end: Instant? = nil, place: PlaceName? = nil, worker: String? = nil
    ) {
        self.id = id
        self.stage = stage
        self.start = start
        self.end = end
        self.place = place
        self.worker = worker
    }
}

/// A carrier saw a parcel.
public struct CarrierScan: Hashable, Sendable {
    /// What a parcel was seen to be.
    public enum State: String, Sendable, Codable, CaseIterable {
        case created
        case pickedUp = "picked-up"
        case inTransit = "in-transit"
        case outForDelivery = "out-for-delivery"
        case delivered, failed, returned
    }

    /// The carrier's number of the parcel.
    public var tracking: String
    /// What it was seen to be.
    public var status: State
    /// When.
    public var at: Instant
    /// Who carries it.
    public var carrier: String?
    /// Where it was seen.
    public var location: String?
    /// The order's number, where the scan names it.
    public var order: String?

    /// As its source states it.
    public init(
        tracking: String, status: State, at: Instant, carrier: String? = nil, location: String? = nil,
        order: String? = nil
    ) {
        self.tracking = tracking
        self.status = status
        self.at = at
        self.carrier = carrier
        self.location = location
        self.order = order
    }
}
