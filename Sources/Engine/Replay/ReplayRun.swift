import Domain
import Inventory
import Store

/// Reads what a replay needs some hundred products at a time, plays them, and adds up.
struct ReplayRun {
    private let facts: Facts
    private let settings: ShopSettings
    private let replay: Replay

    /// Products that are read and played at a time.
    private static let page: Int64 = 256

    init(facts: Facts, settings: ShopSettings, replay: Replay) {
        self.facts = facts
        self.settings = settings
        self.replay = replay
    }

    func report(progress: (Int, Int) -> Void) throws -> ReplayReport {
        try check()
        try facts.refreshProducts()
        let sources = try facts.sourcesByProduct()
        let weeks = try ReplayWeeks(facts, replay.days, sources: sources)
        // The last moment before the first day.
        let morning = Instant(milliseconds: facts.zone.instant(day: replay.days.lowerBound).milliseconds - 1)
        let levels = try facts.stockLevels(asOf: morning)
        guard !levels.isEmpty else { throw try uncounted() }
        let calendars = try facts.calendars()
        let player = ReplayPlayer(
            replay: replay, weeks: weeks,
            terms: ReplayTerms(replay, calendars: calendars, assumedLeadTimeDays: settings.assumedLeadTimeDays),
            plans: replay.sides.map { side in
                side.policy.map {
                    PlanTerms($0, assumedLeadTimeDays: settings.assumedLeadTimeDays, regions: settings.regions)
                }
            }, currency: facts.currency, tellsReceipts: try facts.tellsReceipts())
        let products = try facts.products()
        let byID = Dictionary(products.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let shelf = ReplayShelf(
            levels: Dictionary(grouping: levels, by: \.product), offers: try facts.offers(in: replay.days),
            kits: Set(try facts.kits().keys), pools: try facts.pools().mapValues { $0.shipTo }, sources: sources)
        var sums = ReplaySums(replay, currency: facts.currency)
        let last = products.map(\.id).max() ?? 0
        var done = 0
        for first in stride(from: Int64(1), through: last, by: Int(ReplayRun.page)) {
            let page = first...min(last, first + ReplayRun.page - 1)
            let pasts = try pasts(page, byID, weeks, shelf, &sums)
            for result in inParallel(pasts, jobs: replay.jobs, { player.play($0) }) { sums.add(result) }
            done += page.count
            progress(min(done, products.count), products.count)
        }
        return try sums.report()
    }

    /// What is the same for all pages.
    private struct ReplayShelf {
        var levels: [Int64: [StockLevel]]
        var offers: [Int64: [Offer]]
        var kits: Set<Int64>
        var pools: [Int64: PlaceName]
        var sources: [Int64: Set<Int64>]
    }

    private struct PoolKey: Hashable {
        var product: Int64
        var pool: Int64
    }

    /// The products of a page that were counted; the rest are noted as left out.
    private func pasts(
        _ page: ClosedRange<Int64>, _ products: [Int64: Product], _ weeks: ReplayWeeks, _ shelf: ReplayShelf,
        _ sums: inout ReplaySums
    ) throws -> [ReplayPast] {
        let past = weeks.past...replay.days.upperBound
        var demand: [PoolKey: DemandDays] = [:]
        for series in try facts.demand(in: past, products: page) {
            demand[PoolKey(product: series.product, pool: series.pool)] = series
        }
        let known = replay.days.lowerBound.advanced(by: -1)...replay.days.upperBound
        var stock: [PoolKey: [Int64?]] = [:]
        for days in try facts.stock(in: known, products: page) {
            stock[PoolKey(product: days.product, pool: days.pool)] = days.units
        }
        let placed = Dictionary(grouping: try facts.placedOrders(products: page)) {
            PoolKey(product: $0.product, pool: $0.pool)
        }
        let first = past.lowerBound.distance(to: replay.days.lowerBound)
        for (key, series) in demand where series.units[first...].contains(where: { $0 > 0 }) {
            if !(shelf.levels[key.product] ?? []).contains(where: { $0.pool == key.pool }) {
                sums.leave(shelf.kits.contains(key.product) ? .kit : .notCounted)
            }
        }
        var pasts: [ReplayPast] = []
        for id in page {
            guard let product = products[id] else { continue }
            for level in (shelf.levels[id] ?? []).sorted(by: { $0.pool < $1.pool }) {
                guard !shelf.kits.contains(id), let place = shelf.pools[level.pool] else {
                    sums.leave(.kit)
                    continue
                }
                let key = PoolKey(product: id, pool: level.pool)
                pasts.append(
                    ReplayPast(
                        product: product, pool: level.pool, place: place,
                        series: demand[key] ?? DemandDays(product: id, pool: level.pool, days: past),
                        stock: stock[key] ?? [Int64?](repeating: nil, count: replay.length + 1),
                        empty: try facts.emptyDays(
                            product: id, pool: level.pool,
                            until: facts.zone.instant(day: replay.days.upperBound.advanced(by: 1))),
                        sources: shelf.sources[id], offers: shelf.offers[id] ?? [], placed: placed[key] ?? [],
                        level: level))
            }
        }
        return pasts
    }

    // MARK: - What cannot be replayed

    private func check() throws {
        guard !replay.sides.isEmpty else { throw EngineError(.usage, "give at least one policy to replay") }
        guard (1...1000).contains(replay.draws) else { throw EngineError(.usage, "draws must lie between 1 and 1000") }
        guard (1...1000).contains(replay.reviewDays) else {
            throw EngineError(.usage, "review days must lie between 1 and 1000")
        }
        guard replay.length <= Replay.longest else {
            throw EngineError(.usage, "a replay has at most \(Replay.longest) days; give a later --from")
        }
        let told = try facts.coveredDays()
        guard let first = told.first?.lowerBound, let last = told.last?.upperBound else {
            throw EngineError(.usage, "no source of orders has spoken of any day: import orders first")
        }
        let days = replay.days
        guard told.contains(where: { $0.overlaps(days) }) else {
            throw EngineError(
                .usage,
                "nothing is told of \(days.lowerBound) to \(days.upperBound): orders are told of \(first) to \(last)")
        }
        guard days.upperBound <= last else {
            throw EngineError(.usage, "orders are told of up to \(last); give --to \(last) or earlier")
        }
        guard days.lowerBound > first else {
            throw EngineError(
                .usage,
                "orders are told of from \(first) on, and forecasts need days before --from; give a later --from")
        }
    }

    private func uncounted() throws -> EngineError {
        guard let first = try facts.firstCount() else {
            return EngineError(
                .usage, "nobody has counted any stock: import counts (sku, place, quantity, state, counted_at)")
        }
        let day = facts.zone.day(of: first).advanced(by: 1)
        return EngineError(
            .usage, "nobody had counted any stock before \(replay.days.lowerBound); give --from \(day) or later")
    }
}
