import Actions
import Domain
import Forecasting
import Inventory
import Numerics
import Store

/// Plans products from facts: reads what is known, asks the models, and keeps every term.
struct Planning {
    let facts: Facts
    let asOf: Instant
    let today: Day
    private let time: TimeOfDay?
    private let terms: PlanTerms
    private let demand: ShopDemand?
    private let knowledge: Knowledge
    private let lifts: SensedLifts?
    private let ours: [String: [OwnOrder]]  // by the SKU's key: a catalogue may spell it anew
    private let offers: [Int64: [Offer]]
    private let calendars: [SupplierName: SupplierCalendar]
    private let pools: [Int64: (name: String, shipTo: PlaceName)]
    private let classes: [Int64: String]
    private let times: SupplierTimes

    init(facts: Facts, asOf: Instant, terms: PlanTerms, ours: [OwnOrder]) throws {
        self.facts = facts
        self.asOf = asOf
        self.terms = terms
        let local = facts.zone.local(asOf)
        today = local.day
        time = TimeOfDay(minutes: local.second / 60)
        demand = try ShopDemand(facts, asOf: asOf, today: today, holidays: terms.holidays)
        knowledge = try Knowledge(facts, today: today)
        lifts = try demand.map { [today] in
            try SensedLifts(facts, asOf: asOf, today: today, window: $0.window, regions: terms.regions)
        }
        self.ours = Dictionary(grouping: ours, by: \.sku.key)
        offers = try facts.offers(on: today)
        calendars = try facts.calendars()
        pools = try facts.pools()
        classes = try Planning.revenueClasses(facts, demand?.window)
        times = try SupplierTimes(facts, calendars: calendars, today: today)
    }

    /// Plans every product that has demand, stock or an offer, or the one product; by SKU, then place.
    func plans(of product: Product? = nil) throws -> [ProductPlan] {
        let drafts = try drafts(of: product)
        let lines = inParallel(drafts, jobs: processors) { $0.input.map(ReplenishmentPlan.line) }
        return zip(drafts, lines).map { draft, line in
            var plan = draft.plan
            plan.line = line
            if product != nil { plan.drivers = drivers(plan) }
            return plan
        }.sorted { ($0.product.sku, $0.place) < ($1.product.sku, $1.place) }
    }

    /// What every product is planned from.
    ///
    /// - Parameter isPast: whether what was on order is that of the moment of the plan, as far as receipts tell, and not
    ///   what is open now.
    func drafts(of product: Product? = nil, isPast: Bool = false) throws -> [Draft] {
        let products = try product.map { [$0] } ?? facts.products()
        let byID = Dictionary(uniqueKeysWithValues: products.map { ($0.id, $0) })
        let counted = try facts.stockLevels(asOf: asOf, product: product?.id)
        let levels = Dictionary(
            uniqueKeysWithValues: counted.map { (PoolKey(product: $0.product, pool: $0.pool), $0) })
        let lots = try lots(counted, product)
        let kits = try KitShelf(facts, asOf: asOf, levels: counted, product: product)
        let inbound = try isPast ? facts.inbound(asOf: asOf) : facts.inbound(product: product?.id)
        var drafts: [Draft] = []
        var planned: Set<PoolKey> = []
        // Units expected of each product over four weeks, in all pools together.
        var totals: [Int64: Double] = [:]
        func add(_ key: PoolKey, _ series: ShopDemand.Series?, share: Double) throws {
            guard let product = byID[key.product], planned.insert(key).inserted else { return }
            let due = (inbound[key.product] ?? []).filter { $0.pool == key.pool }.map(\.line)
            drafts.append(
                try draft(
                    product, key.pool, series, share: share, stock: levels[key],
                    kit: kits.standing(of: key.product, in: key.pool),
                    lots: lots[key], inbound: due))
        }
        if let demand, let last = products.map(\.id).max() {
            for first in stride(from: product?.id ?? 1, through: last, by: Int(ShopDemand.page)) {
                let page = try demand.series(first...min(last, first + ShopDemand.page - 1))
                for series in page { totals[series.product, default: 0] += series.monthly }
                for series in page {
                    let total = totals[series.product] ?? 0
                    try add(
                        PoolKey(product: series.product, pool: series.pool), series,
                        share: total > 0 ? series.monthly / total : 1)
                }
            }
        }
        // Neither sold nor counted yet, and shown all the same: what is missing may be what matters.
        var others: Set<PoolKey> = Set(levels.keys)
        for product in products {
            for pool in kits.pools(of: product.id) { others.insert(PoolKey(product: product.id, pool: pool)) }
            for pool in knowledge.pools(product.id) { others.insert(PoolKey(product: product.id, pool: pool)) }
        }
        let seen = Set(planned.map(\.product)).union(others.map(\.product))
        for product in products
        where !seen.contains(product.id) && (product.lifecycle != .discontinued || products.count == 1) {
            others.insert(PoolKey(product: product.id, pool: Facts.defaultPool))
        }
        others.subtract(planned)
        // A word for all places belongs to those that sell; where none does, to each in equal parts.
        let places = Dictionary(grouping: others, by: \.product).mapValues(\.count)
        for key in others.sorted(by: { ($0.product, $0.pool) < ($1.product, $1.pool) }) {
            try add(key, nil, share: totals[key.product] ?? 0 > 0 ? 0 : 1 / Double(places[key.product] ?? 1))
        }
        return drafts
    }

