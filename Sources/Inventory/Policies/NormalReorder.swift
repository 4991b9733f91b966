import Glibc
import Numerics

/// The (r, Q) policy under continuous review and normal lead-time demand: when the position falls to r, order Q.
///
/// With n(y) = E[(D − y)⁺], the cost rate of a position y is g(y) = h·(y − E[D] + n(y)) + p·n(y), and that of a policy
///
///     C(r, Q) = (K·λ + ∫ g over r…r + Q) ÷ Q
///
/// (Zheng, "On properties of stochastic inventory systems", Management Science 38, 1992; Snyder & Shen, "Fundamentals of
/// Supply Chain Theory", 2nd ed., chapter 5). The textbook's approximations stand beside the exact answer as checks.
public struct NormalReorder: Hashable, Sendable {
    /// A policy and what it costs.
    public struct Policy: Hashable, Sendable {
        /// Position at which it is ordered, r, units.
        public let reorderPoint: Double
        /// Units per order, Q > 0.
        public let quantity: Double
        /// Cost per span: of C(r, Q), or what the approximation takes for it.
        public let cost: Double
    }

    /// Money per order, K.
    public let fixedCost: Double
    /// Money per unit held for the span, h.
    public let holdingCost: Double
    /// Money per unit short: for the span that it waits, or once where the method says so.
    public let shortageCost: Double
    /// Units per span, λ.
    public let demandRate: Double
    /// Expected demand over a lead time, units.
    public let mean: Double
    /// Its standard deviation, units.
    public let deviation: Double

    /// - Parameters:
    ///   - fixedCost: money per order, > 0.
    ///   - holdingCost: money per unit held for the span, > 0.
    ///   - shortageCost: money per unit short, > 0.
    ///   - demandRate: units per span, > 0.
    ///   - mean: expected demand over a lead time, ≥ 0.
    ///   - deviation: its standard deviation, > 0.
    /// - Returns: nil where a number is out of range.
    public init?(
        fixedCost: Double, holdingCost: Double, shortageCost: Double, demandRate: Double, mean: Double,
        deviation: Double
    ) {
        let numbers = [fixedCost, holdingCost, shortageCost, demandRate, deviation]
        guard numbers.allSatisfy({ $0 > 1e-100 && $0 < 1e100 }), mean >= 0, mean < 1e100 else { return nil }
        self.fixedCost = fixedCost
        self.holdingCost = holdingCost
        self.shortageCost = shortageCost
        self.demandRate = demandRate
        self.mean = mean
        self.deviation = deviation
    }

    /// Expected units short of a position: σ·G((y − E[D]) ÷ σ).
    public func shortage(at position: Double) -> Double {
        deviation * (Normal.loss((position - mean) / deviation) ?? 0)
    }

    /// C(r, Q), money per span; nil unless r is finite and Q positive and finite.
    public func cost(reorderPoint: Double, quantity: Double) -> Double? {
        guard reorderPoint.isFinite, quantity > 0, quantity.isFinite else { return nil }
        return (fixedCost * demandRate + sum(from: reorderPoint, quantity)) / quantity
    }

    /// The best r for a given Q: where a position of r and one of r + Q cost the same. Nil unless Q is positive and finite.
    public func reorderPoint(for quantity: Double) -> Double? {
        guard quantity > 0, quantity < 1e100 else { return nil }
        // g falls to its least at the newsvendor's stock, so the root lies within Q below it.
        guard let bottom = lowest else { return nil }
        var (low, high) = (bottom - quantity, bottom)
        for _ in 0..<200 {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high else { break }
            if rate(middle) > rate(middle + quantity) { low = middle } else { high = middle }
        }
        return low + (high - low) / 2
    }

    /// The exact policy of least C(r, Q): at it, C equals the cost rate at both ends of the range of positions.
    ///
    /// Bisection on Q, since Q·g(r(Q)) − ∫ g − K·λ only rises with it.
    public func optimal() -> Policy? {
        func excess(_ quantity: Double) -> Double? {
            reorderPoint(for: quantity).map { rate($0) * quantity - sum(from: $0, quantity) - fixedCost * demandRate }
        }
        guard
            var high = EconomicOrder(
                fixedCost: fixedCost, holdingCost: holdingCost, demandRate: demandRate, waitingCost: shortageCost
            )?.quantity
        else { return nil }
        // The optimum is never below the order quantity of certain demand (Zheng, theorem 2).
        var low = high / 2
        while let value = excess(high), value < 0, high < 1e100 { (low, high) = (high, high * 2) }
        for _ in 0..<200 {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high, let value = excess(middle) else { break }
            if value < 0 { low = middle } else { high = middle }
        }
        let quantity = low + (high - low) / 2
        return reorderPoint(for: quantity).flatMap { policy($0, quantity) }
    }

