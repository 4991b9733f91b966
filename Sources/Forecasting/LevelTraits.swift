import Glibc

/// What a series looks like at one moment, as far as that tells where its level will go: how its newest days compare with
/// older ones, how long it has not been asked for, how evenly it sells.
///
/// All are ratios or logarithms, so that what one series teaches holds for others.
struct LevelTraits {
    typealias Values = SIMD16<Float>

    /// How many of the values are used.
    static let count = 15
    /// Memories of about three, seven, twelve, twenty, forty and 125 periods; the last two lanes stay at nothing.
    private static let gains = SIMD8<Double>(0.3, 0.15, 0.08, 0.05, 0.025, 0.008, 0, 0)
    private static let memories = 6
    /// Units per period below which levels are as good as nothing.
    private static let least = 0.05
    /// Newest seasons whose totals are compared.
    private static let seasons = 8
    /// Gain of the chance of a demand, and of the squares of demands.
    private static let slow = 0.03

    private let units: [Double]
    private let exposure: [Double]
    private let season: Int
    /// Running totals of units and exposure, from nothing.
    private var sold: [Double] = [0]
    private var exposed: [Double] = [0]
    private var levels = SIMD8<Double>.zero
    private var chance = 0.0
    private var squares = 0.0
    /// Demands that were to be expected since the last one came, and the chance then.
    private var missed = 0.0
    private var chanceBefore = 0.0
    private var time = 0

    /// A series to be followed from its beginning.
    ///
    /// - Parameters:
    ///   - exposure: share of each period that was seen times its seasonal factor.
    ///   - season: periods whose totals are compared, ≥ 1.
    init(units: [Double], exposure: [Double], season: Int) {
        self.units = units
        self.exposure = exposure
        self.season = season
        sold.reserveCapacity(units.count + 1)
        exposed.reserveCapacity(units.count + 1)
    }

    /// The traits before period `moment`, which does not lie before that of the last question.
    mutating func before(_ moment: Int) -> Values {
        while time < moment { follow() }
        let usual = PooledDemand.usual.weights
        let base = (usual * SIMD3(levels[1], levels[3], levels[5])).sum() + LevelTraits.least
        var values = Values.zero
        for memory in 0..<LevelTraits.memories {
            values[memory] = Float(log((levels[memory] + LevelTraits.least) / base))
        }
        values[6] = Float(log1p(min(30, missed)))
        values[7] = Float(log(base))
        values[8] = Float(log(max(1, exposed[time]) / 200))
        values[9] = Float(chance - (1 - exp(-levels[4])))
        values[10] = Float((squares + 0.01) / (levels[4] + 0.01))
        let newest = newestSeasons()
        let mean = newest.reduce(0, +) / Double(max(1, newest.count))
        if newest.count >= 2 {
            let variance = newest.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(newest.count - 1)
            values[11] = Float(log((variance + 0.3) / (mean + 0.3)))
            values[12] = Float(log(((newest[0] + newest[1]) / 2 + 0.3) / (mean + 0.3)))
            values[13] = Float(log(((newest.max() ?? mean) + 0.3) / (mean + 0.3)))
            values[14] = Float(log(((newest.min() ?? mean) + 0.3) / (mean + 0.3)))
        }
        return values
    }

    private mutating func follow() {
        let (value, seen) = (units[time], exposure[time])
        sold.append(sold[time] + value)
        exposed.append(exposed[time] + seen)
        time += 1
        guard seen > 0 else { return }
        let total = exposed[time]
        let most = 1 / seen
        let gain = pointwiseMin(
            pointwiseMax(LevelTraits.gains, SIMD8(repeating: 1 / total)), SIMD8(repeating: most))
        if value > 0 {
            missed = 0
        } else {
            if missed == 0 { chanceBefore = chance }
            missed += chanceBefore * seen
        }
        levels += gain * (value - levels * seen)
        let slow = min(most, max(LevelTraits.slow, 1 / total))
        chance += slow * ((value > 0 ? 1 : 0) - chance * seen)
        squares += slow * (value * value - squares * seen)
    }

    /// Totals of the newest whole seasons, newest first, as they would have been if all of each had been seen. Of one that
    /// was hardly seen the level is what is known.
    private func newestSeasons() -> [Double] {
        var totals: [Double] = []
        var end = time
        while totals.count < LevelTraits.seasons, end >= season {
            let seen = exposed[end] - exposed[end - season]
            let units = sold[end] - sold[end - season]
            totals.append(Double(season) * (2 * seen >= Double(season) ? max(0, units) / seen : levels[4]))
            end -= season
        }
        return totals
    }
}
