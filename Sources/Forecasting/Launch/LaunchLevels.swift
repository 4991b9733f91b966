import Glibc

/// The logarithmic levels of launches, told apart by category, price band within it, and place, each drawn to its like; and
/// how far single launches stray.
struct LaunchLevels: Sendable {
    /// Variance of a launch about what its like say, > 0.
    private(set) var spread = 0.5
    private var root = SIMD2<Double>.zero
    private var categories: [String: SIMD2<Double>] = [:]
    private var bands: [LikeItems.Item: SIMD2<Double>] = [:]
    private var places: [String: SIMD2<Double>] = [:]

    private static let rounds = 8
    /// Variances of categories, of bands in a category and of places.
    private static let amongCategories = 1.0
    private static let amongBands = 0.3
    private static let amongPlaces = 0.3

    /// Learns from each launch's logarithmic level and the variance of its own chance.
    init(_ items: [LikeItems.Item], _ logs: [SIMD2<Double>]) {
        let placeNames = Set(items.map(\.place)).sorted()
        for place in placeNames { places[place] = .zero }
        for _ in 0..<LaunchLevels.rounds {
            // Categories and bands, of what the places leave; a launch far off is brought nearer.
            let centre = LaunchLevels.median(logs.map { $0[0] })
            let isFirst = bands.isEmpty
            let residuals = logs.indices.map { launch -> Double in
                let reach = 3 * (spread + logs[launch][1]).squareRoot()
                let usual = isFirst ? centre : expected(items[launch])
                return usual + min(max(logs[launch][0] - usual, -reach), reach)
            }
            (root, categories, bands) = LaunchLevels.drawn(
                items,
                residuals.indices.map { residuals[$0] - (places[items[$0].place] ?? .zero)[0] - centre },
                logs.map { $0[1] + spread })
            root[0] += centre
            for key in categories.keys { categories[key]?[0] += centre }
            for key in bands.keys { bands[key]?[0] += centre }
            if placeNames.count > 1 {
                var sums: [String: SIMD2<Double>] = [:]
                for launch in logs.indices {
                    let rest = residuals[launch] - (bands[LaunchLevels.band(items[launch])] ?? root)[0]
                    let precision = 1 / (logs[launch][1] + spread)
                    sums[items[launch].place, default: .zero] += SIMD2(rest * precision, precision)
                }
                for (place, sum) in sums {
                    let precision = sum[1] + 1 / LaunchLevels.amongPlaces
                    places[place] = SIMD2(sum[0] / precision, 1 / precision)
                }
            }
            // What single launches stray by, less their own chance; a tenth at least, as in `LaunchOutlook`.
            var strays = SIMD2(0.3 * 4, 4)
            for launch in logs.indices {
                let reach = 3 * (spread + logs[launch][1]).squareRoot()
                let error = min(abs(logs[launch][0] - expected(items[launch])), reach)
                let weight = 1 / (1 + logs[launch][1])
                strays += SIMD2(weight * (error * error - logs[launch][1]), weight)
            }
            spread = min(3, max(0.1, strays[0] / strays[1]))
        }
    }

    /// Mean and variance of the logarithmic level that its like say, without a launch's own spread.
    func level(_ item: LikeItems.Item) -> SIMD2<Double> {
        let unseenCategory = root + SIMD2(0, LaunchLevels.amongCategories)
        let category = categories[item.category] ?? unseenCategory
        let band = bands[LaunchLevels.band(item)] ?? category + SIMD2(0, LaunchLevels.amongBands)
        let place = places[item.place] ?? SIMD2(0, places.count > 1 ? LaunchLevels.amongPlaces : 0)
        return band + place
    }

    private static func band(_ item: LikeItems.Item) -> LikeItems.Item {
        LikeItems.Item(category: item.category, priceBand: item.priceBand)
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    private func expected(_ item: LikeItems.Item) -> Double {
        (bands[LaunchLevels.band(item)] ?? root)[0] + (places[item.place] ?? .zero)[0]
    }

    private static func drawn(
        _ items: [LikeItems.Item], _ values: [Double], _ variances: [Double]
    ) -> (root: SIMD2<Double>, categories: [String: SIMD2<Double>], bands: [LikeItems.Item: SIMD2<Double>]) {
        var tree = EffectTree()
        let root = tree.add(parent: -1, variance: 4)
        var categories: [String: Int] = [:]
        for category in Set(items.map(\.category)).sorted() {
            categories[category] = tree.add(parent: root, variance: amongCategories)
        }
        var bands: [LikeItems.Item: Int] = [:]
        for band in Set(items.map(band)).sorted(by: { ($0.category, $0.priceBand) < ($1.category, $1.priceBand) }) {
            bands[band] = tree.add(parent: categories[band.category] ?? root, variance: amongBands)
        }
        var sums = [SIMD2<Double>](repeating: .zero, count: tree.count)
        for (launch, item) in items.enumerated() {
            guard let node = bands[band(item)] else { continue }
            sums[node] += SIMD2(values[launch] / variances[launch], 1 / variances[launch])
        }
        let drawn = tree.drawn(sums.map { $0[1] > 0 ? SIMD2($0[0] / $0[1], $0[1]) : .zero })
        return (drawn[root], categories.mapValues { drawn[$0] }, bands.mapValues { drawn[$0] })
    }
}
