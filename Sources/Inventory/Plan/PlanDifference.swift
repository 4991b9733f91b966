import Domain

/// Why a product's order differs between two plans, in units for each reason; the parts add up to the difference.
///
/// A change of stock alone may do nothing, and with a change of demand much. So each reason gets the mean of what it adds
/// over all orders in which the reasons could have come one after the other (Shapley, "A value for n-person games", 1953):
/// no reason depends on which was looked at first, one that changes nothing gets nothing, and nothing is left unexplained.
public struct PlanDifference: Hashable, Sendable {
    /// A reason for a different order.
    public enum Reason: String, Sendable, CaseIterable {
        /// What will be asked for.
        case demand
        /// What is there, owed and to come.
        case stock
        /// When an order would arrive.
        case leadTime
        /// What the plan strives for, and how long an order should last.
        case target
        /// Packs, minimum, price, cost, and whether it is bought at all.
        case terms
    }

    /// Units ordered before.
    public let before: Int64
    /// Units ordered now.
    public let after: Int64
    /// Units that each reason adds, negative where it takes away; in the order of `Reason`, with sum `after` − `before`.
    public let units: [Double]

    /// Units that a reason adds.
    public func units(_ reason: Reason) -> Double { units[PlanDifference.index(reason)] }

    /// The difference of two plans of one product, planned again with some reasons of the one and the rest of the other:
    /// up to 32 plans, fewer where stock, lead time or target are the same.
    public init(from former: PlanInput, to present: PlanInput) {
        let reasons = Reason.allCases.filter { PlanDifference.mayDiffer($0, former, present) }
        let count = reasons.count
        var quantities = [Int64](repeating: 0, count: 1 << count)
        for set in quantities.indices {
            let changed = reasons.indices.filter { set >> $0 & 1 == 1 }.map { reasons[$0] }
            quantities[set] = ReplenishmentPlan.line(PlanDifference.mixed(former, present, changed)).quantity
        }
        // Share of the orders in which exactly a given set of n comes before a reason: n!·(count − n − 1)! ÷ count!.
        var weights = [Double](repeating: 1 / Double(max(1, count)), count: max(1, count))
        for n in weights.indices.dropFirst() { weights[n] = weights[n - 1] * Double(n) / Double(count - n) }
        var units = Reason.allCases.map { _ in 0.0 }
        for (index, reason) in reasons.enumerated() {
            var sum = 0.0
            for set in quantities.indices where set >> index & 1 == 0 {
                let added = Double(quantities[set | 1 << index]) - Double(quantities[set])
                sum += weights[set.nonzeroBitCount] * added
            }
            units[PlanDifference.index(reason)] = sum
        }
        before = quantities[0]
        after = quantities[quantities.count - 1]
        self.units = units
    }

    private static func index(_ reason: Reason) -> Int { Reason.allCases.firstIndex(of: reason) ?? 0 }

    private static func mayDiffer(_ reason: Reason, _ former: PlanInput, _ present: PlanInput) -> Bool {
        switch reason {
        case .demand, .terms: true
        case .stock: former.position != present.position
        case .leadTime: former.timing != present.timing
        case .target: former.target != present.target || former.coverDays != present.coverDays
        }
    }

    /// The former input with some reasons of the present one; all that no other reason names belongs to the terms.
    private static func mixed(_ former: PlanInput, _ present: PlanInput, _ changed: [Reason]) -> PlanInput {
        var input = changed.contains(.terms) ? present : former
        input.demand = (changed.contains(.demand) ? present : former).demand
        input.position = (changed.contains(.stock) ? present : former).position
        input.timing = (changed.contains(.leadTime) ? present : former).timing
        let target = changed.contains(.target) ? present : former
        input.target = target.target
        input.coverDays = target.coverDays
        return input
    }
}
