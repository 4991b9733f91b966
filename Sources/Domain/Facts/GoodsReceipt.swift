/// Units that came from a supplier, as the place that took them in states it.
public struct GoodsReceipt: Hashable, Sendable {
    /// Number of the receipt or delivery note.
    public var id: String
    /// Number of the line within it.
    public var line: String
    /// Number of the purchase order, where the paper names it.
    public var order: String?
    /// The purchase order's line, where the paper names it.
    public var orderLine: String?
    /// Who sent it.
    public var supplier: SupplierName?
    /// What came.
    public var product: ProductReference
    /// Where.
    public var place: PlaceName
    /// Units fit to be sold.
    public var quantity: Int64
    /// Units that came and are not.
    public var damaged: Int64
    /// When.
    public var at: Instant
    /// The maker's lot, where it is given.
    public var lot: String?
    /// The last day on which it may be sold.
    public var expiresOn: Day?
    /// What one unit cost when it stood on the shelf, with freight and duty where they are known; nil where the receipt
    /// does not say.
    public var cost: UnitPrice?
    /// What the cost is in; nil for the shop's own currency.
    public var currency: Currency?

    /// As its source states it.
    public init(
        id: String, line: String, order: String? = nil, orderLine: String? = nil, supplier: SupplierName? = nil,
        product: ProductReference, place: PlaceName, quantity: Int64, damaged: Int64 = 0, at: Instant,
        lot: String? = nil, expiresOn: Day? = nil, cost: UnitPrice? = nil, currency: Currency? = nil
    ) {
        self.id = id
        self.line = line
        self.order = order
        self.orderLine = orderLine
        self.supplier = supplier
        self.product = product
        self.place = place
        self.quantity = quantity
        self.damaged = damaged
        self.at = at
        self.lot = lot
        self.expiresOn = expiresOn
        self.cost = cost
        self.currency = currency
    }
}

/// A line of a supplier's word that goods have left for us (advance ship notice, X12 856).
public struct ShipNotice: Hashable, Sendable {
    /// The supplier's number of the shipment.
    public var id: String
    /// Number of the line within it.
    public var line: String
    /// Number of our purchase order.
    public var order: String
    /// The purchase order's line, where the notice names it.
    public var orderLine: String?
    /// Who sends it.
    public var supplier: SupplierName?
    /// What left.
    public var product: ProductReference
    /// Units.
    public var quantity: Int64
    /// When it left.
    public var at: Instant
    /// The day on which it should arrive.
    public var expectedOn: Day?
    /// Serial number of the carton or pallet (SSCC).
    public var carton: String?
    /// When the supplier wrote the notice; of two of one shipment the newer holds, with all its lines. Nil where it does
    /// not say.
    public var version: Instant?
    /// Whether it says of itself that it takes the place of an earlier one.
    public var isReplacement: Bool

    /// As its source states it.
    public init(
        id: String, line: String, order: String, orderLine: String? = nil, supplier: SupplierName? = nil,
        product: ProductReference, quantity: Int64, at: Instant, expectedOn: Day? = nil, carton: String? = nil,
        version: Instant? = nil, isReplacement: Bool = false
    ) {
        self.id = id
        self.line = line
        self.order = order
        self.orderLine = orderLine
        self.supplier = supplier
        self.product = product
        self.quantity = quantity
        self.at = at
        self.expectedOn = expectedOn
        self.carton = carton
        self.version = version
        self.isReplacement = isReplacement
    }
}
