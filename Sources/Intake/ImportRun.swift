import Domain
import Formats
import Store

/// One file on its way in: decodes by layout, hands on what is sound, puts aside what is not, and counts.
struct ImportRun {
    let facts: Facts
    var batch: Batch
    /// The system whose records are taken in at the moment.
    var system: String
    /// The system that the file speaks for.
    let firstSystem: String
    /// Whether somebody has named the system: then all records speak for it.
    let isNamed: Bool
    /// What the other systems that speak in the file have said so far.
    var shares: [String: Share] = [:]
    /// Batches that are under way already, by system: those of the earlier parts of a file that grows.
    var batches: [String: Batch] = [:]
    let settings: IntakeSettings
    let transaction: Duration
    /// Facts after this moment have not happened.
    let latest: Instant?
    /// Whether nobody else writes, so that transactions may be long.
    let isBulk: Bool
    /// Facts and lines of orders that are written together.
    let groupSize: Int
    private let gathering: Int
    /// Whether the file holds more order lines than one gathering.
    private var isPart = false
    /// The moment of counts in a layout that states none.
    let countedAt: Instant
    /// The header that quarantined rows are read with again; empty where the layout has none.
    let header: [UInt8]
    private let report: (ImportProgress) throws -> Void

    var count = BatchCount()
    var ignoredColumns: [String] = []
    var complaints: [String] = []
    /// How many rows wait, by the kind of what they wait for.
    var waits: [String: Int] = [:]
    /// What became of each record, where rows are retried.
    var outcomes: [RetryOutcome] = []
    /// Rows come from quarantine: they add to their documents, and what fails is in quarantine already.
    var isRetry = false
    let known = Known()
    /// Where the bytes begin that are read, where they are part of a file: its lines and bytes before them.
    var origin = (line: 0, offset: Int64(0))
    /// The newest event time that was taken in.
    var newest: Instant?
    /// Facts of before this moment come late.
    var expectedFrom: Instant?
    /// Rows that came late.
    var late = 0
    /// Where the last record begins, as its reader counts.
    var lastRecord: (line: Int, offset: Int64)?
    /// Rows of the last record.
    var lastRows = 0

    var orderDays: Set<Int32> = []
    var days: DayLookup
    /// How many equal rows were put aside, by what they are.
    var ordinals: [Int64: Int] = [:]
    var pending: [PendingRow] = []
    /// The rows of the book that is being gathered.
    var told: ToldRows
    /// Where `outcomes` has what became of each of them, where rows are retried.
    var outcomeOfRow: [Int] = []

    init(
        facts: Facts, batch: Batch, system: String, isNamed: Bool = true, settings: IntakeSettings, header: [UInt8],
        countedAt: Instant? = nil, transaction: Duration = .milliseconds(12), gathering: Int = OrderBook.usualCapacity,
        latest: Instant? = nil, progress: @escaping (ImportProgress) throws -> Void = { _ in }
    ) {
        self.facts = facts
        days = DayLookup(zone: facts.zone)
        self.batch = batch
        self.system = system
        firstSystem = system
        self.isNamed = isNamed
        self.settings = settings
        self.header = header
        self.countedAt = countedAt ?? batch.startedAt
        self.transaction = transaction
        self.gathering = gathering
        told = ToldRows(capacity: gathering)
        isBulk = transaction > .milliseconds(100)
        groupSize = isBulk ? 8000 : 500
        self.latest = latest
        report = progress
    }

    /// The days on which the file has order lines, as runs of days; which pauses between them count as days without
    /// orders is judged over everything that a source has told.
    var coverage: [ClosedRange<Day>] { ImportRun.ranges(of: orderDays) }

    /// Days as runs of days.
    static func ranges(of days: Set<Int32>) -> [ClosedRange<Day>] {
        days.sorted().reduce(into: []) { ranges, number in
            let day = Day(number: number)
            if let last = ranges.last, last.upperBound.distance(to: day) <= 1 {
                ranges[ranges.count - 1] = last.lowerBound...day
            } else {
                ranges.append(day...day)
            }
        }
    }

    // MARK: - Whose word counts

    /// Whether this source is the system of record for the orders of a channel.
    func isRecorder(of channel: String?) -> Bool {
        settings.records.recorder(of: channel).map { $0 == system } ?? true
    }

