/// Exponential smoothing with gains that are given: level, trend and season as Holt and Winters wrote them.
///
/// The starting values are those that R's `forecast` calls simple: the first value, the first growth, and for a season the
/// first season's mean, the growth from it to the second one's, and the first season's distances from its mean; updating
/// begins with the first period, but nothing is called a forecast that the starting values have seen. For gains and starting values estimated by likelihood see `ETS`.
///
/// NaN in a series is not observed: states are carried over it. Nil where a gain is outside 0…1, an infinity is in the
/// series, or what the starting values need was not observed.
public enum ExponentialSmoothing {
    /// How the season joins the level.
    public enum SeasonKind: String, Sendable, Codable, CaseIterable {
        /// Units above or below the level.
        case additive
        /// Factors of the level.
        case multiplicative
    }

    /// Simple exponential smoothing: ℓ ← ℓ + α(y − ℓ), from the first value observed on.
    ///
    /// Brown, "Statistical Forecasting for Inventory Control" (1959).
    public static func simple(_ units: [Double], alpha: Double) -> LocalFit? {
        guard (0...1).contains(alpha), var past = PastForecasts(units) else { return nil }
        var level = Double?.none
        for value in units {
            past.take(value, forecast: level)
            if !value.isNaN { level = level.map { $0 + alpha * (value - $0) } ?? value }
        }
        guard let level else { return nil }
        return past.fit("SES", [("alpha", alpha), ("level", level)], .components(.init(level: level)), used: 1) {
            ErrorGrowth(variance: $0, alpha: alpha)
        }
    }

    /// Holt's linear trend, damped where `phi` is below 1: forecasts ℓ + (φ + … + φʰ)b.
    ///
    /// The first two values observed start it; between them the growth is shared out evenly. Holt, "Forecasting seasonals
    /// and trends by exponentially weighted moving averages" (1957, reprinted IJF 20, 2004); Gardner & McKenzie,
    /// "Forecasting trends in time series", Management Science 31 (1985).
    ///
    /// - Parameters:
    ///   - units: the series; at least two values observed.
    ///   - alpha: gain of the level, 0…1.
    ///   - beta: gain of the trend from the level's own growth, 0…1.
    ///   - phi: what is left of the trend after each period, 0…1.
    public static func holt(_ units: [Double], alpha: Double, beta: Double, phi: Double = 1) -> LocalFit? {
        guard (0...1).contains(alpha), (0...1).contains(beta), (0...1).contains(phi),
            var past = PastForecasts(units), let first = units.firstIndex(where: { !$0.isNaN }),
            let second = units[(first + 1)...].firstIndex(where: { !$0.isNaN })
        else { return nil }
        var level = units[first]
        var slope = (units[second] - units[first]) / Double(second - first)
        for t in units.indices {
            let forecast = level + phi * slope
            past.take(units[t], forecast: t <= second ? nil : forecast)
            guard t >= first else { continue }
            let before = level
            level = units[t].isNaN ? forecast : forecast + alpha * (units[t] - forecast)
            slope = units[t].isNaN ? phi * slope : beta * (level - before) + (1 - beta) * phi * slope
        }
        return past.fit(
            phi < 1 ? "Damped trend" : "Holt",
            [("alpha", alpha), ("beta", beta), ("phi", phi), ("level", level), ("trend", slope)],
            .components(.init(level: level, slope: slope, damping: phi)), used: 2
        ) { ErrorGrowth(variance: $0, alpha: alpha, beta: alpha * beta, phi: phi) }
    }
}
