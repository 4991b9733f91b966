/// How one product at one place fared, day by day.
///
/// In units, opening stock + arrived = served + closing stock, where served is what was asked for and not short, and what
/// customers had waited for.
public struct ReplayCourse: Hashable, Sendable {
    /// Order lines of one day.
    public struct Ordered: Hashable, Sendable {
        /// The day.
        public let day: Int
        /// How many lines.
        public let lines: Int
    }

    /// Units on the shelf at the end of each day.
    public internal(set) var onHand: [Int64]
    /// Units on their way at the end of each day.
    public internal(set) var inTransit: [Int64]
    /// Units that arrived on each day.
    public internal(set) var arrived: [Int64]
    /// Units asked for on each day that the shelf could not serve.
    public internal(set) var short: [Int64]
    /// Of the units short on each day, those that would have been served had all come that was promised by then.
    public internal(set) var late: [Int64]
    /// What was ordered, by day.
    public internal(set) var orders: [Ordered] = []
    /// Units owed to customers in the end.
    public internal(set) var owed: Int64 = 0

    init(days: Int) {
        onHand = [Int64](repeating: 0, count: days)
        inTransit = onHand
        arrived = onHand
        short = onHand
        late = onHand
    }

    /// Days that ended with nothing on the shelf.
    public var daysOut: Int { onHand.count { $0 == 0 } }
    /// Units that the shelf could not serve.
    public var unitsShort: Int64 { short.reduce(0) { $0.clampedPlus($1) } }
    /// Order lines.
    public var lines: Int { orders.reduce(0) { $0 + $1.lines } }
}
