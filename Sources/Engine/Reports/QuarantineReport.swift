import Domain
import Formats
import Intake
import Store

/// Rows in quarantine, one line each.
public struct QuarantineReport: Report {
    let rows: [QuarantinedRow]

    /// As `Report` says.
    public var json: JSONValue { .array(rows.map(\.json)) }

    /// As `Report` says.
    public var text: String {
        guard !rows.isEmpty else { return "nothing is in quarantine" }
        var table = TextTable([
            .init("ID", number: true), .init("FILE"), .init("LINE", number: true), .init("LAYOUT"), .init("REASON"),
            .init("ROW"),
        ])
        for row in rows {
            table.add([
                String(row.id), row.file, String(row.line), row.layout, Readable.cut(row.reason, 60),
                Readable.cut(String(decoding: row.raw.prefix(200), as: UTF8.self), 50),
            ])
        }
        return table.text
    }
}

/// One row in quarantine, column by column.
public struct QuarantinedRowReport: Report {
    let row: QuarantinedRow
    let dialect: CSVDialect

    /// As `Report` says.
    public var json: JSONValue { row.json }

    /// As `Report` says.
    public var text: String {
        var lines = [
            "row \(row.id), \(row.state.rawValue): \(row.reason) (\(row.code))",
            "from \(row.file), line \(row.line), batch \(row.batch), layout \(row.layout)", "",
        ]
        let source = ByteSource(bytes: row.header + [0x0A] + (row.mended ?? row.raw) + [0x0A], name: row.file)
        if let csv = try? CSVReader(source, dialect: dialect), (try? csv.next()) == true, csv.problem == nil {
            for (index, name) in csv.header.enumerated() {
                lines.append("  \(name) = \(String(decoding: csv.field(index), as: UTF8.self))")
            }
        } else {
            lines.append("  \(String(decoding: row.raw, as: UTF8.self))")
        }
        lines += ["", "mend it with penstock quarantine fix \(row.id) --set COLUMN=VALUE"]
        return lines.map(\.printable).joined(separator: "\n")
    }
}

extension QuarantinedRow {
    fileprivate var json: JSONValue {
        .object([
            ("id", .integer(id)), ("state", .string(state.rawValue)), ("file", .string(file)),
            ("line", .integer(Int64(line))),
            ("offset", .integer(offset)), ("layout", .string(layout)), ("batch", .integer(batch)),
            ("code", .string(code)),
            ("reason", .string(reason)), ("header", .string(String(decoding: header, as: UTF8.self))),
            ("raw", .string(String(decoding: raw, as: UTF8.self))),
            ("mended", mended.map { .string(String(decoding: $0, as: UTF8.self)) } ?? .null),
        ])
    }
}

extension Engine {
    /// Rows in quarantine, the oldest first.
    public func quarantine(_ state: QuarantineState, limit: Int) throws -> QuarantineReport {
        QuarantineReport(rows: try facts.quarantined(state, limit: limit))
    }

    /// One row in quarantine.
    public func quarantined(_ id: Int64) throws -> QuarantinedRowReport {
        let row = try facts.quarantined(id: id)
        // A mapping that is gone keeps nobody from looking.
        return QuarantinedRowReport(row: row, dialect: (try? dialect(of: row)) ?? CSVDialect())
    }

    /// Tries a row again: with some columns changed, as another row, or as it is.
    ///
    /// - Throws: `EngineError(.usage)` for a column that the row's file does not have.
    public func mend(_ id: Int64, changes: [(column: String, value: String)], row text: String?) throws -> ImportReport
    {
        let row = try facts.quarantined(id: id)
        var bytes = text.map { Array($0.utf8) }
        if !changes.isEmpty {
            let dialect = try dialect(of: row)
            let source = ByteSource(bytes: row.header + [0x0A] + (row.mended ?? row.raw) + [0x0A], name: row.file)
            let csv = try CSVReader(source, dialect: dialect)
            guard try csv.next(), csv.problem == nil else {
                throw EngineError(.usage, "the row cannot be split into columns; give it anew with --row")
            }
            var fields = (0..<csv.header.count).map { String(decoding: csv.field($0), as: UTF8.self) }
            for change in changes {
                guard let column = csv.column(change.column) else {
                    throw EngineError(
                        .usage,
                        "there is no column '\(change.column.printable)'; the file has \(csv.header.joined(separator: ", "))"
                            .printable)
                }
                fields[column] = change.value
            }
            let writer = CSVWriter(dialect: dialect)
            try writer.record(fields)
            bytes = Array(writer.bytes.dropLast())
        }
        return try importer().retry(row, mended: bytes, mapping: mapping(of: row))
    }

    /// Tries every refused and parked row again as it is.
    ///
    /// - Returns: how many were tried, and how many got in.
    public func retryQuarantine() throws -> (tried: Int, taken: Int) {
        var (tried, taken) = (0, 0)
        for state in [QuarantineState.refused, .parked] {
            var last: Int64 = 0
            while let rows = Optional(try facts.quarantined(state, limit: 200, after: last)), let end = rows.last {
                last = end.id
                for row in rows {
                    tried += 1
                    let report = try importer().retry(row, mapping: mapping(of: row))
                    if report.count.refused == 0, report.count.parked == 0 { taken += 1 }
                }
            }
        }
        return (tried, taken)
    }

    /// Writes refused rows under their header; rows of several headers follow one another, each under its own.
    ///
    /// - Returns: how many.
    public func exportQuarantine(layout: String?, to sink: ByteSink) throws -> Int {
        var (count, last, header) = (0, Int64(0), [UInt8]())
        while let rows = Optional(try facts.quarantined(.refused, limit: 500, after: last)), let end = rows.last {
            last = end.id
            for row in rows where layout == nil || row.layout == layout {
                if row.header != header {
                    try sink.write(row.header + [0x0A])
                    header = row.header
                }
                try sink.write(row.raw + [0x0A])
                count += 1
            }
        }
        return count
    }

    private func dialect(of row: QuarantinedRow) throws -> CSVDialect {
        try mapping(of: row).map { CSVDialect(delimiter: $0.delimiter) } ?? CSVDialect()
    }

    private func mapping(of row: QuarantinedRow) throws -> Mapping? {
        guard row.layout.hasPrefix("mapping:") else { return nil }
        return try mapping(String(row.layout.dropFirst("mapping:".count)))
    }
}
