/// The summed demand of groups of series, to be asked for windows of it.
struct GroupDemand: Sendable {
    /// Group of each series.
    let group: [Int32]
    /// Groups.
    let count: Int
    /// One series of each group.
    let members: [Int]
    private let periods: Int
    private let season: Int
    /// Sum of a group's units before period t, at group × (periods + 1) + t.
    private let before: [Double]
    /// Sum of a group's units in periods t − season, t − 2·season…, at group × (periods + season) + t.
    private let samePlace: [Double]

    init(_ panel: DemandPanel, group: [Int32]) {
        self.group = group
        periods = panel.periods
        season = panel.season
        count = Int(group.max() ?? 0) + 1
        var members = [Int](repeating: 0, count: count)
        for series in stride(from: panel.series - 1, through: 0, by: -1) { members[Int(group[series])] = series }
        self.members = members
        var sums = [Double](repeating: 0, count: count * periods)
        for series in 0..<panel.series {
            let base = Int(group[series]) * periods
            for period in 0..<periods {
                let units = panel.units[series * periods + period]
                if units > 0 { sums[base + period] += Double(units) }
            }
        }
        var before = [Double](repeating: 0, count: count * (periods + 1))
        var samePlace = [Double](repeating: 0, count: count * (periods + season))
        for group in 0..<count {
            for period in 0..<periods {
                let units = sums[group * periods + period]
                before[group * (periods + 1) + period + 1] = before[group * (periods + 1) + period] + units
                samePlace[group * (periods + season) + period + season] =
                    samePlace[group * (periods + season) + period] + units
            }
        }
        self.before = before
        self.samePlace = samePlace
    }

    /// Mean units a period over the `length` periods before `origin`; fewer at the beginning, NaN where there is none.
    func mean(_ series: Int, before origin: Int, length: Int) -> Double {
        let base = Int(group[series]) * (periods + 1)
        let start = max(0, origin - length)
        guard start < origin else { return .nan }
        return (before[base + origin] - before[base + start]) / Double(origin - start)
    }

    /// Units of one period.
    func units(_ series: Int, at period: Int) -> Double {
        let base = Int(group[series]) * (periods + 1)
        return before[base + period + 1] - before[base + period]
    }

    /// What the periods at a place of the season bring over what any period does, in the `seasons` seasons before
    /// `origin`; 1 where they say nothing.
    func factor(_ series: Int, before origin: Int, target: Int, seasons: Int) -> Double {
        let (sum, all) = atPlace(series, before: origin, target: target, seasons: seasons)
        return all > 0 ? sum / all * Double(season) : 1
    }

    private func atPlace(_ series: Int, before origin: Int, target: Int, seasons: Int) -> (Double, Double) {
        let whole = min(seasons, origin / season)
        guard whole > 0 else { return (0, 0) }
        let start = origin - whole * season
        let base = Int(group[series]) * (periods + season)
        // The first period from the origin on at the target's place in the season.
        let ahead = ((target - origin) % season + season) % season
        let sum = samePlace[base + origin + ahead] - samePlace[base + start + ahead]
        let flat = Int(group[series]) * (periods + 1)
        return (sum, before[flat + origin] - before[flat + start])
    }
}
