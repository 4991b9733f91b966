import Glibc

/// What indicators say of the days after: for each day ahead, log-linear slopes shared by all series of the pool, and how
/// strongly each series follows them.
///
/// Two log-linear regressions: first what demand of the last day, three days and week foretells by itself, then, on top of
/// it, what the indicators add, drawn to nothing. A series' own strength is a
/// factor on the pool's slopes, drawn to 1 by as much as series do not differ (empirical Bayes by moments).
struct SensedRelation {
    /// By day ahead: slopes of what demand foretells by itself, and of what the indicators add.
    private(set) var own: [Double]
    private(set) var slopes: [Double]
    /// Covariance of the slopes by day ahead, rows × columns.
    private var covariance: [Double]
    /// Strength of each series and its variance.
    private(set) var strength: [SIMD2<Double>]
    /// Bounds of each indicator feature that were seen.
    private var bounds: [ClosedRange<Float>]
    /// Bounds of the log multiplier: how far demand itself has been seen to stray.
    private var lowest = 0.0
    private var highest = 0.0

    private static let mostRows = 30_000
    /// Precision of the belief that a slope is nothing.
    private static let ownBelief = 1.0
    private static let signalBelief = 4.0

    /// Learns from the rows whose days ahead all lie before `end`.
    init(_ days: SensedDays, before end: Int, seriesCount: Int) {
        let (horizon, ownCount, signalCount) = (days.horizon, days.ownCount, days.signalCount)
        own = [Double](repeating: 0, count: horizon * ownCount)
        slopes = [Double](repeating: 0, count: horizon * signalCount)
        covariance = [Double](repeating: 0, count: horizon * signalCount * signalCount)
        strength = [SIMD2<Double>](repeating: SIMD2(1, 0), count: seriesCount)
        bounds = [ClosedRange<Float>](repeating: 0...0, count: signalCount)
        let past = days.series.indices.filter { Int(days.day[$0]) + horizon < end }
        for row in past {
            for index in 0..<signalCount {
                let value = days.signals[row * signalCount + index]
                bounds[index] = min(bounds[index].lowerBound, value)...max(bounds[index].upperBound, value)
            }
            let threeDays = Double(days.own[row * ownCount + 2])
            lowest = min(lowest, threeDays)
            highest = max(highest, threeDays)
        }
        let sample = SensedRelation.thinned(past)
        let active = SensedRelation.thinned(past.filter { days.isActive[$0] })
        var demandFit = CountRegression(
            features: sample.flatMap { days.own[$0 * ownCount..<($0 + 1) * ownCount] }, count: ownCount)
        demandFit.kappas = sample.map { Double(days.kappa[$0]) }
        demandFit.weights = sample.map { days.isActive[$0] ? 1 : Double(SensedDays.sampling) }
        var signalFit = CountRegression(
            features: active.flatMap { days.signals[$0 * signalCount..<($0 + 1) * signalCount] }, count: signalCount)
        signalFit.kappas = active.map { Double(days.kappa[$0]) }
        for ahead in 0..<horizon {
            demandFit.expected = sample.map { Double(days.base[$0 * horizon + ahead]) }
            demandFit.real = sample.map { Double(days.real[$0 * horizon + ahead]) }
            let alone = demandFit.solved(belief: SensedRelation.ownBelief)
            own.replaceSubrange(ahead * ownCount..<(ahead + 1) * ownCount, with: alone.slopes)
            signalFit.expected = active.map { self.alone(days, $0, ahead) }
            signalFit.real = active.map { Double(days.real[$0 * horizon + ahead]) }
            let added = signalFit.solved(belief: SensedRelation.signalBelief)
            slopes.replaceSubrange(ahead * signalCount..<(ahead + 1) * signalCount, with: added.slopes)
            let square = signalCount * signalCount
            covariance.replaceSubrange(ahead * square..<(ahead + 1) * square, with: added.covariance)
        }
        learnStrengths(days, before: end)
    }

