import Numerics

/// One series, read once: its own model, and what it has to say about how series of its kind go on.
///
/// A forecast from the series alone needs no more (`forecast(_:)` with nil). Where there are several series, the studies
/// of all of them make a `PooledDemand`, and each is then forecast with it.
public struct DemandStudy: Sendable {
    /// One look back: what the three memories expected of the following weeks, and what came.
    struct Look: Sendable {
        /// Units that each memory's level would have brought in the periods that were seen.
        let expected: SIMD3<Double>
        /// Units that came.
        let came: Double
        /// What the series looked like.
        let traits: LevelTraits.Values
    }

    /// Gains of the memories: about seven, twenty and 125 periods. On retail days the first follows a promotion or a
    /// pause, the last is what demand returns to.
    static let memories = SIMD3<Double>(0.15, 0.05, 0.008)
    /// Most looks kept of one series; the newest.
    static let mostLooks = 26

    /// Levels of the memories after the last period, units per period.
    let levels: SIMD3<Double>
    /// What the series looks like after the last period.
    let traits: LevelTraits.Values
    /// Looks back, oldest first.
    let looks: [Look]
    /// Variance over mean of single periods, ≥ 1.
    let phi: Double
    /// Relative standard deviation of the level by the series' own errors.
    let kappa: Double
    /// Seasons that a look spans.
    static let seasonsAhead = 3

    let own: DemandForecast
    let floor: Double

    /// Studies a history; nil where no period says anything (empty, or never in stock and nothing sold).
    public init?(_ history: DemandHistory) {
        let launch = DemandStudy.launch(of: history)
        let units = history.units[launch...]
        let inStock = history.inStock[launch...]
        let phase = (history.phase + launch) % history.season
        let futurePhase = (history.phase + history.units.count) % history.season

        var observed = 0.0
        var used = 0
        var censored = 0
        var sold = 0.0
        for t in units.indices {
            observed += inStock[t]
            sold += units[t]
            if inStock[t] > 0 || units[t] > 0 { used += 1 }
            if inStock[t] < 1 { censored += 1 }
        }
        guard used > 0 else { return nil }
        // Half a unit in one period more than was seen: the mean of a Poisson rate after no events (Jeffreys' prior).
        floor = 0.5 / (observed + 1)
        guard sold > 0 else {
            levels = .zero
            traits = .zero
            looks = []
            phi = 1
            kappa = 2.0.squareRoot()
            own = DemandForecast(
                explanation: .init(
                    level: 0, profile: [Double](repeating: 1, count: history.season), phi: 1, kappa: kappa,
                    demandClass: .none, smoothing: 0, sizeSmoothing: nil, periodsUsed: used, censoredPeriods: censored,
                    periodsBeforeLaunch: launch),
                riskLevel: floor, phase: futurePhase)
            return
        }

        let demandClass = DemandClass(of: units.indices.lazy.filter { inStock[$0] > 0 }.map { units[$0] })
        let profile = SeasonalProfile(of: units, exposure: inStock, season: history.season, phase: phase)
        let fitted = Fit(
            units: units, inStock: inStock, profile: profile, phase: phase, separate: demandClass.isIntermittent)
        let level = max(fitted.level, floor)
        kappa = fitted.kappa(level: level)
        phi = fitted.phi
        (levels, traits, looks) = fitted.looks(
            memories: DemandStudy.memories, seasons: DemandStudy.seasonsAhead, most: DemandStudy.mostLooks)
        own = DemandForecast(
            explanation: .init(
                level: level, profile: profile.factors, phi: phi, kappa: kappa, demandClass: demandClass,
                smoothing: fitted.gains.level, sizeSmoothing: fitted.gains.size, periodsUsed: used,
                censoredPeriods: censored, periodsBeforeLaunch: launch),
            riskLevel: level, phase: futurePhase)
    }

    /// The forecast: from the series alone, or with what it shares with others.
    public func forecast(_ pool: PooledDemand? = nil) -> DemandForecast {
        guard let pool, own.explanation.level > 0 else { return own }
        return CarriedDemand(self, pool).forecast(pool)
    }

    /// What of the study, and of what it shares with others, is enough to go on from.
    public func carried(_ pool: PooledDemand) -> CarriedDemand { CarriedDemand(self, pool) }

    /// The first period that counts. Zeros at the beginning are taken for the time before launch where, at the rate of
    /// demand that followed, chance would have brought so many less than once in a hundred times.
    private static func launch(of history: DemandHistory) -> Int {
        guard let first = history.units.firstIndex(where: { $0 > 0 }) else { return 0 }
        var waited = 0.0
        for t in 0..<first { waited += history.inStock[t] }
        var seen = 0.0
        var demands = 0.0
        for t in first..<history.units.count {
            seen += history.inStock[t]
            if history.units[t] > 0 { demands += 1 }
        }
        return waited * demands > 4.6 * max(1, seen) ? first : 0
    }
}
