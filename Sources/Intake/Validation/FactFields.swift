import Domain

/// What rules may ask of a fact, by the name that they use: units, money in units of the currency, ages in days.
struct FactField: Sendable {
    let name: String
    let value: @Sendable (Fact, Instant, Currency) -> Expression.Value
}

extension Fact.Kind {
    /// The fields of the kind's facts that rules may name.
    var fields: [FactField] { FactFields.all[self] ?? [] }
}

private enum FactFields {
    typealias Value = Expression.Value

    static let all: [Fact.Kind: [FactField]] = [
        .order: [
            order("age_days") { order, now, _ in age(order.orderedAt, now) },
            order("year") { order, _, _ in year(order.orderedAt) },
            order("last_age_days") { order, now, _ in
                order.lines.compactMap(\.at).max().map { age($0, now) } ?? .missing
            },
            order("version_age_days") { order, now, _ in order.version.map { age($0, now) } ?? .missing },
            order("lines") { order, _, _ in number(order.lines.count) },
            order("units") { order, _, _ in number(order.lines.filter { $0.kind == .sale }.map(\.quantity)) },
            order("channel") { order, _, _ in text(order.channel) },
            order("currency") { order, _, shop in .text(order.currency.code) },
            order("is_test") { order, _, _ in .boolean(order.isTest) },
            order("is_refund_undated") { order, _, _ in .boolean(order.isRefundUndated) },
            order("is_wholesale") { order, _, _ in .boolean(order.isWholesale) },
            order("gross") { order, _, _ in money(sales(order).map(gross(order.currency)), order.currency) },
            order("discounts") { order, _, _ in money(sales(order).map { $0.discount }, order.currency) },
            order("subtotal") { order, _, _ in
                money(sales(order).map { gross(order.currency)($0) - $0.discount }, order.currency)
            },
            order("stated_subtotal") { order, _, _ in money(order.stated.subtotal, order.currency) },
            order("stated_discounts") { order, _, _ in money(order.stated.discounts, order.currency) },
            order("stated_total") { order, _, _ in money(order.stated.total, order.currency) },
            order("stated_tax") { order, _, _ in money(order.stated.tax, order.currency) },
            order("line_tax") { order, _, _ in money(order.stated.lineTax, order.currency) },
            order("all_discounts") { order, _, _ in money(told(order).map { $0.discount }, order.currency) },
            order("total") { order, _, _ in
                money(
                    told(order).map { gross(order.currency)($0) - $0.discount } + [order.stated.tax ?? 0],
                    order.currency)
            },
            // One minor unit a line, and what a sum of doubles may lack.
            order("tolerance") { order, _, _ in
                .number((Double(max(1, told(order).count)) + 0.01) / Double(FixedPoint.powers[order.currency.decimals]))
            },
            order("lowest_price") { order, _, _ in
                sales(order).map(\.unitPrice.value).min().map { .number($0) } ?? .missing
            },
            order("largest_discount_share") { order, _, _ in
                .number(
                    sales(order).map { line in
                        let full = Double(gross(order.currency)(line))
                        return full > 0 ? Double(line.discount) / full : line.discount > 0 ? 2 : 0
                    }.max() ?? 0)
            },
        ],
        .amendment: [
            field("age_days") { (fact: OrderAmendment, now) in age(fact.at, now) },
            field("year") { (fact: OrderAmendment, _) in year(fact.at) },
            field("entries") { (fact: OrderAmendment, _) in number(fact.entries.count) },
        ],
        .shipment: [
            field("age_days") { (fact: Shipment, now) in age(fact.at, now) },
            field("year") { (fact: Shipment, _) in year(fact.at) },
            field("version_age_days") { (fact: Shipment, now) in fact.version.map { age($0, now) } ?? .missing },
            field("lines") { (fact: Shipment, _) in number(fact.lines.count) },
            field("units") { (fact: Shipment, _) in number(fact.lines.map(\.quantity)) },
        ],
        .product: [
            field("sku") { (fact: ProductDeclaration, _) in .text(fact.sku.text) },
            field("version_age_days") { (fact: ProductDeclaration, now) in
                fact.statedAt.map { age($0, now) } ?? .missing
            },
            field("name") { (fact: ProductDeclaration, _) in text(fact.name) },
            field("price") { (fact: ProductDeclaration, _) in money(fact.price) },
            field("cost") { (fact: ProductDeclaration, _) in money(fact.cost) },
            field("barcode_errors") { (fact: ProductDeclaration, _) in
                fact.barcode.map { number(GTIN($0) == nil ? 1 : 0) } ?? .missing
            },
        ],
        .kit: [field("quantity") { (fact: KitComponent, _) in number(fact.quantity) }],
        .alias: [],
        .count: [
            field("age_days") { (fact: StockCount, now) in age(fact.countedAt, now) },
            field("year") { (fact: StockCount, _) in year(fact.countedAt) },
            field("quantity") { (fact: StockCount, _) in number(fact.quantity) },
            field("place") { (fact: StockCount, _) in .text(fact.place.text) },
        ],
        .move: [
            field("age_days") { (fact: StockMove, now) in age(fact.at, now) },
            field("year") { (fact: StockMove, _) in year(fact.at) },
            field("quantity") { (fact: StockMove, _) in number(fact.quantity) },
            field("from") { (fact: StockMove, _) in text(fact.from?.text) },
            field("to") { (fact: StockMove, _) in text(fact.to?.text) },
            field("reason") { (fact: StockMove, _) in text(fact.reason) },
        ],
        .offer: [
            field("cost") { (fact: Offer, _) in money(fact.cost) },
            field("minimum") { (fact: Offer, _) in number(fact.minimumQuantity) },
            field("pack") { (fact: Offer, _) in number(fact.pack) },
            field("lead_time_days") { (fact: Offer, _) in fact.leadTimeDays.map { .number($0) } ?? .missing },
        ],
        .calendar: [],
        .purchase: [
            field("age_days") { (fact: PurchaseLine, now) in age(fact.orderedOn, now) },
            field("year") { (fact: PurchaseLine, _) in year(fact.orderedOn) },
            field("quantity") { (fact: PurchaseLine, _) in number(fact.quantity) },
            field("received") { (fact: PurchaseLine, _) in number(fact.received) },
            field("cost") { (fact: PurchaseLine, _) in money(fact.cost) },
            field("days_to_arrive") { (fact: PurchaseLine, _) in
                fact.expectedOn.map { .number(Double(fact.orderedOn.distance(to: $0))) } ?? .missing
            },
        ],
        .shipNotice: [
            field("age_days") { (fact: ShipNotice, now) in age(fact.at, now) },
            field("year") { (fact: ShipNotice, _) in year(fact.at) },
            field("quantity") { (fact: ShipNotice, _) in number(fact.quantity) },
        ],
        .receipt: [
            field("age_days") { (fact: GoodsReceipt, now) in age(fact.at, now) },
            field("year") { (fact: GoodsReceipt, _) in year(fact.at) },
            field("quantity") { (fact: GoodsReceipt, _) in number(fact.quantity) },
            field("damaged") { (fact: GoodsReceipt, _) in number(fact.damaged) },
            field("shelf_days") { (fact: GoodsReceipt, now) in
                fact.expiresOn.map { .number(Double($0.number) - Double(fact.at.seconds) / 86_400) } ?? .missing
            },
        ],
        .stage: [
            field("age_days") { (fact: StageEvent, now) in age(fact.start, now) },
            field("year") { (fact: StageEvent, _) in year(fact.start) },
            field("end_age_days") { (fact: StageEvent, now) in fact.end.map { age($0, now) } ?? .missing },
            field("stage") { (fact: StageEvent, _) in .text(fact.stage) },
            field("hours") { (fact: StageEvent, _) in
                fact.end.map { .number(Double($0.milliseconds - fact.start.milliseconds) / 3_600_000) } ?? .missing
            },
        ],
        .scan: [
            field("age_days") { (fact: CarrierScan, now) in age(fact.at, now) },
            field("year") { (fact: CarrierScan, _) in year(fact.at) },
        ],
        .web: [
            field("age_days") { (fact: WebEvent, now) in age(fact.at, now) },
            field("year") { (fact: WebEvent, _) in year(fact.at) },
            field("quantity") { (fact: WebEvent, _) in number(fact.quantity) },
            field("kind") { (fact: WebEvent, _) in .text(fact.kind.rawValue) },
            field("device") { (fact: WebEvent, _) in text(fact.device) },
        ],
        .cart: [
            field("age_days") { (fact: Cart, now) in age(fact.createdAt, now) },
            field("year") { (fact: Cart, _) in year(fact.createdAt) },
            field("version_age_days") { (fact: Cart, now) in age(fact.updatedAt, now) },
            field("lines") { (fact: Cart, _) in number(fact.lines.count) },
            field("hours_to_complete") { (fact: Cart, _) in
                fact.completedAt.map { .number(Double($0.milliseconds - fact.createdAt.milliseconds) / 3_600_000) }
                    ?? .missing
            },
        ],
        .adSpend: [
            field("age_days") { (fact: AdSpend, now) in age(fact.day, now) },
            field("year") { (fact: AdSpend, _) in year(fact.day) },
            field("cost") { (fact: AdSpend, _) in money(fact.cost) },
            field("impressions") { (fact: AdSpend, _) in number(fact.impressions) },
            field("clicks") { (fact: AdSpend, _) in number(fact.clicks) },
            field("conversions") { (fact: AdSpend, _) in .number(fact.conversions) },
        ],
        .mention: [
            field("age_days") { (fact: Mention, now) in age(fact.at, now) },
            field("year") { (fact: Mention, _) in year(fact.at) },
            field("reach") { (fact: Mention, _) in number(fact.reach) },
        ],
        .competitorPrice: [
            field("age_days") { (fact: CompetitorPrice, now) in age(fact.at, now) },
            field("year") { (fact: CompetitorPrice, _) in year(fact.at) },
            field("price") { (fact: CompetitorPrice, _) in money(fact.price) },
        ],
        .ticket: [
            field("age_days") { (fact: Ticket, now) in age(fact.openedAt, now) },
            field("year") { (fact: Ticket, _) in year(fact.openedAt) },
            field("version_age_days") { (fact: Ticket, now) in fact.updatedAt.map { age($0, now) } ?? .missing },
            field("hours_open") { (fact: Ticket, _) in
                fact.closedAt.map { .number(Double($0.milliseconds - fact.openedAt.milliseconds) / 3_600_000) }
                    ?? .missing
            },
        ],
        .review: [
            field("age_days") { (fact: Review, now) in age(fact.at, now) },
            field("year") { (fact: Review, _) in year(fact.at) },
            field("stars") { (fact: Review, _) in number(fact.stars) },
        ],
        .footfall: [
            field("age_days") { (fact: Footfall, now) in age(fact.from, now) },
            field("year") { (fact: Footfall, _) in year(fact.from) },
            field("entered") { (fact: Footfall, _) in number(fact.entered) },
            field("minutes") { (fact: Footfall, _) in number(fact.minutes) },
        ],
        .shift: [
            field("age_days") { (fact: Shift, now) in age(fact.from, now) },
            field("year") { (fact: Shift, _) in year(fact.from) },
            field("state") { (fact: Shift, _) in .text(fact.state.rawValue) },
            field("hours") { (fact: Shift, _) in
                .number(Double(fact.to.milliseconds - fact.from.milliseconds) / 3_600_000)
            },
            field("role") { (fact: Shift, _) in .text(fact.role) },
        ],
        .rate: [
            field("age_days") { (fact: ExchangeRate, now) in age(fact.day, now) },
            field("rate") { (fact: ExchangeRate, _) in money(fact.rate) },
        ],
        .promotion: [
            field("age_days") { (fact: Promotion, now) in age(fact.from, now) },
            field("year") { (fact: Promotion, _) in year(fact.from) },
            field("version_age_days") { (fact: Promotion, now) in fact.updatedAt.map { age($0, now) } ?? .missing },
            field("days") { (fact: Promotion, _) in .number(Double(fact.from.distance(to: fact.to) + 1)) },
            field("lift") { (fact: Promotion, _) in fact.lift.map { .number($0) } ?? .missing },
            field("price") { (fact: Promotion, _) in money(fact.price) },
            field("discount") { (fact: Promotion, _) in fact.discount.map { .number($0) } ?? .missing },
            field("channel") { (fact: Promotion, _) in text(fact.channel) },
            field("place") { (fact: Promotion, _) in text(fact.place?.text) },
            field("status") { (fact: Promotion, _) in .text(fact.status.rawValue) },
        ],
        .firmOrder: [
            field("age_days") { (fact: FirmOrder, now) in age(fact.due, now) },
            field("year") { (fact: FirmOrder, _) in year(fact.due) },
            field("version_age_days") { (fact: FirmOrder, now) in fact.updatedAt.map { age($0, now) } ?? .missing },
            field("quantity") { (fact: FirmOrder, _) in number(fact.quantity) },
            field("place") { (fact: FirmOrder, _) in text(fact.place?.text) },
            field("status") { (fact: FirmOrder, _) in .text(fact.status.rawValue) },
        ],
        .occasion: [
            field("age_days") { (fact: Occasion, now) in age(fact.day, now) },
            field("year") { (fact: Occasion, _) in year(fact.day) },
            field("kind") { (fact: Occasion, _) in .text(fact.kind.rawValue) },
            field("place") { (fact: Occasion, _) in text(fact.place?.text) },
            field("value") { (fact: Occasion, _) in fact.value.map { .number($0) } ?? .missing },
            field("status") { (fact: Occasion, _) in .text(fact.status.rawValue) },
        ],
        .override: [
            field("version_age_days") { (fact: Override, now) in fact.updatedAt.map { age($0, now) } ?? .missing },
            field("expiry_age_days") { (fact: Override, now) in age(fact.expires, now) },
            field("days") { (fact: Override, _) in
                guard let from = fact.from, let to = fact.to else { return .missing }
                return .number(Double(from.distance(to: to) + 1))
            },
            field("days_to_expiry") { (fact: Override, _) in
                fact.from.map { .number(Double($0.distance(to: fact.expires) + 1)) } ?? .missing
            },
            field("what") { (fact: Override, _) in .text(fact.word.figure.rawValue) },
            field("unit") { (fact: Override, _) in .text(fact.word.unit.rawValue) },
            field("value") { (fact: Override, _) in .number(fact.word.value) },
            field("owner") { (fact: Override, _) in .text(fact.owner) },
            field("place") { (fact: Override, _) in text(fact.place?.text) },
            field("status") { (fact: Override, _) in .text(fact.status.rawValue) },
        ],
    ]

