/// A line of a customer's order that is known ahead of its day: demand that is certain, and not to be forecast as well.
public struct FirmOrder: Hashable, Sendable {
    /// How far it has come.
    public enum Status: String, Sendable, CaseIterable {
        case open, shipped, cancelled
    }

    /// The source's number of the order.
    public var order: String
    /// The source's number of the line, where an order has several of one product and place.
    public var line: String?
    /// What is wanted.
    public var product: ProductReference
    /// Where it is to be taken from; nil where nobody said.
    public var place: PlaceName?
    /// The company that wants it, as its source calls it; not for logs.
    public var customer: String?
    /// Units wanted.
    public var quantity: Int64
    /// The day on which they are to leave.
    public var due: Day
    /// How far it has come.
    public var status: Status
    /// When this was said; of two versions the newer holds. Nil for the moment of the import.
    public var updatedAt: Instant?

    /// As its source states it.
    public init(
        order: String, line: String? = nil, product: ProductReference, place: PlaceName? = nil,
        customer: String? = nil, quantity: Int64, due: Day, status: Status = .open, updatedAt: Instant? = nil
    ) {
        self.order = order
        self.line = line
        self.product = product
        self.place = place
        self.customer = customer
        self.quantity = quantity
        self.due = due
        self.status = status
        self.updatedAt = updatedAt
    }

    /// What tells the lines of one order apart: the line where it has one, else product and place.
    public var row: String {
        // No name holds the separator, so no line reads like a product.
        line ?? "\(product.scheme) \(product.value)\u{1F}\(place?.text ?? "")"
    }
}
