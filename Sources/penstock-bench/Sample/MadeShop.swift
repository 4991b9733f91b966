import Domain
import Formats
import Numerics

/// Everything of the sample shop that is made: catalogue, terms, counts, purchases and their deliveries.
///
/// It follows from the extract's sales and a seed. What is low or out is so by the product's own sales: stocks are days
/// of cover. The shop opens on 2011-10-03 at 08:00; counts are of the evening before.
struct MadeShop {
    /// The catalogue.
    private(set) var products: [ProductDeclaration] = []
    /// Suppliers' terms.
    private(set) var offers: [Offer] = []
    /// Suppliers' calendars.
    private(set) var calendars: [SupplierCalendar] = []
    /// Stock counts.
    private(set) var counts: [StockCount] = []
    /// Open purchase lines.
    private(set) var purchases: [PurchaseLine] = []
    /// The same lines as they will stand after each delivery, by time.
    private(set) var deliveries: [PurchaseLine] = []

    /// The seed of the files that are shipped.
    static let standardSeed: UInt64 = 20_111_003
    /// Where everything lies.
    private static let place = "main"
    private let pounds: Currency

    /// Makes a shop.
    ///
    /// - Parameters:
    ///   - sales: how the extract's products sold, by code.
    ///   - seed: of all that is drawn.
    /// - Throws: `FormatError` where the shop's zone is not known to the machine, or a name is none.
    init(sales: [ProductSales], seed: UInt64) throws {
        var draw = SplitMix64(seed: seed)
        var items = sales.compactMap { SampleItem($0, &draw) }
        guard let place = PlaceName(MadeShop.place), let pounds = Currency("GBP"), items.count == sales.count else {
            throw FormatError(.notAName, "a code, supplier or place of the sample is no name", file: "sample")
        }
        self.pounds = pounds
        let zone = try Zone(identifier: "Europe/London")
        MadeShop.cast(&items)
        calendars = SampleSupplier.all.compactMap(\.calendar).sorted { $0.supplier < $1.supplier }
        for item in items {
            if let product = MadeShop.declaration(item) { products.append(product) }
            offers += MadeShop.offers(item, &draw)
        }
        offers.sort {
            ($0.supplier, $0.sku, $0.validFrom?.number ?? 0) < ($1.supplier, $1.sku, $1.validFrom?.number ?? 0)
        }
        let countedAt = zone.instant(day: ProductSales.opening.advanced(by: -1), second: 20 * 3600)
        for item in items {
            let quantity = MadeShop.stock(item, &draw)
            guard item.part != .uncounted else { continue }
            counts.append(
                StockCount(
                    product: ProductReference(item.sku), place: place, quantity: quantity, state: .onHand,
                    countedAt: countedAt))
        }
        let orders = SamplePurchases(items, place: place, zone: zone, &draw)
        purchases = orders.lines
        deliveries = orders.deliveries
    }

    /// Gives every product its part.
    private static func cast(_ items: inout [SampleItem]) {
        let byLot = items.indices.sorted { items[$0].lot < items[$1].lot }
        var rest: [Int] = []
        for index in byLot where ProductChoice(items[index].sales) == .ended { items[index].part = .ended }
        let lacking: [(SampleItem.Part, Int)] = [
            (.undeclared, 10), (.unoffered, 8), (.withoutLeadTime, 6), (.uncounted, 12), (.notBought, 3),
        ]
        var parts = lacking.flatMap { Array(repeating: $0, count: $1) }[...]
        for index in byLot where items[index].part != .ended {
            if let part = parts.popFirst() { items[index].part = part } else { rest.append(index) }
        }
        // Of each supplier's products in each currency the same shares are low, so that each has something to order.
        for group in Dictionary(grouping: rest, by: { "\(items[$0].supplierName) \(items[$0].currency)" }).values {
            for (rank, index) in group.sorted(by: { items[$0].lot < items[$1].lot }).enumerated() {
                items[index].part =
                    switch rank % 10 {
                    case 0, 4: .low
                    case 1, 3, 7: items[index].supplier.ranLow ? .low : .stocked
                    case 2: rank % 20 == 2 ? .out : .stocked
                    case 6: .expecting
                    case 8: rank % 20 == 8 ? .excess : .stocked
                    default: .stocked
                    }
            }
        }
    }

