import Glibc

/// The level of a demand series at four memories, under one seasonal profile, with how well each would have forecast the
/// totals of the recent past.
///
/// Levels are pooled: a period counts by what its place in the season expects of it, so that a quiet day neither lifts nor
/// lowers them. Until 1 ÷ gain periods have been seen a level is their plain mean.
struct DemandLevels {
    typealias Lanes = SIMD4<Double>

    /// Weights of the newest period: memories of about 33, 17, 8 and 4 periods.
    static let gains = Lanes(0.03, 0.06, 0.12, 0.24)

    /// Level of each memory after the last period, units in a period of average season.
    private(set) var levels = Lanes.zero
    /// The levels that forecasts are made of: for a product that sold nothing for longer than chance explains, what it had
    /// before, times the chance that it comes back.
    private(set) var expected = Lanes.zero
    /// That chance; nil where the last periods are no surprise.
    private(set) var returning: Double?
    /// Variance over mean of single periods about the level, ≥ 0.
    private(set) var scatter = 1.0
    /// Whether there are errors to take the scatter from.
    private(set) var hasErrors = false
    /// `expected` before each of the periods that were asked for.
    private(set) var snapshots: [Lanes] = []

    private var squares = Lanes.zero
    private var judged = 0.0
    private let horizon: Int
    /// Exposure of each period of the past and of the horizon, about 1 on average.
    private let factors: [Double]
    private let count: Int

    /// Follows a series; nil where numbers are too large to add.
    ///
    /// - Parameters:
    ///   - units: demand, ≥ 0; NaN is not observed.
    ///   - season: periods in a season, ≥ 1.
    ///   - horizon: periods of the totals that memories are judged by, ≥ 1.
    ///   - returns: how far a long run of zeros is taken for an empty shelf rather than for the end, 0…1.
    ///   - moments: periods before which `expected` is wanted, rising.
    init?(_ units: [Double], season: Int, horizon: Int, returns: Double, moments: [Int] = []) {
        self.horizon = horizon
        let first = DemandLevels.launch(units)
        let n = units.count
        count = n
        let profile = DemandLevels.profile(units, from: first, season: season)
        // A season of seven is a week of days.
        let month = season == 7 ? MonthCycle(units, from: first, profile: profile, days: n + horizon)?.factors : nil
        var factors: [Double] = []
        factors.reserveCapacity(n + horizon)
        var place = 0
        for t in 0..<(n + horizon) {
            factors.append(profile[place] * (month?[t] ?? 1))
            place = place + 1 == season ? 0 : place + 1
        }
        self.factors = factors
        // Running totals of demand and of what a level of 1 would expect, over observed periods.
        var sold = [Double](repeating: 0, count: n + 1)
        var weight = [Double](repeating: 0, count: n + 1)
        for t in 0..<n {
            let isSeen = !units[t].isNaN
            sold[t + 1] = sold[t] + (isSeen ? units[t] : 0)
            weight[t + 1] = weight[t] + (isSeen ? factors[t] : 0)
        }
        guard sold[n].isFinite, weight[n] > 0 else { return nil }
        // Totals of the last six horizons, once a horizon has been learned from.
        let judgedFrom = max(first + horizon, n - 7 * horizon)
        var level = Lanes.zero
        var held = Lanes.zero
        var chance = Lanes.zero
        var heldChance = Lanes.zero
        var missed = Lanes.zero
        var isQuiet = false
        var seen = 0.0
        var errors = 0.0
        var means = 0.0
        var wanted = moments[...]
        for t in first..<n {
            while let moment = wanted.first, moment <= t {
                snapshots.append(moment <= first ? .zero : DemandLevels.expected(level, held, missed, returns).levels)
                wanted = wanted.dropFirst()
            }
            if t >= judgedFrom, t + horizon <= n {
                let error = level * (weight[t + horizon] - weight[t]) - (sold[t + horizon] - sold[t])
                squares += error * error
                judged += 1
            }
            let exposure = weight[t + 1] - weight[t]
            guard exposure > 0 else { continue }
            let value = units[t]
            if value > 0 {
                isQuiet = false
                missed = .zero
            } else {
                if !isQuiet {
                    held = level
                    heldChance = chance
                }
                isQuiet = true
                missed += heldChance * exposure
            }
            if seen > 0 {
                let mean = level[1] * exposure
                errors += (value - mean) * (value - mean)
                means += mean
            }
            seen += exposure
            let gain = pointwiseMin(
                pointwiseMax(DemandLevels.gains, Lanes(repeating: 1 / seen)), Lanes(repeating: 1 / exposure))
            level += gain * (value - level * exposure)
            chance += gain * ((value > 0 ? 1 : 0) - chance * exposure)
        }
        levels = level
        let end = DemandLevels.expected(level, held, missed, returns)
        expected = end.levels
        returning = end.returning
        while !wanted.isEmpty {
            snapshots.append(expected)
            wanted = wanted.dropFirst()
        }
        if means > 0 {
            scatter = errors / means
            hasErrors = true
        }
    }

