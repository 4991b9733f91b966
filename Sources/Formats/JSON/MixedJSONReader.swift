import Domain

/// What readers of JSON records need to know of the shop.
public struct JSONContext: Sendable {
    /// Zone of times without an offset.
    public var zone: Zone
    /// The shop's currency, where a record names none.
    public var currency: Currency
    /// When counts were made, where a record does not say; nil where it must.
    public var countedAt: Instant?
    /// The shop's names of places that systems know by codes or names of their own.
    public var places: [String: PlaceName]
    /// Says whether a signed message may be trusted; throws where not.
    public var check: @Sendable (ShopifyMessage) throws(FormatError) -> Void
    /// What the partner that sends an X12 interchange means by its codes.
    public var partner: @Sendable (String) -> X12Partner

    /// A shop's context.
    public init(
        zone: Zone, currency: Currency, countedAt: Instant? = nil, places: [String: PlaceName] = [:],
        check: @escaping @Sendable (ShopifyMessage) throws(FormatError) -> Void,
        partner: @escaping @Sendable (String) -> X12Partner = { _ in X12Partner() }
    ) {
        self.zone = zone
        self.currency = currency
        self.countedAt = countedAt
        self.places = places
        self.check = check
        self.partner = partner
    }
}

extension JSONContext {
    var erp: ERPSettings {
        var settings = ERPSettings()
        settings.places = places
        settings.zone = zone
        settings.currency = currency
        settings.countedAt = countedAt
        return settings
    }
}

extension JSONLayout {
    /// What reads records of the layout.
    ///
    /// - Throws: what the source throws.
    public func reader(_ source: ByteSource, _ context: JSONContext) throws(FormatError) -> any RecordReader<[Fact]> {
        switch self {
        case .mixed: return MixedJSONReader(source, context)
        case .shopify: return ShopifyFactsReader(messages: try ShopifyMessageReader(source), check: context.check)
        case .cloudEvents: return CloudEventFactsReader(source, context)
        case .ga4: return GA4EventsReader(source)
        case .googleAds: return GoogleAdsReader(source)
        case .metaInsights: return MetaInsightsReader(source)
        case .odoo: return OdooReader(source, settings: context.erp)
        case .erpNext: return ERPNextReader(source, settings: context.erp)
        case .plain(let layout):
            guard let reader = layout.linesReader(source, zone: context.zone, currency: context.currency) else {
                throw FormatError(
                    .unknownKind, "\(layout.rawValue) come as delimited text, not as JSON", file: source.name)
            }
            return reader
        }
    }

    /// The layout whose marks an object bears; nil where it is none of them.
    init?(of node: JSONNode) {
        func has(_ first: String, _ second: String? = nil) -> Bool {
            node[first] != nil && second.map { node[$0] != nil } ?? true
        }
        // What comes in floods is asked for first.
        if has("event_name"), has("event_timestamp") || has("event_date") {
            self = .ga4
        } else if has("headers", "body") || ShopifyMessage.isBody(node) {
            self = .shopify
        } else if has("specversion", "type") {
            self = .cloudEvents
        } else if has("metrics", "campaign") || node["results"]?.elements.first?["metrics"] != nil {
            self = .googleAds
        } else if has("spend"), has("date_start") || has("date") {
            self = .metaInsights
        } else if node["data"]?.elements.first?["spend"] != nil {
            self = .metaInsights
        } else if has("partner_id"), has("order_line") || has("delay") || has("date_order") {
            self = .odoo
        } else if has("product_id", "location_id"), has("quantity") {
            self = .odoo
        } else if has("doctype") || has("actual_qty", "item_code") || has("docstatus", "items") {
            self = .erpNext
        } else if let plain = KnownLayout(header: node.members.map(\.name)), plain.comesAsJSON {
            self = .plain(plain)
        } else if OdooReader.model(node) != nil || has("jsonrpc") {
            self = .odoo
        } else if ERPNextReader.docType(node) != nil {
            self = .erpNext
        } else if has("receipt", "sold_at"), node["lines"]?.isArray == true {
            self = .plain(.tillLines)
        } else if let record = JSONRecords.first(in: node), let layout = JSONLayout(of: record),
            layout == .odoo || layout == .erpNext
        {
            self = layout
        } else if node.members.count == 1, let data = node["data"], data.isArray, data.elements.isEmpty {
            // Frappe's answer where it found nothing.
            self = .erpNext
        } else {
            return nil
        }
    }

    /// The layout that a CloudEvent's type names: its last words are a layout's name, or a topic of Shopify's.
    init?(type: String) {
        let name = type.lowercased()
        let known = JSONLayout.names.filter {
            name == $0.key || name.hasSuffix(".\($0.key)") || name.hasSuffix(":\($0.key)")
        }
        if let best = known.max(by: { $0.key.utf8.count < $1.key.utf8.count }) {
            self = best.value
        } else if let plain = KnownLayout.allCases.first(where: { $0.comesAsJSON && name.hasSuffix(".\($0.rawValue)") })
        {
            self = .plain(plain)
        } else {
            return nil
        }
    }