    /// The product to wait for, where another system owns products and has not named this one.
    func unknownProduct(_ sku: SKU) throws -> Awaited? {
        guard let owner = settings.records.products, owner != system, !known.skus.contains(sku.key) else { return nil }
        guard try facts.product(sku.text) != nil else { return .product(ProductReference(sku)) }
        known.skus.insert(sku.key)
        return nil
    }

    // MARK: - Mapped order lines

    mutating func takeMapped(_ csv: CSVReader, _ mapping: Mapping, _ dialect: CSVDialect) throws {
        var rows = try MappedOrders(csv, mapping: mapping, for: self)
        var book = OrderBook(capacity: gathering)
        var read = 0
        var sightings: [String: (sighting: Sighting, rows: Int)] = [:]
        while try csv.next() {
            read += 1
            if read & 0x1FFF == 0 { try tell(.reading, csv.source.share, rows: read) }
            do throws(FormatError) {
                try note(rows.take(csv, into: &book), of: csv, &sightings)
            } catch {
                let raw = Array(csv.raw)
                if let text = settings.rewrites.applied(
                    to: raw, header: header, layout: batch.layout, dialect: dialect),
                    let outcome = try retake(text, mapping, dialect, csv, into: &book)
                {
                    note(outcome, of: csv, &sightings)
                    continue
                }
                if isRetry { outcomes.append(.refused) }
                for mended in try refuse(csv, error) {
                    count.duplicate -= 1
                    // What was mended under an earlier mapping may be broken under this one: then it stays refused.
                    guard case .taken(let at)? = try retake(mended, mapping, dialect, csv, into: &book) else {
                        count.refused += 1
                        complain(error)
                        continue
                    }
                    told.add(isRetaken: csv)
                    cover(at)
                }
            }
            if book.isFull {
                try write(&book, mergesPieces: mapping.comesInPieces)
            }
            if sightings.count >= OrderBook.usualCapacity { try see(&sightings) }
            try putAsideIfMany()
        }
        ignoredColumns = csv.header.filter { name in
            !mapping.columns.values.contains { $0.lowercased() == name.trimmed.lowercased() }
        }
        try write(&book, mergesPieces: mapping.comesInPieces)
        try see(&sightings)
        try putAside()
    }

    /// One row again, with other values; nil where it is broken all the same.
    private func retake(
        _ record: [UInt8], _ mapping: Mapping, _ dialect: CSVDialect, _ csv: CSVReader, into book: inout OrderBook
    ) throws -> MappedOrders.Outcome? {
        let again = try CSVReader(
            ByteSource(bytes: header + [0x0A] + record + [0x0A], name: csv.source.name), dialect: dialect)
        var reader = try MappedOrders(again, mapping: mapping, for: self)
        return try again.next() ? try? reader.take(again, into: &book) : nil
    }

    private mutating func note(
        _ outcome: MappedOrders.Outcome, of csv: CSVReader,
        _ sightings: inout [String: (sighting: Sighting, rows: Int)]
    ) {
        switch outcome {
        case .taken(let at):
            told.add(csv)
            if isRetry { outcomeOfRow.append(outcomes.count) }
            cover(at)
            pass(at, rows: 1)
            if isRetry { outcomes.append(.isIn) }
        case .seen(let piece):
            pass(piece.at, rows: 1)
            if isRetry { outcomes.append(.isIn) }
            guard var known = sightings[piece.number] else {
                sightings[piece.number] = (piece, 1)
                return
            }
            known.sighting.units &+= piece.units
            known.sighting.total &+= piece.total
            known.sighting.at = min(known.sighting.at, piece.at)
            known.rows += 1
            sightings[piece.number] = known
        case .waits(let awaited):
            if isRetry { outcomes.append(.waits(awaited)) }
            setAside(
                RefusedRow(
                    line: csv.line, offset: csv.offset, raw: Array(csv.raw), code: awaited.code,
                    reason: awaited.reason, awaits: awaited))
        }
    }

    /// Keeps what was said of orders for which another system is of record.
    private mutating func see(_ sightings: inout [String: (sighting: Sighting, rows: Int)]) throws {
        var left = sightings.values.sorted { $0.sighting.number < $1.sighting.number }[...]
        while !left.isEmpty {
            let group = left.prefix(groupSize)
            left = left.dropFirst(group.count)
            for (arrival, rows) in zip(try facts.see(group.map(\.sighting), of: batch), group.map(\.rows)) {
                switch arrival {
                case .accepted: count.accepted += rows
                case .replaced: count.replaced += rows
                case .duplicate, .parked: count.duplicate += rows
                }
            }
        }
        sightings.removeAll()
    }

