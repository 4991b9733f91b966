import Domain
import FoundationEssentials
import GRDB

/// Where a row that did not enter the store stands.
public enum QuarantineState: String, Sendable {
    /// Broken; a person must mend it.
    case refused
    /// Sound, but refers to something unknown; retried with every import.
    case parked
    /// Mended by a person and taken in; whenever the broken row comes again, the mended one stands in for it.
    case mended
    /// Put aside by a person.
    case dropped
}

/// A row that did not enter the store, whole.
public struct QuarantinedRow: Sendable {
    /// Its number.
    public var id: Int64
    /// Where it stands.
    public var state: QuarantineState
    /// The batch that brought it.
    public var batch: Int64
    /// The system of record that the batch speaks for.
    public var system: String
    /// The layout that it was read by.
    public var layout: String
    /// When what it counts was counted, in a layout that states no time of its own.
    public var countedAt: Instant
    /// The file's name, the line on which it starts, and the bytes before it.
    public var file: String, line: Int, offset: Int64
    /// The file's header row.
    public var header: [UInt8]
    /// The row's own bytes.
    public var raw: [UInt8]
    /// What a person made of it.
    public var mended: [UInt8]?
    /// Why, as a word and as a sentence.
    public var code: String, reason: String
}

/// A row on its way into quarantine.
public struct RefusedRow: Sendable {
    /// Line on which it starts.
    public var line: Int
    /// Bytes before it in its file.
    public var offset: Int64
    /// Its bytes.
    public var raw: [UInt8]
    /// Why, as a word and as a sentence.
    public var code: String, reason: String
    /// What it waits for; nil where it is broken.
    public var awaits: Awaited?
    /// The order that it tells of and how new it is, where it waits: a newer version makes it needless.
    public var order: (number: String, version: Instant)?

    /// A row that cannot be taken in, or not yet.
    public init(line: Int, offset: Int64, raw: [UInt8], code: String, reason: String, awaits: Awaited? = nil) {
        self.line = line
        self.offset = offset
        self.raw = raw
        self.code = code
        self.reason = reason
        self.awaits = awaits
    }
}

/// What quarantine knows of a row that comes to it.
public enum QuarantineFate: Sendable {
    /// It lies there now, or did so before, and waits.
    case aside
    /// A person decided about it: put it aside for good, or took it in as it is or in other words.
    case settled(mended: [UInt8]?)
}

extension Facts {
    /// Puts rows aside, whole. A row that is there already, from this file or another, is not put aside twice.
    ///
    /// - Returns: what became of each, in order.
    public func quarantine(
        _ rows: [RefusedRow], header: [UInt8], of batch: Batch, ordinals: inout [Int64: Int]
    ) throws -> [QuarantineFate] {
        guard !rows.isEmpty else { return [] }
        // The caller's counts must survive a failed transaction unchanged.
        var counted = ordinals
        let fates = try commit { database in
            counted = ordinals
            var fates: [QuarantineFate] = []
            for row in rows {
                let digest = row.raw.withUnsafeBufferPointer { Int64(bitPattern: Interner.hash($0)) }
                let ordinal = counted[digest, default: 0]
                counted[digest] = ordinal + 1
                let found = try Row.fetchOne(
                    database.cachedStatement(
                        sql: "SELECT id, state, mended FROM quarantine WHERE layout = ? AND digest = ? AND ordinal = ?"),
                    arguments: [batch.layout, digest, ordinal])
                if let found {
                    switch QuarantineState(rawValue: found[1]) {
                    case .mended: fates.append(.settled(mended: (found[2] as Data?).map { [UInt8]($0) }))
                    case .dropped: fates.append(.settled(mended: nil))
                    default: fates.append(.aside)
                    }
                    continue
                }
                fates.append(.aside)
                let state: QuarantineState = row.awaits == nil ? .refused : .parked
                try database.cachedStatement(
                    sql: """
                        INSERT INTO quarantine (state, batch, layout, file, line, position, header, raw, code, reason, ordinal,
                            digest, awaits, awaited, number, version)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """
                ).execute(arguments: [
                    state.rawValue, batch.id, batch.layout, batch.file, row.line, row.offset, Data(header),
                    Data(row.raw), row.code,
                    row.reason.printable, ordinal, digest, row.awaits?.kind, row.awaits?.name,
                    row.order?.number, row.order?.version.milliseconds,
                ])
                try Facts.add(database, to: state.rawValue, 1)
            }
            return fates
        }
        ordinals = counted
        return fates
    }

    /// Rows in quarantine, oldest first.
    public func quarantined(_ state: QuarantineState, limit: Int = 1000, after id: Int64 = 0) throws -> [QuarantinedRow]
    {
        try database.read { database in
            try Row.fetchAll(
                database,
                sql: Facts.quarantineQuery
                    + "WHERE quarantine.state = ? AND quarantine.id > ? ORDER BY quarantine.id LIMIT ?",
                arguments: [state.rawValue, id, limit]
            ).map(Facts.quarantinedRow)
        }
    }

