/// What was sold hour by hour in many series (a product in a place each) over the same days, and when there was stock.
///
/// All arrays are flat, series by series, then day by day, then hour by hour.
public struct ShelfHours: Sendable {
    /// Number of series.
    public let series: Int
    /// Days of each series.
    public let days: Int
    /// Opening hours of a day, all that count as demand; leave the night out.
    public let hours: Int
    /// Units sold in each hour, ≥ 0, of any unit of measure.
    public let sold: [Double]
    /// Share of each hour with stock on the shelf, 0…1; units sold at 0 are a lower bound of the demand.
    public let inStock: [Double]
    /// Groups of like series, coarse ones first (category, then product), each with one number a series from 0 on.
    ///
    /// Series of a group share what happens to a day (weather, holiday, promotion) and the shape of their hours. All
    /// series together are a group of their own without being named.
    public let groups: [[Int]]
    /// What is known of each series' days (log of the discount, holiday, rain), `drivers.count / (series × days)` numbers
    /// a day; may be empty.
    public let drivers: [Double]

    /// Drivers of a day.
    var driverCount: Int { series * days > 0 ? drivers.count / (series * days) : 0 }

    /// The hours of a set of series.
    ///
    /// - Throws: `ForecastingError` where a length does not fit, or a value is negative or not finite.
    public init(
        series: Int, days: Int, hours: Int, sold: [Double], inStock: [Double], groups: [[Int]] = [],
        drivers: [Double] = []
    ) throws(ForecastingError) {
        let (seriesDays, first) = series.multipliedReportingOverflow(by: days)
        let (cells, second) = seriesDays.multipliedReportingOverflow(by: hours)
        guard series >= 0, days >= 0, hours >= 0, !first, !second, sold.count == cells, inStock.count == cells else {
            throw ForecastingError(
                code: .length,
                message:
                    "\(sold.count) hours sold and \(inStock.count) of stock for \(series) series of \(days) days of \(hours) hours; give one of each for every hour",
                period: nil)
        }
        guard groups.allSatisfy({ $0.count == series && $0.allSatisfy { $0 >= 0 && $0 < max(1, series) } }) else {
            throw ForecastingError(
                code: .length,
                message: "a grouping must give each of the \(series) series a number from 0 to below that",
                period: nil)
        }
        guard drivers.isEmpty || (seriesDays > 0 && drivers.count % seriesDays == 0 && drivers.count / seriesDays <= 16)
        else {
            throw ForecastingError(
                code: .length,
                message: "\(drivers.count) drivers for \(seriesDays) days; give each day the same number, 16 at most",
                period: nil)
        }
        // NaN fails both comparisons.
        if let bad = sold.firstIndex(where: { !($0 >= 0 && $0 <= 1e9) }) {
            throw ForecastingError(
                code: .value, message: "\(sold[bad]) units sold in an hour; it must lie between 0 and 1,000,000,000",
                period: bad)
        }
        if let bad = inStock.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
            throw ForecastingError(
                code: .share, message: "a share in stock of \(inStock[bad]); it must lie between 0 and 1", period: bad)
        }
        if let bad = drivers.firstIndex(where: { !$0.isFinite || abs($0) > 1e6 }) {
            throw ForecastingError(
                code: .value, message: "a driver of \(drivers[bad]); it must be a number within ±1,000,000", period: bad
            )
        }
        self.series = series
        self.days = days
        self.hours = hours
        self.sold = sold
        self.inStock = inStock
        self.groups = groups
        self.drivers = drivers
    }
}
