import Glibc
import Numerics

/// The (s, S) policy under periodic review: when the position lies below the reorder point, order up to S.
///
/// Among all policies with a fixed cost per order one of this form is the cheapest (Scarf, 1960).
public struct MinMaxPolicy: Hashable, Sendable {
    /// Position strictly below which it is ordered, units: one more than the s of texts that order at s itself.
    public let reorderPoint: Int64
    /// Position up to which it is ordered, S ≥ `reorderPoint`.
    public let orderUpTo: Int64
    /// Expected cost per period.
    public let cost: Double

    /// Most grid points that the search may span; a wider one is refused.
    public static let maximumSpan = 8192

    /// The exact policy of least average cost, for any distribution of whole units that is independent between periods.
    ///
    /// Zheng & Federgruen, "Finding optimal (s, S) policies is about as simple as evaluating a single policy", Operations
    /// Research 39 (1991). Where a distribution lies on a coarser grid, levels are sought on that grid.
    ///
    /// - Parameters:
    ///   - fixedCost: money per order, ≥ 0.
    ///   - holdingCost: money per unit left at the end of a period, > 0.
    ///   - shortageCost: money per unit that waits at the end of a period, > 0.
    ///   - periodDemand: demand of one period.
    ///   - protection: demand of the lead time and one period; nil for no lead time.
    /// - Returns: nil where a number is out of range, nothing is ever asked for, or the search would span more than
    ///   `maximumSpan` grid points: then count in larger units.
    public init?(
        fixedCost: Double, holdingCost: Double, shortageCost: Double, periodDemand: CountDistribution,
        protection: CountDistribution? = nil
    ) {
        guard fixedCost >= 0, fixedCost.isFinite,
            let costs = Newsvendor(holdingCost: holdingCost, shortageCost: shortageCost)
        else { return nil }
        let protection = protection ?? periodDemand
        // An order for certain demand is no longer than one for uncertain demand, so a hopeless search ends here.
        let certain = EconomicOrder(
            fixedCost: max(fixedCost, .leastNormalMagnitude), holdingCost: holdingCost, demandRate: periodDemand.mean,
            waitingCost: shortageCost)
        guard periodDemand.mean > 0, let certain,
            certain.quantity / Double(periodDemand.step) <= Double(MinMaxPolicy.maximumSpan)
        else { return nil }
        let step = periodDemand.step
        guard var renewal = Renewal(periodDemand) else { return nil }
        func loss(_ cell: Int) -> Double { costs.cost(of: Double(cell * step), for: protection) }

        // `s` here is the largest position at which it is ordered, in cells of the grid.
        let bottom = MinMaxPolicy.lowest(
            from: protection.minimum / step - 1, to: protection.maximum / step + 1, loss)
        var best = bottom
        var s = bottom - 1
        var sum = fixedCost + renewal.visits(0) * loss(bottom)
        while sum / renewal.summed(best - s) > loss(s) {
            guard best - s < MinMaxPolicy.maximumSpan else { return nil }
            sum += renewal.visits(best - s) * loss(s)
            s -= 1
        }
        var least = renewal.cost(s: s, best, fixedCost, loss)
        var upTo = bottom + 1
        while loss(upTo) <= least {
            // Both levels may rise together along a flat stretch, so the distance from its bottom counts as well.
            guard upTo - min(s, bottom) <= MinMaxPolicy.maximumSpan else { return nil }
            if renewal.cost(s: s, upTo, fixedCost, loss) < least {
                best = upTo
                while renewal.cost(s: s, best, fixedCost, loss) <= loss(s + 1) { s += 1 }
                least = renewal.cost(s: s, best, fixedCost, loss)
            }
            upTo += 1
        }
        guard least.isFinite else { return nil }
        reorderPoint = Int64((s + 1) * step)
        orderUpTo = Int64(best * step)
        cost = least
    }

