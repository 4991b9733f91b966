import Domain
import GRDB

/// What became of the rows of one import. `read` is always the sum of the other five.
public struct BatchCount: Sendable, Equatable {
    /// Rows that brought something new.
    public var accepted = 0
    /// Rows of a newer version that took the place of stored ones.
    public var replaced = 0
    /// Rows that said what is known, or less than is known.
    public var duplicate = 0
    /// Rows that wait for something they refer to.
    public var parked = 0
    /// Rows in quarantine.
    public var refused = 0

    /// All rows.
    public var read: Int { accepted + replaced + duplicate + parked + refused }

    /// No rows.
    public init() {}

    /// Adds the rows of another count.
    public static func += (left: inout BatchCount, right: BatchCount) {
        left.accepted += right.accepted
        left.replaced += right.replaced
        left.duplicate += right.duplicate
        left.parked += right.parked
        left.refused += right.refused
    }
}

/// One import under way: every fact that it brings carries its number.
public struct Batch: Sendable {
    /// Its number; later imports have higher ones.
    public let id: Int64
    /// The system of record it speaks for.
    public let source: Int64
    /// The layout of its rows, as imports name it.
    public let layout: String
    /// The file's name, without its folder.
    public let file: String
    /// When it was begun, shop time.
    public let startedAt: Instant
    /// The first batch of the file that it continues, which is taken in line by line as it grows: together they are one
    /// import, and of two things said in it the later holds. Nil for a file that is taken in at once.
    public var reading: Int64?
}

/// A batch as lists show it.
public struct BatchSummary: Sendable {
    /// Its number.
    public var id: Int64
    /// Its system of record.
    public var system: String
    /// The file's name.
    public var file: String
    /// When it was begun.
    public var startedAt: Instant
    /// When it ended; nil where it was cut off.
    public var finishedAt: Instant?
}

