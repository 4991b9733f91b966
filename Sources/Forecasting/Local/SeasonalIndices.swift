/// What each place of a season adds to a series, or multiplies it by, and whether there is a season at all.
public enum SeasonalIndices {
    /// Classical decomposition: a moving average over a whole season is the trend, and the mean distance from it (or
    /// ratio to it) at each place is its index; indices add up to 0, or have the mean 1.
    ///
    /// Places are counted from the first period. NaN is not observed: a place that never shows its index has none (0, or
    /// 1). Nil where fewer than two seasons are given, a value is infinite, or by ratios where the trend is 0 or less.
    /// Persons, "Indices of business conditions" (1919); as R's `decompose`.
    ///
    /// - Parameters:
    ///   - units: the series, two seasons or more.
    ///   - season: periods in a season, ≥ 2.
    ///   - kind: whether places add or multiply.
    public static func classical(
        _ units: [Double], season: Int, kind: ExponentialSmoothing.SeasonKind
    ) -> [Double]? {
        guard season >= 2, units.count / 2 >= season else { return nil }
        let half = season / 2
        var sums = [Double](repeating: 0, count: season)
        var counts = [Double](repeating: 0, count: season)
        for t in half..<(units.count - half) {
            // An even season's window is one longer than the season; its ends count half each.
            var sum = season % 2 == 0 ? -0.5 * (units[t - half] + units[t + half]) : 0
            for u in (t - half)...(t + half) { sum += units[u] }
            let trend = sum / Double(season)
            guard !units[t].isNaN, !trend.isNaN else { continue }
            if kind == .multiplicative, trend <= 0 { return nil }
            sums[t % season] += kind == .multiplicative ? units[t] / trend : units[t] - trend
            counts[t % season] += 1
        }
        let neutral = kind == .multiplicative ? 1.0 : 0
        let raw = (0..<season).map { counts[$0] > 0 ? sums[$0] / counts[$0] : neutral }
        let mean = raw.reduce(0, +) / Double(season)
        guard mean.isFinite, kind == .additive || mean > 0 else { return nil }
        return raw.map { kind == .multiplicative ? $0 / mean : $0 - mean }
    }

    /// Whether the autocorrelation at one season's distance is more than chance brings in one series of ten: the test of
    /// the theta method, |r(m)| > 1.645 √((1 + 2 Σ r(i)²) ÷ n) over i below m.
    ///
    /// Fewer than three seasons prove nothing. Assimakopoulos & Nikolopoulos, "The theta model", IJF 16 (2000).
    public static func isSeasonal(_ units: [Double], season: Int) -> Bool {
        guard season >= 2, units.count / 3 >= season, units.count > 2 * season else { return false }
        let seen = units.filter { !$0.isNaN }
        let mean = seen.reduce(0, +) / Double(seen.count)
        let centred = units.map { $0.isNaN ? 0 : $0 - mean }
        let variance = autocovariance(centred, lag: 0)
        guard variance > 0, variance.isFinite else { return false }
        var squares = 0.0
        for lag in 1..<season {
            let r = autocovariance(centred, lag: lag) / variance
            squares += r * r
        }
        let r = autocovariance(centred, lag: season) / variance
        return abs(r) > 1.6448536269514722 * ((1 + 2 * squares) / Double(seen.count)).squareRoot()
    }

    private static func autocovariance(_ centred: [Double], lag: Int) -> Double {
        var sum = 0.0
        for t in lag..<centred.count { sum += centred[t] * centred[t - lag] }
        return sum
    }
}
