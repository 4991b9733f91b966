/// The surges in a daily series: runs of two days and more above what one day in forty exceeds, that together bring half as
/// much again as was expected.
///
/// Expectations are made the evening before from the past alone, and nothing is learnt from a surge while it lasts. Chance
/// makes such a run about once in five years of a stationary series.
public struct DemandSurges: Sendable, Hashable {
    /// First day to the day after the last of each, oldest first.
    public let runs: [Range<Int>]

    static let quantile = 0.975
    static let leastLift = 1.5

    /// Looks for surges.
    ///
    /// - Parameters:
    ///   - demand: units of each day; negative or not finite where it was not observed, which ends a run.
    ///   - season: days of a season.
    public init(demand: [Double], season: Int = 7) {
        let season = max(1, season)
        var expectation = RunningExpectation(cycles: [season], memory: 4 * Double(season), patience: 3 * season)
        var runs: [Range<Int>] = []
        var start: Int?
        var sums = SIMD2<Double>.zero
        func close(_ day: Int) {
            if let start, day - start >= 2, sums[0] >= DemandSurges.leastLift * sums[1] { runs.append(start..<day) }
            start = nil
            sums = .zero
        }
        for (day, units) in demand.enumerated() {
            let mean = expectation.mean
            let kappa = expectation.predictiveKappa
            var isAbove = false
            if day >= 3 * season, units > mean + (mean + kappa * mean * mean).squareRoot(), units.isFinite {
                isAbove = units > CountTail.quantile(DemandSurges.quantile, mean: max(mean, 0.02), kappa: kappa)
            }
            if isAbove {
                if start == nil { start = day }
                sums += SIMD2(units, mean)
            } else {
                close(day)
            }
            expectation.take(units, isHeld: isAbove)
        }
        close(demand.count)
        self.runs = runs
    }
}
