import Domain

/// Units that came from suppliers: `receipt,line,order,order_line,supplier,sku,barcode,place,quantity,damaged,`
/// `received_at,lot,expires_on,cost,currency`.
///
/// The product is named by `sku`, or by `barcode` where that is blank. `quantity` is whole units fit to be sold,
/// `damaged` those that are not (blank means 0); `received_at` is ISO 8601, by the wall clock of the zone where it has
/// no offset. Order, its line, supplier, lot and `expires_on` (the last day of sale) may be blank.
/// `cost` is what one unit cost with freight and duty, where the paper knows it; blank, it is the purchase order's.
public enum ReceiptsFormat: PlainFormat {
    /// The columns.
    public enum Field: String, CaseIterable, Sendable {
        case receipt, line, order
        case orderLine = "order_line"
        case supplier, sku, barcode, place, quantity, damaged
        case receivedAt = "received_at"
        case lot
        case expiresOn = "expires_on"
        case cost, currency
    }

    /// The columns without which a file is none of these; either of `sku` and `barcode` does.
    public static let needed: [Field] = [.receipt, .line, .place, .quantity, .receivedAt]

    /// The receipt of a row.
    ///
    /// - Throws: what is wrong with a field.
    public static func read(_ row: PlainRow<Field>) throws(FormatError) -> GoodsReceipt {
        GoodsReceipt(
            id: try row.identifier(.receipt), line: try row.identifier(.line),
            order: try row.optionalIdentifier(.order), orderLine: try row.optionalIdentifier(.orderLine),
            supplier: try row.optionalName(.supplier), product: try row.product(.sku, barcode: .barcode),
            place: try row.name(.place), quantity: try row.requiredInteger(.quantity),
            damaged: try row.integer(.damaged) ?? 0, at: try row.requiredMoment(.receivedAt),
            lot: try row.optionalIdentifier(.lot), expiresOn: try row.day(.expiresOn),
            cost: try row.price(.cost), currency: try row.optionalCurrency(.currency))
    }

    /// The fields of a receipt.
    public static func written(_ receipt: GoodsReceipt) -> [Field: PlainValue] {
        filled(
            [
                .receipt: .text(receipt.id), .line: .text(receipt.line), .order: .of(receipt.order),
                .orderLine: .of(receipt.orderLine), .supplier: .of(receipt.supplier), .place: .of(receipt.place),
                .quantity: .integer(receipt.quantity), .damaged: .integer(receipt.damaged),
                .receivedAt: .of(receipt.at), .lot: .of(receipt.lot), .expiresOn: .of(receipt.expiresOn),
                .cost: receipt.cost.map { .price($0) }, .currency: .of(receipt.currency),
            ], receipt.product, .sku, .barcode)
    }
}
