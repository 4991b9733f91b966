import Domain

/// What a metric's number is.
public enum MetricUnit: String, Sendable, CaseIterable {
    /// An amount in the shop's currency.
    case money
    /// Pieces of products.
    case units
    /// Things counted: orders, visits, tickets.
    case count
    /// A part of a whole, shown in per cent.
    case share
    /// A number of times, of days, of hours: shown as it is.
    case ratio, days, hours
}

/// A figure that is defined once: what it counts, over which facts, and what it is called.
public struct Metric: Sendable {
    /// How it is made.
    public enum Kind: Sendable {
        /// The sum of an expression over the facts of a relation for which a condition holds.
        case sum(relation: MetricRelation, value: Expression, condition: Expression?)
        /// What stands at the end of each period: of stock, what is on the shelf; of anything else, the sum since the start.
        case cumulative(relation: MetricRelation, value: Expression, condition: Expression?)
        /// One metric over another.
        case ratio(String, over: String)
        /// Of those that did the first thing, the share that did the second.
        case conversion(from: String, to: String)
        /// An expression over other metrics, named in this order.
        case derived(Expression, of: [String])
    }

    /// Its name: small letters and underscores.
    public var name: String
    /// What people call it.
    public var title: String
    /// What it means, in words that a manager understands.
    public var words: String
    /// What its number is.
    public var unit: MetricUnit
    /// How it is made.
    public var kind: Kind
    /// Where it was declared, for messages.
    public var source: String

    /// A metric.
    public init(name: String, title: String, words: String, unit: MetricUnit, kind: Kind, source: String) {
        self.name = name
        self.title = title
        self.words = words
        self.unit = unit
        self.kind = kind
        self.source = source
    }

    /// The word of its kind.
    public var kindName: String {
        switch kind {
        case .sum: "sum"
        case .cumulative: "cumulative"
        case .ratio: "ratio"
        case .conversion: "conversion"
        case .derived: "derived"
        }
    }

    /// The metrics that it is made of.
    public var inputs: [String] {
        switch kind {
        case .sum, .cumulative: []
        case .ratio(let a, let b), .conversion(let a, let b): [a, b]
        case .derived(_, let names): names
        }
    }
}

/// How long the periods of a series are.
public enum MetricGrain: String, Sendable, CaseIterable {
    case day, week, month, quarter, year
    /// Those of the shop's retail calendar; where it has none, its months, and quarters and years from its first month.
    case fiscalMonth = "fiscal-month"
    case fiscalQuarter = "fiscal-quarter"
    case fiscalYear = "fiscal-year"

    /// The first day of the period that a day falls in.
    public func start(of day: Day, yearStart: FiscalYear = 1) -> Day {
        let civil = day.civil
        switch self {
        case .day: return day
        case .week: return day.advanced(by: -((Int(day.number) + 3) % 7 + 7) % 7)
        case .month: return Day(year: civil.year, month: civil.month, day: 1) ?? day
        case .quarter, .year:
            let length = self == .quarter ? 3 : 12
            let since = ((civil.month - yearStart.firstMonth) % 12 + 12) % 12
            let back = since % length
            let month = civil.month - back
            return Day(year: month < 1 ? civil.year - 1 : civil.year, month: month < 1 ? month + 12 : month, day: 1)
                ?? day
        case .fiscalMonth: return yearStart.month(of: day)?.lowerBound ?? MetricGrain.month.start(of: day)
        case .fiscalQuarter:
            return yearStart.quarter(of: day) ?? MetricGrain.quarter.start(of: day, yearStart: yearStart)
        case .fiscalYear: return yearStart.year(of: day) ?? MetricGrain.year.start(of: day, yearStart: yearStart)
        }
    }
}

/// What is asked of a metric.
public struct MetricQuery: Sendable {
    /// The first and the last day.
    public var days: ClosedRange<Day>
    /// How long the periods are; nil for one figure over all days.
    public var grain: MetricGrain?
    /// What rows are told apart by, besides the period.
    public var dimensions: [String]
    /// Which facts count, over dimensions; nil for all.
    public var condition: String?
    /// When the shop's year begins, and how it is cut.
    public var yearStart: FiscalYear

    /// A question.
    public init(
        days: ClosedRange<Day>, grain: MetricGrain? = nil, dimensions: [String] = [], condition: String? = nil,
        yearStart: FiscalYear = 1
    ) {
        self.days = days
        self.grain = grain
        self.dimensions = dimensions
        self.condition = condition
        self.yearStart = yearStart
    }
}
