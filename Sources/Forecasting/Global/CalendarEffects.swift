import Glibc

/// What the calendar does to the demand of groups of series: weekday, day of the month, flags such as benefit days, and
/// events with their days before and after, each a factor on a smooth level.
///
/// The factors are fitted in turn, each as what was sold over what the others explain, until they stand (iterative
/// proportional fitting: Deming & Stephan, Ann. Math. Statist. 11, 1940; the likelihood equations of a log-linear Poisson
/// model). The level is a Gaussian moving average of what the factors leave. An event is seldom seen more than once, so
/// each group's effect is drawn to that of all groups, and that to none, as if one more ordinary day had been seen.
struct CalendarEffects: Sendable {
    /// Factor of group g in period t at g × (periods + horizon) + t, mean about 1.
    let factors: [Double]
    /// Periods of history and horizon.
    let width: Int
    /// Whether a driver is the calendar's: the same for all series of a group. By number, in numbers and in words.
    let takesNumber: [Bool]
    let takesName: [Bool]

    /// Periods before and after an event that may feel it.
    private static let lags = -1...3
    private static let rounds = 6

    /// A calendar's column: for every group and period which of its cells holds; cell 0 has no effect where `hasNone`.
    private struct Column {
        var cells: [Int32]
        var count: Int
        var hasNone: Bool
        /// Periods' worth of demand that speak for no effect.
        var belief: Double
        var isShared: Bool
    }

    init(_ panel: DemandPanel, _ groups: GroupDemand) {
        let (periods, width, count) = (panel.periods, panel.periods + panel.horizon, groups.count)
        self.width = width
        var columns = CalendarEffects.ownColumns(panel, count)
        var takesNumber: [Bool] = []
        for driver in panel.numbers {
            let column = CalendarEffects.flag(driver, panel, groups)
            takesNumber.append(column != nil)
            if let column { columns.append(column) }
        }
        var takesName: [Bool] = []
        for driver in panel.names {
            let found = CalendarEffects.events(driver, panel, groups)
            takesName.append(!found.isEmpty)
            columns += found
        }
        (self.takesNumber, self.takesName) = (takesNumber, takesName)
        var effects = columns.map { [Double](repeating: 1, count: count * $0.count) }
        var factors = [Double](repeating: 1, count: count * width)
        var level = [Double](repeating: 0, count: count * periods)
        let kernel = CalendarEffects.kernel(panel.season)
        var units = [Double](repeating: 0, count: count * periods)
        for group in 0..<count {
            for period in 0..<periods {
                units[group * periods + period] = groups.units(groups.members[group], at: period)
            }
        }
        for _ in 0..<CalendarEffects.rounds where !columns.isEmpty {
            for group in 0..<count {
                CalendarEffects.smooth(
                    units, factors, group, periods: periods, width: width, kernel: kernel, into: &level)
            }
            for (index, column) in columns.enumerated() {
                var found = [Double](repeating: 0, count: count * column.count)
                var expected = found
                for group in 0..<count {
                    for period in 0..<periods {
                        let cell = group * column.count + Int(column.cells[group * width + period])
                        found[cell] += units[group * periods + period]
                        expected[cell] +=
                            level[group * periods + period] * factors[group * width + period] / effects[index][cell]
                    }
                }
                var fresh = effects[index]
                for cell in 0..<column.count where !(column.hasNone && cell == 0) {
                    var shared = 1.0
                    if column.isShared {
                        var sums = SIMD2<Double>.zero
                        var usual = 0.0
                        for group in 0..<count {
                            sums += SIMD2(found[group * column.count + cell], expected[group * column.count + cell])
                            usual += CalendarEffects.mean(level, group, periods)
                        }
                        let belief = usual * column.belief / 2
                        if sums[1] + belief > 0 { shared = (sums[0] + belief) / (sums[1] + belief) }
                    }
                    for group in 0..<count {
                        let place = group * column.count + cell
                        let belief = CalendarEffects.mean(level, group, periods) * column.belief
                        guard expected[place] + belief > 0 else { continue }
                        fresh[place] = max(0.01, (found[place] + belief * shared) / (expected[place] + belief))
                    }
                }
                for group in 0..<count {
                    for period in 0..<width {
                        let cell = group * column.count + Int(column.cells[group * width + period])
                        factors[group * width + period] *= fresh[cell] / effects[index][cell]
                    }
                }
                effects[index] = fresh
            }
            // The level carries the size, the factors the shape.
            for group in 0..<count {
                var sum = 0.0
                for period in 0..<periods { sum += factors[group * width + period] }
                guard sum > 0 else { continue }
                let mean = sum / Double(periods)
                for period in 0..<width { factors[group * width + period] /= mean }
                for cell in 0..<columns[0].count { effects[0][group * columns[0].count + cell] /= mean }
            }
        }
        self.factors = factors
    }

