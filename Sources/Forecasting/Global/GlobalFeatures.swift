import Glibc

/// What a model across series is told about one forecast: a series, an origin (the period before which all is known) and
/// a target period after it.
///
/// Everything about demand is relative to the series' own smoothed level, in logarithms, so that small and large series
/// teach each other. The local forecast that the trees start from (level × seasonal factor) is `offset`.
struct GlobalFeatures: Sendable {
    let panel: DemandPanel
    let count: Int
    /// Names, in the order of the features.
    let names: [String]

    let fine: GroupDemand?
    let coarse: GroupDemand
    let calendar: CalendarEffects
    /// Level of each coarse group before period t, as that of a series is made, at group × (periods + 1) + t.
    let groupLevels: [Double]
    let windows: [Int]
    let codes: [[Int32]]
    /// Sum of units over what the calendar makes of a period, and number of observed periods, before period t of each series, at series × (periods + 1) + t.
    let sums: [Float]
    let seen: [Float]

    init(_ panel: DemandPanel) {
        self.panel = panel
        let season = panel.season
        windows = season == 1 ? [2, 4, 8, 16, 32, 64] : [1, 2, 4, 8, 16, 32].map { $0 * season }
        let choice = GroupChoice(panel)
        fine = choice.fine.map { GroupDemand(panel, group: $0) }
        coarse = GroupDemand(panel, group: choice.coarse)
        calendar = CalendarEffects(panel, coarse)
        codes = panel.groupings.filter { Set($0).count <= 256 }
        var sums = [Float](repeating: 0, count: panel.series * (panel.periods + 1))
        var seen = sums
        for series in 0..<panel.series {
            let base = series * (panel.periods + 1)
            for period in 0..<panel.periods {
                let units = panel.units[series * panel.periods + period]
                let usual = Float(calendar.factors[Int(coarse.group[series]) * calendar.width + period])
                sums[base + period + 1] = sums[base + period] + (units > 0 ? units / max(0.1, usual) : 0)
                seen[base + period + 1] = seen[base + period] + (units.isNaN ? 0 : 1)
            }
        }
        var groupLevels = [Double](repeating: 0, count: coarse.count * (panel.periods + 1))
        for (group, series) in coarse.members.enumerated() {
            var level = SIMD2<Double>.zero
            for period in 0...panel.periods {
                groupLevels[group * (panel.periods + 1) + period] = 0.5 * level[0] + 0.5 * level[1]
                guard period < panel.periods else { break }
                let plain =
                    coarse.units(series, at: period) / max(0.1, calendar.factors[group * calendar.width + period])
                let gain = pointwiseMax(SIMD2(0.08, 0.025), SIMD2(repeating: 1 / Double(period + 1)))
                level += gain * (plain - level)
            }
        }
        self.groupLevels = groupLevels
        self.sums = sums
        self.seen = seen
        var names = ["log level", "fast level", "middle level", "slow level"]
        names += windows.map { "mean \($0)" }
        names += ["zero share", "since demand", "deviation", "peak", "lull"]
        if fine != nil { names += ["fine 1:4", "fine 4:16", "fine share"] }
        names += ["group 1:4", "group 4:16"]
        names += [
            "ahead", "place in season", "same place 4", "same place 8", "same place last", "group factor",
            "fine factor",
        ]
        for (index, driver) in panel.numbers.enumerated() where !calendar.takesNumber[index] {
            if driver.isPrice {
                names += ["level", "to recent", "to usual", "step", "ending"].map { "\(driver.name) \($0)" }
            } else {
                names += ["now", "before", "after", "share"].map { "\(driver.name) \($0)" }
            }
        }
        for (index, driver) in panel.names.enumerated() where !calendar.takesName[index] {
            names += ["now", "next", "to next", "last", "since last"].map { "\(driver.name) \($0)" }
        }
        for index in codes.indices { names.append("group \(index)") }
        self.names = names
        count = names.count
    }
}
