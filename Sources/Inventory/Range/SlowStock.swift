import Domain

/// How a stock stands against what it sells, and the cash that lies in it.
public struct SlowStock: Hashable, Sendable {
    /// Where a stock stands.
    public enum Standing: String, Sendable, CaseIterable {
        /// None there, or all of it sells in time.
        case healthy
        /// Some of it lies beyond what is needed.
        case excess
        /// It sells, but takes longer than anyone plans for.
        case slow
        /// Nothing was sold for so long that nothing can be expected.
        case dead
    }

    /// Where it stands; the worst that applies.
    public let standing: Standing
    /// Units that should not be there: all of a dead stock, else what `ExcessStock` says.
    public let units: Int64
    /// Cash in those units, minor units; nil where the cost is not known or the sum does not fit.
    public let cash: Money?
    /// Days until all of it is sold; nil where nothing sells.
    public let daysOfCover: Double?

    /// - Parameters:
    ///   - onHand: units on the shelf; what is below 0 counts as none.
    ///   - onOrder: units to come, which count as needed first.
    ///   - orderUpTo: the order-up-to level; nil for what is not reordered.
    ///   - dailyDemand: expected units a day; what is not finite counts as none.
    ///   - daysSinceSale: days since a unit was sold, or since it was first there where none was; nil for unknown.
    ///   - cost: cost of one unit.
    ///   - currency: what the cash is in.
    ///   - slowAfter: days of cover beyond which a stock is slow.
    ///   - deadAfter: days without a sale after which it is dead.
    public init(
        onHand: Int64, onOrder: Int64 = 0, orderUpTo: Int64?, dailyDemand: Double, daysSinceSale: Int?,
        cost: UnitPrice?, currency: Currency, slowAfter: Double = 180, deadAfter: Int = 180
    ) {
        let stock = max(0, onHand)
        let rate = dailyDemand.isFinite ? max(0, dailyDemand) : 0
        daysOfCover = stock == 0 ? 0 : rate > 0 ? Double(stock) / rate : nil
        let position = stock.clampedPlus(max(0, onOrder))
        let beyond = min(stock, ExcessStock.units(position: position, orderUpTo: orderUpTo, dailyDemand: rate))
        let isDead = stock > 0 && daysSinceSale.map { $0 >= deadAfter } ?? false
        let isSlow = beyond > 0 && daysOfCover ?? .infinity > slowAfter
        standing = isDead ? .dead : isSlow ? .slow : beyond > 0 ? .excess : .healthy
        let surplus = isDead ? stock : beyond
        units = surplus
        cash = cost.flatMap { $0.total(surplus, currency: currency) }.map { Money(minor: $0, currency: currency) }
    }
}
