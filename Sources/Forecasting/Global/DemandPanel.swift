/// The demand of many series on one axis of periods, with what is known about them: what a model across series learns from.
///
/// All matrices are flat and row-major, one row a series. Values that nobody knows are NaN.
public struct DemandPanel: Sendable {
    /// What is known about every period, the future included, as a number (a price, a flag, a temperature).
    public struct NumericDriver: Sendable {
        /// Its name as the source calls it.
        public var name: String
        /// `series` × (`periods` + `horizon`) values; NaN where nobody knows.
        public var values: [Float]
        /// Whether it is a price: positive, and what counts is its ratio to what it was before.
        public var isPrice: Bool

        /// A driver in numbers.
        public init(name: String, values: [Float], isPrice: Bool) {
            self.name = name
            self.values = values
            self.isPrice = isPrice
        }
    }

    /// What is known about every period, the future included, as a word (an event, a holiday).
    public struct NamedDriver: Sendable {
        /// Its name as the source calls it.
        public var name: String
        /// `series` × (`periods` + `horizon`) codes; 0 for no word.
        public var codes: [UInt8]

        /// A driver in words.
        public init(name: String, codes: [UInt8]) {
            self.name = name
            self.codes = codes
        }
    }

    /// Rows.
    public let series: Int
    /// Periods of history.
    public let periods: Int
    /// Periods to forecast.
    public let horizon: Int
    /// `series` × `periods` units, ≥ 0; NaN where the series was not observed.
    public let units: [Float]
    /// Drivers in numbers.
    public let numbers: [NumericDriver]
    /// Drivers in words.
    public let names: [NamedDriver]
    /// Columns of what each series belongs to (item, department, store…): `series` codes each, from 0.
    public let groupings: [[Int32]]
    /// Day of the month of each period, 1…31, the future included; empty where periods are no days.
    public let monthDays: [UInt8]
    /// Periods in a season: 7 for days.
    public let season: Int
    /// Place of the first period in its season, 0 ..< `season`.
    public let phase: Int

    /// A panel; nil where a column has another length than the axis asks for, or a number is out of range.
    public init?(
        series: Int, periods: Int, horizon: Int, units: [Float], numbers: [NumericDriver] = [],
        names: [NamedDriver] = [], groupings: [[Int32]] = [], monthDays: [UInt8] = [], season: Int = 7, phase: Int = 0
    ) {
        guard series > 0, periods > 0, horizon > 0, season > 0, (0..<season).contains(phase),
            units.count == series * periods,
            numbers.allSatisfy({ $0.values.count == series * (periods + horizon) }),
            names.allSatisfy({ $0.codes.count == series * (periods + horizon) }),
            monthDays.isEmpty || monthDays.count == periods + horizon,
            groupings.allSatisfy({ $0.count == series && $0.allSatisfy { $0 >= 0 } })
        else { return nil }
        self.series = series
        self.periods = periods
        self.horizon = horizon
        self.units = units
        self.numbers = numbers
        self.names = names
        self.groupings = groupings
        self.monthDays = monthDays
        self.season = season
        self.phase = phase
    }

    /// The panel as it was before a period; nil for none of its periods.
    public func cut(before period: Int) -> DemandPanel? {
        guard (1..<periods).contains(period) else { return nil }
        func shortened<Value>(_ values: [Value], _ width: Int, _ kept: Int) -> [Value] {
            var result: [Value] = []
            result.reserveCapacity(series * kept)
            for row in 0..<series { result += values[row * width..<row * width + kept] }
            return result
        }
        let (width, kept) = (periods + horizon, period + horizon)
        return DemandPanel(
            series: series, periods: period, horizon: horizon, units: shortened(units, periods, period),
            numbers: numbers.map {
                NumericDriver(name: $0.name, values: shortened($0.values, width, kept), isPrice: $0.isPrice)
            },
            names: names.map { NamedDriver(name: $0.name, codes: shortened($0.codes, width, kept)) },
            groupings: groupings, monthDays: monthDays.isEmpty ? [] : Array(monthDays[..<kept]), season: season,
            phase: phase)
    }
}

/// Runs `work` for 0 ..< `count`, on as many threads as the caller likes; returns when all are done.
///
/// Models get it from the shell, so that they know no threads themselves; results never depend on it.
public typealias Concurrently = @Sendable (_ count: Int, _ work: @Sendable (Int) -> Void) -> Void
