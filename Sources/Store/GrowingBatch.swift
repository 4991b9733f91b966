import Domain
import GRDB

// The batches of a file that is taken in as it grows: one an hour, and one import together.

extension Facts {
    /// Begins a batch of a file that is taken in as it grows. It counts as ended after every `add`.
    ///
    /// - Parameters:
    ///   - system: the system of record it speaks for.
    ///   - file: the file's name.
    ///   - layout: how it is read.
    ///   - reading: the first batch of the same file, which this one continues; nil for the first.
    ///   - now: shop time.
    public func beginGrowing(
        system: String, file: String, layout: String, continuing reading: Int64?, now: Instant
    ) throws -> Batch {
        try commit { database in
            var batch = try beginBatch(system: system, file: file, layout: layout, now: now)
            batch.reading = reading ?? batch.id
            try database.execute(
                sql: "UPDATE batch SET reading = ?, finished_at = started_at WHERE id = ?",
                arguments: [batch.reading, batch.id])
            return batch
        }
    }

    /// Adds rows to a batch that grows.
    public func add(_ count: BatchCount, to batch: Batch, coverage: [ClosedRange<Day>], now: Instant) throws {
        try commit { database in
            try database.cachedStatement(
                sql: """
                    UPDATE batch SET finished_at = ?, read = read + ?, accepted = accepted + ?, replaced = replaced + ?,
                        duplicate = duplicate + ?, parked = parked + ?, refused = refused + ? WHERE id = ?
                    """
            ).execute(arguments: [
                now.milliseconds, count.read, count.accepted, count.replaced, count.duplicate, count.parked,
                count.refused, batch.id,
            ])
            if !coverage.isEmpty { try Facts.cover(database, source: batch.source, coverage) }
        }
    }

    /// A batch that grows; nil where there is none of that number.
    public func growingBatch(_ id: Int64) throws -> Batch? {
        try database.read { database in
            try Row.fetchOne(
                database,
                sql:
                    "SELECT id, source, layout, name, started_at, reading FROM batch WHERE id = ? AND reading IS NOT NULL",
                arguments: [id]
            ).map {
                Batch(
                    id: $0[0], source: $0[1], layout: $0[2], file: $0[3], startedAt: Instant(milliseconds: $0[4]),
                    reading: $0[5])
            }
        }
    }
}

extension Batch {
    /// Whether what came with another batch is of the same import.
    func isOneImport(with other: Int64, _ database: Database) throws -> Bool {
        if other == id { return true }
        guard let reading else { return false }
        return try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT reading FROM batch WHERE id = ?"), arguments: [other]) == reading
    }
}
