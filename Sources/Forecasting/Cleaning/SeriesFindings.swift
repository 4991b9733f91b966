/// What is to be seen in a series before any model: how much of it there is, what kind of demand it is, when it began,
/// where its level shifted, and which periods are far beyond the others.
public struct SeriesFindings: Sendable, Hashable {
    /// Periods from the first to the last.
    public let periods: Int
    /// Periods that nobody looked at: gaps, and periods out of stock throughout.
    public let unobserved: Int
    /// Periods in stock for part of their time only.
    public let cut: Int
    /// Periods without demand, of those observed.
    public let zeros: Int
    /// Periods at the beginning that are taken for the time before launch: without demand for longer than chance explains.
    public let beforeLaunch: Int
    /// How often and how evenly it was asked for since.
    public let demandClass: DemandClass
    /// Mean of an observed period since launch, units.
    public let mean: Double
    /// Standard deviation of such periods, units.
    public let deviation: Double
    /// Factor of each place in the season, that of the first period first, mean 1; empty for no season.
    public let profile: [Double]
    /// Shifts of the level, oldest first; `day` is the period.
    public let shifts: [LevelShifts.Shift]
    /// Periods far larger than the level and season explain; `index` is the period.
    public let outsize: [OutsizeOrders.Order]

    /// Looks at a series.
    ///
    /// - Parameters:
    ///   - units: demand of each period, ≥ 0; what is negative or not finite counts as not observed.
    ///   - inStock: share of each period that was seen, 0…1; nil for all of it.
    ///   - season: periods in a season, 1 for none.
    public init(units: [Double], inStock: [Double]? = nil, season: Int = 1) {
        let shares = units.indices.map { t -> Double in
            let share = inStock.map { t < $0.count ? $0[t] : 0 } ?? 1
            return units[t] >= 0 && units[t].isFinite && share > 0 && share <= 1 ? share : 0
        }
        let seen = units.indices.map { shares[$0] > 0 ? units[$0] / shares[$0] : .nan }
        periods = units.count
        unobserved = seen.count(where: \.isNaN)
        cut = shares.count { $0 > 0 && $0 < 1 }
        zeros = seen.count { $0 == 0 }
        let launch = DemandLevels.launch(seen)
        beforeLaunch = launch
        let sold = seen[launch...].filter { !$0.isNaN }
        demandClass = DemandClass(of: sold)
        let mean = sold.isEmpty ? 0 : sold.reduce(0, +) / Double(sold.count)
        self.mean = mean
        let squares = sold.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        deviation = sold.count > 1 ? (squares / Double(sold.count - 1)).squareRoot() : 0
        let season = season > 1 && season <= units.count / 2 ? season : 1
        let since = Array(units[launch...])
        let exposure = Array(shares[launch...])
        let shortest = min(14, max(4, since.count / 8))
        // One wild period would be taken for a season: they are brought down first.
        let rough = LevelShifts(units: since, inStock: exposure, season: season, shortest: shortest).levels
        let calm = OutsizeOrders(units: since, levels: since.indices.map { rough[$0] * exposure[$0] }).cleaned
        let profile = DemandLevels.profile(
            seen[..<launch] + since.indices.map { exposure[$0] > 0 ? calm[$0] / exposure[$0] : .nan }, from: launch,
            season: season)
        self.profile = season > 1 ? profile : []
        let seasonal = since.indices.map { profile[(launch + $0) % season] }
        // Without its season a series' level is what shifts.
        let found = LevelShifts(
            units: since.indices.map { since[$0] / seasonal[$0] }, inStock: exposure, season: season,
            shortest: shortest)
        shifts = found.shifts.map {
            LevelShifts.Shift(day: $0.day + launch, before: $0.before, after: $0.after, strength: $0.strength)
        }
        let levels = seasonal.indices.map { found.levels[$0] * seasonal[$0] * exposure[$0] }
        outsize = OutsizeOrders(units: since, levels: levels).orders.map {
            OutsizeOrders.Order(
                index: $0.index + launch, units: $0.units, timesTypical: $0.timesTypical, expected: $0.expected)
        }
    }
}
