// The continuous ranked probability score of other forecasts than a count distribution.

extension Accuracy {
    /// CRPS of a normal forecast, units: σ·(z·(2Φ(z) − 1) + 2φ(z) − 1/√π) with z = (y − μ) ÷ σ.
    ///
    /// Gneiting et al., Monthly Weather Review 133 (2005). A deviation of 0 gives |y − μ|; nil for a negative one.
    public static func crps(actual: Double, mean: Double, deviation: Double) -> Double? {
        guard actual.isFinite, mean.isFinite, deviation.isFinite, deviation >= 0 else { return nil }
        guard deviation > 0 else { return abs(actual - mean) }
        let z = (actual - mean) / deviation
        guard z.isFinite else { return abs(actual - mean) }
        let score = z * (2 * Normal.below(z) - 1) + 2 * Normal.density(z) - 0.564_189_583_547_756_3
        return deviation * max(0, score)
    }

    /// CRPS of an ensemble, units: E|X − y| − ½·E|X − X′| over its members, O(n log n).
    ///
    /// Gneiting & Raftery, JASA 102 (2007), eq. 21. Nil where there is no member or a number is not finite.
    public static func crps(actual: Double, ensemble: [Double]) -> Double? {
        guard actual.isFinite, !ensemble.isEmpty, ensemble.allSatisfy({ $0.isFinite }) else { return nil }
        let members = ensemble.sorted()
        let count = Double(members.count)
        var distance = 0.0
        var spread = 0.0
        for (i, member) in members.enumerated() {
            distance += abs(member - actual)
            // In order, a member is the larger of i pairs and the smaller of all later ones.
            spread += member * (2 * Double(i) + 1 - count)
        }
        let score = distance / count - spread / (count * count)
        return score.isFinite ? max(0, score) : nil
    }
}
