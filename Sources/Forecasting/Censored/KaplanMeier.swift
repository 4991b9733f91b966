/// The product-limit estimate of how demand is distributed where stock sometimes ran out: no law is assumed.
///
/// Kaplan & Meier, "Nonparametric estimation from incomplete observations", JASA 53 (1958). A period that ran out at c says
/// that demand was more than c, after all that were seen to ask for just c. Beyond the largest value that ran out, the
/// estimate says nothing (Zhang & Hua, JSEA 2, 2009); it then ends above 0.
public struct KaplanMeier: Sendable, Hashable {
    /// The values at which demand was seen, ascending, units.
    public let values: [Double]
    /// P(D > value), falling, one for each value, 0…1.
    public let survival: [Double]

    /// The estimate from periods' units.
    ///
    /// Nil where lengths differ, a value is negative or not finite, or no period was seen whole.
    ///
    /// - Parameters:
    ///   - units: sold in each period.
    ///   - isCensored: whether stock ran out in it.
    public init?(units: [Double], isCensored: [Bool]) {
        guard units.count == isCensored.count, units.allSatisfy({ $0 >= 0 && $0.isFinite }) else { return nil }
        let order = units.indices.sorted { units[$0] < units[$1] }
        var values: [Double] = []
        var survival: [Double] = []
        var alive = 1.0
        var start = 0
        while start < order.count {
            let value = units[order[start]]
            var end = start
            var seen = 0
            while end < order.count, units[order[end]] == value {
                if !isCensored[order[end]] { seen += 1 }
                end += 1
            }
            if seen > 0 {
                alive *= 1 - Double(seen) / Double(order.count - start)
                values.append(value)
                survival.append(alive)
            }
            start = end
        }
        guard !values.isEmpty else { return nil }
        self.values = values
        self.survival = survival
    }

    /// P(D > `x`), 0…1; nil beyond the last value where the estimate has not come down to 0, and for NaN.
    public func survival(at x: Double) -> Double? {
        guard !x.isNaN else { return nil }
        guard let last = values.last, let lowest = survival.last else { return nil }
        if x > last, lowest > 0 { return nil }
        var low = 0
        var high = values.count
        while low < high {
            let middle = (low + high) / 2
            if values[middle] <= x { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? 1 : survival[low - 1]
    }

    /// The least value with P(D ≤ value) ≥ `p`; nil where the data do not reach that far, or for p outside 0…1.
    public func quantile(_ p: Double) -> Double? {
        guard p >= 0, p <= 1 else { return nil }
        for (value, alive) in zip(values, survival) where alive <= 1 - p + 1e-12 { return value }
        return nil
    }

    /// Mean demand up to the last value seen, ∫ P(D > x) dx: a lower bound where the estimate does not reach 0.
    public var restrictedMean: Double {
        var mean = 0.0
        var alive = 1.0
        var from = 0.0
        for (value, next) in zip(values, survival) {
            mean += alive * (value - from)
            (alive, from) = (next, value)
        }
        return mean
    }
}
