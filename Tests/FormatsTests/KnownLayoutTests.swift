import Testing

@testable import Formats

@Suite struct KnownLayoutTests {
    private let headers: [KnownLayout: [String]] = [
        .shopifyOrders: shopifyOrderColumns, .shopifyProducts: shopifyProductColumns,
        .shopifyInventory: shopifyInventoryColumns, .counts: CountsReader.header, .offers: OffersReader.header,
        .calendars: CalendarsReader.header, .purchases: PurchasesReader.header, .products: ProductsReader.header,
        .moves: MovesFormat.header, .receipts: ReceiptsFormat.header, .shipNotices: ShipNoticesFormat.header,
        .stages: StagesFormat.header,
        .scans: ScansFormat.header, .footfall: FootfallsFormat.header, .shifts: ShiftsFormat.header,
        .mentions: MentionsFormat.header, .competitorPrices: CompetitorPricesFormat.header,
        .tickets: TicketsFormat.header, .reviews: ReviewsFormat.header, .kits: KitsFormat.header,
        .aliases: AliasesFormat.header, .rates: RatesFormat.header,
        .promotions: PromotionsFormat.header, .firmOrders: FirmOrdersFormat.header,
        .occasions: OccasionsFormat.header, .overrides: OverridesFormat.header, .tillLines: TillLinesReader.header,
    ]

    @Test(arguments: KnownLayout.allCases)
    func `every layout is known by its own header, whatever its case, and by no other's`(layout: KnownLayout) throws {
        let header = try #require(headers[layout])
        #expect(KnownLayout(header: header) == layout)
        #expect(KnownLayout(header: header.map { $0.uppercased() }.reversed()) == layout)
        #expect(KnownLayout(header: header + ["name", "note"]) == layout)
    }

    @Test func `a layout is known without the columns that it does not need`() {
        #expect(KnownLayout(header: ["id", "barcode", "to", "quantity", "moved_at"]) == .moves)
        #expect(KnownLayout(header: ["receipt", "sold_at", "sku", "quantity", "price"]) == .tillLines)
        #expect(KnownLayout(header: ["id", "opened_at"]) == .tickets)
        #expect(KnownLayout(header: ["id", "sku", "name", "price"]) == .products)
        #expect(KnownLayout(header: ["currency", "rate"]) == nil)
        #expect(KnownLayout(header: ["id", "sku", "name", "from", "to", "lift"]) == .promotions)
        #expect(KnownLayout(header: ["order", "sku", "name", "quantity", "due"]) == .firmOrders)
        #expect(KnownLayout(header: ["id", "sku", "name", "what", "value"]) == .overrides)
        #expect(
            KnownLayout(header: ["order", "line", "supplier", "sku", "quantity", "ordered_on", "due"]) == .purchases)
    }
}
