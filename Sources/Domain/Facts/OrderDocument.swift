/// One line of an order as its source states it.
public struct OrderLine: Hashable, Sendable {
    /// The source's own id of the line; nil where it gives none.
    public var line: String?
    /// What was ordered, as the source spells it; nil for a line without a product.
    public var sku: SKU?
    /// The source's words for it.
    public var title: String
    /// Units: positive for sales, negative for what is taken back.
    public var quantity: Int64
    /// Price of one unit before discounts.
    public var unitPrice: UnitPrice
    /// Discount on the whole line, in minor units, not negative.
    public var discount: Int64
    /// What the line does to demand.
    public var kind: LineKind
    /// When it left the shop; nil while it has not, or nobody said.
    public var shippedAt: Instant?
    /// When it was asked for or taken back, where that is not when the order was placed.
    public var at: Instant?
    /// Of units that came back: whether they can be sold again; nil where nobody said.
    public var isSellable: Bool?
    /// Of units that came back: where they were taken in, where that is not where the order was served from.
    public var returnedTo: PlaceName?
    /// Another code of the product, which counts before the SKU where it is known: the source has no SKU for it.
    public var product: ProductReference?

    /// A line of an order.
    public init(
        line: String? = nil, sku: SKU?, title: String, quantity: Int64, unitPrice: UnitPrice, discount: Int64 = 0,
        kind: LineKind, shippedAt: Instant? = nil, at: Instant? = nil,
        isSellable: Bool? = nil, returnedTo: PlaceName? = nil
    ) {
        self.line = line
        self.sku = sku
        self.title = title
        self.quantity = quantity
        self.unitPrice = unitPrice
        self.discount = discount
        self.kind = kind
        self.shippedAt = shippedAt
        self.at = at
        self.isSellable = isSellable
        self.returnedTo = returnedTo
    }
}

/// An order, cancellation or return as one document of its system of record.
public struct OrderDocument: Hashable, Sendable {
    /// Its number in that system.
    public var number: String
    /// When it was placed.
    public var orderedAt: Instant
    /// The document's update time; nil where the source gives none and the batch decides.
    public var version: Instant?
    /// What its prices are in.
    public var currency: Currency
    /// The place that should serve it; nil means the shop's default.
    public var place: PlaceName?
    /// The customer's key in that system; personal data.
    public var customer: String?
    /// Its lines, in the source's order.
    public var lines: [OrderLine]
    /// The key by which other documents of the system refer to it, where that is not its number.
    public var key: String?
    /// The way it was sold: web, till, wholesale, a market place; nil where nobody said.
    public var channel: String?
    /// Whether it was placed by a business that sells on.
    public var isWholesale = false
    /// Whether it was placed to try the shop out, or a till called it off: kept, and counted nowhere.
    public var isTest = false
    /// What the source says its lines come to, to be compared with what they do.
    public var stated = StatedTotals()
    /// Whether the source says that money was given back, and not when.
    public var isRefundUndated = false

    /// An order document.
    public init(
        number: String, orderedAt: Instant, version: Instant? = nil, currency: Currency, place: PlaceName? = nil,
        customer: String? = nil, lines: [OrderLine] = []
    ) {
        self.number = number
        self.orderedAt = orderedAt
        self.version = version
        self.currency = currency
        self.place = place
        self.customer = customer
        self.lines = lines
    }
}

/// The sums that a document states of itself, in minor units of its currency; nil where it does not.
public struct StatedTotals: Hashable, Sendable {
    /// Products after discounts, without tax, postage and fees.
    public var subtotal: Int64?
    /// All discounts, not negative.
    public var discounts: Int64?
    /// What the customer pays.
    public var total: Int64?
    /// Tax that the customer pays.
    public var tax: Int64?
    /// The tax that the lines state one by one, all together.
    public var lineTax: Int64?

    /// Nothing is stated.
    public init(
        subtotal: Int64? = nil, discounts: Int64? = nil, total: Int64? = nil, tax: Int64? = nil, lineTax: Int64? = nil
    ) {
        self.subtotal = subtotal
        self.discounts = discounts
        self.total = total
        self.tax = tax
        self.lineTax = lineTax
    }
}
