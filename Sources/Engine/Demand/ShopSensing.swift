import Domain
import Forecasting
import Store

/// What visits of the web shop and mentions foretell of the next days' demand, by product and pool, where they have proved to.
///
/// Products with signals of their own (views, carts, mentions) are judged by these, category by category; those without, the
/// best sellers among them, by the visits and mentions of the shop. All rest on full days: today's visits tell of tomorrow.
struct ShopSensing: Sendable {
    /// The signals; nil where there are none.
    let signals: DemandSignals?
    /// The products that sold enough to be judged, by product, then pool, and those that did not.
    let series: [SensedSeries]
    /// What forecasts were worth without signals and with those that were in use at the time.
    let skillInUse: SensingSkill
    /// How well surges were announced, over all series that are on.
    let warnings: SurgeWarnings
    /// The days that warnings and skill are of; nil where nothing could be tried.
    let tried: ClosedRange<Day>?

    private let places: [Key: Int]

    private struct Key: Hashable {
        var product: Int64, pool: Int64
    }

    /// Days ahead that signals speak of, counted from the last day with any.
    static let horizon = 7
    /// Units in the window below which nothing can be proved of a product.
    static let leastUnits = 30
    /// Most products without signals of their own that are looked at, the best sellers.
    static let mostCommon = 2000
    /// Series below which a category is judged together with other small ones, and those that are judged at a time.
    private static let fewest = 24
    private static let most = 512

    /// Learns what signals mean from all that is known, and reads what they say now.
    ///
    /// Memory is that of some hundred series at a time. What comes out depends on facts and day alone, not on the number of
    /// processors.
    ///
    /// - Parameters:
    ///   - asOf: the moment up to which stock is known.
    ///   - today: the day that multipliers begin with.
    ///   - window: the history of demand.
    ///   - regions: which places sell to which regions.
    init(_ facts: Facts, asOf: Instant, today: Day, window: HistoryWindow, regions: RegionPlaces) throws {
        let pools = try facts.pools()
        let signals = try DemandSignals(
            facts, from: window.days.lowerBound, demandUntil: window.days.upperBound, today: today, pools: pools.keys,
            regions: RegionPools(places: facts.places(), pools: pools.mapValues(\.name), said: regions))
        self.signals = signals
        var series: [SensedSeries] = []
        var inUse = SensingSkill()
        var evenings: Range<Int>?
        if let signals {
            var reader = try Reader(facts: facts, asOf: asOf, window: window, signals: signals)
            let shift = signals.days.upperBound.advanced(by: 1).distance(to: today)
            let tasks = try ShopSensing.tasks(facts, window, signals)
            // As many groups are in memory as there are processors.
            for start in stride(from: 0, to: tasks.count, by: processors) {
                let groups = try tasks[start..<min(tasks.count, start + processors)].map { try reader.group($0) }
                for found in inParallel(groups, jobs: processors, { $0.sensed(shift: max(0, shift)) }) {
                    let found = try found.get()
                    series += found.series
                    inUse.add(found.skillInUse)
                    evenings = evenings ?? found.tried
                }
            }
        }
        series.sort { ($0.product, $0.pool) < ($1.product, $1.pool) }
        self.series = series
        skillInUse = inUse
        places = Dictionary(
            uniqueKeysWithValues: series.enumerated().map { (Key(product: $1.product, pool: $1.pool), $0) })
        let on = series.filter { $0.standing == .on }
        let days = evenings ?? 0..<0
        warnings = SurgeWarnings(
            surges: on.map(\.surges), announcements: on.map(\.announcements), days: days, reach: ShopSensing.horizon)
        tried =
            days.isEmpty
            ? nil
            : window.days.lowerBound.advanced(
                by: days.lowerBound)...window.days.lowerBound.advanced(
                    by: days.upperBound - 1)
    }

    /// What expected demand of the next days is to be multiplied with, today first; nil where signals are not known to help.
    func multipliers(product: Int64, pool: Int64) -> [Double]? {
        guard let place = places[Key(product: product, pool: pool)], series[place].standing == .on else { return nil }
        let multipliers = series[place].multipliers
        return multipliers.contains { $0 != 1 } ? multipliers : nil
    }

    // MARK: Groups

