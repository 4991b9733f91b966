import Actions
import Domain
import Forecasting
import Inventory
import Numerics
import Store

/// What keeps a product from being planned, in the order in which it is worth mending.
public enum MissingInput: String, Sendable, CaseIterable {
    /// Nobody has counted it.
    case count
    /// No supplier offers it.
    case offer
    /// Its supplier's lead time is not known, and the shop assumes none.
    case leadTime = "lead time"
    /// Its cost is not known.
    case cost
    /// Its supplier takes no orders.
    case orderDay = "order day"
    /// No source of orders has spoken of any day.
    case history

    /// What to do about it.
    public var cure: String {
        switch self {
        case .count: "import a stock count (sku, place, quantity, state, counted_at)"
        case .offer: "import an offer; penstock offers template writes a file to fill in"
        case .leadTime: "fill in lead_time_days in the offer, or default_lead_time_days in penstock.toml"
        case .cost: "fill in cost in the offer"
        case .orderDay: "correct the supplier's order days and closures in its calendar"
        case .history: "import orders"
        }
    }
}

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
    /// The share of units to be served from the shelf.
    public var fillRate: Double
    /// The supplier's terms; nil where none are known.
    public var offer: Offer?
    /// When the supplier takes orders.
    public var calendar: SupplierCalendar?
    /// Whether the lead time is the shop's assumption.
    public var leadTimeAssumed: Bool
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