    /// What is at work on the coming four weeks, the strongest of each day.
    private func drivers(_ plan: ProductPlan) -> [(day: Day, reason: DayEffects.Reason)] {
        guard let demand else { return [] }
        return (0..<28).compactMap { offset in
            let day = today.advanced(by: offset)
            return demand.reasons(plan.product.id, plan.pool, on: day).first.map { (day, $0) }
        }
    }

    /// A plan whose arithmetic is still to be done; without input there is none to do.
    struct Draft: Sendable {
        var plan: ProductPlan
        var input: PlanInput?
    }

    private struct PoolKey: Hashable {
        var product: Int64
        var pool: Int64
    }

    private func draft(
        _ product: Product, _ pool: Int64, _ series: ShopDemand.Series?, share: Double, stock: StockLevel?,
        kit: KitStanding?, lots: LotStanding?, inbound: [Inbound]
    ) throws -> Draft {
        let place = pools[pool]?.shipTo ?? PlaceName("main")
        guard let place else { throw EngineError(.usage, "pool \(pool) has no place") }
        let forecast = try series.map(\.forecast) ?? demand?.silent(product.id, pool)
        let shift = demand.map { $0.window.days.upperBound.advanced(by: 1).distance(to: today) } ?? 0
        let words = knowledge.words(product.id, pool, share: share)
        let firm = knowledge.firmOrders(product.id, pool)
        // A word or an order is demand even where no sale has ever been told.
        let isStated = !firm.isEmpty || words.forecast.contains { $0.unitsPerDay != nil }
        let base = forecast ?? (isStated ? DemandForecast(statedPerDay: 0, season: 7) : nil)
        let view = base.map {
            DemandView(forecast: $0, shift: max(0, shift))
                .lifted(by: lifts?.multipliers(product: product.id, pool: pool) ?? [])
                .stating(words.forecast)
                .with(firm, usual: series?.usual?.limit ?? 0)
        }
        let own = (ours[product.sku.key] ?? []).filter { $0.place == place }
        let revenueClass = classes[product.id] ?? "C"
        let fillRate = words.target ?? terms.fillRate[revenueClass] ?? terms.fillRate["default"] ?? 0.95
        let offer = best(offers[product.id] ?? [])
        let calendar = offer.map { calendars[$0.supplier] ?? SupplierCalendar(supplier: $0.supplier) }
        var plan = ProductPlan(
            product: product, pool: pool, place: place, stock: stock, kit: kit, lots: lots, inbound: inbound, ours: own,
            forecast: forecast?.explanation, dailyDemand: view.map { $0.mean(days: 0..<28) / 28 } ?? 0,
            demandToday: view?.mean(days: 0..<1) ?? 0, revenueClass: revenueClass, fillRate: fillRate, offer: offer,
            calendar: calendar, leadTimeAssumed: false,
            price: try price(product, series?.recent), cost: nil, outlook: view, line: nil, missing: [])
        plan.overrides = words.spans
        plan.firmUnits = firm.reduce(0) { $0 &+ $1.units }
        if let recent = series?.recent {
            let weeks = recent.units.suffix(84)
            plan.evenness = AbcXyz.evenness(
                of: stride(from: weeks.startIndex, through: weeks.endIndex - 7, by: 7).map {
                    weeks[$0..<$0 + 7].reduce(0, +)
                })
        }
        plan.usualOrder = (series?.usual?.limit).flatMap { $0.isFinite ? $0 : nil }
        if let offer, offer.currency == facts.currency {
            plan.cost = offer.cost ?? product.cost
        } else {
            plan.cost = product.cost
        }

        plan.expiring =
            lots.map { ExpiringStock($0, rate: view == nil ? nil : plan.dailyDemand, today: today).total } ?? 0
        if let kit { return finished(plan, kit, view) }
        let timing = timing(&plan, leadTime: words.leadTime)
        if case .failure = timing, plan.offer == nil { plan.missing.append(.offer) }
        if stock == nil { plan.missing.insert(.count, at: 0) }
        if view == nil { plan.missing.append(.history) }
        if plan.offer != nil, plan.offer?.cost == nil { plan.missing.append(.cost) }
        guard let stock, let view else { return Draft(plan: plan) }
        return Draft(
            plan: plan,
            input: PlanInput(
                position: position(stock, inbound, own, without: plan.expiring), demand: view, timing: timing,
                lifecycle: product.lifecycle,
                pack: offer?.pack ?? 1, minimum: offer?.minimumQuantity ?? 1,
                target: words.target.map { .fillRate($0) }
                    ?? terms.target(fillRate: fillRate, price: plan.price, cost: plan.cost),
                coverDays: terms.coverDays, floor: words.minimum ?? 0, price: plan.price, cost: plan.cost,
                currency: facts.currency))
    }

