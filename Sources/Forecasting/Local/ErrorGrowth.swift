/// How the error of a forecast grows with its distance.
///
/// One innovation of variance σ² enters every period; the weight c(j) = α + β(φ + … + φʲ) + γ·[j divisible by the season]
/// is what a forecast made j periods later keeps of it. Hyndman, Koehler, Ord & Snyder, "Forecasting with Exponential
/// Smoothing" (2008), chapter 6: class 1 exactly; class 2 (relative errors) exactly; class 3 (relative errors and
/// ratios) by their approximation for small σ. Absolute errors with ratios take the innovation's size from its place.
struct ErrorGrowth: Sendable, Hashable {
    /// Variance of one innovation: units², or relative where `isRelative`.
    var variance: Double
    var alpha: Double
    var beta = 0.0
    var gamma = 0.0
    var phi = 1.0
    /// Periods in a season, ≥ 1.
    var season = 1
    /// Whether an innovation is in proportion to the mean.
    var isRelative = false
    /// Variance of the level as an estimate, in innovations: 1 ÷ n for the mean of n.
    var levelError = 0.0
    /// Variance of the growth per period as an estimate, in innovations.
    var slopeError = 0.0

    func variances(_ horizon: Int, means path: ForecastPath) -> [Double] {
        guard horizon > 0 else { return [] }
        let means = path.means(horizon)
        let ratios = path.ratios
        var weights: [Double] = []
        var sum = 0.0
        var power = 1.0
        for j in 1...horizon {
            power *= phi
            sum += beta * power
            let seasonal = season > 1 && j % season == 0 && !(isRelative && ratios != nil) ? gamma : 0
            weights.append(alpha + sum + seasonal)
        }
        var answer: [Double] = []
        answer.reserveCapacity(horizon)
        var squares = [Double](repeating: 0, count: horizon)
        for h in 1...horizon {
            let ratio = ratios.map { $0[(h - 1) % $0.count] } ?? 1
            guard isRelative else {
                var total = 1 + levelError + slopeError * Double(h) * Double(h)
                for j in 1..<max(1, h) {
                    let then = ratios.map { $0[(h - j - 1) % $0.count] } ?? 1
                    let kept = then == 0 ? 0 : weights[j - 1] * ratio / then
                    total += kept * kept
                }
                answer.append(variance * total)
                continue
            }
            let base = ratio == 0 ? 0 : means[h - 1] / ratio
            var theta = base * base
            for j in 1..<max(1, h) { theta += variance * weights[j - 1] * weights[j - 1] * squares[h - j - 1] }
            squares[h - 1] = theta
            var grown = theta * (1 + variance)
            if ratios != nil {
                for _ in 0..<((h - 1) / max(1, season)) { grown *= 1 + gamma * gamma * variance }
            }
            answer.append(max(0, ratio * ratio * (grown - base * base)))
        }
        return answer
    }
}
