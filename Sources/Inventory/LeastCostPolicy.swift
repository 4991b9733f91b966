import Numerics

/// What being short, holding and ordering cost: only their proportions matter.
public struct StockCosts: Hashable, Sendable {
    /// Money lost per unit short, > 0.
    public var shortage: Double
    /// Money per unit held for a day, > 0.
    public var holding: Double
    /// Money per order line, ≥ 0.
    public var order: Double

    /// Costs in one currency.
    public init(shortage: Double, holding: Double, order: Double) {
        self.shortage = shortage
        self.holding = holding
        self.order = order
    }
}

/// When to order and how much, at the least cost per review of losing sales, holding stock and placing order lines.
///
/// At each review an order may be placed, of whole packs and at least the minimum. What an order or its absence decides is
/// the time from the day on which it would arrive to that of the following chance; with y units of position for it, that
/// time costs
///
///     G(y) = shortage · (E[(D_next − y)⁺] − E[(D_arrival − y)⁺]) + holding · gap · mean of E[(y − D)⁺] at its two ends
///
/// and W(y), the cost from y to the next order line less g for every review, follows from the lowest position upwards:
///
///     W(y) = G(y) − g + E[min(W(y − D_gap), C(y − D_gap))],   C(x) = order + min over the allowed q of W(x + l(x) + q)
///
/// The gain g is the cost per review for which an order at the reorder point is worth exactly nothing: Howard, "Dynamic
/// Programming and Markov Processes" (1960), chapter 8, on the renewals of Zheng & Federgruen, "Finding optimal (s, S)
/// policies is about as simple as evaluating a single policy", Operations Research 39 (1991). It is ordered at x where
/// C(x) < W(x).
///
/// Sales that are lost leave what is on its way untouched. l(x) = E[(D_arrival − x)⁺] are the units to be lost before an
/// order arrives, which it does not have to replace; those to be lost before what is on order arrives are added to the
/// position, that supply being equally likely to come a sixth, a half and five sixths of a lead time from now.
public struct LeastCostPolicy: Sendable {
    /// Position strictly below which it is ordered, units ≥ 0.
    public let reorderPoint: Int64
    /// Position that an order placed just below the reorder point leads to, units.
    public let orderUpTo: Int64
    /// Reviews from one order line to the next, ≥ 1; 0 where nothing is expected to be asked for.
    public let reviewsPerOrder: Double
    /// Share of the units asked for that are expected to be served, 0…1.
    public let fillRate: Double
    /// Share served of what is asked for from the day on which an order would arrive to that of the following chance, where
    /// the position lies between the reorder point and one gap's demand above it, 0…1: `ReorderPolicy`'s fill rate at this
    /// reorder point. Most of a cycle stock is higher, so `fillRate` is, too.
    public let leastFillRate: Double
    /// Units expected, with their spread, until an order placed at the following chance arrives.
    public let protection: CountDistribution

    /// Cells of the grid of positions. Steps of a unit where they suffice; a hundredth of what may be held is otherwise as
    /// fine as any forecast.
    static let cells = 144
    /// Reviews of the gain before it is taken as found; it is found after three to six.
    private static let mostRounds = 12

    private let table: OrderTable
    /// Demand of a sixth, a half and five sixths of a lead time.
    private let onTheWay: [CountDistribution]

