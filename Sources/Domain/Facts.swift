// What intake hands to the store: facts that passed validation, named by the shop's own names, not yet keyed.

/// What a line of an order document does to demand.
public enum LineKind: Int, Sendable, Codable, CaseIterable {
    /// Units asked for.
    case sale = 1
    /// Units of an order taken back before they were shipped: demand that was not.
    case cancellation = 2
    /// Units that came back after they were shipped; never less demand.
    case `return` = 3
    /// A correction of stock or money that no customer asked for.
    case adjustment = 4
    /// Postage, fees, vouchers: money, but no product.
    case notProduct = 5
    /// Taken back, before or after shipping unsaid. The store resolves it: a cancellation where the same customer
    /// ordered at least as many of the product earlier on the same day and they were not shipped, else a return.
    case reversal = 6

    /// The name that files and screens use.
    public var name: String {
        switch self {
        case .sale: "sale"
        case .cancellation: "cancellation"
        case .return: "return"
        case .adjustment: "adjustment"
        case .notProduct: "not-a-product"
        case .reversal: "reversal"
        }
    }

    /// The kind of a name, as in `name`.
    public init?(named name: String) {
        guard let kind = LineKind.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }
}

/// Where a product stands in its life, which decides whether it may be reordered.
public enum Lifecycle: String, Sendable, Codable, CaseIterable {
    /// Bought and sold.
    case active
    /// Too young for its own history to carry a forecast alone.
    case new
    /// Sold until it is gone; reordered only against committed units.
    case phaseOut = "phase-out"
    /// No longer sold.
    case discontinued
    /// Sold, but not to be bought, by a person's word.
    case doNotBuy = "do-not-buy"

    /// Whether a reorder may be proposed.
    public var isReordered: Bool { self == .active || self == .new }
}

/// A product as a catalogue declares it.
public struct ProductDeclaration: Hashable, Sendable {
    /// The code it is stocked under.
    public var sku: SKU
    /// What people call it.
    public var name: String?
    /// Brand or maker, as the catalogue says.
    public var vendor: String?
    /// The group it is sold in.
    public var category: String?
    /// GTIN, EAN or UPC, digits only.
    public var barcode: String?
    /// Selling price of one unit, in the shop's currency.
    public var price: UnitPrice?
    /// Cost of one unit, in the shop's currency.
    public var cost: UnitPrice?
    /// Where it stands in its life; nil leaves what is known.
    public var lifecycle: Lifecycle?

    /// A product known by its SKU alone; fill in what the source says.
    public init(sku: SKU) { self.sku = sku }
}

/// One line of an order as its source states it.
public struct OrderLine: Hashable, Sendable {
    /// The source's own id of the line; nil where it gives none.
    public var line: String?
    /// What was ordered, as the source spells it; nil for a line without a product.
    public var sku: SKU?
    /// The source's words for it.
    public var title: String
    /// Units: positive for sales, negative for what is taken back.
    public var quantity: Int64
    /// Price of one unit before discounts.
    public var unitPrice: UnitPrice
    /// Discount on the whole line, in minor units, not negative.
    public var discount: Int64
    /// What the line does to demand.
    public var kind: LineKind
    /// When it left the shop; nil while it has not, or nobody said.
    public var shippedAt: Instant?

    /// A line of an order.
    public init(
        line: String? = nil, sku: SKU?, title: String, quantity: Int64, unitPrice: UnitPrice, discount: Int64 = 0,
        kind: LineKind, shippedAt: Instant? = nil
    ) {
        self.line = line
        self.sku = sku
        self.title = title
        self.quantity = quantity
        self.unitPrice = unitPrice
        self.discount = discount
        self.kind = kind
        self.shippedAt = shippedAt
    }
}

/// An order, cancellation or return as one document of its system of record.
public struct OrderDocument: Hashable, Sendable {
    /// Its number in that system.
    public var number: String
    /// When it was placed.
    public var orderedAt: Instant
    /// The document's update time; nil where the source gives none and the batch decides.
    public var version: Instant?
    /// What its prices are in.
    public var currency: Currency
    /// The place that should serve it; nil means the shop's default.
    public var place: PlaceName?
    /// The customer's key in that system; personal data.
    public var customer: String?
    /// Its lines, in the source's order.
    public var lines: [OrderLine]

    /// An order document.
    public init(
        number: String, orderedAt: Instant, version: Instant? = nil, currency: Currency, place: PlaceName? = nil,
        customer: String? = nil, lines: [OrderLine] = []
    ) {
        self.number = number
        self.orderedAt = orderedAt
        self.version = version
        self.currency = currency
        self.place = place
        self.customer = customer
        self.lines = lines
    }
}

/// What a stock count counted.
public enum StockState: String, Sendable, Codable, CaseIterable {
    /// Everything on the shelf, promised to customers or not.
    case onHand = "on-hand"
    /// On the shelf and not promised to anybody.
    case available
}

/// The units of one product that one place held at one moment.
public struct StockCount: Hashable, Sendable {
    /// What was counted.
    public var sku: SKU
    /// Where.
    public var place: PlaceName
    /// Units; negative where a system oversold.
    public var quantity: Int64
    /// Whether promised units are inside.
    public var state: StockState
    /// When.
    public var countedAt: Instant

