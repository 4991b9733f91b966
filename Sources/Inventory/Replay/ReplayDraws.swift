import Numerics

/// Chance in a replay: the same for every policy, whatever each of them does.
///
/// Common random numbers: each answer belongs to a series, a draw, a question and a day, and not to a place in a sequence,
/// so that one order more does not shift what later ones meet. The difference of two policies then varies far less than
/// either of them (Glasserman & Yao, "Some guidelines and guarantees for common random numbers", Management Science 38,
/// 1992).
public struct ReplayDraws: Hashable, Sendable {
    /// What is left to chance.
    public enum Question: UInt64, Sendable {
        /// Units asked for on a day on which not all of them were seen.
        case demand = 1
        /// How long an order of a day takes.
        case leadTime = 2
    }

    private let key: UInt64

    /// The chance of one draw for one series.
    ///
    /// - Parameters:
    ///   - seed: of the whole replay.
    ///   - series: a number of the product and place that stays the same from run to run.
    ///   - draw: 0 for the first of several.
    public init(seed: UInt64, series: UInt64, draw: Int) {
        key = ReplayDraws.mixed(ReplayDraws.mixed(ReplayDraws.mixed(seed) ^ series) ^ UInt64(bitPattern: Int64(draw)))
    }

    /// Uniform on the open interval (0, 1): the same however often it is asked for.
    public func uniform(_ question: Question, day: Int) -> Double {
        let place = ReplayDraws.mixed(key ^ question.rawValue) ^ UInt64(bitPattern: Int64(day))
        var generator = SplitMix64(seed: place)
        return generator.uniform()
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var generator = SplitMix64(seed: value)
        return generator.next()
    }
}

extension LeadTime {
    /// The days below which a share of all lead times lies: the draw at `chance`, 0…1, by inversion.
    public func days(at chance: Double) -> Int {
        var sum = 0.0
        for outcome in outcomes {
            sum += outcome.chance
            if chance <= sum { return outcome.days }
        }
        return outcomes.last?.days ?? 0
    }
}
