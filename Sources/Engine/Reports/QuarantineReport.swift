import Domain
import Formats
import Foundation
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
        if let values = RecordEdit.values(of: row.mended ?? row.raw, header: row.header, dialect: dialect) {
            lines += values.map { "  \($0.name) = \($0.value)" }
        } else {
            lines.append("  \(String(decoding: row.raw, as: UTF8.self))")
        }
        lines += [
            "",
            row.layout == "x12"
                // Its elements have no names that --set could take.
                ? "edit it with penstock quarantine edit \(row.id), or give it anew with penstock quarantine fix \(row.id) --row TEXT"
                : "mend it with penstock quarantine fix \(row.id) --set NAME=VALUE, or edit it with penstock quarantine edit \(row.id)",
        ]
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

    /// A row in quarantine as text that can be edited.
    public func textOfQuarantined(_ id: Int64) throws -> String {
        let row = try facts.quarantined(id: id)
        return String(decoding: row.mended ?? row.raw, as: UTF8.self)
    }

    /// Tries a row again: with some values changed, as another row, or as it is.
    ///
    /// - Parameter keeping: whether the change is kept as rules of `penstock.toml`, by which rows that are refused for the
    ///   same values are read from now on.
    /// - Throws: `FormatError(.missingColumn)` for a value that the row does not have; `EngineError(.usage)` for a row that
    ///   cannot be split into values.
    public func mend(
        _ id: Int64, changes: [(name: String, value: String)], row text: String?, keeping: Bool = false
    ) throws -> ImportReport {
        let row = try facts.quarantined(id: id)
        var bytes = text.map { Array($0.utf8) }
        if !changes.isEmpty {
            let record = row.mended ?? row.raw
            let dialect = try dialect(of: row)
            bytes = try RecordEdit.changed(record, header: row.header, dialect: dialect, changes)
            let values = RecordEdit.values(of: record, header: row.header, dialect: dialect)
            guard bytes != nil, let values else {
                throw EngineError(.usage, "the row cannot be split into values; give it anew with --row, or edit it")
            }
            let report = try importer().retry(row, mended: bytes)
            if keeping, report.count.refused == 0 { try keep(changes, of: values, layout: row.layout) }
            return report
        }
        return try importer().retry(row, mended: bytes)
    }

    /// Writes changes of a row as rules into `penstock.toml`.
    private func keep(
        _ changes: [(name: String, value: String)], of values: [(name: String, value: String)], layout: String
    ) throws {
        let rules = changes.map { change in
            let old = values.first { $0.name.lowercased() == change.name.lowercased() }?.value ?? ""
            return Rewrites.Rule(layout: layout, column: change.name, from: old, to: change.value)
        }.filter { !settings.intake.rewrites.rules.contains($0) }
        guard !rules.isEmpty, let text = try folder.text(folder.settings) else { return }
        let added = text + (text.hasSuffix("\n") ? "\n" : "\n\n") + rules.map(\.toml).joined(separator: "\n")
        // What cannot be read again must not be written.
        _ = try ShopSettings(added, file: folder.settings)
        let sink = try ByteSink(path: folder.settings)
        try sink.write(Array(added.utf8))
        try sink.finish()
        chmod(folder.settings, folder.fileMode)
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
                    let report = try importer().retry(row)
                    if report.count.refused == 0, report.count.parked == 0 { taken += 1 }
                }
            }
        }
        return (tried, taken)
    }

    /// Writes refused rows under their header, so that they can be mended elsewhere and imported again.
    ///
    /// - Parameter path: a file, `-`, or a folder, which gets a file for each layout and header.
    /// - Returns: how many rows, and the files.
    /// - Throws: `EngineError(.usage)` where a single file would have to hold rows of several headers.
    public func exportQuarantine(layout: String?, to path: String) throws -> (rows: Int, files: [String]) {
        struct Kind: Hashable {
            var layout: String
            var header: [UInt8]
        }
        var isFolder: ObjCBool = false
        let toFolder =
            path != "-" && FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            && isFolder.boolValue
        var sinks: [Kind: (path: String, sink: ByteSink)] = [:]
        var (count, last) = (0, Int64(0))
        while let rows = Optional(try facts.quarantined(.refused, limit: 500, after: last)), let end = rows.last {
            last = end.id
            for row in rows where layout == nil || row.layout == layout {
                let kind = Kind(layout: row.layout, header: row.header)
                if sinks[kind] == nil {
                    guard toFolder || sinks.isEmpty else {
                        throw EngineError(
                            .usage,
                            "rows of several layouts or headers are refused (\(kind.layout), "
                                + "\(sinks.keys.map(\.layout).sorted().joined(separator: ", "))): name one with --layout, "
                                + "or give a folder, which gets a file for each")
                    }
                    let name = kind.layout.replacing(":", with: "-").replacing("/", with: "-")
                    let ending = kind.header.isEmpty ? (kind.layout == "x12" ? "x12" : "json") : "csv"
                    let place = toFolder ? "\(path)/\(name)-\(sinks.count + 1).\(ending)" : path
                    let sink = try ByteSink(path: place)
                    if !row.header.isEmpty { try sink.write(row.header + [0x0A]) }
                    sinks[kind] = (place, sink)
                }
                try sinks[kind]?.sink.write(row.raw + [0x0A])
                count += 1
            }
        }
        for (_, sink) in sinks.values { try sink.finish() }
        return (count, sinks.values.map(\.path).sorted())
    }

    private func dialect(of row: QuarantinedRow) throws -> CSVDialect {
        try mapping(of: row).map { CSVDialect(delimiter: $0.delimiter) } ?? CSVDialect()
    }

    private func mapping(of row: QuarantinedRow) throws -> Mapping? {
        guard row.layout.hasPrefix("mapping:") else { return nil }
        return try mapping(String(row.layout.dropFirst("mapping:".count)))
    }
}
