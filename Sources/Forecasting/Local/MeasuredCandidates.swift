/// The candidates for a series that is measured rather than counted, and their errors from several points of its past.
struct MeasuredCandidates {
    private let units: [Double]
    private let season: Int
    private let horizon: Int

    init(_ units: [Double], season: Int, horizon: Int) {
        self.units = units
        self.season = season
        self.horizon = horizon
    }

    private static let count = 4

    /// Fits of a series in the order: ETS, theta, damped trend, last value.
    private func fits(_ units: [Double]) -> [LocalFit?] {
        [
            ETS.choose(units, season: season), Theta.optimised(units, season: season, isDynamic: true),
            ETS.choose(units, forms: [ETS.Form(.additive, .damped, .none)]), Baseline.naive(units),
        ]
    }

    /// The combination, with weights that are the inverse squares of the mean absolute errors over one, two and three
    /// horizons before the end.
    func forecast(isPositive: Bool) -> AutomaticLocal.Forecast? {
        var errors = [Double](repeating: 0, count: MeasuredCandidates.count)
        var judged = 0.0
        for origin in origins {
            let fits = fits(Array(units[..<origin]))
            let paths = fits.map { $0.map { path($0, isPositive: isPositive) } }
            guard let naive = paths[MeasuredCandidates.count - 1] else { continue }
            for h in 0..<horizon where !units[origin + h].isNaN {
                judged += 1
                for (k, path) in paths.enumerated() { errors[k] += abs(units[origin + h] - (path ?? naive)[h]) }
            }
        }
        let fits = fits(units)
        let least = errors.min() ?? 0
        var weights = fits.indices.map { k -> Double in
            guard fits[k] != nil, errors[k].isFinite else { return 0 }
            guard judged > 0 else { return 1 }
            // Errors of next to nothing are alike.
            let relative = errors[k] <= least * (1 + 1e-9) ? 1 : errors[k] / max(least, 1e-9 * errors[k])
            return 1 / (relative * relative)
        }
        let sum = weights.reduce(0, +)
        guard sum > 0 else { return nil }
        for k in weights.indices { weights[k] /= sum }
        var mean = [Double](repeating: 0, count: horizon)
        var deviation = [Double](repeating: 0, count: horizon)
        var spreads = 0.0
        for (k, fit) in fits.enumerated() {
            guard let fit, weights[k] > 0 else { continue }
            for (h, value) in path(fit, isPositive: isPositive).enumerated() { mean[h] += weights[k] * value }
            guard let spread = fit.deviation(horizon), spread.allSatisfy(\.isFinite) else { continue }
            spreads += weights[k]
            for h in spread.indices { deviation[h] += weights[k] * spread[h] }
        }
        guard mean.allSatisfy(\.isFinite) else { return nil }
        let candidates = fits.indices.compactMap { k in
            fits[k].map {
                AutomaticLocal.Candidate(
                    model: $0.model, error: judged > 0 ? errors[k] / judged : nil, weight: weights[k])
            }
        }
        return AutomaticLocal.Forecast(
            mean: mean, deviation: spreads > 0 ? deviation.map { $0 / spreads } : nil, candidates: candidates,
            isDemand: false, returning: nil)
    }

    /// Where the past is cut: as many horizons before the end, up to three, as leave two more to learn from.
    private var origins: [Int] {
        (1...3).map { units.count - $0 * horizon }.filter { $0 >= max(8, 2 * horizon) }
    }

    private func path(_ fit: LocalFit, isPositive: Bool) -> [Double] {
        isPositive ? fit.forecast(horizon).map { max(0, $0) } : fit.forecast(horizon)
    }
}
