/// One series with the names of its periods: what an explanation is made from, wherever the series comes from.
public struct ExplainedSeries: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// What each period of the history is called, and after them each period of the horizon.
    public var labels: [String]
    /// Demand of each period of the history, ≥ 0; 0 where it was not observed.
    public var units: [Double]
    /// Share of each period that was seen, 0…1; as long as `units`.
    public var inStock: [Double]
    /// Periods in each season, the one for models that take one first; empty for none.
    public var seasons: [Int]
    /// Periods from the end of the history to the first that is asked for.
    public var ahead: Int

    /// A series.
    public init(
        name: String, labels: [String], units: [Double], inStock: [Double], seasons: [Int] = [], ahead: Int = 0
    ) {
        self.name = name
        self.labels = labels
        self.units = units
        self.inStock = inStock
        self.seasons = seasons
        self.ahead = ahead
    }
}
