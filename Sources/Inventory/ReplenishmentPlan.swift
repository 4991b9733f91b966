import Domain
import Numerics

/// All that decides about one product at one place.
public struct PlanInput: Sendable {
    /// What is there, owed and to come.
    public var position: StockPosition
    /// What will be asked for.
    public var demand: any DemandOutlook
    /// When an order would arrive, or why nothing can be ordered.
    public var timing: Result<OrderTiming, InventoryError>
    /// Where the product stands in its life.
    public var lifecycle: Lifecycle
    /// Units in a pack, ≥ 1.
    public var pack: Int64
    /// Least units on an order line, ≥ 0.
    public var minimum: Int64
    /// What to strive for.
    public var target: ServiceTarget
    /// Days of demand that an order should last for at least, 0…10,000; the gap between orders where that is longer.
    public var coverDays: Int
    /// Units expected to be left on the shelf when the order after the next comes, whatever the target says, ≥ 0.
    public var floor: Int64 = 0
    /// Selling price of one unit, in `currency`.
    public var price: UnitPrice?
    /// Cost of one unit, in `currency`.
    public var cost: UnitPrice?
    /// The shop's currency.
    public var currency: Currency

    /// The input for an active product sold and bought by single units.
    public init(
        position: StockPosition, demand: any DemandOutlook, timing: Result<OrderTiming, InventoryError>,
        lifecycle: Lifecycle = .active, pack: Int64 = 1, minimum: Int64 = 1, target: ServiceTarget, coverDays: Int = 0,
        floor: Int64 = 0, price: UnitPrice? = nil, cost: UnitPrice? = nil, currency: Currency
    ) {
        self.position = position
        self.demand = demand
        self.timing = timing
        self.lifecycle = lifecycle
        self.pack = pack
        self.minimum = minimum
        self.target = target
        self.coverDays = coverDays
        self.floor = floor
        self.price = price
        self.cost = cost
        self.currency = currency
    }
}

/// Why a product is or is not ordered.
public enum PlanReason: Hashable, Sendable {
    /// The position is below the reorder point.
    case belowReorderPoint
    /// The position is at or above the reorder point.
    case enough
    /// Asked for so seldom that no unit is worth keeping at this target, and none is owed.
    case rarelyAsked
    /// Nothing is expected to be asked for, and none is owed.
    case noDemand
    /// Its lifecycle says that it is not bought.
    case notBought(Lifecycle)
    /// It is put together when it is sold; what it is made of is ordered in its place.
    case assembled
    /// Something needed for an order is missing or wrong.
    case cannotOrder(InventoryError)
}

/// The answer for one product at one place, with every term of its arithmetic.
public struct PlanLine: Hashable, Sendable {
    /// Demand until an order placed at the following chance arrives.
    public struct Protection: Hashable, Sendable {
        /// Expected units.
        public let mean: Double
        /// Standard deviation, units.
        public let deviation: Double
        /// Units that it stays within with a chance of 50, 90, 95 and 99 per cent.
        public let quantiles: [Int]
    }

    /// Units to order now; 0 where `reason` is not `belowReorderPoint`.
    public let quantity: Int64
    /// Why.
    public let reason: PlanReason
    /// Units available now: on hand less committed and owed.
    public let available: Int64
    /// Units on order that count and arrive in time; the position is `available` plus these.
    public let onOrder: Int64
    /// When to order and up to where; nil where that has no answer.
    public let policy: ReorderPolicy?
    /// The steps from need to quantity; nil where nothing may or can be ordered.
    public let order: OrderQuantity?
    /// Demand that the position must last for; nil where nothing can be ordered.
    public let protection: Protection?
    /// When an order would arrive; nil where nothing can be ordered.
    public let timing: OrderTiming?
    /// What may be lost, shown whether or not anything can be ordered.
    public let risk: StockRisk
    /// Margin on the units that ordering now saves; nil where price or cost is not known or the sum does not fit.
    public let avoidableMargin: Money?

    /// Inventory position, units.
    public var position: Int64 { available.clampedPlus(onOrder) }
}

/// Stock and demand in, risk and order out.
public enum ReplenishmentPlan {
    /// Days to look ahead where nothing can be ordered.
    static let defaultHorizon = 28

    /// Plans one product at one place. Pure: the same input gives the same line.
    public static func line(_ input: PlanInput) -> PlanLine {
        switch input.timing {
        case .failure(let error):
            var demand = DemandByLength(input.demand, upTo: defaultHorizon)
            let risk = StockRisk(position: input.position, demand: &demand, timing: nil, days: defaultHorizon)
            let reason: PlanReason =
                error.code == .assembled
                ? .assembled : input.lifecycle.isReordered ? .cannotOrder(error) : .notBought(input.lifecycle)
            return line(input, reason: reason, risk: risk, onOrderBy: defaultHorizon)
        case .success(let timing):
            return line(input, timing: timing)
        }
    }

    private static func line(_ input: PlanInput, timing: OrderTiming) -> PlanLine {
        let days = timing.horizon
        var demand = DemandByLength(input.demand, upTo: days)
        let risk = StockRisk(position: input.position, demand: &demand, timing: timing, days: days)
        let protection = demand.protection(timing)
        let end = timing.expectedNextArrival
        let policy: ReorderPolicy
        let order: OrderQuantity
        do throws(InventoryError) {
            let rule = try ReplenishmentRule(
                timing: timing, demand: input.demand, protection: protection, target: input.target,
                coverDays: input.coverDays, floor: input.floor)
            policy = rule.policy
            order = try rule.order(for: input.position, pack: input.pack, minimum: input.minimum)
        } catch {
            return line(
                input, reason: .cannotOrder(error), risk: risk, protection: protection, timing: timing, onOrderBy: end)
        }
        let reason: PlanReason =
            if !input.lifecycle.isReordered {
                .notBought(input.lifecycle)
            } else if order.quantity > 0 {
                .belowReorderPoint
            } else if policy.cycle == 0 {
                .noDemand
            } else if policy.reorderPoint == 0 {
                .rarelyAsked
            } else {
                .enough
            }
        return line(
            input, reason: reason, risk: risk, policy: policy, order: order, protection: protection, timing: timing,
            onOrderBy: end)
    }

    private static func line(
        _ input: PlanInput, reason: PlanReason, risk: StockRisk, policy: ReorderPolicy? = nil,
        order: OrderQuantity? = nil, protection: CountDistribution? = nil, timing: OrderTiming? = nil,
        onOrderBy day: Int
    ) -> PlanLine {
        PlanLine(
            quantity: reason == .belowReorderPoint ? order?.quantity ?? 0 : 0, reason: reason,
            available: input.position.available, onOrder: input.position.onOrder(by: day), policy: policy,
            order: input.lifecycle.isReordered ? order : nil,
            protection: protection.map { demand in
                PlanLine.Protection(
                    mean: demand.mean, deviation: demand.variance.squareRoot(),
                    quantiles: [0.5, 0.9, 0.95, 0.99].map { demand.quantile($0) })
            }, timing: timing, risk: risk, avoidableMargin: margin(input, units: risk.avoidableByOrdering))
    }

    private static func margin(_ input: PlanInput, units: Double) -> Money? {
        guard let price = input.price, let cost = input.cost else { return nil }
        let minor = (price.value - cost.value) * units * Double(FixedPoint.powers[input.currency.decimals])
        guard abs(minor) < 9e15 else { return nil }
        return Money(minor: Int64(minor.rounded()), currency: input.currency)
    }
}
