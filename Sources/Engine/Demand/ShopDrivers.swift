import Domain
import Forecasting
import Store

/// What occasions, promotions and weather do to a shop's demand, by product, pool and day.
///
/// Effects are learned on the history of the fit in use: from the sums of each category in each pool, and from the products
/// that have had promotions, each by itself. What is said since of days past or to come counts at once.
struct ShopDrivers: Sendable {
    /// The last day of the history that effects were learned on.
    private let end: Day
    private let pools: [Int64: PoolDrivers]
    private let groups: [Int64: Int]
    private let promotions: [PromotionSpan]
    /// Places of the promotions of the history by product, and of those for everything under `all`.
    private let byProduct: [Int64: [Int]]
    private static let all = Int64.min
    /// A number for the occasions of the history.
    private let occasionSum: UInt64

    private struct PoolDrivers: Sendable {
        /// The first day of the history.
        var first: Day
        var effects: DayEffects
        /// Place of each promoted product among the series.
        var series: [Int64: Int]
        /// Number of categories, whose series come first.
        var groups: Int
    }

    /// Days to come for which effects are worked out.
    static let horizon = 150
    /// Most products with promotions whose own history is looked at, those with the most recent ones.
    private static let mostPromoted = 2000

    /// The drivers of a shop; nil where nobody has told of any.
    ///
    /// - Parameters:
    ///   - window: the history that effects are learned on.
    ///   - holidays: the calendar of the shop's country; nil for none.
    init?(_ facts: Facts, window: HistoryWindow, holidays: Holidays?) throws {
        let (first, last) = (window.days.lowerBound, window.days.upperBound)
        end = last
        let all = first.advanced(by: -3)...last.advanced(by: ShopDrivers.horizon + 3)
        var occasions = try facts.occasions(in: all)
        if let holidays {
            occasions += holidays.days(in: Int(all.lowerBound.number)..<Int(all.upperBound.number) + 1).map {
                OccasionDay(
                    day: Day(number: Int32($0.day)), kind: $0.kind == .holiday ? .holiday : .event, name: $0.name)
            }
        }
        // A lift in one channel lifts the whole by the channel's share of it.
        promotions = try facts.promotions(in: all).compactMap { promotion in
            guard let channel = promotion.channel else { return promotion }
            let share = try facts.share(of: channel, products: promotion.products, since: last.advanced(by: -90))
            guard share > 0 else { return nil }
            var promotion = promotion
            promotion.lift = promotion.lift.map { 1 + share * ($0 - 1) }
            return promotion
        }
        occasionSum = occasions.lazy.filter { [end] in $0.day <= end }.reduce(0xcbf2_9ce4_8422_2325) { sum, occasion in
            ShopDrivers.mixed(
                sum,
                "\(occasion.day.number) \(occasion.kind.rawValue) \(occasion.name) \(occasion.value ?? 0) "
                    + "\(occasion.pool ?? 0) \(occasion.region ?? "")")
        }
        var byProduct: [Int64: [Int]] = [:]
        for (place, promotion) in promotions.enumerated() where promotion.days.lowerBound <= last {
            if let products = promotion.products {
                let everything = byProduct[ShopDrivers.all] ?? []
                for product in products { byProduct[product, default: everything].append(place) }
            } else {
                byProduct[ShopDrivers.all, default: []].append(place)
                for product in byProduct.keys where product != ShopDrivers.all { byProduct[product]?.append(place) }
            }
        }
        self.byProduct = byProduct
        guard !occasions.isEmpty || !promotions.isEmpty else { return nil }

        let categories = try facts.products().map { ($0.id, $0.category ?? "") }
        let names = Set(categories.map(\.1)).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        groups = Dictionary(uniqueKeysWithValues: categories.map { ($0.0, numbers[$0.1] ?? 0) })
        let sums = try ShopDrivers.sums(facts, window, groups, names)
        let promoted = ShopDrivers.promoted(promotions, groups, newest: last)
        var histories: [Int64: [Int64: [Double]]] = [:]
        for product in promoted {
            for series in try facts.demand(in: window.days, products: product...product) {
                histories[series.pool, default: [:]][product] = series.units
            }
        }
        let covered = window.isCovered(by: nil)
        var pools: [Int64: PoolDrivers] = [:]
        for pool in Set(sums.keys).union(histories.keys) {
            pools[pool] = try ShopDrivers.drivers(
                pool, window, covered, sums[pool] ?? [:], histories[pool] ?? [:], groups, names.count, occasions,
                promotions)
        }
        self.pools = pools
    }

    /// The factors of demand on some days in a row; nil where nothing is known to be at work.
    func multipliers(_ product: Int64, _ pool: Int64, from day: Day, count: Int) -> [Double]? {
        guard count > 0, let drivers = pools[pool], let series = series(product, drivers) else { return nil }
        let start = drivers.first.distance(to: day)
        var isNone = true
        let factors = (start..<start + count).map { day in
            let factor = drivers.effects.effect(series, day: day).multiplier
            if factor != 1 { isNone = false }
            return factor
        }
        return isNone ? nil : factors
    }

    /// What is at work on a day, the strongest first.
    func reasons(_ product: Int64, _ pool: Int64, on day: Day) -> [DayEffects.Reason] {
        guard let drivers = pools[pool], let series = series(product, drivers) else { return [] }
        return drivers.effects.reasons(series, day: drivers.first.distance(to: day))
    }

    /// A number for what was at work on a product's days of the history: another one makes a fit on it void.
    func signature(_ product: Int64) -> UInt64 {
        (byProduct[product] ?? byProduct[ShopDrivers.all] ?? []).reduce(occasionSum) { sum, place in
            let promotion = promotions[place]
            return ShopDrivers.mixed(
                sum,
                "\(promotion.days.lowerBound.number) \(promotion.days.upperBound.number) \(promotion.lift ?? -1) "
                    + "\(promotion.pool ?? 0)")
        }
    }

