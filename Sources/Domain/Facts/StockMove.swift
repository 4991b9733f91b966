/// Units that went from one place to another, came from nowhere, or were lost.
public struct StockMove: Hashable, Sendable {
    /// The source's own number of it.
    public var id: String
    /// What moved.
    public var product: ProductReference
    /// The place that has less now; nil for what was found or made.
    public var from: PlaceName?
    /// The place that has more now; nil for what was lost, used up or destroyed.
    public var to: PlaceName?
    /// Units, > 0.
    public var quantity: Int64
    /// When.
    public var at: Instant
    /// The source's word for why.
    public var reason: String?

    /// As its source states it.
    public init(
        id: String, product: ProductReference, from: PlaceName?, to: PlaceName?, quantity: Int64, at: Instant,
        reason: String? = nil
    ) {
        self.id = id
        self.product = product
        self.from = from
        self.to = to
        self.quantity = quantity
        self.at = at
        self.reason = reason
    }
}