    /// A count.
    public init(sku: SKU, place: PlaceName, quantity: Int64, state: StockState, countedAt: Instant) {
        self.sku = sku
        self.place = place
        self.quantity = quantity
        self.state = state
        self.countedAt = countedAt
    }
}

/// A supplier's terms for one product.
public struct Offer: Hashable, Sendable, Codable {
    /// Who offers.
    public var supplier: SupplierName
    /// What.
    public var sku: SKU
    /// Cost of one unit; nil where it is not known yet.
    public var cost: UnitPrice?
    /// What the cost is in.
    public var currency: Currency
    /// Least units an order line may ask for, ≥ 1.
    public var minimumQuantity: Int64
    /// Units are sold in multiples of this, ≥ 1.
    public var pack: Int64
    /// Mean days from order to shelf; nil where it is not known (then nothing can be ordered).
    public var leadTimeDays: Double?
    /// Standard deviation of those days, ≥ 0.
    public var leadTimeSpread: Double
    /// Days from order to shelf when paid to hurry; nil where the supplier cannot.
    public var expediteDays: Double?
    /// First day on which the terms hold; nil for always.
    public var validFrom: Day?
    /// Last day on which they hold; nil for ever.
    public var validTo: Day?

    /// Terms with no minimum, no pack and no spread.
    public init(
        supplier: SupplierName, sku: SKU, cost: UnitPrice?, currency: Currency, minimumQuantity: Int64 = 1,
        pack: Int64 = 1, leadTimeDays: Double?, leadTimeSpread: Double = 0, expediteDays: Double? = nil,
        validFrom: Day? = nil, validTo: Day? = nil
    ) {
        self.supplier = supplier
        self.sku = sku
        self.cost = cost
        self.currency = currency
        self.minimumQuantity = minimumQuantity
        self.pack = pack
        self.leadTimeDays = leadTimeDays
        self.leadTimeSpread = leadTimeSpread
        self.expediteDays = expediteDays
        self.validFrom = validFrom
        self.validTo = validTo
    }
}

/// When a supplier takes orders.
public struct SupplierCalendar: Hashable, Sendable, Codable {
    /// Whose calendar.
    public var supplier: SupplierName
    /// Days of the week on which orders are taken; empty means every day.
    public var orderDays: [Weekday]
    /// Until when on such a day, in the shop's time zone; nil means all day.
    public var cutOff: TimeOfDay?
    /// Least value of one order in minor units of the supplier's currency; 0 for none.
    public var minimumOrderValue: Int64
    /// Days on which nothing is taken, sent or received, first and last inclusive.
    public var closures: [ClosedRange<Day>]

    /// A calendar that takes orders at any time.
    public init(
        supplier: SupplierName, orderDays: [Weekday] = [], cutOff: TimeOfDay? = nil, minimumOrderValue: Int64 = 0,
        closures: [ClosedRange<Day>] = []
    ) {
        self.supplier = supplier
        self.orderDays = orderDays
        self.cutOff = cutOff
        self.minimumOrderValue = minimumOrderValue
        self.closures = closures
    }
}

/// How far a purchase line has come.
public enum PurchaseState: String, Sendable, Codable, CaseIterable {
    /// Something is still to come.
    case open
    /// Nothing more will come, received in full or not.
    case closed
    /// Called off.
    case cancelled
}

/// One line of an order placed with a supplier, as the system of record for purchases states it.
public struct PurchaseLine: Hashable, Sendable, Codable {
    /// Number of the purchase order.
    public var order: String
    /// Number of the line within it.
    public var line: String
    /// Whom it was placed with.
    public var supplier: SupplierName
    /// What was ordered.
    public var sku: SKU
    /// Where it is to arrive.
    public var place: PlaceName
    /// Units ordered.
    public var quantity: Int64
    /// Units received so far, all deliveries together.
    public var received: Int64
    /// When the last of them came; nil while nothing has, or nobody said.
    public var receivedAt: Instant?
    /// Cost of one unit.
    public var cost: UnitPrice?
    /// What the cost is in.
    public var currency: Currency
    /// When it was ordered.
    public var orderedOn: Day
    /// When the rest is expected; nil where nobody said.
    public var expectedOn: Day?
    /// How far it has come.
    public var state: PurchaseState
    /// Our own reference, where the order came from here.
    public var reference: String?

    /// A purchase line of which nothing has been received.
    public init(
        order: String, line: String, supplier: SupplierName, sku: SKU, place: PlaceName, quantity: Int64,
        received: Int64 = 0, receivedAt: Instant? = nil, cost: UnitPrice? = nil, currency: Currency, orderedOn: Day,
        expectedOn: Day?, state: PurchaseState = .open, reference: String? = nil
    ) {
        self.order = order
        self.line = line
        self.supplier = supplier
        self.sku = sku
        self.place = place
        self.quantity = quantity
        self.received = received
        self.receivedAt = receivedAt
        self.cost = cost
        self.currency = currency
        self.orderedOn = orderedOn
        self.expectedOn = expectedOn
        self.state = state
        self.reference = reference
    }
}
