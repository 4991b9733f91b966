import Domain

/// Units moved between places, found or lost: `id,sku,barcode,from,to,quantity,moved_at,reason`.
///
/// The product is named by `sku`, or by `barcode` where that is blank. A blank `from` means found or made, a blank `to`
/// lost, used up or destroyed; one of them must be there. `quantity` is whole units, 1 or more; `moved_at` is ISO 8601,
/// by the wall clock of the zone where it has no offset.
public enum MovesFormat: PlainFormat {
    /// The columns.
    public enum Field: String, CaseIterable, Sendable {
        case id, sku, barcode, from, to, quantity
        case movedAt = "moved_at"
        case reason
    }

    /// The columns without which a file is none of these; either of `sku` and `barcode` does.
    public static let needed: [Field] = [.id, .quantity, .movedAt]

    /// The move of a row.
    ///
    /// - Throws: what is wrong with a field; `.missingValue` where neither place is named.
    public static func read(_ row: PlainRow<Field>) throws(FormatError) -> StockMove {
        let from: PlaceName? = try row.optionalName(.from)
        let to: PlaceName? = try row.optionalName(.to)
        guard from != nil || to != nil else {
            throw row.error(.missingValue, "is blank, and so is to; name the place that has less or more now", .from)
        }
        return StockMove(
            id: try row.identifier(.id), product: try row.product(.sku, barcode: .barcode), from: from, to: to,
            quantity: try row.requiredInteger(.quantity, 1...Limits.quantity), at: try row.requiredMoment(.movedAt),
            reason: try row.words(.reason))
    }

    /// The fields of a move.
    public static func written(_ move: StockMove) -> [Field: PlainValue] {
        filled(
            [
                .id: .text(move.id), .from: .of(move.from), .to: .of(move.to), .quantity: .integer(move.quantity),
                .movedAt: .of(move.at), .reason: .of(move.reason),
            ], move.product, .sku, .barcode)
    }
}
