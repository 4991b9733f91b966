import Glibc

/// The fit behind ``DayEffects``: levels, weekdays and drivers in turn, each as what was sold over what the others explain,
/// until they stand (iterative proportional fitting, as `CalendarEffects`), every driver drawn to its like and to none.
struct DayEffectsFit {
    let shop: ShopDays
    let width: Int
    let groupCount: Int
    let group: [Int]
    /// Units counted and share of the day that they were counted in, by series × past day; 0 and 0 where not observed.
    private(set) var units: [Double]
    private var exposure: [Double]
    /// Logarithm of what drives all series of a group alike, by group × day, and its variance.
    private(set) var shared: [SIMD2<Double>]
    /// Level by series × past day, factor of the weekday by group × place in the season.
    private var level: [Double]
    private var weekday: [Double]
    /// Occasions: node of occasion × lag × group, by cell; days seen by occasion × lag.
    private(set) var occasionEffects: [SIMD2<Double>] = []
    private(set) var occasionSeen: [Int] = []
    private var cells: [[Cell]]
    /// By lag: how effects hang together, the node of each occasion × group, and how many occasions share a day at most.
    private var trees: [(tree: EffectTree, nodes: [Int], overlap: Int)] = []
    /// Own drivers of series: promotions declared or not, price.
    private(set) var own: [OwnDriver] = []
    /// Anomaly of the weather by day; its effect by group.
    private(set) var weather: [Double] = []
    private(set) var weatherEffects: [SIMD2<Double>] = []
    private(set) var weatherSeen = 0
    /// Variance of a day's demand over its squared mean, of a group's sum and of a series.
    private var groupKappa: [Double]
    private var kappa: Double = 0.2

    /// An occasion on a day at a lag.
    struct Cell: Hashable {
        let occasion: Int
        let lag: Int
    }

    /// A driver that each series has its own of.
    struct OwnDriver {
        enum Kind { case declared, undeclared, price }
        let kind: Kind
        /// By series × day: what the effect is multiplied with, 0 for nothing; and what is added whatever the effect.
        let values: [Double]
        let base: [Double]
        var tree = EffectTree()
        var nodes: [Int] = []
        /// By series.
        var effects: [SIMD2<Double>] = []
        var seen: [Int] = []
    }

    static let lags = -3...2
    private static let rounds = 8
    /// Days that the level looks to either side.
    private static let reach = 21.0

    init(_ shop: ShopDays) {
        self.shop = shop
        let (days, width, count) = (shop.days, shop.width, shop.seriesCount)
        self.width = width
        group = shop.groups.isEmpty ? [Int](repeating: 0, count: count) : shop.groups
        groupCount = (group.max() ?? 0) + 1
        units = [Double](repeating: 0, count: count * days)
        exposure = units
        level = units
        for place in 0..<count * days {
            let share = shop.inStock.isEmpty ? 1 : shop.inStock[place]
            guard shop.demand[place] >= 0, shop.demand[place] < 1e12, share > 0, share <= 1 else { continue }
            units[place] = shop.demand[place]
            exposure[place] = share
        }
        shared = [SIMD2<Double>](repeating: .zero, count: groupCount * width)
        weekday = [Double](repeating: 1, count: groupCount * shop.season)
        groupKappa = [Double](repeating: 0.02, count: groupCount)
        cells = [[Cell]](repeating: [], count: width)
        setOccasions()
        setWeather()
        setOwn()
        for _ in 0..<DayEffectsFit.rounds { turn() }
    }

    /// What drives a series on a day beyond what is shared with its group: logarithm and variance.
    func ownDrive(_ series: Int, _ day: Int) -> SIMD2<Double> {
        var sum = SIMD2<Double>.zero
        for driver in own {
            let place = series * width + day
            let value = driver.values[place]
            guard value != 0 || driver.base[place] != 0 else { continue }
            let effect = driver.effects[series]
            sum += SIMD2(driver.base[place] + effect[0] * value, effect[1] * value * value)
        }
        return sum
    }

    func cells(on day: Int) -> [Cell] { cells[day] }

    func place(_ cell: Cell, _ group: Int) -> Int {
        (cell.occasion * DayEffectsFit.lags.count + cell.lag - DayEffectsFit.lags.lowerBound) * groupCount + group
    }

    // MARK: - Drivers

