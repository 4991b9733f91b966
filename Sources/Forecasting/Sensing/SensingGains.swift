import Glibc

/// Whether multipliers helped, by series, from what they gained in weeks that they had not been learnt from.
///
/// A multiplier that is right gains, in log-likelihood, about half its squared logarithm times the information of the day; one
/// with no truth in it loses as much. So what matters is gain over promise: 1 where right, −1 where empty, whatever the size
/// of surge and series. It is measured by series, with the spread of weeks about it, and drawn to the pool's.
struct SensingGains {
    /// Gained and promised by series × week.
    private var weeks: [SIMD2<Double>]
    private let weekCount: Int
    private let seriesCount: Int

    init(seriesCount: Int, days: Int) {
        weekCount = days / 7 + 1
        self.seriesCount = seriesCount
        weeks = [SIMD2<Double>](repeating: .zero, count: seriesCount * weekCount)
    }

    mutating func add(gained: Double, promised: Double, series: Int, day: Int) {
        weeks[series * weekCount + day / 7] += SIMD2(gained, promised)
    }

    /// Gain over promise and its standard deviation, by series; 0 and 0 where nothing was ever promised.
    func bySeries() -> [SIMD2<Double>] {
        let nothing = [SIMD2<Double>](repeating: .zero, count: seriesCount)
        var sums = nothing
        var total = SIMD2<Double>.zero
        for series in 0..<seriesCount {
            for week in 0..<weekCount { sums[series] += weeks[series * weekCount + week] }
            total += sums[series]
        }
        guard total[1] > 0 else { return nothing }
        let pool = total[0] / total[1]
        // The variance of a gain is twice its promise, times φ for days that go together and laws that are not quite so.
        var errors = SIMD2<Double>(2, 1)
        // A surge seldom comes alone: series of one week speak with one voice.
        var squares = 0.0
        var largest = 0.0
        for week in 0..<weekCount {
            var sum = SIMD2<Double>.zero
            for series in 0..<seriesCount {
                let place = weeks[series * weekCount + week]
                guard place[1] > 0 else { continue }
                // Between a series' own rate and the pool's, so that neither few weeks nor unlike series mislead.
                let rate = (sums[series][0] + pool) / (sums[series][1] + 1)
                let error = place[0] - rate * place[1]
                errors += SIMD2(error * error, 2 * place[1])
                sum += place
            }
            let error = sum[0] - pool * sum[1]
            squares += error * error
            largest = max(largest, sum[1])
        }
        let phi = max(0.5, errors[0] / errors[1])
        // Where few weeks hold the whole promise, their errors say little of the pool's; then it is as unsure as promised.
        let poolVariance = max(squares, 2 * phi * total[1]) / (total[1] * total[1]) / max(0.05, 1 - largest / total[1])
        var moments = SIMD2<Double>.zero
        for sum in sums where sum[1] > 0 {
            let variance = 2 * phi / sum[1]
            let distance = sum[0] / sum[1] - pool
            let weight = 1 / ((variance + 0.25) * (variance + 0.25))
            moments += SIMD2(weight * (distance * distance - variance), weight)
        }
        let between = moments[1] > 0 ? max(0, moments[0] / moments[1]) : 0
        let belief = between + poolVariance
        return sums.map { sum in
            let (ownPrecision, poolPrecision) = (sum[1] / (2 * phi), 1 / belief)
            let precision = ownPrecision + poolPrecision
            return SIMD2((sum[0] / (2 * phi) + pool * poolPrecision) / precision, (1 / precision).squareRoot())
        }
    }
}