    /// The facts of one record alone, given as its bytes.
    ///
    /// - Throws: what is wrong with it, at the place given.
    func facts(
        of bytes: [UInt8], _ context: JSONContext, file: String, line: Int, offset: Int64
    ) throws(FormatError) -> [Fact] {
        var reader = try reader(ByteSource(bytes: bytes, name: file), context)
        var facts: [Fact] = []
        while let reading = try reader.next() {
            do throws(FormatError) {
                facts += try reading.outcome.get()
            } catch {
                var error = error
                error.line = error.line.map { $0 + line - 1 } ?? line
                error.offset = offset
                throw error
            }
        }
        return facts
    }
}

/// Reads JSON records of any layout, each told apart by its members.
struct MixedJSONReader: RecordReader {
    let ignoredColumns: [String] = []
    private var items: JSONItems
    private let context: JSONContext
    private let name: String
    private var orders: OdooOrders
    /// Readings of one value, the next last.
    private var ready: [Reading<[Fact]>] = []
    private var isAtEnd = false

    init(_ source: ByteSource, _ context: JSONContext) {
        self.context = context
        name = source.name
        items = JSONItems(source)
        orders = OdooOrders(context.erp)
    }

    mutating func next() throws(FormatError) -> Reading<[Fact]>? {
        while true {
            if let reading = ready.popLast() { return reading }
            guard !isAtEnd else { return nil }
            guard let item = try items.next() else {
                isAtEnd = true
                ready = MixedJSONReader.spoken(orders.finish(), by: .odoo)
                continue
            }
            let layout = (try? item.get()).flatMap { JSONLayout(of: $0) }
            guard case .success(let node) = item, let layout, let readings = records(in: node, layout) else {
                return reading(item, layout)
            }
            ready = MixedJSONReader.spoken(readings, by: layout)
        }
    }

    /// Readings of a layout, the last first.
    private static func spoken(_ readings: [Reading<[Fact]>], by layout: JSONLayout?) -> [Reading<[Fact]>] {
        readings.reversed().map { reading in
            var reading = reading
            reading.speaker = layout?.system.map { Speaker($0) }
            return reading
        }
    }

    /// The readings of an ERP's answer, a record each; nil for anything else.
    private mutating func records(in node: JSONNode, _ layout: JSONLayout) -> [Reading<[Fact]>]? {
        guard layout == .odoo || layout == .erpNext else { return nil }
        let isOdoo = layout == .odoo
        let found = JSONRecords.records(
            in: node, of: items.raw, file: name, line: items.line, offset: items.offset
        ) { isOdoo ? OdooReader.model($0) != nil : ERPNextReader.docType($0) != nil }
        if isOdoo { return found.flatMap { orders.take($0) } }
        let settings = context.erp
        return found.map { item in
            Reading(
                rows: 1, line: item.line, offset: item.offset, raw: item.raw,
                outcome: item.outcome.flatMap { row in
                    Result { () throws(FormatError) in try ERPNextRecord(row: row, settings: settings).facts() }
                })
        }
    }

    private func reading(_ item: Result<JSONNode, FormatError>, _ layout: JSONLayout?) -> Reading<[Fact]> {
        let (context, line, offset, name, raw) = (context, items.line, items.offset, name, items.raw)
        let outcome = item.flatMap { node in
            Result { () throws(FormatError) -> [Fact] in
                guard let layout else {
                    let members = node.members.prefix(8).map { $0.name.printable }.joined(separator: ", ")
                    throw FormatError(
                        .unknownKind,
                        "this is no record that is known by its members (\(members)); name its layout with --as",
                        file: name,
                        line: line, offset: offset)
                }
                let row = JSONRow(node, file: name, line: line, offset: offset)
                // The two that come in floods are not read twice.
                switch layout {
                case .ga4: return try GA4EventsReader.facts(row)
                case .shopify where node["headers"] == nil:
                    let message = ShopifyMessage(
                        body: raw, node: node, file: name, line: line, offset: offset)
                    return try message.facts(checkedBy: context.check)
                default: return try layout.facts(of: raw, context, file: name, line: line, offset: offset)
                }
            }
        }
        let speaker = (try? item.get()).flatMap { node in
            layout?.system.map { Speaker($0, store: ShopifyMessage.store(of: node)) }
        }
        return Reading(rows: 1, line: line, offset: offset, raw: raw, outcome: outcome, speaker: speaker)
    }
}

extension ShopifyMessage {
    /// What the message states, where it may be trusted.
    ///
    /// - Throws: what `check` throws, at the message's place, and what `facts()` does.
    fileprivate func facts(
        checkedBy check: (ShopifyMessage) throws(FormatError) -> Void
    ) throws(FormatError) -> [Fact] {
        do throws(FormatError) {
            try check(self)
        } catch {
            var error = error
            (error.file, error.line, error.offset) = (file, line, offset)
            throw error
        }
        return try facts()
    }
}

/// The facts of Shopify's messages, whose signatures are checked on the way.
struct ShopifyFactsReader: RecordReader {
    let ignoredColumns: [String] = []
    var messages: ShopifyMessageReader
    let check: @Sendable (ShopifyMessage) throws(FormatError) -> Void

    mutating func next() throws(FormatError) -> Reading<[Fact]>? {
        guard let reading = try messages.next() else { return nil }
        let check = check
        let outcome = reading.outcome.flatMap { message in
            Result { () throws(FormatError) in try message.facts(checkedBy: check) }
        }
        return reading.with(outcome, speaker: Speaker("shopify", store: (try? reading.outcome.get())?.domain))
    }
}
