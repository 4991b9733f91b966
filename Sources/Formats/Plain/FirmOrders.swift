import Domain

/// Orders of the trade that are known ahead: `order,line,sku,place,customer,quantity,due,status,updated_at`.
///
/// `quantity` is whole units; `due` is the day on which they are to leave, `2011-10-03`; `status` is `open` (or blank),
/// `shipped` or `cancelled`. `customer` names a company and is kept out of logs. A line is known by order and `line`,
/// without a line by order, product and place. Of two versions that with the later `updated_at` holds, ISO 8601; blank is
/// the moment of the import.
public enum FirmOrdersFormat: PlainFormat {
    /// The columns.
    public enum Field: String, CaseIterable, Sendable {
        case order, line, sku, place, customer, quantity, due, status
        case updatedAt = "updated_at"
    }

    /// The columns without which a file is none of these.
    public static let needed: [Field] = [.order, .sku, .quantity, .due]

    /// The line of a row.
    ///
    /// - Throws: what is wrong with a field.
    public static func read(_ row: PlainRow<Field>) throws(FormatError) -> FirmOrder {
        FirmOrder(
            order: try row.identifier(.order), line: try row.optionalIdentifier(.line), product: try row.product(.sku),
            place: try row.optionalName(.place), customer: try row.optionalIdentifier(.customer),
            quantity: try row.requiredInteger(.quantity), due: try row.requiredDay(.due),
            status: try row.word(.status) ?? .open, updatedAt: try row.moment(.updatedAt))
    }

    /// The fields of a line.
    public static func written(_ order: FirmOrder) -> [Field: PlainValue] {
        filled(
            [
                .order: .text(order.order), .line: .of(order.line), .place: .of(order.place),
                .customer: .of(order.customer), .quantity: .integer(order.quantity), .due: .of(order.due),
                .status: .text(order.status.rawValue), .updatedAt: .of(order.updatedAt),
            ], order.product, .sku)
    }
}
