import Domain

/// What suppliers say is on its way: `notice,line,order,order_line,supplier,sku,barcode,quantity,shipped_at,expected_on,`
/// `carton,written_at`.
///
/// The product is named by `sku`, or by `barcode` where that is blank. `quantity` is whole units; `shipped_at` is ISO
/// 8601, by the wall clock of the zone where it has no offset. Where `written_at` says when the notice was written, one
/// that was written later takes the place of an earlier one of the same number, with all its lines.
public enum ShipNoticesFormat: PlainFormat {
    /// The columns.
    public enum Field: String, CaseIterable, Sendable {
        case notice, line, order
        case orderLine = "order_line"
        case supplier, sku, barcode, quantity
        case shippedAt = "shipped_at"
        case expectedOn = "expected_on"
        case carton
        case writtenAt = "written_at"
    }

    /// The columns without which a file is none of these; either of `sku` and `barcode` does.
    public static let needed: [Field] = [.notice, .line, .order, .quantity, .shippedAt]

    /// The notice of a row.
    ///
    /// - Throws: what is wrong with a field.
    public static func read(_ row: PlainRow<Field>) throws(FormatError) -> ShipNotice {
        ShipNotice(
            id: try row.identifier(.notice), line: try row.identifier(.line), order: try row.identifier(.order),
            orderLine: try row.optionalIdentifier(.orderLine), supplier: try row.optionalName(.supplier),
            product: try row.product(.sku, barcode: .barcode), quantity: try row.requiredInteger(.quantity),
            at: try row.requiredMoment(.shippedAt), expectedOn: try row.day(.expectedOn),
            carton: try row.optionalIdentifier(.carton), version: try row.moment(.writtenAt))
    }

    /// The fields of a notice.
    public static func written(_ notice: ShipNotice) -> [Field: PlainValue] {
        filled(
            [
                .notice: .text(notice.id), .line: .text(notice.line), .order: .text(notice.order),
                .orderLine: .of(notice.orderLine), .supplier: .of(notice.supplier),
                .quantity: .integer(notice.quantity), .shippedAt: .of(notice.at),
                .expectedOn: .of(notice.expectedOn), .carton: .of(notice.carton), .writtenAt: .of(notice.version),
            ], notice.product, .sku, .barcode)
    }
}
