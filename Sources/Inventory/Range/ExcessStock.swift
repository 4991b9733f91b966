/// Stock beyond any use that is in sight.
public enum ExcessStock {
    /// Days of demand that nobody calls excess.
    public static let horizon = 90.0

    /// Units of an inventory position beyond the greater of its order-up-to level and 90 days of expected demand; for
    /// what is not reordered, beyond 90 days of demand alone.
    ///
    /// Units above the maximum level are what inventory management calls excess (Silver, Pyke and Thomas, *Inventory and
    /// Production Management in Supply Chains*, 4th ed., section 8.5); the days keep a slow mover's single pack from
    /// counting.
    ///
    /// - Parameters:
    ///   - position: available and on order, units.
    ///   - orderUpTo: the order-up-to level; nil for what is not reordered.
    ///   - dailyDemand: expected units a day; what is not finite counts as none.
    /// - Returns: units, 0 or more.
    public static func units(position: Int64, orderUpTo: Int64?, dailyDemand: Double) -> Int64 {
        let sold = dailyDemand.isFinite ? max(0, dailyDemand) * horizon : 0
        let needed = max(orderUpTo ?? 0, Int64(min(1e15, sold.rounded(.up))))
        return max(0, position.clampedMinus(needed))
    }
}
