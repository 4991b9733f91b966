import Actions
import Domain
import Formats

/// An order in the forms in which it leaves the shop. The same order gives the same bytes.
enum OrderForm {
    /// One JSON document: totals in minor units, unit costs as decimal text, both exact.
    static func json(_ outbound: Outbound) -> [UInt8] {
        let order = outbound.order
        func money(_ minor: Int64?) -> JSONValue {
            .optional(minor) { .object([("minor", .integer($0)), ("currency", .string(order.currency.code))]) }
        }
        return JSONValue.object([
            ("reference", .string(outbound.key)),
            ("supplier", .string(order.supplier.text)),
            ("shipTo", .string(order.shipTo.text)),
            ("currency", .string(order.currency.code)),
            ("orderBy", .string(order.orderBy.description)),
            ("arrives", .string(order.arrives.description)),
            ("approvedBy", .string(outbound.approvedBy)),
            ("approvedAt", .string(outbound.approvedAt.description)),
            ("total", money(order.value?.minor)),
            (
                "lines",
                .array(
                    order.lines.map { line in
                        .object([
                            ("sku", .string(line.sku.text)),
                            ("name", .string(line.name)),
                            ("quantity", .integer(line.quantity)),
                            ("unitCost", .string(line.cost.description)),
                            ("total", money(line.cost.total(line.quantity, currency: order.currency))),
                        ])
                    })
            ),
        ]).bytes(pretty: true)
    }

    /// One CSV row a line, with the order's own columns repeated.
    ///
    /// - Throws: `FormatError`; writing into memory never does.
    static func csv(_ outbound: Outbound) throws -> [UInt8] {
        let order = outbound.order
        let writer = CSVWriter()
        try writer.record([
            "reference", "supplier", "ship_to", "currency", "order_by", "arrives", "sku", "name", "quantity",
            "unit_cost",
            "total",
        ])
        for line in order.lines {
            let total = line.cost.total(line.quantity, currency: order.currency)
            try writer.record([
                outbound.key, order.supplier.text, order.shipTo.text, order.currency.code, order.orderBy.description,
                order.arrives.description, line.sku.text, line.name, String(line.quantity), line.cost.description,
                total.map { Money(minor: $0, currency: order.currency).amount } ?? "",
            ])
        }
        return writer.bytes
    }
}
