/// The objects of a stream of JSON, those of a page apart: `{"results":[…]}` counts as the objects in it, as if each
/// stood alone, and so do those of a page within it. Memory is bounded by the largest page.
struct JSONPages {
    private var items: JSONItems
    /// Members that hold the objects of a page.
    private let containers: [String]
    /// Pages that are being given out, each within the one before it.
    private var pages: [(rows: [JSONNode], next: Int)] = []
    /// How far lines of the page are counted: bytes from its start, and the line there.
    private var counted = (bytes: 0, line: 0)

    init(_ source: ByteSource, containers: [String]) {
        items = JSONItems(source)
        self.containers = containers
    }

    /// The next object as a reading with its own bytes; nil at the end of the stream.
    ///
    /// - Throws: what the source throws.
    mutating func reading<Record>(
        _ parse: (JSONRow) throws(FormatError) -> Record
    ) throws(FormatError) -> Reading<Record>? {
        while true {
            if let node = nextNode() { return row(node, parse) }
            var rows: [JSONNode]?
            let containers = containers
            let whole = try items.reading { value throws(FormatError) in
                rows = JSONPages.rows(of: value.node, in: containers)
                // Of a page, every object is judged alone; the page itself has no record.
                return rows == nil ? try parse(value) : nil as Record?
            }
            guard let whole else { return nil }
            switch (whole.outcome, rows) {
            case (_, let rows?):
                pages = [(rows, 0)]
                counted = (0, whole.line)
            case (.success(nil), nil): continue
            case (.success(let record?), nil):
                return Reading(
                    rows: 1, line: whole.line, offset: whole.offset, raw: whole.raw, outcome: .success(record))
            case (.failure(let error), nil):
                return Reading(
                    rows: 1, line: whole.line, offset: whole.offset, raw: whole.raw, outcome: .failure(error))
            }
        }
    }

    /// The objects in a page; nil for what is none.
    private static func rows(of node: JSONNode, in containers: [String]) -> [JSONNode]? {
        containers.lazy.compactMap { node[$0] }.first(where: \.isArray)?.elements
    }

    /// The next object of the pages that are being given out; nil where nothing is left of them.
    private mutating func nextNode() -> JSONNode? {
        while let (rows, next) = pages.last {
            guard next < rows.count else {
                pages.removeLast()
                continue
            }
            pages[pages.count - 1].next = next + 1
            // Alone it would be a page too.
            guard let inner = JSONPages.rows(of: rows[next], in: containers) else { return rows[next] }
            pages.append((inner, 0))
        }
        return nil
    }

    private mutating func row<Record>(
        _ node: JSONNode, _ parse: (JSONRow) throws(FormatError) -> Record
    ) -> Reading<Record> {
        let source = node.source
        for byte in node.document.bytes[counted.bytes..<source.startIndex] where byte == 0x0A { counted.line += 1 }
        counted.bytes = source.startIndex
        let offset = items.offset + Int64(source.startIndex)
        let row = JSONRow(node, file: items.name, line: counted.line, offset: offset)
        let outcome: Result<Record, FormatError>
        do throws(FormatError) {
            outcome = .success(try parse(row.needingObject()))
        } catch {
            outcome = .failure(error)
        }
        return Reading(rows: 1, line: counted.line, offset: offset, raw: Array(source), outcome: outcome)
    }
}
