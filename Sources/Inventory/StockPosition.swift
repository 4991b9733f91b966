/// What one place has of a product, owes of it and is to receive.
public struct StockPosition: Hashable, Sendable {
    /// Units that are to arrive.
    public struct Arrival: Hashable, Sendable {
        /// Day on which they can be sold, 0 being the first whose demand is still to come; earlier days count as 0.
        public var day: Int
        /// Units still to come.
        public var quantity: Int64
        /// Whether they should have been here already.
        public var isOverdue: Bool
        /// Whether they count as supply; false for what nobody has confirmed.
        public var counts: Bool

        /// An arrival that is on time and counts unless said otherwise.
        public init(day: Int, quantity: Int64, isOverdue: Bool = false, counts: Bool = true) {
            self.day = day
            self.quantity = quantity
            self.isOverdue = isOverdue
            self.counts = counts
        }

        /// Whether a plan may lean on it: an overdue delivery has broken its word once.
        public var isSupply: Bool { counts && !isOverdue }
    }

    /// Units on the shelf that can be sold.
    public var onHand: Int64
    /// Units promised to customers and not yet shipped.
    public var committed: Int64
    /// Units owed to customers who wait for them, beyond those committed.
    public var backorders: Int64
    /// What is to come, in any order.
    public var arrivals: [Arrival]

    /// A position.
    public init(onHand: Int64, committed: Int64 = 0, backorders: Int64 = 0, arrivals: [Arrival] = []) {
        self.onHand = onHand
        self.committed = committed
        self.backorders = backorders
        self.arrivals = arrivals
    }

    /// Units free to be sold now; negative where more is owed than is there.
    public var available: Int64 { onHand.clampedMinus(committed).clampedMinus(backorders) }

    /// Units on order that count and arrive by `day`.
    public func onOrder(by day: Int) -> Int64 {
        var sum: Int64 = 0
        for arrival in arrivals where arrival.isSupply && arrival.day <= day { sum = sum.clampedPlus(arrival.quantity) }
        return sum
    }

    /// Inventory position: available, and what counts and arrives by `day`. What comes later cannot cover demand before.
    public func position(by day: Int) -> Int64 { available.clampedPlus(onOrder(by: day)) }

    /// Units that will have been available by each of the days 0 ..< `days`, if nothing is sold: a rising staircase.
    func supply(days: Int) -> [Int64] {
        var curve = [Int64](repeating: 0, count: days)
        for arrival in arrivals where arrival.isSupply && arrival.day < days {
            let day = max(0, arrival.day)
            curve[day] = curve[day].clampedPlus(arrival.quantity)
        }
        var sum = available
        for day in 0..<days {
            sum = sum.clampedPlus(curve[day])
            curve[day] = sum
        }
        return curve
    }
}

extension Int64 {
    /// The sum, or the nearest number that fits.
    func clampedPlus(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other > 0 ? .max : .min) : sum
    }

    /// The difference, or the nearest number that fits.
    func clampedMinus(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other > 0 ? .min : .max) : difference
    }
}