    /// What is left of lots, of all products or of one.
    private func lots(_ levels: [StockLevel], _ product: Product?) throws -> [PoolKey: LotStanding] {
        let standing = try facts.lots(asOf: asOf, levels: levels, product: product?.id)
        return Dictionary(
            standing.map { (PoolKey(product: $0.product, pool: $0.pool), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// A kit is not ordered: its demand is that of its components. Its risk is shown all the same.
    private func finished(_ plan: ProductPlan, _ kit: KitStanding, _ view: DemandView?) -> Draft {
        guard let view, plan.stock != nil || kit.makeable != nil else { return Draft(plan: plan) }
        var supply = plan.stock.map { position($0, plan.inbound, plan.ours) } ?? StockPosition(onHand: 0)
        supply.onHand += kit.makeable ?? 0
        return Draft(
            plan: plan,
            input: PlanInput(
                position: supply, demand: view,
                timing: .failure(InventoryError(.assembled, "made of its components, which are ordered in its place")),
                lifecycle: plan.product.lifecycle, target: .fillRate(plan.fillRate), price: plan.price,
                cost: plan.cost, currency: facts.currency))
    }

    private func timing(_ plan: inout ProductPlan, leadTime stated: Double?) -> Result<OrderTiming, InventoryError> {
        guard let offer = plan.offer, let calendar = plan.calendar else {
            return .failure(InventoryError(.noLeadTime, "cannot order: no supplier offers it"))
        }
        plan.learnedLeadTime = terms.learnsLeadTimes ? times.learned(offer.supplier, product: plan.product.id) : nil
        do throws(InventoryError) {
            let leadTime: LeadTime
            if let stated {
                leadTime = try LeadTime(mean: stated, spread: plan.learnedLeadTime?.spread ?? offer.leadTimeSpread)
            } else if let learned = plan.learnedLeadTime {
                let order = OrderCalendar(calendar).nextOrderDay(from: today, at: time)
                leadTime = try times.leadTime(learned, of: offer.supplier, orderedOn: order ?? today)
            } else if let days = offer.leadTimeDays {
                leadTime = try LeadTime(mean: days, spread: offer.leadTimeSpread)
            } else if let assumed = terms.assumedLeadTimeDays {
                leadTime = try LeadTime(mean: assumed, spread: offer.leadTimeSpread)
                plan.leadTimeAssumed = true
            } else {
                throw InventoryError(
                    .noLeadTime, "cannot order: no lead time; give the days from order to shelf in the offer")
            }
            plan.leadTime = leadTime
            return .success(
                try OrderTiming(
                    calendar: calendar, today: today, time: time, leadTime: leadTime,
                    expediteDays: offer.expediteDays))
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

    /// Net revenue over units of the newest days in the pool, or of all days everywhere where those had none.
    private func price(_ product: Product, _ recent: DemandDays?) throws -> UnitPrice? {
        func price(_ revenue: Int64, _ units: Double) -> UnitPrice? {
            guard units > 0, revenue > 0 else { return nil }
            let scale = Double(FixedPoint.powers[6 - facts.currency.decimals])
            return UnitPrice(micros: Int64((Double(revenue) * scale / units).rounded()))
        }
        if let recent {
            let days = ShopDemand.recentDays
            let (units, revenue) = (recent.units.suffix(days), recent.revenue.suffix(days))
            if let price = price(revenue.reduce(0, +), units.reduce(0, +)) { return price }
        }
        guard let all = try demand?.revenue(product.id) else { return product.price }
        return price(all.revenue, all.units) ?? product.price
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
