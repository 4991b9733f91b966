/// The order quantity for steady demand where what arrives is not what was ordered: breakage, short shipments, rejects.
///
/// Snyder & Shen, "Fundamentals of Supply Chain Theory", 2nd ed., section 9.4, after Silver, "Establishing the order quantity
/// when the amount received is uncertain", INFOR 14 (1976). A cycle lasts as long as what arrived, so its holding goes
/// with the square of that.
public enum YieldUncertainty {
    /// What arrives is the order and a random amount Y more or less: Q* = √(2Kλ ÷ h + Var Y) − E[Y].
    ///
    /// - Parameters:
    ///   - fixedCost: money per order, > 0.
    ///   - holdingCost: money per unit held for the span, > 0.
    ///   - demandRate: units per span, > 0.
    ///   - mean: expected units more than ordered; negative where some are missing.
    ///   - deviation: their standard deviation, ≥ 0.
    /// - Returns: units to order and money per span; nil where a number is out of range or the order would not be positive.
    public static func additive(
        fixedCost: Double, holdingCost: Double, demandRate: Double, mean: Double, deviation: Double
    ) -> (quantity: Double, cost: Double)? {
        guard fixedCost > 0, holdingCost > 0, demandRate > 0, mean.isFinite, deviation >= 0 else { return nil }
        let variance = deviation * deviation
        let received = (2 * fixedCost * demandRate / holdingCost + variance).squareRoot()
        let cost = (fixedCost * demandRate + holdingCost * (variance + received * received) / 2) / received
        guard received.isFinite, received - mean > 0, cost.isFinite else { return nil }
        return (received - mean, cost)
    }

    /// What arrives is a random share Z of the order: Q* = √(2Kλ ÷ (h·(E[Z]² + Var Z))).
    ///
    /// - Parameters:
    ///   - fixedCost: money per order, > 0.
    ///   - holdingCost: money per unit held for the span, > 0.
    ///   - demandRate: units per span, > 0.
    ///   - mean: expected share, > 0.
    ///   - deviation: its standard deviation, ≥ 0.
    /// - Returns: units to order and money per span; nil where a number is out of range.
    public static func multiplicative(
        fixedCost: Double, holdingCost: Double, demandRate: Double, mean: Double, deviation: Double
    ) -> (quantity: Double, cost: Double)? {
        guard fixedCost > 0, holdingCost > 0, demandRate > 0, mean > 0, deviation >= 0 else { return nil }
        let square = mean * mean + deviation * deviation
        let quantity = (2 * fixedCost * demandRate / (holdingCost * square)).squareRoot()
        let cost =
            (fixedCost * demandRate + holdingCost * quantity * quantity * square / 2) / (quantity * mean)
        return quantity.isFinite && quantity > 0 && cost.isFinite ? (quantity, cost) : nil
    }
}
