import Domain

/// Records as Odoo's interfaces return them, which `OdooReader` reads back the same.
///
/// Numbers of records are made up, counting from 1: facts do not hold Odoo's own.
public enum OdooRecords {
    /// `purchase.order` records with their lines, one for each run of lines that share what an order says.
    ///
    /// Odoo does not say when the last units came, so that is left out. A line is closed where all was received, or
    /// where its order is received in full (`receipt_status`).
    public static func purchases(_ lines: [PurchaseLine], settings: ERPSettings) -> [JSONValue] {
        var records: [JSONValue] = []
        var rest = lines[...]
        while let first = rest.first {
            let run = rest.prefix { PurchaseHeader($0) == PurchaseHeader(first) }
            rest = rest.dropFirst(run.count)
            let number = Int64(records.count + 1)
            let state = first.state == .cancelled ? "cancel" : "purchase"
            records.append(
                .object([
                    ("id", .integer(number)), ("name", .string(first.order)), ("state", .string(state)),
                    ("partner_id", reference(1, first.supplier.text)),
                    ("currency_id", reference(1, first.currency.code)),
                    ("date_approve", noon(first.orderedOn, settings)), ("origin", text(first.reference)),
                    ("picking_type_id", reference(1, settings.name(of: first.place) + ": Receipts")),
                    ("receipt_status", .string(first.state == .closed ? "full" : "pending")),
                    ("order_line", .array(run.map { line($0, order: reference(number, $0.order), settings) })),
                ]))
        }
        return records
    }

    private static func line(_ line: PurchaseLine, order: JSONValue, _ settings: ERPSettings) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("id", ERPRecord.number(line.line)), ("order_id", order),
            ("display_type", .bool(false)),
        ]
        if let sku = line.sku { members += product(sku) }
        members += [
            ("product_qty", .integer(line.quantity)), ("product_uom_qty", .integer(line.quantity)),
            ("qty_received", .integer(line.received)), ("price_unit", price(line.cost)),
            ("date_planned", line.expectedOn.map { noon($0, settings) } ?? .bool(false)),
        ]
        if let invoiced = line.invoiced { members.append(("qty_invoiced", .integer(invoiced))) }
        return .object(members)
    }

    /// `stock.quant` records. Moments lose their milliseconds: Odoo keeps whole seconds.
    ///
    /// - Throws: `.rule` for what can be promised, which a quant does not state, and `.unknownKind` for a product that
    ///   is not named by its SKU.
    public static func counts(_ counts: [StockCount], settings: ERPSettings) throws(FormatError) -> [JSONValue] {
        var records: [JSONValue] = []
        for count in counts {
            let sku = try ERPRecord.onHandSKU(count)
            records.append(
                .object(
                    [("id", .integer(Int64(records.count + 1)))] + product(sku) + [
                        ("location_id", reference(1, settings.name(of: count.place))),
                        ("quantity", .integer(count.quantity)), ("lot_id", .bool(false)),
                        ("write_date", .string(ERPRecord.clock(count.countedAt, in: .utc))),
                    ]))
        }
        return records
    }

    /// `product.supplierinfo` records. Pack, spread and hurry have no field in Odoo and are left out; a cost of 0 reads
    /// back as not known.
    public static func offers(_ offers: [Offer]) -> [JSONValue] {
        offers.enumerated().map { index, offer in
            .object(
                [("id", .integer(Int64(index + 1))), ("partner_id", reference(1, offer.supplier.text))]
                    + product(offer.sku) + [
                        ("price", price(offer.cost)), ("currency_id", reference(1, offer.currency.code)),
                        ("min_qty", .integer(offer.minimumQuantity)),
                        ("delay", offer.leadTimeDays.map(JSONValue.number) ?? .bool(false)),
                        ("date_start", text(offer.validFrom?.description)),
                        ("date_end", text(offer.validTo?.description)),
                    ])
        }
    }

    private static func reference(_ number: Int64, _ name: String) -> JSONValue {
        .array([.integer(number), .string(name)])
    }

    private static func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .bool(false) }

    private static func price(_ price: UnitPrice?) -> JSONValue { price.map { .number($0.value) } ?? .bool(false) }

    private static func product(_ sku: SKU) -> [(String, JSONValue)] {
        [("product_id", reference(1, "[\(sku)] \(sku)"))]
            // A bracket in the code would end it too early.
            + (sku.text.contains("]") ? [("product_default_code", .string(sku.text))] : [])
    }

    /// Odoo keeps moments; noon is the same day wherever summer time begins or ends.
    private static func noon(_ day: Day, _ settings: ERPSettings) -> JSONValue {
        .string(ERPRecord.clock(settings.zone.instant(day: day, second: 43_200), in: .utc))
    }
}