    private mutating func setOccasions() {
        let lagCount = DayEffectsFit.lags.count
        occasionSeen = [Int](repeating: 0, count: shop.occasions.count * lagCount)
        let isSeen = (0..<shop.days).map { day in
            (0..<shop.seriesCount).contains { exposure[$0 * shop.days + day] > 0 }
        }
        for (place, lag) in DayEffectsFit.lags.enumerated() {
            var tree = EffectTree()
            var nodes: [Int] = []
            var together = [Int](repeating: 0, count: width)
            // Found by name, so that the order of occasions does not matter.
            var kinds: [String: Int] = [:]
            for kind in Set(shop.occasions.map(\.kind)).sorted() {
                kinds[kind] = tree.add(parent: -1, variance: lag == 0 ? 0.09 : 0.02)
            }
            for (index, occasion) in shop.occasions.enumerated() {
                let node = tree.add(parent: kinds[occasion.kind] ?? -1, variance: lag == 0 ? 0.16 : 0.06)
                for _ in 0..<groupCount { nodes.append(tree.add(parent: node, variance: lag == 0 ? 0.06 : 0.03)) }
                for day in Set(occasion.days) where (0..<width).contains(day + lag) {
                    cells[day + lag].append(Cell(occasion: index, lag: lag))
                    together[day + lag] += 1
                    if day + lag < shop.days, isSeen[day + lag] { occasionSeen[index * lagCount + place] += 1 }
                }
            }
            trees.append((tree, nodes, max(1, together.max() ?? 1)))
        }
        occasionEffects = [SIMD2<Double>](
            repeating: .zero, count: shop.occasions.count * lagCount * groupCount)
    }

    private mutating func setWeather() {
        let known = shop.weather.filter(\.isFinite)
        guard known.count >= 28 else { return }
        let mean = known.reduce(0, +) / Double(known.count)
        let smooth = DayEffectsFit.smoothed(shop.weather.map { $0.isFinite ? SIMD2($0 - mean, 1) : .zero })
        var anomaly = (0..<width).map { shop.weather[$0].isFinite ? shop.weather[$0] - mean - smooth[$0] : 0 }
        let spread = (anomaly.reduce(0) { $0 + $1 * $1 } / Double(known.count)).squareRoot()
        guard spread > 1e-9 * max(1, abs(mean)), spread.isFinite else { return }
        anomaly = anomaly.map { min(max($0 / spread, -2.5), 2.5) }
        weather = anomaly
        weatherEffects = [SIMD2<Double>](repeating: .zero, count: groupCount)
        weatherSeen = (0..<shop.days).count { shop.weather[$0].isFinite }
    }

    private mutating func setOwn() {
        let count = shop.seriesCount
        let none = [Double](repeating: 0, count: count * width)
        if !shop.promotions.isEmpty {
            var (declared, base, undeclared) = (none, none, none)
            for (place, promotion) in shop.promotions.enumerated() {
                if promotion.isNaN {
                    undeclared[place] = 1
                } else if promotion > 0 {
                    declared[place] = 1
                    base[place] = log(min(max(promotion, 0.05), 20))
                }
            }
            if declared.contains(1) { own.append(OwnDriver(kind: .declared, values: declared, base: base)) }
            if undeclared.contains(1) { own.append(OwnDriver(kind: .undeclared, values: undeclared, base: none)) }
        }
        if !shop.logPrices.isEmpty {
            var prices = none
            for series in 0..<count {
                var sums = SIMD2<Double>.zero
                for day in 0..<shop.days where shop.logPrices[series * width + day].isFinite {
                    sums += SIMD2(shop.logPrices[series * width + day], 1)
                }
                guard sums[1] > 0 else { continue }
                for day in 0..<width where shop.logPrices[series * width + day].isFinite {
                    let distance = shop.logPrices[series * width + day] - sums[0] / sums[1]
                    if abs(distance) > 1e-9 { prices[series * width + day] = min(max(distance, -1.5), 1.5) }
                }
            }
            if prices.contains(where: { $0 != 0 }) { own.append(OwnDriver(kind: .price, values: prices, base: none)) }
        }
        for index in own.indices {
            let (all, among, single) = own[index].kind == .price ? (1.0, 0.25, 0.25) : (0.16, 0.04, 0.06)
            let root = own[index].tree.add(parent: -1, variance: all)
            let nodes = (0..<groupCount).map { _ in own[index].tree.add(parent: root, variance: among) }
            own[index].nodes = group.map { own[index].tree.add(parent: nodes[$0], variance: single) }
            own[index].effects = [SIMD2<Double>](repeating: .zero, count: count)
            own[index].seen = (0..<count).map { series in
                (0..<shop.days).count {
                    own[index].values[series * width + $0] != 0 && exposure[series * shop.days + $0] > 0
                }
            }
        }
    }

    // MARK: - Turns

