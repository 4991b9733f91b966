import Domain

/// The layouts of JSON records.
public enum JSONLayout: Hashable, Sendable {
    /// Each record is told apart by its members.
    case mixed
    /// `ShopifyMessageReader`.
    case shopify
    /// `CloudEventsReader`: envelopes around records of the others.
    case cloudEvents
    /// `GA4EventsReader`.
    case ga4
    /// `GoogleAdsReader`.
    case googleAds
    /// `MetaInsightsReader`.
    case metaInsights
    /// `OdooReader`.
    case odoo
    /// `ERPNextReader`.
    case erpNext
    /// Records of a plain layout, as `PlainLinesReader` reads them.
    case plain(KnownLayout)

    /// Layouts by their names.
    public static let names: [String: JSONLayout] = {
        var names: [String: JSONLayout] = [:]
        for layout in [mixed, shopify, cloudEvents, ga4, googleAds, metaInsights, odoo, erpNext] {
            names[layout.name] = layout
        }
        for layout in KnownLayout.allCases where layout.comesAsJSON {
            names["json:\(layout.rawValue)"] = .plain(layout)
        }
        return names
    }()

    /// The system that its records speak for; nil where that is for the file to say.
    public var system: String? {
        switch self {
        case .shopify: "shopify"
        case .ga4: "ga4"
        case .googleAds: "google-ads"
        case .metaInsights: "meta-ads"
        case .odoo: "odoo"
        case .erpNext: "erpnext"
        case .plain(.overrides): "operator"
        case .mixed, .cloudEvents, .plain: nil
        }
    }

    /// The name that batches and quarantine keep.
    public var name: String {
        switch self {
        case .mixed: "json"
        case .shopify: "shopify-webhooks"
        case .cloudEvents: "cloudevents"
        case .ga4: "ga4"
        case .googleAds: "google-ads"
        case .metaInsights: "meta-insights"
        case .odoo: "odoo"
        case .erpNext: "erpnext"
        case .plain(let layout): "json:\(layout.rawValue)"
        }
    }
}

extension KnownLayout {
    /// Whether its rows come as JSON objects too.
    public var comesAsJSON: Bool {
        switch self {
        case .counts, .products, .offers, .calendars, .purchases, .tillLines: true
        default: isPlain
        }
    }

    /// Whether its rows are the same in delimited text and in JSON.
    public var isPlain: Bool {
        switch self {
        case .moves, .receipts, .shipNotices, .stages, .scans, .footfall, .shifts, .mentions, .competitorPrices,
            .tickets, .reviews, .kits, .aliases, .rates, .promotions, .firmOrders, .occasions, .overrides:
            true
        default: false
        }
    }

    /// What reads its rows from JSON; nil where they come as delimited text alone.
    ///
    /// - Parameters:
    ///   - zone: of times without an offset.
    ///   - currency: the shop's, where a row names none; nil where the layout is plain and has none.
    public func linesReader(
        _ source: ByteSource, zone: Zone, currency: Currency? = nil
    ) -> (any RecordReader<[Fact]>)? {
        func lines<Format: PlainFormat>(
            _: Format.Type, _ fact: @escaping (Format.Record) -> Fact
        ) -> any RecordReader<[Fact]> {
            EachFact(PlainLinesReader<Format>(source, zone: zone), fact)
        }
        return switch self {
        case .moves: lines(MovesFormat.self, Fact.move)
        case .receipts: lines(ReceiptsFormat.self, Fact.receipt)
        case .shipNotices: lines(ShipNoticesFormat.self, Fact.shipNotice)
        case .stages: lines(StagesFormat.self, Fact.stage)
        case .scans: lines(ScansFormat.self, Fact.scan)
        case .footfall: lines(FootfallsFormat.self, Fact.footfall)
        case .shifts: lines(ShiftsFormat.self, Fact.shift)
        case .mentions: lines(MentionsFormat.self, Fact.mention)
        case .competitorPrices: lines(CompetitorPricesFormat.self, Fact.competitorPrice)
        case .tickets: lines(TicketsFormat.self, Fact.ticket)
        case .reviews: lines(ReviewsFormat.self, Fact.review)
        case .kits: lines(KitsFormat.self, Fact.kit)
        case .aliases: lines(AliasesFormat.self, Fact.alias)
        case .rates: lines(RatesFormat.self, Fact.rate)
        case .promotions: lines(PromotionsFormat.self, Fact.promotion)
        case .firmOrders: lines(FirmOrdersFormat.self, Fact.firmOrder)
        case .occasions: lines(OccasionsFormat.self, Fact.occasion)
        case .overrides: lines(OverridesFormat.self, Fact.override)
        default:
            comesAsJSON
                ? currency.map { JSONTableReader(source, layout: self, zone: zone, currency: $0) } : nil
        }
    }