    private static func declaration(_ item: SampleItem) -> ProductDeclaration? {
        guard item.part != .undeclared else { return nil }
        var product = ProductDeclaration(sku: item.sku)
        product.name = item.sales.title
        product.vendor = item.supplier.name
        product.category = item.supplier.category
        product.price = item.sales.price
        // A cost in euros says nothing of a margin in pounds; the catalogue does.
        if item.currency.code != "GBP" { product.cost = item.costInPounds }
        product.lifecycle =
            switch item.part {
            case .ended: item.lot < 0.5 ? .phaseOut : .discontinued
            case .notBought: .doNotBuy
            default: .active
            }
        return product
    }

    /// The supplier's terms, some from a day in October on at new prices, and now and then those of a dearer rival.
    private static func offers(_ item: SampleItem, _ draw: inout SplitMix64) -> [Offer] {
        let (change, rival, dearer) = (draw.uniform(), draw.uniform(), draw.uniform())
        guard var offer = item.offer else { return [] }
        var offers: [Offer] = []
        let newTerms = ProductSales.opening.advanced(by: 7)
        if item.supplier.name == rising, change < 0.5 {
            var next = offer
            next.cost = SampleItem.tidy(Double(item.cost.micros) * 1.06)
            next.validFrom = newTerms
            offer.validTo = newTerms.advanced(by: -1)
            offers.append(next)
        }
        offers.append(offer)
        if rival < 0.1, item.currency.code == "GBP", item.part != .withoutLeadTime {
            let all = SampleSupplier.all.filter { $0.euroShare == 0 && $0.name != item.supplier.name }
            let other = all[Int(rival * 10 * Double(all.count))]
            if let name = SupplierName(other.name) {
                offers.append(
                    Offer(
                        supplier: name, sku: item.sku,
                        cost: SampleItem.tidy(Double(item.cost.micros) * (1.08 + 0.12 * dearer)),
                        currency: item.currency, minimumQuantity: item.minimum, pack: item.pack,
                        leadTimeDays: other.leadDays, leadTimeSpread: other.leadSpread,
                        expediteDays: other.expediteDays))
            }
        }
        return offers
    }

    /// The supplier whose prices rise in the second week.
    private static let rising = "Paper Lantern Press"

    /// Units on the shelf on the evening before the shop opens.
    private static func stock(_ item: SampleItem, _ draw: inout SplitMix64) -> Int64 {
        let part = draw.uniform()
        return switch item.part {
        case .out: 0
        case .low: item.units(days: item.leadDays * (0.15 + 0.45 * part))
        case .expecting: item.units(days: item.leadDays * (0.3 + 0.3 * part))
        case .excess: item.units(days: 250 + 350 * part) + item.pack
        case .ended: Int64(part * 40)
        default: item.units(days: item.leadDays + 45 + 60 * part) + item.pack
        }
    }

    /// Writes the files of what is made into a folder.
    ///
    /// - Throws: `FormatError` where one of them cannot be written; the ones before it then stand.
    func write(to folder: String) throws(FormatError) {
        func file(_ name: String, _ body: (CSVWriter) throws(FormatError) -> Void) throws(FormatError) {
            let writer = CSVWriter(to: try ByteSink(path: "\(folder)/\(name)"))
            try body(writer)
            try writer.finish()
        }
        try file("products.csv") { writer throws(FormatError) in try ProductsReader.write(products, to: writer) }
        try file("offers.csv") { writer throws(FormatError) in try OffersReader.write(offers, to: writer) }
        try file("calendars.csv") { writer throws(FormatError) in
            try CalendarsReader.write(calendars, currency: pounds, to: writer)
        }
        try file("counts.csv") { writer throws(FormatError) in try CountsReader.write(counts, to: writer) }
        try file("purchases.csv") { writer throws(FormatError) in try PurchasesReader.write(purchases, to: writer) }
        try file("deliveries.csv") { writer throws(FormatError) in try PurchasesReader.write(deliveries, to: writer) }
    }
}
