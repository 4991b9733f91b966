import Numerics

/// Days from an order to the shelf, as a distribution over whole days.
///
/// Without spread it is exact: a whole mean is one day, a broken one lies between its two neighbours in proportion. With
/// spread it is the gamma distribution of that mean and deviation, rounded to the nearest day, at most 64 of them; a
/// lead time of a day or more never rounds to none.
public struct LeadTime: Hashable, Sendable {
    /// One possible lead time.
    public struct Outcome: Hashable, Sendable {
        /// Days, ≥ 0.
        public let days: Int
        /// Its chance, 0…1.
        public let chance: Double
    }

    /// Mean, days.
    public let mean: Double
    /// Standard deviation, days.
    public let spread: Double
    /// What may happen, days ascending, chances with sum 1.
    public let outcomes: [Outcome]

    /// A lead time of this mean and standard deviation in days, both 0…1,000.
    public init(mean: Double, spread: Double = 0) throws(InventoryError) {
        guard mean >= 0, mean <= 1000, spread >= 0, spread <= 1000 else {
            throw InventoryError(
                .leadTime, "a lead time of \(mean) ± \(spread) days; give two numbers between 0 and 1000")
        }
        self.mean = mean
        self.spread = spread
        self.outcomes =
            LeadTime.isExact(mean: mean, spread: spread)
            ? LeadTime.exact(mean) : LeadTime.rounded(mean: mean, spread: spread)
    }

    /// A lead time of these outcomes: days, and what each is likely in proportion to. Equal days are added up.
    ///
    /// - Throws: `.leadTime` where days are not in 0…1,000, a weight is negative or not finite, or none is positive.
    public init(outcomes: [(days: Int, weight: Double)]) throws(InventoryError) {
        var weights = [Double](repeating: 0, count: 1001)
        var total = 0.0
        for outcome in outcomes {
            guard (0...1000).contains(outcome.days), outcome.weight >= 0, outcome.weight.isFinite else {
                throw InventoryError(
                    .leadTime,
                    "a lead time of \(outcome.days) days with a weight of \(outcome.weight); give 0…1000 days")
            }
            weights[outcome.days] += outcome.weight
            total += outcome.weight
        }
        guard total > 0, total.isFinite else {
            throw InventoryError(.leadTime, "a lead time without an outcome; give at least one with a positive weight")
        }
        self.outcomes = weights.indices.filter { weights[$0] > 0 }.map {
            Outcome(days: $0, chance: weights[$0] / total)
        }
        let mean = self.outcomes.reduce(0) { $0 + $1.chance * Double($1.days) }
        self.mean = mean
        self.spread = self.outcomes.reduce(0) {
            let distance = Double($1.days) - mean
            return $0 + $1.chance * distance * distance
        }.squareRoot()
    }

    /// Below a tenth of a day the spread disappears in the rounding.
    private static func isExact(mean: Double, spread: Double) -> Bool { spread < 0.1 || mean == 0 }

    private static func exact(_ mean: Double) -> [Outcome] {
        let whole = Int(mean)
        let rest = mean - Double(whole)
        guard rest > 1e-9 else { return [Outcome(days: whole, chance: 1)] }
        return [Outcome(days: whole, chance: 1 - rest), Outcome(days: whole + 1, chance: rest)]
    }

    private static func rounded(mean: Double, spread: Double) -> [Outcome] {
        func below(_ days: Double) -> Double { Gamma.cumulative(days, mean: mean, deviation: spread) ?? 1 }
        let least = mean >= 1 ? 1 : 0
        var outcomes: [Outcome] = []
        // Wide lead times in strides of several days, so that the work stays bounded.
        let stride = max(1, Int((12 * spread / 64).rounded(.up)))
        let half = Double(stride) / 2
        var days = least
        var counted = 0.0
        while counted < 1 - 1e-6, outcomes.count < 64 {
            let upTo = below(Double(days) + half)
            if upTo - counted > 1e-9 {
                outcomes.append(Outcome(days: days, chance: upTo - counted))
                counted = upTo
            }
            days += stride
            if Double(days) > mean + 40 * spread { break }
        }
        let total = outcomes.reduce(0) { $0 + $1.chance }
        guard total > 0 else { return exact(mean) }
        return outcomes.map { Outcome(days: $0.days, chance: $0.chance / total) }
    }
}
