import Glibc

/// Leading indicators (visits of product pages, add-to-carts, mentions) as multipliers on the demand of the next days, for
/// the series of one pool: what they have foretold, how sure it is, and nothing where they foretold nothing.
///
/// Each indicator is held against its own expectation; what exceeds its noise on the last day, the day before and the week
/// before is related to the demand of each of the next days by slopes learnt over all series, on top of what recent demand
/// foretells by itself, with a strength of its own for each series. Three times in the past the relation is learnt from what
/// was known then and tried on the days that followed; a series keeps its multiplier only where those trials, drawn to the
/// pool's, say with a certainty of 97.5 % that it helped.
///
/// Series in time: series × days, each series together, oldest day first. The pool should be what reacts alike: a category,
/// or the places of a region. An indicator that is only known for a region is given to each of its series.
public struct DemandSensing: Sendable {
    /// What the indicators say of one day ahead.
    public struct Lift: Sendable, Hashable {
        /// What expected demand is to be multiplied with, > 0; 1 for nothing to say.
        public let multiplier: Double
        /// Standard error of its logarithm, ≥ 0.
        public let deviation: Double

        /// Nothing to say.
        public static let none = Lift(multiplier: 1, deviation: 0)
    }

    /// Days ahead that there are multipliers for.
    public let horizon: Int
    /// Whether the multiplier of a series has proved to help.
    public let isOn: [Bool]
    /// What the indicators were worth to each series on days not seen, whether it is on or off.
    public let skills: [SensingSkill]
    /// The same over all series.
    public let skill: SensingSkill
    /// The same as it would have gone with series switched on by what was known at the time.
    public let skillInUse: SensingSkill
    /// How well surges were announced, over all series that are on.
    public let warnings: SurgeWarnings
    /// Hours since the start of the first day at which a surge was announced, by series; empty where it is off.
    public let announcements: [[Double]]
    /// The days on whose evenings the relation was tried.
    public let tried: Range<Int>
    private let lifts: [Lift]

    /// Multiplier from which on an indicator's surge is announced as one of demand.
    public static let leastLift = 1.2
    /// Certainty, in standard deviations, from which on a multiplier is used.
    public static let leastCertainty = 1.96
    private static let trials = 3

    /// Learns the relation and tries it.
    ///
    /// What is negative or not finite, in demand or indicators, counts as not observed. With fewer than 12 seasons of history
    /// every series is off.
    ///
    /// - Parameters:
    ///   - demand: units by series × day.
    ///   - indicators: counts of each indicator by series × day.
    ///   - days: days of each series.
    ///   - season: days of a season, ≥ 1.
    ///   - horizon: days ahead, 1…14.
    ///   - daysPerFalseAlarm: mean days between false alarms of a series' indicators while nothing happens.
    /// - Throws: ``ForecastingError`` with code `length` where the arrays do not belong together.
    public init(
        demand: [Double], indicators: [[Double]], days: Int, season: Int = 7, horizon: Int = 7,
        daysPerFalseAlarm: Double = 365.25
    ) throws(ForecastingError) {
        guard days > 0 || demand.isEmpty, days <= 0 || demand.count % days == 0 else {
            throw ForecastingError(
                code: .length,
                message:
                    "give the same number of days for each series: \(demand.count) values are not whole series of \(days)",
                period: nil)
        }
        for (index, indicator) in indicators.enumerated() where indicator.count != demand.count {
            throw ForecastingError(
                code: .length,
                message:
                    "give indicator \(index + 1) for the same series and days as demand: it has \(indicator.count) values, demand \(demand.count)",
                period: nil)
        }
        let seriesCount = days > 0 ? demand.count / days : 0
        let horizon = min(max(1, horizon), 14)
        let season = max(1, season)
        self.horizon = horizon
        let past = SensedDays(
            demand: demand, indicators: indicators, seriesCount: seriesCount, days: days, season: season,
            horizon: horizon, periodsPerFalseAlarm: daysPerFalseAlarm)
        let first = max(8 * season, days / 2)
        tried = min(first, days)..<days
        var skills = [SensingSkill](repeating: SensingSkill(), count: seriesCount)
        var inUse = SensingSkill()
        var gains = SensingGains(seriesCount: seriesCount, days: days)
        var made = [[Double]](repeating: [], count: seriesCount)
        var isOn = [Bool](repeating: false, count: seriesCount)
        if days >= 12 * season, !indicators.isEmpty {
            for trial in 0..<DemandSensing.trials {
                let from = first + (days - first) * trial / DemandSensing.trials
                let to = first + (days - first) * (trial + 1) / DemandSensing.trials
                let relation = SensedRelation(past, before: from, seriesCount: seriesCount)
                for series in 0..<seriesCount {
                    let found = DemandSensing.tried(relation, past, series, from..<to, days, &gains)
                    skills[series].add(found.skill)
                    if isOn[series] { inUse.add(found.skill) } else { inUse.add(found.skill.unused) }
                    made[series] += found.announcements
                }
                for (series, gain) in gains.bySeries().enumerated() {
                    skills[series].gain = gain[0]
                    skills[series].gainDeviation = gain[1]
                    isOn[series] = skills[series].certainty >= DemandSensing.leastCertainty
                }
            }
        }
        let relation = SensedRelation(past, before: days, seriesCount: seriesCount)
        var lifts = [Lift](repeating: .none, count: seriesCount * horizon)
        for series in 0..<seriesCount where isOn[series] && past.newest[series].isActive {
            for ahead in 0..<horizon {
                let found = relation.lift(past.newest[series].signals[...], series: series, ahead: ahead)
                lifts[series * horizon + ahead] = Lift(
                    multiplier: exp(found.logarithm), deviation: found.variance.squareRoot())
            }
        }
        self.lifts = lifts
        self.isOn = isOn
        self.skills = skills
        var all = SensingSkill()
        for skill in skills { all.add(skill) }
        skill = all
        skillInUse = inUse
        announcements = (0..<seriesCount).map { isOn[$0] ? made[$0] : [] }
        let used = (0..<seriesCount).filter { isOn[$0] }
        warnings = SurgeWarnings(
            surges: used.map { series in
                DemandSurges(demand: Array(demand[series * days..<(series + 1) * days]), season: season).runs
            },
            announcements: used.map { made[$0] }, days: tried, reach: horizon)
    }