    private static func order(
        _ name: String, _ value: @escaping @Sendable (OrderDocument, Instant, Currency) -> Value
    ) -> FactField {
        FactField(name: name) { fact, now, shop in
            guard case .order(let order) = fact else { return .missing }
            return value(order, now, shop)
        }
    }

    private static func field<Of>(
        _ name: String, _ value: @escaping @Sendable (Of, Instant) -> Value
    ) -> FactField {
        FactField(name: name) { fact, now, _ in (fact.content as? Of).map { value($0, now) } ?? .missing }
    }

    /// The lines that were asked for, products and others: without what was taken back.
    private static func told(_ order: OrderDocument) -> [OrderLine] {
        order.lines.filter { $0.kind == .sale || ($0.kind == .notProduct && $0.quantity > 0) }
    }

    private static func year(_ at: Instant) -> Value {
        year(Day(number: Int32(clamping: Int64((Double(at.seconds) / 86_400).rounded(.down)))))
    }
    private static func year(_ day: Day) -> Value { .number(Double(day.civil.year)) }

    private static func sales(_ order: OrderDocument) -> [OrderLine] { order.lines.filter { $0.kind == .sale } }

    private static func gross(_ currency: Currency) -> (OrderLine) -> Int64 {
        { $0.unitPrice.total($0.quantity, currency: currency) ?? 0 }
    }

