import Domain
import Forecasting
import Inventory
import Store

/// Units that we ordered and no purchase system has shown yet.
public struct OwnOrder: Sendable, Hashable {
    /// The action's number.
    public var action: Int64
    /// What.
    public var sku: SKU
    /// Where it is to arrive.
    public var place: PlaceName
    /// Units.
    public var quantity: Int64
    /// When it should.
    public var arrives: Day
}

/// Everything known and worked out about one product in one pool: a row of the risk screen, and the whole of `why`.
public struct ProductPlan: Sendable {
    /// The product.
    public var product: Product
    /// The pool's key.
    public var pool: Int64
    /// Where purchases for the pool are sent.
    public var place: PlaceName
    /// The stock; nil where nobody counted it.
    public var stock: StockLevel?
    /// What it is made of and how many can be; nil for what is no kit.
    public var kit: KitStanding?
    /// What is left of its lots; nil where nobody tells of any.
    public var lots: LotStanding?
    /// Units that will expire before they are sold at the expected rate: they are no supply.
    public var expiring: Int64 = 0
    /// What is still to come from suppliers.
    public var inbound: [Inbound]
    /// What we ordered and no purchase system has shown yet.
    public var ours: [OwnOrder]
    /// How demand is forecast; nil without any history.
    public var forecast: DemandForecast.Explanation?
    /// Expected units a day over the coming four weeks.
    public var dailyDemand: Double
    /// Units expected today.
    public var demandToday: Double
    /// A for the products that make the first 80 % of revenue, B up to 95 %, C for the rest.
    public var revenueClass: String
    /// X where its weekly demand is even, Z where it is not, Y between.
    public var evenness = AbcXyz.Evenness.z
    /// The share of units to be served from the shelf.
    public var fillRate: Double
    /// The supplier's terms; nil where none are known.
    public var offer: Offer?
    /// When the supplier takes orders.
    public var calendar: SupplierCalendar?
    /// Whether the lead time is the shop's assumption.
    public var leadTimeAssumed: Bool
    /// The lead time that deliveries have shown, which counts instead of the offer's; nil where they tell too little.
    public var learnedLeadTime: SupplierLeadTime?
    /// Days from the next chance to order to the shelf, as planned with; nil where that is not known.
    public var leadTime: LeadTime?
    /// What people have said of it that holds today or later.
    public var overrides: [OverrideSpan] = []
    /// Units of customers' firm orders that are still to leave, overdue ones too.
    public var firmUnits: Int64 = 0
    /// What lifts or presses its demand on the coming days, the strongest of each day: a promotion, a holiday. Told for
    /// a product that was asked for alone.
    public var drivers: [(day: Day, reason: DayEffects.Reason)] = []
    /// Largest order of a customer that still counts as usual: what is beyond it is kept out of the forecast. Nil where
    /// too few orders are known to tell.
    public var usualOrder: Double?
    /// Net price realised for one unit lately, else the declared one; nil where neither is known.
    public var price: UnitPrice?
    /// Cost of one unit in the shop's currency; nil where it is not known.
    public var cost: UnitPrice?
    /// Demand as seen from today; nil without any history.
    var outlook: DemandView?
    /// The plan; nil where stock or history is missing.
    public var line: PlanLine?
    /// What is missing; empty where it can be ordered.
    public var missing: [MissingInput]

    /// Day on which running out is more likely than not, counted from `today`.
    public func runsOutOn(today: Day) -> Day? { line?.risk.runsOutOn.map { today.advanced(by: $0) } }
}