extension Facts {
    /// Begins an import; `countedAt` is the moment of counts in a layout that states none, nil for now.
    public func beginBatch(
        system: String, file: String, layout: String, countedAt: Instant? = nil, now: Instant
    ) throws -> Batch {
        try commit { database in
            let source = try Facts.source(database, system)
            try database.execute(
                sql: "INSERT INTO batch (source, name, layout, counted_at, started_at) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    source, file.printable, layout, (countedAt ?? now).milliseconds, now.milliseconds,
                ])
            return Batch(
                id: database.lastInsertedRowID, source: source, layout: layout, file: file.printable, startedAt: now)
        }
    }

    /// Ends an import: its counts, its checksum, and the days that it speaks for without gaps.
    public func finish(
        _ batch: Batch, count: BatchCount, checksum: String?, coverage: [ClosedRange<Day>], now: Instant
    ) throws {
        try commit { database in
            try database.execute(
                sql: """
                    UPDATE batch SET finished_at = ?, checksum = ?, read = ?, accepted = ?, replaced = ?, duplicate = ?,
                        parked = ?, refused = ? WHERE id = ?
                    """,
                arguments: [
                    now.milliseconds, checksum, count.read, count.accepted, count.replaced, count.duplicate,
                    count.parked,
                    count.refused, batch.id,
                ])
            if !coverage.isEmpty { try Facts.cover(database, source: batch.source, coverage) }
        }
    }

    /// The store that speaks for the system of a platform; from now on `store`, where none did.
    public func store(of system: String, else store: String) throws -> String {
        let key = "store:\(system)"
        if let known = try database.read({ try Facts.settings($0)[key] }) { return known }
        return try commit { database in
            try database.execute(sql: "INSERT OR IGNORE INTO setting VALUES (?, ?)", arguments: [key, store])
            return try Facts.settings(database)[key] ?? store
        }
    }

    /// Forgets a batch that brought nothing, and a source of which nothing else is known.
    public func discard(_ batch: Batch) throws {
        try commit { database in
            try database.execute(sql: "DELETE FROM batch WHERE id = ? AND read = 0", arguments: [batch.id])
            try database.execute(
                sql: """
                    DELETE FROM source WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM batch WHERE source = ?1)
                        AND NOT EXISTS (SELECT 1 FROM document WHERE source = ?1)
                    """, arguments: [batch.source])
        }
    }

    /// The newest batch; 0 before the first.
    public func newestBatch() throws -> Int64 {
        try database.read { try Int64.fetchOne($0, sql: "SELECT max(id) FROM batch") ?? 0 }
    }

    /// The last `limit` batches, newest first.
    public func batches(limit: Int) throws -> [BatchSummary] {
        try database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT batch.id, system, name, started_at, finished_at FROM batch JOIN source ON source.id = source
                    ORDER BY batch.id DESC LIMIT ?
                    """, arguments: [limit]
            ).map {
                BatchSummary(
                    id: $0[0], system: $0[1], file: $0[2], startedAt: Instant(milliseconds: $0[3]),
                    finishedAt: ($0[4] as Int64?).map(Instant.init(milliseconds:)))
            }
        }
    }

    /// How many facts there are of each kind.
    public func tallies() throws -> [(kind: String, count: Int)] {
        try database.read { database in
            try Row.fetchAll(database, sql: "SELECT kind, count FROM tally WHERE count > 0 ORDER BY kind").map {
                ($0[0], $0[1])
            }
        }
    }

    /// The days for which some source of orders has spoken, without gaps inside each range, ascending.
    public func coveredDays() throws -> [ClosedRange<Day>] {
        Facts.merged(try coverageBySource().values.joined().sorted { $0.lowerBound < $1.lowerBound })
    }

    /// The days for which each source of orders has spoken, ascending, by source.
    public func coverageBySource() throws -> [Int64: [ClosedRange<Day>]] {
        try database.read { database in
            var result: [Int64: [ClosedRange<Day>]] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT source, first, last FROM coverage ORDER BY first") {
                result[row[0], default: []].append(Day(number: row[1])...Day(number: row[2]))
            }
            return result.mapValues(Facts.bridged)
        }
    }

    /// Runs of days that a source told of, with its usual pauses filled: days without orders are days of the shop all the
    /// same. A fortnight is no pause for any shop; one with ten runs or more may pause five times its mean.
    static func bridged(_ ranges: [ClosedRange<Day>]) -> [ClosedRange<Day>] {
        let pauses = zip(ranges, ranges.dropFirst()).map { $0.upperBound.distance(to: $1.lowerBound) }
        let longest = pauses.count < 10 ? 14 : max(14, 5 * pauses.reduce(0, +) / pauses.count)
        return ranges.reduce(into: []) { result, range in
            if let last = result.last, last.upperBound.distance(to: range.lowerBound) <= longest {
                result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
    }

    /// What is known of a product besides its sales, and the batch that each came with: its newest counts, its offers,
    /// what is still on order.
    public func origins(of product: Int64) throws -> [(what: String, batch: Int64)] {
        try database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT 'count at ' || place.name, batch FROM stock_count AS this
                    JOIN place ON place.id = this.place WHERE product = ?1 AND at = (SELECT max(at) FROM stock_count AS other
                        WHERE other.product = this.product AND other.place = this.place)
                    UNION ALL SELECT 'offer of ' || supplier.name, batch FROM offer
                    JOIN supplier ON supplier.id = supplier WHERE product = ?1
                    UNION ALL SELECT 'purchase ' || number || '/' || line, batch FROM purchase_line
                    WHERE product = ?1 AND state = 'open' AND quantity > received ORDER BY 1, 2
                    """, arguments: [product]
            ).map { ($0[0], $0[1]) }
        }
    }

    /// Which sources have sold each product.
    public func sourcesByProduct() throws -> [Int64: Set<Int64>] {
        try database.read { database in
            var result: [Int64: Set<Int64>] = [:]
            let rows = try Row.fetchCursor(database, sql: "SELECT product, source FROM product_source")
            while let row = try rows.next() { result[row[0], default: []].insert(row[1]) }
            return result
        }
    }

    /// Imports that were cut off, or are under way, and that no later one of the same file has made good.
    public func unfinishedImports() throws -> [BatchSummary] {
        var finished: Set<String> = []
        return try batches(limit: 100).filter { batch in
            if batch.finishedAt != nil { finished.insert(batch.file) }
            return batch.finishedAt == nil && finished.insert(batch.file).inserted
        }
    }

    static func cover(_ database: Database, source: Int64, _ told: [ClosedRange<Day>]) throws {
        let rows = try Row.fetchAll(
            database, sql: "SELECT first, last FROM coverage WHERE source = ?", arguments: [source])
        let ranges = rows.map { Day(number: $0[0])...Day(number: $0[1]) } + told
        try database.execute(sql: "DELETE FROM coverage WHERE source = ?", arguments: [source])
        for range in merged(ranges.sorted { $0.lowerBound < $1.lowerBound }) {
            try database.execute(
                sql: "INSERT INTO coverage VALUES (?, ?, ?)",
                arguments: [source, range.lowerBound.number, range.upperBound.number])
        }
    }

    /// Ranges, ascending by their first day, with those that overlap or touch made one.
    static func merged(_ ranges: [ClosedRange<Day>]) -> [ClosedRange<Day>] {
        var result: [ClosedRange<Day>] = []
        for range in ranges {
            if let last = result.last, range.lowerBound <= last.upperBound.advanced(by: 1) {
                result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        return result
    }
}
