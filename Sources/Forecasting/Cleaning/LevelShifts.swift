import Glibc

/// Days from which on demand is on another level, found in a series with what speaks for each.
///
/// The series is cut into stretches of constant rate so that the deviance of Poisson demand, over the dispersion φ, plus a
/// price for each cut is least: exact, by the dynamic programme of Jackson et al. (IEEE Signal Processing Letters 12, 2005)
/// with the pruning of Killick, Fearnhead & Eckley (PELT, JASA 107, 2012). φ is measured between days a season apart, so
/// neither weekdays nor the shifts themselves inflate it. Single wild days are brought down first (`OutsizeOrders`).
public struct LevelShifts: Sendable, Hashable {
    /// One shift.
    public struct Shift: Sendable, Hashable {
        /// First day of the new level, from 0.
        public let day: Int
        /// Units a day in stock before it, from the shift before or the start on.
        public let before: Double
        /// Units a day in stock from it on, to the next shift or the end.
        public let after: Double
        /// Reduction of the deviance over φ by this shift: 4 could be chance anywhere, 20 is hardly ever.
        public let strength: Double
    }

    /// The shifts, oldest first.
    public let shifts: [Shift]
    /// Variance over mean of a day's demand about its level, units.
    public let phi: Double
    /// Units a day in stock of the stretch that each day belongs to.
    public let levels: [Double]

    /// Looks for shifts, O(days) to O(days²).
    ///
    /// Values that are negative or not finite count as not observed. Without shifts there is one level; without
    /// observed days it is 0. More than 20,000 days are not searched.
    ///
    /// - Parameters:
    ///   - units: demand of each day.
    ///   - inStock: share of each day that was seen, 0…1, nil for all; days at 0 are left out.
    ///   - season: days of a season, ≥ 1.
    ///   - shortest: days that a level must last, ≥ 2.
    ///   - least: relative change that matters, as a share of the larger level, 0…1.
    public init(
        units: [Double], inStock: [Double]? = nil, season: Int = 7, shortest: Int = 14, least: Double = 0.25
    ) {
        let count = units.count
        let exposure = (0..<count).map { i -> Double in
            let share = inStock.map { i < $0.count ? $0[i] : 0 } ?? 1
            return units[i] >= 0 && units[i].isFinite && share > 0 && share <= 1 ? share : 0
        }
        let observed = (0..<count).map { exposure[$0] > 0 ? units[$0] : 0 }
        let capped = LevelShifts.capped(observed, exposure)
        let phi = LevelShifts.dispersion(capped, exposure, season: max(1, season))
        self.phi = phi
        // Sums up to each day.
        var sold = [0.0]
        var seen = [0.0]
        for i in 0..<count {
            sold.append(sold[i] + capped[i])
            seen.append(seen[i] + exposure[i])
        }
        func gain(_ from: Int, _ to: Int) -> Double {
            let (units, days) = (sold[to] - sold[from], seen[to] - seen[from])
            return units > 0 && days > 0 ? 2 * units * log(units / days) : 0
        }
        var cuts: [Int] = []
        let shortest = max(2, shortest)
        if phi > 0, count >= 2 * shortest, count <= 20_000 {
            cuts = LevelShifts.cuts(
                count: count, shortest: shortest, price: phi * (3 * log(Double(count)) + 4), gain: gain)
        }
        // Cuts that change little are merged, weakest first.
        while !cuts.isEmpty {
            let edges = [0] + cuts + [count]
            var weakest = (index: -1, change: Double.infinity)
            for i in 1..<edges.count - 1 {
                let before = LevelShifts.rate(sold, seen, edges[i - 1], edges[i])
                let after = LevelShifts.rate(sold, seen, edges[i], edges[i + 1])
                let change = abs(after - before) / max(before, after, .leastNormalMagnitude)
                if change < weakest.change { weakest = (i - 1, change) }
            }
            guard weakest.change < least else { break }
            cuts.remove(at: weakest.index)
        }
        let edges = [0] + cuts + [count]
        shifts = cuts.indices.map { i in
            let (from, cut, to) = (edges[i], edges[i + 1], edges[i + 2])
            return Shift(
                day: cut, before: LevelShifts.rate(sold, seen, from, cut), after: LevelShifts.rate(sold, seen, cut, to),
                strength: (gain(from, cut) + gain(cut, to) - gain(from, to)) / phi)
        }
        var levels: [Double] = []
        for (from, to) in zip(edges, edges.dropFirst()) where to > from {
            levels += [Double](repeating: LevelShifts.rate(sold, seen, from, to), count: to - from)
        }
        self.levels = levels
    }

    private static func rate(_ sold: [Double], _ seen: [Double], _ from: Int, _ to: Int) -> Double {
        seen[to] > seen[from] ? (sold[to] - sold[from]) / (seen[to] - seen[from]) : 0
    }

    /// Cuts of least price; a stretch's own deviance is, but for a constant, −`gain`.
    private static func cuts(
        count: Int, shortest: Int, price: Double, gain: (Int, Int) -> Double
    ) -> [Int] {
        var best = [Double](repeating: .infinity, count: count + 1)
        var last = [Int](repeating: 0, count: count + 1)
        best[0] = -price
        var candidates = [0]
        // A start that is worse than a cut here is worse for every end that leaves the cut its shortest length.
        var expiry = [Int](repeating: .max, count: count + 1)
        var costs = best
        for end in shortest...count {
            candidates.removeAll { expiry[$0] <= end }
            var least = Double.infinity
            for start in candidates {
                let cost = best[start] - gain(start, end)
                costs[start] = cost
                if cost + price < least { (least, last[end]) = (cost + price, start) }
            }
            best[end] = least
            for start in candidates where costs[start] >= least && expiry[start] == .max {
                expiry[start] = end + shortest
            }
            let next = end + 1 - shortest
            if next >= shortest, best[next].isFinite { candidates.append(next) }
        }
        var cuts: [Int] = []
        var end = count
        while last[end] > 0 {
            end = last[end]
            cuts.append(end)
        }
        return cuts.reversed()
    }

    /// Days beyond the usual brought down to its limit: one order of a thousand is not a level.
    private static func capped(_ units: [Double], _ exposure: [Double]) -> [Double] {
        let found = OutsizeOrders(units: units, levels: exposure)
        guard found.limit.isFinite else { return units }
        return units.indices.map { min(units[$0], found.limit * exposure[$0]) }
    }

    /// Half the mean squared difference of days a season apart over their mean: at least a twentieth of the mean size of a
    /// demand, so that a series as even as a clock has a scale too.
    private static func dispersion(_ units: [Double], _ exposure: [Double], season: Int) -> Double {
        var squares = 0.0
        var sum = 0.0
        var sizes = 0.0
        var demands = 0.0
        for i in units.indices where exposure[i] > 0 && units[i] > 0 {
            sizes += units[i]
            demands += 1
        }
        for i in units.indices.dropFirst(season) where exposure[i] == 1 && exposure[i - season] == 1 {
            let difference = units[i] - units[i - season]
            squares += difference * difference
            sum += units[i] + units[i - season]
        }
        let least = demands > 0 ? 0.05 * sizes / demands : 0
        return max(least, sum > 0 ? squares / sum : 0)
    }
}
