import Domain
import Testing

@testable import Formats

/// Writes facts in every format that can say them, and reads them back.
enum FuzzWriting {
    /// What came back of a fact, by the format it was written in.
    struct Back {
        var name: String
        var facts: [Fact] = []
        var error = ""
    }

    /// What comes back of a fact, once for each format.
    static func readings(of fact: Fact) throws -> [Back] {
        switch fact {
        case .move(let record): try plain(MovesFormat.self, record, .moves, record.product)
        case .receipt(let record): try plain(ReceiptsFormat.self, record, .receipts, record.product)
        case .stage(let record): try plain(StagesFormat.self, record, .stages, nil)
        case .scan(let record): try plain(ScansFormat.self, record, .scans, nil)
        case .footfall(let record): try plain(FootfallsFormat.self, record, .footfall, nil)
        case .shift(let record): try plain(ShiftsFormat.self, record, .shifts, nil)
        case .mention(let record): try plain(MentionsFormat.self, record, .mentions, record.product)
        case .competitorPrice(let record):
            try plain(CompetitorPricesFormat.self, record, .competitorPrices, record.product)
        case .ticket(let record): try plain(TicketsFormat.self, record, .tickets, record.product)
        case .review(let record): try plain(ReviewsFormat.self, record, .reviews, record.product)
        case .kit(let record): try plain(KitsFormat.self, record, .kits, record.kit)
        case .alias(let record): try plain(AliasesFormat.self, record, .aliases, record.product)
        case .rate(let record): try plain(RatesFormat.self, record, .rates, nil)
        case .promotion(let record):
            if case .product(let product) = record.scope {
                try plain(PromotionsFormat.self, record, .promotions, product)
            } else {
                try plain(PromotionsFormat.self, record, .promotions, nil)
            }
        case .firmOrder(let record): try plain(FirmOrdersFormat.self, record, .firmOrders, record.product)
        case .occasion(let record): try plain(OccasionsFormat.self, record, .occasions, nil)
        case .override(let record): try plain(OverridesFormat.self, record, .overrides, record.product)
        case .count(let count):
            if count.product.scheme == "sku" {
                [try table(.counts) { writer in try CountsReader.write([count], to: writer) }]
            } else if count.product.scheme == "inventory-item", count.state == .available {
                [try shopify("inventory_levels/update", ShopifyStock.json(count))]
            } else {
                []
            }
        case .offer(let offer): [try table(.offers) { writer in try OffersReader.write([offer], to: writer) }]
        case .purchase(let line) where line.sku == nil: []
        case .purchase(let line): [try table(.purchases) { writer in try PurchasesReader.write([line], to: writer) }]
        case .calendar(let calendar):
            [
                try table(.calendars) { writer in
                    try CalendarsReader.write([calendar], currency: FuzzTarget.pounds, to: writer)
                }
            ]
        case .product(let product): try self.product(product)
        case .order(let order): try self.order(order)
        case .web(let event):
            [try lines("GA4", JSONLayout.ga4, GA4EventsReader.json(event))]
        case .adSpend(let spend): try self.spend(spend)
        case .cart(let cart): [try shopify("checkouts/update", ShopifyCheckout.json(cart))]
        case .shipment(let shipment): [try shopify("fulfillments/update", ShopifyFulfilment.json(shipment))]
        case .shipNotice(let record):
            // Only X12 says of a notice that it takes the place of another.
            record.isReplacement ? [] : try plain(ShipNoticesFormat.self, record, .shipNotices, record.product)
        case .amendment: []
        }
    }

    /// What comes back of facts in an X12 interchange; nil where they cannot be written in one.
    static func interchange(of facts: [Fact]) throws -> Back? {
        let partner = FuzzCorpus.partner
        let writer = X12Writer(from: .init(id: "SHOP"), to: .init(id: "ACME"))
        let counts = facts.compactMap { if case .count(let count) = $0 { count } else { nil } }
        let purchases = facts.compactMap { if case .purchase(let line) = $0 { line } else { nil } }
        let notices = facts.compactMap { if case .shipNotice(let line) = $0 { line } else { nil } }
        guard
            let messages = try? X12Inventory.messages(counts, partner: partner)
                + X12Purchase.messages(purchases, partner: partner) + X12ShipNotice.messages(notices, partner: partner),
            let bytes = try? writer.interchange(messages, control: 1, group: 1, at: FuzzTarget.countedAt)
        else { return nil }
        var found = try back("X12", X12FactsReader(ByteSource(bytes: bytes, name: "back")) { _ in partner })
        // A message must say when it was written, whether anybody knew or not.
        if notices.allSatisfy({ $0.version == nil }) {
            found.facts = found.facts.map { fact in
                guard case .shipNotice(var notice) = fact else { return fact }
                notice.version = nil
                return .shipNotice(notice)
            }
        }
        return found
    }

