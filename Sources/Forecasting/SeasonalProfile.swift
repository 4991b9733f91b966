/// How demand is spread over the places of a season (weekdays), as factors with mean 1.
struct SeasonalProfile {
    /// One factor for each place, ≥ 0.05.
    let factors: [Double]

    /// No pattern.
    init(flat season: Int) { self.init(factors: [Double](repeating: 1, count: season)) }

    private init(factors: [Double]) { self.factors = factors }

    /// The pattern of a series, drawn towards flat by how little it proves.
    ///
    /// Each place's raw factor is what was sold there over what its season's mean would have brought. Its sampling
    /// variance is φ ÷ expected units; what the raw factors scatter beyond that is the true variance τ² between places,
    /// and each factor keeps the share τ² ÷ (τ² + φ ÷ expected) of its distance from 1: the gamma-Poisson form of the
    /// empirical Bayes estimate (Efron & Morris, JASA 68, 1973).
    ///
    /// - Parameters:
    ///   - units: demand of each period.
    ///   - exposure: share of each period that was seen; those at 0 are left out.
    ///   - season: periods in a season, ≥ 1.
    ///   - phase: place of the first period.
    init(of units: ArraySlice<Double>, exposure: ArraySlice<Double>, season: Int, phase: Int) {
        guard season > 1, units.count >= 2 * season else {
            self.init(flat: season)
            return
        }
        var sold = [Double](repeating: 0, count: season)
        var expected = [Double](repeating: 0, count: season)
        var scatter = 0.0
        var freedom = 0.0
        // Season by season, so that a trend or a step in the level is not taken for a pattern.
        for start in stride(from: units.startIndex, to: units.endIndex, by: season) {
            let block = start..<min(start + season, units.endIndex)
            var sum = 0.0
            var seen = 0.0
            var periods = 0.0
            for t in block where exposure[t] > 0 {
                sum += units[t]
                seen += exposure[t]
                periods += 1
            }
            guard periods >= 2, sum > 0 else { continue }
            let mean = sum / seen
            for t in block where exposure[t] > 0 {
                let place = (phase + t - units.startIndex) % season
                sold[place] += units[t]
                expected[place] += mean * exposure[t]
                let error = units[t] - mean * exposure[t]
                scatter += error * error / (mean * exposure[t])
            }
            freedom += periods - 1
        }
        let places = (0..<season).filter { expected[$0] > 0 }
        guard places.count > 1, freedom > 0 else {
            self.init(flat: season)
            return
        }
        // The scatter holds the pattern's own part too; leaving it in errs towards flat.
        let phi = max(1, scatter / freedom)
        var between = 0.0
        var chance = 0.0
        for place in places {
            let raw = sold[place] / expected[place]
            between += (raw - 1) * (raw - 1)
            chance += phi / expected[place]
        }
        let variance = max(0, between / Double(places.count - 1) - chance / Double(places.count))
        var factors = [Double](repeating: 1, count: season)
        for place in places {
            let weight = variance / (variance + phi / expected[place])
            factors[place] = max(0.05, 1 + weight * (sold[place] / expected[place] - 1))
        }
        let mean = factors.reduce(0, +) / Double(season)
        self.init(factors: factors.map { $0 / mean })
    }
}