    private mutating func write(_ book: inout OrderBook, mergesPieces: Bool) throws {
        guard book.count > 0 else { return }
        // What follows of a file that grows belongs to the documents that are there.
        isPart = isPart || book.isFull || batch.reading != nil
        let total = book.count
        try judge(&book)
        told.removeAll()
        let before = count.read
        count += try facts.write(
            book, of: batch, mergesPieces: mergesPieces || isRetry, isPart: isPart, transaction: transaction
        ) { written in
            try report(ImportProgress(phase: .writing, share: Double(written) / Double(total), rows: before + written))
        }
        book = OrderBook(capacity: gathering)
        outcomeOfRow.removeAll()
    }

    // MARK: - Quarantine

    /// Puts the reader's current row aside; gives what a person made of it before, where one did.
    private mutating func refuse(_ csv: CSVReader, _ error: FormatError) throws -> [[UInt8]] {
        setAside(
            RefusedRow(
                line: csv.line, offset: csv.offset, raw: Array(csv.raw), code: error.code.rawValue,
                reason: error.message), error)
        return try putAside()
    }

    /// Puts a record of some rows of the file aside, because of an error or for what it waits for.
    mutating func setAside(_ row: RefusedRow, rows: Int = 1, _ error: FormatError? = nil) {
        let record = PendingRow(row: row, rows: rows, error: error)
        guard !isRetry else { return add(record) }
        pending.append(record)
        pending[pending.count - 1].row.line += origin.line
        pending[pending.count - 1].row.offset += origin.offset
    }

    /// Notes the event time of rows that are sound.
    mutating func pass(_ at: Instant, rows: Int) {
        if newest.map({ at > $0 }) ?? true, latest.map({ at <= $0 }) ?? true { newest = at }
        if let expectedFrom, at < expectedFrom { late += rows }
    }

    /// Keeps the memory of a file of nothing but broken rows bounded.
    mutating func putAsideIfMany() throws {
        if pending.count >= 500 { try putAside() }
    }

    /// Writes what is to be put aside; gives what persons made of it before, where they did.
    @discardableResult
    mutating func putAside() throws -> [[UInt8]] {
        let records = pending
        pending.removeAll()
        var mended: [[UInt8]] = []
        let fates = try facts.quarantine(records.map(\.row), header: header, of: batch, ordinals: &ordinals)
        for (record, fate) in zip(records, fates) {
            switch fate {
            case .aside: add(record)
            case .settled(let text):
                count.duplicate += record.rows
                if let text { mended.append(text) }
            }
        }
        return mended
    }

    private mutating func add(_ record: PendingRow) {
        if let awaited = record.row.awaits {
            count.parked += record.rows
            waits[awaited.kind, default: 0] += record.rows
        } else {
            count.refused += record.rows
            if let error = record.error { complain(error) }
        }
    }

    mutating func complain(_ error: FormatError) {
        guard complaints.count < 5 else { return }
        var error = error
        error.line = error.line.map { $0 + origin.line }
        complaints.append(error.description.printable)
    }

    /// An order of tomorrow is a typing error, and would cover all the days before it.
    static func notYet(_ at: Instant, _ zone: Zone) -> String {
        "this is dated \(at.iso8601(in: zone)), after the shop's clock; correct the date"
    }

    mutating func cover(_ at: Instant) {
        if days.isOnLastDay(at.milliseconds) { return }
        orderDays.insert(days.number(of: at.milliseconds))
    }

    func tell(_ phase: ImportProgress.Phase, _ share: Double?, rows: Int) throws {
        try report(ImportProgress(phase: phase, share: share, rows: rows))
    }
}

extension OrderLine {
    /// What a line comes to in minor units; nil beyond 10¹⁴ of them, since sums of such lines could leave 64 bits.
    static func total(of units: Int64, at price: UnitPrice, less discount: Int64, in currency: Currency) -> Int64? {
        guard let gross = price.total(units, currency: currency) else { return nil }
        let (total, overflow) = gross.subtractingReportingOverflow(discount)
        return overflow || total.magnitude > 100_000_000_000_000 ? nil : total
    }
}
