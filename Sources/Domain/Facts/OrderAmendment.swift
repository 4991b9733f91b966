/// A piece of an order that its system tells on its own: a refund, an edit. It adds to the document, and waits for it.
public struct OrderAmendment: Hashable, Sendable {
    /// The order's key in its system (`OrderDocument.key`).
    public var order: String
    /// When it was made.
    public var at: Instant
    /// What it takes back or gives back.
    public var entries: [Entry]

    /// One line of an amendment.
    public struct Entry: Hashable, Sendable {
        /// The source's own id of the entry, so that it counts once whoever tells of it.
        public var id: String
        /// The id of the order's line that it takes from; nil for money without a product.
        public var line: String?
        /// Units taken back, not negative.
        public var quantity: Int64
        /// Money given back in the order's currency, without tax; nil for what the units cost.
        public var amount: UnitPrice?
        /// Cancellation, return, or not a product.
        public var kind: LineKind
        /// Whether the units can be sold again; nil where nobody said.
        public var isSellable: Bool?
        /// Where the units were taken in; nil where nobody said.
        public var returnedTo: PlaceName?
        /// The source's words for it.
        public var title: String
        /// Whether the amount has tax in it, of which only the order can say how much.
        public var includesTax = false

        /// An entry.
        public init(
            id: String, line: String?, quantity: Int64, amount: UnitPrice?, kind: LineKind, isSellable: Bool? = nil,
            returnedTo: PlaceName? = nil, title: String = ""
        ) {
            self.id = id
            self.line = line
            self.quantity = quantity
            self.amount = amount
            self.kind = kind
            self.isSellable = isSellable
            self.returnedTo = returnedTo
            self.title = title
        }
    }

    /// What the id begins with of units that a whole order's document calls gone, and no refund of its own tells of: all
    /// that was left when it was cancelled.
    public static let cancelled = "cancelled "
    /// The same of all that edits took away.
    public static let edit = "edit "
    /// What the id begins with of units that one edit took away, as the edit itself tells.
    public static let edited = "edited "

    /// An amendment.
    public init(order: String, at: Instant, entries: [Entry]) {
        self.order = order
        self.at = at
        self.entries = entries
    }
}

/// A parcel on its way to a customer.
public struct Shipment: Hashable, Sendable {
    /// How far it has come.
    public enum State: String, Sendable, Codable, CaseIterable {
        case pending, shipped, delivered, failed, cancelled
    }

    /// Its number in its system.
    public var id: String
    /// The order's key in its system.
    public var order: String
    /// When it left, or was last told of.
    public var at: Instant
    /// When this was last changed at its source; nil where it does not say.
    public var version: Instant?
    /// Where it left from.
    public var place: PlaceName?
    /// Who carries it.
    public var carrier: String?
    /// The carrier's number.
    public var tracking: String?
    /// How far it has come.
    public var state: State
    /// Which lines of the order it holds, and how many units of each.
    public var lines: [Line]

    /// One line of a shipment.
    public struct Line: Hashable, Sendable {
        /// The id of the order's line.
        public var line: String
        /// Units.
        public var quantity: Int64

        /// A line.
        public init(line: String, quantity: Int64) {
            self.line = line
            self.quantity = quantity
        }
    }

    /// A shipment.
    public init(
        id: String, order: String, at: Instant, version: Instant? = nil, place: PlaceName? = nil,
        carrier: String? = nil, tracking: String? = nil, state: State, lines: [Line]
    ) {
        self.id = id
        self.order = order
        self.at = at
        self.version = version
        self.place = place
        self.carrier = carrier
        self.tracking = tracking
        self.state = state
        self.lines = lines
    }
}
