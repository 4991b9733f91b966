import Domain

/// A webhook message of Shopify: what it is about, and its body.
public struct ShopifyMessage: Sendable {
    /// `orders/create`; nil where nobody said, and the body shows it.
    public var topic: String?
    /// The shop that sent it.
    public var domain: String?
    /// The signature it came with: base64 of the HMAC-SHA256 of the body's bytes.
    public var signature: String?
    /// The body's bytes, as signed.
    public var body: [UInt8]
    let node: JSONNode
    let file: String, line: Int, offset: Int64

    /// What the message states. A topic that holds no fact for a shop states none.
    ///
    /// - Throws: `FormatError` with the member at fault; `.unknownKind` for a body that is none of those read.
    public func facts() throws(FormatError) -> [Fact] {
        let row = JSONRow(node, file: file, line: line, offset: offset)
        if topic == nil {
            // The REST resources: one under its name, or a list.
            for name in ["order", "refund", "product", "checkout", "fulfillment", "inventory_level", "inventory_item"] {
                if let inner = row.object(name), row.node.members.count == 1 { return try facts(inner, kind: name) }
            }
            for (list, name) in [
                ("orders", "order"), ("refunds", "refund"), ("products", "product"), ("checkouts", "checkout"),
                ("fulfillments", "fulfillment"), ("inventory_levels", "inventory_level"),
                ("inventory_items", "inventory_item"),
            ] where node[list]?.isArray == true && row.node.members.count == 1 {
                var all: [Fact] = []
                for inner in row.objects(list) { all += try facts(inner, kind: name) }
                return all
            }
        }
        return try facts(row, kind: kind)
    }

    /// Whether an object is a message's body, or a resource of the REST interface.
    static func isBody(_ node: JSONNode) -> Bool {
        if kind(of: node) != nil { return true }
        let members = node.members
        return members.count == 1 && resources.contains(members[0].name)
    }

    /// The topic that a CloudEvent's type names: `com.shopify.orders.create`.
    static func topic(ofType type: String) -> String? {
        let words = type.lowercased().split(whereSeparator: { $0 == "." || $0 == "/" })
        guard words.contains("shopify"), words.count >= 3 else { return nil }
        return words.suffix(2).joined(separator: "/")
    }

    private static let resources: Set<String> = [
        "order", "orders", "refund", "refunds", "product", "products", "checkout", "checkouts", "fulfillment",
        "fulfillments", "inventory_level", "inventory_levels", "inventory_item", "inventory_items",
    ]

    private static func kind(of node: JSONNode) -> String? {
        let has = { (name: String) in node[name] != nil }
        if has("order_edit") { return "order_edit" }
        if has("refund_line_items") { return "refund" }
        if has("inventory_item_id"), has("available") { return "inventory_level" }
        if has("variants") { return "product" }
        if has("abandoned_checkout_url") { return "checkout" }
        if has("line_items"), has("order_id") { return "fulfillment" }
        if has("line_items"), has("financial_status") || has("order_number") { return "order" }
        if has("sku"), has("tracked") { return "inventory_item" }
        return nil
    }

    /// What the body is, by its topic, else by its members.
    private var kind: String? {
        guard let topic else { return ShopifyMessage.kind(of: node) }
        switch topic {
        case "orders/edited": return "order_edit"
        // What is left of a deleted thing is its id, which is no fact of a shop; a level that is disconnected has none.
        case _ where topic.hasSuffix("/delete") || topic == "inventory_levels/disconnect": return ""
        case "orders/risk_assessment_changed", "orders/shopify_protect_eligibility_changed", "orders/link_requested":
            return ""
        case _ where topic.hasPrefix("orders/"): return "order"
        case "refunds/create": return "refund"
        case _ where topic.hasPrefix("inventory_levels/"): return "inventory_level"
        case _ where topic.hasPrefix("inventory_items/"): return "inventory_item"
        case "products/create", "products/update": return "product"
        case _ where topic.hasPrefix("checkouts/"): return "checkout"
        case _ where topic.hasPrefix("fulfillments/"): return "fulfillment"
        case _ where topic.hasPrefix("carts/") || topic.hasPrefix("customers/") || topic.hasPrefix("app/"): return ""
        default: return nil
        }
    }

