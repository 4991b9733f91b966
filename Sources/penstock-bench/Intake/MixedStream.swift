import Domain
import Formats
import Numerics

/// A shop's systems speaking all at once, as newline JSON: of 100 facts 60 are order lines, 25 web events, 10 stock levels,
/// and 5 others (tickets, footfall, advertisements, competitors' prices, mentions). The same seed gives the same bytes.
struct MixedStream {
    /// Products that are sold.
    static let products = 4000
    /// Events of a day, where nothing else is said.
    static let usualFactsADay = 40_000

    private var random: SplitMix64
    private var order = 0
    private var written = 0
    private let start: Instant
    private let factsADay: Int
    private let currency: Currency
    private let skus: [SKU]
    private let places: [PlaceName]

    init(seed: UInt64, start: Instant, factsADay: Int = MixedStream.usualFactsADay) throws {
        random = SplitMix64(seed: seed)
        self.start = start
        self.factsADay = factsADay
        guard let currency = Currency("GBP") else { throw BenchError("pounds") }
        self.currency = currency
        skus = (0..<MixedStream.products).compactMap { SKU(MixedStream.code($0)) }
        places = ["101", "102", "103"].compactMap { PlaceName($0) }
    }

    /// Facts so far.
    var facts: Int { written }
    /// Order lines among them.
    private(set) var orderLines = 0

    /// The code of a product.
    static func code(_ product: Int) -> String { "P\(10_000 + product)" }

    /// The catalogue that the storefront sends first: one message a product.
    func catalogue() -> [JSONValue] {
        skus.indices.map { index in
            var product = ProductDeclaration(sku: skus[index])
            product.name = "Product \(index)"
            product.price = UnitPrice(micros: price(index))
            product.cost = UnitPrice(micros: price(index) / 2)
            product.lifecycle = .active
            product.identifiers = [
                ProductReference.variant("\(400_000 + index)"), ProductReference.inventoryItem("\(800_000 + index)"),
            ].compactMap { $0 }
            product.statedAt = start
            return ShopifyCatalogue.json(product, id: Int64(200_000 + index))
        }
    }

    /// The next record; an order has three lines on average.
    mutating func next() -> JSONValue {
        let at = start.adding(seconds: Int64(written) * 86_400 / Int64(factsADay))
        let dice = Int(random.next() % 100)
        // 20 orders of three lines, 25 events, 10 levels and 5 others are 100 facts in 60 records.
        switch dice * 60 / 100 {
        case 0..<20: return nextOrder(at)
        case 20..<45: return nextEvent(at)
        case 45..<55: return nextLevel(at)
        default: return nextOther(at)
        }
    }

    private func price(_ product: Int) -> Int64 { Int64(1 + product * 7 % 90) * 1_000_000 - 10_000 }

    private mutating func product() -> Int {
        // Some sell much more than others.
        let share = random.uniform()
        return min(MixedStream.products - 1, Int(share * share * Double(MixedStream.products)))
    }

    private mutating func nextOrder(_ at: Instant) -> JSONValue {
        order += 1
        let lines = 1 + Int(random.next() % 5)
        written += lines
        orderLines += lines
        var document = OrderDocument(
            number: "#\(order)", orderedAt: at, version: at, currency: currency,
            customer: "c\(random.next() % 200_000)@example.com")
        document.key = "\(5_000_000 + order)"
        document.channel = "web"
        for line in 0..<lines {
            let product = product()
            document.lines.append(
                OrderLine(
                    line: "\(order * 10 + line)", sku: skus[product], title: "Product \(product)",
                    quantity: Int64(1 + random.next() % 3), unitPrice: UnitPrice(micros: price(product)),
                    discount: random.next() % 5 == 0 ? 25 : 0, kind: .sale))
        }
        return ShopifyOrder.json(document)
    }

    private mutating func nextEvent(_ at: Instant) -> JSONValue {
        written += 1
        let kinds: [WebEvent.Kind] = [.view, .view, .view, .view, .view, .addToCart, .addToCart, .checkout]
        let kind = kinds[Int(random.next() % 8)]
        let visitor = random.next() % 500_000
        return GA4EventsReader.json(
            WebEvent(
                visitor: "v\(visitor)", session: "\(visitor % 977 + UInt64(at.seconds / 1800))",
                at: Instant(milliseconds: at.milliseconds + Int64(random.next() % 1000)), kind: kind,
                product: ProductReference(skus[product()]), quantity: kind == .view ? 0 : 1, source: "google",
                medium: "cpc", campaign: "summer", device: "mobile", region: "United Kingdom"))
    }

    private mutating func nextLevel(_ at: Instant) -> JSONValue {
        written += 1
        let item = 800_000 + product()
        guard let reference = ProductReference.inventoryItem("\(item)") else { return .null }
        return ShopifyStock.json(
            StockCount(
                product: reference, place: places[Int(random.next() % 3)], quantity: Int64(random.next() % 400),
                state: .available, countedAt: at))
    }

    private mutating func nextOther(_ at: Instant) -> JSONValue {
        written += 1
        let reference = ProductReference(skus[product()])
        switch random.next() % 5 {
        case 0:
            return TicketsFormat.json(
                Ticket(id: "t\(written)", openedAt: at, topic: "delivery", product: reference, channel: "mail"))
        case 1:
            return FootfallsFormat.json(
                Footfall(
                    place: places[Int(random.next() % 3)], from: at, minutes: 30, entered: Int64(random.next() % 90)))
        case 2:
            return GoogleAdsReader.json(
                AdSpend(
                    campaign: "\(random.next() % 40)", name: "Campaign", ad: "",
                    day: Day(number: Int32(at.seconds / 86_400)),
                    product: reference, cost: UnitPrice(micros: Int64(random.next() % 9_000_000)), impressions: 900,
                    clicks: 30, conversions: 1, conversionValue: UnitPrice(micros: 20_000_000)))
        case 3:
            return CompetitorPricesFormat.json(
                CompetitorPrice(
                    product: reference, competitor: "Other", at: at, price: UnitPrice(micros: 9_990_000),
                    currency: currency))
        default:
            return MentionsFormat.json(
                Mention(
                    id: "m\(written)", at: at, network: "web", product: reference, reach: 100, sentiment: 0.25,
                    text: "seen it"))
        }
    }
}
