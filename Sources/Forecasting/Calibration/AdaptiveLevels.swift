/// Levels that follow one series' own outcomes, period by period, where its behaviour changes.
///
/// After each outcome every level to read moves up by rate × promised where it fell short, and down by
/// rate × (1 − promised) where it did not: in the long run each quantile is exceeded as often as promised, whatever the
/// series does (Gibbs & Candès, "Adaptive conformal inference under distribution shift", NeurIPS 34, 2021).
public struct AdaptiveLevels: Sendable, Hashable {
    /// Promised levels, ascending.
    public let promised: [Double]
    /// Levels of the forecast to read instead, 0…1, not falling.
    public private(set) var used: [Double]
    /// Step of each outcome; 0.005…0.05 are usual.
    public let rate: Double

    /// Moves beyond 0…1 are remembered, so that a run of surprises is not forgotten at the edge.
    private var tracked: [Double]

    /// Levels to follow, starting from a map learnt of many series.
    ///
    /// Nil unless levels are strictly ascending between 0 and 1, and the rate is in 0…0.5.
    public init?(promised: [Double], rate: Double = 0.01, start: LevelMap = .identity, class number: Int = 0) {
        guard !promised.isEmpty, promised.allSatisfy({ $0 > 0 && $0 < 1 }), rate >= 0, rate <= 0.5,
            zip(promised, promised.dropFirst()).allSatisfy({ $0 < $1 })
        else { return nil }
        self.promised = promised
        self.rate = rate
        tracked = promised.map { start.level(for: $0, class: number) }
        used = tracked
    }

    /// Takes in where the next outcome lay in its forecast, 0…1; anything else is left out.
    public mutating func observe(place: Double) {
        guard place >= 0, place <= 1 else { return }
        for i in promised.indices {
            // What is read is what counts as short or not.
            let isWithin = place <= used[i]
            tracked[i] += isWithin ? -rate * (1 - promised[i]) : rate * promised[i]
            tracked[i] = min(1.5, max(-0.5, tracked[i]))
        }
        var highest = 0.0
        for i in promised.indices {
            highest = max(highest, min(1, max(0, tracked[i])))
            used[i] = highest
        }
    }
}