    /// Expected units of a row's day ahead from demand alone.
    func alone(_ days: SensedDays, _ row: Int, _ ahead: Int) -> Double {
        let change = SensedRelation.product(own, ahead * days.ownCount, days.own, row, days.ownCount)
        return Double(days.base[row * days.horizon + ahead]) * exp(min(max(change, -3), 3))
    }

    /// The logarithm of the multiplier that a row of indicator features means for a series, and its variance.
    func lift(_ signals: ArraySlice<Float>, series: Int, ahead: Int) -> (logarithm: Double, variance: Double) {
        let plain = pooled(signals, ahead)
        let count = signals.count
        var variance = plain * plain * strength[series][1]
        let capped = zip(signals, bounds).map { Double(min(max($0, $1.lowerBound), $1.upperBound)) }
        for row in 0..<count {
            for column in 0..<count {
                variance += covariance[(ahead * count + row) * count + column] * capped[row] * capped[column]
            }
        }
        return (bounded(plain * strength[series][0]), variance)
    }

    /// The logarithm of the multiplier of a row; with a strength of at least `least`.
    func logarithm(_ days: SensedDays, _ row: Int, _ ahead: Int, least: Double = 0) -> Double {
        let count = days.signalCount
        let plain = pooled(days.signals[row * count..<(row + 1) * count], ahead)
        return bounded(plain * max(least, strength[Int(days.series[row])][0]))
    }

    private func bounded(_ logarithm: Double) -> Double { min(max(logarithm, lowest), highest) }

    private func pooled(_ signals: ArraySlice<Float>, _ ahead: Int) -> Double {
        var sum = 0.0
        for (index, signal) in signals.enumerated() {
            let capped = min(max(signal, bounds[index].lowerBound), bounds[index].upperBound)
            sum += slopes[ahead * signals.count + index] * Double(capped)
        }
        return sum
    }

    private mutating func learnStrengths(_ days: SensedDays, before end: Int) {
        let (horizon, count) = (days.horizon, days.signalCount)
        // Score and information about a strength of 1; the days ahead of neighbouring evenings are the same days.
        var found = [SIMD2<Double>](repeating: .zero, count: strength.count)
        for (series, rows) in days.rows.enumerated() {
            for row in rows where days.isActive[row] && Int(days.day[row]) + horizon < end {
                let kappa = Double(days.kappa[row])
                for ahead in 0..<horizon {
                    let real = Double(days.real[row * horizon + ahead])
                    guard !real.isNaN else { continue }
                    let plain = bounded(pooled(days.signals[row * count..<(row + 1) * count], ahead))
                    let mean = alone(days, row, ahead) * exp(plain)
                    let scale = (mean + kappa * mean * mean).squareRoot()
                    let error = min(max((real - mean) / scale, -CountRegression.cut), CountRegression.cut) * scale
                    found[series] += SIMD2(plain * error, plain * plain * mean) / (1 + kappa * mean) / Double(horizon)
                }
            }
        }
        var moments = SIMD2<Double>.zero
        for sums in found where sums[1] > 1 {
            let distance = sums[0] / sums[1]
            let weight = 1 / (1 / sums[1] + 0.25)
            moments += SIMD2(weight * weight * (distance * distance - 1 / sums[1]), weight * weight)
        }
        let between = moments[1] > 0 ? min(1, max(0.02, moments[0] / moments[1])) : 0.25
        for (series, sums) in found.enumerated() {
            let precision = sums[1] + 1 / between
            strength[series] = SIMD2(min(2.5, max(0, 1 + sums[0] / precision)), 1 / precision)
        }
    }

    private static func thinned(_ rows: [Int]) -> [Int] {
        let step = rows.count / mostRows + 1
        return step == 1 ? rows : stride(from: 0, to: rows.count, by: step).map { rows[$0] }
    }

    private static func product(_ slopes: [Double], _ start: Int, _ values: [Float], _ row: Int, _ count: Int) -> Double
    {
        var sum = 0.0
        for index in 0..<count { sum += slopes[start + index] * Double(values[row * count + index]) }
        return sum
    }
}
