/// The records of a stream of JSON: single values, lines, an array, or what an interface wraps around them:
/// `{"data": […]}`, `{"result": […]}`, `{"result": {"records": […]}}`, `{"message": {…}}`.
struct JSONRecords {
    /// A record with its place.
    struct Item {
        var raw: [UInt8]
        var line: Int
        var offset: Int64
        var outcome: Result<JSONRow, FormatError>
    }

    private static let wrappers = ["result", "data", "message", "records", "docs"]

    private var items: JSONItems
    private let isRecord: (JSONNode) -> Bool
    /// What a wrapper holds, the next record last.
    private var waiting: [Item] = []

    /// - Parameter isRecord: whether an object is a record and so no wrapper.
    init(_ source: ByteSource, isRecord: @escaping (JSONNode) -> Bool) {
        items = JSONItems(source)
        self.isRecord = isRecord
    }

    /// The next record; nil at the end of the stream.
    mutating func next() throws(FormatError) -> Item? {
        while waiting.isEmpty {
            guard let item = try items.next() else { return nil }
            switch item {
            case .failure(let error):
                return Item(raw: items.raw, line: items.line, offset: items.offset, outcome: .failure(error))
            case .success(let node):
                waiting = JSONRecords.records(
                    in: node, of: items.raw, file: items.name, line: items.line, offset: items.offset,
                    isRecord: isRecord
                ).reversed()
            }
        }
        return waiting.popLast()
    }

    /// The records within one value of a stream, or the value itself where it wraps none.
    static func records(
        in node: JSONNode, of raw: [UInt8], file: String, line: Int, offset: Int64, isRecord: (JSONNode) -> Bool
    ) -> [Item] {
        var place = 0
        var line = line
        return (unwrapped(node, isRecord) ?? [node]).map { record in
            let start = record.source.startIndex
            if start > place { line += raw[place..<start].count { $0 == 0x0A } }
            place = max(place, start)
            return item(record, file: file, line: line, offset: offset + Int64(start))
        }
    }

    private static func item(_ node: JSONNode, file: String, line: Int, offset: Int64) -> Item {
        var outcome = Result<JSONRow, FormatError>.success(JSONRow(node, file: file, line: line, offset: offset))
        if !node.isObject {
            outcome = .failure(
                FormatError(
                    .unknownKind, "this is no record; it must be an object with the fields of one", file: file,
                    line: line, offset: offset))
        }
        return Item(raw: Array(node.source), line: line, offset: offset, outcome: outcome)
    }

    /// The values within a wrapper; nil where there is none.
    private static func unwrapped(_ node: JSONNode, _ isRecord: (JSONNode) -> Bool) -> [JSONNode]? {
        guard node.isObject, !isRecord(node) else { return nil }
        for name in wrappers {
            guard let inner = node[name] else { continue }
            if inner.isArray { return inner.elements }
            if inner.isObject { return unwrapped(inner, isRecord) ?? [inner] }
        }
        return nil
    }

    /// The first record within a wrapper; nil where there is none.
    static func first(in node: JSONNode) -> JSONNode? { unwrapped(node) { _ in false }?.first }
}
