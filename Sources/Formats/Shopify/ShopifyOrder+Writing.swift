import Domain

extension ShopifyOrder {
    /// The body of `orders/create` and `orders/updated`: sales, postage and what was taken back, as Shopify writes them.
    ///
    /// Prices are without tax (`taxes_included` false). Entries that an amendment brought (`amendment …`) become refunds
    /// of their moment.
    public static func json(_ order: OrderDocument) -> JSONValue {
        let currency = order.currency
        func amount(_ minor: Int64) -> JSONValue { .string(Money(minor: minor, currency: currency).amount) }
        let entries = order.lines.filter { $0.line?.hasPrefix("amendment ") == true }
        var items: [JSONValue] = []
        var postage: [JSONValue] = []
        var parcels: [JSONValue] = []
        for line in order.lines where !(line.line?.hasPrefix("amendment ") == true) {
            if let id = line.line, id.hasPrefix("shipping ") {
                let paid = (line.unitPrice.total(1, currency: currency) ?? 0) &- line.discount
                postage.append(
                    .object([
                        ("id", whole(String(id.dropFirst(9)))), ("title", .string(line.title)),
                        ("price", .string(line.unitPrice.description)), ("discounted_price", amount(paid)),
                    ]))
                continue
            }
            let id = whole(line.line ?? "0")
            items.append(
                .object([
                    ("id", id), ("sku", .optional(line.sku) { .string($0.text) }), ("name", .string(line.title)),
                    ("title", .string(line.title)), ("quantity", .integer(line.quantity)),
                    ("price", .string(line.unitPrice.description)), ("gift_card", .bool(line.kind == .notProduct)),
                    ("requires_shipping", .bool(line.kind != .notProduct)),
                    (
                        "discount_allocations",
                        .array(line.discount == 0 ? [] : [.object([("amount", amount(line.discount))])])
                    ), ("fulfillment_status", line.shippedAt == nil ? .null : .string("fulfilled")),
                ]))
            if let at = line.shippedAt {
                parcels.append(
                    .object([
                        ("status", .string("success")), ("created_at", .string(at.description)),
                        ("line_items", .array([.object([("id", id), ("quantity", .integer(line.quantity))])])),
                    ]))
            }
        }
        return .object([
            ("id", whole(order.key ?? order.number)), ("name", .string(order.number)),
            ("created_at", .string(order.orderedAt.description)),
            ("updated_at", .optional(order.version) { .string($0.description) }),
            ("test", .bool(order.isTest)), ("currency", .string(currency.code)), ("taxes_included", .bool(false)),
            ("financial_status", .string(entries.isEmpty ? "paid" : "partially_refunded")),
            ("source_name", .optional(order.channel) { .string($0) }),
            ("location_id", .optional(order.place) { whole($0.text) }),
            ("email", .optional(order.customer) { .string($0) }),
            ("tags", .string(order.isWholesale ? "wholesale" : "")),
            ("subtotal_price", .optional(order.stated.subtotal, amount)),
            ("total_discounts", .optional(order.stated.discounts, amount)),
            ("total_tax", .optional(order.stated.tax, amount)), ("total_price", .optional(order.stated.total, amount)),
            ("line_items", .array(items)), ("shipping_lines", .array(postage)), ("fulfillments", .array(parcels)),
            ("refunds", .array(refunds(entries, order))),
        ])
    }

    private static func refunds(_ entries: [OrderLine], _ order: OrderDocument) -> [JSONValue] {
        entries.enumerated().map { index, line in
            let id = String((line.line ?? "").dropFirst("amendment ".count))
            let units = 0 &- line.quantity
            let minor =
                units == 0 ? line.discount : line.unitPrice.total(units, currency: order.currency) ?? 0
            let amount = JSONValue.string(Money(minor: minor, currency: order.currency).amount)
            let head: [(String, JSONValue)] = [
                ("id", .integer(Int64(index) + 1)),
                ("created_at", .string((line.at ?? order.orderedAt).description)),
            ]
            if units == 0 {
                let negative = JSONValue.string(Money(minor: 0 &- minor, currency: order.currency).amount)
                return .object(
                    head + [
                        ("refund_line_items", .array([])),
                        (
                            "order_adjustments",
                            .array([
                                .object([
                                    ("id", whole(id.hasPrefix("adjustment ") ? String(id.dropFirst(11)) : id)),
                                    ("amount", negative), ("reason", .string(line.title)),
                                    (
                                        "kind",
                                        .string(line.kind == .notProduct ? "shipping_refund" : "refund_discrepancy")
                                    ),
                                ])
                            ])
                        ),
                    ])
            }
            let item = order.lines.first { $0.kind != .notProduct && $0.quantity > 0 && $0.sku == line.sku }
            let restock = line.kind == .cancellation ? "cancel" : line.isSellable == false ? "no_restock" : "return"
            return .object(
                head + [
                    (
                        "refund_line_items",
                        .array([
                            .object([
                                ("id", whole(id)), ("line_item_id", whole(item?.line ?? "0")),
                                ("quantity", .integer(units)), ("subtotal", amount), ("restock_type", .string(restock)),
                                ("location_id", line.returnedTo.map { .string($0.text) } ?? .null),
                                (
                                    "line_item",
                                    .object([
                                        ("title", .string(line.title)),
                                        ("fulfillment_status", line.kind == .return ? .string("fulfilled") : .null),
                                    ])
                                ),
                            ])
                        ])
                    )
                ])
        }
    }
}
