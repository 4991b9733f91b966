/// The present level of each group of series, free of what the calendar does: exponentially smoothed.
struct GroupLevels {
    /// Expected units of group g in period h of the horizon at g × horizon + h.
    let means: [Double]
    /// Weight of the newest period, a memory of about a fortnight of days: over four windows of the public M5 data set the
    /// squared error of sums is flat between 0.12 and 0.2. A choice by each panel's own past did worse: a year has few
    /// independent windows.
    private static let gain = 0.15

    init(_ panel: DemandPanel, _ groups: GroupDemand, _ calendar: CalendarEffects) {
        let (periods, horizon, width) = (panel.periods, panel.horizon, calendar.width)
        let first = groups.members
        var means = [Double](repeating: 0, count: groups.count * horizon)
        for group in 0..<groups.count {
            var level = 0.0
            for period in 0..<periods {
                let units = groups.units(first[group], at: period) / max(0.1, calendar.factors[group * width + period])
                level += max(GroupLevels.gain, 1 / Double(period + 1)) * (units - level)
            }
            for ahead in 0..<horizon {
                means[group * horizon + ahead] = level * calendar.factors[group * width + periods + ahead]
            }
        }
        self.means = means
    }

    /// Brings the forecasts of series half the way, in logarithms, to what their groups' levels say for each period, and
    /// their total all the way: the level is best seen where it is smoothest, the shares are the series' own.
    func align(_ forecast: inout [Float], _ groups: GroupDemand, horizon: Int) {
        var sums = [Double](repeating: 0, count: means.count)
        let series = forecast.count / horizon
        for row in 0..<series {
            let base = Int(groups.group[row]) * horizon
            for ahead in 0..<horizon { sums[base + ahead] += Double(forecast[row * horizon + ahead]) }
        }
        var scale = [Double](repeating: 1, count: means.count)
        var total = 0.0
        var target = 0.0
        for cell in means.indices {
            if sums[cell] > 0, means[cell] > 0 { scale[cell] = (means[cell] / sums[cell]).squareRoot() }
            total += sums[cell] * scale[cell]
            target += means[cell]
        }
        let whole = total > 0 && target > 0 ? target / total : 1
        for row in 0..<series {
            let base = Int(groups.group[row]) * horizon
            for ahead in 0..<horizon { forecast[row * horizon + ahead] *= Float(scale[base + ahead] * whole) }
        }
    }
}
