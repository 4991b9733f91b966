import Glibc
import Numerics

/// Orders to a supplier that is now and then unable to deliver.
public enum SupplyDisruption {
    /// The order quantity for steady demand that is lost while the supplier is down and nothing is left.
    ///
    /// The supplier fails and recovers at exponential rates α and β. An order that is due finds it down with the chance
    /// ψ(Q) = α ÷ (α + β)·(1 − e^(−(α + β)·Q ÷ λ)), and then waits 1 ÷ β on average; by renewal,
    ///
    ///     cost(Q) = (K + h·Q² ÷ 2λ + p·λ·ψ ÷ β) ÷ (Q ÷ λ + ψ ÷ β)
    ///
    /// Parlar & Berkin, "Future supply uncertainty in EOQ models", Naval Research Logistics 38 (1991), as corrected by Berk
    /// & Arreola-Risa (1994); Snyder & Shen, "Fundamentals of Supply Chain Theory", 2nd ed., section 9.2.
    ///
    /// - Parameters:
    ///   - fixedCost: money per order, > 0.
    ///   - holdingCost: money per unit held for the span, > 0.
    ///   - lostSale: money per unit lost, > 0.
    ///   - demandRate: units per span, > 0.
    ///   - failures: failures per span while it is up, > 0.
    ///   - recoveries: recoveries per span while it is down, > 0.
    /// - Returns: units and money per span; nil where a number is out of range.
    public static func economicOrder(
        fixedCost: Double, holdingCost: Double, lostSale: Double, demandRate: Double, failures: Double,
        recoveries: Double
    ) -> (quantity: Double, cost: Double)? {
        let numbers = [fixedCost, holdingCost, lostSale, demandRate, failures, recoveries]
        guard numbers.allSatisfy({ $0 > 1e-50 && $0 < 1e50 }),
            let plain = EconomicOrder(fixedCost: fixedCost, holdingCost: holdingCost, demandRate: demandRate)
        else { return nil }
        let rate = failures + recoveries
        func cost(_ quantity: Double) -> Double {
            let time = quantity / demandRate
            let down = -failures / rate * expm1(-rate * time) / recoveries
            let cycle = fixedCost + holdingCost * quantity * time / 2 + lostSale * demandRate * down
            return cycle / (time + down)
        }
        // Cost may have a second valley at small quantities, so the search is over magnitudes first; no more than the
        // holding of all that failures could lose is ever worth holding.
        let widest = 2 * max(plain.quantity, lostSale * demandRate / holdingCost, demandRate / recoveries)
        var best = (quantity: plain.quantity, cost: cost(plain.quantity))
        let steps = 400
        let low = min(plain.quantity, demandRate / rate) / 100
        let factor = pow(widest / low, 1 / Double(steps))
        var quantity = low
        for _ in 0...steps {
            let value = cost(quantity)
            if value < best.cost { best = (quantity, value) }
            quantity *= factor
        }
        let found = leastPoint(of: cost, between: best.quantity / factor, and: best.quantity * factor)
        guard found.value.isFinite else { return nil }
        return (found.at, found.value)
    }

    /// The base stock for demand that is the same every period, where the supplier may be down when an order is placed.
    ///
    /// The supplier goes down from one period to the next with the chance α and recovers with the chance β, so the share of
    /// periods after n of them without supply is π₀ = β ÷ (α + β), πₙ = α·β ÷ (α + β)·(1 − β)ⁿ⁻¹; the best stock is that of
    /// the newsvendor against them: d·(1 + n) at the least n with Σ π ≥ p ÷ (p + h).
    ///
    /// Tomlin, "On the value of mitigation and contingency strategies for managing supply chain disruption risks",
    /// Management Science 52 (2006); Snyder & Shen, section 9.3.
    ///
    /// - Parameters:
    ///   - holdingCost: money per unit left at the end of a period, > 0.
    ///   - shortageCost: money per unit that waits at the end of a period, > 0.
    ///   - demand: units per period, > 0.
    ///   - failure: chance to go down, above 0, at most 1.
    ///   - recovery: chance to recover, above 0, at most 1.
    /// - Returns: units and money per period; nil where a number is out of range, or the reserve beyond 1e12 periods.
    public static func baseStock(
        holdingCost: Double, shortageCost: Double, demand: Double, failure: Double, recovery: Double
    ) -> (level: Double, cost: Double)? {
        guard let costs = Newsvendor(holdingCost: holdingCost, shortageCost: shortageCost), demand > 0,
            demand.isFinite, failure > 0, failure <= 1, recovery > 0, recovery <= 1
        else { return nil }
        let stay = 1 - recovery
        let downAtAll = failure / (failure + recovery)
        // P(more than n periods without) = downAtAll · stayⁿ.
        var periods = 0.0
        let toSpare = 1 - costs.criticalRatio
        if downAtAll > toSpare, stay > 0 { periods = max(0, (log(toSpare / downAtAll) / log(stay)).rounded(.up)) }
        if downAtAll > toSpare, stay <= 0 { periods = 1 }
        // A reserve of so many periods is none, and steps of one would be lost on it.
        guard periods < 1e12 else { return nil }
        // Rounding of the logarithm may be one off either way.
        if periods > 0, downAtAll * pow(stay, periods - 1) <= toSpare { periods -= 1 }
        if downAtAll * pow(stay, periods) > toSpare { periods += 1 }
        // Waiting units: Σ over n > periods of πₙ·(n − periods) = P(more than that many) ÷ β.
        let short = demand * downAtAll * pow(stay, periods) / recovery
        let mean = demand * (1 + downAtAll / recovery)
        let level = demand * (1 + periods)
        let cost = holdingCost * (level - mean + short) + shortageCost * short
        return level.isFinite && cost.isFinite ? (level, cost) : nil
    }
}

/// The least value of a function with one valley between two points, by golden section, to about 1e-8 of the width.
func leastPoint(of function: (Double) -> Double, between low: Double, and high: Double) -> (at: Double, value: Double) {
    let ratio = (5.0.squareRoot() - 1) / 2
    var (low, high) = (low, high)
    var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
    var (atLeft, atRight) = (function(left), function(right))
    for _ in 0..<80 {
        if atLeft <= atRight {
            (high, right, atRight) = (right, left, atLeft)
            left = high - ratio * (high - low)
            atLeft = function(left)
        } else {
            (low, left, atLeft) = (left, right, atRight)
            right = low + ratio * (high - low)
            atRight = function(right)
        }
    }
    return atLeft <= atRight ? (left, atLeft) : (right, atRight)
}
