import Actions
import Domain
import Forecasting
import Inventory
import Store

/// What plans are made with besides facts.
struct PlanTerms {
    /// Share of units to be served, by revenue class, and under `default`.
    var fillRate: [String: Double]
    /// Days of demand that an order should last for at least.
    var coverDays: Int
    /// Days from order to shelf where a supplier's are not known.
    var assumedLeadTimeDays: Double?
    /// Which places sell to which regions.
    var regions: RegionPlaces
    /// The calendar of the shop's country; nil for none.
    var holidays: Holidays?
    /// Whether lead times that deliveries have shown count instead of what suppliers declare.
    var learnsLeadTimes: Bool
    /// What being short and holding cost; nil to strive for a fill rate.
    var costs: Costs?

    /// What being short and holding cost.
    struct Costs {
        /// A unit short, as a multiple of its margin.
        var shortageFactor: Double
        /// Holding a unit for a year, as a share of its cost.
        var holdingRate: Double
        /// Placing an order line, units of the shop's currency.
        var orderLine: Double
    }

    /// The terms of a policy.
    init(
        _ policy: Policy, assumedLeadTimeDays: Double?, learnsLeadTimes: Bool = true, holidays: Holidays? = nil,
        regions: RegionPlaces
    ) {
        fillRate = policy.service.classes
        fillRate["default"] = policy.service.standard
        coverDays = Int(clamping: policy.reorder.coverDays)
        self.assumedLeadTimeDays = assumedLeadTimeDays
        self.learnsLeadTimes = learnsLeadTimes
        self.holidays = holidays
        self.regions = regions
        guard policy.service.basis == .cost else { return }
        costs = Costs(
            shortageFactor: policy.service.shortageFactor, holdingRate: policy.service.holdingRate,
            orderLine: Double(policy.service.orderLineCost)
                / Double(FixedPoint.powers[policy.currency.decimals]))
    }

    /// What one product strives for: the least cost where its price and cost are known and costs count, else `fillRate`.
    func target(fillRate: Double, price: UnitPrice?, cost: UnitPrice?) -> ServiceTarget {
        guard let costs, let price, let cost, price > cost, cost.micros > 0 else { return .fillRate(fillRate) }
        return .cost(
            shortage: (price.value - cost.value) * costs.shortageFactor, holding: cost.value * costs.holdingRate / 365,
            order: costs.orderLine)
    }
}