    /// Hadley & Whitin's iteration, with `shortageCost` once per unit short: Φ(r) = 1 − Q·h ÷ (p·λ) and
    /// Q = √(2λ·(K + p·n(r)) ÷ h); its cost is h·(r − E[D] + Q ÷ 2) + (K + p·n(r))·λ ÷ Q.
    ///
    /// Hadley & Whitin, "Analysis of Inventory Systems" (1963), section 4-2. Nil where an order covers so much that being
    /// short costs less than holding: Q·h ≥ p·λ.
    public func expectedInventoryLevel() -> Policy? {
        guard
            var quantity = EconomicOrder(
                fixedCost: fixedCost, holdingCost: holdingCost, demandRate: demandRate)?.quantity
        else { return nil }
        var point = mean
        for _ in 0..<500 {
            guard let z = Normal.quantile(1 - quantity * holdingCost / (shortageCost * demandRate)) else { return nil }
            point = mean + z * deviation
            let next =
                (2 * demandRate * (fixedCost + shortageCost * shortage(at: point)) / holdingCost).squareRoot()
            let isSettled = abs(next - quantity) <= 1e-13 * quantity
            quantity = next
            if isSettled { break }
        }
        let orders = (fixedCost + shortageCost * shortage(at: point)) * demandRate / quantity
        return Policy(
            reorderPoint: point, quantity: quantity, cost: holdingCost * (point - mean + quantity / 2) + orders)
    }

    /// The order quantity of certain demand with backorders, and the best r for it. At most an eighth above the optimum
    /// (Zheng 1992).
    public func economicOrderWithBackorders() -> Policy? {
        EconomicOrder(
            fixedCost: fixedCost, holdingCost: holdingCost, demandRate: demandRate, waitingCost: shortageCost
        ).flatMap { order in reorderPoint(for: order.quantity).flatMap { policy($0, order.quantity) } }
    }

    /// The plain order quantity and the safety stock of a newsvendor.
    public func economicOrderWithSafetyStock() -> Policy? {
        guard let order = EconomicOrder(fixedCost: fixedCost, holdingCost: holdingCost, demandRate: demandRate),
            let point = lowest
        else { return nil }
        return policy(point, order.quantity)
    }

    /// The loss-function approximation, which neglects what is short just after an order: n(r) = h·Q ÷ (h + p) and
    /// Q = √(2·(K·λ + (h + p)·n₂(r)) ÷ h), n₂ being the second-order loss.
    ///
    /// Nil where the iteration does not settle: demand so uncertain against Q that the neglected part is what counts.
    public func lossFunction() -> Policy? {
        guard
            var quantity = EconomicOrder(
                fixedCost: fixedCost, holdingCost: holdingCost, demandRate: demandRate)?.quantity
        else { return nil }
        let both = holdingCost + shortageCost
        for _ in 0..<1000 {
            guard let k = Normal.inverseLoss(holdingCost * quantity / (both * deviation)) else { return nil }
            let second = deviation * deviation * NormalReorder.secondLoss(k)
            let next = (2 * (fixedCost * demandRate + both * second) / holdingCost).squareRoot()
            let isSettled = abs(next - quantity) <= 1e-12 * quantity
            quantity = next
            if isSettled { return policy(mean + k * deviation, quantity) }
        }
        return nil
    }

    private func policy(_ point: Double, _ quantity: Double) -> Policy? {
        cost(reorderPoint: point, quantity: quantity).map {
            Policy(reorderPoint: point, quantity: quantity, cost: $0)
        }
    }

    /// The position of least cost rate.
    private var lowest: Double? {
        Normal.quantile(shortageCost / (shortageCost + holdingCost)).map { mean + $0 * deviation }
    }

    private func rate(_ position: Double) -> Double {
        holdingCost * (position - mean) + (holdingCost + shortageCost) * shortage(at: position)
    }

    /// The integral of the cost rate over the positions that an order quantity spans.
    private func sum(from point: Double, _ quantity: Double) -> Double {
        let level = holdingCost * (point - mean + quantity / 2) * quantity
        let low = NormalReorder.secondLoss((point - mean) / deviation)
        let high = NormalReorder.secondLoss((point + quantity - mean) / deviation)
        return level + (holdingCost + shortageCost) * deviation * deviation * (low - high)
    }

    /// ½·E[((Z − k)⁺)²] = ½·((k² + 1)·(1 − Φ(k)) − k·φ(k)).
    static func secondLoss(_ k: Double) -> Double {
        guard k.isFinite else { return k < 0 ? .infinity : 0 }
        let above = Normal.cumulative(-k) ?? 0
        return max(0, ((k * k + 1) * above - k * Normal.density(k)) / 2)
    }
}
