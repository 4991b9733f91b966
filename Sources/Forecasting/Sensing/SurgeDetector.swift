import Glibc

/// Says, period by period, whether a count is in a surge: visits of product pages, add-to-carts, mentions, orders.
///
/// Each count is held against its own expectation (level, hour of day and week, followed slowly; a negative binomial about
/// it) by two running sums of likelihood ratios, of half as much again and of three times as much, each kept from falling
/// below 0: small lasting surges show in the one, violent ones at once in the other (Page, "Continuous inspection schemes",
/// Biometrika 41, 1954). An alarm is raised where either passes h = log(2 × periods between false alarms): with the true
/// expectation, the mean time to a false one is then at least what was asked for (Lorden, Ann. Math. Statist. 42, 1971),
/// whatever the counts' size. What is not known of the expectation widens the law, and periods that go together divide the
/// ratios by as much as their sums vary more. While a surge lasts nothing is learnt from it; a fall raises no alarm.
public struct SurgeDetector: Sendable, Hashable {
    /// What a period looked like.
    public struct Reading: Sendable, Hashable {
        /// Expected count, ≥ 0.
        public let expected: Double
        /// Count less expected, in standard deviations; 0 where nothing was counted or nothing is known yet.
        public let deviations: Double
        /// The evidence as a share of what raises an alarm: 1 and more is one.
        public let evidence: Double
        /// Whether the period belongs to a surge.
        public let isSurge: Bool
        /// Whether the surge was announced in this period.
        public let isOnset: Bool
    }

    /// Periods that are only learnt from.
    public let warmUp: Int
    private(set) var expectation: RunningExpectation
    private var sums = SIMD2<Double>.zero
    private let limit: Double
    private var period = 0
    private var lasting = 0
    private let patience: Int

    private static let ratios = SIMD2<Double>(1.5, 3)

    /// A detector that has seen nothing.
    ///
    /// - Parameters:
    ///   - cycles: periods of each cycle, shortest first: `[7]` for days, `[24, 168]` for hours.
    ///   - memory: periods that the level remembers; 4 of the longest cycles if nil.
    ///   - periodsPerFalseAlarm: mean periods between alarms while nothing happens, ≥ 1.
    public init(cycles: [Int], memory: Double? = nil, periodsPerFalseAlarm: Double) {
        let longest = max(2, cycles.max() ?? 2)
        patience = 3 * longest
        warmUp = 3 * longest
        let memory = memory.map { $0 >= 2 && $0.isFinite ? $0 : 2 } ?? 4 * Double(longest)
        expectation = RunningExpectation(cycles: cycles, memory: memory, patience: patience)
        limit = log(2 * max(1, periodsPerFalseAlarm.isFinite ? periodsPerFalseAlarm : 1))
    }

    /// Takes the next period's count.
    ///
    /// - Parameter count: ≥ 0; what is negative or not finite counts as not known: time passes, evidence stands.
    /// - Returns: how it stood to what was expected before it was known.
    public mutating func take(_ count: Double) -> Reading {
        let expected = expectation.mean
        let isCounted = count >= 0 && count.isFinite
        var deviations = 0.0
        var isOnset = false
        let wasSurge = lasting > 0
        if isCounted, period >= warmUp, expectation.seen >= warmUp / 2 {
            // Where next to nothing was counted so far, a first count is not a multiple of anything.
            let mean = max(expected, 0.02)
            let kappa = expectation.predictiveKappa
            deviations = (count - mean) / (mean + kappa * mean * mean).squareRoot()
            let size = 1 / kappa
            for lane in 0..<2 {
                let ratio = SurgeDetector.ratios[lane]
                let evidence = count * log(ratio) - (count + size) * log((ratio * mean + size) / (mean + size))
                // A surge that raises the sum without end would not be seen to end.
                sums[lane] = min(limit * 1.25, max(0, sums[lane] + evidence / expectation.inflation))
            }
            if wasSurge {
                lasting += 1
                if sums.max() < limit / 2 || lasting > patience { (lasting, sums) = (0, .zero) }
            } else if sums.max() >= limit {
                (lasting, isOnset) = (1, true)
            }
        }
        expectation.take(count, isHeld: lasting > 0)
        period += 1
        return Reading(
            expected: expected, deviations: deviations, evidence: sums.max() / limit, isSurge: lasting > 0,
            isOnset: isOnset)
    }
}
