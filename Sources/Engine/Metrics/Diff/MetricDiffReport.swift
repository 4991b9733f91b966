import Domain
import Formats
import Store

/// What `metrics diff` answers.
extension MetricDiff: Report {
    /// As `Report` says.
    public var json: JSONValue {
        .object([
            ("metric", .string(metric.name)), ("unit", .string(metric.unit.rawValue)), ("file", .string(file)),
            ("by", .string(isBySKU ? "sku" : "order")), ("from", .text(days.lowerBound)),
            ("to", .text(days.upperBound)),
            ("here", value(here)), ("there", value(there)), ("difference", value(difference)),
            ("same", .integer(Int64(same))),
            (
                "classes",
                .array(
                    sums.map {
                        .object([
                            ("class", .string($0.kind.rawValue)), ("count", .integer(Int64($0.count))),
                            ("difference", value($0.difference)),
                        ])
                    })
            ),
            (
                "rows",
                .array(
                    rows.map {
                        .object([
                            (isBySKU ? "sku" : "order", .string($0.name)), ("class", .string($0.kind.rawValue)),
                            ("here", value($0.here)), ("there", value($0.there)), ("difference", value($0.difference)),
                            ("why", $0.why.isEmpty ? .null : .string($0.why)),
                        ])
                    })
            ),
            (
                "unreadable",
                .array(
                    unreadable.map { .object([("line", .integer(Int64($0.line))), ("why", .string($0.why))]) })
            ),
        ])
    }

    /// As `Report` says.
    public var text: String {
        var lines = [
            "\(metric.title), \(days.lowerBound.number < -20_000 ? "up to" : "\(days.lowerBound) to") \(days.upperBound), "
                + "against \(columns.amount) by \(columns.document) of \(file)", "",
            "here        \(shown(here))", "there       \(shown(there))", "difference  \(shown(difference))", "",
        ]
        var table = TextTable([.init("CLASS"), .init("COUNT", number: true), .init("DIFFERENCE", number: true)])
        table.add(["same", String(same), shown(0)])
        for sum in sums { table.add([sum.kind.rawValue, String(sum.count), shown(sum.difference)]) }
        lines.append(table.text)
        if !rows.isEmpty {
            var table = TextTable([
                .init(isBySKU ? "SKU" : "ORDER"), .init("CLASS"), .init("HERE", number: true),
                .init("THERE", number: true),
                .init("DIFFERENCE", number: true), .init("WHY"),
            ])
            for row in rows.prefix(100) {
                table.add([
                    row.name, row.kind.rawValue, row.here.map(shown) ?? "", row.there.map(shown) ?? "",
                    shown(row.difference), row.why.isEmpty ? "?" : row.why,
                ])
            }
            lines += ["", table.text]
            if rows.count > 100 { lines.append("and \(rows.count - 100) more; --csv and --json have all") }
        }
        if let first = unreadable.first {
            lines += [
                "", "\(unreadable.count) rows of \(file) could not be read: line \(first.line), \(first.why)".printable,
            ]
        }
        return lines.joined(separator: "\n")
    }

    /// A row each, amounts with their decimals.
    public var csv: String {
        let writer = CSVWriter()
        try? writer.record([isBySKU ? "sku" : "order", "class", "here", "there", "difference", "why"])
        for row in rows {
            try? writer.record([
                row.name, row.kind.rawValue, row.here.map(shown) ?? "", row.there.map(shown) ?? "",
                shown(row.difference),
                row.why,
            ])
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private var sums: [(kind: Class, count: Int, difference: Int64)] {
        Class.allCases.compactMap { kind in
            let own = rows.filter { $0.kind == kind }
            return own.isEmpty ? nil : (kind, own.count, own.reduce(0) { $0 + $1.difference })
        }
    }

    private func shown(_ millionths: Int64) -> String {
        FixedPoint.text(millionths, decimals: 6, keep: metric.unit == .money ? currency.decimals : 0)
    }

    /// Money in minor units, and where the other system's figure has more decimals, as it is.
    private func value(_ millionths: Int64?) -> JSONValue {
        guard let millionths else { return .null }
        let power = FixedPoint.powers[6 - currency.decimals]
        guard metric.unit == .money else { return .number(Double(millionths) / 1_000_000) }
        return millionths % power == 0
            ? .money(millionths / power, currency)
            : .object([("amount", .string(shown(millionths))), ("currency", .string(currency.code))])
    }
}

extension Engine {
    /// Explains where a metric differs from another system's file, order by order or SKU by SKU.
    ///
    /// - Parameters:
    ///   - path: the file, `-` for standard input.
    ///   - document: the column of orders or SKUs, where it is not called as usual; so of the others.
    public func metricDiff(
        _ path: String, metric: String, document: String?, amount: String?, date: String?, currency: String?,
        from: Day?, to: Day?
    ) throws -> MetricDiff {
        try diff(
            ByteSource(path: path), metric: metric,
            columns: .init(document: document, amount: amount, date: date, currency: currency), from: from, to: to)
    }
}
