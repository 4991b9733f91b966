/// How far a purchase line has come.
public enum PurchaseState: String, Sendable, Codable, CaseIterable {
    /// Something is still to come.
    case open
    /// Nothing more will come, received in full or not.
    case closed
    /// Called off.
    case cancelled
}

/// One line of an order placed with a supplier, as the system of record for purchases states it.
public struct PurchaseLine: Hashable, Sendable, Codable {
    /// Number of the purchase order.
    public var order: String
    /// Number of the line within it.
    public var line: String
    /// Whom it was placed with.
    public var supplier: SupplierName
    /// What was ordered, by whichever code the order names it.
    public var product: ProductReference
    /// Where it is to arrive.
    public var place: PlaceName
    /// Units ordered.
    public var quantity: Int64
    /// Units received so far, all deliveries together.
    public var received: Int64
    /// When the last of them came; nil while nothing has, or nobody said.
    public var receivedAt: Instant?
    /// Cost of one unit.
    public var cost: UnitPrice?
    /// What the cost is in.
    public var currency: Currency
    /// When it was ordered.
    public var orderedOn: Day
    /// When the rest is expected; nil where nobody said.
    public var expectedOn: Day?
    /// How far it has come.
    public var state: PurchaseState
    /// Our own reference, where the order came from here.
    public var reference: String?
    /// Units that the supplier has invoiced so far; nil where nobody said.
    public var invoiced: Int64?
    /// What the supplier has invoiced so far, without tax, in minor units of the currency; nil where nobody said.
    public var invoicedAmount: Int64?

    /// A purchase line of which nothing has been received.
    public init(
        order: String, line: String, supplier: SupplierName, product: ProductReference, place: PlaceName,
        quantity: Int64,
        received: Int64 = 0, receivedAt: Instant? = nil, cost: UnitPrice? = nil, currency: Currency, orderedOn: Day,
        expectedOn: Day?, state: PurchaseState = .open, reference: String? = nil, invoiced: Int64? = nil,
        invoicedAmount: Int64? = nil
    ) {
        self.order = order
        self.line = line
        self.supplier = supplier
        self.product = product
        self.place = place
        self.quantity = quantity
        self.received = received
        self.receivedAt = receivedAt
        self.cost = cost
        self.currency = currency
        self.orderedOn = orderedOn
        self.expectedOn = expectedOn
        self.state = state
        self.reference = reference
        self.invoiced = invoiced
        self.invoicedAmount = invoicedAmount
    }

    /// A purchase line that names its product by the shop's own code.
    public init(
        order: String, line: String, supplier: SupplierName, sku: SKU, place: PlaceName, quantity: Int64,
        received: Int64 = 0, receivedAt: Instant? = nil, cost: UnitPrice? = nil, currency: Currency, orderedOn: Day,
        expectedOn: Day?, state: PurchaseState = .open, reference: String? = nil, invoiced: Int64? = nil,
        invoicedAmount: Int64? = nil
    ) {
        self.init(
            order: order, line: line, supplier: supplier, product: ProductReference(sku), place: place,
            quantity: quantity, received: received, receivedAt: receivedAt, cost: cost, currency: currency,
            orderedOn: orderedOn, expectedOn: expectedOn, state: state, reference: reference, invoiced: invoiced,
            invoicedAmount: invoicedAmount)
    }

    /// The shop's own code of what was ordered, where the order names it by that.
    public var sku: SKU? { product.sku }
}
