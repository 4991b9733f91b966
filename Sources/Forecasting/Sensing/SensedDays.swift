import Glibc

/// The evenings from which demand of the next days is judged: what it was expected to be without indicators, what the
/// indicators said, and what came.
///
/// Rows are by series, then day. An evening whose indicators say nothing beyond their noise teaches nothing of them: of
/// those every fourth is kept, for what demand alone foretells.
struct SensedDays {
    /// Days ahead, number of own features and of indicator features.
    let horizon: Int
    let ownCount = 4
    let signalCount: Int
    var series: [Int32] = []
    var day: [Int32] = []
    var isActive: [Bool] = []
    var own: [Float] = []
    var signals: [Float] = []
    var kappa: [Float] = []
    /// Expected and real units of each day ahead; real is NaN where it was not observed.
    var base: [Float] = []
    var real: [Float] = []
    /// Rows of each series.
    var rows: [Range<Int>] = []
    /// Days on which an indicator was in a surge, by series × day.
    var surging: [Bool] = []
    /// The newest evening of each series, as a row of features.
    var newest: [(signals: [Float], isActive: Bool)] = []

    static let sampling = 4
    /// Counts that speak for no change of demand, and of an indicator.
    private static let demandBelief = 3.0
    private static let signalBelief = 5.0
    /// Standard deviations of noise below which an indicator says nothing.
    private static let noise = 1.5

    var count: Int { series.count }

    init(
        demand: [Double], indicators: [[Double]], seriesCount: Int, days: Int, season: Int, horizon: Int,
        periodsPerFalseAlarm: Double
    ) {
        self.horizon = horizon
        signalCount = 3 * indicators.count
        surging = [Bool](repeating: false, count: seriesCount * days)
        let warmUp = 4 * season
        let periods = periodsPerFalseAlarm * Double(max(1, indicators.count))
        for item in 0..<seriesCount {
            let firstRow = count
            var expectation = RunningExpectation(cycles: [season], memory: 4 * Double(season), patience: 3 * season)
            var detectors = indicators.map { _ in
                SurgeDetector(cycles: [season], periodsPerFalseAlarm: periods)
            }
            var past = [SIMD2<Double>](repeating: .zero, count: 7)
            var ratios = [[Double]](repeating: [Double](repeating: 0, count: 7), count: indicators.count)
            var noises = [Double](repeating: 0, count: indicators.count)
            var found = [Float](repeating: 0, count: signalCount)
            for day in 0..<days {
                let place = item * days + day
                let units = demand[place]
                let isObserved = units >= 0 && units.isFinite
                past[day % 7] = isObserved && day >= season ? SIMD2(units, expectation.mean) : .zero
                expectation.take(units)
                var isActive = false
                for (index, indicator) in indicators.enumerated() {
                    let count = indicator[place]
                    let (mean, kappa) = (
                        detectors[index].expectation.mean, detectors[index].expectation.predictiveKappa
                    )
                    var ratio = 0.0
                    if count >= 0, count.isFinite, day >= season {
                        ratio = log((count + SensedDays.signalBelief) / (mean + SensedDays.signalBelief))
                        noises[index] = (mean + kappa * mean * mean).squareRoot() / (mean + SensedDays.signalBelief)
                    }
                    ratios[index][day % 7] = ratio
                    if detectors[index].take(count).isSurge { surging[place] = true }
                    var earlier = 0.0
                    for back in 2...6 { earlier += ratios[index][(day + 7 - back) % 7] / 5 }
                    let noise = noises[index] * SensedDays.noise
                    let parts = SIMD3(
                        SensedDays.beyond(ratio, noise), SensedDays.beyond(ratios[index][(day + 6) % 7], noise),
                        SensedDays.beyond(earlier, noise / 5.0.squareRoot()))
                    for part in 0..<3 { found[3 * index + part] = Float(parts[part]) }
                    if parts != .zero { isActive = true }
                }
                if day == days - 1 { newest.append((found, isActive && days > warmUp)) }
                guard day >= warmUp, day + 1 < days, isActive || (day + item) % SensedDays.sampling == 0 else {
                    continue
                }
                series.append(Int32(item))
                self.day.append(Int32(day))
                self.isActive.append(isActive)
                signals += found
                let kappaNow = expectation.predictiveKappa
                kappa.append(Float(kappaNow))
                let threeDays = past[day % 7] + past[(day + 6) % 7] + past[(day + 5) % 7]
                let week = past.reduce(.zero, +)
                own += [1, SensedDays.change(past[day % 7]), SensedDays.change(threeDays), SensedDays.change(week)]
                let rate = max(expectation.rate, 1e-6)
                for ahead in 0..<horizon {
                    base.append(Float(rate * expectation.factor(ahead: ahead)))
                    let next = day + 1 + ahead
                    let came = next < days ? demand[item * days + next] : .nan
                    real.append(came >= 0 && came.isFinite ? Float(came) : .nan)
                }
            }
            rows.append(firstRow..<count)
        }
    }

    private static func change(_ sums: SIMD2<Double>) -> Float {
        Float(log((sums[0] + demandBelief) / (sums[1] + demandBelief)))
    }

    /// A log ratio less what noise explains: nothing up to `noise`, nearly all of a large one.
    private static func beyond(_ ratio: Double, _ noise: Double) -> Double {
        abs(ratio) > noise && noise > 0 ? ratio * (1 - noise * noise / (ratio * ratio)) : 0
    }
}
