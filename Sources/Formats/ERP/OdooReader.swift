import Domain

/// Reads records of Odoo as its interfaces return them (`read`, `search_read`, JSON-2 and JSON-RPC, Odoo 14 to 19):
/// `purchase.order` with its lines embedded, `purchase.order.line` alone, `stock.quant`, `product.supplierinfo`.
///
/// `false` means nothing, references are `[7, "name"]` or `{"id": 7, "display_name": "name"}`, moments are UTC. A record
/// is told by its `model` where it has one, else by its fields. The SKU is `product_default_code` or `default_code`, else
/// what stands in brackets before the product's name. Requests for quotation (draft, sent, to approve), headings between
/// lines, and quants of places that are no shelves (customers, vendors, Odoo's virtual locations) hold no record; they
/// count as skipped. An order that gives the numbers of its lines alone (`"order_line": [31, 32]`, as `search_read`
/// returns it) is read together with the lines of the same file; where they are not there, it is refused.
///
/// A quant is what is on hand, reserved or not, when it was last changed (`write_date`, else the setting). One of a lot,
/// package or owner is refused: it is a part of what the place holds. `effective_date` is when the first units came, so
/// nothing says when the last did. A price of 0 of a supplier means that it is not known.
public struct OdooReader: RecordReader {
    /// A record has no columns.
    public let ignoredColumns: [String] = []
    /// Records passed over so far that hold no fact.
    public private(set) var skippedRows = 0
    private var records: JSONRecords
    private var orders: OdooOrders
    private var ready: [Reading<[Fact]>] = []
    private var isAtEnd = false

    enum Model: String, CaseIterable {
        case order = "purchase.order"
        case line = "purchase.order.line"
        case quant = "stock.quant"
        case offer = "product.supplierinfo"
    }

    /// Reads the records of a stream: one, an array, one a line, or within `result`, `data` or `records`.
    public init(_ source: ByteSource, settings: ERPSettings) {
        records = JSONRecords(source) { OdooReader.model($0) != nil }
        orders = OdooOrders(settings)
    }

    /// The next reading; nil at the end of the stream.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Reading<[Fact]>? {
        while true {
            if let reading = ready.popLast() {
                if case .success(let facts) = reading.outcome, facts.isEmpty {
                    skippedRows += 1
                    continue
                }
                return reading
            }
            guard !isAtEnd else { return nil }
            if let item = try records.next() {
                ready = orders.take(item).reversed()
            } else {
                isAtEnd = true
                ready = orders.finish().reversed()
            }
        }
    }

    /// What a record is of; nil where it is none of these.
    static func model(_ node: JSONNode) -> Model? {
        if let name = node["model"]?.text { return Model(rawValue: name) }
        func has(_ names: String...) -> Bool { names.allSatisfy { node[$0] != nil } }
        if has("order_line") { return .order }
        if has("order_id", "product_qty") { return .line }
        if has("product_id", "location_id", "quantity") { return .quant }
        if has("delay"), has("partner_id") || has("name") { return .offer }
        return nil
    }
}

/// A record of Odoo.
struct OdooRecord {
    let row: JSONRow
    let settings: ERPSettings

    func facts() throws(FormatError) -> [Fact] {
        switch OdooReader.model(row.node) {
        case .order: return try order()
        case .line: return try line(row, header: row, order: orderNumber()).map { [.purchase($0)] } ?? []
        case .quant: return isOfShelf ? [.count(try count())] : []
        case .offer: return [.offer(try offer())]
        case nil:
            throw row.error(
                .unknownKind,
                "this is none of the records that are read ("
                    + OdooReader.Model.allCases.map(\.rawValue).joined(separator: ", ")
                    + "), or the fields that tell it were not asked for", "")
        }
    }

    private func order() throws(FormatError) -> [Fact] {
        let order = try row.identifier("name")
        var facts: [Fact] = []
        for line in row.objects("order_line") where line.node.isObject {
            if let line = try self.line(line, header: row, order: order) { facts.append(.purchase(line)) }
        }
        return facts
    }

    /// The numbers of an order's lines that stand elsewhere; none of what is no order yet.
    func linesElsewhere() throws(FormatError) -> [String] {
        let numbers = (row.member("order_line")?.elements ?? []).filter(\.isNumber).compactMap(\.text)
        if numbers.isEmpty { return [] }
        return try state(row) == nil ? [] : numbers
    }

