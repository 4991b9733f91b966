/// A code by which a source names a product, and whose code it is.
public struct ProductReference: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// Who gave the code: `sku`, `barcode`, `variant`, `inventory-item`, or `supplier:NAME`.
    public let scheme: String
    /// The code, as products are told apart by it.
    public let value: String
    /// The code as its source spells it.
    public let spelling: String

    private init(scheme: String, value: String, spelling: String) {
        self.scheme = scheme
        self.value = value
        self.spelling = spelling
    }

    /// The shop's own code; letter case and blanks at the ends do not count.
    public init(_ sku: SKU) { self.init(scheme: "sku", value: sku.key, spelling: sku.text) }

    /// A bar code; nil where it is none of GTIN-8, -12, -13, -14 or its check digit is wrong.
    public init?(barcode text: some StringProtocol) {
        guard let gtin = GTIN(text) else { return nil }
        self.init(scheme: "barcode", value: gtin.digits, spelling: String(text))
    }

    /// A storefront's number of a variant.
    public static func variant(_ id: some StringProtocol) -> ProductReference? { numbered("variant", id) }
    /// A storefront's number of a stocked item.
    public static func inventoryItem(_ id: some StringProtocol) -> ProductReference? { numbered("inventory-item", id) }
    /// A supplier's own code.
    public static func code(_ code: some StringProtocol, of supplier: SupplierName) -> ProductReference? {
        guard let name = SKU(code) else { return nil }
        return ProductReference(scheme: "supplier:\(supplier.text)", value: name.key, spelling: name.text)
    }

    /// A code whose scheme has no rules of its own.
    private static func numbered(_ scheme: String, _ id: some StringProtocol) -> ProductReference? {
        SKU(id).map { ProductReference(scheme: scheme, value: $0.text, spelling: $0.text) }
    }

    /// The reference that a store keeps as scheme and value.
    public init?(scheme: some StringProtocol, value: some StringProtocol) {
        guard let name = SKU(value), !scheme.isEmpty else { return nil }
        switch scheme {
        case "sku": self.init(name)
        case "barcode": self.init(barcode: value)
        default:
            let isCode = scheme.hasPrefix("supplier:")
            self.init(scheme: String(scheme), value: isCode ? name.key : name.text, spelling: name.text)
        }
    }

    /// The code where it is the shop's own.
    public var sku: SKU? { scheme == "sku" ? SKU(spelling) : nil }

    /// `MUG-1`, or with its scheme `barcode 00012345678905`.
    public var description: String { scheme == "sku" ? spelling : "\(scheme) \(spelling)" }

    /// Two references are one where scheme and value are; the spelling does not count.
    public static func == (left: ProductReference, right: ProductReference) -> Bool {
        left.scheme == right.scheme && left.value == right.value
    }
    /// As `==`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(scheme)
        hasher.combine(value)
    }
    /// By scheme, then value.
    public static func < (left: ProductReference, right: ProductReference) -> Bool {
        (left.scheme, left.value) < (right.scheme, right.value)
    }
}

/// A Global Trade Item Number of GS1: 8, 12, 13 or 14 digits, the last of which checks the others.
///
/// Source: GS1 General Specifications, section 7.9.1 (weights 3 and 1 from the right, modulo 10).
public struct GTIN: Hashable, Sendable, CustomStringConvertible {
    /// Fourteen digits: shorter numbers are the same number with zeros in front.
    public let digits: String

    /// The number in a text, blanks and hyphens aside; nil where its length or its check digit is wrong.
    public init?(_ text: some StringProtocol) {
        let figures = text.utf8.filter { $0 != 0x20 && $0 != 0x2D }
        guard [8, 12, 13, 14].contains(figures.count), figures.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
        let sum = figures.reversed().enumerated().reduce(0) { sum, figure in
            sum + Int(figure.element - 0x30) * (figure.offset % 2 == 1 ? 3 : 1)
        }
        guard sum % 10 == 0, figures.contains(where: { $0 != 0x30 }) else { return nil }
        digits = String(repeating: "0", count: 14 - figures.count) + String(decoding: figures, as: UTF8.self)
    }

    /// The fourteen digits.
    public var description: String { digits }
}

/// A component of a kit: what is sold as one product and taken from the shelf as several.
public struct KitComponent: Hashable, Sendable {
    /// What is sold.
    public var kit: ProductReference
    /// What is taken from the shelf for it.
    public var component: ProductReference
    /// Units of the component in one kit, ≥ 1; 0 takes the component out of the kit.
    public var quantity: Int64

    /// A component.
    public init(kit: ProductReference, component: ProductReference, quantity: Int64) {
        self.kit = kit
        self.component = component
        self.quantity = quantity
    }
}

/// A further code of a product: a bar code, a supplier's code, or the code of a product that is to be one with it.
public struct ProductAlias: Hashable, Sendable {
    /// The product that stays.
    public var product: ProductReference
    /// The code that means it from now on; where it meant another product, that one is merged into it.
    public var alias: ProductReference

    /// A further code.
    public init(product: ProductReference, alias: ProductReference) {
        self.product = product
        self.alias = alias
    }
}
