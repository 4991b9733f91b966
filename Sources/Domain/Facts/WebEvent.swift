/// One thing that a visitor of the web shop did with one product, or with none.
public struct WebEvent: Hashable, Sendable {
    /// What a visitor did.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case session
        case page
        case view
        case addToCart = "add-to-cart"
        case checkout, purchase, refund
    }

    /// The key of the visitor or device; no name, but personal data all the same.
    public var visitor: String
    /// The number of the visit; nil where the source has none.
    public var session: String?
    /// When.
    public var at: Instant
    /// What.
    public var kind: Kind
    /// Of which product.
    public var product: ProductReference?
    /// Units; 0 where it is not about units.
    public var quantity: Int64
    /// Value of the units together.
    public var value: UnitPrice?
    /// What the value is in.
    public var currency: Currency?
    /// The order's number, of purchases and refunds.
    public var transaction: String?
    /// Where the visit came from.
    public var source: String?
    /// By which kind of way: cpc, organic, email.
    public var medium: String?
    /// By which campaign.
    public var campaign: String?
    /// On which kind of device.
    public var device: String?
    /// From which country or region.
    public var region: String?

    /// As its source states it.
    public init(
        visitor: String, session: String? = nil, at: Instant, kind: Kind, product: ProductReference? = nil,
        quantity: Int64 = 0, value: UnitPrice? = nil, currency: Currency? = nil, transaction: String? = nil,
        source: String? = nil, medium: String? = nil, campaign: String? = nil, device: String? = nil,
        region: String? = nil
    ) {
        self.visitor = visitor
        self.session = session
        self.at = at
        self.kind = kind
        self.product = product
        self.quantity = quantity
        self.value = value
        self.currency = currency
        self.transaction = transaction
        self.source = source
        self.medium = medium
        self.campaign = campaign
        self.device = device
        self.region = region
    }
}
