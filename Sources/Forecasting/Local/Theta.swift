/// The theta method: half of a straight line and half of a line with doubled curvature, after the season is taken out.
///
/// Assimakopoulos & Nikolopoulos, "The theta model: a decomposition approach to forecasting", IJF 16 (2000). The optimised
/// and dynamic variants: Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler, "Models for optimising the theta method and
/// their relationship to state space models", IJF 32 (2016).
public enum Theta {
    /// The classical method as Hyndman & Billah, "Unmasking the theta method", IJF 19 (2003), write it: simple exponential
    /// smoothing by likelihood, with half the slope of the line through the series as its drift.
    ///
    /// Where `SeasonalIndices.isSeasonal` says so the season is taken out by ratios and put back; it stays where the trend
    /// of the series reaches 0. NaN is not observed. Nil where fewer than two values were, or a value is infinite.
    ///
    /// - Parameters:
    ///   - units: the series.
    ///   - season: periods in a season, 1 for none.
    public static func classical(_ units: [Double], season: Int = 1) -> LocalFit? {
        let series = Deseasonalised(units, season: season)
        guard let smoothed = ETS.fit(series.units, form: .init(.additive, .none, .none)),
            let slope = line(series.units)?.slope, case .components(let end) = smoothed.path,
            let alpha = smoothed.parameter("alpha")
        else { return nil }
        let drift = slope / 2
        // ((1 − (1 − α)ⁿ) ÷ α) periods of drift have gathered in the smoothed level by the end.
        func gathered(_ periods: Int) -> Double { (1 - power(1 - alpha, periods)) / alpha }
        let path = ForecastPath.components(
            .init(
                level: end.level + drift * (gathered(units.count) - 1), slope: drift, season: series.ahead,
                isRatio: true))
        let fitted = units.indices.map { t in
            smoothed.fitted[t].map { ($0 + drift * gathered(t)) * series.index(t) }
        }
        let spread = smoothed.spread.map { ErrorGrowth(variance: $0.variance, alpha: alpha) }
        return LocalFit(
            model: "Theta", parameters: [("alpha", alpha), ("drift", drift), ("level", end.level)], fitted: fitted,
            observed: smoothed.observed, path: path, spread: spread)
    }

    /// Intercept (at period 1) and slope of the least-squares line; nil of fewer than two values.
    static func line(_ units: [Double]) -> (intercept: Double, slope: Double)? {
        var n = 0.0
        var times = 0.0
        var values = 0.0
        for (t, value) in units.enumerated() where !value.isNaN {
            n += 1
            times += Double(t)
            values += value
        }
        guard n > 1 else { return nil }
        let centre = times / n
        let mean = values / n
        var products = 0.0
        var squares = 0.0
        for (t, value) in units.enumerated() where !value.isNaN {
            products += (Double(t) - centre) * (value - mean)
            squares += (Double(t) - centre) * (Double(t) - centre)
        }
        let slope = products / squares
        let intercept = mean - slope * (centre + 1)
        return slope.isFinite && intercept.isFinite ? (intercept, slope) : nil
    }

    /// A number ≥ 0 to a whole power ≥ 0.
    static func power(_ base: Double, _ exponent: Int) -> Double {
        var result = 1.0
        var square = base
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return result
    }

    /// A series without its season, if it has one.
    struct Deseasonalised {
        let units: [Double]
        private let indices: [Double]

        init(_ units: [Double], season: Int) {
            guard SeasonalIndices.isSeasonal(units, season: season),
                let indices = SeasonalIndices.classical(units, season: season, kind: .multiplicative),
                indices.allSatisfy({ $0 > 1e-6 })
            else {
                self.units = units
                indices = []
                return
            }
            self.units = units.indices.map { units[$0] / indices[$0 % season] }
            self.indices = indices
        }

        func index(_ t: Int) -> Double { indices.isEmpty ? 1 : indices[t % indices.count] }

        /// Indices by place from the first future period; empty for no season.
        var ahead: [Double] { indices.indices.map { indices[(units.count + $0) % indices.count] } }
    }
}