    /// The multipliers of the days after the last, first day first.
    ///
    /// - Parameters:
    ///   - series: number of the series, from 0; one that there is not has none.
    ///   - horizon: days wanted; beyond those sensed there is nothing to say.
    public func multipliers(_ series: Int, horizon wanted: Int) -> [Lift] {
        (0..<max(0, wanted)).map { ahead in
            isOn.indices.contains(series) && ahead < horizon ? lifts[series * horizon + ahead] : .none
        }
    }

    /// Tries a relation on the evenings of a series that it has not seen.
    private static func tried(
        _ relation: SensedRelation, _ past: SensedDays, _ series: Int, _ evenings: Range<Int>, _ days: Int,
        _ gains: inout SensingGains
    ) -> (skill: SensingSkill, announcements: [Double]) {
        var skill = SensingSkill()
        var announcements: [Double] = []
        var lastDay = -2
        for row in past.rows[series] where past.isActive[row] && evenings.contains(Int(past.day[row])) {
            let day = Int(past.day[row])
            var highest = 0.0
            var gain = SIMD2<Double>.zero
            for ahead in 0..<past.horizon {
                let logarithm = relation.logarithm(past, row, ahead)
                highest = max(highest, logarithm)
                let real = Double(past.real[row * past.horizon + ahead])
                guard !real.isNaN else { continue }
                let kappa = Double(past.kappa[row])
                let without = relation.alone(past, row, ahead)
                let with = without * exp(logarithm)
                skill.add(real: real, without: without, with: with, kappa: kappa)
                // One that follows less than the pool is tried as if it did not: what is as good as off would never be
                // found out.
                let tried = relation.logarithm(past, row, ahead, least: 1)
                let likelihood =
                    real * tried - (real + 1 / kappa) * log((1 + kappa * without * exp(tried)) / (1 + kappa * without))
                let information = without / (1 + kappa * without)
                gain += SIMD2(min(max(likelihood, -5), 5), tried * tried * information / 2)
            }
            gain /= Double(past.horizon)
            gains.add(gained: gain[0], promised: gain[1], series: series, day: day)
            if past.surging[series * days + day], highest >= log(leastLift) {
                // One surge is announced once.
                if lastDay < 0 || !(lastDay..<day).allSatisfy({ past.surging[series * days + $0] }) {
                    announcements.append(Double(24 * (day + 1)))
                }
                lastDay = day
            }
        }
        return (skill, announcements)
    }
}

extension SensingSkill {
    /// The same forecasts without the multiplier.
    fileprivate var unused: SensingSkill {
        var skill = self
        skill.errorWith = errorWithout
        skill.pinballWith = pinballWithout
        return skill
    }
}
