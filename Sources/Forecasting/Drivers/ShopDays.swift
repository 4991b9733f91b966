/// What was sold in a shop day by day, and what may have driven it: the input of ``DayEffects``.
///
/// Arrays by series × day have each series together, oldest day first, past days and then those to come.
public struct ShopDays: Sendable {
    /// An occasion and the days it falls on.
    public struct Occasion: Sendable, Hashable {
        /// Its name, the same each time: "Black Friday", "Payday".
        public let name: String
        /// What it is like: an occasion that has not been seen has the effect of its kind.
        public let kind: String
        /// Days on which it falls, from the first day of the past, which is 0; before it and beyond the horizon too.
        public let days: [Int]

        /// An occasion of a kind on these days, in any order.
        public init(name: String, kind: String, days: [Int]) {
            self.name = name
            self.kind = kind
            self.days = days
        }
    }

    /// Number of past days.
    public let days: Int
    /// Number of days to come.
    public let horizon: Int
    /// Units by series × past day; negative or not finite where not observed.
    public let demand: [Double]
    /// Share of each past day that the series could be bought, 0…1; empty for all of them.
    public var inStock: [Double] = []
    /// Number of each series' group (category), from 0; empty for one group.
    public var groups: [Int] = []
    /// What falls on which days.
    public var occasions: [Occasion] = []
    /// Promotions by series × (past and coming) day: 0 for none, the expected multiple of demand where it was declared
    /// (1.5 for half as much again), NaN for a promotion of unknown effect; empty for none at all.
    public var promotions: [Double] = []
    /// Logarithm of the price by series × (past and coming) day, NaN where unknown; empty for none known.
    public var logPrices: [Double] = []
    /// A weather value of the shop by (past and coming) day, such as its temperature, NaN where unknown; empty for none.
    public var weather: [Double] = []
    /// Days of a season, ≥ 1.
    public var season = 7

    /// Demand alone; drivers are set after.
    public init(demand: [Double], days: Int, horizon: Int) {
        self.demand = demand
        self.days = days
        self.horizon = horizon
    }

    /// Past and coming days.
    public var width: Int { days + horizon }
    /// Number of series.
    public var seriesCount: Int { days > 0 ? demand.count / days : 0 }

    /// Refuses arrays that do not belong together.
    func check() throws(ForecastingError) {
        func refuse(_ what: String, _ count: Int, _ expected: Int) -> ForecastingError {
            ForecastingError(
                code: .length,
                message:
                    "give \(what) for the same series and days as demand: \(count) values where \(expected) belong",
                period: nil)
        }
        guard days > 0, horizon >= 0, demand.count % days == 0 else {
            throw ForecastingError(
                code: .length,
                message: "give whole series of at least one day: \(demand.count) values are not series of \(days)",
                period: nil)
        }
        let whole = seriesCount * width
        if !inStock.isEmpty, inStock.count != demand.count {
            throw refuse("shares in stock", inStock.count, demand.count)
        }
        if !groups.isEmpty, groups.count != seriesCount { throw refuse("groups", groups.count, seriesCount) }
        if !promotions.isEmpty, promotions.count != whole { throw refuse("promotions", promotions.count, whole) }
        if !logPrices.isEmpty, logPrices.count != whole { throw refuse("prices", logPrices.count, whole) }
        if !weather.isEmpty, weather.count != width { throw refuse("weather", weather.count, width) }
        if let group = groups.first(where: { $0 < 0 || $0 >= max(1, seriesCount) }) {
            throw ForecastingError(
                code: .value, message: "number the groups from 0 to at most one less than the series: \(group) is none",
                period: nil)
        }
        if season < 1 {
            throw ForecastingError(code: .season, message: "a season has at least one day", period: nil)
        }
    }
}
