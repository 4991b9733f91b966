/// How one product, or all of them, fared under one side in one draw.
struct ReplayFigures: Sendable {
    /// Units asked for, and those that the shelf could not serve.
    var asked = 0.0, short = 0.0
    /// Money in units of the currency: net revenue served, and margin of what was not.
    var revenue = 0.0, marginLost = 0.0
    /// Cost of what stood on the shelf and of what was on its way, mean of the days, units of the currency.
    var onHand = 0.0, inTransit = 0.0
    /// Order lines.
    var lines = 0.0
    /// Purchase orders: lines with one supplier on one day for one place, or as they were numbered.
    var orders = 0.0
    /// Days, of each product, that ended with an empty shelf.
    var daysOut = 0.0
    /// Units short by cause, in the order of `MissCause`.
    var causes = SIMD4<Double>.zero

    static func += (left: inout ReplayFigures, right: ReplayFigures) {
        left.asked += right.asked
        left.short += right.short
        left.revenue += right.revenue
        left.marginLost += right.marginLost
        left.onHand += right.onHand
        left.inTransit += right.inTransit
        left.lines += right.lines
        left.orders += right.orders
        left.daysOut += right.daysOut
        left.causes += right.causes
    }
}

/// A figure that sides are compared by.
enum ReplayMeasure: String, CaseIterable {
    case marginLost, unitsLost, revenue, capitalOnHand, capitalInTransit, orderLines

    var isMoney: Bool { self != .unitsLost && self != .orderLines }

    func of(_ figures: ReplayFigures) -> Double {
        switch self {
        case .marginLost: figures.marginLost
        case .unitsLost: figures.short
        case .revenue: figures.revenue
        case .capitalOnHand: figures.onHand
        case .capitalInTransit: figures.inTransit
        case .orderLines: figures.lines
        }
    }
}
