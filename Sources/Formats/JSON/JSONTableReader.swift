import Domain

/// Reads rows of delimited text that come as JSON objects: a member for a column, read exactly as its cell would be.
///
/// A list of words is their text with blanks between them (`"closures": ["2011-12-24..2011-12-26"]`). A receipt of a
/// till may be one object whose `lines` are its rows, or its rows may follow each other, an object each.
struct JSONTableReader: RecordReader {
    let ignoredColumns: [String] = []
    private var items: JSONItems
    private let layout: KnownLayout
    private let zone: Zone
    private let currency: Currency
    /// A row of the next receipt, which was read to find the end of the last.
    private var held: Item?

    private struct Item {
        var raw: [UInt8]
        var line: Int
        var offset: Int64
        var node: Result<JSONNode, FormatError>

        /// Till and receipt; nil where the row cannot be one of several.
        var key: [String]? {
            guard case .success(let node) = node, node["lines"] == nil, let receipt = node["receipt"]?.text else {
                return nil
            }
            return [node["till"]?.text ?? "", receipt]
        }
    }

    init(_ source: ByteSource, layout: KnownLayout, zone: Zone, currency: Currency) {
        items = JSONItems(source)
        self.layout = layout
        self.zone = zone
        self.currency = currency
    }

    mutating func next() throws(FormatError) -> Reading<[Fact]>? {
        guard let first = try nextItem() else { return nil }
        var group = [first]
        if layout == .tillLines, let key = first.key {
            while group.count < TillLinesReader.rowLimit, let item = try nextItem() {
                guard item.key == key else {
                    held = item
                    break
                }
                group.append(item)
            }
        }
        var raw = first.raw
        for item in group.dropFirst() { raw += [0x0A] + item.raw }
        return Reading(
            rows: group.count, line: first.line, offset: first.offset, raw: raw,
            outcome: Result { () throws(FormatError) in try facts(group) })
    }

    private mutating func nextItem() throws(FormatError) -> Item? {
        if let item = held {
            held = nil
            return item
        }
        guard let node = try items.next() else { return nil }
        return Item(raw: items.raw, line: items.line, offset: items.offset, node: node)
    }

    private func facts(_ group: [Item]) throws(FormatError) -> [Fact] {
        var rows: [[(name: String, text: String)]] = []
        for item in group {
            let row = try JSONRow(item.node.get(), file: items.name, line: item.line, offset: item.offset)
                .needingObject()
            let head = try cells(row)
            guard layout == .tillLines, row.node["lines"]?.isArray == true else {
                rows.append(head)
                continue
            }
            for line in row.objects("lines") {
                let own = try cells(line.needingObject())
                rows.append(own + head.filter { cell in !own.contains { $0.name == cell.name } })
            }
        }
        do throws(FormatError) {
            return try facts(rows)
        } catch {
            var error = error
            (error.line, error.offset) = (group[0].line, group[0].offset)
            throw error
        }
    }

    /// The members of an object as cells; those of no value are blank.
    private func cells(_ row: JSONRow) throws(FormatError) -> [(name: String, text: String)] {
        var cells: [(name: String, text: String)] = []
        for (name, value) in row.node.members where !(name == "lines" && layout == .tillLines) {
            // The first of a name counts, as it does elsewhere.
            guard !cells.contains(where: { $0.name == name }) else { continue }
            let words = value.elements.compactMap(\.text)
            if value.isNull {
                cells.append((name, ""))
            } else if let truth = value.bool {
                cells.append((name, truth ? "true" : "false"))
            } else if let text = value.text {
                cells.append((name, text))
            } else if value.isArray, words.count == value.elements.count {
                cells.append((name, words.joined(separator: " ")))
            } else {
                throw row.error(.unknownWord, "is no text, number or list of words", name)
            }
        }
        return cells
    }

    private func facts(_ rows: [[(name: String, text: String)]]) throws(FormatError) -> [Fact] {
        var names: [String] = []
        for cell in rows.joined() where !names.contains(cell.name) { names.append(cell.name) }
        let writer = CSVWriter()
        try writer.record(names)
        for row in rows {
            try writer.record(names.map { name in row.first { $0.name == name }?.text ?? "" })
        }
        var reader = try layout.reader(
            CSVReader(ByteSource(bytes: writer.bytes, name: items.name)), zone: zone, currency: currency,
            countedAt: Instant(milliseconds: 0))
        var facts: [Fact] = []
        while let reading = try reader.next() { facts += try reading.outcome.get() }
        return facts
    }
}
