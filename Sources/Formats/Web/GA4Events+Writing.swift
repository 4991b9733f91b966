import Domain

extension GA4EventsReader {
    /// An event as GA4 exports it, which reads back the same: its product as its one item, its value as that item's
    /// revenue. Times are whole milliseconds. A session or page has no product there.
    public static func json(_ event: WebEvent) -> JSONValue {
        let hasItem = event.product != nil
        var parameters: [JSONValue] = []
        func add(_ key: String, _ type: String, _ value: JSONValue?) {
            guard let value else { return }
            parameters.append(.object([("key", .string(key)), ("value", .object([(type, value)]))]))
        }
        add("ga_session_id", "string_value", event.session.map { .string($0) })
        add("currency", "string_value", event.currency.map { .string($0.code) })
        let isSale = event.kind == .purchase || event.kind == .refund
        if !hasItem, !isSale { add("value", "double_value", event.value.map { .price($0) }) }
        let ofWhole = hasItem || !isSale ? nil : event.value.map { JSONValue.price($0) }
        let ofItem = event.value.map { JSONValue.price($0) }
        let item: JSONValue? = event.product.map { product in
            .sparse([
                ("item_id", .string(product.merchantItem)), ("quantity", .integer(event.quantity)),
                (event.kind == .refund ? "item_refund" : "item_revenue", ofItem),
            ]) ?? .null
        }
        let members: [(String, JSONValue?)] = [
            // Milliseconds with three digits more: no product that could overflow.
            ("event_timestamp", .string(String(event.at.milliseconds) + "000")),
            ("event_name", .string(name(of: event.kind))), ("user_pseudo_id", .string(event.visitor)),
            ("event_params", .array(parameters)), ("device", .sparse([("category", event.device.map { .string($0) })])),
            ("geo", .sparse([("country", event.region.map { .string($0) })])),
            (
                "collected_traffic_source",
                .sparse([
                    ("manual_source", event.source.map { .string($0) }),
                    ("manual_medium", event.medium.map { .string($0) }),
                    ("manual_campaign_name", event.campaign.map { .string($0) }),
                ])
            ),
            (
                "ecommerce",
                .sparse([
                    ("transaction_id", event.transaction.map { .string($0) }),
                    ("total_item_quantity", hasItem || event.quantity == 0 ? nil : .integer(event.quantity)),
                    (event.kind == .refund ? "refund_value" : "purchase_revenue", ofWhole),
                ])
            ), ("items", item.map { .array([$0]) }),
        ]
        return .sparse(members) ?? .null
    }

    /// Writes events as newline JSON, so that they read back the same. The writer is not finished.
    ///
    /// - Throws: what the writer's sink throws.
    public static func write(_ events: some Sequence<WebEvent>, to writer: JSONLinesWriter) throws(FormatError) {
        for event in events { try writer.line(json(event)) }
    }
}
