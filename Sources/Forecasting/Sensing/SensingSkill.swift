import Glibc

/// What indicators were worth on days that had not been seen when the multiplier was made.
public struct SensingSkill: Sendable, Hashable {
    /// Forecasts of a day ahead that the indicators had something to say on.
    public internal(set) var forecasts = 0
    /// Units of those days.
    public internal(set) var units = 0.0
    /// Sum of absolute errors without the multiplier, units.
    public internal(set) var errorWithout = 0.0
    /// The same with it.
    public internal(set) var errorWith = 0.0
    /// Sum of pinball losses at .9 without the multiplier, units.
    public internal(set) var pinballWithout = 0.0
    /// The same with it.
    public internal(set) var pinballWith = 0.0
    /// What was gained in log-likelihood over what a right multiplier gains (1 is right, 0 no help, −1 nothing in it), drawn
    /// to the pool's.
    public internal(set) var gain = 0.0
    /// Its standard deviation.
    public internal(set) var gainDeviation = 0.0

    /// Nothing tried yet.
    public init() {}

    /// Absolute error over units without indicators; nil where no unit was sold.
    public var wapeWithout: Double? { units > 0 ? errorWithout / units : nil }
    /// The same with them.
    public var wapeWith: Double? { units > 0 ? errorWith / units : nil }
    /// How sure it is that they help: gain over its standard deviation.
    public var certainty: Double { gainDeviation > 0 ? gain / gainDeviation : 0 }

    mutating func add(real: Double, without: Double, with: Double, kappa: Double) {
        forecasts += 1
        units += real
        errorWithout += abs(real - without)
        errorWith += abs(real - with)
        pinballWithout += SensingSkill.pinball(real, CountTail.quantile(0.9, mean: without, kappa: kappa))
        pinballWith += SensingSkill.pinball(real, CountTail.quantile(0.9, mean: with, kappa: kappa))
    }

    /// Adds the forecasts of other series, or of others of the same; what was gained over what a right multiplier gains stays.
    public mutating func add(_ other: SensingSkill) {
        forecasts += other.forecasts
        units += other.units
        errorWithout += other.errorWithout
        errorWith += other.errorWith
        pinballWithout += other.pinballWithout
        pinballWith += other.pinballWith
    }

    private static func pinball(_ real: Double, _ quantile: Double) -> Double {
        real >= quantile ? 0.9 * (real - quantile) : 0.1 * (quantile - real)
    }
}
