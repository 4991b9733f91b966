/// A basket that was taken to the till: completed, or left.
public struct Cart: Hashable, Sendable {
    /// One product of a cart.
    public struct Line: Hashable, Sendable {
        /// What.
        public var product: ProductReference
        /// Units.
        public var quantity: Int64
        /// Price of one unit.
        public var unitPrice: UnitPrice

        /// A line.
        public init(product: ProductReference, quantity: Int64, unitPrice: UnitPrice) {
            self.product = product
            self.quantity = quantity
            self.unitPrice = unitPrice
        }
    }

    /// The source's key of it.
    public var id: String
    /// When it was begun.
    public var createdAt: Instant
    /// When it was last changed: its version.
    public var updatedAt: Instant
    /// When it became an order; nil while it has not.
    public var completedAt: Instant?
    /// The customer's address or key; personal data.
    public var customer: String?
    /// Whether the customer agreed to be written to.
    public var mayContact: Bool
    /// What its prices are in.
    public var currency: Currency
    /// Where the customer can go on with it; whoever has it can open it.
    public var link: String?
    /// What is in it.
    public var lines: [Line]

    /// As its source states it.
    public init(
        id: String, createdAt: Instant, updatedAt: Instant, completedAt: Instant? = nil, customer: String? = nil,
        mayContact: Bool = false, currency: Currency, link: String? = nil, lines: [Line]
    ) {
        self.id = id
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.completedAt = completedAt
        self.customer = customer
        self.mayContact = mayContact
        self.currency = currency
        self.link = link
        self.lines = lines
    }
}
