/// What keeps a product from being planned, in the order in which it is worth mending.
public enum MissingInput: String, Sendable, CaseIterable {
    /// Nobody has counted it.
    case count
    /// No supplier offers it.
    case offer
    /// Its supplier's lead time is not known, and the shop assumes none.
    case leadTime = "lead time"
    /// Its cost is not known.
    case cost
    /// Its supplier takes no orders.
    case orderDay = "order day"
    /// No source of orders has spoken of any day.
    case history

    /// What to do about it.
    public var cure: String {
        switch self {
        case .count: "import a stock count (sku, place, quantity, state, counted_at)"
        case .offer: "import an offer; penstock offers template writes a file to fill in"
        case .leadTime: "fill in lead_time_days in the offer, or default_lead_time_days in penstock.toml"
        case .cost: "fill in cost in the offer"
        case .orderDay: "correct the supplier's order days and closures in its calendar"
        case .history: "import orders"
        }
    }
}
