import Glibc

/// A theta line after some periods: a smoothed level, and the straight line that it leans on.
///
/// The expected next value is ℓ + ω((1 − α)ᵗ A + (1 − (1 − α)ᵗ⁺¹) ÷ α · B), with ω = 1 − 1/θ. The line (A, B) is that of the
/// whole series or, for the dynamic models, of the periods up to t only. Fiorucci et al., IJF 32 (2016).
struct DynamicThetaState: Sendable, Hashable {
    let alpha: Double
    /// 1 − 1/θ, 0…1.
    let weight: Double
    let isDynamic: Bool
    /// Ratio of each place of the season, the place of the next period first; empty for none.
    var season: [Double]
    private(set) var level: Double
    private var line: ThetaLine
    private var kept = 1.0
    private var place = 0

    init(level: Double, alpha: Double, weight: Double, line: ThetaLine, isDynamic: Bool, season: [Double] = []) {
        self.level = level
        self.alpha = alpha
        self.weight = weight
        self.line = line
        self.isDynamic = isDynamic
        self.season = season
    }

    /// What is expected next, without its season.
    var expected: Double {
        level + weight * (kept * line.intercept + (1 - kept * (1 - alpha)) / alpha * line.slope)
    }

    /// Learns the next value, without its season; NaN leaves the level as it is.
    mutating func learn(_ value: Double) {
        if !value.isNaN { level += alpha * (value - level) }
        kept *= 1 - alpha
        if isDynamic { line.take(value) }
    }

    /// The forecast of the next period, which is learned as if it had happened.
    mutating func next() -> Double {
        let value = expected
        learn(value)
        guard !season.isEmpty else { return value }
        defer { place = (place + 1) % season.count }
        return value * season[place]
    }
}

/// The least-squares line through the values so far, A at time 0 and A + B·t at time t.
struct ThetaLine: Sendable, Hashable {
    private(set) var intercept: Double
    private(set) var slope: Double
    private var mean = 0.0
    private var count = 0.0

    init(intercept: Double = 0, slope: Double = 0) {
        self.intercept = intercept
        self.slope = slope
    }

    /// Takes the next value in; for NaN the line's own next value.
    mutating func take(_ value: Double) {
        let time = count + 1
        let taken = value.isNaN ? intercept + slope * time : value
        let before = mean
        mean += (taken - mean) / time
        slope = count == 0 ? 0 : ((time - 2) * slope + 6 * (taken - before) / time) / (time + 1)
        intercept = mean - slope * (time + 1) / 2
        count = time
    }
}
