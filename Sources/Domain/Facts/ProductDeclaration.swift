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
    /// Other codes of it: a storefront's variant and stocked item, suppliers' codes.
    public var identifiers: [ProductReference] = []
    /// Selling price of one unit, in the shop's currency.
    public var price: UnitPrice?
    /// Cost of one unit, in the shop's currency.
    public var cost: UnitPrice?
    /// Where it stands in its life; nil leaves what is known.
    public var lifecycle: Lifecycle?
    /// When the source last changed it; nil where it does not say, then it is as new as its import.
    public var statedAt: Instant?

    /// A product known by its SKU alone; fill in what the source says.
    public init(sku: SKU) { self.sku = sku }
}
