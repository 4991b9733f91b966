import Domain
import Formats
import Store

/// What the stock is worth in the books at the end of a day.
public struct StockValueReport: Report {
    struct Row {
        var labels: [String?]
        var units: Int64 = 0
        var value: Int64 = 0
        var uncosted: Int64 = 0
    }

    let day: Day
    let method: CostMethod
    let dimensions: [String]
    let rows: [Row]
    let total: Row
    /// Of the total: what has left one place and not come to another.
    let moving: Row
    /// Products that were sold by then and that nobody had counted: they are in no stock.
    let notCounted: Int
    let currency: Currency

    /// As `Report` says.
    public var json: JSONValue {
        .object([
            ("asOf", .text(day)), ("costMethod", .string(method.rawValue)), ("value", .money(total.value, currency)),
            ("units", .integer(total.units)), ("unitsWithoutCost", .integer(total.uncosted)),
            ("betweenPlaces", .money(moving.value, currency)), ("productsNotCounted", .integer(Int64(notCounted))),
            (
                "rows",
                .array(
                    rows.map { row in
                        .object(
                            zip(dimensions, row.labels).map { ($0, .text($1)) } + [
                                ("units", .integer(row.units)), ("value", .money(row.value, currency)),
                                ("unitsWithoutCost", .integer(row.uncosted)),
                            ])
                    })
            ),
        ])
    }

    /// As `Report` says.
    public var text: String {
        var table = TextTable(
            dimensions.map { .init($0.uppercased()) } + [
                .init("UNITS", number: true), .init("VALUE (\(currency))", number: true),
                .init("WITHOUT COST", number: true),
            ])
        for row in rows + (dimensions.isEmpty ? [] : [total]) {
            let labels =
                row.labels.isEmpty ? dimensions.indices.map { $0 == 0 ? "all" : "" } : row.labels.map { $0 ?? "?" }
            table.add(
                labels + [
                    String(row.units), Money(minor: row.value, currency: currency).amount,
                    row.uncosted == 0 ? "" : String(row.uncosted),
                ])
        }
        var lines = [table.text, "", "at the end of \(day), by \(method.rawValue): \(method.words)"]
        if moving.units != 0 {
            lines.append(
                "of it between places: \(moving.units) units, \(Money(minor: moving.value, currency: currency))")
        }
        if total.uncosted != 0 {
            lines.append(
                "\(total.uncosted) units have no known cost and are worth nothing here: import offers or products with a cost"
            )
        }
        if notCounted > 0 {
            lines.append("\(notCounted) products were sold by then that nobody had counted; they are in no stock")
        }
        return lines.joined(separator: "\n")
    }

