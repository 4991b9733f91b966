/// The layouts of delimited text that are known by their headers.
public enum KnownLayout: String, Sendable, CaseIterable {
    /// `ShopifyOrdersReader`.
    case shopifyOrders = "shopify-orders"
    /// `ShopifyProductsReader`.
    case shopifyProducts = "shopify-products"
    /// `ShopifyInventoryReader`.
    case shopifyInventory = "shopify-inventory"
    /// `CountsReader`.
    case counts
    /// `OffersReader`.
    case offers
    /// `CalendarsReader`.
    case calendars
    /// `PurchasesReader`.
    case purchases
    /// `ProductsReader`.
    case products
    /// `MovesFormat`.
    case moves
    /// `ReceiptsFormat`.
    case receipts
    /// `ShipNoticesFormat`.
    case shipNotices = "ship-notices"
    /// `StagesFormat`.
    case stages
    /// `ScansFormat`.
    case scans
    /// `FootfallsFormat`.
    case footfall
    /// `ShiftsFormat`.
    case shifts
    /// `MentionsFormat`.
    case mentions
    /// `CompetitorPricesFormat`.
    case competitorPrices = "competitor-prices"
    /// `TicketsFormat`.
    case tickets
    /// `ReviewsFormat`.
    case reviews
    /// `KitsFormat`.
    case kits
    /// `AliasesFormat`.
    case aliases
    /// `RatesFormat`.
    case rates
    /// `PromotionsFormat`.
    case promotions
    /// `FirmOrdersFormat`.
    case firmOrders = "firm-orders"
    /// `OccasionsFormat`.
    case occasions
    /// `OverridesFormat`.
    case overrides
    /// `TillLinesReader`.
    case tillLines = "till-lines"

    /// The layout whose marks a header bears, blanks, case and order aside; nil where it is none of them, or could be
    /// more than one.
    public init?(header: [String]) {
        let names = Set(header.map { $0.lowercased() })
        let found = KnownLayout.allCases.filter { layout in
            layout.marks.allSatisfy { !$0.isDisjoint(with: names) } && layout.strangers.isDisjoint(with: names)
        }
        guard let only = found.first, found.count == 1 else { return nil }
        self = only
    }

    /// Sets of names, one of each of which must be there.
    private var marks: [Set<String>] {
        switch self {
        case .shopifyOrders: [["name"], ["created at"], ["lineitem quantity"], ["lineitem name"]]
        case .shopifyProducts: [["handle", "url handle"], ["title"], ["variant sku", "sku"]]
        case .shopifyInventory:
            [
                ["sku"], ["location"], ["handle", "title", "hs code", "coo"],
                ["available", "available (not editable)", "on hand", "on hand (current)", "on hand (new)"],
            ]
        case .counts: [["sku"], ["place"], ["quantity"], ["counted_at"]]
        case .offers: [["supplier"], ["sku"], ["cost"], ["lead_time_days"]]
        case .calendars: [["supplier"], ["order_days"]]
        case .purchases: [["order"], ["line"], ["supplier"], ["sku"], ["quantity"], ["ordered_on"]]
        case .products: [["sku"], ["name", "lifecycle", "barcode"]]
        case .moves: [["id"], ["sku", "barcode"], ["from", "to"], ["quantity"], ["moved_at"]]
        case .receipts: [["receipt"], ["line"], ["sku", "barcode"], ["place"], ["quantity"], ["received_at"]]
        case .shipNotices: [["notice"], ["line"], ["order"], ["sku", "barcode"], ["quantity"], ["shipped_at"]]
        case .stages: [["case"], ["stage"], ["start"]]
        case .scans: [["tracking"], ["status"], ["scanned_at"]]
        case .footfall: [["place"], ["from"], ["minutes"], ["entered"]]
        case .shifts: [["id"], ["place"], ["role"], ["from"], ["to"], ["state"]]
        case .mentions: [["id"], ["mentioned_at"], ["network"]]
        case .competitorPrices: [["sku", "barcode"], ["competitor"], ["seen_at"], ["price"]]
        case .tickets: [["id"], ["opened_at"]]
        case .reviews: [["id"], ["reviewed_at"], ["sku", "barcode"], ["stars"]]
        case .kits: [["kit"], ["component"], ["quantity"]]
        case .aliases: [["sku"], ["scheme"], ["value"]]
        case .rates: [["currency"], ["day"], ["rate"]]
        case .promotions: [["id"], ["from"], ["to"], ["lift"]]
        case .firmOrders: [["order"], ["sku"], ["quantity"], ["due"]]
        case .occasions: [["day"], ["name"], ["kind"]]
        case .overrides: [["id"], ["sku"], ["what"], ["value"]]
        case .tillLines: [["receipt"], ["sold_at"], ["sku"], ["quantity"], ["price"]]
        }
    }

    /// Names that tell it from a layout with the same marks.
    private var strangers: Set<String> {
        switch self {
        case .shopifyProducts: ["location"]
        case .products:
            [
                "supplier", "place", "quantity", "handle", "url handle", "location", "order", "mentioned_at",
                "competitor", "opened_at", "reviewed_at", "scheme", "component", "lift", "what",
            ]
        case .firmOrders: ["supplier", "receipt", "notice"]
        default: []
        }
    }
}
