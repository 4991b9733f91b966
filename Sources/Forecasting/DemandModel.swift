import Numerics

/// The first forecaster: a level, a weekday profile and an honest spread.
///
/// In order: periods before launch are left out; the profile is estimated; the level is smoothed over periods in stock;
/// demand that was cut off is filled in with what it must have been on average, given that it was at least what was sold;
/// the level is smoothed again; φ and κ are taken from the model's own past errors.
public enum DemandModel {
    /// Relative standard deviation of the level over some weeks that is assumed until errors say otherwise.
    ///
    /// The median of what the errors of 4,000 daily series of the public M5 data set say is 0.31.
    static let typicalDrift = 0.3

    /// The forecast from a history; nil where no period says anything (empty, or never in stock and nothing sold).
    public static func fit(_ history: DemandHistory) -> DemandForecast? {
        let launch = DemandModel.launch(of: history)
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
        let floor = 0.5 / (observed + 1)
        guard sold > 0 else {
            return DemandForecast(
                explanation: .init(
                    level: 0, profile: [Double](repeating: 1, count: history.season), phi: 1, kappa: 2.0.squareRoot(),
                    demandClass: .none, smoothing: 0, sizeSmoothing: nil, periodsUsed: used, censoredPeriods: censored,
                    periodsBeforeLaunch: launch),
                riskLevel: floor, phase: futurePhase)
        }

        let demandClass = DemandClass(of: units.indices.lazy.filter { inStock[$0] > 0 }.map { units[$0] })
        let profile = SeasonalProfile(of: units, exposure: inStock, season: history.season, phase: phase)
        let fitted = Fit(
            units: units, inStock: inStock, profile: profile, phase: phase, separate: demandClass.isIntermittent)
        let level = max(fitted.level, floor)
        let kappa = fitted.kappa(level: level)
        return DemandForecast(
            explanation: .init(
                level: level, profile: profile.factors, phi: fitted.phi, kappa: kappa, demandClass: demandClass,
                smoothing: fitted.gains.level, sizeSmoothing: fitted.gains.size, periodsUsed: used,
                censoredPeriods: censored, periodsBeforeLaunch: launch),
            riskLevel: level, phase: futurePhase)
    }

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
