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

    /// A fit, and factors of the horizon that its forecasts are multiplied by.
    private struct Candidate {
        let fit: LocalFit
        var name: String
        var month: [Double] = []

        func path(_ horizon: Int, isPositive: Bool) -> [Double] {
            var path = fit.forecast(horizon)
            if !month.isEmpty { for h in path.indices { path[h] *= month[h] } }
            return isPositive ? path.map { max(0, $0) } : path
        }

        func deviation(_ horizon: Int) -> [Double]? {
            guard let deviation = fit.deviation(horizon), deviation.allSatisfy({ $0.isFinite }) else { return nil }
            return month.isEmpty ? deviation : deviation.indices.map { deviation[$0] * month[$0] }
        }
    }

    private static let count = 5

    /// Fits of a series in the order: ETS, theta, damped trend, last value, and for days above 0 ETS of what is left when
    /// the month's swing is taken out.
    private func fits(_ units: [Double], isPositive: Bool) -> [Candidate?] {
        let plain = [
            ETS.choose(units, season: season), Theta.optimised(units, season: season, isDynamic: true),
            ETS.choose(units, forms: [ETS.Form(.additive, .damped, .none)]), Baseline.naive(units),
        ]
        return plain.map { $0.map { Candidate(fit: $0, name: $0.model) } } + [isPositive ? monthly(units) : nil]
    }

    private func monthly(_ units: [Double]) -> Candidate? {
        guard season == 7,
            let month = MonthCycle(
                units, from: 0, profile: DemandLevels.profile(units, from: 0, season: 7), days: units.count + horizon)
        else { return nil }
        let calm = units.indices.map { units[$0] / month.factors[$0] }
        return ETS.choose(calm, season: 7).map {
            Candidate(fit: $0, name: $0.model + " under a month's swing", month: Array(month.factors.suffix(horizon)))
        }
    }

    /// The combination, with weights that are the inverse squares of the mean absolute errors over one, two and three
    /// horizons before the end.
    func forecast(isPositive: Bool) -> AutomaticLocal.Forecast? {
        var errors = [Double](repeating: 0, count: MeasuredCandidates.count)
        var judged = 0.0
        for origin in origins {
            let fits = fits(Array(units[..<origin]), isPositive: isPositive)
            let paths = fits.map { $0?.path(horizon, isPositive: isPositive) }
            // What could not be fitted then is judged by the last value.
            guard let naive = paths[3] else { continue }
            for h in 0..<horizon where !units[origin + h].isNaN {
                judged += 1
                for (k, path) in paths.enumerated() { errors[k] += abs(units[origin + h] - (path ?? naive)[h]) }
            }
        }
        let fits = fits(units, isPositive: isPositive)
        let least = fits.indices.filter { fits[$0] != nil }.map { errors[$0] }.min() ?? 0
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
            for (h, value) in fit.path(horizon, isPositive: isPositive).enumerated() { mean[h] += weights[k] * value }
            guard let spread = fit.deviation(horizon) else { continue }
            spreads += weights[k]
            for h in spread.indices { deviation[h] += weights[k] * spread[h] }
        }
        guard mean.allSatisfy(\.isFinite) else { return nil }
        let candidates = fits.indices.compactMap { k in
            fits[k].map {
                AutomaticLocal.Candidate(
                    model: $0.name, error: judged > 0 ? errors[k] / judged : nil, weight: weights[k],
                    parameters: $0.fit.parameters)
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
}
