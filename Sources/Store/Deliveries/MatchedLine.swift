import Domain

/// A line of a purchase order with all that was announced and received of it.
///
/// Every unit is accounted for: ordered = received + damaged + short + open − over.
public struct MatchedLine: Sendable, Hashable {
    /// The product's key.
    public var product: Int64
    /// The key of the pool that it is for.
    public var pool: Int64
    /// Number of the purchase order in its system.
    public var order: String
    /// Its line.
    public var line: String
    /// Who sends it.
    public var supplier: SupplierName
    /// Our own reference, where the order came from here.
    public var reference: String?
    /// When it was ordered.
    public var orderedOn: Day
    /// The day that the order itself names; nil where it names none.
    public var expectedOn: Day?
    /// How far it has come, as the order says.
    public var state: PurchaseState
    /// Units ordered.
    public var ordered: Int64
    /// Units that the supplier announced, those that have come since included.
    public var announced: Int64
    /// Units received that can be sold.
    public var received: Int64
    /// Units received that cannot.
    public var damaged: Int64
    /// Units that the order itself says have come.
    public var told: Int64
    /// Whether receipts speak of it: then they count, and not what the order says of them.
    public var hasReceipts: Bool
    /// What is open, by the day on which it should come.
    public var coming: [Coming]
    /// When anything was last heard of it.
    public var lastOn: Day
    /// Cost of one unit, and what it is in; nil where nobody said.
    public var cost: UnitPrice?, currency: Currency?

    /// Units of a line that should come on one day.
    public struct Coming: Sendable, Hashable {
        /// Units.
        public var quantity: Int64
        /// The day, by the newest word on it; nil where nobody named one.
        public var expectedOn: Day?
        /// The supplier's number of the shipment; nil for what has not been announced.
        public var shipment: String?

        /// Units that should come on a day.
        public init(quantity: Int64, expectedOn: Day?, shipment: String? = nil) {
            self.quantity = quantity
            self.expectedOn = expectedOn
            self.shipment = shipment
        }
    }

    /// Units that came, fit to be sold or not.
    public var arrived: Int64 { received + damaged }
    /// Units that came beyond what was ordered.
    public var over: Int64 { max(0, arrived - ordered) }
    /// Units still to come: none once the line is closed or called off.
    public var open: Int64 { state == .open ? max(0, ordered - arrived) : 0 }
    /// Units that will not come any more.
    public var short: Int64 { state == .open ? 0 : max(0, ordered - arrived) }
    /// Units that were announced and have not come.
    public var inTransit: Int64 { coming.reduce(0) { $1.shipment == nil ? $0 : $0 + $1.quantity } }
    /// The first day on which some of it should come; nil where nobody named one.
    public var dueOn: Day? { coming.compactMap(\.expectedOn).min() }
}

/// An announcement or a receipt that no purchase line was found for.
public struct UnmatchedDelivery: Sendable, Hashable {
    /// What it is.
    public enum Kind: String, Sendable {
        case notice, receipt
    }

    /// What it is.
    public var kind: Kind
    /// Its number and line in its system.
    public var id: String, line: String
    /// The system that told of it.
    public var system: String
    /// The product's key.
    public var product: Int64
    /// The order that it names.
    public var order: String?
    /// Who sent it, as it says.
    public var supplier: SupplierName?
    /// Units fit to be sold, and those that are not.
    public var good: Int64, damaged: Int64
    /// When it left or came.
    public var at: Instant
    /// Why no line was found for it.
    public var reason: UnmatchedReason
}
