/// What a shop means to sell on better terms for some days, and by how much that should lift demand.
///
/// One promotion may have several rows: each product, category, channel or place has its own, under the same id.
public struct Promotion: Hashable, Sendable {
    /// What of the range it is for.
    public enum Scope: Hashable, Sendable {
        case everything
        /// All products of a category, letter case aside.
        case category(String)
        case product(ProductReference)
    }

    /// Whether it is to be counted on.
    public enum Status: String, Sendable, CaseIterable {
        case planned, cancelled
    }

    /// The source's key of it.
    public var id: String
    /// The source's number of the row, where several rows of one promotion have the same scope, channel and place.
    public var line: String?
    /// What people call it.
    public var name: String?
    /// What it is for.
    public var scope: Scope
    /// Where it is sold: web, till; nil for all channels.
    public var channel: String?
    /// Where it holds; nil for all places.
    public var place: PlaceName?
    /// Its first day.
    public var from: Day
    /// Its last day.
    public var to: Day
    /// What demand is expected to be multiplied by, 0 to 100; nil where that is to be learned.
    public var lift: Double?
    /// What one unit is sold for while it lasts, in the shop's currency.
    public var price: UnitPrice?
    /// The share of the price that is given away, 0 to 1.
    public var discount: Double?
    /// Whether it still stands.
    public var status: Status
    /// When this was said; of two versions the newer holds. Nil for the moment of the import.
    public var updatedAt: Instant?

    /// As its source states it.
    public init(
        id: String, line: String? = nil, name: String? = nil, scope: Scope = .everything, channel: String? = nil,
        place: PlaceName? = nil, from: Day, to: Day, lift: Double? = nil, price: UnitPrice? = nil,
        discount: Double? = nil, status: Status = .planned, updatedAt: Instant? = nil
    ) {
        self.id = id
        self.line = line
        self.name = name
        self.scope = scope
        self.channel = channel
        self.place = place
        self.from = from
        self.to = to
        self.lift = lift
        self.price = price
        self.discount = discount
        self.status = status
        self.updatedAt = updatedAt
    }

    /// What tells the rows of one promotion apart: the line where it has one, else scope, channel and place.
    public var row: String {
        if let line { return line }
        let scope =
            switch scope {
            case .everything: "*"
            case .category(let name): "category \(name)"
            case .product(let product): "\(product.scheme) \(product.value)"
            }
        // No name holds the separator, so no line reads like a scope.
        return [scope, channel ?? "", place?.text ?? ""].joined(separator: "\u{1F}")
    }
}
