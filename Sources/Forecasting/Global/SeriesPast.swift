import Glibc

/// The past of one series as of any origin: its level, its season and what else the trees are told.
struct SeriesPast {
    private let features: GlobalFeatures
    private let series: Int
    private let panel: DemandPanel
    /// Smoothed level before each period, at four gains, and what it is at the end.
    private var levels: [SIMD4<Float>] = []
    private var lastDemand: [Int32] = []
    /// Where the calendar's factors of the series' group begin.
    private let calendar: Int
    private static let gains = SIMD4<Float>(0.25, 0.08, 0.025, 0.01)

    init(_ features: GlobalFeatures, _ series: Int) {
        self.features = features
        self.series = series
        panel = features.panel
        calendar = Int(features.coarse.group[series]) * features.calendar.width
        levels.reserveCapacity(panel.periods + 1)
        var level = SIMD4<Float>.zero
        var seen: Float = 0
        var last: Int32 = -1
        let base = series * panel.periods
        for period in 0..<panel.periods {
            levels.append(level)
            lastDemand.append(last)
            let units = panel.units[base + period]
            guard !units.isNaN else { continue }
            seen += 1
            let gain = pointwiseMax(SeriesPast.gains, SIMD4(repeating: 1 / seen))
            level += gain * (units / max(0.1, usual(period)) - level)
            if units > 0 { last = Int32(period) }
        }
        levels.append(level)
        lastDemand.append(last)
    }

    private func mean(_ origin: Int, _ length: Int) -> Float {
        let base = series * (panel.periods + 1)
        let start = max(0, origin - length)
        let seen = features.seen[base + origin] - features.seen[base + start]
        return seen > 0 ? (features.sums[base + origin] - features.sums[base + start]) / seen : .nan
    }

    /// What the calendar makes of a period.
    private func usual(_ period: Int) -> Float { Float(features.calendar.factors[calendar + period]) }

    private func observed(_ origin: Int) -> Float { features.seen[series * (panel.periods + 1) + origin] }

    /// Logarithm of a ratio of two rates, drawn towards 0 where both are small.
    private func ratio(_ value: Float, _ level: Float, _ belief: Float) -> Float {
        logf((value + belief * level + 1e-4) / (level + belief * level + 1e-4))
    }

    private func ratio(_ value: Double, _ level: Double) -> Float {
        value > 0 && level > 0 ? Float(log(value / level)) : .nan
    }

    /// The level that all is relative to: never 0.
    func level(_ origin: Int) -> Float {
        let floor = 0.5 / (observed(origin) + 1)
        let level = levels[origin]
        return max(floor, 0.5 * level[1] + 0.5 * level[2])
    }

    /// What the series' own season adds to what the calendar does to its group, drawn to 1 by how few units prove it.
    func factor(_ origin: Int, _ target: Int) -> Float {
        let season = panel.season
        let calendar = max(0.02, usual(target))
        guard season > 1 else { return calendar }
        let seasons = min(16, origin / season)
        guard seasons > 0 else { return calendar }
        var sum: Float = 0
        var expected: Float = 0
        let start = origin - seasons * season
        let mean = mean(origin, seasons * season)
        guard mean > 0 else { return calendar }
        var period = start + ((target - start) % season + season) % season
        let base = series * panel.periods
        while period < origin {
            let units = panel.units[base + period]
            if !units.isNaN {
                sum += units
                expected += mean * usual(period)
            }
            period += season
        }
        let belief: Float = 30
        return calendar * (sum + belief) / (expected + belief)
    }

    /// Logarithm of what the series' group did in a period over what was to be expected of it at the origin.
    func shock(_ origin: Int, _ target: Int) -> Float {
        let group = Int(features.coarse.group[series])
        let expected = features.groupLevels[group * (panel.periods + 1) + origin] * Double(usual(target))
        let units = features.coarse.units(series, at: target)
        guard expected > 0 else { return 0 }
        return Float(log(min(3, max(0.3, units / expected))))
    }

    /// Logarithm of the local forecast.
    func offset(_ origin: Int, _ target: Int) -> Float { logf(level(origin) * factor(origin, target)) }

    /// Writes the features of a forecast.
    func write(_ origin: Int, _ target: Int, to row: inout [Float]) {
        row.withUnsafeMutableBufferPointer { row in
            if let base = row.baseAddress { write(origin, target, to: base) }
        }
    }

