import Domain

/// What running out is expected to cost over a horizon, day by day and in all, if nothing more is ordered.
public struct StockLoss: Hashable, Sendable {
    /// One day's loss.
    public struct Day: Hashable, Sendable {
        /// Chance that demand has outrun supply by its end, 0…1.
        public let chance: Double
        /// Units expected to be lost on it.
        public let units: Double
        /// Units expected to be lost up to its end.
        public let unitsSoFar: Double
    }

    /// The days, 0 being the first whose demand is still to come.
    public let days: [Day]
    /// Revenue expected to be lost; nil where the price is not known or the sum does not fit.
    public let revenue: Money?
    /// Margin expected to be lost; nil where price or cost is not known or the sum does not fit.
    public let margin: Money?

    /// Units expected to be lost in all.
    public var units: Double { days.last?.unitsSoFar ?? 0 }

    /// The loss of a risk over its own horizon.
    ///
    /// - Parameters:
    ///   - risk: the risk.
    ///   - days: days to count, from the first; beyond the risk's horizon it ends there.
    ///   - price: selling price of one unit.
    ///   - cost: cost of one unit.
    ///   - currency: what both are in.
    public init(_ risk: StockRisk, days count: Int = .max, price: UnitPrice?, cost: UnitPrice?, currency: Currency) {
        var sum = 0.0
        days = zip(risk.chanceByDay, risk.lostByDay).prefix(max(0, count)).map { chance, units in
            sum += units
            return Day(chance: chance, units: units, unitsSoFar: sum)
        }
        let lost = sum
        func money(_ each: Double?) -> Money? {
            guard let each else { return nil }
            // Rounded once, at the end.
            let minor = each * lost * Double(FixedPoint.powers[currency.decimals])
            return abs(minor) < 9e15 ? Money(minor: Int64(minor.rounded()), currency: currency) : nil
        }
        revenue = money(price?.value)
        margin = money(price.flatMap { price in cost.map { price.value - $0.value } })
    }
}
