/// What became of units that were kept on the shelf as a minimum.
///
/// They count from the first day on which they were all there. The lowest stock from then on tells how many of them were
/// drawn on; without them every day would have had so many units fewer.
public struct MinimumUse: Sendable, Hashable {
    /// Days from the first on which the minimum was there, to the last; 0 where it never was.
    public let days: Int
    /// Place of that first day among the days that were given; nil where it never was.
    public let firstDay: Int?
    /// Least units on the shelf on any of them; nil where there is none.
    public let lowest: Int64?
    /// Units of the minimum that were drawn on, 0…minimum.
    public let drawn: Int64
    /// Units of it that were never needed, 0…minimum; 0 where it was never there.
    public let undrawn: Int64
    /// Days with something on the shelf that would have ended with nothing.
    public let daysSaved: Int

    /// A minimum, and the units on the shelf at the end of each day, oldest first; below 0 counts as none.
    ///
    /// Nil where the minimum is below 0.
    public init?(minimum: Int64, stock: [Int64]) {
        guard minimum >= 0 else { return nil }
        guard let first = stock.firstIndex(where: { $0 >= minimum }) else {
            (days, firstDay, lowest, drawn, undrawn, daysSaved) = (0, nil, nil, 0, 0, 0)
            return
        }
        var lowest = Int64.max
        var saved = 0
        for units in stock[first...] {
            lowest = min(lowest, max(0, units))
            if units > 0, units <= minimum { saved += 1 }
        }
        days = stock.count - first
        firstDay = first
        self.lowest = lowest
        undrawn = min(minimum, lowest)
        drawn = minimum - undrawn
        daysSaved = saved
    }
}