    private static func mixed(_ sum: UInt64, _ text: String) -> UInt64 {
        text.utf8.reduce(sum) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    private func series(_ product: Int64, _ drivers: PoolDrivers) -> Int? {
        drivers.series[product] ?? groups[product]
    }

    /// The promoted products, those with the newest promotions first.
    private static func promoted(
        _ promotions: [PromotionSpan], _ groups: [Int64: Int], newest: Day
    ) -> [Int64] {
        var last: [Int64: Day] = [:]
        for promotion in promotions {
            for product in promotion.products ?? [] where groups[product] != nil {
                last[product] = max(last[product] ?? promotion.days.upperBound, promotion.days.upperBound)
            }
        }
        return last.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(mostPromoted).map(\.key).sorted()
    }

    private static func drivers(
        _ pool: Int64, _ window: HistoryWindow, _ covered: [Bool], _ sums: [Int: [Double]],
        _ histories: [Int64: [Double]], _ groups: [Int64: Int], _ groupCount: Int, _ occasions: [OccasionDay],
        _ promotions: [PromotionSpan]
    ) throws -> PoolDrivers {
        let first = window.days.lowerBound
        let days = covered.count
        let products = histories.keys.sorted()
        var demand: [Double] = []
        func append(_ units: [Double]?) {
            for day in 0..<days { demand.append(covered[day] ? units?[day] ?? 0 : .nan) }
        }
        for group in 0..<groupCount { append(sums[group]) }
        for product in products { append(histories[product]) }
        var shop = ShopDays(demand: demand, days: days, horizon: horizon)
        shop.groups = Array(0..<groupCount) + products.map { groups[$0] ?? 0 }
        var falls: [String: (kind: String, days: [Int])] = [:]
        var weather = [Double](repeating: .nan, count: shop.width)
        for occasion in occasions where occasion.pool.map({ $0 == pool }) ?? true {
            let day = first.distance(to: occasion.day)
            if occasion.kind == .weather {
                if weather.indices.contains(day), let value = occasion.value { weather[day] = value }
                continue
            }
            let name = occasion.region.map { "\(occasion.name) (\($0))" } ?? occasion.name
            falls[name, default: (occasion.kind.rawValue, [])].days.append(day)
        }
        shop.occasions = falls.sorted { $0.key < $1.key }.map {
            ShopDays.Occasion(name: $0.key, kind: $0.value.kind, days: $0.value.days)
        }
        if weather.contains(where: { !$0.isNaN }) { shop.weather = weather }
        var plan = [Double](repeating: 0, count: (groupCount + products.count) * shop.width)
        var isPromoted = false
        for promotion in promotions where promotion.pool.map({ $0 == pool }) ?? true {
            let start = max(0, first.distance(to: promotion.days.lowerBound))
            let end = min(shop.width - 1, first.distance(to: promotion.days.upperBound))
            guard start <= end else { continue }
            let members = promotion.products.map(Set.init)
            // One for everything is seen in the sums; the promoted products have it beside their own.
            var series = products.indices.filter { members?.contains(products[$0]) ?? true }.map { groupCount + $0 }
            if members == nil { series += 0..<groupCount }
            for series in series {
                for day in start...end {
                    let place = series * shop.width + day
                    let lift = promotion.lift ?? .nan
                    plan[place] = plan[place] == 0 ? lift : plan[place] * lift
                    isPromoted = true
                }
            }
        }
        if isPromoted { shop.promotions = plan }
        return PoolDrivers(
            first: first, effects: try DayEffects(shop),
            series: Dictionary(uniqueKeysWithValues: products.enumerated().map { ($1, groupCount + $0) }),
            groups: groupCount)
    }

    /// Units of each category by pool and day, kept once they have been added up.
    private static func sums(
        _ facts: Facts, _ window: HistoryWindow, _ groups: [Int64: Int], _ names: [String]
    ) throws -> [Int64: [Int: [Double]]] {
        // Kept under the category's name, as categories come and go: below all keys of products.
        func key(_ name: String) -> Int64 {
            -1 - Int64(name.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 } >> 2)
        }
        let until = window.days.upperBound
        let days = window.days.lowerBound.distance(to: until) + 1
        let byKey = Dictionary(names.enumerated().map { (key($1), $0) }, uniquingKeysWith: { first, _ in first })
        var sums: [Int64: [Int: [Double]]] = [:]
        for kept in try facts.keptForecasts(until: until, products: Int64.min...(-1)) {
            guard let group = byKey[kept.product], kept.numbers.count == days else { continue }
            sums[kept.pool, default: [:]][group] = kept.numbers
        }
        guard sums.isEmpty else { return sums }
        try facts.beginFit(until: until)
        let changes = try facts.historyChanges()
        let last = groups.keys.max() ?? 0
        for first in stride(from: Int64(1), through: last, by: Int(ShopDemand.page)) {
            for series in try facts.demand(in: window.days, products: first...min(last, first + ShopDemand.page - 1)) {
                let group = groups[series.product] ?? 0
                var sum = sums[series.pool]?[group] ?? [Double](repeating: 0, count: days)
                for day in sum.indices { sum[day] += series.units[day] }
                sums[series.pool, default: [:]][group] = sum
            }
        }
        let rows = sums.flatMap { pool, groups in
            groups.map { KeptForecast(product: key(names[$0]), pool: pool, shelf: 0, numbers: $1) }
        }
        _ = try facts.keep(forecasts: rows, until: until, changes: changes)
        return sums
    }
}
