import Domain
import Formats
import Store

/// How far an import is.
public struct ImportProgress: Sendable {
    /// What it does: reading, or writing what it gathered.
    public enum Phase: String, Sendable {
        case reading, writing
    }

    /// What it does.
    public var phase: Phase
    /// Share of it that is done, 0…1; nil where the size is unknown.
    public var share: Double?
    /// Rows so far.
    public var rows: Int
}

/// What an import did.
public struct ImportReport: Sendable {
    /// Its number.
    public var batch: Int64
    /// What became of its rows.
    public var count: BatchCount
    /// Columns that the layout does not use.
    public var ignoredColumns: [String]
    /// Parked rows of earlier imports that this one let in.
    public var released: Int
    /// The first reasons for refusal, at most five, with their lines.
    public var complaints: [String]
    /// The newest event time that was taken in; nil where nothing that happened was.
    public var newest: Instant?
    /// Rows of before the moment from which facts were expected.
    public var late = 0
    /// How many rows were parked, by the kind of what they wait for (`Awaited.kind`).
    public var waits: [String: Int] = [:]
}

/// Takes files into the store: reads, validates, keys, and puts aside what it must refuse.
///
/// Reading the same file twice, in any order of rows, in overlapping parts, leaves the same store. It may be cut off at
/// any moment: what is stored are whole documents, and running it again goes on.
public struct Importer {
    let facts: Facts
    let settings: IntakeSettings
    let now: () -> Instant
    private let mapping: (String) throws -> Mapping
    private let transaction: Duration
    private let gathering: Int
    let latest: Instant?

    /// An importer into a shop's facts.
    ///
    /// - Parameters:
    ///   - facts: the shop's facts.
    ///   - settings: what the shop's configuration says of its sources.
    ///   - transaction: how long one write may take, about: short where others write as well.
    ///   - gathering: order lines that are held before they are written.
    ///   - latest: orders after this moment are refused; nil takes them all.
    ///   - mapping: the shop's mapping of a name, by which rows from quarantine are read again.
    ///   - now: the shop's clock.
    public init(
        facts: Facts, settings: IntakeSettings = IntakeSettings(), transaction: Duration = .milliseconds(12),
        gathering: Int = OrderBook.usualCapacity, latest: Instant? = nil,
        mapping: @escaping (String) throws -> Mapping = Importer.noMapping, now: @escaping () -> Instant
    ) {
        self.mapping = mapping
        self.settings = settings
        self.gathering = gathering
        self.latest = latest
        self.facts = facts
        self.transaction = transaction
        self.now = now
    }

    /// A shop without mappings.
    public static func noMapping(_ name: String) throws -> Mapping {
        throw FormatError(.unknownWord, "the mapping '\(name.printable)' is no longer there; put it back", file: name)
    }

    private func layout(named name: String) throws -> Layout {
        if name.hasPrefix("mapping:") { return .mapped(try mapping(String(name.dropFirst("mapping:".count)))) }
        guard let layout = Layout(name: name) else {
            throw FormatError(.unknownWord, "no layout is called '\(name.printable)'", file: name)
        }
        return layout
    }

    /// Imports one file.
    ///
    /// - Parameters:
    ///   - source: its bytes.
    ///   - layout: how it is read.
    ///   - system: the system of record it speaks for; nil for the layout's own.
    ///   - covers: the days for which a file of orders is complete; nil for those between its first and last line.
    ///   - countedAt: the moment of counts in a layout that does not state one; nil for now.
    ///   - expectedFrom: what happened before this moment comes late, which is counted.
    ///   - progress: told now and then; throws `Interrupted` to stop.
    /// - Throws: `FormatError` where the file as a whole cannot be read, `StoreError`, and what `progress` throws.
    public func run(
        _ source: ByteSource, layout: Layout, system: String? = nil, covers: ClosedRange<Day>? = nil,
        countedAt: Instant? = nil, expectedFrom: Instant? = nil,
        progress: @escaping (ImportProgress) throws -> Void = { _ in }
    ) throws -> ImportReport {
        let name = source.name.split(separator: "/").last.map(String.init) ?? source.name
        let countedAt = countedAt ?? now()
        let isNamed = system != nil
        let system = system ?? layout.system
        let opened = try OpenedFile(
            source, layout, facts: facts, settings: settings, countedAt: countedAt)
        let batch = try facts.beginBatch(
            system: system, file: name, layout: layout.name, countedAt: countedAt, now: now())
        var run = ImportRun(
            facts: facts, batch: batch, system: system, isNamed: isNamed, settings: settings, header: opened.header,
            countedAt: countedAt, transaction: transaction, gathering: gathering,
            latest: latest, progress: progress)
        run.expectedFrom = expectedFrom
        // A few rows go into the log; a great many are spared from being copied out of it again and again.
        if source.size ?? .max > 1 << 20 {
            try facts.database.inBulk { try run.take(opened, isLong: true) }
        } else {
            try run.take(opened)
        }
        let spoken = try run.spoken()
        let checksum = Checksum.sha256(ofFile: source.name)
        for (batch, count, coverage) in spoken {
            let isEmpty = count.read == 0 && spoken.count > 1
            try facts.finish(
                batch, count: count, checksum: checksum,
                coverage: isEmpty ? [] : covers.map { coverage.isEmpty && spoken.count > 1 ? [] : [$0] } ?? coverage,
                now: now())
            if isEmpty { try facts.discard(batch) }
        }
        let count = run.total
        let first = spoken.max { $0.count.read < $1.count.read }?.batch ?? batch
        let released = try retryParked()
        return ImportReport(
            batch: first.id, count: count, ignoredColumns: run.ignoredColumns, released: released,
            complaints: run.complaints, newest: run.newest, late: run.late, waits: run.waits)
    }

