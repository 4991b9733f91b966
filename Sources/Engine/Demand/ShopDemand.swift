import Domain
import Forecasting
import Store

/// The shop's demand models: fitted on all history once a week, and carried on from day to day.
///
/// What is in use on a day was fitted on the history up to the last Sunday that is followed by two days at least, so that a
/// runner has a day's time to fit the next ones in the background. Where a fit is missing it is made when it is asked for, and
/// kept. Old facts that change void the fit of their product alone: what all products have in common, and what occasions and
/// promotions of others taught, stays what it was until the week's end.
final class ShopDemand {
    /// One product's demand in one pool.
    struct Series {
        var product: Int64
        var pool: Int64
        /// What is to come; nil where no day says anything.
        var forecast: DemandForecast?
        /// Demand of the newest days, `recentDays` of them where there are so many.
        var recent: DemandDays?
        /// Which orders are outsize; nil where no order is known.
        var usual: UsualOrders?

        /// Units expected over the coming four weeks.
        var monthly: Double { forecast?.mean(days: 0..<28) ?? 0 }
    }

    /// The days of history.
    let window: HistoryWindow
    /// The last day of the history that the models in use were fitted on; nil where there is too little to keep a fit.
    let fitted: Day?

    private let facts: Facts
    private let asOf: Instant
    private let coverage: [Int64: [ClosedRange<Day>]]
    private let sources: [Int64: Set<Int64>]
    private let fitWindow: HistoryWindow?
    private let inCommon: PooledDemand
    private let drivers: ShopDrivers?
    private var covered: [Covering: Covered] = [:]

    /// Products whose demand is held at a time.
    static let page: Int64 = 256
    /// Newest days that prices are taken from.
    static let recentDays = 90
    /// Days of history below which every plan fits anew.
    private static let leastDays = 28

    private struct Covering: Hashable {
        var sources: Set<Int64>?
        var isOfFit: Bool
    }

    private struct Covered {
        var days: [Bool]
        var sum: UInt64
    }

    /// The models in use on a day; nil where no source has told of any day.
    ///
    /// Fits everything where that has not been done: tenths of a second for a thousand products.
    ///
    /// - Parameter holidays: the calendar of the shop's country; nil for none.
    init?(_ facts: Facts, asOf: Instant, today: Day, holidays: Holidays? = nil) throws {
        self.facts = facts
        self.asOf = asOf
        coverage = try facts.coverageBySource()
        guard let window = HistoryWindow(coverage: coverage, today: today) else { return nil }
        self.window = window
        sources = try facts.sourcesByProduct()
        fitted = ShopDemand.fitDay(window, before: window.days.upperBound)
        fitWindow = fitted.flatMap { [coverage] in HistoryWindow(coverage: coverage, today: $0.advanced(by: 1)) }
        drivers = try ShopDrivers(facts, window: fitWindow ?? window, holidays: holidays)
        guard let fitted, let fitWindow else {
            inCommon = .usual
            return
        }
        if let kept = try facts.fittedInCommon(until: fitted).flatMap(PooledDemand.init(numbers:)) {
            inCommon = kept
        } else {
            inCommon = try ShopDemand.fit(
                Fitting(
                    facts: facts, asOf: asOf, window: fitWindow, sources: sources, drivers: drivers, until: fitted))
        }
    }

    /// Fits what will be in use from the next change of models on, where that can be done already and has not been.
    ///
    /// - Returns: whether there was anything to do.
    @discardableResult
    static func fitAhead(_ facts: Facts, asOf: Instant, today: Day, holidays: Holidays? = nil) throws -> Bool {
        let coverage = try facts.coverageBySource()
        guard let window = HistoryWindow(coverage: coverage, today: today),
            let next = fitDay(window, before: window.days.upperBound.advanced(by: 1)),
            try facts.fittedInCommon(until: next) == nil,
            let fitWindow = HistoryWindow(coverage: coverage, today: next.advanced(by: 1))
        else { return false }
        _ = try fit(
            Fitting(
                facts: facts, asOf: asOf, window: fitWindow, sources: facts.sourcesByProduct(),
                drivers: ShopDrivers(facts, window: fitWindow, holidays: holidays), until: next))
        return true
    }

