/// Whether an order that is due anyway should grow to a price break or beyond, and what that brings.
///
/// Buying q instead of the n that are needed saves later orders of n each: the j-th of them would have come j·n ÷ λ later,
/// so its units are held that much longer now. Against that stand the lower price, of all units or of those beyond the
/// break, and the fixed cost of the orders that are not placed. As the next order meets the same prices, the quantity taken is
/// the one that gains most per unit bought, not in all.
public struct StepUp: Hashable, Sendable {
    /// Units to order: the need, or more.
    public let quantity: Int64
    /// Money saved on the price, against buying the same units in orders of the need.
    public let saved: Double
    /// Money saved on orders not placed.
    public let ordersSaved: Double
    /// Money for holding what is bought early.
    public let carried: Double

    /// What it brings altogether; 0 where the need alone is ordered.
    public var gain: Double { saved + ordersSaved - carried }

    /// The quantity from `need` up that gains most per unit.
    ///
    /// - Parameters:
    ///   - need: units that are ordered anyway, ≥ 1, in whole packs.
    ///   - prices: the supplier's prices.
    ///   - demandRate: units per day, > 0.
    ///   - holdingRate: money a day for each money's worth held, > 0.
    ///   - fixedCost: money per order, ≥ 0.
    ///   - pack: units in a pack, ≥ 1.
    ///   - maximum: most units that may be bought, such as what sells before it expires; nil for no limit.
    /// - Returns: nil where a number is out of range.
    public init?(
        need: Int64, prices: PriceBreaks, demandRate: Double, holdingRate: Double, fixedCost: Double = 0,
        pack: Int64 = 1, maximum: Int64? = nil
    ) {
        guard need >= 1, pack >= 1, demandRate > 0, demandRate.isFinite, holdingRate > 0, holdingRate.isFinite,
            fixedCost >= 0, fixedCost.isFinite
        else { return nil }
        let lot = Double(need)
        let unitCost = prices.total(lot) / lot
        var best = (quantity: need, saved: 0.0, orders: 0.0, carried: 0.0)
        for (index, step) in prices.steps.enumerated() where step.from > need {
            var most = maximum ?? PackRange.limit
            if index + 1 < prices.steps.count { most = min(most, prices.steps[index + 1].from - 1) }
            guard let range = PackRange(pack: pack, minimum: step.from, maximum: most) else { continue }
            // Over whole lots the gain per unit is that of the economic order, single-peaked; between them it is a straight
            // line ÷ q and peaks at an end.
            let intercept = prices.total(Double(step.from)) - step.unitCost * Double(step.from)
            let held = holdingRate * unitCost / demandRate
            let lots = ((2 * (fixedCost + max(0, intercept)) / held).squareRoot() / lot).rounded(.down)
            let ends = [lots * lot, (lots + 1) * lot].flatMap { quantity in
                [range.neighbours(of: quantity).below, range.neighbours(of: quantity).above]
            }
            for quantity in [range.least] + ends {
                let trial = StepUp.terms(
                    quantity: quantity, lot: lot, prices: prices, held: held, fixedCost: fixedCost)
                let gain = trial.saved + trial.orders - trial.carried
                if gain * Double(best.quantity) > (best.saved + best.orders - best.carried) * Double(quantity) {
                    best = (quantity, trial.saved, trial.orders, trial.carried)
                }
            }
        }
        (quantity, self.saved, ordersSaved, carried) = best
    }

    /// - Parameter held: money a day for holding one unit, ÷ units sold a day.
    private static func terms(
        quantity: Int64, lot: Double, prices: PriceBreaks, held: Double, fixedCost: Double
    ) -> (saved: Double, orders: Double, carried: Double) {
        let extra = Double(quantity) - lot
        let whole = (extra / lot).rounded(.down)
        // Whole lots wait 1, 2, … cycles longer, the rest one cycle more than the last of them.
        let cycles = lot * whole * (whole + 1) / 2 + (extra - whole * lot) * (whole + 1)
        let saved = prices.total(lot) / lot * Double(quantity) - prices.total(Double(quantity))
        return (saved, fixedCost * extra / lot, held * cycles * lot)
    }
}
