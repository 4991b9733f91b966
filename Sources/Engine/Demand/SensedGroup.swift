import Domain
import Forecasting

/// Series whose signals are judged together, and what comes of it.
struct SensedGroup: Sendable {
    /// What was found of a group.
    struct Found: Sendable {
        var series: [SensedSeries]
        var skillInUse: SensingSkill
        /// The days on whose evenings signals were tried; nil where there were too few.
        var tried: Range<Int>?
    }

    /// The days of demand and signals.
    let days: ClosedRange<Day>
    /// The kinds of signals, in the order of indicators.
    let kinds: [DemandSignals.Kind]
    /// Product and pool of series that sold too little to be judged.
    var few: [(product: Int64, pool: Int64)] = []
    private var keys: [(product: Int64, pool: Int64)] = []
    private var demand: [Double] = []
    private var indicators: [[Double]]

    /// Seasons of history that a relation is tried on at least.
    private static let leastDays = 84
    private static let season = 7
    private static let daysPerFalseAlarm = 365.25

    /// An empty group.
    init(days: ClosedRange<Day>, kinds: [DemandSignals.Kind]) {
        self.days = days
        self.kinds = kinds
        indicators = kinds.map { _ in [] }
    }

    /// Adds a series.
    ///
    /// - Parameters:
    ///   - demand: units of each day, NaN where they are not known.
    ///   - counts: a day's counts of each kind.
    mutating func add(_ product: Int64, _ pool: Int64, demand units: [Double], _ counts: [[Double]]) {
        keys.append((product, pool))
        demand += units
        for (kind, counts) in counts.enumerated() { indicators[kind] += counts }
    }

    /// Learns, tries, and reads what the signals say now.
    ///
    /// - Parameter shift: days between the last with signals and today.
    func sensed(shift: Int) -> Result<Found, ForecastingError> {
        Result { () throws(ForecastingError) in try find(shift) }
    }

    private func find(_ shift: Int) throws(ForecastingError) -> Found {
        let count = days.lowerBound.distance(to: days.upperBound) + 1
        // What was never counted tells nothing, and costs time.
        let used = indicators.indices.filter { indicators[$0].contains { $0 > 0 } }
        let sensing = try DemandSensing(
            demand: demand, indicators: used.map { indicators[$0] }, days: count, season: SensedGroup.season,
            horizon: ShopSensing.horizon, daysPerFalseAlarm: SensedGroup.daysPerFalseAlarm)
        let isLong = count >= SensedGroup.leastDays
        var series = few.map { sold($0, isLong ? .fewSales : .shortHistory) }
        for (index, key) in keys.enumerated() {
            let skill = sensing.skills[index]
            guard sensing.isOn[index] else {
                let standing: SensedSeries.Standing =
                    !isLong ? .shortHistory : skill.forecasts == 0 ? .quiet : skill.gain > 0 ? .unproven : .noHelp
                series.append(sold(key, standing, skill))
                continue
            }
            let multipliers = sensing.multipliers(index, horizon: ShopSensing.horizon).dropFirst(shift).map(
                \.multiplier)
            let units = Array(demand[index * count..<(index + 1) * count])
            let isLifted = multipliers.contains { $0 >= DemandSensing.leastLift }
            series.append(
                SensedSeries(
                    product: key.product, pool: key.pool, standing: .on, multipliers: multipliers,
                    surge: isLifted ? surge(index, count, used) : nil, skill: skill,
                    surges: DemandSurges(demand: units, season: SensedGroup.season).runs,
                    announcements: sensing.announcements[index]))
        }
        return Found(
            series: series, skillInUse: sensing.skillInUse, tried: isLong && !keys.isEmpty ? sensing.tried : nil)
    }

    private func sold(
        _ key: (product: Int64, pool: Int64), _ standing: SensedSeries.Standing, _ skill: SensingSkill = SensingSkill()
    ) -> SensedSeries {
        SensedSeries(
            product: key.product, pool: key.pool, standing: standing, multipliers: [], surge: nil, skill: skill,
            surges: [], announcements: [])
    }

    /// The surge of a series' signals that goes on at the end, told by the one with the most evidence.
    private func surge(_ index: Int, _ count: Int, _ used: [Int]) -> SensedSeries.Surge? {
        var best: (evidence: Double, surge: SensedSeries.Surge)?
        for kind in used {
            // As sensing itself looks at them, so that what is listed is what was measured.
            var detector = SurgeDetector(
                cycles: [SensedGroup.season], periodsPerFalseAlarm: SensedGroup.daysPerFalseAlarm * Double(used.count))
            var since = 0
            var sums = (counted: 0.0, expected: 0.0)
            var last: SurgeDetector.Reading?
            for day in 0..<count {
                let counted = indicators[kind][index * count + day]
                let reading = detector.take(counted)
                if reading.isOnset { (since, sums) = (day, (0, 0)) }
                if reading.isSurge, counted >= 0 {
                    sums.counted += counted
                    sums.expected += reading.expected
                }
                last = reading
            }
            guard let last, last.isSurge, last.evidence > best?.evidence ?? 0 else { continue }
            best = (
                last.evidence,
                SensedSeries.Surge(
                    signal: kinds[kind], since: days.lowerBound.advanced(by: since), counted: sums.counted,
                    expected: sums.expected)
            )
        }
        return best?.surge
    }
}