    private static func age(_ at: Instant, _ now: Instant) -> Value {
        .number(Double(now.milliseconds - at.milliseconds) / 86_400_000)
    }

    private static func age(_ day: Day, _ now: Instant) -> Value {
        .number(Double(now.seconds) / 86_400 - Double(day.number))
    }

    private static func number(_ value: some BinaryInteger) -> Value { .number(Double(value)) }
    private static func number(_ values: [Int64]) -> Value { .number(values.reduce(0) { $0 + Double($1) }) }
    private static func text(_ value: String?) -> Value { value.map { .text($0) } ?? .missing }
    private static func money(_ value: UnitPrice?) -> Value { value.map { .number($0.value) } ?? .missing }

    private static func money(_ minor: Int64?, _ currency: Currency) -> Value {
        minor.map { .number(Double($0) / Double(FixedPoint.powers[currency.decimals])) } ?? .missing
    }

    private static func money(_ minors: [Int64], _ currency: Currency) -> Value {
        .number(minors.reduce(0) { $0 + Double($1) } / Double(FixedPoint.powers[currency.decimals]))
    }
}

extension Fact {
    /// What the fact holds.
    fileprivate var content: Any {
        switch self {
        case .order(let value): value
        case .amendment(let value): value
        case .shipment(let value): value
        case .product(let value): value
        case .kit(let value): value
        case .alias(let value): value
        case .count(let value): value
        case .move(let value): value
        case .offer(let value): value
        case .calendar(let value): value
        case .purchase(let value): value
        case .shipNotice(let value): value
        case .receipt(let value): value
        case .stage(let value): value
        case .scan(let value): value
        case .web(let value): value
        case .cart(let value): value
        case .adSpend(let value): value
        case .mention(let value): value
        case .competitorPrice(let value): value
        case .ticket(let value): value
        case .review(let value): value
        case .footfall(let value): value
        case .shift(let value): value
        case .rate(let value): value
        case .promotion(let value): value
        case .firmOrder(let value): value
        case .occasion(let value): value
        case .override(let value): value
        }
    }
}