    private func facts(_ row: JSONRow, kind: String?) throws(FormatError) -> [Fact] {
        switch kind {
        case "order": return [.order(try ShopifyOrder.read(row))]
        case "refund": return [.amendment(try ShopifyOrder.readRefund(row))]
        case "order_edit":
            guard let edit = row.object("order_edit") else {
                throw row.error(.missingValue, "is missing", "order_edit")
            }
            let amendment = try ShopifyOrder.readEdit(edit)
            return amendment.entries.isEmpty ? [] : [.amendment(amendment)]
        case "inventory_level":
            // Of what is not tracked nobody knows how much there is.
            if let available = row.node["available"], available.isNull { return [] }
            return [.count(try ShopifyStock.readLevel(row))]
        case "inventory_item": return try ShopifyStock.readItem(row).map { [.product($0)] } ?? []
        case "product": return try ShopifyCatalogue.read(row).map { .product($0) }
        case "checkout": return [.cart(try ShopifyCheckout.read(row))]
        case "fulfillment": return [.shipment(try ShopifyFulfilment.read(row))]
        case "": return []
        default:
            throw row.error(
                .unknownKind,
                "this is no message that is read: orders, refunds, inventory levels and items, products, checkouts, "
                    + "fulfillments (topic \(topic.map { "'\($0.prefix(60).printable)'" } ?? "not said"))",
                "X-Shopify-Topic")
        }
    }
}

/// Reads webhook messages of Shopify, one reading a message.
///
/// From newline JSON, `{"headers": {"X-Shopify-Topic": …}, "body": …}` a line, the body as JSON or, byte for byte as it
/// was signed, as a string; from bare bodies and REST answers (`{"order": …}`, `{"orders": […]}`); and from a file that
/// holds a whole HTTP request: header lines, an empty line, the body.
public struct ShopifyMessageReader: RecordReader {
    /// None: messages have no columns.
    public let ignoredColumns: [String] = []
    private var items: JSONItems
    private let request: [UInt8]?
    private var isDone = false

    /// The messages of a stream.
    ///
    /// - Throws: what the source throws.
    public init(_ source: ByteSource) throws(FormatError) {
        if ShopifyMessageReader.isRequest(try source.peek()) {
            var bytes: [UInt8] = []
            while bytes.count <= JSONItems.itemLimit {
                let more = try source.chunk()
                if more.isEmpty { break }
                bytes += more
            }
            request = bytes
        } else {
            request = nil
        }
        items = JSONItems(source)
    }

    /// Whether a file is an HTTP request of Shopify's as its first bytes show: lines of a header, one of them its topic.
    public static func isDump(_ head: [UInt8]) -> Bool {
        headers(head)?.contains { $0.elementsEqual("x-shopify-topic".utf8) } ?? false
    }

    /// Whether some bytes begin with the header of an HTTP request, and not with JSON that was damaged: a broken first
    /// line must not take the others with it.
    private static func isRequest(_ bytes: [UInt8]) -> Bool { headers(bytes) != nil }

