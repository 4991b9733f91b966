/// A customer asked for help.
public struct Ticket: Hashable, Sendable {
    /// The source's key of it.
    public var id: String
    /// When.
    public var openedAt: Instant
    /// When it was last changed: its version.
    public var updatedAt: Instant?
    /// When it was first answered.
    public var firstReplyAt: Instant?
    /// When it was closed; nil while it is open.
    public var closedAt: Instant?
    /// What it is about, in the words of the source.
    public var topic: String?
    /// About which product.
    public var product: ProductReference?
    /// About which order: its number.
    public var order: String?
    /// By which way it came.
    public var channel: String?
    /// How content the customer was afterwards, 0 to 1.
    public var score: Double?

    /// As its source states it.
    public init(
        id: String, openedAt: Instant, updatedAt: Instant? = nil, firstReplyAt: Instant? = nil,
        closedAt: Instant? = nil, topic: String? = nil, product: ProductReference? = nil, order: String? = nil,
        channel: String? = nil, score: Double? = nil
    ) {
        self.id = id
        self.openedAt = openedAt
        self.updatedAt = updatedAt
        self.firstReplyAt = firstReplyAt
        self.closedAt = closedAt
        self.topic = topic
        self.product = product
        self.order = order
        self.channel = channel
        self.score = score
    }
}

/// A customer judged a product.
public struct Review: Hashable, Sendable {
    /// The source's key of it.
    public var id: String
    /// When.
    public var at: Instant
    /// What.
    public var product: ProductReference
    /// 1 to 5.
    public var stars: Int64
    /// Its heading.
    public var title: String
    /// What was said.
    public var text: String

    /// As its source states it.
    public init(id: String, at: Instant, product: ProductReference, stars: Int64, title: String = "", text: String = "")
    {
        self.id = id
        self.at = at
        self.product = product
        self.stars = stars
        self.title = title
        self.text = text
    }
}
