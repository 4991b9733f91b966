import Domain
import Formats
import Store

/// Takes a text that grows into the store, some records at a time: facts, what was refused, counts and the place that was
/// reached are one transaction. So every line is taken in exactly once, whenever the process dies.
///
/// All records from the text's first line on are one import: lines of one document add up whatever lies between them, and
/// of two things said of one fact the later holds.
struct GrowingIntake {
    /// Most records of one transaction; how many it really takes follows from how long they take.
    static let most = 1000
    /// How long a transaction should take; live writes of others wait for it.
    static let usual = Duration.milliseconds(8)

    /// How the text is read.
    let layout: Layout
    /// What batches and quarantine call it.
    let name: String
    /// Its first line, which every part is read with; empty where the layout has none.
    let header: [UInt8]
    private let settings: FeedSettings
    private let shop: FeedShop
    private var batch: Batch?
    /// The batches of this hour of other systems that speak in the text.
    private var others: [String: Batch] = [:]
    private var ordinals: [Int64: Int] = [:]
    private var covered: Set<Day> = []
    /// Rows of the last record, which was taken in and is read again with what follows it.
    private var heldRows = 0

    /// How many records the next part should have.
    private(set) var rows = 64
    /// How long the longest transaction took.
    private(set) var longest = Duration.zero

    /// The beginning of a text, or where `feed` says that an earlier process stopped.
    init(
        _ layout: Layout, name: String, header: [UInt8], settings: FeedSettings, shop: FeedShop,
        continuing batch: Int64?
    ) throws {
        self.layout = layout
        self.name = name.split(separator: "/").last.map(String.init) ?? name
        self.header = header
        self.settings = settings
        self.shop = shop
        self.batch = try batch.flatMap { try shop.facts.growingBatch($0) }
        if self.batch?.layout != layout.name { self.batch = nil }
    }

    /// Takes in whole records.
    ///
    /// - Parameters:
    ///   - records: their bytes.
    ///   - feed: what is known of the source; afterwards with these records, as it is stored.
    ///   - start: where they begin in the text, in bytes and lines.
    ///   - isAll: whether the last record is known to be complete, where records have several rows.
    ///   - place: the place to keep, for the bytes and lines that need not be read again.
    /// - Returns: bytes and lines that need not be read again: all, or all but the last record.
    mutating func take(
        _ records: ArraySlice<UInt8>, feed: inout Feed, at start: (position: Int64, line: Int), isAll: Bool,
        place: (_ bytes: Int, _ lines: Int) throws -> Feed.Place?
    ) throws -> (bytes: Int, lines: Int) {
        let importer = try shop.importer()
        let (now, facts) = (importer.now(), shop.facts)
        let opened = try OpenedFile(
            ByteSource(bytes: header + records, name: name, encoding: layout.encoding), layout, facts: facts,
            settings: importer.settings, countedAt: now)
        let clock = ContinuousClock()
        let begin = clock.now
        var after = self
        var known = feed
        var done = (bytes: records.count, lines: 0)
        try facts.database.together {
            let batch = try after.batch(at: now)
            var run = ImportRun(
                facts: facts, batch: batch, system: settings.system ?? layout.system, isNamed: settings.system != nil,
                settings: importer.settings,
                header: opened.header, transaction: .seconds(3600), gathering: GrowingIntake.most,
                latest: importer.latest)
            run.origin = (
                start.line - header.count { $0 == 0x0A }, start.position - Int64(header.count)
            )
            run.ordinals = ordinals
            run.batches = after.others
            run.expectedFrom = feed.watermark.map { $0.adding(seconds: -settings.provisional.components.seconds) }
            try run.take(opened)
            var count = run.count
            // The last record has been counted with the part before.
            let again = min(heldRows, count.duplicate)
            count.duplicate -= again
            after.heldRows = 0
            if layout.spansRows, !isAll, let last = run.lastRecord {
                done.bytes = max(0, Int(last.offset) - header.count)
                after.heldRows = run.lastRows
            }
            done.lines = records.prefix(done.bytes).count { $0 == 0x0A }
            let days = run.coverage.flatMap { range in
                (0...range.lowerBound.distance(to: range.upperBound)).map { range.lowerBound.advanced(by: $0) }
            }
            let isNews = days.contains { !covered.contains($0) }
            try facts.add(count, to: batch, coverage: isNews ? run.coverage : [], now: now)
            for (name, share) in run.shares {
                after.others[name] = share.batch
                try facts.add(
                    share.count, to: share.batch, coverage: ImportRun.ranges(of: share.orderDays), now: now)
                count += share.count
            }
            after.covered.formUnion(days)
            // A record that is read again must not be put aside again.
            after.ordinals = layout.spansRows || run.ordinals.count > 10_000 ? [:] : run.ordinals
            known.add(count, late: run.late, watermark: run.newest, at: shop.wall())
            known.state = .flowing
            known.said = ""
            known.batch = batch.id
            known.place = try place(done.bytes, done.lines)
            try facts.keep(known, now: shop.wall())
        }
        self = after
        feed = known
        pace(clock.now - begin)
        return done
    }

    /// The batch of this hour.
    private mutating func batch(at now: Instant) throws -> Batch {
        if let batch, batch.startedAt.seconds / 3600 == now.seconds / 3600 { return batch }
        let next = try shop.facts.beginGrowing(
            system: settings.system ?? layout.system, file: name, layout: layout.name, continuing: batch?.reading,
            now: now)
        batch = next
        others = [:]
        return next
    }

    /// A record that is longer than a part: the next part must be larger.
    mutating func widen() { rows = min(rows * 2, 1 << 20) }

    private mutating func pace(_ elapsed: Duration) {
        longest = max(longest, elapsed)
        if elapsed > GrowingIntake.usual {
            rows = max(8, Int(Double(rows) * max(0.1, GrowingIntake.usual / elapsed)))
        } else if elapsed < GrowingIntake.usual / 2 {
            rows = min(GrowingIntake.most, rows * 2)
        }
    }
}
