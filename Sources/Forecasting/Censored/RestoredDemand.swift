/// The demand of hours out of stock, estimated from all that is like them.
///
/// An hour's expected demand is the product of the series' level around that day, what the day did to all series and to
/// its groups, the series' share of that hour of the day (drawn towards its groups' by how little it proves), and what the
/// hour of that very date did to all. How well the day itself has been going so far is taken into account by credibility.
///
/// Stock-outs are not chance: a good day empties the shelf. Sales before a stock-out are above normal, most of all in the
/// hour before it, while days that never ran out are below normal, so filling gaps from such days is biased both ways.
/// Given what was sold before, though, whether an hour is still in stock no longer depends on its own demand: an estimate
/// by likelihood from all in-stock hours, with the day's own effect as a random one, is not misled (Little & Rubin,
/// "Statistical Analysis with Missing Data", on data missing at random). Level and effects are therefore re-estimated from
/// completed days until they agree (the EM algorithm of Dempster, Laird & Rubin, JRSS B 39, 1977). The variances that say
/// how much to believe of each effect are estimated from products of residuals: of different series on the same day, and
/// of later hours with earlier ones of the same day, in each of which an hour's own chance cancels.
public struct RestoredDemand: Sendable {
    /// Units asked for in each hour: what was sold, and where stock was lacking what would have been sold besides.
    ///
    /// In the shape of the input; never below what was sold, and equal to it in hours fully in stock.
    public let demand: [Double]
    /// Variance over mean of an hour's demand about its expectation, units.
    public let phi: Double
    /// Relative variance of a day's own effect, ≥ 0.
    public let dayVariance: Double
    /// Relative variance of the effect of a day on all series, then on each grouping in order, ≥ 0.
    public let groupVariances: [Double]
    /// Effect of each driver on the logarithm of demand.
    public let driverEffects: [Double]
    /// By how much each hour's estimates were off where they could be checked, as a factor already applied.
    public let calibration: [Double]
    /// Rounds until level and effects agreed.
    public let rounds: Int

    /// Restores the demand of hours out of stock.
    ///
    /// Deterministic; O(cells) a round, about 30 rounds. Without any sale the demand is 0 throughout. A series that was
    /// never in stock gets the level of its finest group. Doubling all units doubles all demand.
    ///
    /// - Parameters:
    ///   - shelf: the hours; their validity is checked there.
    ///   - memory: days over which a series' level is taken to stay much the same, > 0.
    public init(_ shelf: ShelfHours, memory: Double = 8) {
        var model = HourlyModel(shelf, memory: memory > 0 && memory.isFinite ? memory : 8)
        var previous = -1.0
        var rounds = 0
        while rounds < 60, model.sold > 0 {
            rounds += 1
            let total = model.expect()
            model.maximise(profiles: rounds % 2 == 1)
            // The slowest part to settle are levels of series that are mostly out of stock.
            if abs(total - previous) <= 2e-5 * total { break }
            previous = total
        }
        calibration = model.calibrationByHour()
        demand = model.completed(calibration: calibration)
        phi = model.phi
        dayVariance = model.dayVariance
        groupVariances = model.groupVariances
        driverEffects = model.driverEffects
        self.rounds = rounds
    }
}
