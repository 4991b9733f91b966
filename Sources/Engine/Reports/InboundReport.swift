import Domain
import Formats
import Store

/// What suppliers still owe: open purchase lines, and our orders that no purchase system has shown yet.
public struct InboundReport: Report {
    let lines: [(plan: ProductPlan, line: Inbound)]
    let ours: [(plan: ProductPlan, order: OwnOrder)]
    let today: Day

    /// As `Report` says.
    public var json: JSONValue {
        .object([
            (
                "purchases",
                .array(
                    lines.map { plan, line in
                        .object([
                            ("order", .string(line.order)), ("line", .string(line.line)),
                            ("supplier", .string(line.supplier.text)), ("sku", .string(plan.product.sku.text)),
                            ("place", .string(plan.place.text)), ("ordered", .integer(line.ordered)),
                            ("received", .integer(line.received)), ("due", .integer(line.quantity)),
                            ("expectedOn", .text(line.expectedOn)), ("state", .string(state(line))),
                            ("reference", .text(line.reference)),
                        ])
                    })
            ),
            (
                "ours",
                .array(
                    ours.map { plan, order in
                        .object([
                            ("action", .integer(order.action)), ("sku", .string(plan.product.sku.text)),
                            ("place", .string(order.place.text)), ("quantity", .integer(order.quantity)),
                            ("arrives", .text(order.arrives)),
                        ])
                    })
            ),
        ])
    }

    /// As `Report` says.
    public var text: String {
        var table = TextTable([
            .init("ORDER"), .init("SUPPLIER"), .init("SKU"), .init("NAME"), .init("ORDERED", number: true),
            .init("RECEIVED", number: true), .init("DUE", number: true), .init("EXPECTED"), .init("STATE"),
        ])
        for (plan, line) in lines {
            table.add([
                "\(line.order)/\(line.line)", line.supplier.text, plan.product.sku.text,
                Readable.cut(plan.product.name, 28),
                String(line.ordered), String(line.received), String(line.quantity),
                line.expectedOn?.description ?? "no date",
                state(line),
            ])
        }
        for (plan, order) in ours {
            table.add([
                "action \(order.action)", plan.offer?.supplier.text ?? "", plan.product.sku.text,
                Readable.cut(plan.product.name, 28), String(order.quantity), "0", String(order.quantity),
                order.arrives.description, "ordered here, not seen yet",
            ])
        }
        return lines.isEmpty && ours.isEmpty ? "nothing is on order" : table.text
    }

    private func state(_ line: Inbound) -> String {
        guard let expected = line.expectedOn else { return "no date: ask the supplier" }
        let late = expected.distance(to: today)
        if late > 0 { return line.received > 0 ? "short, \(late) days late" : "\(late) days late" }
        return line.received > 0 ? "partly received" : "on its way"
    }
}

extension Engine {
    /// What is on order, the earliest first.
    public func inbound(actor: String) throws -> InboundReport {
        let plans = try plans(actor: actor)
        let lines = plans.flatMap { plan in plan.inbound.map { (plan, $0) } }.sorted {
            ($0.1.expectedOn ?? Day(number: .min), $0.1.order, $0.1.line)
                < ($1.1.expectedOn ?? Day(number: .min), $1.1.order, $1.1.line)
        }
        return InboundReport(
            lines: lines, ours: plans.flatMap { plan in plan.ours.map { (plan, $0) } },
            today: settings.zone.day(of: try now()))
    }
}