    private static func mean(_ level: [Double], _ group: Int, _ periods: Int) -> Double {
        var sum = 0.0
        for period in 0..<periods { sum += level[group * periods + period] }
        return sum / Double(periods)
    }

    /// Weights of a Gaussian whose standard deviation is under two seasons.
    private static func kernel(_ season: Int) -> [Double] {
        let deviation = max(3, 12.0 / 7 * Double(season))
        let reach = Int((3 * deviation).rounded())
        return (-reach...reach).map { exp(-0.5 * (Double($0) / deviation) * (Double($0) / deviation)) }
    }

    private static func smooth(
        _ units: [Double], _ factors: [Double], _ group: Int, periods: Int, width: Int, kernel: [Double],
        into level: inout [Double]
    ) {
        let reach = kernel.count / 2
        let rest = (0..<periods).map { units[group * periods + $0] / factors[group * width + $0] }
        for period in 0..<periods {
            var sum = 0.0
            var weights = 0.0
            for other in max(0, period - reach)..<min(periods, period + reach + 1) {
                let weight = kernel[other - period + reach]
                sum += weight * rest[other]
                weights += weight
            }
            level[group * periods + period] = sum / weights
        }
    }

    /// Weekday and day of the month.
    private static func ownColumns(_ panel: DemandPanel, _ count: Int) -> [Column] {
        let width = panel.periods + panel.horizon
        var columns: [Column] = []
        if panel.season > 1 {
            let places = (0..<width).map { Int32((panel.phase + $0) % panel.season) }
            columns.append(
                Column(
                    cells: (0..<count).flatMap { _ in places }, count: panel.season, hasNone: false, belief: 2,
                    isShared: false))
        }
        // Less than three months say nothing of one.
        if !panel.monthDays.isEmpty, panel.periods >= 84 {
            let days = panel.monthDays.map { Int32($0) }
            columns.append(
                Column(
                    cells: (0..<count).flatMap { _ in days }, count: 32, hasNone: false, belief: 1, isShared: false))
        }
        return columns
    }

    /// The column of a driver that is 0 or 1 everywhere and the same for all series of a group; nil for others.
    private static func flag(
        _ driver: DemandPanel.NumericDriver, _ panel: DemandPanel, _ groups: GroupDemand
    ) -> Column? {
        guard !driver.isPrice else { return nil }
        let cells = shared(panel, groups) { place, _ in
            let value = driver.values[place]
            return value.isNaN ? nil : value == 0 ? 0 : value == 1 ? 1 : -1
        }
        return cells.map { Column(cells: $0, count: 2, hasNone: false, belief: 1, isShared: false) }
    }

    /// The columns of an event and of the days about it; none where series of a group differ.
    private static func events(
        _ driver: DemandPanel.NamedDriver, _ panel: DemandPanel, _ groups: GroupDemand
    ) -> [Column] {
        // No word of a series that was not there says nothing.
        let found = shared(panel, groups) { place, isThere in
            let code = driver.codes[place]
            return code != 0 ? Int32(code) : isThere ? 0 : nil
        }
        guard let cells = found else { return [] }
        let width = panel.periods + panel.horizon
        return lags.map { lag in
            var moved = [Int32](repeating: 0, count: cells.count)
            for group in 0..<groups.count {
                for period in 0..<width where (0..<width).contains(period + lag) {
                    moved[group * width + period] = cells[group * width + period + lag]
                }
            }
            return Column(cells: moved, count: 256, hasNone: true, belief: 1, isShared: true)
        }
    }

    /// The cells of a driver by group; nil where series of one group differ (it is no calendar then), or one is −1.
    ///
    /// A cell of which no series knows is 0.
    ///
    /// - Parameter cell: the cell of a place of the driver, told whether the series was there: observed in the period, or
    ///   of late where the period is of the future; nil where nobody knows.
    private static func shared(
        _ panel: DemandPanel, _ groups: GroupDemand, _ cell: (_ place: Int, _ isThere: Bool) -> Int32?
    ) -> [Int32]? {
        let (periods, width) = (panel.periods, panel.periods + panel.horizon)
        var cells = [Int32](repeating: -1, count: groups.count * width)
        for series in 0..<panel.series {
            let base = Int(groups.group[series]) * width
            let units = panel.units[series * periods..<(series + 1) * periods]
            let isAlive = units.suffix(panel.horizon).contains { !$0.isNaN }
            for period in 0..<width {
                let isThere = period < periods ? !units[units.startIndex + period].isNaN : isAlive
                guard let found = cell(series * width + period, isThere) else { continue }
                guard found >= 0, cells[base + period] < 0 || cells[base + period] == found else { return nil }
                cells[base + period] = found
            }
        }
        return cells.map { max(0, $0) }
    }
}