    /// The first grid point of least cost, which has one valley: the two distributions may lie on different grids.
    private static func lowest(from low: Int, to high: Int, _ loss: (Int) -> Double) -> Int {
        var (low, high) = (low, high)
        while low < high {
            let middle = low + (high - low) / 2
            if loss(middle + 1) >= loss(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The power approximation for normal demand, as s and S of texts that order at s itself, in any number of units.
    ///
    /// Ehrhardt & Mosier, "A revision of the power approximation for computing (s, S) policies", Management Science 30
    /// (1984), without their amendment for orders below one and a half periods of demand:
    ///
    ///     Q = 1.30·μ^0.494·(K ÷ h)^0.506·(1 + σ_L² ÷ μ²)^0.116
    ///     z = √(Q·h ÷ (p·σ_L)),   s = 0.973·μ_L + σ_L·(0.183 ÷ z + 1.063 − 2.192·z),   S = s + Q
    ///
    /// - Parameters:
    ///   - fixedCost: money per order, > 0.
    ///   - holdingCost: money per unit and period, > 0.
    ///   - shortageCost: money per unit and period, > 0.
    ///   - mean: units per period, > 0.
    ///   - deviation: their standard deviation, > 0.
    ///   - leadTime: periods, ≥ 0.
    /// - Returns: nil where a number is out of range.
    public static func powerApproximation(
        fixedCost: Double, holdingCost: Double, shortageCost: Double, mean: Double, deviation: Double,
        leadTime: Double = 0
    ) -> (reorderPoint: Double, orderUpTo: Double)? {
        guard fixedCost > 0, holdingCost > 0, shortageCost > 0, mean > 0, deviation > 0, leadTime >= 0 else {
            return nil
        }
        let variance = deviation * deviation * (leadTime + 1)
        let spread = variance.squareRoot()
        let quantity =
            1.30 * pow(mean, 0.494) * pow(fixedCost / holdingCost, 0.506) * pow(1 + variance / (mean * mean), 0.116)
        let z = (quantity * holdingCost / (shortageCost * spread)).squareRoot()
        let point = 0.973 * mean * (leadTime + 1) + spread * (0.183 / z + 1.063 - 2.192 * z)
        guard point.isFinite, quantity.isFinite else { return nil }
        return (point, point + quantity)
    }
}

/// Expected periods that the position of an (s, S) policy spends at each distance below S, grown as far as is asked.
private struct Renewal {
    /// Chances of 0, 1, 2, … cells of demand in a period.
    private let chances: [Double]
    /// m(j): expected periods at j cells below S before the next order, were there always one to come.
    private var visits: [Double]
    /// M(j): m summed over all distances below j.
    private var summed: [Double]

    /// Nil where nothing is ever asked for.
    init?(_ demand: CountDistribution) {
        guard demand.first <= MinMaxPolicy.maximumSpan else { return nil }
        chances = [Double](repeating: 0, count: demand.first) + demand.probabilities
        guard chances.count > 1, chances[0] < 1 else { return nil }
        visits = [1 / (1 - chances[0])]
        summed = [0, visits[0]]
    }

    /// m at a distance below S, cells.
    mutating func visits(_ distance: Int) -> Double {
        grow(to: distance + 1)
        return visits[distance]
    }

    /// M at a distance below S, cells.
    mutating func summed(_ distance: Int) -> Double {
        grow(to: distance)
        return summed[distance]
    }

    /// Average cost per period of ordering up to `upTo` at `s` and below.
    mutating func cost(s: Int, _ upTo: Int, _ fixedCost: Double, _ loss: (Int) -> Double) -> Double {
        let distance = upTo - s
        grow(to: distance)
        var sum = fixedCost
        for j in 0..<distance { sum += visits[j] * loss(upTo - j) }
        return sum / summed[distance]
    }

    private mutating func grow(to count: Int) {
        while visits.count < count {
            let j = visits.count
            var sum = 0.0
            for l in 1...min(j, chances.count - 1) { sum += chances[l] * visits[j - l] }
            visits.append(sum / (1 - chances[0]))
            summed.append(summed[j] + visits[j])
        }
    }

    /// m(0) … m(count − 1) as shares of their sum: how often the position lies at each distance below S.
    mutating func shares(_ count: Int) -> [Double] {
        grow(to: count)
        return (0..<count).map { visits[$0] / summed[count] }
    }
}

extension MinMaxPolicy {
    /// How often the position after a review lies at S, one grid step below it, and so on down to the reorder point; in
    /// steps of `periodDemand`.
    ///
    /// Nil where nothing is ever asked for, the levels are not on the grid in this order, or they lie too far apart.
    static func positions(
        reorderPoint: Int64, orderUpTo: Int64, periodDemand: CountDistribution
    ) -> [Double]? {
        let (distance, overflow) = orderUpTo.subtractingReportingOverflow(reorderPoint)
        guard !overflow, distance >= 0, distance / Int64(periodDemand.step) < Int64(maximumSpan),
            var renewal = Renewal(periodDemand)
        else { return nil }
        return renewal.shares(Int(distance) / periodDemand.step + 1)
    }
}
