import Domain
import Formats
import Store

/// Entries of the journal, the newest last.
public struct JournalReport: Report {
    /// The entries.
    public let entries: [Decisions.Entry]
    let zone: Zone

    /// As `Report` says.
    public var json: JSONValue {
        .array(
            entries.map {
                .object([
                    ("sequence", .integer($0.sequence)), ("at", .string($0.at.iso8601(in: zone))),
                    ("actor", .string($0.actor)), ("what", .string($0.what)), ("action", .integer($0.action)),
                    ("particulars", .string(String(decoding: $0.body, as: UTF8.self))), ("hash", .string($0.hash)),
                ])
            })
    }

    /// As `Report` says.
    public var text: String {
        entries.map { entry in
            let action = entry.action.map { "action \($0)  " } ?? ""
            let body = Readable.cut(String(decoding: entry.body, as: UTF8.self), 100)
            return "\(entry.sequence)  \(entry.at.iso8601(in: zone))  \(entry.actor)  \(entry.what)  \(action)\(body)"
                .printable
        }.joined(separator: "\n")
    }
}

extension Engine {
    /// The last `limit` entries of the journal.
    public func journal(limit: Int) throws -> JournalReport {
        let entries = try decisions.read { reader in
            let last = try reader.lastEntry()?.sequence ?? 0
            return try reader.entries(after: max(0, last - Int64(limit)), limit: limit)
        }
        return JournalReport(entries: entries, zone: settings.zone)
    }
}