    /// The policy for a product at one place.
    ///
    /// - Parameters:
    ///   - demand: what will be asked for; demand of the coming gap stands for that of every gap.
    ///   - timing: when orders would arrive.
    ///   - pack: units in a pack, ≥ 1.
    ///   - minimum: least units on an order line, ≥ 0.
    /// - Throws: `.terms` where pack or minimum is out of range, `.target` where a cost is.
    public init(
        demand: any DemandOutlook, timing: OrderTiming, costs: StockCosts, pack: Int64 = 1, minimum: Int64 = 1
    ) throws(InventoryError) {
        guard (1...1_000_000_000_000).contains(pack), (0...1_000_000_000_000).contains(minimum) else {
            throw InventoryError(.terms, "a pack of \(pack) and a minimum of \(minimum) units; give 1 and 0 or more")
        }
        guard costs.shortage > 0, costs.holding > 0, costs.order >= 0,
            [costs.shortage, costs.holding, costs.order].allSatisfy({ $0 < 1e15 })
        else {
            throw InventoryError(
                .target,
                "costs of \(costs.shortage) short, \(costs.holding) held and \(costs.order) an order; "
                    + "give positive amounts of money")
        }
        let mixed = LeastCostPolicy.mixtures(demand, timing)
        protection = mixed.next
        let gap = demand.demand(days: 0..<timing.gap)
        guard gap.mean > 1e-9, demand.mean(days: 0..<timing.gap) > 0 else {
            (reorderPoint, orderUpTo, reviewsPerOrder, fillRate, leastFillRate) = (0, 0, 0, 1, 1)
            onTheWay = []
            table = OrderTable(pack: pack, minimum: minimum)
            return
        }
        let lead = Double(timing.expectedArrival)
        onTheWay = [1.0 / 6, 0.5, 5.0 / 6].map { demand.demand(days: 0..<max(1, Int((lead * $0).rounded()))) }

        var table = OrderTable(pack: pack, minimum: minimum)
        let least = Double(table.least)
        let lot = (2 * costs.order * gap.mean / Double(timing.gap) / costs.holding).squareRoot()
        let top = Double(mixed.next.quantile(0.9999)) + least + Double(pack) + 2 * min(lot, 1e12)
        let step = max(1, (top / Double(LeastCostPolicy.cells)).rounded(.up))
        let count = Int(top / step) + 2
        var stage = [Double](repeating: 0, count: count)
        var lost = stage
        var shift = stage
        for cell in 0..<count {
            let units = Double(cell) * step
            let before = mixed.arrival.lossAbove(units)
            let after = mixed.next.lossAbove(units)
            lost[cell] = max(0, after - before)
            let held = 0.5 * (units - mixed.arrival.mean + before + units - mixed.next.mean + after)
            stage[cell] = costs.shortage * lost[cell] + costs.holding * Double(timing.gap) * max(0, held)
            shift[cell] = before / step
        }
        var recursion = PositionRecursion(
            stage: stage, lost: lost, shift: shift, chances: LeastCostPolicy.chances(gap, step: step, most: count),
            order: costs.order, pack: max(1, Int((Double(pack) / step).rounded())),
            least: max(1, Int((least / step).rounded())))
        recursion.solve(rounds: LeastCostPolicy.mostRounds)
        table.take(recursion, lostBefore: shift, step: step)
        let point = table.reorderPoint
        reorderPoint = point
        orderUpTo = point > 0 ? point - 1 + table.quantity(at: Double(point - 1)) : 0
        let cycle = recursion.cycle
        reviewsPerOrder = cycle.reviews
        fillRate = min(1, max(0, 1 - cycle.lost / (cycle.reviews * gap.mean)))
        leastFillRate = ReorderPolicy.fillRate(demand: mixed.next, reorderPoint: Int(point), cycle: gap.mean)
        self.table = table
    }

    /// Units to order now: 0, or a multiple of the pack and at least the minimum.
    ///
    /// - Parameters:
    ///   - onHand: units on the shelf; negative for units owed.
    ///   - onOrder: units on their way, ≥ 0, taken to arrive within a lead time.
    public func order(onHand: Int64, onOrder: Int64) -> Int64 {
        let position = Double(onHand) + Double(max(0, onOrder))
        guard !onTheWay.isEmpty else { return position < 0 ? table.covering(-position) : 0 }
        var saved = 0.0
        if onOrder > 0 {
            for demand in onTheWay { saved += demand.lossAbove(Double(max(0, onHand))) }
            saved /= Double(onTheWay.count)
        }
        return table.quantity(at: position + saved)
    }

    /// Demand until an order placed now and one placed at the following chance arrive. Lead times in at most nine groups:
    /// finer ones change no order.
    private static func mixtures(
        _ demand: any DemandOutlook, _ timing: OrderTiming
    ) -> (arrival: CountDistribution, next: CountDistribution) {
        var arrivals: [(weight: Double, distribution: CountDistribution)] = []
        var nexts = arrivals
        let outcomes = timing.outcomes
        let width = (outcomes.count + 8) / 9
        for start in stride(from: 0, to: outcomes.count, by: max(1, width)) {
            let group = outcomes[start..<min(outcomes.count, start + width)]
            var chance = 0.0
            var arrival = 0.0
            var next = 0.0
            for outcome in group {
                chance += outcome.chance
                arrival += outcome.chance * Double(outcome.arrival)
                next += outcome.chance * Double(outcome.nextArrival)
            }
            guard chance > 0 else { continue }
            let first = Int((arrival / chance).rounded())
            arrivals.append((chance, demand.demand(days: 0..<first)))
            nexts.append((chance, demand.demand(days: 0..<max(first, Int((next / chance).rounded())))))
        }
        return (
            CountDistribution.mixture(of: arrivals) ?? .zero, CountDistribution.mixture(of: nexts) ?? .zero
        )
    }

    /// Chances of each number of steps asked for in a gap: second differences of the loss, which keep the mean.
    private static func chances(_ demand: CountDistribution, step: Double, most: Int) -> [Double] {
        let last = min(most, Int(Double(demand.quantile(0.99999)) / step) + 1)
        var chances = [Double](repeating: 0, count: last + 1)
        for cell in 0...last {
            let units = Double(cell) * step
            let here = demand.lossAbove(units)
            let above = demand.lossAbove(units + step)
            let below = cell == 0 ? here + step : demand.lossAbove(units - step)
            chances[cell] = max(0, (below - 2 * here + above) / step)
        }
        return chances
    }
}
