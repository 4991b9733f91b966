import Domain
import Store

extension Engine {
    /// What speaks against closing a month today: facts that are missing, may still change, or were refused.
    func doubts(about days: ClosedRange<Day>) throws -> [String] {
        let today = settings.zone.day(of: try now())
        var doubts: [String] = []
        if days.upperBound >= today {
            doubts.append("the month is not over: it ends on \(days.upperBound), today is \(today)")
        } else {
            doubts += try silentSources(at: days.upperBound)
        }
        for batch in try facts.unfinishedImports() {
            doubts.append("the import of \(batch.file) (batch \(batch.id)) is not finished; import the file again")
        }
        let catalogue = try metrics()
        // What nobody has ever told of will not be told late.
        let provisional =
            try !facts.hasLateSources()
            ? []
            : catalogue.sorted.filter { metric in
                try facts.provisionalDay(of: metric, in: catalogue.metrics, now: now()).map { $0 <= days.upperBound }
                    ?? false
            }
        if let first = provisional.first {
            doubts.append(
                "late facts may still change \(provisional.count) metrics, \(first.name) among them, until "
                    + "\(days.upperBound.advanced(by: 4))")
        }
        let refused = try facts.quarantined(.refused, limit: 100_000).filter { speaks($0, of: days) }.count
        if refused > 0 {
            doubts.append("\(refused) rows of the month are in quarantine; see penstock quarantine list")
        }
        let parked = try facts.quarantined(.parked, limit: 100_000).filter { speaks($0, of: days) }.count
        if parked > 0 {
            doubts.append("\(parked) rows of the month wait for a product; see penstock quarantine list --parked")
        }
        let stock = try stockValue(asOf: days.upperBound, by: [])
        if stock.total.uncosted > 0 {
            doubts.append(
                "\(stock.total.uncosted) units in stock have no known cost; import offers or products with a cost")
        }
        return doubts
    }

    /// Sources of orders that went quiet before the end of a month: those that ended long before it are over.
    private func silentSources(at day: Day) throws -> [String] {
        let systems = try facts.systems()
        var doubts: [String] = []
        var spoke = false
        for (source, ranges) in try facts.coverageBySource().sorted(by: { $0.key < $1.key }) {
            guard let last = ranges.map(\.upperBound).max() else { continue }
            if last >= day { spoke = true }
            guard last < day, last.distance(to: day) < 60 else { continue }
            doubts.append(
                "\(systems[source] ?? "a source") has told of orders only up to \(last), the month ends on \(day)")
        }
        if !spoke, doubts.isEmpty { doubts.append("no source has told of orders up to \(day)") }
        for source in try troubledSources() where source.trouble == .silent || source.trouble == .failing {
            doubts.append("\(source.name): \(source.says)")
        }
        return doubts
    }

    /// Whether a row that was refused is of a range of days: one of them stands in it, or it came then and names no day.
    private func speaks(_ row: QuarantinedRow, of days: ClosedRange<Day>) -> Bool {
        let named = DaysInText.days(row.raw)
        if named.contains(where: { days.contains($0) }) { return true }
        return named.isEmpty && days.contains(settings.zone.day(of: row.countedAt))
    }
}

/// The days that stand in a text: `2011-11-05`, `20111105`, `2011/11/05`, `05/11/2011` (as day and month, and the other
/// way round, since nobody says which).
enum DaysInText {
    static func days(_ bytes: [UInt8]) -> [Day] {
        var found: [Day] = []
        var runs: [(value: Int, length: Int, separator: UInt8)] = []
        func add(_ year: Int, _ month: Int, _ day: Int) {
            guard (1990...2100).contains(year), let day = Day(year: year, month: month, day: day) else { return }
            found.append(day)
        }
        var index = 0
        while index < bytes.count {
            guard bytes[index] &- 0x30 < 10 else {
                index += 1
                continue
            }
            let start = index
            var value = 0
            while index < bytes.count, bytes[index] &- 0x30 < 10, index - start < 9 {
                value = value * 10 + Int(bytes[index] - 0x30)
                index += 1
            }
            runs.append((value, index - start, index < bytes.count ? bytes[index] : 0))
            if index - start == 8 { add(value / 10_000, value / 100 % 100, value % 100) }
            guard runs.count >= 3 else { continue }
            let (a, b, c) = (runs[runs.count - 3], runs[runs.count - 2], runs[runs.count - 1])
            guard a.separator == b.separator, [0x2D, 0x2F, 0x2E].contains(a.separator) else { continue }
            if a.length == 4 { add(a.value, b.value, c.value) }
            if c.length == 4 {
                add(c.value, b.value, a.value)
                add(c.value, a.value, b.value)
            }
        }
        return found
    }
}
