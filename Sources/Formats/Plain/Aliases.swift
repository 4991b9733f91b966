import Domain

/// Further codes of products: `sku,scheme,value`, a row a code.
///
/// `scheme` is whose code `value` is: `barcode`, `variant`, `inventory-item`, `supplier:NAME`, or `sku` for the code of
/// a product that is to be one with this one.
public enum AliasesFormat: PlainFormat {
    /// The columns.
    public enum Field: String, CaseIterable, Sendable {
        case sku, scheme, value
    }

    /// The columns without which a file is none of these.
    public static let needed: [Field] = Field.allCases

    /// The code of a row.
    ///
    /// - Throws: what is wrong with a field; `.unknownWord` for another scheme.
    public static func read(_ row: PlainRow<Field>) throws(FormatError) -> ProductAlias {
        ProductAlias(product: try row.product(.sku), alias: try alias(row))
    }

    private static func alias(_ row: PlainRow<Field>) throws(FormatError) -> ProductReference {
        let name: SKU = try row.name(.value)
        let scheme = try row.requiredText(.scheme)
        let known: ProductReference?
        switch scheme.lowercased() {
        case "sku": known = ProductReference(name)
        case "barcode":
            guard let code = ProductReference(barcode: name.text) else {
                throw row.error(
                    .notAName,
                    "'\(name.text.prefix(60))' is no bar code: 8, 12, 13 or 14 digits, the last of which fits", .value)
            }
            known = code
        case "variant": known = .variant(name.text)
        case "inventory-item": known = .inventoryItem(name.text)
        case let text where text.hasPrefix("supplier:"):
            known = SupplierName(scheme.dropFirst(9)).flatMap { .code(name.text, of: $0) }
        default: known = nil
        }
        guard let known else {
            throw row.error(
                .unknownWord,
                "'\(scheme.prefix(60).printable)' is none of: sku, barcode, variant, inventory-item, supplier:NAME",
                .scheme)
        }
        return known
    }

    /// The fields of a code.
    public static func written(_ alias: ProductAlias) -> [Field: PlainValue] {
        filled([.scheme: .text(alias.alias.scheme), .value: .text(alias.alias.spelling)], alias.product, .sku)
    }
}