/// What plans are made with besides facts.
struct PlanTerms {
    /// Share of units to be served, by revenue class, and under `default`.
    var fillRate: [String: Double]
    /// Days of demand that an order should last for at least.
    var coverDays: Int
    /// Days from order to shelf where a supplier's are not known.
    var assumedLeadTimeDays: Double?
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
    init(_ policy: Policy, assumedLeadTimeDays: Double?) {
        fillRate = policy.service.classes
        fillRate["default"] = policy.service.standard
        coverDays = Int(clamping: policy.reorder.coverDays)
        self.assumedLeadTimeDays = assumedLeadTimeDays
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

/// Plans products from facts: reads what is known, asks the models, and keeps every term.
struct Planning {
    let facts: Facts
    let asOf: Instant
    let today: Day
    private let time: TimeOfDay?
    private let terms: PlanTerms
    private let window: HistoryWindow?
    private let sources: [Int64: Set<Int64>]
    private let covered: Covered
    private let ours: [String: [OwnOrder]]  // by the SKU's key: a catalogue may spell it anew
    private let offers: [Int64: [Offer]]
    private let calendars: [SupplierName: SupplierCalendar]
    private let pools: [Int64: (name: String, shipTo: PlaceName)]
    private let classes: [Int64: String]

    init(facts: Facts, asOf: Instant, terms: PlanTerms, ours: [OwnOrder]) throws {
        self.facts = facts
        self.asOf = asOf
        self.terms = terms
        let local = facts.zone.local(asOf)
        today = local.day
        time = TimeOfDay(minutes: local.second / 60)
        window = HistoryWindow(coverage: try facts.coverageBySource(), today: today)
        sources = try facts.sourcesByProduct()
        covered = Covered()
        self.ours = Dictionary(grouping: ours, by: \.sku.key)
        offers = try facts.offers(on: today)
        calendars = try facts.calendars()
        pools = try facts.pools()
        classes = try Planning.revenueClasses(facts, window)
    }

    /// Plans every product that has demand, stock or an offer, or the one product; by SKU, then place.
    func plans(of product: Product? = nil) throws -> [ProductPlan] {
        let products = try product.map { [$0] } ?? facts.products()
        let byID = Dictionary(uniqueKeysWithValues: products.map { ($0.id, $0) })
        let counted = try facts.stockLevels(asOf: asOf, product: product?.id)
        let levels = Dictionary(
            uniqueKeysWithValues: counted.map { (PoolKey(product: $0.product, pool: $0.pool), $0) })
        let lots = try lots(counted, product)
        let kits = try KitShelf(facts, asOf: asOf, levels: counted, product: product)
        let inbound = try facts.inbound(product: product?.id)
        var plans: [ProductPlan] = []
        var planned: Set<PoolKey> = []
        func add(_ key: PoolKey, _ series: DemandDays?) throws {
            guard let product = byID[key.product], planned.insert(key).inserted else { return }
            let due = (inbound[key.product] ?? []).filter { $0.pool == key.pool }.map(\.line)
            plans.append(
                try plan(
                    product, key.pool, series, stock: levels[key], kit: kits.standing(of: key.product, in: key.pool),
                    lots: lots[key], inbound: due))
        }
        if let window, let last = products.map(\.id).max() {
            for first in stride(from: product?.id ?? 1, through: last, by: Int(Planning.page)) {
                let series = try facts.demand(in: window.days, products: first...min(last, first + Planning.page - 1))
                for series in series { try add(PoolKey(product: series.product, pool: series.pool), series) }
            }
        }
        for key in levels.keys { try add(key, nil) }
        for product in products {
            for pool in kits.pools(of: product.id) { try add(PoolKey(product: product.id, pool: pool), nil) }
        }
        // Neither sold nor counted yet, and shown all the same: what is missing may be what matters.
        let seen = Set(planned.map(\.product))
        for product in products
        where !seen.contains(product.id) && (product.lifecycle != .discontinued || products.count == 1) {
            try add(PoolKey(product: product.id, pool: Facts.defaultPool), nil)
        }
        return plans.sorted { ($0.product.sku, $0.place) < ($1.product.sku, $1.place) }
    }

    /// Products whose demand is held at a time.
    private static let page: Int64 = 256

    private struct PoolKey: Hashable {
        var product: Int64
        var pool: Int64
    }

    private func plan(
        _ product: Product, _ pool: Int64, _ series: DemandDays?, stock: StockLevel?, kit: KitStanding?,
        lots: LotStanding?, inbound: [Inbound]
    ) throws -> ProductPlan {
        let place = pools[pool]?.shipTo ?? PlaceName("main")
        guard let place else { throw EngineError(.usage, "pool \(pool) has no place") }
        let forecast = try forecast(product, pool, series, isCounted: stock != nil)
        let shift = window.map { $0.days.upperBound.advanced(by: 1).distance(to: today) } ?? 0
        let view = forecast.map { DemandView(forecast: $0, shift: max(0, shift)) }
        let own = (ours[product.sku.key] ?? []).filter { $0.place == place }
        let revenueClass = classes[product.id] ?? "C"
        let fillRate = terms.fillRate[revenueClass] ?? terms.fillRate["default"] ?? 0.95
        let offer = best(offers[product.id] ?? [])
        let calendar = offer.map { calendars[$0.supplier] ?? SupplierCalendar(supplier: $0.supplier) }
        var plan = ProductPlan(
            product: product, pool: pool, place: place, stock: stock, kit: kit, lots: lots, inbound: inbound, ours: own,
            forecast: forecast?.explanation, dailyDemand: view.map { $0.mean(days: 0..<28) / 28 } ?? 0,
            demandToday: view?.mean(days: 0..<1) ?? 0, revenueClass: revenueClass, fillRate: fillRate, offer: offer,
            calendar: calendar, leadTimeAssumed: false,
            price: price(product, series), cost: nil, outlook: view, line: nil, missing: [])
        if let offer, offer.currency == facts.currency {
            plan.cost = offer.cost ?? product.cost
        } else {
            plan.cost = product.cost
        }

        plan.expiring =
            lots.map { ExpiringStock($0, rate: view == nil ? nil : plan.dailyDemand, today: today).total } ?? 0
        if let kit { return finished(plan, kit, view) }
        let timing = timing(&plan)
        if case .failure = timing, plan.offer == nil { plan.missing.append(.offer) }
        if stock == nil { plan.missing.insert(.count, at: 0) }
        if view == nil { plan.missing.append(.history) }
        if plan.offer != nil, plan.offer?.cost == nil { plan.missing.append(.cost) }
        guard let stock, let view else { return plan }
        plan.line = ReplenishmentPlan.line(
            PlanInput(
                position: position(stock, inbound, own, without: plan.expiring), demand: view, timing: timing,
                lifecycle: product.lifecycle,
                pack: offer?.pack ?? 1, minimum: offer?.minimumQuantity ?? 1,
                target: terms.target(fillRate: fillRate, price: plan.price, cost: plan.cost),
                coverDays: terms.coverDays, price: plan.price, cost: plan.cost, currency: facts.currency))
        return plan
    }

    /// What is left of lots, of all products or of one.
    private func lots(_ levels: [StockLevel], _ product: Product?) throws -> [PoolKey: LotStanding] {
        let standing = try facts.lots(asOf: asOf, levels: levels, product: product?.id)
        return Dictionary(
            standing.map { (PoolKey(product: $0.product, pool: $0.pool), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// A kit is not ordered: its demand is that of its components. Its risk is shown all the same.
    private func finished(_ plan: ProductPlan, _ kit: KitStanding, _ view: DemandView?) -> ProductPlan {
        var plan = plan
        guard let view else { return plan }
        guard plan.stock != nil || kit.makeable != nil else { return plan }
        var supply = plan.stock.map { position($0, plan.inbound, plan.ours) } ?? StockPosition(onHand: 0)
        supply.onHand += kit.makeable ?? 0
        plan.line = ReplenishmentPlan.line(
            PlanInput(
                position: supply, demand: view,
                timing: .failure(InventoryError(.assembled, "made of its components, which are ordered in its place")),
                lifecycle: plan.product.lifecycle, target: .fillRate(plan.fillRate), price: plan.price,
                cost: plan.cost, currency: facts.currency))
        return plan
    }

    private func timing(_ plan: inout ProductPlan) -> Result<OrderTiming, InventoryError> {
        guard var offer = plan.offer, let calendar = plan.calendar else {
            return .failure(InventoryError(.noLeadTime, "cannot order: no supplier offers it"))
        }
        if offer.leadTimeDays == nil, let assumed = terms.assumedLeadTimeDays {
            offer.leadTimeDays = assumed
            plan.leadTimeAssumed = true
        }
        do throws(InventoryError) {
            return .success(try OrderTiming(offer: offer, calendar: calendar, today: today, time: time))
        } catch {
            plan.missing.append(error.code == .noLeadTime ? .leadTime : .orderDay)
            return .failure(error)
        }
    }

    /// What is overdue asks to be confirmed and does not count; what has no date counts for nothing either.
    private func position(
        _ stock: StockLevel, _ inbound: [Inbound], _ own: [OwnOrder], without expiring: Int64 = 0
    ) -> StockPosition {
        var arrivals = inbound.map { line in
            let day = line.expectedOn.map { today.distance(to: $0) }
            return StockPosition.Arrival(
                day: max(0, day ?? 0), quantity: line.quantity, isOverdue: day.map { $0 < 0 } ?? true)
        }
        arrivals += own.map {
            let day = today.distance(to: $0.arrives)
            return StockPosition.Arrival(day: max(0, day), quantity: $0.quantity, isOverdue: day < 0)
        }
        // Below nothing on the shelf means that it was sold all the same: those units are owed.
        return StockPosition(
            onHand: max(0, stock.onHand - expiring), committed: stock.committed, backorders: max(0, -stock.onHand),
            arrivals: arrivals)
    }

    private func forecast(
        _ product: Product, _ pool: Int64, _ series: DemandDays?, isCounted: Bool
    ) throws -> DemandForecast? {
        guard let window else { return nil }
        let empty = isCounted ? try facts.emptyDays(product: product.id, pool: pool, until: asOf) : []
        let own = sources[product.id]
        let days = covered.days(of: own) { window.isCovered(by: own) }
        return window.history(series, isCovered: days, empty: empty).flatMap { DemandModel.fit($0) }
    }

    /// The covered days of each set of sources, worked out once: shops have thousands of products and few sources.
    private final class Covered {
        private var found: [Set<Int64>?: [Bool]] = [:]

        func days(of sources: Set<Int64>?, _ make: () -> [Bool]) -> [Bool] {
            if let known = found[sources] { return known }
            let days = make()
            found[sources] = days
            return days
        }
    }

    /// The offer to buy by: one with a lead time before one without, the shop's currency before others, then the cheapest.
    private func best(_ offers: [Offer]) -> Offer? {
        offers.min { left, right in
            func rank(_ offer: Offer) -> (Int, Int, Int64, SupplierName) {
                (
                    offer.currency == facts.currency ? 0 : 1, offer.leadTimeDays == nil ? 1 : 0,
                    offer.cost?.micros ?? .max, offer.supplier
                )
            }
            return rank(left) < rank(right)
        }
    }

    /// Net revenue over units of the last 90 days with data, or of all of them where those had none.
    private func price(_ product: Product, _ series: DemandDays?) -> UnitPrice? {
        guard let series else { return product.price }
        for days in [90, series.units.count] {
            let units = series.units.suffix(days).reduce(0, +)
            let revenue = series.revenue.suffix(days).reduce(0, +)
            if units > 0, revenue > 0 {
                let scale = Double(FixedPoint.powers[6 - facts.currency.decimals])
                return UnitPrice(micros: Int64((Double(revenue) * scale / units).rounded()))
            }
        }
        return product.price
    }

    private static func revenueClasses(_ facts: Facts, _ window: HistoryWindow?) throws -> [Int64: String] {
        guard let window else { return [:] }
        let recent = max(window.days.lowerBound, window.days.upperBound.advanced(by: -89))...window.days.upperBound
        let sellers = try facts.topSellers(in: recent, limit: .max).sorted {
            ($1.revenue, $0.product) < ($0.revenue, $1.product)
        }
        let total = sellers.reduce(0) { $0 + max(0, $1.revenue) }
        var sum: Int64 = 0
        var classes: [Int64: String] = [:]
        for seller in sellers {
            // By where a product begins: the one that crosses a border belongs to the better class.
            let share = total > 0 ? Double(sum) / Double(total) : 1
            classes[seller.product] = share < 0.8 ? "A" : share < 0.95 ? "B" : "C"
            sum += max(0, seller.revenue)
        }
        return classes
    }
}
