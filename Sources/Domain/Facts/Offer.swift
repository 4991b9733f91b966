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