    /// The last Sunday before a day; nil where little history lies before it.
    private static func fitDay(_ window: HistoryWindow, before day: Day) -> Day? {
        let sunday = day.advanced(by: -1 - day.weekday.rawValue)
        return window.days.lowerBound.distance(to: sunday) + 1 >= leastDays ? sunday : nil
    }

    /// The demand of the products in a range of keys that have been asked for; by product and pool.
    func series(_ products: ClosedRange<Int64>) throws -> [Series] {
        guard let fitted, let fitWindow else {
            let all = try facts.demand(in: window.days, products: products)
            let sizes = try facts.orderSizes(in: window.days, products: products)
            return try all.map { try direct($0, sizes[$0.product] ?? []) }
        }
        let first = min(
            fitted.advanced(by: 1),
            max(window.days.lowerBound, window.days.upperBound.advanced(by: 1 - ShopDemand.recentDays)))
        let recent = try facts.demand(in: first...window.days.upperBound, products: products)
        var kept = try facts.keptForecasts(until: fitted, products: products)[...]
        var series: [Series] = []
        var rest = recent[...]
        while rest.first != nil || kept.first != nil {
            let (old, new) = (kept.first, rest.first)
            let isOld = old.map { old in new.map { (old.product, old.pool) <= ($0.product, $0.pool) } ?? true } ?? false
            let isNew = new.map { new in old.map { (new.product, new.pool) <= ($0.product, $0.pool) } ?? true } ?? false
            if isOld { kept.removeFirst() }
            if isNew { rest.removeFirst() }
            guard let product = isOld ? old?.product : new?.product, let pool = isOld ? old?.pool : new?.pool else {
                continue
            }
            let days = isNew ? new : nil
            let empty = try facts.emptyDays(product: product, pool: pool, until: asOf)
            let covering = covered(product)
            if isOld, let old,
                old.shelf == ShopDemand.shelf(covered(product, ofFit: true), empty, fitWindow, drivers, product),
                let (carried, usual) = ShopDemand.read(old.numbers)
            {
                series.append(
                    Series(
                        product: product, pool: pool,
                        forecast: try forecast(carried, usual, product, pool, days, covering, empty, from: fitted),
                        recent: days, usual: usual))
            } else {
                series.append(try anew(product, pool, days))
            }
        }
        return series
    }

    /// The demand of a product in a pool of which no order is known.
    func silent(_ product: Int64, _ pool: Int64) throws -> DemandForecast? {
        let empty = try facts.emptyDays(product: product, pool: pool, until: asOf)
        return window.history(nil, isCovered: covered(product).days, empty: empty)
            .flatMap { DemandModel.fit($0, pool: inCommon) }
    }

    /// Net revenue in minor units and units of a product over all days of the window and all pools.
    func revenue(_ product: Int64) throws -> (revenue: Int64, units: Double) {
        try facts.demand(in: window.days, products: product...product).reduce((0, 0)) { sum, series in
            (sum.0 &+ series.revenue.reduce(0, &+), sum.1 + series.units.reduce(0, +))
        }
    }

    /// Goes on from a fit over the days since.
    private func forecast(
        _ carried: CarriedDemand, _ usual: UsualOrders, _ product: Int64, _ pool: Int64, _ recent: DemandDays?,
        _ covering: Covered, _ empty: [ClosedRange<Day>], from fitted: Day
    ) throws -> DemandForecast {
        var carried = carried
        let first = fitted.advanced(by: 1)
        let days = first...window.days.upperBound
        var units = [Double](repeating: 0, count: first.distance(to: days.upperBound) + 1)
        if let recent {
            for (index, day) in days.enumerated() { units[index] = recent.units[recent.first.distance(to: day)] }
        }
        if units.contains(where: { $0 > usual.limit }) {
            let sizes = try facts.orderSizes(in: days, products: product...product)[product] ?? []
            usual.clean(&units, from: first, sizes, pool: pool)
        }
        ShopDemand.divide(&units, by: drivers?.multipliers(product, pool, from: first, count: units.count))
        for (index, day) in days.enumerated() {
            let isCovered = covering.days[window.days.lowerBound.distance(to: day)]
            let isEmpty = units[index] == 0 && empty.contains { $0.contains(day) }
            carried.take(units: units[index], inStock: isCovered && !isEmpty ? 1 : 0)
        }
        return driven(carried.forecast(inCommon), product, pool)
    }

