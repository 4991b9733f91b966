import Domain

/// Reads records of ERPNext as Frappe's interfaces return them (versions 13 to 16): `Bin`, `Purchase Order` with its
/// items, `Item` with its suppliers.
///
/// A record is told by its `doctype` where it has one, else by its fields. Moments are by the clock of the site, which is
/// the setting's zone. A bin is what is on hand when it was last changed (`modified`). Drafts (`docstatus` 0) are no
/// orders, and items without a supplier or not bought at all are no offers; they count as skipped. Quantities and rates
/// in another unit than the stock's are turned into it by `conversion_factor`. The line of an order is its item's `name`,
/// else its `idx`. A cost, minimum or lead time of 0 is what Frappe writes for none.
public struct ERPNextReader: RecordReader {
    /// A record has no columns.
    public let ignoredColumns: [String] = []
    /// Records passed over so far that hold no fact.
    public private(set) var skippedRows = 0
    private var records: JSONRecords
    private let settings: ERPSettings

    enum DocType: String, CaseIterable {
        case bin = "Bin"
        case order = "Purchase Order"
        case item = "Item"
    }

    /// Reads the records of a stream: one, an array, one a line, or within `data`, `message` or `docs`.
    public init(_ source: ByteSource, settings: ERPSettings) {
        records = JSONRecords(source) { ERPNextReader.docType($0) != nil }
        self.settings = settings
    }

    /// The next reading; nil at the end of the stream.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Reading<[Fact]>? {
        while let item = try records.next() {
            var outcome: Result<[Fact], FormatError>
            do throws(FormatError) {
                let facts = try ERPNextRecord(row: try item.outcome.get(), settings: settings).facts()
                if facts.isEmpty {
                    skippedRows += 1
                    continue
                }
                outcome = .success(facts)
            } catch {
                outcome = .failure(error)
            }
            return Reading(rows: 1, line: item.line, offset: item.offset, raw: item.raw, outcome: outcome)
        }
        return nil
    }

    /// What a record is of; nil where it is none of these.
    static func docType(_ node: JSONNode) -> DocType? {
        if let name = node["doctype"]?.text { return DocType(rawValue: name) }
        func has(_ names: String...) -> Bool { names.allSatisfy { node[$0] != nil } }
        if has("item_code", "warehouse", "actual_qty") { return .bin }
        if has("supplier", "transaction_date") { return .order }
        if has("item_code"), has("lead_time_days") || has("min_order_qty") || has("supplier_items") { return .item }
        return nil
    }
}

/// A record of ERPNext.
struct ERPNextRecord {
    let row: JSONRow
    let settings: ERPSettings

    func facts() throws(FormatError) -> [Fact] {
        switch ERPNextReader.docType(row.node) {
        case .bin: return [.count(try count())]
        case .order: return try order().map(Fact.purchase)
        case .item: return try offers().map(Fact.offer)
        case nil:
            throw row.error(
                .unknownKind,
                "this is none of the records that are read ("
                    + ERPNextReader.DocType.allCases.map(\.rawValue).joined(separator: ", ")
                    + "), or the fields that tell it were not asked for", "")
        }
    }

    private func count() throws(FormatError) -> StockCount {
        guard let moment = try moment("modified") ?? settings.countedAt else {
            throw row.error(.missingValue, "is missing; ask for it, or say when stock was asked for", "modified")
        }
        return StockCount(
            product: ProductReference(try row.name("item_code")),
            place: try settings.place(named: try row.requiredText("warehouse"), row, "warehouse"),
            quantity: try row.requiredInteger("actual_qty"), state: .onHand, countedAt: moment)
    }

