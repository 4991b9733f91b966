/// A series made ready for the search: scaled to a mean size of 1, with its season decomposed once.
struct ETSSeries {
    /// Values over `scale`; NaN is not observed.
    let units: [Double]
    let scale: Double
    let observed: Int
    /// Periods in a season; 1 for none.
    let season: Int
    /// Whether errors and seasons may be ratios.
    let isPositive: Bool
    private let sums: [Double]?
    private let ratios: [Double]?

    /// Nil where nothing was observed or a value is infinite, or too large to be added to others.
    init?(_ units: [Double], season: Int) {
        var size = 0.0
        var observed = 0
        var least = Double.infinity
        for value in units where !value.isNaN {
            observed += 1
            size += abs(value)
            least = min(least, value)
        }
        guard observed > 0, size.isFinite else { return nil }
        let scale = size > 0 ? size / Double(observed) : 1
        self.units = units.map { $0 / scale }
        self.scale = scale
        self.observed = observed
        // Values that are next to nothing beside the others would make a relative error of anything.
        isPositive = least > 1e-6 * scale
        self.season = season
        let isSeasonal = season > 1 && units.count / 2 >= season
        sums = isSeasonal ? SeasonalIndices.classical(self.units, season: season, kind: .additive) : nil
        ratios =
            isSeasonal && isPositive
            ? SeasonalIndices.classical(self.units, season: season, kind: .multiplicative) : nil
    }

    /// Whether the series is long and positive enough for a model.
    func allows(_ form: ETS.Form) -> Bool {
        switch form.season {
        case .none: break
        case .additive: guard sums != nil else { return false }
        case .multiplicative: guard ratios != nil else { return false }
        }
        return (form.error == .additive || isPositive) && observed > form.estimated(season: season) + 1
    }

    /// Starting states: the season as decomposed, and the level (with trend, the line) of the first periods without it.
    struct Opening {
        var level = 0.0
        var slope = 0.0
        var season: [Double] = []
    }

    func opening(_ form: ETS.Form) -> Opening {
        let effects =
            switch form.season {
            case .none: [Double]()
            case .additive: sums ?? []
            case .multiplicative: ratios ?? []
            }
        var first: [Double] = []
        for t in 0..<min(units.count, max(10, effects.isEmpty ? 10 : 2 * season)) {
            guard !effects.isEmpty else {
                first.append(units[t])
                continue
            }
            let effect = effects[t % season]
            first.append(form.season == .additive ? units[t] - effect : units[t] / max(effect, 1e-6))
        }
        let seen = first.filter { !$0.isNaN }
        let mean = seen.isEmpty ? 1 : seen.reduce(0, +) / Double(seen.count)
        guard form.trend != .none, let line = Theta.line(first) else { return Opening(level: mean, season: effects) }
        // A line that begins below nothing has no relative errors.
        guard form.error == .additive || line.intercept > 0.05 * mean else {
            return Opening(level: mean, season: effects)
        }
        return Opening(level: line.intercept, slope: line.slope, season: effects)
    }
}