    /// One round: levels, weekdays, occasions, weather, then the series' own drivers.
    private mutating func turn() {
        let (days, season) = (shop.days, shop.season)
        setLevels()
        // Sold and expected by group and day, without weekday and shared drivers.
        var sold = [Double](repeating: 0, count: groupCount * days)
        var usual = sold
        var errors = SIMD2<Double>(0.2 * 20, 20)
        for series in 0..<shop.seriesCount {
            let base = group[series] * days
            for day in 0..<days where exposure[series * days + day] > 0 {
                let place = series * days + day
                let plain = level[place] * exposure[place] * exp(ownDrive(series, day)[0])
                let mean = plain * factor(group[series], day)
                // One outsize order is not what an occasion does.
                let deviation = (mean + kappa * mean * mean).squareRoot() + 0.5
                let taken = min(units[place], mean + 6 * deviation)
                sold[base + day] += taken
                usual[base + day] += plain
                let error = min(abs(taken - mean), 4 * deviation)
                errors += SIMD2(error * error - mean, mean * mean)
            }
        }
        kappa = min(2, max(0.005, errors[0] / errors[1]))
        for group in 0..<groupCount {
            var places = [SIMD2<Double>](repeating: .zero, count: season)
            var sum = 0.0
            for day in 0..<days {
                let expected = usual[group * days + day] * exp(shared[group * width + day][0])
                places[day % season] += SIMD2(sold[group * days + day], expected)
                sum += expected
            }
            // As much as one ordinary day speaks for an even week.
            let belief = sum / Double(days)
            for place in 0..<season where belief > 0 {
                weekday[group * season + place] = max(0.01, (places[place][0] + belief) / (places[place][1] + belief))
            }
        }
        var residuals = [SIMD2<Double>](repeating: SIMD2(0.02 * 10, 10), count: groupCount)
        for group in 0..<groupCount {
            for day in 0..<days where cells[day].isEmpty && usual[group * days + day] > 0 {
                let mean = usual[group * days + day] * factor(group, day)
                let error = min(
                    abs(sold[group * days + day] / mean - 1), 4 * (1 / mean + groupKappa[group]).squareRoot())
                let weight = mean / (1 + mean)
                residuals[group] += SIMD2(weight * (error * error - 1 / mean), weight)
            }
            groupKappa[group] = min(1, max(0.002, residuals[group][0] / residuals[group][1]))
        }
        drawOccasions(sold, usual)
        drawWeather(sold, usual)
        for index in own.indices { drawOwn(index) }
    }

    private func factor(_ group: Int, _ day: Int) -> Double {
        weekday[group * shop.season + day % shop.season] * exp(shared[group * width + day][0])
    }

    /// Occasions lag by lag, the day itself first: neighbours share days, and what one explains the next must not.
    private mutating func drawOccasions(_ sold: [Double], _ usual: [Double]) {
        guard !shop.occasions.isEmpty else { return }
        for lag in DayEffectsFit.lags.sorted(by: { abs($0) < abs($1) }) {
            let (tree, nodes, overlap) = trees[lag - DayEffectsFit.lags.lowerBound]
            // Sold, expected with the effect, and days.
            var sums = [SIMD3<Double>](repeating: .zero, count: nodes.count)
            for day in 0..<shop.days {
                for cell in cells[day] where cell.lag == lag {
                    for group in 0..<groupCount where usual[group * shop.days + day] > 0 {
                        let mean = usual[group * shop.days + day] * factor(group, day)
                        sums[cell.occasion * groupCount + group] += SIMD3(sold[group * shop.days + day], mean, 1)
                    }
                }
            }
            var found = [SIMD2<Double>](repeating: .zero, count: tree.count)
            for (index, node) in nodes.enumerated() where sums[index][2] > 0 {
                let (sold, mean, days) = (sums[index][0], sums[index][1], sums[index][2])
                let (occasion, group) = (index / groupCount, index % groupCount)
                let distance = log((sold + 0.5) / (mean + 0.5))
                let variance = 2 / (sold + mean + 1) + groupKappa[group] / days
                found[node] = SIMD2(
                    occasionEffects[place(Cell(occasion: occasion, lag: lag), group)][0] + distance, 1 / variance)
            }
            let drawn = tree.drawn(found)
            for (index, node) in nodes.enumerated() {
                let at = place(Cell(occasion: index / groupCount, lag: lag), index % groupCount)
                // Occasions of one day each see the whole of what is left: together they take it once.
                let step = (drawn[node][0] - occasionEffects[at][0]) / Double(overlap)
                occasionEffects[at] = SIMD2(occasionEffects[at][0] + step, drawn[node][1])
            }
            setShared()
        }
    }