    private func order() throws(FormatError) -> [PurchaseLine] {
        let status = row.text("status")
        let docstatus = try row.integer("docstatus", 0...2)
        guard docstatus != nil || status != nil else {
            throw row.error(.missingValue, "is missing; ask for it: a draft is no order", "docstatus")
        }
        if docstatus == 0 || (docstatus == nil && status == "Draft") { return [] }
        var state = PurchaseState.open
        if docstatus == 2 || status == "Cancelled" {
            state = .cancelled
        } else if ["Closed", "Completed", "Delivered"].contains(status) {
            state = .closed
        }
        let items = row.objects("items")
        guard !items.isEmpty else {
            throw row.error(
                .missingValue, "is missing: lists of orders come without their items; fetch each order by its name",
                "items")
        }
        let order = try row.identifier("name")
        let supplier: SupplierName = try row.name("supplier")
        var currency = try row.optionalCurrency("currency")
        if currency == nil { currency = try settings.currency(row, "currency") }
        guard let currency, let orderedOn = try row.day("transaction_date") else {
            throw row.error(.missingValue, "is missing; it must be a date", "transaction_date")
        }
        var lines: [PurchaseLine] = []
        for item in items {
            let units = try PurchaseUnits(item, ordered: "qty", base: "stock_qty", size: "conversion_factor")
            let received = try units.received(item, "received_qty")
            let isDone = state == .open && units.quantity > 0 && received >= units.quantity
            var expectedOn = try item.day("expected_delivery_date")
            if expectedOn == nil { expectedOn = try item.day("schedule_date") }
            let isNamed = item.text("name") != nil
            lines.append(
                PurchaseLine(
                    order: order, line: try item.identifier(isNamed ? "name" : "idx"), supplier: supplier,
                    sku: try item.name("item_code"), place: try place(item),
                    quantity: units.quantity, received: received, cost: try units.cost(item, "rate"),
                    currency: currency, orderedOn: orderedOn, expectedOn: expectedOn, state: isDone ? .closed : state,
                    reference: try item.optionalIdentifier("material_request"),
                    invoicedAmount: try item.minorUnits("billed_amt", currency)))
        }
        return lines
    }

    private func place(_ item: JSONRow) throws(FormatError) -> PlaceName {
        if let name = item.text("warehouse") { return try settings.place(named: name, item, "warehouse") }
        if let name = row.text("set_warehouse") { return try settings.place(named: name, row, "set_warehouse") }
        guard let place = settings.place else {
            throw item.error(.missingValue, "is missing; ask for it, or say to which place goods come", "warehouse")
        }
        return place
    }

    private func offers() throws(FormatError) -> [Offer] {
        if row.bool("disabled") == true || row.bool("is_purchase_item") == false { return [] }
        var suppliers: [SupplierName] = []
        for (list, member) in [("supplier_items", "supplier"), ("item_defaults", "default_supplier")] {
            guard suppliers.isEmpty else { break }
            for entry in row.objects(list) {
                let supplier: SupplierName? = try entry.optionalName(member)
                if let supplier, !suppliers.contains(supplier) { suppliers.append(supplier) }
                guard suppliers.count <= 1000 else {
                    throw row.error(.outOfRange, "holds more than 1000 suppliers; are these suppliers?", list)
                }
            }
        }
        guard !suppliers.isEmpty else { return [] }
        let leadTime = try row.days("lead_time_days")
        // The last rate is that of whoever delivered last: it is a supplier's own only where there is no other.
        let cost = suppliers.count == 1 ? try row.knownCost("last_purchase_rate") : nil
        let sku: SKU = try row.name(row.text("item_code") != nil ? "item_code" : "name")
        let currency = try settings.currency(row, "currency")
        let minimum = try row.minimum("min_order_qty")
        return suppliers.map {
            Offer(
                supplier: $0, sku: sku, cost: cost, currency: currency, minimumQuantity: minimum,
                leadTimeDays: leadTime == 0 ? nil : leadTime)
        }
    }

    /// The moment in a member by the site's clock, `2024-05-01 10:00:00.123456`; nil where it is missing.
    private func moment(_ name: String) throws(FormatError) -> Instant? {
        guard let text = row.text(name) else { return nil }
        guard let moment = Instant(wallClock: text, in: settings.zone) ?? Instant(iso8601: text) else {
            throw row.error(
                .notATime, "'\(text.prefix(60).printable)' is no time that exists; write 2024-05-01 10:00:00", name)
        }
        return moment
    }
}
