import Numerics

/// The textbook's normal formulas, which planners know and check a plan against.
///
/// Silver, Pyke & Peterson, "Inventory Management and Production Planning and Scheduling", 3rd ed., chapter 7. All return
/// nil where a number is out of range. The plan itself uses the exact distribution (`ReorderPolicy`).
public enum SafetyStock {
    /// Standard deviation of demand over a lead time, units: √(L·σ_d² + d²·σ_L²).
    ///
    /// - Parameters:
    ///   - demand: mean per day and its standard deviation, units.
    ///   - leadTime: mean and standard deviation, days.
    public static func deviation(
        demand: (mean: Double, deviation: Double), leadTime: (mean: Double, deviation: Double)
    ) -> Double? {
        let numbers = [demand.mean, demand.deviation, leadTime.mean, leadTime.deviation]
        guard numbers.allSatisfy({ $0 >= 0 && $0.isFinite }) else { return nil }
        let days = leadTime.mean * demand.deviation * demand.deviation
        let length = demand.mean * leadTime.deviation
        return (days + length * length).squareRoot()
    }

    /// Safety stock z·σ for a cycle service level, the chance of getting through a cycle without running out.
    public static func forCycleService(_ level: Double, deviation: Double) -> Double? {
        guard deviation >= 0, deviation.isFinite else { return nil }
        return Normal.quantile(level).map { $0 * deviation }
    }

    /// Share of demand served from the shelf by (s, Q): 1 − σ·(G(k) − G(k + Q/σ)) ÷ Q with k = (s − mean) ÷ σ.
    public static func fillRate(
        reorderPoint: Double, cycle: Double, mean: Double, deviation: Double
    ) -> Double? {
        guard reorderPoint.isFinite, mean.isFinite, cycle > 0, cycle.isFinite, deviation > 0, deviation.isFinite,
            let short = Normal.loss((reorderPoint - mean) / deviation),
            let shortBefore = Normal.loss((reorderPoint + cycle - mean) / deviation)
        else { return nil }
        return 1 - deviation * (short - shortBefore) / cycle
    }

    /// The reorder point of (s, Q) for a fill rate, neglecting what is short at the start of a cycle.
    public static func reorderPoint(
        fillRate: Double, cycle: Double, mean: Double, deviation: Double
    ) -> Double? {
        level(fillRate: fillRate, units: cycle, mean: mean, deviation: deviation)
    }

    /// The order-up-to level of (R, S) for a fill rate: σ·G(k) = d·R·(1 − P2) over the lead time and one review.
    ///
    /// - Parameters:
    ///   - demandPerReview: expected units in one review period.
    ///   - mean: expected units over lead time and review period.
    ///   - deviation: their standard deviation.
    public static func orderUpTo(
        fillRate: Double, demandPerReview: Double, mean: Double, deviation: Double
    ) -> Double? {
        level(fillRate: fillRate, units: demandPerReview, mean: mean, deviation: deviation)
    }

    private static func level(fillRate: Double, units: Double, mean: Double, deviation: Double) -> Double? {
        guard fillRate > 0, fillRate < 1, units > 0, units.isFinite, mean.isFinite, deviation > 0, deviation.isFinite
        else { return nil }
        return Normal.inverseLoss(units * (1 - fillRate) / deviation).map { mean + $0 * deviation }
    }
}
