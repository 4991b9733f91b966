/// Methods for demand that comes seldom: size and interval, or size and chance, smoothed apart; or sums over several
/// periods smoothed instead of single ones.
///
/// All forecast from the first demand on, whose interval counts from the beginning of the series: what a method does
/// before it knows anything changes its answer by up to a half. Demand is units per period, ≥ 0. NaN is not observed, and
/// such periods are passed over as if they had not been.
public enum Intermittent {
    /// Place of the first demand; nil where there is none, or a value is negative or infinite.
    static func firstDemand(_ units: [Double]) -> Int? {
        var first = Int?.none
        for (t, value) in units.enumerated() {
            guard !(value < 0), !value.isInfinite else { return nil }
            if first == nil, value > 0 { first = t }
        }
        return first
    }

    /// Periods from each demand to the one before it; the first from the beginning.
    static func intervals(_ units: [Double]) -> [Double] {
        var intervals: [Double] = []
        var since = 0.0
        for value in units {
            since += 1
            guard value > 0 else { continue }
            intervals.append(since)
            since = 0
        }
        return intervals
    }
}