    /// The fact of a line, with what its order says of both.
    func facts(orderedIn order: JSONRow) throws(FormatError) -> [Fact] {
        try line(row, header: order, order: order.identifier("name")).map { [.purchase($0)] } ?? []
    }

    /// Whether what a quant holds is the shop's own: what customers have, vendors sent or counts lost is not.
    private var isOfShelf: Bool {
        guard let name = reference(row, "location_id"), settings.places[name] == nil else { return true }
        return !OdooRecord.virtualPlaces.contains { name == $0 || name.hasPrefix($0 + "/") }
    }

    private static let virtualPlaces = ["Partners", "Partner Locations", "Virtual Locations", "Inter-company transit"]

    /// The number of the order that a line names: `P00012`, without the vendor's reference that may follow it.
    private func orderNumber() throws(FormatError) -> String {
        let name = try required(row, "order_id")
        return name.split(separator: " (", maxSplits: 1).first.map(String.init) ?? name
    }

    /// The order that a line belongs to, by Odoo's number of it, else by its name; nil where it says neither.
    var orderKey: String? {
        guard let value = row.member("order_id") else { return nil }
        if value.isNumber { return value.text }
        return value.elements.first?.text ?? value["id"]?.text ?? value.text
    }

    private func line(
        _ line: JSONRow, header: JSONRow, order: String
    ) throws(FormatError) -> PurchaseLine? {
        if line.text("display_type") != nil { return nil }
        let state = try self.state(header)
        guard let state else { return nil }
        let units = try PurchaseUnits(line, ordered: "product_qty", base: "product_uom_qty")
        let received = try units.received(line, "qty_received")
        let isDone = header.text("receipt_status") == "full" || (units.quantity > 0 && received >= units.quantity)
        let cost =
            line.member("price_unit_discounted") != nil
            ? try units.cost(line, "price_unit_discounted")
            : try units.cost(line, "price_unit", discount: try line.number("discount") ?? 0)
        var orderedOn = try day(header, "date_approve")
        if orderedOn == nil { orderedOn = try day(header, "date_order") }
        guard let orderedOn else {
            throw header.error(.missingValue, "is missing; ask for date_approve or date_order", "date_order")
        }
        return PurchaseLine(
            order: order, line: try line.identifier("id"), supplier: try name(header, "partner_id"),
            sku: try sku(line), place: try place(header), quantity: units.quantity, received: received, cost: cost,
            currency: try currency(header), orderedOn: orderedOn, expectedOn: try day(line, "date_planned"),
            state: state == .open && isDone ? .closed : state, reference: try header.optionalIdentifier("origin"),
            invoiced: line.member("qty_invoiced") == nil ? nil : try units.received(line, "qty_invoiced"))
    }

    /// How far an order has come; nil while it is none.
    private func state(_ header: JSONRow) throws(FormatError) -> PurchaseState? {
        switch try header.requiredText("state") {
        case "purchase", "done": return .open
        case "cancel": return .cancelled
        case "draft", "sent", "to approve": return nil
        case let word:
            throw header.error(
                .unknownWord,
                "'\(word.prefix(60).printable)' is none of: draft, sent, to approve, purchase, done, cancel", "state")
        }
    }

    /// The warehouse of a kind of receipt, `San Francisco: Receipts`.
    private func place(_ header: JSONRow) throws(FormatError) -> PlaceName {
        guard let name = reference(header, "picking_type_id") else {
            guard let place = settings.place else {
                throw header.error(
                    .missingValue, "is missing; ask for it, or say to which place goods come", "picking_type_id")
            }
            return place
        }
        if let place = settings.places[name] { return place }
        var warehouse = name[...]
        var index = warehouse.endIndex
        while index > warehouse.startIndex {
            index = warehouse.index(before: index)
            if warehouse[index...].hasPrefix(": ") {
                warehouse = warehouse[..<index]
                break
            }
        }
        return try settings.place(named: String(warehouse), header, "picking_type_id")
    }

    private func count() throws(FormatError) -> StockCount {
        for name in ["lot_id", "package_id", "owner_id"] where reference(row, name) != nil {
            throw row.error(
                .rule,
                "is of one lot, package or owner, which is a part of what the place holds; ask for the sum by "
                    + "product_id and location_id", name)
        }
        guard let moment = try moment(row, "write_date") ?? settings.countedAt else {
            throw row.error(.missingValue, "is missing; ask for it, or say when stock was asked for", "write_date")
        }
        return StockCount(
            product: ProductReference(try sku(row)),
            place: try settings.place(named: try required(row, "location_id"), row, "location_id"),
            quantity: try row.requiredInteger("quantity"), state: .onHand, countedAt: moment)
    }

