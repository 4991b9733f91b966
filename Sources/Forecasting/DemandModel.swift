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
    public static func fit(_ history: DemandHistory) -> DemandForecast? { DemandStudy(history)?.forecast() }

    /// The forecast from a history with what it shares with others of its kind; nil as above.
    public static func fit(_ history: DemandHistory, pool: PooledDemand) -> DemandForecast? {
        DemandStudy(history)?.forecast(pool)
    }
}
