/// What was sold of one product in one pool, period by period, and when there was something to sell.
public struct DemandHistory: Sendable, Hashable {
    /// Units asked for in each period, 0…1e9, oldest first.
    public let units: [Double]
    /// Share of each period with sellable stock, 0…1, as long as `units`.
    ///
    /// At 1 the units are the demand. At 0 they are a lower bound of it: zero units then say nothing. In between, the
    /// rest of the period is taken to have been like the part that was seen.
    public let inStock: [Double]
    /// Periods in a season: 7 for days, 1 for none.
    public let season: Int
    /// Place of the first period in its season, 0 ..< `season`; for days, 0 is Monday.
    public let phase: Int

    /// A history; `inStock` nil means always in stock.
    ///
    /// - Throws: `ForecastingError` with the period of the first value out of range.
    public init(
        units: [Double], inStock: [Double]? = nil, season: Int = 7, phase: Int = 0
    ) throws(ForecastingError) {
        if let inStock, inStock.count != units.count {
            throw ForecastingError(
                code: .length,
                message:
                    "\(units.count) periods of demand but \(inStock.count) of stock; give one share for each period",
                period: nil)
        }
        guard season >= 1, season <= 366, phase >= 0, phase < season else {
            throw ForecastingError(
                code: .season,
                message: "a season of \(season) with phase \(phase); give 1…366 periods and a phase below that",
                period: nil)
        }
        // NaN fails both comparisons.
        if let bad = units.firstIndex(where: { !($0 >= 0 && $0 <= 1e9) }) {
            throw ForecastingError(
                code: .value, message: "demand of \(units[bad]) units; it must lie between 0 and 1,000,000,000",
                period: bad)
        }
        if let inStock, let bad = inStock.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
            throw ForecastingError(
                code: .share, message: "a share in stock of \(inStock[bad]); it must lie between 0 and 1", period: bad)
        }
        self.units = units
        self.inStock = inStock ?? [Double](repeating: 1, count: units.count)
        self.season = season
        self.phase = phase
    }
}
