import Numerics

/// Goods that expire: how many to order so that they sell first, and what of an order will not.
///
/// Older stock leaves first and demand beyond it is lost, so of an order of q that arrives when L units are left and can be
/// sold for a run of days with demand D, q − (D − L)⁺ units expire if that is positive. Demand before and after the
/// arrival is taken as independent.
public struct ShelfLife: Sendable {
    private let left: Leftover
    private let demand: CountDistribution

    /// - Parameters:
    ///   - stock: units free now and arriving before the order.
    ///   - before: demand from now until the order arrives.
    ///   - during: demand from the arrival until the order's units expire.
    public init(stock: Int64, before: CountDistribution, during: CountDistribution) {
        left = Leftover(of: stock, after: before)
        demand = during
    }

    /// Chance that all of an order sells before it expires, 0…1; never rising with the order.
    public func chanceOfSelling(_ units: Int64) -> Double {
        guard units > 0 else { return 1 }
        return min(1, left.mean { 1 - demand.cumulative($0 + Double(units) - 1) })
    }

    /// Units of an order expected to expire unsold.
    public func expired(_ units: Int64) -> Double {
        let ordered = Double(max(0, units))
        // What sells of it is what is asked for beyond the old stock, as far as the order lasts.
        return max(0, ordered - left.shortage(demand, with: 0) + left.shortage(demand, with: ordered))
    }

    /// The largest order that sells before it expires with at least this chance, in whole packs; 0 where not even a pack
    /// does, or a number is out of range.
    ///
    /// - Parameters:
    ///   - chance: above 0, at most 1.
    ///   - pack: units in a pack, ≥ 1.
    public func largestOrder(chance: Double, pack: Int64 = 1) -> Int64 {
        guard chance > 0, chance <= 1, pack >= 1 else { return 0 }
        var (low, high) = (Int64(0), Int64(demand.maximum) / pack + 1)
        while low < high {
            let middle = low + (high - low + 1) / 2
            let (units, overflow) = middle.multipliedReportingOverflow(by: pack)
            // The sum of the chances rounds; what they miss of one by that is not a miss.
            if !overflow, chanceOfSelling(units) >= chance - 1e-12 { low = middle } else { high = middle - 1 }
        }
        return low * pack
    }
}
