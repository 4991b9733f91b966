import Numerics

/// What a policy does for customers and to the shelf, against a count of demand.
///
/// The three measures of service answer different questions, and the same stock gives different figures: how often a
/// cycle passes without running out, what share of units is served at once, and how often there is something to serve from.
public struct ServiceMeasures: Hashable, Sendable {
    /// Chance that a cycle ends without a unit short, 0…1 (type 1, P1).
    public let cycleService: Double
    /// Share of the units asked for that are served from the shelf, 0…1 (type 2, P2).
    public let fillRate: Double
    /// Share of time in which there is stock on the shelf, 0…1 (type 3, P3).
    public let readyRate: Double
    /// Units that wait at any time, on average.
    public let backorders: Double
    /// Units on the shelf at any time, on average.
    public let onHand: Double

    /// A base stock under continuous review: each unit asked for is ordered again at once.
    ///
    /// A unit is served if fewer than `level` were asked for in the lead time before it; so the fill rate equals the ready
    /// rate. A cycle is one such lead time.
    ///
    /// - Parameters:
    ///   - level: the base stock, units.
    ///   - leadTimeDemand: demand over a lead time.
    public init(baseStock level: Int64, leadTimeDemand: CountDistribution) {
        let units = Double(level)
        let short = leadTimeDemand.lossAbove(units)
        let ready = leadTimeDemand.cumulative(units - 1)
        self.init(
            cycleService: leadTimeDemand.cumulative(units), fillRate: ready, readyRate: ready, backorders: short,
            onHand: units - leadTimeDemand.mean + short)
    }

    /// An order of `quantity` units whenever the position falls below `reorderPoint`, under continuous review and demand by
    /// single units: the position is uniform on reorderPoint … reorderPoint + quantity − 1 (Hadley & Whitin 1963).
    ///
    /// Nil unless the quantity is in 1…10,000,000.
    public init?(reorderPoint: Int64, quantity: Int64, leadTimeDemand: CountDistribution) {
        guard (1...10_000_000).contains(quantity), reorderPoint < 1 << 60, reorderPoint > -(1 << 60) else { return nil }
        var (ready, short) = (0.0, 0.0)
        for position in reorderPoint..<(reorderPoint + quantity) {
            ready += leadTimeDemand.cumulative(Double(position - 1))
            short += leadTimeDemand.lossAbove(Double(position))
        }
        let count = Double(quantity)
        let middle = Double(reorderPoint) + (count - 1) / 2
        self.init(
            cycleService: leadTimeDemand.cumulative(Double(reorderPoint - 1)), fillRate: ready / count,
            readyRate: ready / count, backorders: short / count, onHand: middle - leadTimeDemand.mean + short / count)
    }

    /// Ordering up to `orderUpTo` at every review at which the position lies below `reorderPoint`; the two equal for
    /// ordering up at every review. Orders are placed before the period's demand; figures are at the end of a period, the
    /// ready rate of its beginning and its end alike.
    ///
    /// The position's long-run law is that of the renewal process of demand below S. Short in a period is what is short at
    /// its end beyond what was short at its beginning, so no unit is counted twice (Silver, Pyke & Peterson, 3rd ed.,
    /// section 7.9; Johnson, Lee, Davis & Hall, "Expressions for item fill rates", IIE Transactions 27, 1995).
    ///
    /// - Parameters:
    ///   - reorderPoint: position strictly below which it is ordered, units.
    ///   - orderUpTo: position up to which it is ordered, units, ≥ `reorderPoint`.
    ///   - periodDemand: demand between two reviews.
    ///   - leadTimeDemand: demand over the lead time alone; independent of the period's.
    /// - Returns: nil where nothing is ever asked for, or the levels are out of order or more than
    ///   `MinMaxPolicy.maximumSpan` grid steps apart.
    public init?(
        reorderPoint: Int64, orderUpTo: Int64, periodDemand: CountDistribution, leadTimeDemand: CountDistribution
    ) {
        guard
            let shares = MinMaxPolicy.positions(
                reorderPoint: reorderPoint, orderUpTo: orderUpTo, periodDemand: periodDemand)
        else { return nil }
        let protection = leadTimeDemand.convolved(with: periodDemand)
        var (cycle, before, after, ready, level) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for (index, share) in shares.enumerated() {
            let position = Double(orderUpTo) - Double(index * periodDemand.step)
            cycle += share * protection.cumulative(position)
            before += share * leadTimeDemand.lossAbove(position)
            after += share * protection.lossAbove(position)
            ready += share * (leadTimeDemand.cumulative(position - 1) + protection.cumulative(position - 1)) / 2
            level += share * position
        }
        self.init(
            cycleService: min(1, cycle), fillRate: min(1, max(0, 1 - (after - before) / periodDemand.mean)),
            readyRate: min(1, ready), backorders: after, onHand: max(0, level - protection.mean + after))
    }

    private init(cycleService: Double, fillRate: Double, readyRate: Double, backorders: Double, onHand: Double) {
        self.cycleService = cycleService
        self.fillRate = fillRate
        self.readyRate = readyRate
        self.backorders = backorders
        self.onHand = onHand
    }
}
