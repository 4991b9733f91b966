import Numerics

/// The demand to come of a product that was just launched: what its like sold, corrected by its own first days.
///
/// Its level has the gamma law that its like give it. Its own days move that as Poisson sales would, each counting for less
/// the more single days stray: of n units where m were expected, n ÷ (1 + κ·m) and m ÷ (1 + κ·m) count (Gelman et al.,
/// "Bayesian Data Analysis", 3rd ed., section 2.6). A day to come is then negative binomial, and the days of a run
/// share one level, so a total strays more than independent days would.
public struct LaunchDemand: Sendable, Hashable {
    /// Expected units of a day at the level expected now, from today on; beyond, the mean of the last week goes on.
    public let curve: [Double]
    /// Shape of the level's law, > 0: its variance is its squared mean over this.
    public let shape: Double
    /// Variance over squared mean beyond Poisson's of a day about its level, ≥ 0.
    public let kappa: Double
    /// How many times what its like said the product is now expected to sell, > 0; 1 before its first day.
    public let multiple: Double
    private let beyond: Double

    init(curve: [Double], level: Double, shape: Double, kappa: Double, own: [Double]) {
        let tail = curve.suffix(7).reduce(0, +) / Double(max(1, curve.suffix(7).count)) * level
        var (counted, promised) = (shape, shape)
        for (day, units) in own.enumerated() where units >= 0 && units < 1e12 {
            let mean = day < curve.count ? curve[day] * level : tail
            let share = 1 / (1 + kappa * mean)
            counted += units * share
            promised += mean * share
        }
        let multiple = counted / promised
        self.shape = counted
        self.multiple = multiple
        self.kappa = kappa
        self.curve = own.count < curve.count ? curve[own.count...].map { $0 * level * multiple } : []
        beyond = tail * multiple
    }

    /// Expected units of a day, today being 0.
    public func mean(day: Int) -> Double { curve.indices.contains(day) ? curve[day] : beyond }

    /// Expected units over a run of days, today being 0.
    public func mean(days: Range<Int>) -> Double {
        let known = days.clamped(to: 0..<curve.count)
        return known.reduce(0) { $0 + curve[$1] } + beyond * Double(days.count - known.count)
    }

    /// Variance of the units over a run of days.
    public func variance(days: Range<Int>) -> Double {
        let known = days.clamped(to: 0..<curve.count)
        let squares =
            known.reduce(0) { $0 + curve[$1] * curve[$1] } + beyond * beyond * Double(days.count - known.count)
        let mean = mean(days: days)
        return mean + kappa * squares * (1 + 1 / shape) + mean * mean / shape
    }

    /// The units over a run of days, negative binomial of that mean and variance; `.zero` for none and for what no count can
    /// hold.
    public func demand(days: Range<Int>) -> CountDistribution {
        CountDistribution.negativeBinomial(mean: mean(days: days), variance: variance(days: days)) ?? .zero
    }
}
