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
                var place = 0
                var line = items.line
                for record in unwrapped(node) ?? [node] {
                    let start = record.source.startIndex
                    if start > place { line += items.raw[place..<start].count { $0 == 0x0A } }
                    place = max(place, start)
                    waiting.append(self.item(record, line: line))
                }
                waiting.reverse()
            }
        }
        return waiting.popLast()
    }

    private func item(_ node: JSONNode, line: Int) -> Item {
        let offset = items.offset + Int64(node.source.startIndex)
        var outcome = Result<JSONRow, FormatError>.success(
            JSONRow(node, file: items.name, line: line, offset: offset))
        if !node.isObject {
            outcome = .failure(
                FormatError(
                    .unknownKind, "this is no record; it must be an object with the fields of one", file: items.name,
                    line: line, offset: offset))
        }
        return Item(raw: Array(node.source), line: line, offset: offset, outcome: outcome)
    }

    /// The values within a wrapper; nil where there is none.
    private func unwrapped(_ node: JSONNode) -> [JSONNode]? {
        guard node.isObject, !isRecord(node) else { return nil }
        for name in JSONRecords.wrappers {
            guard let inner = node[name] else { continue }
            if inner.isArray { return inner.elements }
            if inner.isObject { return unwrapped(inner) ?? [inner] }
        }
        return nil
    }
}
