/// The columns of Penstock's own layouts, for whoever fills them from other files.
extension KnownLayout {
    /// What the values of a column are.
    public enum ValueKind: Sendable {
        case text, number, moment, day
    }

    /// All columns of the layout; none for those of other systems.
    public var columns: [String] {
        func names<Format: PlainFormat>(_: Format.Type) -> [String] { Format.Field.allCases.map(\.rawValue) }
        return switch self {
        case .shopifyOrders, .shopifyProducts, .shopifyInventory: []
        case .counts: CountsReader.header + ["lot", "expires_on"]
        case .offers: OffersReader.header
        case .calendars: CalendarsReader.header
        case .purchases: PurchasesReader.header
        case .products: ProductsReader.header
        case .tillLines: TillLinesReader.header
        case .moves: names(MovesFormat.self)
        case .receipts: names(ReceiptsFormat.self)
        case .shipNotices: names(ShipNoticesFormat.self)
        case .stages: names(StagesFormat.self)
        case .scans: names(ScansFormat.self)
        case .footfall: names(FootfallsFormat.self)
        case .shifts: names(ShiftsFormat.self)
        case .mentions: names(MentionsFormat.self)
        case .competitorPrices: names(CompetitorPricesFormat.self)
        case .tickets: names(TicketsFormat.self)
        case .reviews: names(ReviewsFormat.self)
        case .kits: names(KitsFormat.self)
        case .aliases: names(AliasesFormat.self)
        case .rates: names(RatesFormat.self)
        case .promotions: names(PromotionsFormat.self)
        case .firmOrders: names(FirmOrdersFormat.self)
        case .occasions: names(OccasionsFormat.self)
        case .overrides: names(OverridesFormat.self)
        }
    }

    /// What the values of a column are; text for one that it does not have.
    public func kind(of column: String) -> ValueKind {
        if column.hasSuffix("_at") { return .moment }
        if column.hasSuffix("_on") || ["day", "valid_from", "valid_to", "due", "expires"].contains(column) {
            return .day
        }
        switch (self, column) {
        // Of moves these are places, of stretches of time their ends.
        case (.footfall, "from"), (.shifts, "from"), (.shifts, "to"), (.stages, "start"), (.stages, "end"):
            return .moment
        case (.promotions, "from"), (.promotions, "to"), (.overrides, "from"), (.overrides, "to"): return .day
        case (.overrides, "value"), (.occasions, "value"): return .number
        case (.calendars, "minimum_order_value"): return .number
        default: return KnownLayout.numbers.contains(column) ? .number : .text
        }
    }

    private static let numbers: Set<String> = [
        "quantity", "cost", "price", "minimum_quantity", "pack", "lead_time_days", "lead_time_spread_days",
        "expedite_days", "received", "damaged", "invoiced", "invoiced_amount", "minutes", "entered", "left",
        "break_minutes", "reach", "sentiment", "postage", "score", "stars", "rate", "lift", "discount",
    ]
}
