import Domain

/// What the lines of one order share: where it differs, a record of its own begins.
struct PurchaseHeader: Hashable {
    let order: String
    let supplier: SupplierName
    let place: PlaceName
    let currency: Currency
    let orderedOn: Day
    let state: PurchaseState
    let reference: String?

    init(_ line: PurchaseLine) {
        order = line.order
        supplier = line.supplier
        place = line.place
        currency = line.currency
        orderedOn = line.orderedOn
        state = line.state
        reference = line.reference
    }
}

/// What the writers of records share.
enum ERPRecord {
    /// A moment by the clock of a zone, in whole seconds: `2024-05-01 10:00:00`.
    static func clock(_ moment: Instant, in zone: Zone) -> String {
        let (day, second) = zone.local(moment)
        let parts = [second / 3600, second / 60 % 60, second % 60].map { ($0 < 10 ? "0" : "") + String($0) }
        return "\(day) \(parts.joined(separator: ":"))"
    }

    /// Digits as a number where that keeps them as they are, else a text.
    static func number(_ text: String) -> JSONValue {
        guard let number = Int64(text), String(number) == text else { return .string(text) }
        return .integer(number)
    }

    /// The SKU of a count of what is on hand.
    ///
    /// - Throws: `.rule` for any other count, `.unknownKind` where the product is named by another code.
    static func onHandSKU(_ count: StockCount) throws(FormatError) -> SKU {
        guard count.state == .onHand else {
            throw FormatError(
                .rule,
                "what is available of \(count.product.description.printable) cannot be written: the record states what "
                    + "is on hand; give that", file: "")
        }
        guard let sku = count.product.sku else {
            throw FormatError(
                .unknownKind,
                "'\(count.product.description.printable)' is no SKU, and records name products by theirs; look it up",
                file: "")
        }
        return sku
    }
}
