import Glibc

/// What past launches tell of a new product: the curve of its first days and how much it may sell, from products of its
/// category, price band and place.
///
/// A launch is a level times the curve of its category, which is drawn to the curve of all. Levels are told apart by category,
/// price band within it, and place, in logarithms and each drawn to its like, so that three launches of a band move it
/// little and thirty decide; a launch further than three deviations off counts as three. How far single launches stray
/// from what their like would have said is the spread of a new one (Fisher & Raman, "The New Science of Retailing", 2010,
/// chapter 2; the law of the days to come is that of `LaunchDemand`).
public struct LikeItems: Sendable {
    /// What a product is like.
    public struct Item: Sendable, Hashable {
        /// Its category.
        public let category: String
        /// Its price band within the category.
        public let priceBand: String
        /// Where it is sold.
        public let place: String

        /// A product of a category and price band in a place; empty texts are a value like others.
        public init(category: String, priceBand: String, place: String = "") {
            self.category = category
            self.priceBand = priceBand
            self.place = place
        }
    }

    /// Past launches that were learnt from: those with a day on which they could be bought.
    public let launches: Int
    /// Variance of a launch's logarithmic level about what its like say, > 0.
    public let spread: Double
    /// Variance over squared mean beyond Poisson's of a day about its launch's level, ≥ 0.
    public let kappa: Double
    /// Days that the curves reach; the last week's mean goes on.
    public let days: Int

    private let items: [Item]
    /// Number of launches given, and the places among them of those learnt from.
    private let given: Int
    private let usable: [Int]
    /// Mean units a day of each past launch, as far as it was seen.
    private let rates: [Double]
    private let curve: [Double]
    private let curves: [String: [Double]]
    private let levels: LaunchLevels

    /// Launches of a mean size whose days speak for the curve of all.
    private static let curveBelief = 3.0
    private static let rounds = 4

    /// Learns from past launches, in any order.
    ///
    /// - Parameters:
    ///   - items: what each was like.
    ///   - sales: units of each by day since its launch, as far as known; negative or not finite where it could not be
    ///     bought. As many as items.
    /// - Returns: nil where none has sold anything, or the arrays differ in number.
    public init?(_ items: [Item], sales: [[Double]]) {
        guard items.count == sales.count else { return nil }
        let sales = sales.map { $0.map { $0 >= 0 && $0 < 1e12 ? $0 : .nan } }
        let usable = items.indices.filter { sales[$0].contains { !$0.isNaN } }
        let days = usable.map { sales[$0].count }.max() ?? 0
        guard usable.contains(where: { sales[$0].contains { $0 > 0 } }) else { return nil }
        let kept = usable.map { items[$0] }
        self.items = kept
        self.given = items.count
        self.usable = usable
        self.days = days
        launches = usable.count
        let past = usable.map { sales[$0] }
        let kinds = Dictionary(grouping: kept.indices) { kept[$0].category }
        // Levels from curves and curves from levels, in turn.
        var sizes = past.map { sales -> Double in
            let seen = sales.filter { !$0.isNaN }
            return seen.reduce(0, +) / Double(seen.count)
        }
        rates = sizes
        var curve: [Double] = []
        var curves: [String: [Double]] = [:]
        for _ in 0..<LikeItems.rounds {
            curve = LikeItems.curve(past, sizes, kept.indices.map { $0 }, days: days, belief: 0, about: [])
            let belief = LikeItems.curveBelief * sizes.reduce(0, +) / Double(sizes.count)
            for (category, members) in kinds {
                curves[category] = LikeItems.curve(
                    past, sizes, members, days: days, belief: belief, about: curve)
            }
            for (launch, sales) in past.enumerated() {
                let curve = curves[kept[launch].category] ?? curve
                let sums = LikeItems.sums(sales, curve)
                sizes[launch] = sums[1] > 0 ? sums[0] / sums[1] : 0
            }
        }
        self.curve = curve
        self.curves = curves
        // How days stray about their launch, beyond chance.
        var moments = SIMD2<Double>.zero
        for (launch, sales) in past.enumerated() {
            let curve = curves[kept[launch].category] ?? curve
            for (day, units) in sales.enumerated() where !units.isNaN {
                let mean = sizes[launch] * curve[day]
                let error = min(abs(units - mean), 6 * (mean + mean * mean).squareRoot() + 1)
                moments += SIMD2(error * error - mean, mean * mean)
            }
        }
        let kappa = moments[1] > 0 ? min(4, max(0, moments[0] / moments[1])) : 0
        self.kappa = kappa
        // Logarithmic levels and the variance of their own chance.
        let logs = past.indices.map { launch -> SIMD2<Double> in
            let curve = curves[kept[launch].category] ?? curve
            let sums = LikeItems.sums(past[launch], curve)
            let periods = Double(past[launch].count { !$0.isNaN })
            return SIMD2(log((sums[0] + 0.5) / max(sums[1], 1e-3)), 1 / (sums[0] + 0.5) + kappa / periods)
        }
        levels = LaunchLevels(kept, logs)
        spread = levels.spread
    }

