extension ExponentialSmoothing {
    /// Holt and Winters' method: level, trend and season, each with its gain.
    ///
    /// The season's effect is drawn from the distance to level and trend of the period before, as R does it. Winters,
    /// "Forecasting sales by exponentially weighted moving averages", Management Science 6 (1960). No variance where the
    /// season multiplies: take `ETS` for that.
    ///
    /// - Parameters:
    ///   - units: the series; of its first two seasons every place of the first and some of the second were observed,
    ///     and for ratios the first season's mean is not 0.
    ///   - season: periods in a season, ≥ 2 and at most half of the series.
    ///   - kind: whether the season adds or multiplies.
    ///   - alpha: gain of the level, 0…1.
    ///   - beta: gain of the trend, 0…1.
    ///   - gamma: gain of the season, 0…1.
    public static func holtWinters(
        _ units: [Double], season: Int, kind: SeasonKind, alpha: Double, beta: Double, gamma: Double
    ) -> LocalFit? {
        guard season >= 2, units.count / 2 >= season, (0...1).contains(alpha), (0...1).contains(beta),
            (0...1).contains(gamma), var past = PastForecasts(units)
        else { return nil }
        let isRatio = kind == .multiplicative
        let opening = units[..<season].reduce(0, +) / Double(season)
        let following = units[season..<(2 * season)].filter { !$0.isNaN }
        guard opening.isFinite, !following.isEmpty, !(isRatio && opening == 0) else { return nil }
        var level = opening
        var slope = (following.reduce(0, +) / Double(following.count) - opening) / Double(season)
        var effects = units[..<season].map { isRatio ? $0 / opening : $0 - opening }
        for t in units.indices {
            let place = t % season
            let base = level + slope
            let effect = effects[place]
            let forecast = isRatio ? base * effect : base + effect
            past.take(units[t], forecast: t < 2 * season ? nil : forecast)
            let before = level
            level = base
            guard !units[t].isNaN else { continue }
            // A place with nothing in it says nothing about the level by a ratio.
            let seen = isRatio ? (effect == 0 ? base : units[t] / effect) : units[t] - effect
            level += alpha * (seen - base)
            slope += beta * (level - before - slope)
            let drawn = isRatio ? (base == 0 ? effect : units[t] / base) : units[t] - base
            effects[place] += gamma * (drawn - effect)
        }
        let ahead = (0..<season).map { effects[(units.count + $0) % season] }
        return past.fit(
            isRatio ? "Holt-Winters multiplicative" : "Holt-Winters additive",
            [("alpha", alpha), ("beta", beta), ("gamma", gamma), ("level", level), ("trend", slope)],
            .components(.init(level: level, slope: slope, season: ahead, isRatio: isRatio)), used: 3
        ) {
            isRatio ? nil : ErrorGrowth(variance: $0, alpha: alpha, beta: alpha * beta, gamma: gamma, season: season)
        }
    }
}