    /// A forecast with what is known to be at work on the days to come.
    private func driven(_ forecast: DemandForecast, _ product: Int64, _ pool: Int64) -> DemandForecast {
        var forecast = forecast
        let first = window.days.upperBound.advanced(by: 1)
        forecast.multipliers = drivers?.multipliers(product, pool, from: first, count: ShopDrivers.horizon - 10) ?? []
        return forecast
    }

    /// Takes what was at work out of demand.
    private static func divide(_ units: inout [Double], by multipliers: [Double]?) {
        guard let multipliers else { return }
        for index in units.indices where multipliers[index] > 0 { units[index] /= multipliers[index] }
    }

    /// What is at work on a day, the strongest first.
    func reasons(_ product: Int64, _ pool: Int64, on day: Day) -> [DayEffects.Reason] {
        drivers?.reasons(product, pool, on: day) ?? []
    }

    /// Fits one product whose fit is missing or void, and keeps it.
    private func anew(_ product: Int64, _ pool: Int64, _ recent: DemandDays?) throws -> Series {
        guard let fitted, let fitWindow else { return Series(product: product, pool: pool) }
        let changes = try facts.historyChanges()
        let fitting = Fitting(
            facts: facts, asOf: asOf, window: fitWindow, sources: sources, drivers: drivers, until: fitted)
        guard
            let task = try fitting.tasks(product...product).first(where: { $0.pool == pool }),
            let study = task.study()
        else {
            // Asked for since the fit for the first time.
            let all = try facts.demand(in: window.days, products: product...product).first { $0.pool == pool }
            guard let all else { return Series(product: product, pool: pool, recent: recent) }
            let sizes = try facts.orderSizes(in: window.days, products: product...product)[product] ?? []
            var series = try direct(all, sizes)
            series.recent = recent ?? all
            return series
        }
        _ = try facts.keep(forecasts: [task.kept(study, inCommon)], until: fitted, changes: changes)
        let empty = try facts.emptyDays(product: product, pool: pool, until: asOf)
        return Series(
            product: product, pool: pool,
            forecast: try forecast(
                study.carried(inCommon), task.usual, product, pool, recent, covered(product), empty, from: fitted),
            recent: recent, usual: task.usual)
    }

    /// Fits one product on all days of the window.
    private func direct(_ days: DemandDays, _ sizes: [OrderSize]) throws -> Series {
        let empty = try facts.emptyDays(product: days.product, pool: days.pool, until: asOf)
        let usual = UsualOrders(sizes)
        var clean = days
        usual.clean(&clean.units, from: days.first, sizes, pool: days.pool)
        ShopDemand.divide(
            &clean.units,
            by: drivers?.multipliers(days.product, days.pool, from: days.first, count: clean.units.count))
        let history = window.history(clean, isCovered: covered(days.product).days, empty: empty)
        return Series(
            product: days.product, pool: days.pool,
            forecast: history.flatMap { DemandModel.fit($0, pool: inCommon) }.map {
                driven($0, days.product, days.pool)
            },
            recent: days, usual: usual)
    }

    private func covered(_ product: Int64, ofFit: Bool = false) -> Covered {
        let key = Covering(sources: sources[product], isOfFit: ofFit)
        if let known = covered[key] { return known }
        let days = (ofFit ? fitWindow ?? window : window).isCovered(by: key.sources)
        let found = Covered(days: days, sum: ShopDemand.sum(days))
        covered[key] = found
        return found
    }

