/// Somebody spoke of the shop or a product in public.
public struct Mention: Hashable, Sendable {
    /// The source's key of it.
    public var id: String
    /// When.
    public var at: Instant
    /// Where: the network or site.
    public var network: String
    /// Of which product, where the source says.
    public var product: ProductReference?
    /// From which country or region.
    public var region: String?
    /// How many people may have seen it.
    public var reach: Int64
    /// How it was meant, −1 (bad) to 1 (good).
    public var sentiment: Double?
    /// What was said.
    public var text: String

    /// As its source states it.
    public init(
        id: String, at: Instant, network: String, product: ProductReference? = nil, region: String? = nil,
        reach: Int64 = 0, sentiment: Double? = nil, text: String = ""
    ) {
        self.id = id
        self.at = at
        self.network = network
        self.product = product
        self.region = region
        self.reach = reach
        self.sentiment = sentiment
        self.text = text
    }
}

/// What a competitor asks for a product.
public struct CompetitorPrice: Hashable, Sendable {
    /// Our product that theirs is compared with.
    public var product: ProductReference
    /// Who asks it.
    public var competitor: String
    /// When it was seen.
    public var at: Instant
    /// Price of one unit, tax as in our own prices.
    public var price: UnitPrice
    /// What the price is in; nil for the shop's.
    public var currency: Currency?
    /// Whether they had it; nil where nobody said.
    public var inStock: Bool?
    /// What they ask for sending it.
    public var postage: UnitPrice?

    /// As its source states it.
    public init(
        product: ProductReference, competitor: String, at: Instant, price: UnitPrice, currency: Currency? = nil,
        inStock: Bool? = nil, postage: UnitPrice? = nil
    ) {
        self.product = product
        self.competitor = competitor
        self.at = at
        self.price = price
        self.currency = currency
        self.inStock = inStock
        self.postage = postage
    }
}