    /// Products that are judged together, by their keys.
    private struct Task {
        var products: [Int64]
        var kinds: [DemandSignals.Kind]
    }

    /// Products in groups that may react alike: by category, small ones together, large ones in parts.
    private static func tasks(_ facts: Facts, _ window: HistoryWindow, _ signals: DemandSignals) throws -> [Task] {
        let categories = Dictionary(uniqueKeysWithValues: try facts.products().map { ($0.id, $0.category ?? "") })
        var own: [String: [Int64]] = [:]
        var common: [Int64] = []
        for seller in try facts.topSellers(in: window.days, limit: .max) {
            if signals.products.contains(seller.product) {
                own[categories[seller.product] ?? "", default: []].append(seller.product)
            } else if seller.units >= leastUnits, common.count < mostCommon {
                common.append(seller.product)
            }
        }
        let large = own.filter { $0.value.count >= fewest }
        let small = own.filter { $0.value.count < fewest }
        var groups = large.sorted { $0.key < $1.key }.map { Task(products: $0.value, kinds: DemandSignals.own) }
        groups.append(Task(products: small.sorted { $0.key < $1.key }.flatMap(\.value), kinds: DemandSignals.own))
        groups.append(Task(products: common, kinds: DemandSignals.common))
        return groups.flatMap { group in
            // Parts of about the same size, each with its share of best sellers.
            let parts = (group.products.count + most - 1) / most
            return (0..<parts).map { part in
                Task(
                    products: stride(from: part, to: group.products.count, by: parts).map { group.products[$0] }
                        .sorted(),
                    kinds: group.kinds)
            }
        }
    }

    /// Reads demand and signals of products.
    private struct Reader {
        let facts: Facts
        let asOf: Instant
        let window: HistoryWindow
        let signals: DemandSignals
        private let sources: [Int64: Set<Int64>]
        private var covered: [Set<Int64>?: [Bool]] = [:]
        private var common: [Int64: [[Double]]] = [:]

        init(facts: Facts, asOf: Instant, window: HistoryWindow, signals: DemandSignals) throws {
            self.facts = facts
            self.asOf = asOf
            self.window = window
            self.signals = signals
            sources = try facts.sourcesByProduct()
        }

        mutating func group(_ task: Task) throws -> SensedGroup {
            var group = SensedGroup(days: signals.days, kinds: task.kinds)
            for product in task.products {
                let sizes = try facts.orderSizes(in: window.days, products: product...product)[product] ?? []
                let usual = UsualOrders(sizes)
                for var series in try facts.demand(in: window.days, products: product...product) {
                    usual.clean(&series.units, from: series.first, sizes, pool: series.pool)
                    guard series.units.reduce(0, +) >= Double(ShopSensing.leastUnits) else {
                        group.few.append((product, series.pool))
                        continue
                    }
                    let empty = try facts.emptyDays(product: product, pool: series.pool, until: asOf)
                    let indicators =
                        try task.kinds == DemandSignals.own
                        ? signals.own(product, series.pool) : common(series.pool)
                    group.add(
                        product, series.pool, demand: believed(series.units, isCovered(product), empty), indicators)
                }
            }
            return group
        }

        private mutating func common(_ pool: Int64) -> [[Double]] {
            if let known = common[pool] { return known }
            let counts = signals.common(pool)
            common[pool] = counts
            return counts
        }

        private mutating func isCovered(_ product: Int64) -> [Bool] {
            let key = sources[product]
            if let known = covered[key] { return known }
            let days = window.isCovered(by: key)
            covered[key] = days
            return days
        }

        /// Demand of the days of the signals, NaN where nobody told of a day or there was nothing to sell.
        private func believed(_ units: [Double], _ isCovered: [Bool], _ empty: [ClosedRange<Day>]) -> [Double] {
            var demand = units.indices.map { isCovered[$0] ? units[$0] : .nan }
            for range in empty where range.overlaps(window.days) {
                for day in range.clamped(to: window.days) {
                    let index = window.days.lowerBound.distance(to: day)
                    if demand[index] == 0 { demand[index] = .nan }
                }
            }
            let after = window.days.upperBound.distance(to: signals.days.upperBound)
            demand += [Double](repeating: .nan, count: max(0, after))
            return demand
        }
    }
}
