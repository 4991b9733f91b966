/// A series taken apart into several seasons and a rest that has none: hours of the day and of the week, days of the week
/// and of the year.
///
/// Each season is, place by place, the mean of what the trend and the other seasons leave; the shortest speaks first, and
/// all are gone over until they stand. The trend is a moving average over the longest season. As in MSTL (Bandara, Hyndman
/// & Bergmeir, "MSTL: a seasonal-trend decomposition algorithm for time series with multiple seasonal patterns", 2021),
/// with seasons that do not change; but the places of each season are drawn together by as much as chance alone would
/// part them (James & Stein, 1961), so a season that is not there, or was seen too seldom, adds nothing.
public struct SeveralSeasons: Sendable, Hashable {
    /// Periods in each season, ascending.
    public let lengths: [Int]
    /// What each place of each season adds, units; the place of the first period of the series first, mean 0.
    public let indices: [[Double]]
    /// The series without them; NaN where it was not observed.
    public let rest: [Double]

    private static let rounds = 5

    /// Takes a series apart.
    ///
    /// Seasons that the series does not hold twice are left out. Nil where none is left, a value is infinite, or numbers
    /// are too large to add.
    ///
    /// - Parameters:
    ///   - units: the series, oldest first; NaN is not observed.
    ///   - seasons: periods in each season, in any order; those below 2 are no seasons.
    public init?(_ units: [Double], seasons: [Int]) {
        let lengths = Set(seasons).filter { $0 >= 2 && $0 <= units.count / 2 }.sorted()
        guard let longest = lengths.last, units.allSatisfy({ !$0.isInfinite }) else { return nil }
        var indices = lengths.map { [Double](repeating: 0, count: $0) }
        var plain = units
        for _ in 0..<SeveralSeasons.rounds {
            let trend = SeveralSeasons.trend(plain, reach: longest)
            for (k, length) in lengths.enumerated() {
                var own = indices[k]
                for t in units.indices { plain[t] += own[t % length] }
                own = SeveralSeasons.places(plain, trend, length)
                for t in units.indices { plain[t] -= own[t % length] }
                indices[k] = own
            }
        }
        guard indices.allSatisfy({ $0.allSatisfy(\.isFinite) }), plain.allSatisfy({ !$0.isInfinite }) else {
            return nil
        }
        self.lengths = lengths
        self.indices = indices
        rest = plain
    }

    /// What all seasons together add in a period, 0 being the first of the series.
    public func effect(_ period: Int) -> Double {
        var sum = 0.0
        for (own, length) in zip(indices, lengths) { sum += own[period % length] }
        return sum
    }

    /// Means over a whole longest season about each period, shorter at the ends; NaN where nothing was observed.
    private static func trend(_ units: [Double], reach: Int) -> [Double] {
        var sums = [0.0]
        var seen = [0.0]
        for value in units {
            sums.append((sums.last ?? 0) + (value.isNaN ? 0 : value))
            seen.append((seen.last ?? 0) + (value.isNaN ? 0 : 1))
        }
        return units.indices.map { t in
            // The window keeps its length at the ends, so that every mean is over whole seasons.
            let from = max(0, min(t - reach / 2, units.count - reach))
            let to = from + reach
            return (sums[to] - sums[from]) / (seen[to] - seen[from])
        }
    }

    /// Mean of what lies above the trend at each place, drawn together.
    private static func places(_ units: [Double], _ trend: [Double], _ length: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: length)
        var seen = sums
        var squares = 0.0
        for t in units.indices {
            let above = units[t] - trend[t]
            guard !above.isNaN else { continue }
            sums[t % length] += above
            seen[t % length] += 1
            squares += above * above
        }
        let count = seen.reduce(0, +)
        var means = zip(sums, seen).map { $1 > 0 ? $0 / $1 : 0 }
        let centre = means.reduce(0, +) / Double(length)
        for place in means.indices { means[place] = seen[place] > 0 ? means[place] - centre : 0 }
        // What is left within places, and what parts them.
        var between = 0.0
        for place in means.indices { between += seen[place] * means[place] * means[place] }
        let within = max(0, squares - between) / max(1, count - Double(length))
        let chance = within * Double(length - 1)
        let trust = between > 0 ? max(0, 1 - chance / between) : 0
        return means.map { $0 * trust }
    }
}
