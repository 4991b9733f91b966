import Domain

/// One figure of an answer.
public struct MetricRow: Sendable, Equatable {
    /// The first day of its period; nil where none was asked for.
    public var period: Day?
    /// The values of the dimensions, in their order; nil where a fact has none.
    public var labels: [String?]
    /// The figure: money in millionths of the currency; nil where it cannot be known.
    public var value: Double?

    /// A figure.
    public init(period: Day?, labels: [String?], value: Double?) {
        self.period = period
        self.labels = labels
        self.value = value
    }
}

/// The figures of an answer, by period, then labels.
///
/// They lie in flat arrays, one element a figure: a year of every product is more than a million of them.
public struct MetricRows: RandomAccessCollection, Sendable {
    /// The values of the dimensions, in their order, once each.
    public let labels: [[String?]]
    /// Of each figure, which of `labels`.
    public let label: [Int32]
    /// Of each figure, the number of its period's first day; empty where no periods were asked for.
    public let period: [Int32]
    /// Each figure: money in millionths of the currency; NaN where it cannot be known.
    public let value: [Double]

    /// As `Collection` says.
    public var startIndex: Int { 0 }
    /// As `Collection` says.
    public var endIndex: Int { value.count }

    /// A figure.
    public subscript(place: Int) -> MetricRow {
        MetricRow(
            period: period.isEmpty ? nil : Day(number: period[place]), labels: labels[Int(label[place])],
            value: value[place].isNaN ? nil : value[place])
    }
}