    /// Tries a row in quarantine again, as it is or mended.
    ///
    /// - Parameters:
    ///   - row: the row.
    ///   - bytes: what it should read instead; nil to try it as it is.
    /// - Returns: what became of it; refused and parked rows stay where they are, and so does a mended row that equals a
    ///   line that is there already: whether it is a repeat or was sold twice only a person can say.
    /// - Throws: `StoreError(.refused)` for a row that was mended before: it would count twice.
    public func retry(_ row: QuarantinedRow, mended bytes: [UInt8]? = nil) throws -> ImportReport {
        guard row.state != .mended else {
            throw StoreError(
                .refused,
                "row \(row.id) was mended already; to change it again, correct it in its file and import the file")
        }
        let layout = try layout(named: row.layout)
        let text = bytes ?? row.mended ?? row.raw
        // What a person wrote nobody has signed; that it was mended by hand is on record with the row.
        let isByHand = bytes != nil || row.mended != nil
        var settings = settings
        if isByHand { settings.signatures = Signatures() }
        let (batch, opened) = try again([text], of: row, layout, settings)
        var run = ImportRun(
            facts: facts, batch: batch, system: row.system, isNamed: row.system != layout.system, settings: settings,
            header: row.header,
            countedAt: row.countedAt, latest: latest)
        run.isRetry = true
        try run.take(opened)
        for (batch, count, _) in try run.spoken() {
            try facts.finish(batch, count: count, checksum: nil, coverage: [], now: now())
        }
        let count = run.total
        let repeats = bytes != nil && count.duplicate > 0
        if repeats {
            run.complaints.append(
                "it equals a line that is there already: drop it if it is a repeat (penstock quarantine drop \(row.id))"
            )
        }
        if row.state == .parked, case .waits(let awaited)? = run.outcomes.last {
            try facts.park(row.id, for: awaited, mended: bytes)
        }
        if count.refused == 0, count.parked == 0, !repeats {
            // What a person let in is let in: it does not wait again when it comes again.
            if row.state == .parked, !isByHand, row.code != Awaited.personCode {
                try facts.release(parked: row.id)
            } else {
                try facts.settle(quarantined: row.id, as: .mended, mended: text)
            }
        }
        let released = try retryParked()
        return ImportReport(
            batch: batch.id, count: count, ignoredColumns: [], released: released, complaints: run.complaints,
            waits: run.waits)
    }

    /// Rows from quarantine as the file that they came from, and a batch for them.
    private func again(
        _ rows: [[UInt8]], of row: QuarantinedRow, _ layout: Layout, _ settings: IntakeSettings
    ) throws -> (Batch, OpenedFile) {
        var text = row.header.isEmpty ? [] : row.header + [0x0A]
        for bytes in rows { text += bytes + [0x0A] }
        let opened = try OpenedFile(
            ByteSource(bytes: text, name: row.file), layout, facts: facts, settings: settings, countedAt: row.countedAt)
        let batch = try facts.beginBatch(
            system: row.system, file: row.file, layout: row.layout, countedAt: row.countedAt, now: now())
        return (batch, opened)
    }

    /// Lets in parked rows for which what they wait for has come since; a kill may have come between the two.
    @discardableResult
    public func retryParked() throws -> Int {
        try facts.releaseOutdated()
        var released = 0
        var last: Int64 = 0
        while true {
            var rows = try facts.releasable(limit: 500, after: last)[...]
            guard let end = rows.last else { return released }
            last = end.id
            // One batch for each run of rows of one kind.
            while let first = rows.first {
                let group = rows.prefix {
                    $0.layout == first.layout && $0.system == first.system && $0.header == first.header
                        && $0.countedAt == first.countedAt && ($0.mended == nil) == (first.mended == nil)
                }
                rows = rows.dropFirst(group.count)
                released += try retry(parked: Array(group), like: first)
            }
        }
    }

    private func retry(parked rows: [QuarantinedRow], like first: QuarantinedRow) throws -> Int {
        // Without its mapping a row waits on.
        guard let layout = try? layout(named: first.layout) else { return 0 }
        var settings = settings
        // What a person wrote nobody has signed.
        if first.mended != nil { settings.signatures = Signatures() }
        let (batch, opened) = try again(rows.map { $0.mended ?? $0.raw }, of: first, layout, settings)
        var run = ImportRun(
            facts: facts, batch: batch, system: first.system, settings: settings, header: first.header,
            countedAt: first.countedAt, latest: latest)
        run.isRetry = true
        try run.take(opened)
        try facts.finish(batch, count: run.count, checksum: nil, coverage: run.coverage, now: now())
        var released = 0
        for (row, outcome) in zip(rows, run.outcomes) {
            switch outcome {
            case .isIn:
                if let mended = row.mended {
                    try facts.settle(quarantined: row.id, as: .mended, mended: mended)
                } else {
                    try facts.release(parked: row.id)
                }
                released += 1
            case .waits(let awaited): if awaited.reason != row.reason { try facts.park(row.id, for: awaited) }
            case .refused: break
            }
        }
        return released
    }
}