    /// The names of a request's header fields in lower case, up to the empty line that ends them; nil where the bytes
    /// begin with anything else. Those of HTTP/2 may begin with a colon.
    private static func headers(_ bytes: [UInt8]) -> [[UInt8]]? {
        let text = bytes.drop(while: \.isBlank)
        var names: [[UInt8]] = []
        var isFirst = true
        var lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
        // Where no empty line follows, the last may be cut off.
        if lines.count > 1 { lines.removeLast() }
        for var line in lines {
            if line.last == 0x0D { line.removeLast() }
            if line.isEmpty { break }
            defer { isFirst = false }
            let name = line.first == UInt8(ascii: ":") ? line.dropFirst() : line
            if let colon = name.firstIndex(of: UInt8(ascii: ":")), colon > name.startIndex,
                name[..<colon].allSatisfy({ $0 > 0x20 && $0 < 0x7F && !separators.contains($0) })
            {
                names.append(line[..<colon].map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 })
            } else if !isFirst || !String(decoding: line, as: UTF8.self).contains(" HTTP/") {
                return nil
            }
        }
        return names
    }

    /// What no header's name has in it (RFC 9110).
    private static let separators = Set("\"(),/:;<=>?@[\\]{}".utf8)

    /// The next message; nil at the end.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Reading<ShopifyMessage>? {
        if let request {
            guard !isDone else { return nil }
            isDone = true
            let outcome = Result { () throws(FormatError) in try message(ofRequest: request) }
            return Reading(rows: 1, line: 1, offset: items.source.droppedMark, raw: request, outcome: outcome)
        }
        guard let item = try items.next() else { return nil }
        let outcome = item.flatMap { node in
            Result { () throws(FormatError) in try message(of: node) }
        }
        return Reading(rows: 1, line: items.line, offset: items.offset, raw: items.raw, outcome: outcome)
    }

    private func message(of node: JSONNode) throws(FormatError) -> ShopifyMessage {
        guard node.isObject else {
            throw FormatError(
                .unknownKind, "a message is a JSON object", file: items.name, line: items.line, offset: items.offset)
        }
        guard let headers = node["headers"], headers.isObject, let body = node["body"] else {
            return ShopifyMessage(
                body: Array(node.source), node: node, file: items.name, line: items.line, offset: items.offset)
        }
        var fields: [String: String] = [:]
        for (name, value) in headers.members { fields[name.lowercased()] = value.text }
        if let text = body.isNumber ? nil : body.text {
            return try message(fields, Array(text.utf8), line: items.line, offset: items.offset)
        }
        return ShopifyMessage(
            topic: fields["x-shopify-topic"], domain: fields["x-shopify-shop-domain"],
            signature: fields["x-shopify-hmac-sha256"], body: Array(body.source), node: body, file: items.name,
            line: items.line, offset: items.offset)
    }

    private func message(ofRequest bytes: [UInt8]) throws(FormatError) -> ShopifyMessage {
        var fields: [String: String] = [:]
        var position = bytes.firstIndex { !$0.isBlank } ?? 0
        while position < bytes.count {
            let end = bytes[position...].firstIndex(of: 0x0A) ?? bytes.count
            var line = bytes[position..<end]
            if line.last == 0x0D { line.removeLast() }
            position = min(bytes.count, end + 1)
            if line.isEmpty { break }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            fields[name] = String(String(decoding: line[(colon + 1)...], as: UTF8.self).trimmed)
        }
        return try message(
            fields, Array(bytes[position...]), line: 1, offset: Int64(position) + items.source.droppedMark)
    }

    private func message(
        _ fields: [String: String], _ body: [UInt8], line: Int, offset: Int64
    ) throws(FormatError) -> ShopifyMessage {
        do throws(JSONDocument.Failure) {
            return ShopifyMessage(
                topic: fields["x-shopify-topic"], domain: fields["x-shopify-shop-domain"],
                signature: fields["x-shopify-hmac-sha256"], body: body, node: try JSONDocument(body).root,
                file: items.name, line: line, offset: offset)
        } catch {
            throw FormatError(
                .notJSON, "the message's body is no JSON: \(error.message), \(error.offset) bytes after its start",
                file: items.name, line: line, offset: offset)
        }
    }
}

extension ShopifyMessage {
    /// The domain that the headers of a message in JSON name; nil where it has none.
    static func store(of node: JSONNode) -> String? {
        node["headers"]?.members.first { $0.name.lowercased() == "x-shopify-shop-domain" }?.value.text
    }

    /// A message as a line of newline JSON, its body as a string so that the signature's bytes stay what they are.
    public static func line(
        topic: String, domain: String? = nil, signature: String? = nil, body: [UInt8]
    ) -> JSONValue {
        var headers: [(String, JSONValue)] = [("X-Shopify-Topic", .string(topic))]
        if let domain { headers.append(("X-Shopify-Shop-Domain", .string(domain))) }
        if let signature { headers.append(("X-Shopify-Hmac-Sha256", .string(signature))) }
        return .object([("headers", .object(headers)), ("body", .string(String(decoding: body, as: UTF8.self)))])
    }
}
