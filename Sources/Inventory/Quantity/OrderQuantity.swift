/// How much to order, and every step from the need to the quantity.
public struct OrderQuantity: Hashable, Sendable {
    /// Units to order: 0, or a multiple of the pack, at least the minimum and at most the maximum.
    public let quantity: Int64
    /// Units from the position up to the order-up-to level; 0 where the position is not below the reorder point.
    public let need: Int64
    /// What rounding to whole packs added; negative where it rounded down.
    public let addedByPack: Int64
    /// What the minimum order added, in whole packs.
    public let addedByMinimum: Int64
    /// What the maximum order took away, in whole packs.
    public let cutByMaximum: Int64

    /// The order for a position.
    ///
    /// Nothing is ordered at the reorder point itself: only strictly below it, so that a plan that has just ordered up
    /// proposes nothing more.
    ///
    /// - Parameters:
    ///   - position: units available and on order.
    ///   - reorderPoint: position strictly below which it is ordered.
    ///   - orderUpTo: position up to which it is ordered.
    ///   - pack: units in a pack, ≥ 1.
    ///   - minimum: least units on an order line, ≥ 0.
    ///   - maximum: most units on an order line; nil for no limit. Packs that would pass it are left out.
    ///   - rounding: how the need becomes whole packs. A need that is rounded down to nothing is no order, whatever the
    ///     minimum.
    /// - Throws: `.terms` where pack, minimum or maximum is out of range, no whole packs lie between the two, or the
    ///   quantity does not fit 64 bits.
    public init(
        position: Int64, reorderPoint: Int64, orderUpTo: Int64, pack: Int64 = 1, minimum: Int64 = 1,
        maximum: Int64? = nil, rounding: PackRounding = .up
    ) throws(InventoryError) {
        guard pack >= 1, minimum >= 0 else {
            throw InventoryError(.terms, "a pack of \(pack) and a minimum of \(minimum) units; give at least 1 and 0")
        }
        guard position < reorderPoint, orderUpTo > position else {
            self.init(quantity: 0, need: 0, addedByPack: 0, addedByMinimum: 0, cutByMaximum: 0)
            return
        }
        let (need, overflow) = orderUpTo.subtractingReportingOverflow(position)
        guard !overflow, let packed = rounding(need, pack: pack), let least = PackRounding.up(minimum, pack: pack)
        else {
            throw InventoryError(
                .terms, "an order from \(position) up to \(orderUpTo) units is too large; check the stock")
        }
        let wanted = packed == 0 ? 0 : max(packed, least)
        var quantity = wanted
        if let maximum {
            guard let most = PackRounding.down(max(0, maximum), pack: pack), most >= max(least, pack) else {
                throw InventoryError(
                    .terms,
                    "no packs of \(pack) lie between a minimum of \(minimum) and a maximum of \(maximum) units; change one"
                )
            }
            quantity = min(wanted, most)
        }
        self.init(
            quantity: quantity, need: need, addedByPack: packed - need, addedByMinimum: wanted - packed,
            cutByMaximum: wanted - quantity)
    }

    private init(quantity: Int64, need: Int64, addedByPack: Int64, addedByMinimum: Int64, cutByMaximum: Int64) {
        self.quantity = quantity
        self.need = need
        self.addedByPack = addedByPack
        self.addedByMinimum = addedByMinimum
        self.cutByMaximum = cutByMaximum
    }
}
