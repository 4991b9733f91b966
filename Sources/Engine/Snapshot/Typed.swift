import Actions
import Domain
import Formats
import Intake
import Store

/// Why an order is turned down; most reasons say something new about the shop, which is taken in as data.
public enum RejectionReason: Sendable, Equatable {
    /// The supplier takes another number of days from order to shelf.
    case wrongLeadTime(days: Double)
    /// A unit costs something else.
    case wrongCost(UnitPrice)
    /// The products are not to be bought any more.
    case doNotBuy
    /// It was ordered outside Penstock, under this number, to arrive on this day.
    case alreadyOrdered(reference: String, expectedOn: Day)
    /// So many units are on the shelf.
    case wrongStock(counted: Int64)
    /// Not before a day.
    case tooEarly(until: Day)
    /// Something else, in words.
    case other(String)

    /// As the journal keeps it.
    public var sentence: String {
        switch self {
        case .wrongLeadTime(let days): "the lead time is \(Readable.units(days)) days"
        case .wrongCost(let cost): "a unit costs \(cost)"
        case .doNotBuy: "not to be bought any more"
        case .alreadyOrdered(let reference, let day): "already ordered as \(reference), arrives \(day)"
        case .wrongStock(let units): "\(units) units are on the shelf"
        case .tooEarly(let day): "not before \(day)"
        case .other(let text): text
        }
    }
}

/// A value without which a product cannot be planned or ordered, as a person types it.
public enum MissingValue: Sendable, Equatable {
    /// Days from order to shelf.
    case leadTime(days: Double, supplier: SupplierName)
    /// Cost of one unit.
    case cost(UnitPrice, supplier: SupplierName)
    /// Who sells it, for what, and in how many days.
    case offer(supplier: SupplierName, cost: UnitPrice, leadTimeDays: Double)
    /// Units on the shelf.
    case count(Int64)
}

extension Engine {
    /// Turns an order or some of its lines down for a reason, and takes in what the reason says.
    ///
    /// The data come in like any file: validated, as a batch of their own, named after who typed them.
    ///
    /// - Throws: `ActionError(.stale)` where the order is no longer what was shown: then nothing is taken in;
    ///   `.usage` where a reason about one product is given for several; whatever intake says of the value.
    public func reject(
        _ id: Int64, expecting hash: String, lines: Set<SKU>? = nil, because reason: RejectionReason, actor: String
    ) throws {
        let desk = try desk(actor: actor)
        let now = try now()
        try desk.checkMayReject(id, expecting: hash, now: now, actor: actor)
        let action = try desk.record(id).action
        let order = action.order
        let chosen = order.lines.filter { lines?.contains($0.sku) ?? true }
        var reopening: Reopening?
        switch reason {
        case .wrongLeadTime(let days):
            try take(offers: chosen.map(\.sku), of: order.supplier, order.currency, actor) { $0.leadTimeDays = days }
            reopening = .on(now)
        case .wrongCost(let cost):
            try checkOne(chosen, "cost")
            try take(offers: chosen.map(\.sku), of: order.supplier, order.currency, actor) { $0.cost = cost }
            reopening = .on(now)
        case .doNotBuy:
            try take(
                .products, ["sku", "lifecycle"], chosen.map { [$0.sku.text, Lifecycle.doNotBuy.rawValue] }, actor)
        case .alreadyOrdered(let reference, let day):
            let today = settings.zone.day(of: now)
            let purchases = chosen.enumerated().map { index, line in
                PurchaseLine(
                    order: reference, line: String(index + 1), supplier: order.supplier, sku: line.sku,
                    place: order.shipTo, quantity: line.quantity, cost: line.cost, currency: order.currency,
                    orderedOn: today, expectedOn: day)
            }
            let writer = CSVWriter()
            try PurchasesReader.write(purchases, to: writer)
            try take(.purchases, writer.bytes, actor)
            reopening = .on(now)
        case .wrongStock(let counted):
            try checkOne(chosen, "count")
            try take(counted, of: chosen[0].sku, at: order.shipTo, now: now, actor)
            reopening = .on(now)
        case .tooEarly(let day): reopening = .on(settings.zone.instant(day: day))
        case .other: break
        }
        try desk.reject(id, lines: lines, reason: reason.sentence, reopening: reopening, now: now, actor: actor)
    }

    /// Takes in a value that somebody typed because a product cannot be planned or ordered without it.
    public func supply(_ value: MissingValue, for id: RiskRow.ID, actor: String) throws {
        switch value {
        case .leadTime(let days, let supplier):
            try take(offers: [id.sku], of: supplier, settings.currency, actor) { $0.leadTimeDays = days }
        case .cost(let cost, let supplier):
            try take(offers: [id.sku], of: supplier, settings.currency, actor) { $0.cost = cost }
        case .offer(let supplier, let cost, let days):
            try take(offers: [id.sku], of: supplier, settings.currency, actor) {
                ($0.cost, $0.leadTimeDays) = (cost, days)
            }
        case .count(let units): try take(units, of: id.sku, at: id.place, now: try now(), actor)
        }
    }

    private func checkOne(_ lines: [DraftOrder.Line], _ what: String) throws {
        guard lines.count == 1 else {
            throw ActionError(.usage, "pick one line: each product has a \(what) of its own")
        }
    }

    /// Offers as they are in force, changed, and taken in again.
    private func take(
        offers skus: [SKU], of supplier: SupplierName, _ currency: Currency, _ actor: String,
        change: (inout Offer) -> Void
    ) throws {
        let today = settings.zone.day(of: try now())
        let inForce = try facts.offers(on: today)
        var changed: [Offer] = []
        for sku in skus {
            let product = try facts.product(sku.text)
            var offer =
                product.flatMap { inForce[$0.id]?.first { $0.supplier == supplier } }
                ?? Offer(supplier: supplier, sku: sku, cost: nil, currency: currency, leadTimeDays: nil)
            offer.sku = sku
            change(&offer)
            changed.append(offer)
        }
        let writer = CSVWriter()
        try OffersReader.write(changed, to: writer)
        try take(.offers, writer.bytes, actor)
    }

    private func take(_ units: Int64, of sku: SKU, at place: PlaceName, now: Instant, _ actor: String) throws {
        try take(
            .counts, ["sku", "place", "quantity", "state", "counted_at"],
            [[sku.text, place.text, String(units), StockState.onHand.rawValue, now.iso8601(in: settings.zone)]], actor)
    }

    private func take(_ layout: KnownLayout, _ head: [String], _ rows: [[String]], _ actor: String) throws {
        let writer = CSVWriter()
        try writer.record(head)
        for row in rows { try writer.record(row) }
        try take(layout, writer.bytes, actor)
    }

    private func take(_ layout: KnownLayout, _ bytes: [UInt8], _ actor: String) throws {
        let name = "typed-by-\(actor)-\(layout.rawValue).csv"
        let report = try importer().run(ByteSource(bytes: bytes, name: name), layout: .known(layout))
        guard report.count.refused == 0, report.count.parked == 0 else {
            throw EngineError(
                .refused, "what was typed was not taken: \(report.complaints.first ?? "the product is not known")")
        }
    }
}