    private func offer() throws(FormatError) -> Offer {
        let supplier: SupplierName =
            reference(row, "partner_id") != nil ? try name(row, "partner_id") : try name(row, "name")
        let from = try day(row, "date_start")
        let to = try day(row, "date_end")
        if let from, let to, to < from {
            throw row.error(.outOfRange, "\(to) is before date_start, \(from)", "date_end")
        }
        return Offer(
            supplier: supplier, sku: try sku(row), cost: try row.knownCost("price"), currency: try currency(row),
            minimumQuantity: try row.minimum("min_qty"), leadTimeDays: try row.days("delay"), validFrom: from,
            validTo: to)
    }

    private func currency(_ row: JSONRow) throws(FormatError) -> Currency {
        guard let code = reference(row, "currency_id") else { return try settings.currency(row, "currency_id") }
        guard let currency = Currency(code) else {
            throw row.error(
                .unknownWord, "'\(code.prefix(60).printable)' is no currency such as EUR", "currency_id")
        }
        return currency
    }

    /// The name in a reference; nil where it is `false`, missing, or a bare number.
    private func reference(_ row: JSONRow, _ name: String) -> String? {
        guard let value = row.member(name), !value.isNumber else { return nil }
        let elements = value.elements
        let node = elements.count == 2 ? elements[1] : value["display_name"] ?? value["name"] ?? value
        guard !node.isNumber, let text = node.text?.trimmed, !text.isEmpty else { return nil }
        return String(text)
    }

    private func required(_ row: JSONRow, _ name: String) throws(FormatError) -> String {
        guard let text = reference(row, name) else {
            throw row.error(.missingValue, "is missing or a number alone; it must be [number, \"name\"]", name)
        }
        return text
    }

    private func name<Of>(_ row: JSONRow, _ member: String) throws(FormatError) -> Name<Of> {
        let text = try required(row, member)
        guard let name = Name<Of>(text) else { throw notAName(row, text, member) }
        return name
    }

    private func notAName(_ row: JSONRow, _ text: String, _ member: String) -> FormatError {
        row.error(
            .notAName, "'\(text.prefix(60).printable)' is no name: at most 200 bytes, no control characters", member)
    }

    private func sku(_ row: JSONRow) throws(FormatError) -> SKU {
        for member in ["product_default_code", "default_code"] {
            let sku: SKU? = try row.optionalName(member)
            if let sku { return sku }
        }
        for member in ["product_id", "product_tmpl_id"] {
            guard let text = reference(row, member), text.hasPrefix("["),
                let close = text.utf8.firstIndex(of: UInt8(ascii: "]"))
            else { continue }
            let code = text[..<close].dropFirst()
            guard let sku = SKU(code) else { throw notAName(row, String(code), member) }
            return sku
        }
        throw row.error(
            .missingValue,
            "has no internal reference in brackets; give the product one in Odoo, or ask for its default_code",
            "product_id")
    }

    /// The moment in a member, `2024-05-01 10:00:00` in UTC; nil where it is missing.
    private func moment(_ row: JSONRow, _ name: String) throws(FormatError) -> Instant? {
        guard let text = row.text(name) else { return nil }
        guard let moment = Instant(wallClock: text, in: .utc) ?? Instant(iso8601: text) else {
            throw row.error(
                .notATime, "'\(text.prefix(60).printable)' is no time that exists; write 2024-05-01 10:00:00", name)
        }
        return moment
    }

    /// The shop's day of a moment, or a date as it stands; nil where it is missing.
    private func day(_ row: JSONRow, _ name: String) throws(FormatError) -> Day? {
        guard let text = row.text(name) else { return nil }
        if let day = Day(text) { return day }
        guard let moment = try moment(row, name) else { return nil }
        let day = settings.zone.day(of: moment)
        // At both ends of time, the zone may move a moment to a day that nobody can write.
        guard Day(day.description) == day else {
            throw row.error(.notATime, "'\(text.prefix(60).printable)' is outside of the years 1 to 9999", name)
        }
        return day
    }
}
