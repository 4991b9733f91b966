/// How much to order, and every step from the need to the quantity.
public struct OrderQuantity: Hashable, Sendable {
    /// Units to order: 0, or a multiple of the pack and at least the minimum.
    public let quantity: Int64
    /// Units from the position up to the order-up-to level; 0 where the position is not below the reorder point.
    public let need: Int64
    /// What rounding to whole packs added.
    public let addedByPack: Int64
    /// What the minimum order added, in whole packs.
    public let addedByMinimum: Int64

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
    /// - Throws: `.terms` where pack or minimum is out of range, or the quantity does not fit 64 bits.
    public init(
        position: Int64, reorderPoint: Int64, orderUpTo: Int64, pack: Int64 = 1, minimum: Int64 = 1
    ) throws(InventoryError) {
        guard pack >= 1, minimum >= 0 else {
            throw InventoryError(.terms, "a pack of \(pack) and a minimum of \(minimum) units; give at least 1 and 0")
        }
        guard position < reorderPoint, orderUpTo > position else {
            self.init(quantity: 0, need: 0, addedByPack: 0, addedByMinimum: 0)
            return
        }
        let (need, overflow) = orderUpTo.subtractingReportingOverflow(position)
        guard !overflow, let packed = OrderQuantity.roundedUp(need, to: pack),
            let least = OrderQuantity.roundedUp(minimum, to: pack)
        else {
            throw InventoryError(
                .terms, "an order from \(position) up to \(orderUpTo) units is too large; check the stock")
        }
        let quantity = max(packed, least)
        self.init(
            quantity: quantity, need: need, addedByPack: packed - need, addedByMinimum: quantity - packed)
    }

    private init(quantity: Int64, need: Int64, addedByPack: Int64, addedByMinimum: Int64) {
        self.quantity = quantity
        self.need = need
        self.addedByPack = addedByPack
        self.addedByMinimum = addedByMinimum
    }

    private static func roundedUp(_ units: Int64, to pack: Int64) -> Int64? {
        let packs = units / pack + (units % pack == 0 ? 0 : 1)
        let (rounded, overflow) = packs.multipliedReportingOverflow(by: pack)
        return overflow ? nil : rounded
    }
}
