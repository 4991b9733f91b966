/// What a model would have said of each period before it was seen, gathered as the model passes over the series.
struct PastForecasts {
    private var fitted: [Double?] = []
    private var squares = 0.0
    private var scored = 0
    private var observed = 0

    /// Nil where the series holds an infinity or nothing observed.
    init?(_ units: [Double]) {
        var observed = 0
        for value in units {
            guard !value.isInfinite else { return nil }
            if !value.isNaN { observed += 1 }
        }
        guard observed > 0 else { return nil }
        self.observed = observed
        fitted.reserveCapacity(units.count)
    }

    /// Takes the next period's value, NaN if not observed, and its forecast, nil if there was none yet.
    mutating func take(_ value: Double, forecast: Double?) {
        fitted.append(forecast)
        guard let forecast, !value.isNaN else { return }
        squares += (value - forecast) * (value - forecast)
        scored += 1
    }

    /// The fit; nil where a state or an error is not finite.
    ///
    /// - Parameters:
    ///   - used: freedom that the model took from the errors.
    ///   - spread: how errors grow, from the variance of one period's; not asked for where there are too few errors.
    func fit(
        _ model: String, _ parameters: [(String, Double)], _ path: ForecastPath, used: Int = 0,
        spread: (Double) -> ErrorGrowth?
    ) -> LocalFit? {
        guard squares.isFinite, path.means(1)[0].isFinite else { return nil }
        let freedom = scored - used
        return LocalFit(
            model: model, parameters: parameters, fitted: fitted, observed: observed, path: path,
            spread: freedom > 0 ? spread(squares / Double(freedom)) : nil)
    }
}