    private static func plain<Format: PlainFormat>(
        _ format: Format.Type, _ record: Format.Record, _ layout: KnownLayout, _ product: ProductReference?
    ) throws -> [Back] {
        // These files know a product by SKU or bar code.
        guard product.map({ ["sku", "barcode"].contains($0.scheme) }) ?? true else { return [] }
        let writer = JSONLinesWriter()
        try Format.write([record], to: writer)
        let reader = try #require(
            layout.linesReader(ByteSource(bytes: writer.bytes, name: "back"), zone: FuzzTarget.zone))
        return [
            try table(layout) { writer in try Format.write([record], to: writer) }, try back("JSON lines", reader),
        ]
    }

    private static func table(_ layout: KnownLayout, _ write: (CSVWriter) throws -> Void) throws -> Back {
        let writer = CSVWriter()
        try write(writer)
        let csv = try CSVReader(ByteSource(bytes: writer.bytes, name: "back"))
        return try back(
            "CSV",
            layout.reader(
                csv, zone: FuzzTarget.zone, currency: FuzzTarget.pounds, countedAt: FuzzTarget.countedAt))
    }

    private static func lines(_ name: String, _ layout: JSONLayout, _ value: JSONValue) throws -> Back {
        try back(name, layout.reader(ByteSource(bytes: value.bytes(), name: "back"), FuzzTarget.context))
    }

    private static func shopify(_ topic: String, _ body: JSONValue) throws -> Back {
        try lines(topic, .shopify, ShopifyMessage.line(topic: topic, body: body.bytes()))
    }

    private static func product(_ product: ProductDeclaration) throws -> [Back] {
        if product.identifiers.isEmpty {
            // A storefront's words may hold what no table can.
            let words = [product.name, product.vendor, product.category].compactMap { $0 }
            guard !words.contains(where: { $0.utf8.contains(0) }) else { return [] }
            return [try table(.products) { writer in try ProductsReader.write([product], to: writer) }]
        }
        let body = ShopifyCatalogue.json(product, id: 1)
        return [try shopify("products/update", body)]
    }

    private static func order(_ order: OrderDocument) throws -> [Back] {
        guard order.channel == "till", order.key == nil, order.version == nil else {
            // Not every order can be said in Shopify's words again; writing one must do no harm.
            _ = ShopifyOrder.json(order).bytes()
            return []
        }
        return [try table(.tillLines) { writer in try TillLinesReader.write([order], to: writer) }]
    }

    private static func spend(_ spend: AdSpend) throws -> [Back] {
        let writer = CSVWriter()
        try GoogleAdsTable.write([spend], to: writer)
        let csv = try CSVReader(ByteSource(bytes: writer.bytes, name: "back"))
        return [
            try lines("Google Ads", .googleAds, GoogleAdsReader.json(spend)),
            try back("table", EachFact(PlainReader<GoogleAdsTable>(csv, zone: .utc), Fact.adSpend)),
        ] + (isForMeta(spend) ? [try lines("Meta", .metaInsights, MetaInsightsReader.json(spend))] : [])
    }

    /// Whether the product's id ends where Meta says that one does.
    private static func isForMeta(_ spend: AdSpend) -> Bool {
        let item = Array((spend.product?.merchantItem ?? "").utf8)
        return item.last != 0x2C && !item.indices.dropLast().contains { item[$0...].starts(with: [0x2C, 0x20]) }
    }

    private static func back(_ name: String, _ reader: any RecordReader<[Fact]>) throws -> Back {
        var reader = reader
        var found = Back(name: name)
        while let reading = try reader.next() {
            switch reading.outcome {
            case .success(let facts): found.facts += facts
            case .failure(let error): found.error += error.description
            }
        }
        return found
    }
}