    /// The rows as CSV, money with its decimals.
    public var csv: String {
        let writer = CSVWriter()
        try? writer.record(dimensions + ["units", "value", "currency", "units_without_cost"])
        for row in rows {
            try? writer.record(
                row.labels.map { $0 ?? "" } + [
                    String(row.units), Money(minor: row.value, currency: currency).amount, currency.code,
                    String(row.uncosted),
                ])
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

/// What happened to the stock's value in a range of days: opening, what came and went, closing.
public struct BooksStatement: Report {
    let days: ClosedRange<Day>
    let method: CostMethod
    let dimensions: [String]
    let rows: [Row]
    let total: Row
    let currency: Currency

    struct Row {
        var labels: [String?]
        var opening = StockValueReport.Row(labels: [])
        var entries: [LedgerKind: StockValueReport.Row] = [:]

        /// What is left at the end: opening and every entry but what was sold of uncounted products.
        var closing: StockValueReport.Row {
            var sum = opening
            for (kind, entry) in entries where kind != .soldUncounted {
                sum.units += entry.units
                sum.value += entry.value
                sum.uncosted += entry.uncosted
            }
            return sum
        }

        /// What the goods that were sold had cost, in minor units.
        var costOfGoods: Int64 { -LedgerKind.costOfGoods.reduce(0) { $0 + (entries[$1]?.value ?? 0) } }
    }

    /// As `Report` says.
    public var json: JSONValue {
        .object([
            ("from", .text(days.lowerBound)), ("to", .text(days.upperBound)),
            ("costMethod", .string(method.rawValue)), ("total", .object(members(total))),
            (
                "rows",
                .array(rows.map { row in .object(zip(dimensions, row.labels).map { ($0, .text($1)) } + members(row)) })
            ),
        ])
    }

    private func members(_ row: Row) -> [(String, JSONValue)] {
        [("opening", json(row.opening))]
            + LedgerKind.allCases.compactMap { kind in
                row.entries[kind].map { (BooksStatement.key(kind), json($0)) }
            } + [("costOfGoods", .money(row.costOfGoods, currency)), ("closing", json(row.closing))]
    }

    private static func key(_ kind: LedgerKind) -> String {
        let words = kind.name.split(separator: "-")
        return ([String(words[0])] + words.dropFirst().map(\.capitalized)).joined()
    }

    private func json(_ row: StockValueReport.Row) -> JSONValue {
        .object([
            ("units", .integer(row.units)), ("value", .money(row.value, currency)),
            ("unitsWithoutCost", .integer(row.uncosted)),
        ])
    }

    /// As `Report` says.
    public var text: String {
        var table = TextTable(
            dimensions.map { .init($0.uppercased()) } + [
                .init(""), .init("UNITS", number: true), .init("VALUE (\(currency))", number: true),
                .init("WITHOUT COST", number: true),
            ])
        for row in rows + (dimensions.isEmpty ? [] : [total]) {
            let labels =
                row.labels.isEmpty ? dimensions.indices.map { $0 == 0 ? "all" : "" } : row.labels.map { $0 ?? "?" }
            func add(_ name: String, _ sums: StockValueReport.Row) {
                table.add(
                    labels + [
                        name, String(sums.units), Money(minor: sums.value, currency: currency).amount,
                        sums.uncosted == 0 ? "" : String(sums.uncosted),
                    ])
            }
            add("opening", row.opening)
            for kind in LedgerKind.allCases where kind != .soldUncounted {
                if let entry = row.entries[kind] { add(kind.name, entry) }
            }
            add("closing", row.closing)
            if let sold = row.entries[.soldUncounted] { add("besides: \(LedgerKind.soldUncounted.name)", sold) }
        }
        return [
            table.text, "",
            "cost of goods sold \(Money(minor: total.costOfGoods, currency: currency)), by \(method.rawValue): \(method.words)",
        ].joined(separator: "\n")
    }
}

extension Substring {
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}

extension Engine {
    /// What the stock is worth at the end of a day, today where none is given.
    public func stockValue(asOf day: Day?, by dimensions: [String]) throws -> StockValueReport {
        let day = try day ?? settings.zone.day(of: now())
        var rows: [[String?]: StockValueReport.Row] = [:]
        var total = StockValueReport.Row(labels: [])
        for sum in try booked(from: nil, through: day, by: dimensions) where sum.kind != .soldUncounted {
            rows[sum.labels, default: StockValueReport.Row(labels: sum.labels)].add(sum)
            total.add(sum)
        }
        var moving = StockValueReport.Row(labels: [])
        for sum in try booked(from: nil, through: day, by: ["place"])
        where sum.labels == [Facts.transitName] && sum.kind != .soldUncounted { moving.add(sum) }
        var (sold, counted): (Set<[String?]>, Set<[String?]>) = ([], [])
        for sum in try booked(from: nil, through: day, by: ["sku"]) {
            if sum.kind == .soldUncounted { sold.insert(sum.labels) } else { counted.insert(sum.labels) }
        }
        return StockValueReport(
            day: day, method: try facts.costMethod(), dimensions: dimensions,
            rows: dimensions.isEmpty
                ? [total]
                : rows.values.filter { !$0.isNothing }.sorted {
                    $0.value > $1.value || ($0.value == $1.value && $0.key < $1.key)
                },
            total: total, moving: moving, notCounted: sold.subtracting(counted).count, currency: settings.currency)
    }

    /// Opening, entries and closing of a range of days.
    public func booksStatement(_ days: ClosedRange<Day>, by dimensions: [String]) throws -> BooksStatement {
        var rows: [[String?]: BooksStatement.Row] = [:]
        var total = BooksStatement.Row(labels: [])
        for sum in try booked(from: nil, through: days.lowerBound.advanced(by: -1), by: dimensions)
        where sum.kind != .soldUncounted {
            rows[sum.labels, default: BooksStatement.Row(labels: sum.labels)].opening.add(sum)
            total.opening.add(sum)
        }
        for sum in try booked(from: days.lowerBound, through: days.upperBound, by: dimensions) {
            let nothing = StockValueReport.Row(labels: [])
            rows[sum.labels, default: BooksStatement.Row(labels: sum.labels)].entries[sum.kind, default: nothing].add(
                sum)
            total.entries[sum.kind, default: nothing].add(sum)
        }
        return BooksStatement(
            days: days, method: try facts.costMethod(), dimensions: dimensions,
            rows: dimensions.isEmpty
                ? [total]
                : rows.values.sorted {
                    $0.labels.map { $0 ?? "" }.lexicographicallyPrecedes($1.labels.map { $0 ?? "" })
                },
            total: total, currency: settings.currency)
    }

    private func booked(from first: Day?, through last: Day, by dimensions: [String]) throws -> [LedgerSum] {
        do {
            return try facts.ledger(from: first, through: last, by: dimensions)
        } catch let error as MetricError {
            throw EngineError(.usage, error.description)
        }
    }
}

extension StockValueReport.Row {
    fileprivate mutating func add(_ sum: LedgerSum) {
        units += sum.units
        value += sum.value
        uncosted += sum.uncosted
    }

    fileprivate var isNothing: Bool { units == 0 && value == 0 && uncosted == 0 }
    fileprivate var key: String { labels.map { $0 ?? "" }.joined(separator: "\u{1F}") }
}
