/// Where a fitted model's forecasts run: a level, a trend that may die away, and a season; or a theta line that learns
/// from its own forecasts.
enum ForecastPath: Sendable, Hashable {
    case components(Components)
    case theta(DynamicThetaState)

    /// Level, trend and season after the last period.
    struct Components: Sendable, Hashable {
        var level: Double
        /// Growth per period; 0 for none.
        var slope = 0.0
        /// What is left of the growth after each period, 0…1.
        var damping = 1.0
        /// Effect of each place of the season, the place of the first future period first; empty for none.
        var season: [Double] = []
        /// Whether the season multiplies.
        var isRatio = false
    }

    func means(_ horizon: Int) -> [Double] {
        guard horizon > 0 else { return [] }
        switch self {
        case .theta(var state): return (0..<horizon).map { _ in state.next() }
        case .components(let parts):
            var means: [Double] = []
            means.reserveCapacity(horizon)
            var base = parts.level
            var growth = parts.slope
            var place = 0
            for _ in 0..<horizon {
                growth *= parts.damping
                base += growth
                guard !parts.season.isEmpty else {
                    means.append(base)
                    continue
                }
                means.append(parts.isRatio ? base * parts.season[place] : base + parts.season[place])
                place = place + 1 == parts.season.count ? 0 : place + 1
            }
            return means
        }
    }

    /// Season factors by place from the first future period, where the season multiplies.
    var ratios: [Double]? {
        switch self {
        case .theta(let state): state.season.isEmpty ? nil : state.season
        case .components(let parts): parts.isRatio && !parts.season.isEmpty ? parts.season : nil
        }
    }
}
