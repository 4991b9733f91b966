import Numerics

/// The demand of one product over any run of future days, as a distribution.
///
/// The total over a run has mean M, the sum of its days' means, and variance φ·M + (κ·M)²: φ is what single days scatter
/// beyond chance, κ how far the level itself may be off over weeks. The distribution is the negative binomial of that
/// mean and variance. Totals over longer runs are stochastically larger.
public struct DemandForecast: Sendable, Hashable {
    /// What the forecast is made of, for `why`.
    public struct Explanation: Sendable, Hashable, Codable {
        /// Expected units in a period of average season.
        public let level: Double
        /// Factor of each place in the season (Monday first, for days), mean 1.
        public let profile: [Double]
        /// Variance over mean of a period's demand about its level, ≥ 1.
        public let phi: Double
        /// Relative standard deviation of the level over some weeks, ≥ 0.
        public let kappa: Double
        /// How often and how evenly it was asked for.
        public let demandClass: DemandClass
        /// Weight of the newest period in the level, or in the chance of a demand.
        public let smoothing: Double
        /// Weight of the newest demand in its size; nil where size and chance are not smoothed apart.
        public let sizeSmoothing: Double?
        /// Periods that said something.
        public let periodsUsed: Int
        /// Periods in which demand was cut off, wholly or in part, by want of stock.
        public let censoredPeriods: Int
        /// Periods left out at the beginning, before the product was on sale.
        public let periodsBeforeLaunch: Int
    }

    /// What the forecast is made of.
    public let explanation: Explanation
    /// What is known to lift or to press demand: a factor for each of the first days, ≥ 0; 1 for all later ones.
    public var multipliers: [Double] = []

    /// Level behind the distribution: never quite zero, so neither is the risk.
    let riskLevel: Double
    /// Place in the season of the first future period.
    let phase: Int

    /// Expected units of day `day`, 0 being the first after the history.
    public func mean(day: Int) -> Double { explanation.level * factor(day) }

    /// Expected units of a run of days.
    public func mean(days: Range<Int>) -> Double { explanation.level * factors(days) }

    /// The distribution of the total over a run of days.
    ///
    /// Its mean is `mean(days:)`, except for a product that was never asked for: that has mean 0 here and, in the
    /// distribution, half a unit over one period more than was seen (the posterior of a Poisson rate under Jeffreys'
    /// prior), so that its risk is small but not nothing.
    public func demand(days: Range<Int>) -> CountDistribution {
        let mean = min(1e12, riskLevel * factors(days))
        let level = explanation.kappa * mean
        return CountDistribution.negativeBinomial(mean: mean, variance: explanation.phi * mean + level * level) ?? .zero
    }

    /// The least number of units that the total over a run of days stays within with chance `p`, 0…1.
    public func quantile(_ p: Double, days: Range<Int>) -> Int { demand(days: days).quantile(p) }

    /// The forecast of a product without a history, by somebody's word.
    ///
    /// Single days scatter by a third beside chance, and the word is taken to be off by half, as much as launches of which
    /// nothing but a guess is known.
    ///
    /// - Parameters:
    ///   - units: units a period, ≥ 0; anything else counts as 0.
    ///   - season: periods in a season, ≥ 1.
    public init(statedPerDay units: Double, season: Int) {
        let level = units >= 0 && units < 1e12 ? units : 0
        self.init(
            explanation: Explanation(
                level: level, profile: [Double](repeating: 1, count: max(1, season)), phi: 1.33, kappa: 0.5,
                demandClass: .none, smoothing: 0, sizeSmoothing: nil, periodsUsed: 0, censoredPeriods: 0,
                periodsBeforeLaunch: 0),
            riskLevel: level, phase: 0)
    }

    init(explanation: Explanation, riskLevel: Double, phase: Int) {
        self.explanation = explanation
        self.riskLevel = riskLevel
        self.phase = phase
    }

    private func factor(_ day: Int) -> Double {
        multipliers.indices.contains(day) ? multipliers[day] * profileFactor(day) : profileFactor(day)
    }

    private func profileFactor(_ day: Int) -> Double {
        let season = explanation.profile.count
        return explanation.profile[((phase + day % season) % season + season) % season]
    }

    private func factors(_ days: Range<Int>) -> Double {
        guard days.lowerBound < multipliers.count else { return profileFactors(days) }
        let known = days.clamped(to: 0..<multipliers.count)
        let sum = known.reduce(0) { $0 + factor($1) }
        return days.upperBound > known.upperBound ? sum + profileFactors(known.upperBound..<days.upperBound) : sum
    }

    private func profileFactors(_ days: Range<Int>) -> Double {
        let season = explanation.profile.count
        // Whole seasons have mean 1, so a year costs no more than a week.
        let (seasons, rest) = days.count.quotientAndRemainder(dividingBy: season)
        var sum = Double(seasons * season)
        for day in days.lowerBound..<(days.lowerBound + rest) { sum += profileFactor(day) }
        return sum
    }
}
