import Glibc

/// The quantiles of one forecast as a curve over all levels, so that other levels can be read from it.
///
/// Between given levels it is straight. Above the last it goes on as an exponential tail with the slope of the last piece,
/// at least a tenth of the last value or of a unit; below the first it goes straight to 0.
public struct QuantileCurve: Sendable, Hashable {
    private let levels: [Double]
    private let values: [Double]
    /// Units per unit of −log(1 − level) beyond the last level.
    private let slope: Double

    /// A curve; values that cross are put in order by their running maximum, negative ones are 0.
    ///
    /// Nil unless levels are strictly ascending within 0…1 (both excluded), as many as values, and all finite.
    public init?(levels: [Double], values: [Double]) {
        guard !levels.isEmpty, levels.count == values.count, values.allSatisfy({ $0.isFinite }), levels[0] > 0,
            levels[levels.count - 1] < 1, zip(levels, levels.dropFirst()).allSatisfy({ $0 < $1 })
        else { return nil }
        self.levels = levels
        var highest = 0.0
        self.values = values.map { value in
            highest = max(highest, value)
            return highest
        }
        let last = levels.count - 1
        var slope = 0.1 * max(1, highest)
        if last > 0 {
            let rise = self.values[last] - self.values[last - 1]
            slope = max(slope, rise / log((1 - levels[last - 1]) / (1 - levels[last])))
        }
        self.slope = slope
    }

    /// The quantile of a level, units, ≥ 0 and not falling in the level; levels are kept within 1e-9 of 0 and 1.
    public func value(at level: Double) -> Double {
        let level = level.isNaN ? 0.5 : min(1 - 1e-9, max(1e-9, level))
        let last = levels.count - 1
        if level >= levels[last] { return values[last] + slope * log((1 - levels[last]) / (1 - level)) }
        guard let next = levels.firstIndex(where: { $0 > level }) else { return values[last] }
        let (from, low) = next > 0 ? (levels[next - 1], values[next - 1]) : (0, 0)
        return low + (values[next] - low) * (level - from) / (levels[next] - from)
    }

    /// The least level whose quantile is `x` or more, 0…1.
    func level(reaching x: Double) -> Double {
        guard x > 0 else { return 0 }
        guard let next = values.firstIndex(where: { $0 >= x }) else { return beyond(x) }
        let (from, low) = next > 0 ? (levels[next - 1], values[next - 1]) : (0, 0)
        return from + (levels[next] - from) * (x - low) / (values[next] - low)
    }

    /// The greatest level whose quantile is `x` or less, 0…1.
    func level(within x: Double) -> Double {
        guard x >= 0 else { return 0 }
        guard let next = values.firstIndex(where: { $0 > x }) else { return beyond(x) }
        let (from, low) = next > 0 ? (levels[next - 1], values[next - 1]) : (0, 0)
        return from + (levels[next] - from) * (x - low) / (values[next] - low)
    }

    private func beyond(_ x: Double) -> Double {
        let last = levels.count - 1
        return 1 - (1 - levels[last]) * exp(-(x - values[last]) / slope)
    }
}
