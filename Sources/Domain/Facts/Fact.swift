/// Any one thing that a source can state: what readers give, what the rules of intake judge, what the store keys.
///
/// A fact has passed its format; whether it makes sense, and what it refers to, is decided when it is taken in.
public enum Fact: Hashable, Sendable {
    case order(OrderDocument)
    case amendment(OrderAmendment)
    case shipment(Shipment)
    case product(ProductDeclaration)
    case kit(KitComponent)
    case alias(ProductAlias)
    case count(StockCount)
    case move(StockMove)
    case offer(Offer)
    case calendar(SupplierCalendar)
    case purchase(PurchaseLine)
    case shipNotice(ShipNotice)
    case receipt(GoodsReceipt)
    case stage(StageEvent)
    case scan(CarrierScan)
    case web(WebEvent)
    case cart(Cart)
    case adSpend(AdSpend)
    case mention(Mention)
    case competitorPrice(CompetitorPrice)
    case ticket(Ticket)
    case review(Review)
    case footfall(Footfall)
    case shift(Shift)
    case rate(ExchangeRate)
    case promotion(Promotion)
    case firmOrder(FirmOrder)
    case occasion(Occasion)
    case override(Override)

    /// What a fact is of; its raw value is the name that files, rules and tallies use.
    public enum Kind: String, Sendable, CaseIterable, Codable {
        case order, amendment, shipment, product, kit, alias, count, move, offer, calendar, purchase
        case shipNotice = "ship-notice"
        case receipt, stage, scan, web, cart
        case adSpend = "ad-spend"
        case mention
        case competitorPrice = "competitor-price"
        case ticket, review, footfall, shift, rate, promotion
        case firmOrder = "firm-order"
        case occasion, override
    }

    /// What it is of.
    public var kind: Kind {
        switch self {
        case .order: .order
        case .amendment: .amendment
        case .shipment: .shipment
        case .product: .product
        case .kit: .kit
        case .alias: .alias
        case .count: .count
        case .move: .move
        case .offer: .offer
        case .calendar: .calendar
        case .purchase: .purchase
        case .shipNotice: .shipNotice
        case .receipt: .receipt
        case .stage: .stage
        case .scan: .scan
        case .web: .web
        case .cart: .cart
        case .adSpend: .adSpend
        case .mention: .mention
        case .competitorPrice: .competitorPrice
        case .ticket: .ticket
        case .review: .review
        case .footfall: .footfall
        case .shift: .shift
        case .rate: .rate
        case .promotion: .promotion
        case .firmOrder: .firmOrder
        case .occasion: .occasion
        case .override: .override
        }
    }
}
