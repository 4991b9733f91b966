import Domain
import GRDB

/// A table of what people said and may say otherwise: every version is kept, the newest holds.
///
/// A version is as old as its source says, else as the import that brought it first. What is told again without a date
/// says nothing new, also after a newer word with a date: a file that is read every night does not bring back what was
/// withdrawn since. Of two versions of one moment the greater in the order of the columns holds, so that the order of
/// rows leaves no trace; of a file that is taken in as it grows, and of two imports, the later.
struct StatementTable: Sendable {
    private let find, insert, update, delete, touch, tally: String
    private let valueCount: Int

    /// A table with the columns `said_at`, `is_dated`, `batch` and these.
    ///
    /// - Parameters:
    ///   - name: of the table.
    ///   - tally: what `status` calls its facts; versions of one count once.
    ///   - keys: the columns by which a fact is known.
    ///   - values: its other columns.
    init(_ name: String, tally: String, keys: [String], values: [String]) {
        let wanted = keys.map { "\($0) = ?" }.joined(separator: " AND ")
        let version = "\(wanted) AND said_at = ? AND is_dated = ?"
        find =
            "SELECT said_at, is_dated, batch, \(values.joined(separator: ", ")) FROM \(name) WHERE \(wanted) ORDER BY said_at, is_dated"
        let columns = keys + ["said_at", "is_dated"] + values + ["batch"]
        insert =
            "INSERT INTO \(name) (\(columns.joined(separator: ", "))) VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))"
        update =
            "UPDATE \(name) SET \((values + ["batch"]).map { "\($0) = ?" }.joined(separator: ", ")) WHERE \(version)"
        delete = "DELETE FROM \(name) WHERE \(version)"
        touch = "UPDATE \(name) SET batch = ? WHERE \(version)"
        self.tally = tally
        valueCount = values.count
    }

    private struct Version {
        var saidAt: Int64
        var isDated: Bool
        var batch: Int64
        var values: [DatabaseValue]
    }

    /// The rule that flags a fact of which one import says two things at once.
    static let saidTwice = "said-twice"

    /// Keeps a fact; where its import says something else of it at the same moment, it is flagged.
    ///
    /// - Parameters:
    ///   - fact: what it is; a flag names it.
    ///   - keys: in the order of the columns, as `values`.
    ///   - version: when its source says that it was said.
    func keep(
        _ fact: Fact, _ keys: [(any DatabaseValueConvertible)?], _ values: [(any DatabaseValueConvertible)?],
        version: Instant?, of batch: Batch, _ database: Database
    ) throws -> Arrival {
        let isDated = version != nil
        let saidAt = try version?.milliseconds ?? StatementTable.moment(of: batch, database)
        let told = values.map { $0?.databaseValue ?? .null }
        func run(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?]) throws {
            try database.cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments))
        }
        let stored = try Row.fetchAll(database.cachedStatement(sql: find), arguments: StatementArguments(keys)).map {
            row in
            Version(
                saidAt: row[0], isDated: row[1], batch: row[2],
                values: (0..<valueCount).map { row[3 + $0] as DatabaseValue })
        }
        let isNewest = stored.last.map { ($0.saidAt, $0.isDated ? 1 : 0) <= (saidAt, isDated ? 1 : 0) } ?? true
        guard let same = stored.first(where: { $0.saidAt == saidAt && $0.isDated == isDated }) else {
            if !isDated, let last = stored.last {
                if let before = stored.last(where: { !$0.isDated }) {
                    if before.values == told {
                        // What the same file says otherwise is weighed against it.
                        try run(touch, [batch.id] + keys + [before.saidAt, false])
                        return .duplicate
                    }
                    if before.batch == batch.id, batch.reading == nil {
                        try flag(fact, batch, database)
                        guard FactTable.isLess(before.values, told) else { return .duplicate }
                    }
                }
                if last.values == told { return .duplicate }
            }
            try run(insert, keys + [saidAt, isDated] + values + [batch.id])
            if stored.isEmpty { try Facts.add(database, to: tally, 1) }
            return stored.isEmpty ? .accepted : isNewest ? .replaced : .duplicate
        }
        if same.values == told {
            if !isDated, same.batch != batch.id { try run(touch, [batch.id] + keys + [saidAt, false]) }
            return .duplicate
        }
        let isLater = !isDated && (batch.reading != nil || same.batch != batch.id)
        if !isLater { try flag(fact, batch, database) }
        guard isLater || FactTable.isLess(same.values, told) else { return .duplicate }
        let before = stored.last { !$0.isDated && $0.saidAt < saidAt }
        if !isDated, before?.values == told {
            // It says what was said before: nothing has changed.
            try run(delete, keys + [saidAt, false])
        } else {
            try run(update, values + [batch.id] + keys + [saidAt, isDated])
        }
        return isNewest ? .replaced : .duplicate
    }

    private func flag(_ fact: Fact, _ batch: Batch, _ database: Database) throws {
        try Facts.raise(
            [
                Oddity(
                    kind: fact.kind, subject: fact.subject, rule: StatementTable.saidTwice,
                    says: "two rows say different things of it at once, and one of them holds; tell them apart by a "
                        + "line or an id, or say by updated_at which is newer")
            ], of: batch, database)
    }

    /// When what a batch brings without a date was said: rows that waited for a product keep the moment of their import.
    private static func moment(of batch: Batch, _ database: Database) throws -> Int64 {
        try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT counted_at FROM batch WHERE id = ?"), arguments: [batch.id])
            ?? batch.startedAt.milliseconds
    }

    /// The condition that a row of `table` is the last version said by a moment, which is the SQL `moment`.
    static func isLast(_ table: String, of keys: [String], by moment: String) -> String {
        let same = keys.map { "later.\($0) = \(table).\($0)" }.joined(separator: " AND ")
        return """
            \(table).said_at < \(moment) AND NOT EXISTS (SELECT 1 FROM \(table) AS later WHERE \(same)
                AND later.said_at < \(moment)
                AND (later.said_at, later.is_dated) > (\(table).said_at, \(table).is_dated))
            """
    }
}
