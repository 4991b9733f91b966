/// What a stock count counted.
public enum StockState: String, Sendable, Codable, CaseIterable {
    /// Everything on the shelf, promised to customers or not.
    case onHand = "on-hand"
    /// On the shelf and not promised to anybody.
    case available
}

/// The units of one product that one place held at one moment.
public struct StockCount: Hashable, Sendable {
    /// What was counted.
    public var product: ProductReference
    /// Where.
    public var place: PlaceName
    /// Units; negative where a system oversold.
    public var quantity: Int64
    /// Whether promised units are inside.
    public var state: StockState
    /// When.
    public var countedAt: Instant
    /// The lot that it is of; nil where all of the product was counted.
    public var lot: String?
    /// The last day on which that lot may be sold.
    public var expiresOn: Day?

    /// A count.
    public init(
        product: ProductReference, place: PlaceName, quantity: Int64, state: StockState, countedAt: Instant,
        lot: String? = nil, expiresOn: Day? = nil
    ) {
        self.product = product
        self.place = place
        self.quantity = quantity
        self.state = state
        self.countedAt = countedAt
        self.lot = lot
        self.expiresOn = expiresOn
    }
}