    private mutating func drawWeather(_ sold: [Double], _ usual: [Double]) {
        guard !weather.isEmpty else { return }
        var tree = EffectTree()
        let root = tree.add(parent: -1, variance: 0.01)
        var found: [SIMD2<Double>] = [.zero]
        for group in 0..<groupCount {
            _ = tree.add(parent: root, variance: 0.01)
            var sums = SIMD2<Double>.zero
            for day in 0..<shop.days where usual[group * shop.days + day] > 0 && weather[day] != 0 {
                let mean = usual[group * shop.days + day] * factor(group, day)
                let weight = weather[day] / (1 + groupKappa[group] * mean)
                sums += SIMD2(weight * (sold[group * shop.days + day] - mean), weight * weather[day] * mean)
            }
            found.append(
                sums[1] > 0
                    ? SIMD2(weatherEffects[group][0] + min(max(sums[0] / sums[1], -0.5), 0.5), sums[1]) : .zero)
        }
        weatherEffects = Array(tree.drawn(found)[1...])
        setShared()
    }

    private mutating func setShared() {
        for group in 0..<groupCount {
            for day in 0..<width {
                var sum = SIMD2<Double>.zero
                for cell in cells[day] { sum += occasionEffects[place(cell, group)] }
                if !weather.isEmpty {
                    let value = weather[day]
                    sum += SIMD2(weatherEffects[group][0] * value, weatherEffects[group][1] * value * value)
                }
                shared[group * width + day] = SIMD2(min(max(sum[0], -3), 3), sum[1])
            }
        }
    }

    private mutating func drawOwn(_ index: Int) {
        let days = shop.days
        var found = [SIMD2<Double>](repeating: .zero, count: own[index].tree.count)
        for series in 0..<shop.seriesCount where own[index].seen[series] > 0 {
            // The level takes what moves slowly; only what is quicker than it tells of the driver.
            let slow = DayEffectsFit.smoothed(
                (0..<days).map { day in
                    exposure[series * days + day] > 0 ? SIMD2(own[index].values[series * width + day], 1) : .zero
                })
            var sums = SIMD2<Double>.zero
            for day in 0..<days where exposure[series * days + day] > 0 {
                let value = own[index].values[series * width + day]
                let quick = value - slow[day]
                guard abs(quick) > 1e-9 else { continue }
                let place = series * days + day
                let mean = level[place] * exposure[place] * exp(ownDrive(series, day)[0]) * factor(group[series], day)
                let deviation = (mean + kappa * mean * mean).squareRoot() + 0.5
                let error = min(units[place] - mean, 6 * deviation)
                sums += SIMD2(quick * error, quick * quick * mean) / (1 + kappa * mean)
            }
            guard sums[1] > 0 else { continue }
            let step = min(max(sums[0] / sums[1], -1), 1)
            found[own[index].nodes[series]] = SIMD2(own[index].effects[series][0] + step, sums[1])
        }
        let drawn = own[index].tree.drawn(found)
        let bounds = own[index].kind == .price ? -6.0...1.0 : -2.0...2.0
        for (series, node) in own[index].nodes.enumerated() {
            own[index].effects[series] = SIMD2(
                min(max(drawn[node][0], bounds.lowerBound), bounds.upperBound), drawn[node][1])
        }
    }

    /// Levels of what weekday and drivers leave, as sums over sums, so that days of none sold are no trouble.
    private mutating func setLevels() {
        let days = shop.days
        for series in 0..<shop.seriesCount {
            let pairs = (0..<days).map { day -> SIMD2<Double> in
                let place = series * days + day
                guard exposure[place] > 0 else { return .zero }
                let factor = factor(group[series], day) * exp(ownDrive(series, day)[0])
                return SIMD2(units[place], exposure[place] * factor)
            }
            let smooth = DayEffectsFit.smoothed(pairs)
            for day in 0..<days { level[series * days + day] = smooth[day] }
        }
    }

    /// Sums of the first over sums of the second, weights falling by e in `reach` days to either side; 0 where there is none.
    private static func smoothed(_ pairs: [SIMD2<Double>]) -> [Double] {
        let keep = exp(-1 / reach)
        var sums = pairs
        for day in sums.indices.dropFirst() { sums[day] += sums[day - 1] * keep }
        var after = SIMD2<Double>.zero
        for day in sums.indices.reversed() {
            sums[day] += after
            after = (after + pairs[day]) * keep
        }
        return sums.map { $0[1] > 0 ? $0[0] / $0[1] : 0 }
    }
}
