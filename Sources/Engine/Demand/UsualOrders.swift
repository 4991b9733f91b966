import Domain
import Forecasting
import Store

/// What of a product's orders is the demand to plan for: orders far larger than its others are single decisions of single
/// buyers, and count as one of the usual size.
struct UsualOrders {
    /// Largest order that still counts as usual, units; infinite where too few are known to tell.
    let limit: Double
    /// Size that a larger one is brought down to, units.
    let typical: Double

    /// Learned from the sizes of all orders of a product.
    init(_ sizes: [OrderSize]) {
        let found = OutsizeOrders(units: sizes.map(\.units))
        limit = found.limit
        typical = found.typical
    }

    init(limit: Double, typical: Double) {
        self.limit = limit
        self.typical = typical
    }

    /// Units of an order beyond the usual; 0 for a usual one.
    func excess(_ order: OrderSize) -> Double { order.units > limit ? order.units - typical : 0 }

    /// Takes outsize orders out of the demand of the days from `first` on.
    func clean(_ units: inout [Double], from first: Day, _ sizes: [OrderSize], pool: Int64) {
        guard limit.isFinite else { return }
        for order in sizes where order.pool == pool {
            let index = first.distance(to: order.day)
            guard units.indices.contains(index) else { continue }
            // Some of it may have been called off: what is left on the day is all that can be taken.
            units[index] = max(0, units[index] - excess(order))
        }
    }
}
