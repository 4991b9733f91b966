import Domain

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
        return reading.with(outcome, speaker: (try? reading.outcome.get())?.speaker)
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
        case .json(let json): bytes = text(in: json) ?? json
        case .bytes(let raw): bytes = raw
        case nil:
            throw FormatError(
                .missingValue, "the event has no data, so it states nothing", file: file, line: line, offset: offset)
        }
        do throws(FormatError) {
            if let facts = try self.facts(ofText: bytes, context, file: file) { return facts }
        } catch {
            var error = error
            // Lines of the data mean nothing to whoever looks for the event.
            (error.line, error.offset) = (line, offset)
            throw error
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

    /// The media type of the data, without its parameters.
    private var mediaType: String {
        (dataContentType ?? "").lowercased().split(separator: ";").first.map { String($0.trimmed) } ?? ""
    }

    /// Data that is said to be no JSON stands in a JSON string (CloudEvents JSON format 1.0.2, section 3.1).
    private func text(in json: [UInt8]) -> [UInt8]? {
        guard !mediaType.isEmpty, !mediaType.hasSuffix("json"), let node = try? JSONDocument(json).root,
            !node.isNumber
        else { return nil }
        return node.text.map { Array($0.utf8) }
    }

    /// The facts of data that is delimited text or X12; nil where it is neither.
    private func facts(ofText bytes: [UInt8], _ context: JSONContext, file: String) throws(FormatError) -> [Fact]? {
        let source = ByteSource(bytes: bytes, name: file)
        var reader: any RecordReader<[Fact]>
        if ["application/edi-x12", "application/x12"].contains(mediaType) {
            reader = X12FactsReader(source, partner: context.partner)
        } else if mediaType == "text/csv" {
            let csv = try CSVReader(source)
            let name = type.lowercased()
            let named = KnownLayout.allCases.first { name == $0.rawValue || name.hasSuffix(".\($0.rawValue)") }
            guard let layout = named ?? KnownLayout(header: csv.header) else {
                throw FormatError(
                    .unknownKind,
                    "the data's header is none that is known, and the type '\(type.prefix(60).printable)' ends in no "
                        + "layout's name", file: file)
            }
            reader = try layout.reader(
                csv, zone: context.zone, currency: context.currency,
                countedAt: context.countedAt ?? time ?? Instant(milliseconds: 0))
        } else {
            return nil
        }
        var facts: [Fact] = []
        while let reading = try reader.next() { facts += try reading.outcome.get() }
        return facts
    }
}
