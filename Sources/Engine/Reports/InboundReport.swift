import Actions
import Domain
import Formats
import Store

/// What suppliers owe: purchase lines with what was announced and received of them, what found no line, and our orders
/// that no purchase system has shown yet.
public struct InboundReport: Report {
    let lines: [(product: Product, place: PlaceName, line: MatchedLine)]
    let unmatched: [(product: Product, delivery: UnmatchedDelivery)]
    let ours: [Decisions.OrderedLine]
    /// Actions of our orders that no purchase system has shown yet, by our references.
    let references: [String: Int64]
    let today: Day

    /// As `Report` says.
    public var json: JSONValue {
        .object([
            (
                "purchases",
                .array(
                    lines.map { product, place, line in
                        .object([
                            ("order", .string(line.order)), ("line", .string(line.line)),
                            ("supplier", .string(line.supplier.text)), ("sku", .string(product.sku.text)),
                            ("place", .string(place.text)), ("ordered", .integer(line.ordered)),
                            ("announced", .integer(line.announced)), ("inTransit", .integer(line.inTransit)),
                            ("received", .integer(line.received)), ("damaged", .integer(line.damaged)),
                            ("over", .integer(line.over)), ("short", .integer(line.short)),
                            ("due", .integer(line.open)), ("expectedOn", .text(line.dueOn)),
                            ("daysLate", .integer(Int64(line.daysLate(today)))),
                            ("purchaseState", .string(line.state.rawValue)),
                            ("flags", .array(line.flags(today).map { .string($0.rawValue) })),
                            ("state", .string(line.words(today).joined(separator: "; "))),
                            (
                                "coming",
                                .array(
                                    line.coming.map { part in
                                        .object([
                                            ("quantity", .integer(part.quantity)),
                                            ("expectedOn", .text(part.expectedOn)), ("shipment", .text(part.shipment)),
                                        ])
                                    })
                            ), ("reference", .text(line.reference)),
                        ])
                    })
            ),
            (
                "unmatched",
                .array(
                    unmatched.map { product, delivery in
                        .object([
                            ("kind", .string(delivery.kind.rawValue)), ("id", .string(delivery.id)),
                            ("line", .string(delivery.line)), ("system", .string(delivery.system)),
                            ("sku", .string(product.sku.text)), ("order", .text(delivery.order)),
                            ("supplier", .text(delivery.supplier)), ("quantity", .integer(delivery.good)),
                            ("damaged", .integer(delivery.damaged)), ("at", .text(delivery.at)),
                            ("why", .string(delivery.words(references))),
                        ])
                    })
            ),
            (
                "ours",
                .array(
                    ours.map { order in
                        .object([
                            ("action", .integer(order.action)), ("sku", .string(order.sku.text)),
                            ("place", .string(order.place.text)), ("quantity", .integer(order.quantity)),
                            ("arrives", .text(order.arrives)),
                        ])
                    })
            ),
        ])
    }

    /// As `Report` says.
    public var text: String {
        guard !lines.isEmpty || !ours.isEmpty || !unmatched.isEmpty else { return "nothing is on order" }
        var table = TextTable([
            .init("ORDER"), .init("SUPPLIER"), .init("SKU"), .init("NAME"), .init("ORDERED", number: true),
            .init("ANNOUNCED", number: true), .init("RECEIVED", number: true), .init("DAMAGED", number: true),
            .init("DUE", number: true), .init("EXPECTED"), .init("STATE"),
        ])
        for (product, _, line) in lines {
            table.add([
                "\(line.order)/\(line.line)", line.supplier.text, product.sku.text, Readable.cut(product.name, 28),
                String(line.ordered), String(line.announced), String(line.received), String(line.damaged),
                String(line.open), line.open == 0 ? "" : line.dueOn?.description ?? "no date",
                line.words(today).joined(separator: "; "),
            ])
        }
        for order in ours {
            table.add([
                "action \(order.action)", order.supplier.text, order.sku.text, "", String(order.quantity), "0", "0",
                "0",
                String(order.quantity), order.arrives.description, "ordered here, not seen yet",
            ])
        }
        for (product, delivery) in unmatched {
            table.add([
                "\(delivery.kind.rawValue) \(delivery.id)/\(delivery.line)", delivery.supplier?.text ?? "",
                product.sku.text, Readable.cut(product.name, 28), "",
                delivery.kind == .notice ? "\(delivery.good)" : "",
                delivery.kind == .receipt ? "\(delivery.good)" : "", "\(delivery.damaged)", "", "",
                "unmatched: \(delivery.words(references))",
            ])
        }
        return table.text
    }
}

extension Engine {
    /// Days for which a line that has ended is shown, where something was wrong with it, and a delivery without a line.
    static let deliveryMemory = 30

    /// What is on order, the earliest first; then what ended wrong lately.
    public func inbound(actor: String) throws -> InboundReport {
        let today = settings.zone.day(of: try now())
        let (lines, unmatched) = try troubledDeliveries(today)
        let products = Dictionary(
            lines.isEmpty && unmatched.isEmpty ? [] : try facts.products().map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first })
        let pools = try facts.pools()
        let own = try desk(actor: actor).onOrder().lines
        return InboundReport(
            lines: lines.compactMap { line in
                products[line.product].map {
                    ($0, pools[line.pool]?.shipTo ?? settings.defaultPlaces[0], line)
                }
            },
            unmatched: unmatched.compactMap { delivery in products[delivery.product].map { ($0, delivery) } },
            ours: try outstanding(own), references: Engine.references(own), today: today)
    }

    /// The actions of our own lines by our references.
    static func references(_ lines: [Decisions.OrderedLine]) -> [String: Int64] {
        Dictionary(lines.map { ($0.key, $0.action) }, uniquingKeysWith: { first, _ in first })
    }

    /// Lines that are open, those that ended wrong lately, and what found no line.
    func troubledDeliveries(_ today: Day) throws -> (lines: [MatchedLine], unmatched: [UnmatchedDelivery]) {
        let (lines, unmatched) = try facts.deliveries(since: today.advanced(by: -Engine.deliveryMemory))
        func rank(_ line: MatchedLine) -> (Int, Day, String, Int64, String) {
            (
                line.open > 0 ? 0 : 1, line.dueOn ?? Day(number: .min), line.order, Int64(line.line) ?? .max, line.line
            )
        }
        return (
            lines.filter { $0.open > 0 || !$0.flags(today).isEmpty }.sorted { rank($0) < rank($1) }, unmatched
        )
    }
}
