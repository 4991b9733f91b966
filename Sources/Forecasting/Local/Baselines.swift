/// Forecasts that every other one has to beat.
///
/// NaN in a series is not observed. Nil where nothing was, where a value is infinite, or where numbers are too large to
/// add.
public enum Baseline {
    /// The last value observed, for all time: a random walk.
    public static func naive(_ units: [Double]) -> LocalFit? {
        guard var past = PastForecasts(units) else { return nil }
        var last = Double?.none
        for value in units {
            past.take(value, forecast: last)
            if !value.isNaN { last = value }
        }
        guard let last else { return nil }
        return past.fit("Naive", [], .components(.init(level: last))) { ErrorGrowth(variance: $0, alpha: 1) }
    }

    /// The last value observed at the same place of the season; at a place never observed, the newest value of all.
    ///
    /// - Parameter season: periods in a season, ≥ 1; nil comes back for less.
    public static func seasonalNaive(_ units: [Double], season: Int) -> LocalFit? {
        guard season > 1 else { return season == 1 ? naive(units) : nil }
        guard var past = PastForecasts(units) else { return nil }
        // No more places than there are values: a season longer than the series costs nothing.
        var last = [Double?](repeating: nil, count: min(season, units.count))
        var newest = 0.0
        for (t, value) in units.enumerated() {
            past.take(value, forecast: last[t % season])
            guard !value.isNaN else { continue }
            last[t % season] = value
            newest = value
        }
        let effects = (0..<min(season, 1_000)).map { step -> Double in
            let place = (units.count + step) % season
            return (place < last.count ? last[place] : nil) ?? newest
        }
        let path = ForecastPath.components(.init(level: 0, season: effects))
        return past.fit("Seasonal naive", [], path) { ErrorGrowth(variance: $0, alpha: 0, gamma: 1, season: season) }
    }

    /// The straight line through the first and the last value observed: a random walk with drift.
    ///
    /// One value alone drifts nowhere. The variance holds that of the drift as an estimate (Hyndman & Athanasopoulos,
    /// "Forecasting: Principles and Practice", 3rd ed., 5.5).
    public static func drift(_ units: [Double]) -> LocalFit? {
        guard var past = PastForecasts(units) else { return nil }
        var first = 0.0
        var firstAt = Int?.none
        var last = 0.0
        var lastAt = 0
        var slope: Double { lastAt > (firstAt ?? lastAt) ? (last - first) / Double(lastAt - (firstAt ?? 0)) : 0 }
        for (t, value) in units.enumerated() {
            past.take(value, forecast: firstAt == nil ? nil : last + slope * Double(t - lastAt))
            guard !value.isNaN else { continue }
            if firstAt == nil {
                firstAt = t
                first = value
            }
            last = value
            lastAt = t
        }
        let span = Double(lastAt - (firstAt ?? lastAt))
        let level = last + slope * Double(units.count - 1 - lastAt)
        return past.fit("Drift", [("drift", slope)], .components(.init(level: level, slope: slope)), used: 1) {
            ErrorGrowth(variance: $0, alpha: 1, slopeError: span > 0 ? 1 / span : 0)
        }
    }

    /// The mean of all values observed.
    public static func mean(_ units: [Double]) -> LocalFit? {
        guard var past = PastForecasts(units) else { return nil }
        var mean = 0.0
        var seen = 0.0
        for value in units {
            past.take(value, forecast: seen > 0 ? mean : nil)
            guard !value.isNaN else { continue }
            seen += 1
            mean += (value - mean) / seen
        }
        return past.fit("Mean", [("level", mean)], .components(.init(level: mean))) {
            ErrorGrowth(variance: $0, alpha: 0, levelError: 1 / seen)
        }
    }
}
