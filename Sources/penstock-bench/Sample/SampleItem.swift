import Domain
import Numerics

/// One product of the sample shop: what is known of it from its sales, and what is made for it.
struct SampleItem {
    /// What of its data is lacking, or how well it is stocked.
    enum Part {
        /// Nobody declared it.
        case undeclared
        /// Nobody offers it.
        case unoffered
        /// Its supplier's lead time is not known.
        case withoutLeadTime
        /// Nobody ever counted it.
        case uncounted
        /// Sold, but not to be bought.
        case notBought
        /// No longer sold in 2011, a remainder on the shelf.
        case ended
        /// Nothing on the shelf.
        case out
        /// Not enough until an order would arrive.
        case low
        /// Not enough, but more is on its way.
        case expecting
        /// Enough.
        case stocked
        /// Far too much.
        case excess
    }

    let sales: ProductSales
    let sku: SKU
    let supplier: SampleSupplier
    let supplierName: SupplierName
    /// A draw that orders products where some must be picked.
    let lot: Double
    /// What it costs there.
    let cost: UnitPrice
    let currency: Currency
    let pack: Int64
    let minimum: Int64
    let leadDays: Double
    var part = Part.stocked

    /// Pounds for a euro, in the autumn of 2011 about this.
    static let poundsPerEuro = 0.87

    /// Draws a product's terms.
    ///
    /// - Parameter draw: every product takes the same number of draws from it.
    init?(_ sales: ProductSales, _ draw: inout SplitMix64) {
        let supplier = SampleSupplier.all[SampleSupplier.index(of: sales.title)]
        let (share, euro, step, least, slow, lot) = (
            draw.uniform(), draw.uniform(), draw.uniform(), draw.uniform(), draw.uniform(), draw.uniform()
        )
        let isEuro = euro < supplier.euroShare
        guard let sku = SKU(sales.code), let name = SupplierName(supplier.name),
            let currency = Currency(isEuro ? "EUR" : "GBP")
        else { return nil }
        self.sales = sales
        self.sku = sku
        self.supplier = supplier
        self.lot = lot
        self.currency = currency
        supplierName = name
        let pounds = Double(sales.price.micros) * (0.35 + 0.25 * share)
        cost = SampleItem.tidy(isEuro ? pounds / SampleItem.poundsPerEuro : pounds)
        let packs: [Int64] =
            switch sales.price.value {
            case ..<0.6: [12, 24]
            case ..<1.5: [6, 12, 24]
            case ..<4: [4, 6, 12]
            case ..<9: [1, 2, 4]
            default: [1, 2]
            }
        pack = packs[Int(step * Double(packs.count))]
        minimum = min(48, pack * [1, 1, 2, 4][Int(least * 4)])
        leadDays = min(35, supplier.leadDays + (slow < 0.15 ? 3 : 0))
    }

    /// What it costs in pounds.
    var costInPounds: UnitPrice {
        currency.code == "GBP" ? cost : SampleItem.tidy(Double(cost.micros) * SampleItem.poundsPerEuro)
    }

    /// Units a day that it must reckon with.
    var rate: Double { sales.dailyUnits }

    /// Units of so many days of sales.
    func units(days: Double) -> Int64 { Int64((rate * days).rounded()) }

    /// Whole packs of at least so many units, one pack at least.
    func packed(_ units: Int64) -> Int64 { max(minimum, (max(1, units) + pack - 1) / pack * pack) }

    /// Terms that hold for ever, without what its part lacks.
    var offer: Offer? {
        guard part != .unoffered else { return nil }
        return Offer(
            supplier: supplierName, sku: sku, cost: cost, currency: currency, minimumQuantity: minimum, pack: pack,
            leadTimeDays: part == .withoutLeadTime ? nil : leadDays,
            leadTimeSpread: part == .withoutLeadTime ? 0 : supplier.leadSpread, expediteDays: supplier.expediteDays)
    }

    /// Whole pence, or tenths of one for what costs next to nothing.
    static func tidy(_ micros: Double) -> UnitPrice {
        let step = micros < 200_000 ? 1000.0 : 10_000
        return UnitPrice(micros: Int64(max(1, (micros / step).rounded()) * step))
    }
}
