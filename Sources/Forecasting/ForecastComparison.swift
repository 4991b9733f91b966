import Numerics

/// Two forecasts of the same days against what came: one that was set, and the one that would have stood without it.
public struct ForecastComparison: Sendable, Hashable {
    /// Days compared, > 0.
    public let days: Int
    /// Sum of |forecast − actual| of what was set, units.
    public let error: Double
    /// As above, of the forecast that would have stood.
    public let errorWithout: Double
    /// Error of what was set over all that came (`Accuracy.wape`); nil where nothing came.
    public let wape: Double?
    /// As above, of the forecast that would have stood.
    public let wapeWithout: Double?
    /// Relative bias of what was set, positive when it was too high (`Accuracy.bias`); nil where nothing came.
    public let bias: Double?
    /// As above, of the forecast that would have stood.
    public let biasWithout: Double?

    /// Units of error that what was set has saved; negative where it made the error larger.
    public var saved: Double { errorWithout - error }

    /// What came, what was set and what would have stood, one element a day each, units.
    ///
    /// Nil where the arrays are empty or of different lengths, or a number is not finite.
    public init?(actual: [Double], set: [Double], without: [Double]) {
        guard !actual.isEmpty, actual.count == set.count, actual.count == without.count else { return nil }
        var (error, errorWithout) = (0.0, 0.0)
        for day in actual.indices {
            error += abs(set[day] - actual[day])
            errorWithout += abs(without[day] - actual[day])
        }
        guard error.isFinite, errorWithout.isFinite else { return nil }
        days = actual.count
        self.error = error
        self.errorWithout = errorWithout
        wape = Accuracy.wape(actual: actual, forecast: set)
        wapeWithout = Accuracy.wape(actual: actual, forecast: without)
        bias = Accuracy.bias(actual: actual, forecast: set)
        biasWithout = Accuracy.bias(actual: actual, forecast: without)
    }
}
