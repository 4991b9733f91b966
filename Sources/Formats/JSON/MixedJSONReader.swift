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

    /// A shop's context.
    public init(
        zone: Zone, currency: Currency, countedAt: Instant? = nil, places: [String: PlaceName] = [:],
        check: @escaping @Sendable (ShopifyMessage) throws(FormatError) -> Void
    ) {
        self.zone = zone
        self.currency = currency
        self.countedAt = countedAt
        self.places = places
        self.check = check
    }
}

extension JSONContext {
    fileprivate var erp: ERPSettings {
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
            guard let reader = layout.linesReader(source, zone: context.zone) else {
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
        } else if let plain = KnownLayout(header: node.members.map(\.name)), plain.isPlain {
            self = .plain(plain)
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
        } else if let plain = KnownLayout.allCases.first(where: { $0.isPlain && name.hasSuffix(".\($0.rawValue)") }) {
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

    init(_ source: ByteSource, _ context: JSONContext) {
        self.context = context
        name = source.name
        items = JSONItems(source)
    }

    mutating func next() throws(FormatError) -> Reading<[Fact]>? {
        guard let item = try items.next() else { return nil }
        let (context, line, offset, name, raw) = (context, items.line, items.offset, name, items.raw)
        let outcome = item.flatMap { node in
            Result { () throws(FormatError) -> [Fact] in
                guard let layout = JSONLayout(of: node) else {
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
                    try context.check(message)
                    return try message.facts()
                default: return try layout.facts(of: raw, context, file: name, line: line, offset: offset)
                }
            }
        }
        let speaker = (try? item.get()).flatMap { node in
            JSONLayout(of: node)?.system.map { Speaker($0, store: ShopifyMessage.store(of: node)) }
        }
        return Reading(rows: 1, line: line, offset: offset, raw: raw, outcome: outcome, speaker: speaker)
    }
}

/// The facts inside CloudEvents, by their type, else by their data's members.
struct CloudEventFactsReader: RecordReader {
    let ignoredColumns: [String] = []
    private var events: CloudEventsReader
    private let context: JSONContext
    private let name: String

    init(_ source: ByteSource, _ context: JSONContext) {
        events = CloudEventsReader(source)
        self.context = context
        name = source.name
    }

    mutating func next() throws(FormatError) -> Reading<[Fact]>? {
        guard let reading = try events.next() else { return nil }
        let (context, name) = (context, name)
        let outcome = reading.outcome.flatMap { event in
            Result { () throws(FormatError) -> [Fact] in
                try event.facts(context, file: name, line: reading.line, offset: reading.offset)
            }
        }
        return Reading(
            rows: reading.rows, line: reading.line, offset: reading.offset, raw: reading.raw, outcome: outcome,
            speaker: (try? reading.outcome.get())?.speaker)
    }
}

extension CloudEvent {
    /// Who tells of what it carries; nil where neither its type nor its data says.
    fileprivate var speaker: Speaker? {
        if ShopifyMessage.topic(ofType: type) != nil { return Speaker("shopify") }
        if let system = JSONLayout(type: type)?.system { return Speaker(system) }
        guard case .json(let bytes) = data, let node = try? JSONDocument(bytes).root else { return nil }
        return JSONLayout(of: node)?.system.map { Speaker($0, store: ShopifyMessage.store(of: node)) }
    }

    fileprivate func facts(
        _ context: JSONContext, file: String, line: Int, offset: Int64
    ) throws(FormatError) -> [Fact] {
        let bytes: [UInt8]
        switch data {
        case .json(let json): bytes = json
        case .bytes(let raw): bytes = raw
        case nil:
            throw FormatError(
                .missingValue, "the event has no data, so it states nothing", file: file, line: line, offset: offset)
        }
        if let topic = ShopifyMessage.topic(ofType: type) {
            let message = ShopifyMessage.line(topic: topic, body: bytes).bytes()
            return try JSONLayout.shopify.facts(of: message, context, file: file, line: line, offset: offset)
        }
        let layout: JSONLayout
        if let named = JSONLayout(type: type), named != .mixed {
            layout = named
        } else if let node = try? JSONDocument(bytes).root, let shown = JSONLayout(of: node) {
            layout = shown
        } else {
            throw FormatError(
                .unknownKind,
                "the type '\(type.prefix(60).printable)' ends in no layout's name, and the data is none that is known",
                file: file, line: line, offset: offset)
        }
        guard layout != .cloudEvents else {
            throw FormatError(
                .unknownKind, "an event inside an event is not read", file: file, line: line, offset: offset)
        }
        return try layout.facts(of: bytes, context, file: file, line: line, offset: offset)
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
            Result { () throws(FormatError) in
                do throws(FormatError) {
                    try check(message)
                } catch {
                    var error = error
                    (error.line, error.offset) = (reading.line, reading.offset)
                    throw error
                }
                return try message.facts()
            }
        }
        return Reading(
            rows: reading.rows, line: reading.line, offset: reading.offset, raw: reading.raw, outcome: outcome,
            speaker: Speaker("shopify", store: (try? reading.outcome.get())?.domain))
    }
}
