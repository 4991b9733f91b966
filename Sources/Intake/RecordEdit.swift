import Domain
import Formats

/// A record as it came, whose values can be looked at and changed: columns of delimited text, members of JSON.
public enum RecordEdit {
    /// The values of a record by column or path, in order; nil where it cannot be split into values.
    public static func values(of record: [UInt8], header: [UInt8], dialect: CSVDialect) -> [(
        name: String, value: String
    )]? {
        if header.isEmpty {
            guard let document = try? JSONDocument(record) else { return nil }
            return document.scalars.flatMap { path, value in
                guard let inner = document.inner(at: path) else {
                    return [(path, value.text ?? String(decoding: value.source, as: UTF8.self))]
                }
                return inner.scalars.map {
                    ("\(path).\($0)", $1.text ?? String(decoding: $1.source, as: UTF8.self))
                }
            }
        }
        guard let csv = reader(record, header, dialect) else { return nil }
        return csv.header.enumerated().map { ($1, String(decoding: csv.field($0), as: UTF8.self)) }
    }

    /// The record with other values.
    ///
    /// - Returns: nil where it cannot be split into values.
    /// - Throws: `FormatError(.missingColumn)` for a column or path that it does not have.
    public static func changed(
        _ record: [UInt8], header: [UInt8], dialect: CSVDialect, _ changes: [(name: String, value: String)]
    ) throws(FormatError) -> [UInt8]? {
        if header.isEmpty {
            var bytes = record
            for change in changes {
                guard let document = try? JSONDocument(bytes) else { return nil }
                guard
                    let changed = document.settingInside(change.name, to: change.value)
                        ?? document.setting(change.name, to: change.value)
                else {
                    throw missing(change.name, of: document.scalars.map(\.path))
                }
                bytes = changed
            }
            return bytes
        }
        guard let csv = reader(record, header, dialect) else { return nil }
        var fields = (0..<csv.header.count).map { String(decoding: csv.field($0), as: UTF8.self) }
        for change in changes {
            guard let column = csv.column(change.name) else { throw missing(change.name, of: csv.header) }
            fields[column] = change.value
        }
        let writer = CSVWriter(dialect: dialect)
        guard (try? writer.record(fields)) != nil else { return nil }
        return Array(writer.bytes.dropLast())
    }

    private static func missing(_ name: String, of names: [String]) -> FormatError {
        let known = names.prefix(40).joined(separator: ", ")
        return FormatError(
            .missingColumn, "there is no '\(name)'; the row has \(known)\(names.count > 40 ? ", …" : "")".printable,
            file: "the row")
    }

    private static func reader(_ record: [UInt8], _ header: [UInt8], _ dialect: CSVDialect) -> CSVReader? {
        let source = ByteSource(bytes: header + [0x0A] + record + [0x0A], name: "row")
        guard let csv = try? CSVReader(source, dialect: dialect), (try? csv.next()) == true, csv.problem == nil else {
            return nil
        }
        return csv
    }
}

extension JSONDocument {
    /// The object that a text member holds as JSON, as signed messages hold their bodies.
    fileprivate func inner(at path: String) -> JSONDocument? {
        guard let node = value(at: path), !node.isNumber, let text = node.text, text.trimmed.hasPrefix("{") else {
            return nil
        }
        return try? JSONDocument(Array(text.utf8))
    }

    /// As `setting`, of a member within such a text: `body.quantity`.
    fileprivate func settingInside(_ path: String, to text: String) -> [UInt8]? {
        for dot in path.indices where path[dot] == "." {
            let outer = String(path[..<dot])
            guard let inner = inner(at: outer) else { continue }
            guard let changed = inner.setting(String(path[path.index(after: dot)...]), to: text) else { return nil }
            return setting(outer, to: String(decoding: changed, as: UTF8.self))
        }
        return nil
    }
}
