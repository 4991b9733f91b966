import Domain
import Forecasting
import Store

/// What signals lift the next days' demand by, as planners use it: sensed once a day, by whoever plans first, and kept until
/// something else is told of the days before.
struct SensedLifts: Sendable {
    private struct Key: Hashable {
        var product: Int64, pool: Int64
    }

    private let lifts: [Key: [Double]]

    /// Where the lifts of products lie among kept forecasts: below the keys of all others.
    private static let origin = Int64.min

    /// The lifts of a day; none where nobody has told of visits or mentions.
    ///
    /// - Parameters:
    ///   - asOf: the moment up to which stock is known.
    ///   - today: the day that multipliers begin with.
    ///   - window: the history of demand.
    ///   - regions: which places sell to which regions.
    init(_ facts: Facts, asOf: Instant, today: Day, window: HistoryWindow, regions: RegionPlaces) throws {
        let yesterday = today.advanced(by: -1)
        guard let stamp = try facts.signalStamp(until: yesterday).map({ $0 ^ SensedLifts.sum(regions) }) else {
            lifts = [:]
            return
        }
        let keys = SensedLifts.origin...SensedLifts.origin / 2 - 1
        let kept = try facts.keptForecasts(until: yesterday, products: keys).filter { $0.shelf == stamp }
        if kept.first?.product == SensedLifts.origin {
            lifts = Dictionary(
                uniqueKeysWithValues: kept.dropFirst().map {
                    (Key(product: $0.product - SensedLifts.origin, pool: $0.pool), $0.numbers)
                })
            return
        }
        let changes = try facts.historyChanges()
        let sensing = try ShopSensing(facts, asOf: asOf, today: today, window: window, regions: regions)
        var found: [Key: [Double]] = [:]
        // The first row says that the others are all.
        var rows = [KeptForecast(product: SensedLifts.origin, pool: 0, shelf: stamp, numbers: [])]
        for series in sensing.series {
            guard let numbers = sensing.multipliers(product: series.product, pool: series.pool) else { continue }
            found[Key(product: series.product, pool: series.pool)] = numbers
            rows.append(
                KeptForecast(
                    product: SensedLifts.origin + series.product, pool: series.pool, shelf: stamp, numbers: numbers))
        }
        lifts = found
        _ = try facts.keep(forecasts: rows, until: yesterday, changes: changes)
    }

    /// What expected demand of the next days is to be multiplied with, today first; nil where signals are not known to help,
    /// or say nothing.
    func multipliers(product: Int64, pool: Int64) -> [Double]? { lifts[Key(product: product, pool: pool)] }

    private static func sum(_ regions: RegionPlaces) -> Int64 {
        var sum: UInt64 = 0xcbf2_9ce4_8422_2325
        for (region, places) in regions.places.sorted(by: { $0.key < $1.key }) {
            for text in [region] + places.map(\.text) {
                for byte in text.utf8 { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
                sum = (sum ^ 0xFF) &* 0x100_0000_01b3
            }
        }
        return Int64(bitPattern: sum)
    }
}
