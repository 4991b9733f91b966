/// A supplier's prices that fall with the quantity, and the quantity that is best bought at them.
///
/// Snyder & Shen, "Fundamentals of Supply Chain Theory", 2nd ed., section 3.4. Both schemes are one formula: within a
/// step, a quantity Q costs A + c·Q with A = 0 for all units and A = Σ (c_{i−1} − c_i)·b_i for incremental prices, so that
///
///     cost per span = c·λ + i·A ÷ 2 + (K + A)·λ ÷ Q + i·c·Q ÷ 2
///
/// is convex within each step, and its least is the better of the steps' own.
public struct PriceBreaks: Hashable, Sendable {
    /// What a break lowers the price of.
    public enum Scheme: String, Sendable, CaseIterable {
        /// Of every unit of the order.
        case allUnits
        /// Of the units beyond the break alone.
        case incremental
    }

    /// A price and the quantity from which it holds.
    public struct Step: Hashable, Sendable {
        /// Least units of an order at this price, ≥ 0; 0 for the first.
        public var from: Int64
        /// Money per unit, > 0.
        public var unitCost: Double

        /// `unitCost` from `from` units on.
        public init(from: Int64, unitCost: Double) {
            self.from = from
            self.unitCost = unitCost
        }
    }

    /// An order at these prices.
    public struct Order: Hashable, Sendable {
        /// Units per order.
        public let quantity: Double
        /// Index of the step whose price the last unit has.
        public let step: Int
        /// Cost of buying, ordering and holding per span of time.
        public let cost: Double
    }

    /// What a break lowers the price of.
    public let scheme: Scheme
    /// Ascending quantities, falling prices, the first from 0.
    public let steps: [Step]
    /// What each step's straight line has where it meets no units.
    private let intercepts: [Double]

    /// Nil unless there is a step, the first begins at 0, quantities ascend, and prices are positive and never rise.
    public init?(_ scheme: Scheme, steps: [Step]) {
        guard let first = steps.first, first.from == 0, first.unitCost > 0, first.unitCost.isFinite else { return nil }
        var intercepts = [0.0]
        for i in steps.indices.dropFirst() {
            let saved = steps[i - 1].unitCost - steps[i].unitCost
            guard steps[i].from > steps[i - 1].from, steps[i].unitCost > 0, saved >= 0 else { return nil }
            intercepts.append(scheme == .allUnits ? 0 : intercepts[i - 1] + saved * Double(steps[i].from))
        }
        self.scheme = scheme
        self.steps = steps
        self.intercepts = intercepts
    }

    /// One price for any quantity.
    public init?(unitCost: Double) { self.init(.allUnits, steps: [Step(from: 0, unitCost: unitCost)]) }

    /// Index of the step that an order of `units` reaches.
    public func step(of units: Double) -> Int { steps.lastIndex { Double($0.from) <= units } ?? 0 }

    /// What an order of `units` costs; 0 unless `units` is positive, NaN included.
    public func total(_ units: Double) -> Double {
        guard units > 0 else { return 0 }
        let step = step(of: units)
        return intercepts[step] + steps[step].unitCost * units
    }

    /// The quantity of least cost per span for steady demand, in any number of units.
    ///
    /// - Parameters:
    ///   - fixedCost: money per order, > 0.
    ///   - holdingRate: money per span for each money's worth held, > 0.
    ///   - demandRate: units per span, > 0.
    /// - Returns: nil where a number is out of range. Of equal costs the smallest quantity.
    public func economicOrder(fixedCost: Double, holdingRate: Double, demandRate: Double) -> Order? {
        best(fixedCost, holdingRate, demandRate) { optimum, step in
            // Where the optimum lies beyond the step the next one is never dearer.
            let low = Double(steps[step].from)
            if step + 1 < steps.count, optimum >= Double(steps[step + 1].from) { return [] }
            return [max(low, optimum)]
        }
    }

    /// The whole packs of least cost per span for steady demand.
    ///
    /// - Parameters:
    ///   - fixedCost: money per order, > 0.
    ///   - holdingRate: money per span for each money's worth held, > 0.
    ///   - demandRate: units per span, > 0.
    ///   - pack: units in a pack, ≥ 1.
    ///   - minimum: least units of an order, ≥ 0.
    ///   - maximum: most units of an order; nil for no limit.
    /// - Returns: nil where a number is out of range or no multiple lies within the limits.
    public func economicOrder(
        fixedCost: Double, holdingRate: Double, demandRate: Double, pack: Int64, minimum: Int64 = 1,
        maximum: Int64? = nil
    ) -> Order? {
        best(fixedCost, holdingRate, demandRate) { optimum, step in
            var most = maximum ?? PackRange.limit
            if step + 1 < steps.count { most = min(most, steps[step + 1].from - 1) }
            let range = PackRange(pack: pack, minimum: max(minimum, steps[step].from), maximum: most)
            return range.map { [Double($0.neighbours(of: optimum).below), Double($0.neighbours(of: optimum).above)] }
                ?? []
        }
    }

    private func best(
        _ fixedCost: Double, _ holdingRate: Double, _ demandRate: Double, candidates: (Double, Int) -> [Double]
    ) -> Order? {
        guard fixedCost > 0, holdingRate > 0, demandRate > 0, fixedCost.isFinite, demandRate.isFinite else {
            return nil
        }
        var best: Order?
        for (index, step) in steps.enumerated() {
            let setup = (fixedCost + intercepts[index]) * demandRate
            let held = holdingRate * step.unitCost
            for quantity in candidates((2 * setup / held).squareRoot(), index) where quantity > 0 {
                let holding = held * quantity / 2 + holdingRate * intercepts[index] / 2
                let cost = step.unitCost * demandRate + setup / quantity + holding
                if cost.isFinite, cost < best?.cost ?? .infinity {
                    best = Order(quantity: quantity, step: index, cost: cost)
                }
            }
        }
        return best
    }
}