    /// What reads its rows from delimited text.
    ///
    /// - Parameters:
    ///   - zone: of times without an offset.
    ///   - currency: the shop's, where a row names none.
    ///   - countedAt: the moment of counts, where the layout states none.
    /// - Throws: `.missingColumn`.
    public func reader(
        _ csv: CSVReader, zone: Zone, currency: Currency, countedAt: Instant
    ) throws(FormatError) -> any RecordReader<[Fact]> {
        func plain<Format: PlainFormat>(
            _: Format.Type, _ fact: @escaping (Format.Record) -> Fact
        ) throws(FormatError) -> any RecordReader<[Fact]> {
            EachFact(try PlainReader<Format>(csv, zone: zone), fact)
        }
        switch self {
        case .shopifyOrders: return EachFact(try ShopifyOrdersReader(csv), Fact.order)
        case .shopifyProducts: return EachFact(try ShopifyProductsReader(csv), Fact.product)
        case .shopifyInventory: return EachFact(try ShopifyInventoryReader(csv, countedAt: countedAt), Fact.count)
        case .counts: return EachFact(try CountsReader(csv, zone: zone), Fact.count)
        case .offers: return EachFact(try OffersReader(csv), Fact.offer)
        case .calendars: return EachFact(try CalendarsReader(csv, currency: currency), Fact.calendar)
        case .purchases: return EachFact(try PurchasesReader(csv, zone: zone), Fact.purchase)
        case .products: return EachFact(try ProductsReader(csv), Fact.product)
        case .tillLines: return EachFact(try TillLinesReader(csv, zone: zone, currency: currency), Fact.order)
        case .moves: return try plain(MovesFormat.self, Fact.move)
        case .receipts: return try plain(ReceiptsFormat.self, Fact.receipt)
        case .shipNotices: return try plain(ShipNoticesFormat.self, Fact.shipNotice)
        case .stages: return try plain(StagesFormat.self, Fact.stage)
        case .scans: return try plain(ScansFormat.self, Fact.scan)
        case .footfall: return try plain(FootfallsFormat.self, Fact.footfall)
        case .shifts: return try plain(ShiftsFormat.self, Fact.shift)
        case .mentions: return try plain(MentionsFormat.self, Fact.mention)
        case .competitorPrices: return try plain(CompetitorPricesFormat.self, Fact.competitorPrice)
        case .tickets: return try plain(TicketsFormat.self, Fact.ticket)
        case .reviews: return try plain(ReviewsFormat.self, Fact.review)
        case .kits: return try plain(KitsFormat.self, Fact.kit)
        case .aliases: return try plain(AliasesFormat.self, Fact.alias)
        case .rates: return try plain(RatesFormat.self, Fact.rate)
        case .promotions: return try plain(PromotionsFormat.self, Fact.promotion)
        case .firmOrders: return try plain(FirmOrdersFormat.self, Fact.firmOrder)
        case .occasions: return try plain(OccasionsFormat.self, Fact.occasion)
        case .overrides: return try plain(OverridesFormat.self, Fact.override)
        }
    }
}
