/// Demand of whole periods from sales of the parts of them that were in stock.
public enum ExposureRate {
    /// Expected units of one whole period, Σ units ÷ Σ share: 5 units sold in 6 of 10 hours are 8.33 a period.
    ///
    /// The maximum likelihood estimate for Poisson demand at an even rate, whatever decided when stock ran out. It takes
    /// the rest of a period to be like the part that was seen; where the hour of the day matters, `RestoredDemand` knows.
    ///
    /// - Parameters:
    ///   - units: sold while in stock, ≥ 0.
    ///   - share: of each period with stock, 0…1; units of periods at 0 are left out.
    /// - Returns: nil where lengths differ, a value is out of range, or nothing was in stock.
    public static func rate(units: [Double], share: [Double]) -> Double? {
        guard units.count == share.count else { return nil }
        var sold = 0.0
        var seen = 0.0
        for (units, share) in zip(units, share) {
            guard units >= 0, units.isFinite, share >= 0, share <= 1 else { return nil }
            if share > 0 {
                sold += units
                seen += share
            }
        }
        guard seen > 0, sold.isFinite else { return nil }
        let rate = sold / seen
        return rate.isFinite ? rate : nil
    }
}
