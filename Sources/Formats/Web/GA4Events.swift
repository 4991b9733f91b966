import Domain

/// Reads the events that GA4 exports to BigQuery, one object an event: one a line, or in an array.
///
/// - Kinds: `view_item`, `add_to_cart`, `begin_checkout`, `purchase`, `refund`, `page_view`, `session_start`. Any other
///   event is no fact and no failure.
/// - Products: one fact an item and event, by `item_id` (a shopping feed's id, or the SKU; `(not set)` is no product), with its
///   `quantity` (where it is missing: 1 as GA4 takes it, of views 0) and the value of the units together: `item_revenue`
///   of purchases, `item_refund` of refunds, else `price` × `quantity`. An event without items is one fact without
///   product, with the event's own quantity and value. Pages and sessions have no items.
/// - Visitors: `user_pseudo_id`. It is missing where consent is: then every event counts as a visitor of its own, called
///   by `anonymousPrefix` and the event's time and place in its batch. One key for all of them would make them one
///   visitor who buys without end; a key of its own links nothing, and the same export gives the same keys again.
///   `user_id` names a person and is not read, nor is `page_location`, in which people's data may stand.
/// - Source, medium and campaign come together from the first of these that names any:
///   `session_traffic_source_last_click` (across channels, set by hand, Google Ads), `collected_traffic_source`, the
///   event's parameters, `traffic_source` (the visitor's first).
/// - Time: `event_timestamp`, microseconds of UTC as text or number, kept to milliseconds. Currency: the event's
///   parameter `currency`. Money is in that currency, never the columns `…_in_usd`.
///
/// GA4 rewrites its tables for up to three days; that is the reader's caller's to know.
///
/// Source: support.google.com/analytics/answer/7029846 (export schema); 64-bit integers may be texts.
public struct GA4EventsReader: RecordReader {
    /// What the visitor of an event without consent is called by.
    public static let anonymousPrefix = "anonymous:"
    /// Most items of one event; GA4 itself keeps 200.
    public static let itemLimit = 1_000
    /// None: an object names its members itself.
    public let ignoredColumns: [String] = []
    private var items: JSONItems

    /// Reads the events of a stream.
    public init(_ source: ByteSource) { items = JSONItems(source) }

    /// The next reading, its facts all `web`; nil at the end of the stream.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Reading<[Fact]>? {
        try items.reading { row throws(FormatError) in try GA4EventsReader.facts(row) }
    }

    /// What GA4 calls an event of a kind.
    static func name(of kind: WebEvent.Kind) -> String {
        switch kind {
        case .session: "session_start"
        case .page: "page_view"
        case .view: "view_item"
        case .addToCart: "add_to_cart"
        case .checkout: "begin_checkout"
        case .purchase: "purchase"
        case .refund: "refund"
        }
    }

    static func facts(_ row: JSONRow) throws(FormatError) -> [Fact] {
        let name = try row.requiredText("event_name")
        guard let kind = WebEvent.Kind.allCases.first(where: { GA4EventsReader.name(of: $0) == name }) else {
            return []
        }
        let event = try event(row, kind)
        let items = kind == .session || kind == .page ? [] : try row.objects("items", atMost: itemLimit)
        if items.isEmpty { return [.web(event)] }
        var events: [WebEvent] = []
        for item in items {
            let one = try self.event(event, item)
            guard let known = events.firstIndex(where: { $0.product == one.product }) else {
                events.append(one)
                continue
            }
            try add(one, to: &events[known], item)
        }
        return events.map(Fact.web)
    }

    /// Variants that share an item's id are units of one product.
    private static func add(_ one: WebEvent, to known: inout WebEvent, _ item: JSONRow) throws(FormatError) {
        let units = known.quantity + one.quantity
        let (micros, overflow) = (known.value?.micros ?? 0).addingReportingOverflow(one.value?.micros ?? 0)
        guard units <= Limits.quantity, !overflow else {
            throw item.error(.outOfRange, "with the others of its item_id is too much to be stored", "quantity")
        }
        known.quantity = units
        if known.value != nil || one.value != nil { known.value = UnitPrice(micros: micros) }
    }

    /// The event without its items.
    private static func event(_ row: JSONRow, _ kind: WebEvent.Kind) throws(FormatError) -> WebEvent {
        let parameters = try GA4Parameters(row)
        // Microseconds of the years 1970 to 9999.
        let stamp = try row.requiredInteger("event_timestamp", 0...253_402_300_799_999_999)
        let shop = row.object("ecommerce")
        var event = WebEvent(
            visitor: try visitor(row, stamp), session: try parameters["ga_session_id"]?.identifier,
            at: Instant(milliseconds: stamp / 1000), kind: kind,
            currency: try parameters["currency"]?.currency)
        event.quantity = try shop?.integer("total_item_quantity", 0...Limits.quantity) ?? 0
        if kind == .purchase { event.value = try shop?.price("purchase_revenue") }
        if kind == .refund { event.value = try shop?.price("refund_value") }
        if event.value == nil { event.value = try parameters["value"]?.price }
        event.transaction = try shop?.optionalIdentifier("transaction_id")
        if event.transaction?.isNotSet == true { event.transaction = nil }
        if event.transaction == nil { event.transaction = try parameters["transaction_id"]?.identifier }
        event.device = try row.object("device")?.words("category")
        event.region = try row.object("geo")?.words("country")
        try GA4TrafficSource.first(of: row, parameters)?.fill(&event)
        return event
    }

    private static func visitor(_ row: JSONRow, _ stamp: Int64) throws(FormatError) -> String {
        if let visitor = try row.optionalIdentifier("user_pseudo_id") { return visitor }
        // Events of one batch share their time.
        var key = anonymousPrefix + String(stamp)
        for name in ["event_bundle_sequence_id", "batch_page_id", "batch_ordering_id", "batch_event_index"] {
            key += try row.integer(name, 0...Int64.max).map { ".\($0)" } ?? "."
        }
        return key
    }

    /// The event of one of its items.
    private static func event(_ event: WebEvent, _ item: JSONRow) throws(FormatError) -> WebEvent {
        var event = event
        event.product = try item.merchantItem("item_id")
        let units = try item.integer("quantity", 0...Limits.quantity)
        event.quantity = units ?? (event.kind == .view ? 0 : 1)
        let stated = try item.price(event.kind == .refund ? "item_refund" : "item_revenue")
        // GA4 fills revenue of purchases and refunds alone: elsewhere 0 says nothing.
        let isBinding = event.kind == .purchase || event.kind == .refund || stated?.micros != 0
        event.value = stated
        if stated == nil || !isBinding, let price = try item.price("price") {
            let (value, overflow) = price.micros.multipliedReportingOverflow(by: max(1, event.quantity))
            guard !overflow else {
                throw item.error(.outOfRange, "times the quantity is too large to be stored", "price")
            }
            event.value = UnitPrice(micros: value)
        }
        return event
    }
}
