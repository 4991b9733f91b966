import Domain

extension ProductReference {
    /// The product that a shopping feed calls by `text`: the storefront's variant where it is
    /// `shopify_GB_<product>_<variant>`, which Shopify's sales channel writes and reports spell in any case, else the
    /// SKU; nil where it is no name.
    ///
    /// Source: Google Merchant Center ids as made by Shopify's Google & YouTube channel.
    init?(merchantItem text: String) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        let isNumbered = parts.count == 4 && parts[2...].allSatisfy { $0.isAllDigits }
        if isNumbered, parts[0].lowercased() == "shopify", parts[1].utf8.count == 2,
            let variant = ProductReference.variant(parts[3])
        {
            self = variant
        } else if let sku = SKU(text) {
            self.init(sku)
        } else {
            return nil
        }
    }

    /// The id by which a shopping feed would call this, so that it reads back the same: a variant has neither country
    /// nor product any more, which are written as `ZZ` (unknown, as ISO 3166-1 leaves it to its users) and 0. Codes of
    /// other schemes are written as they are spelled, and read back as SKUs.
    var merchantItem: String {
        scheme == "variant" && value.isAllDigits ? "shopify_ZZ_0_\(value)" : spelling
    }
}

extension StringProtocol {
    /// Whether it is how Google spells that there is nothing.
    var isNotSet: Bool { self == "(not set)" }

    fileprivate var isAllDigits: Bool { !isEmpty && utf8.allSatisfy { $0 &- 0x30 < 10 } }
}

extension JSONRow {
    /// The product of a shopping feed's id in a member; nil where it is missing or not set.
    func merchantItem(_ name: String) throws(FormatError) -> ProductReference? {
        guard let text = text(name), !text.isNotSet else { return nil }
        return try merchantItem(text, name)
    }

    /// The product that `text` of a member means.
    func merchantItem(_ text: String, _ name: String) throws(FormatError) -> ProductReference {
        guard let product = ProductReference(merchantItem: text) else {
            throw error(
                .notAName, "'\(text.prefix(60).printable)' is no product: at most 200 bytes, no control characters",
                name)
        }
        return product
    }
}
