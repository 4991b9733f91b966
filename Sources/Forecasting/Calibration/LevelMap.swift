/// Which level of a forecast to read for a promised one, learnt from where past outcomes lay.
///
/// If outcomes lay below the forecasts' 0.93 quantiles nine times in ten, the level to read for 0.9 is 0.93. Each class of
/// series has its own map, drawn towards the map of all by how few outcomes it has. Maps do not fall, so recalibrated
/// quantiles never cross; as they only choose another level of the same forecast, they stay as whole and non-negative as
/// that is. Kuleshov, Fenner & Ermon, "Accurate uncertainties for deep learning using calibrated regression", ICML 2018,
/// here with the finite-sample rank of conformal prediction.
public struct LevelMap: Sendable, Hashable {
    /// Classes that have a map of their own.
    public let classCount: Int

    /// Steps of 1 ÷ `steps` in the promised level, from 0 to 1 with both ends, class by class; the last row is of all.
    private let used: [Double]
    private static let steps = 1000

    /// The map that leaves every level as it is.
    public static let identity = LevelMap(classCount: 0, used: (0...steps).map { Double($0) / Double(steps) })

    private init(classCount: Int, used: [Double]) {
        self.classCount = classCount
        self.used = used
    }

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
        let count = (classes.max() ?? -1) + 1
        guard count > 0 else {
            self = .identity
            return
        }
        // Sorted by counting the classes, then each stretch by itself.
        var starts = [Int](repeating: 0, count: count + 1)
        for c in classes { starts[c + 1] += 1 }
        for c in 0..<count { starts[c + 1] += starts[c] }
        var next = starts
        var sorted = places
        for (place, c) in zip(places, classes) {
            sorted[next[c]] = place
            next[c] += 1
        }
        for c in 0..<count { sorted[starts[c]..<starts[c + 1]].sort() }
        let all = places.sorted()

        var used: [Double] = []
        used.reserveCapacity((count + 1) * (LevelMap.steps + 1))
        for c in 0...count {
            let own = c < count ? sorted[starts[c]..<starts[c + 1]] : all[...]
            let pooled = c < count ? belief / Double(all.count) : 0
            // One outcome more than were seen, and that one above all: the conformal rank.
            let total = Double(own.count) + pooled * Double(all.count) + 1
            var (i, j) = (own.startIndex, 0)
            var mass = 0.0
            var value = 0.0
            for step in 0...LevelMap.steps {
                let wanted = Double(step) / Double(LevelMap.steps) * total - 1e-9
                while mass < wanted {
                    if i < own.endIndex, pooled == 0 || j == all.count || own[i] <= all[j] {
                        (value, mass, i) = (own[i], mass + 1, i + 1)
                    } else if pooled > 0, j < all.count {
                        (value, mass, j) = (all[j], mass + pooled, j + 1)
                    } else {
                        (value, mass) = (1, .infinity)
                    }
                }
                used.append(step == 0 ? 0 : value)
            }
        }
        self.init(classCount: count, used: used)
    }

    /// The level of the forecast to read for a promised one, 0…1; NaN gives 0.5's.
    ///
    /// - Parameters:
    ///   - level: promised, 0…1.
    ///   - class: of the series; one that was never seen has the map of all.
    public func level(for level: Double, class number: Int = 0) -> Double {
        let row = (number >= 0 && number < classCount ? number : classCount) * (LevelMap.steps + 1)
        let position = (level.isNaN ? 0.5 : min(1, max(0, level))) * Double(LevelMap.steps)
        let step = min(LevelMap.steps - 1, Int(position))
        let share = position - Double(step)
        return used[row + step] + share * (used[row + step + 1] - used[row + step])
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