    /// Factor of a period counted from the first of the future, as far as the horizon or back into the past.
    func factor(ahead: Int) -> Double { factors[count + ahead] }

    /// Root mean squared error of past totals over the horizon, units a period; nil where there were none.
    func error(_ lane: Int) -> Double? {
        judged > 0 ? (squares[lane] / judged).squareRoot() / Double(horizon) : nil
    }

    /// Shares of the memories: inverse fourth powers of their mean squared errors, the even share where all are equal.
    var weights: [Double] {
        let mean = squares.sum() / 4
        guard mean > 0, mean.isFinite else { return [0.25, 0.25, 0.25, 0.25] }
        // A fiftieth of the mean keeps a lucky memory from taking all.
        let relative = squares / mean + 0.02
        let inverse = 1 / (relative * relative)
        let weights = inverse * inverse
        let sum = weights.sum()
        return (0..<4).map { weights[$0] / sum }
    }

    /// Levels of a product that may have gone.
    ///
    /// A run of zeros in which more than three demands were expected comes by chance once in twenty times. Of 30,000 daily
    /// retail series (M5) such products then sold on average 0.3 + 0.7·exp(−missed ÷ 12) of what they had before.
    private static func expected(
        _ level: Lanes, _ held: Lanes, _ missed: Lanes, _ returns: Double
    ) -> (levels: Lanes, returning: Double?) {
        guard returns > 0, missed.max() > 3 else { return (level, nil) }
        var levels = level
        for lane in 0..<4 where missed[lane] > 3 {
            let back = held[lane] * (0.3 + 0.7 * exp(-missed[lane] / 12))
            levels[lane] += returns * max(0, back - level[lane])
        }
        return (levels, missed[1] > 3 ? returns * (0.3 + 0.7 * exp(-missed[1] / 12)) : nil)
    }

    /// The first period that counts: zeros at the beginning are the time before launch where the rate of demands that
    /// followed would have left so many once in a hundred times.
    static func launch(_ units: [Double]) -> Int {
        guard let first = units.firstIndex(where: { $0 > 0 }) else { return 0 }
        var seen = 0.0
        var demands = 0.0
        var waited = 0.0
        for t in units.indices where !units[t].isNaN {
            if t < first {
                waited += 1
            } else {
                seen += 1
                if units[t] > 0 { demands += 1 }
            }
        }
        return waited * demands > 4.6 * seen ? first : 0
    }

    /// Factor of each place of the season (that of the first period first), mean 1, from the newest 52 seasons.
    ///
    /// Each place is drawn towards 1 by two units and three seasons. No more than that: what looks like chance in one
    /// series is often the habit of all customers, and adds up over products.
    static func profile(_ units: [Double], from first: Int, season: Int) -> [Double] {
        let flat = [Double](repeating: 1, count: season)
        let from = max(first, units.count - 52 * season)
        guard season > 1, units.count - from >= 2 * season else { return flat }
        var sold = [Double](repeating: 0, count: season)
        var seen = [Double](repeating: 0, count: season)
        for t in from..<units.count where !units[t].isNaN {
            sold[t % season] += units[t]
            seen[t % season] += 1
        }
        let total = sold.reduce(0, +)
        let periods = seen.reduce(0, +)
        guard total > 0, total.isFinite else { return flat }
        let mean = total / periods
        var factors = (0..<season).map { place -> Double in
            let expected = mean * seen[place]
            guard expected > 0 else { return 1 }
            let trust = expected / (expected + 0.5) * seen[place] * seen[place] / (seen[place] * seen[place] + 8)
            return max(0.02, 1 + trust * (sold[place] / expected - 1))
        }
        let sum = factors.reduce(0, +)
        for place in factors.indices { factors[place] *= Double(season) / sum }
        return factors
    }
}
