/// Plans that do not change for the sake of changing.
public enum PlanStability {
    /// The quantity to propose when a former one stands: the new one only if it brings more than a threshold.
    ///
    /// - Parameters:
    ///   - former: units proposed before, which can still be ordered; 0 for none.
    ///   - proposed: units that the plan would propose now.
    ///   - position: units available and on order, neither quantity counted.
    ///   - reward: what units are worth now.
    ///   - threshold: money that a change must bring, ≥ 0; where it is NaN every change that brings something is made.
    /// - Returns: one of the two quantities, and the money that the new one would bring.
    public static func settled(
        former: Int64, proposed: Int64, position: Int64, reward: UnitReward, threshold: Double
    ) -> (quantity: Int64, gain: Double) {
        let gain = reward.value(from: position.clampedPlus(former), to: position.clampedPlus(proposed))
        let least = threshold.isNaN ? 0 : threshold
        return (gain > least ? proposed : former, gain)
    }

    /// How much two schedules of the same periods differ, as a share of what the former ordered per period: changes near
    /// now count most, each period later by `weight` less.
    ///
    /// The weighted instability of Sridharan, Berry & Udayabhanu, "Measuring master production schedule stability under
    /// rolling planning horizons", Decision Sciences 19 (1988): Σ |Q′ₜ − Qₜ|·(1 − α)·αᵗ, here ÷ the former schedule's mean.
    ///
    /// - Parameters:
    ///   - former: units of each period; the shorter schedule counts as none beyond its end.
    ///   - proposed: units of each period.
    ///   - weight: α, 0 ..< 1.
    /// - Returns: 0 for equal schedules; nil where the weight is out of range or the former one ordered nothing.
    public static func instability(former: [Int64], proposed: [Int64], weight: Double = 0.5) -> Double? {
        guard weight >= 0, weight < 1 else { return nil }
        let count = max(former.count, proposed.count)
        var mean = 0.0
        for units in former { mean += Double(units) / Double(count) }
        guard mean > 0 else { return nil }
        var sum = 0.0
        var share = 1 - weight
        for period in 0..<count {
            let before = period < former.count ? Double(former[period]) : 0
            let after = period < proposed.count ? Double(proposed[period]) : 0
            sum += abs(after - before) * share
            share *= weight
        }
        return sum / mean
    }
}