    /// The demand of a new product, day by day.
    ///
    /// - Parameters:
    ///   - item: what it is like; a category, band or place that was never seen is like all, or the category.
    ///   - own: its own units by day since launch, up to yesterday; negative or not finite where it could not be bought.
    public func launch(_ item: Item, own: [Double] = []) -> LaunchDemand {
        let level = levels.level(item)
        let curve = curves[item.category] ?? curve
        let variance = spread + level[1]
        // The law of the level is a gamma of the lognormal's mean and variance.
        let shape = 1 / max(0.01, exp(min(variance, 5)) - 1)
        return LaunchDemand(
            curve: curve, level: exp(level[0] + variance / 2), shape: shape, kappa: kappa, own: own)
    }

    /// How many past launches were of the item's category and price band, of its category, and in all.
    public func likeness(_ item: Item) -> (band: Int, category: Int, all: Int) {
        (
            items.count { $0.category == item.category && $0.priceBand == item.priceBand },
            items.count { $0.category == item.category }, launches
        )
    }

    /// Weights for the past launches' own series, in the order in which they were given, 0 for those of no day in stock, and
    /// the scale by which to multiply their weighted mean: how `LaunchOutlook` is told the same.
    public func outlookWeights(_ item: Item) -> (weights: [Double], scale: Double) {
        var weights = [Double](repeating: 0, count: given)
        var sums = SIMD2<Double>.zero
        for (launch, past) in items.enumerated() {
            let weight = past.category != item.category ? 0.05 : past.priceBand == item.priceBand ? 1 : 0.3
            weights[usable[launch]] = weight
            sums += SIMD2(weight * rates[launch], weight)
        }
        guard sums[0] > 0 else { return (weights, 1) }
        let level = levels.level(item)
        return (weights, exp(level[0] + (spread + level[1]) / 2) * sums[1] / sums[0])
    }

    /// Units, and days of the curve, on which a launch could be bought.
    private static func sums(_ sales: [Double], _ curve: [Double]) -> SIMD2<Double> {
        var sums = SIMD2<Double>.zero
        for (day, units) in sales.enumerated() where !units.isNaN { sums += SIMD2(units, curve[day]) }
        return sums
    }

    /// Sales over levels by day of some launches, a running mean over a week, drawn to another curve, of mean 1.
    private static func curve(
        _ sales: [[Double]], _ levels: [Double], _ members: [Int], days: Int, belief: Double, about: [Double]
    ) -> [Double] {
        var sums = [SIMD2<Double>](repeating: .zero, count: days)
        for member in members {
            for (day, units) in sales[member].enumerated() where !units.isNaN {
                sums[day] += SIMD2(min(units, 20 * levels[member] + 20), levels[member])
            }
        }
        var curve: [Double] = []
        for day in 0..<days {
            var sum = SIMD2<Double>.zero
            for near in max(0, day - 3)...min(days - 1, day + 3) { sum += sums[near] }
            let usual = about.isEmpty ? curve.last ?? 1 : about[day]
            // Seven days are in the mean, so belief counts for as many.
            let total = SIMD2(sum[0] + 7 * belief * usual, sum[1] + 7 * belief)
            curve.append(total[1] > 0 ? max(1e-3, total[0] / total[1]) : usual)
        }
        let mean = curve.reduce(0, +) / Double(days)
        return curve.map { $0 / mean }
    }
}
