/// Which level of a forecast to read for a promised one, learnt from where past outcomes lay.
///
/// If outcomes lay below the forecasts' 0.93 quantiles nine times in ten, the level to read for 0.9 is 0.93. Each class of
/// series has its own map, drawn towards the map of all by how few outcomes it has. Maps do not fall, so recalibrated
/// quantiles never cross; as they only choose another level of the same forecast, they stay as whole and non-negative as
/// that is. Kuleshov, Fenner & Ermon, "Accurate uncertainties for deep learning using calibrated regression", ICML 2018,
/// here with the finite-sample rank of conformal prediction.
public struct LevelMap: Sendable, Hashable {
    /// Nil leaves every level as it is.
    private let table: ClassQuantiles?

    /// The map that leaves every level as it is.
    public static let identity = LevelMap()

    private init() { table = nil }

    /// Learns from past places, O(n log n).
    ///
    /// Nil where lengths differ, a place is outside 0…1 or a class negative or above 100,000. No places give the identity.
    ///
    /// - Parameters:
    ///   - places: where each outcome lay in its forecast, by one `OutcomePlace` for all.
    ///   - classes: of each outcome, from 0 on; nil for one class of all.
    ///   - belief: how many outcomes of a class weigh as much as the map of all.
    public init?(places: [Double], classes: [Int]? = nil, belief: Double = 500) {
        let classes = classes ?? [Int](repeating: 0, count: places.count)
        guard places.count == classes.count, belief >= 0, belief.isFinite,
            places.allSatisfy({ $0 >= 0 && $0 <= 1 }), classes.allSatisfy({ $0 >= 0 && $0 <= 100_000 })
        else { return nil }
        guard !places.isEmpty else {
            self = .identity
            return
        }
        table = ClassQuantiles(of: places, classes: classes, belief: belief, top: 1, bottom: 0)
    }

    /// The level of the forecast to read for a promised one, 0…1; NaN gives 0.5's.
    ///
    /// - Parameters:
    ///   - level: promised, 0…1.
    ///   - class: of the series; one that was never seen has the map of all.
    public func level(for level: Double, class number: Int = 0) -> Double {
        let level = level.isNaN ? 0.5 : min(1, max(0, level))
        return table?.value(at: level, class: number) ?? level
    }

    /// Recalibrates many forecasts' quantiles: whole, non-negative, never crossing.
    ///
    /// Nil where shapes do not fit or a forecast has no curve (`QuantileCurve`).
    ///
    /// - Parameters:
    ///   - quantiles: `classes.count × levels.count`, one row a forecast.
    ///   - levels: strictly ascending, between 0 and 1.
    ///   - classes: of each forecast.
    public func recalibrated(quantiles: [Double], levels: [Double], classes: [Int]) -> [Double]? {
        guard quantiles.count == classes.count * levels.count else { return nil }
        var result: [Double] = []
        result.reserveCapacity(quantiles.count)
        for (row, number) in classes.enumerated() {
            let values = quantiles[row * levels.count..<(row + 1) * levels.count]
            guard let curve = QuantileCurve(levels: levels, values: Array(values)) else { return nil }
            for level in levels {
                result.append(curve.value(at: self.level(for: level, class: number)).rounded())
            }
        }
        return result
    }
}
