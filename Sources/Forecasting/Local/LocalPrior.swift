/// What many series of one kind say together of how their demand goes on: how much of each memory's level comes true.
///
/// Where demand fades over a whole range, or levels are mostly luck, the weights add up to less than 1. They minimise the
/// squared errors of past totals over the horizon, each divided by its expectation to the power ¾ (between equal weights,
/// which large series rule, and the Poisson variance), with no weight below 0.
public struct LocalPrior: Sendable, Hashable {
    /// Weight of each memory's level, longest memory first; ≥ 0.
    public let weights: [Double]
    /// How much of what such products do in a shop holds for those here that sold nothing for longer than chance
    /// explains, 0…1: 0 where they have gone for good.
    public let returning: Double
    /// Totals that it was learned from.
    public let totals: Int

    /// Learns from the past of many series; nil where fewer than 50 totals can be looked at.
    ///
    /// From each series the totals over the last horizon, and over those that end half a horizon, one horizon and one and a
    /// half earlier, are forecast from what came before.
    ///
    /// - Parameters:
    ///   - series: demand of each, ≥ 0, oldest first; NaN is not observed. Those that are no demand are left out.
    ///   - horizon: periods of a total, 1…100,000.
    ///   - season: periods in a season, 1 for none.
    public static func learn(_ series: [[Double]], horizon: Int, season: Int = 1) -> LocalPrior? {
        guard (1...100_000).contains(horizon), season >= 1 else { return nil }
        var fading = PastTotals()
        var returning = PastTotals()
        for units in series {
            fading.add(units, horizon: horizon, season: season, returns: 0)
            returning.add(units, horizon: horizon, season: season, returns: 1)
        }
        guard fading.count >= 50 else { return nil }
        let returns = returning.share(beside: fading)
        guard let weights = fading.blended(returning, share: returns).solve() else { return nil }
        return LocalPrior(weights: weights, returning: returns, totals: fading.count)
    }
}

/// Totals that were forecast from the past, and what became of them.
private struct PastTotals {
    private var forecasts: [SIMD4<Double>] = []
    private var actuals: [Double] = []

    var count: Int { actuals.count }

    mutating func add(_ units: [Double], horizon: Int, season: Int, returns: Double) {
        guard AutomaticLocal.Kind(units)?.isDemand == true else { return }
        let moments = [5, 4, 3, 2].map { units.count - $0 * horizon / 2 }.filter { $0 >= 2 * horizon }
        guard !moments.isEmpty,
            let levels = DemandLevels(
                units, season: season <= units.count / 2 ? season : 1, horizon: horizon, returns: returns,
                moments: moments)
        else { return }
        for (moment, level) in zip(moments, levels.snapshots) {
            var actual = 0.0
            var exposure = 0.0
            for t in moment..<(moment + horizon) where !units[t].isNaN {
                actual += units[t]
                exposure += levels.factor(ahead: t - units.count)
            }
            forecasts.append(level * exposure)
            actuals.append(actual)
        }
    }

    /// How far between the other's totals and these what became of them lies, 0…1, over all that differ.
    func share(beside other: PastTotals) -> Double {
        var own = 0.0
        var others = 0.0
        var actual = 0.0
        for k in actuals.indices where forecasts[k] != other.forecasts[k] {
            own += forecasts[k].sum() / 4
            others += other.forecasts[k].sum() / 4
            actual += actuals[k]
        }
        let share = (actual - others) / (own - others)
        return share.isFinite ? min(max(share, 0), 1) : 0
    }

    /// These totals with so much of the other's instead.
    func blended(_ other: PastTotals, share: Double) -> PastTotals {
        var blend = self
        for k in forecasts.indices { blend.forecasts[k] += share * (other.forecasts[k] - forecasts[k]) }
        return blend
    }

    /// Least squares with weights ≥ 0 by trying every set of memories.
    func solve() -> [Double]? {
        let size = forecasts.reduce(0) { $0 + $1.sum() / 4 } / Double(max(1, forecasts.count))
        guard size > 0, size.isFinite else { return nil }
        var products = [Double](repeating: 0, count: 16)
        var sums = [Double](repeating: 0, count: 4)
        var square = 0.0
        for (forecast, actual) in zip(forecasts, actuals) {
            // A tenth of the mean forecast keeps series that expect nothing from ruling all.
            let scale = max(forecast.sum() / 4 / size, 0.1)
            let weight = 1 / (scale * scale * scale).squareRoot().squareRoot()
            for a in 0..<4 {
                sums[a] += weight * forecast[a] * actual
                for b in 0..<4 { products[a * 4 + b] += weight * forecast[a] * forecast[b] }
            }
            square += weight * actual * actual
        }
        var best: (weights: [Double], loss: Double)?
        for set in 1..<16 {
            let chosen = (0..<4).filter { set >> $0 & 1 == 1 }
            var matrix = chosen.flatMap { a in chosen.map { b in products[a * 4 + b] } }
            var solution = chosen.map { sums[$0] }
            guard Cholesky.solve(&matrix, &solution, chosen.count), solution.allSatisfy({ $0 >= 0 }) else { continue }
            var weights = [0.0, 0, 0, 0]
            var loss = square
            for (k, a) in chosen.enumerated() {
                weights[a] = solution[k]
                loss -= solution[k] * sums[a]
            }
            if loss < best?.loss ?? .infinity { best = (weights, loss) }
        }
        return best?.weights
    }
}