    private static func sum(_ days: [Bool]) -> UInt64 {
        days.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ ($1 ? 1 : 2)) &* 0x100_0000_01b3 }
    }

    /// A number for which days of a fit's history could be believed.
    private static func shelf(
        _ covered: Covered, _ empty: [ClosedRange<Day>], _ window: HistoryWindow, _ drivers: ShopDrivers?,
        _ product: Int64
    ) -> Int64 {
        var sum =
            covered.sum ^ (drivers?.signature(product) ?? 0) ^ UInt64(bitPattern: Int64(window.days.lowerBound.number))
        for range in empty where range.overlaps(window.days) {
            let known = range.clamped(to: window.days)
            for number in [known.lowerBound.number, known.upperBound.number] {
                sum = (sum ^ UInt64(bitPattern: Int64(number))) &* 0x100_0000_01b3
            }
        }
        return Int64(bitPattern: sum)
    }

    private static func read(_ numbers: [Double]) -> (CarriedDemand, UsualOrders)? {
        guard numbers.count > 2, let carried = CarriedDemand(numbers: Array(numbers[2...])) else { return nil }
        return (carried, UsualOrders(limit: numbers[0] >= 0 ? numbers[0] : .infinity, typical: numbers[1]))
    }

    // MARK: Fitting

    /// What a fit reads.
    private struct Fitting {
        let facts: Facts
        let asOf: Instant
        let window: HistoryWindow
        let sources: [Int64: Set<Int64>]
        let drivers: ShopDrivers?
        let until: Day

        /// What is to be fitted of the products in a range of keys.
        func tasks(_ products: ClosedRange<Int64>) throws -> [Task] {
            let sizes = try facts.orderSizes(in: window.days, products: products)
            var covered: [Set<Int64>?: Covered] = [:]
            return try facts.demand(in: window.days, products: products).map { days in
                let own = sources[days.product]
                let covering = covered[own] ?? Covered(days: window.isCovered(by: own), sum: 0)
                if covered[own] == nil {
                    covered[own] = Covered(days: covering.days, sum: ShopDemand.sum(covering.days))
                }
                let empty = try facts.emptyDays(product: days.product, pool: days.pool, until: asOf)
                let usual = UsualOrders(sizes[days.product] ?? [])
                var clean = days
                usual.clean(&clean.units, from: days.first, sizes[days.product] ?? [], pool: days.pool)
                ShopDemand.divide(
                    &clean.units,
                    by: drivers?.multipliers(days.product, days.pool, from: days.first, count: clean.units.count))
                return Task(
                    product: days.product, pool: days.pool, usual: usual,
                    history: window.history(clean, isCovered: covering.days, empty: empty),
                    shelf: ShopDemand.shelf(covered[own] ?? covering, empty, window, drivers, days.product))
            }
        }
    }

    /// One product's history in one pool, to be fitted.
    private struct Task: Sendable {
        var product: Int64
        var pool: Int64
        var usual: UsualOrders
        var history: DemandHistory?
        var shelf: Int64

        func study() -> DemandStudy? { history.flatMap { DemandStudy($0) } }

        func kept(_ study: DemandStudy, _ inCommon: PooledDemand) -> KeptForecast {
            KeptForecast(
                product: product, pool: pool, shelf: shelf,
                numbers: [usual.limit.isFinite ? usual.limit : -1, usual.typical] + study.carried(inCommon).numbers)
        }

        /// The task as far as it is needed to keep what was found.
        var withoutHistory: Task {
            var task = self
            task.history = nil
            return task
        }
    }

    /// Fits everything and keeps it; others read and write meanwhile.
    ///
    /// What changes while it is read is not kept: whoever asks for it fits it again.
    private static func fit(_ fitting: Fitting) throws -> PooledDemand {
        let facts = fitting.facts
        try facts.beginFit(until: fitting.until)
        var pages: [(changes: Int64, found: [(task: Task, study: DemandStudy)])] = []
        let last = try facts.products().map(\.id).max() ?? 0
        for first in stride(from: Int64(1), through: last, by: Int(page)) {
            let changes = try facts.historyChanges()
            let tasks = try fitting.tasks(first...min(last, first + page - 1))
            let studied = inParallel(tasks, jobs: processors) { $0.study() }
            let found = zip(tasks, studied).compactMap { task, study in
                study.map { (task: task.withoutHistory, study: $0) }
            }
            pages.append((changes, found))
        }
        let inCommon = PooledDemand(pages.lazy.flatMap { $0.found.map(\.study) }) { count, work in
            forEach(count, jobs: processors, work)
        }
        for page in pages {
            let kept = page.found.map { $0.task.kept($0.study, inCommon) }
            _ = try facts.keep(forecasts: kept, until: fitting.until, changes: page.changes)
        }
        try facts.keep(
            inCommon: inCommon.numbers, until: fitting.until, oldest: fitting.until.advanced(by: -7))
        return inCommon
    }
}
