import Domain

/// What competitors ask: `sku,barcode,competitor,seen_at,price,currency,in_stock,postage`.
///
/// Our product that theirs is compared with is named by `sku`, or by `barcode` where that is blank. `seen_at` is
/// ISO 8601, by the wall clock of the zone where it has no offset. `price` and `postage` are money with at most six
/// decimals, tax as in our own prices, in `currency` (blank for the shop's); `in_stock` is `true` or `false`, blank
/// where nobody said.
public enum CompetitorPricesFormat: PlainFormat {
    /// The columns.
    public enum Field: String, CaseIterable, Sendable {
        case sku, barcode, competitor
        case seenAt = "seen_at"
        case price, currency
        case inStock = "in_stock"
        case postage
    }

    /// The columns without which a file is none of these; either of `sku` and `barcode` does.
    public static let needed: [Field] = [.competitor, .seenAt, .price]

    /// The price of a row.
    ///
    /// - Throws: what is wrong with a field.
    public static func read(_ row: PlainRow<Field>) throws(FormatError) -> CompetitorPrice {
        CompetitorPrice(
            product: try row.product(.sku, barcode: .barcode), competitor: try row.identifier(.competitor),
            at: try row.requiredMoment(.seenAt), price: try row.requiredPrice(.price),
            currency: try row.optionalCurrency(.currency), inStock: try row.truth(.inStock),
            postage: try row.price(.postage))
    }

    /// The fields of a price.
    public static func written(_ price: CompetitorPrice) -> [Field: PlainValue] {
        filled(
            [
                .competitor: .text(price.competitor), .seenAt: .of(price.at), .price: .price(price.price),
                .currency: .of(price.currency), .inStock: price.inStock.map { .truth($0) },
                .postage: price.postage.map { .price($0) },
            ], price.product, .sku, .barcode)
    }
}
