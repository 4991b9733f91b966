import Domain

/// Records as Frappe's interfaces return them, which `ERPNextReader` reads back the same.
public enum ERPNextRecords {
    /// `Purchase Order` records with their items, one for each run of lines that share what an order says.
    ///
    /// ERPNext does not say when the last units came, so that is left out.
    public static func purchases(_ lines: [PurchaseLine], settings: ERPSettings) -> [JSONValue] {
        var records: [JSONValue] = []
        var rest = lines[...]
        while let first = rest.first {
            let run = rest.prefix { PurchaseHeader($0) == PurchaseHeader(first) }
            rest = rest.dropFirst(run.count)
            let status =
                switch first.state {
                case .open: "To Receive and Bill"
                case .closed: "Closed"
                case .cancelled: "Cancelled"
                }
            records.append(
                .object([
                    ("doctype", .string("Purchase Order")), ("name", .string(first.order)),
                    ("docstatus", .integer(first.state == .cancelled ? 2 : 1)), ("status", .string(status)),
                    ("supplier", .string(first.supplier.text)), ("currency", .string(first.currency.code)),
                    ("transaction_date", .string(first.orderedOn.description)),
                    ("items", .array(run.enumerated().map { item($1, number: $0 + 1, settings) })),
                ]))
        }
        return records
    }

    private static func item(_ line: PurchaseLine, number: Int, _ settings: ERPSettings) -> JSONValue {
        .object([
            ("name", .string(line.line)), ("idx", .integer(Int64(number))),
            ("item_code", .optional(line.sku) { .string($0.text) }),
            ("warehouse", .string(settings.name(of: line.place))), ("qty", .integer(line.quantity)),
            ("conversion_factor", .integer(1)), ("stock_qty", .integer(line.quantity)),
            ("received_qty", .integer(line.received)), ("rate", .optional(line.cost) { .number($0.value) }),
            ("schedule_date", .optional(line.expectedOn) { .string($0.description) }),
            ("material_request", .optional(line.reference) { .string($0) }),
            (
                "billed_amt",
                .optional(line.invoicedAmount) {
                    .number(Double($0) / Double(FixedPoint.powers[line.currency.decimals]))
                }
            ),
        ])
    }

    /// `Bin` records. Moments are by the clock of the setting's zone, to the second.
    ///
    /// - Throws: `.rule` for what can be promised, which a bin does not state, and `.unknownKind` for a product that is
    ///   not named by its SKU.
    public static func counts(_ counts: [StockCount], settings: ERPSettings) throws(FormatError) -> [JSONValue] {
        var records: [JSONValue] = []
        for count in counts {
            let sku = try ERPRecord.onHandSKU(count)
            records.append(
                .object([
                    ("doctype", .string("Bin")), ("item_code", .string(sku.text)),
                    ("warehouse", .string(settings.name(of: count.place))), ("actual_qty", .integer(count.quantity)),
                    ("modified", .string(ERPRecord.clock(count.countedAt, in: settings.zone))),
                ]))
        }
        return records
    }

    /// `Item` records of one supplier each. Pack, spread, hurry and validity have no field in ERPNext and are left out;
    /// a cost or lead time of 0 reads back as not known.
    ///
    /// - Throws: `.rule` where an offer is in another currency than the setting's, which is that of all items.
    public static func offers(_ offers: [Offer], settings: ERPSettings) throws(FormatError) -> [JSONValue] {
        var records: [JSONValue] = []
        for offer in offers {
            guard offer.currency == settings.currency else {
                throw FormatError(
                    .rule,
                    "the offer of \(offer.supplier) for \(offer.sku) is in \(offer.currency), and items are in the "
                        + "company's currency; convert it", file: "")
            }
            records.append(
                .object([
                    ("doctype", .string("Item")), ("name", .string(offer.sku.text)),
                    ("item_code", .string(offer.sku.text)), ("is_purchase_item", .integer(1)),
                    ("lead_time_days", .number(offer.leadTimeDays ?? 0)),
                    ("min_order_qty", .integer(offer.minimumQuantity)),
                    ("last_purchase_rate", .number(offer.cost?.value ?? 0)),
                    ("supplier_items", .array([.object([("supplier", .string(offer.supplier.text))])])),
                ]))
        }
        return records
    }
}
