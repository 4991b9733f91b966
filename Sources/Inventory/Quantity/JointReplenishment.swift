/// How often to order several products from one supplier, where every order has a cost of its own and each product on it
/// adds one: a base cycle T, and every m-th of them for each product.
///
/// Cost per span = (K + Σ k ÷ m) ÷ T + T ÷ 2 · Σ m·h·λ.
public struct JointReplenishment: Hashable, Sendable {
    /// One product.
    public struct Item: Hashable, Sendable {
        /// Money for its line on an order, k > 0.
        public var fixedCost: Double
        /// Money per unit held for the span, h > 0.
        public var holdingCost: Double
        /// Units per span, λ > 0.
        public var demandRate: Double

        /// A product of these costs and demand.
        public init(fixedCost: Double, holdingCost: Double, demandRate: Double) {
            self.fixedCost = fixedCost
            self.holdingCost = holdingCost
            self.demandRate = demandRate
        }

        var weight: Double { holdingCost * demandRate }
        var isUsable: Bool {
            fixedCost > 0 && holdingCost > 0 && demandRate > 0 && fixedCost.isFinite && weight.isFinite
        }
    }

    /// The base cycle, spans.
    public let cycle: Double
    /// Base cycles between two orders of each product, ≥ 1.
    public let multiples: [Int]
    /// Units of each product per order that it is on.
    public let quantities: [Double]
    /// Cost per span.
    public let cost: Double

    /// Silver's heuristic: the product with the least k ÷ hλ goes on every order, and the others on every
    /// √(k ÷ hλ · h₁λ₁ ÷ (K + k₁))-th, to the nearest whole number, halves up.
    ///
    /// Silver, "A simple method of determining order quantities in joint replenishments under deterministic demand",
    /// Management Science 22 (1976).
    ///
    /// - Parameter sharedCost: money per order, K ≥ 0.
    /// - Returns: nil where there is no item or a number is out of range.
    public static func silver(sharedCost: Double, items: [Item]) -> JointReplenishment? {
        guard sharedCost >= 0, sharedCost.isFinite, items.allSatisfy(\.isUsable),
            let base = items.min(by: { $0.fixedCost / $0.weight < $1.fixedCost / $1.weight })
        else { return nil }
        let scale = base.weight / (sharedCost + base.fixedCost)
        let multiples = items.map { item in
            let root = (item.fixedCost / item.weight * scale).squareRoot()
            return Int(min(1e9, max(1, root.rounded(.toNearestOrAwayFromZero))))
        }
        return JointReplenishment(sharedCost: sharedCost, items: items, multiples: multiples)
    }

    /// The least cost of all base cycles and multiples.
    ///
    /// For a cycle T the best multiple of a product is the m with m·(m − 1) ≤ 2k ÷ (hλT²) ≤ m·(m + 1) (Goyal,
    /// "Determination of optimum packaging frequency of items jointly replenished", Management Science 21, 1974); between
    /// two of the cycles at which one of them changes all are fixed. No cycle below K ÷ cost can be better than the best
    /// found, as the shared cost alone would be more; so the changes above that bound are all there is to try.
    ///
    /// - Returns: nil where `silver` is nil, the shared cost is 0 (then order each product alone), or it is so small that
    ///   more than a million changes would have to be tried.
    public static func optimal(sharedCost: Double, items: [Item]) -> JointReplenishment? {
        guard sharedCost > 0, var best = silver(sharedCost: sharedCost, items: items) else { return nil }
        let shortest = sharedCost / best.cost
        var changes: [(cycle: Double, item: Int)] = []
        for (index, item) in items.enumerated() {
            var multiple = 1.0
            while true {
                let cycle = (2 * item.fixedCost / (item.weight * multiple * (multiple + 1))).squareRoot()
                guard cycle > shortest else { break }
                guard changes.count < 1_000_000 else { return nil }
                changes.append((cycle, index))
                multiple += 1
            }
        }
        changes.sort { $0.cycle != $1.cycle ? $0.cycle > $1.cycle : $0.item < $1.item }
        var multiples = [Int](repeating: 1, count: items.count)
        var fixed = items.reduce(sharedCost) { $0 + $1.fixedCost }
        var held = items.reduce(0) { $0 + $1.weight }
        var least = (cost: best.cost, changes: -1)
        if (2 * fixed * held).squareRoot() < least.cost { least = ((2 * fixed * held).squareRoot(), 0) }
        for (index, change) in changes.enumerated() {
            let item = items[change.item]
            let multiple = Double(multiples[change.item])
            fixed += item.fixedCost / (multiple + 1) - item.fixedCost / multiple
            held += item.weight
            multiples[change.item] += 1
            // The running sums round; a difference of that size is no better plan.
            let cost = (2 * fixed * held).squareRoot()
            if cost < least.cost * (1 - 1e-12) { least = (cost, index + 1) }
        }
        guard least.changes >= 0 else { return best }
        multiples = [Int](repeating: 1, count: items.count)
        for change in changes.prefix(least.changes) { multiples[change.item] += 1 }
        if let found = JointReplenishment(sharedCost: sharedCost, items: items, multiples: multiples),
            found.cost < best.cost
        {
            best = found
        }
        return best
    }

    /// The best cycle for given multiples.
    private init?(sharedCost: Double, items: [Item], multiples: [Int]) {
        var fixed = sharedCost
        var held = 0.0
        for (item, multiple) in zip(items, multiples) {
            fixed += item.fixedCost / Double(multiple)
            held += item.weight * Double(multiple)
        }
        let cycle = (2 * fixed / held).squareRoot()
        let cost = (2 * fixed * held).squareRoot()
        guard cycle.isFinite, cost.isFinite, cycle > 0 else { return nil }
        self.cycle = cycle
        self.multiples = multiples
        self.quantities = zip(items, multiples).map { $0.demandRate * Double($1) * cycle }
        self.cost = cost
    }
}
