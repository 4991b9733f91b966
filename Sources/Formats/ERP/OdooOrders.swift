import Domain

/// Purchase orders of Odoo whose lines stand apart, brought together within one file.
struct OdooOrders {
    /// Most lines that wait for their order.
    private static let waitingLimit = 10_000

    private let settings: ERPSettings
    /// Orders that give the numbers of their lines alone, by their own number, with those that have not come.
    private var orders: [String: (item: JSONRecords.Item, row: JSONRow, missing: [String])] = [:]
    /// Numbers of lines that came before their order.
    private var seen: Set<String> = []
    /// Lines that do not say enough by themselves.
    private var waiting: [(item: JSONRecords.Item, row: JSONRow)] = []

    init(_ settings: ERPSettings) { self.settings = settings }

    /// What one record brings: its own reading, those of records that waited for it, or none where it waits itself.
    mutating func take(_ item: JSONRecords.Item) -> [Reading<[Fact]>] {
        let row: JSONRow
        switch item.outcome {
        case .success(let found): row = found
        case .failure(let error): return [OdooOrders.reading(item, .failure(error))]
        }
        let record = OdooRecord(row: row, settings: settings)
        switch OdooReader.model(row.node) {
        case .order:
            do throws(FormatError) {
                let missing = try record.linesElsewhere()
                guard !missing.isEmpty else { break }
                let id = try row.identifier(row.text("id") == nil ? "name" : "id")
                orders[id] = (item, row, missing.filter { !seen.contains($0) })
                let (own, others) = (waiting.filter { key(of: $0.row) == id }, waiting.filter { key(of: $0.row) != id })
                waiting = others
                return own.map { read($0.item, $0.row) }
            } catch {
                return [OdooOrders.reading(item, .failure(error))]
            }
        case .line:
            if key(of: row).map({ orders[$0] != nil }) ?? false { return [read(item, row)] }
            if case .failure = outcome(record), waiting.count < OdooOrders.waitingLimit {
                waiting.append((item, row))
                return []
            }
            if let id = row.text("id") { seen.insert(id) }
        default: break
        }
        return [OdooOrders.reading(item, outcome(record))]
    }

    /// What is left at the end of the file: lines without their order, and orders without their lines.
    mutating func finish() -> [Reading<[Fact]>] {
        var readings = waiting.map { OdooOrders.reading($0.item, outcome(OdooRecord(row: $0.row, settings: settings))) }
        waiting = []
        for order in orders.values.sorted(by: { $0.item.offset < $1.item.offset }) where !order.missing.isEmpty {
            let numbers = order.missing.prefix(8).joined(separator: ", ").printable
            readings.append(
                OdooOrders.reading(
                    order.item,
                    .failure(
                        order.row.error(
                            .missingValue,
                            "gives the numbers of its lines alone (\(numbers)), and those are not in the same file; ask "
                                + "for the purchase.order.line records as well", "order_line"))))
        }
        orders = [:]
        return readings.sorted { $0.offset < $1.offset }
    }

    /// A line with what its order says.
    private mutating func read(_ item: JSONRecords.Item, _ row: JSONRow) -> Reading<[Fact]> {
        guard let key = key(of: row), let order = orders[key] else {
            return OdooOrders.reading(item, outcome(OdooRecord(row: row, settings: settings)))
        }
        if let id = row.text("id") { orders[key]?.missing.removeAll { $0 == id } }
        let record = OdooRecord(row: row, settings: settings)
        var item = item
        item.raw = OdooOrders.embedded(item, in: order.row)
        return OdooOrders.reading(
            item, Result { () throws(FormatError) in try record.facts(orderedIn: order.row) })
    }

    /// A line within its order, as a record that reads the same by itself: it may have to be tried again without the file.
    private static func embedded(_ line: JSONRecords.Item, in order: JSONRow) -> [UInt8] {
        guard let list = order.node["order_line"]?.source else { return line.raw }
        let whole = order.node.source
        return Array(whole[..<list.startIndex]) + Array("[".utf8) + line.raw + Array("]".utf8)
            + Array(whole[list.endIndex...])
    }

    private func key(of line: JSONRow) -> String? { OdooRecord(row: line, settings: settings).orderKey }

    private func outcome(_ record: OdooRecord) -> Result<[Fact], FormatError> {
        Result { () throws(FormatError) in try record.facts() }
    }

    private static func reading(
        _ item: JSONRecords.Item, _ outcome: Result<[Fact], FormatError>
    ) -> Reading<[Fact]> {
        Reading(rows: 1, line: item.line, offset: item.offset, raw: item.raw, outcome: outcome)
    }
}