    private func write(_ origin: Int, _ target: Int, to row: UnsafeMutablePointer<Float>) {
        var next = 0
        func put(_ value: Float) {
            row[next] = value
            next += 1
        }
        let season = panel.season
        let base = series * panel.periods
        let level = level(origin)
        let states = levels[origin]
        put(logf(level))
        put(ratio(states[0], level, 0.05))
        put(ratio(states[1], level, 0.05))
        put(ratio(states[3], level, 0.05))
        for window in features.windows { put(ratio(mean(origin, window), level, 0.05)) }
        let recent = features.windows[2]
        var zeros: Float = 0
        var squares: Float = 0
        var peak: Float = 0
        var seen: Float = 0
        for period in max(0, origin - 2 * recent)..<origin {
            let units = panel.units[base + period]
            guard !units.isNaN else { continue }
            seen += 1
            if units == 0 { zeros += 1 }
            let error = units - level * usual(period)
            squares += error * error
            peak = max(peak, units)
        }
        let since = Float(origin - 1 - Int(lastDemand[origin]))
        put(seen > 0 ? zeros / seen : .nan)
        put(since)
        put(seen > 0 ? (squares / seen).squareRoot() / level : .nan)
        put(peak / level)
        put(since * mean(origin, features.windows[4]))
        if let fine = features.fine {
            let short = fine.mean(series, before: origin, length: features.windows[0])
            let middle = fine.mean(series, before: origin, length: features.windows[2])
            let long = fine.mean(series, before: origin, length: features.windows[4])
            put(ratio(short, middle))
            put(ratio(middle, long))
            put(ratio(Double(level), middle))
        }
        let short = features.coarse.mean(series, before: origin, length: features.windows[0])
        let middle = features.coarse.mean(series, before: origin, length: features.windows[2])
        put(ratio(short, middle))
        put(ratio(middle, features.coarse.mean(series, before: origin, length: features.windows[4])))

        let ahead = target - origin
        put(Float(ahead + 1))
        put(Float((panel.phase + target) % season))
        var same = SIMD2<Float>.zero
        var sameSeen = SIMD2<Float>.zero
        var last = Float.nan
        var period = origin - 1 - ((origin - 1 - target) % season + season) % season
        if season > 1 {
            for back in 0..<8 where period >= 0 {
                let units = panel.units[base + period]
                if !units.isNaN {
                    let plain = units / max(0.1, usual(period))
                    if last.isNaN { last = plain }
                    same[1] += plain
                    sameSeen[1] += 1
                    if back < 4 {
                        same[0] += plain
                        sameSeen[0] += 1
                    }
                }
                period -= season
            }
        }
        put(sameSeen[0] > 0 ? ratio(same[0] / sameSeen[0], level, 0.1) : .nan)
        put(sameSeen[1] > 0 ? ratio(same[1] / sameSeen[1], level, 0.1) : .nan)
        put(last.isNaN ? .nan : ratio(last, level, 0.1))
        put(logf(max(0.02, usual(target))))
        put(
            features.fine.map { Float(log(max(0.02, $0.factor(series, before: origin, target: target, seasons: 16)))) }
                ?? .nan)
        drivers(origin, target, level, &next, row)
        for code in features.codes { put(Float(code[series])) }
    }

    private func drivers(
        _ origin: Int, _ target: Int, _ level: Float, _ next: inout Int, _ row: UnsafeMutablePointer<Float>
    ) {
        let width = panel.periods + panel.horizon
        let start = series * width
        let (short, recent) = (features.windows[0], features.windows[2])
        for (index, driver) in panel.numbers.enumerated() where !features.calendar.takesNumber[index] {
            driver.values.withUnsafeBufferPointer { values in
                let now = values[start + target]
                if driver.isPrice {
                    var sums = SIMD2<Float>.zero
                    var seen = SIMD2<Float>.zero
                    for period in max(0, origin - 8 * recent)..<origin where !values[start + period].isNaN {
                        sums[1] += values[start + period]
                        seen[1] += 1
                        if period >= origin - recent {
                            sums[0] += values[start + period]
                            seen[0] += 1
                        }
                    }
                    let before = target >= short ? values[start + target - short] : .nan
                    row[next] = logf(now)
                    row[next + 1] = seen[0] > 0 ? logf(now / (sums[0] / seen[0])) : .nan
                    row[next + 2] = seen[1] > 0 ? logf(now / (sums[1] / seen[1])) : .nan
                    row[next + 3] = logf(now / before)
                    row[next + 4] = ((now * 100).rounded() / 10).truncatingRemainder(dividingBy: 1)
                    next += 5
                } else {
                    var sum: Float = 0
                    for period in max(0, target - recent)..<target { sum += values[start + period] }
                    row[next] = now
                    row[next + 1] = target > 0 ? values[start + target - 1] : .nan
                    row[next + 2] = target + 1 < width ? values[start + target + 1] : .nan
                    row[next + 3] = sum
                    next += 4
                }
            }
        }
        for (index, driver) in panel.names.enumerated() where !features.calendar.takesName[index] {
            driver.codes.withUnsafeBufferPointer { codes in
                let reach = 2 * short
                let now = codes[start + target]
                var (following, toNext) = (UInt8(0), Float.nan)
                for period in (target + 1)..<max(target + 1, min(width, target + 1 + reach))
                where codes[start + period] != 0 {
                    (following, toNext) = (codes[start + period], Float(period - target))
                    break
                }
                var (former, sinceLast) = (UInt8(0), Float.nan)
                for period in stride(from: target - 1, through: max(0, target - reach), by: -1)
                where codes[start + period] != 0 {
                    (former, sinceLast) = (codes[start + period], Float(target - period))
                    break
                }
                row[next] = Float(now)
                row[next + 1] = Float(following)
                row[next + 2] = toNext
                row[next + 3] = Float(former)
                row[next + 4] = sinceLast
                next += 5
            }
        }
    }

    /// Pearson's ratio of variance to mean of the last periods' one-step errors, and the level now; NaN where fewer than
    /// eight periods say anything.
    var scatter: (ratio: Float, level: Float) {
        var squares: Float = 0
        var expected: Float = 0
        var seen: Float = 0
        let base = series * panel.periods
        for period in max(panel.season, panel.periods - 26 * panel.season)..<max(panel.season, panel.periods) {
            let units = panel.units[base + period]
            guard !units.isNaN else { continue }
            let mean = level(period) * max(0.02, usual(period))
            squares += (units - mean) * (units - mean)
            expected += mean
            seen += 1
        }
        let level = level(panel.periods)
        return (seen >= 8 && expected > 0 ? max(0.5, squares / expected) : .nan, level)
    }
}