    /// One row in quarantine.
    public func quarantined(id: Int64) throws -> QuarantinedRow {
        let row = try database.read {
            try Row.fetchOne($0, sql: Facts.quarantineQuery + "WHERE quarantine.id = ?", arguments: [id])
        }
        guard let row else {
            throw StoreError(.notFound, "no row \(id) is in quarantine; see penstock quarantine list")
        }
        return Facts.quarantinedRow(row)
    }

    /// Records what became of a row; `mended` are the bytes that were taken in instead.
    public func settle(quarantined id: Int64, as state: QuarantineState, mended: [UInt8]? = nil, reason: String? = nil)
        throws
    {
        try commit { database in
            guard
                let before = try String.fetchOne(
                    database, sql: "SELECT state FROM quarantine WHERE id = ?", arguments: [id])
            else { throw StoreError(.notFound, "no row \(id) is in quarantine; see penstock quarantine list") }
            try database.execute(
                sql:
                    "UPDATE quarantine SET state = ?, mended = coalesce(?, mended), reason = coalesce(?, reason) WHERE id = ?",
                arguments: [state.rawValue, mended.map { Data($0) }, reason, id])
            try Facts.add(database, to: before, -1)
            try Facts.add(database, to: state.rawValue, 1)
        }
    }

    /// Forgets a parked row that has been taken in.
    public func release(parked id: Int64) throws {
        try commit { database in
            try database.execute(sql: "DELETE FROM quarantine WHERE id = ? AND state = 'parked'", arguments: [id])
            try Facts.add(database, to: QuarantineState.parked.rawValue, -database.changesCount)
        }
    }

    /// Parked rows whose product, order or rate has come since, oldest first.
    public func releasable(limit: Int, after id: Int64 = 0) throws -> [QuarantinedRow] {
        try database.read { database in
            try Row.fetchAll(
                database,
                sql: Facts.quarantineQuery + """
                    WHERE quarantine.state = 'parked' AND quarantine.id > ? AND (awaits IS NULL
                        OR (awaits LIKE 'product:%' AND EXISTS (SELECT 1 FROM identifier
                            WHERE scheme = substr(awaits, 9) AND value = awaited))
                        OR (awaits = 'order' AND (EXISTS (SELECT 1 FROM document
                            WHERE document.source = batch.source AND document.key = awaited) OR EXISTS (SELECT 1
                            FROM document WHERE document.source = batch.source AND document.number = awaited)
                            OR EXISTS (SELECT 1 FROM sighting WHERE sighting.source = batch.source
                                AND (sighting.number = awaited OR sighting.key = awaited))))
                        OR (awaits = 'rate' AND EXISTS (SELECT 1 FROM rate WHERE currency = awaited)))
                    ORDER BY quarantine.id LIMIT ?
                    """, arguments: [id, limit]
            ).map(Facts.quarantinedRow)
        }
    }

    /// Notes what a row that was tried again waits for now, and what a person made of it; nil for nothing new.
    public func park(_ id: Int64, for awaited: Awaited, mended: [UInt8]? = nil) throws {
        try commit { database in
            try database.execute(
                sql: """
                    UPDATE quarantine SET awaits = ?, awaited = ?, code = ?, reason = ?, mended = coalesce(?, mended)
                    WHERE id = ? AND state = 'parked'
                    """,
                arguments: [
                    awaited.kind, awaited.name, awaited.code, awaited.reason.printable, mended.map { Data($0) }, id,
                ])
        }
    }

    /// Forgets parked versions of orders of which a newer one has been taken in: they would be known already.
    ///
    /// - Returns: how many.
    @discardableResult
    public func releaseOutdated() throws -> Int {
        let outdated = try database.read { database in
            try Int64.fetchAll(
                database,
                sql: """
                    SELECT quarantine.id FROM quarantine JOIN batch ON batch.id = quarantine.batch
                    JOIN document ON document.source = batch.source AND document.number = quarantine.number
                    WHERE quarantine.state = 'parked' AND quarantine.number IS NOT NULL
                        AND document.version > quarantine.version
                    """)
        }
        for id in outdated { try release(parked: id) }
        return outdated.count
    }

    private static let quarantineQuery = """
        SELECT quarantine.id, quarantine.state, quarantine.batch, source.system, quarantine.layout, file, line, position,
            header, raw, mended, code, reason, counted_at
        FROM quarantine JOIN batch ON batch.id = quarantine.batch JOIN source ON source.id = batch.source \n
        """

    private static func quarantinedRow(_ row: Row) -> QuarantinedRow {
        QuarantinedRow(
            id: row[0], state: QuarantineState(rawValue: row[1]) ?? .refused, batch: row[2], system: row[3],
            layout: row[4],
            countedAt: Instant(milliseconds: row[13]), file: row[5], line: row[6], offset: row[7],
            header: [UInt8](row[8] as Data), raw: [UInt8](row[9] as Data),
            mended: (row[10] as Data?).map { [UInt8]($0) }, code: row[11], reason: row[12])
    }
}
