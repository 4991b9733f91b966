import Actions
import Domain
import FoundationEssentials
import Inventory
import Store

extension Engine {
    /// Reads what a screen shows. It never plans: risk is that of the last plan that was kept.
    ///
    /// - Parameters:
    ///   - previous: what was read before; its risk is taken over where no newer plan is kept.
    ///   - isBrief: leaves out what the first frame does not need: risk, inbound, quarantine, the older journal.
    ///   - actor: who looks.
    public func snapshot(after previous: ShopSnapshot? = nil, isBrief: Bool = false, actor: String) throws
        -> ShopSnapshot
    {
        let now = try now()
        let today = settings.zone.day(of: now)
        let inForce = try policy(actor: actor)
        let desk = Desk(decisions: decisions, policy: inForce.policy, zone: settings.zone)
        let calendars = try facts.calendars()
        let orders = try orderRows(desk, now: now, calendars: calendars)
        let stamp = try facts.planStamp()
        let isSame = previous != nil && previous?.plan == stamp
        let risk = isBrief ? [] : isSame ? previous?.risk ?? [] : try facts.keptPlan()
        let tallies = Dictionary(
            try facts.tallies().map { ($0.kind, $0.count) }, uniquingKeysWith: { first, _ in first })
        return ShopSnapshot(
            standing: try standing(inForce, desk, orders, now: now, calendars: calendars, actor: actor), orders: orders,
            risk: risk,
            plan: stamp, isBrief: isBrief,
            isPlanStale: try stamp.map { try $0.revision != facts.revision() } ?? false,
            inbound: isBrief ? [] : try inboundRows(desk, orders, now: now), feeds: try liveFeeds() + facts.feeds(),
            quarantine: isBrief
                ? []
                : try facts.quarantined(.refused, limit: 400).reversed()
                    + facts.quarantined(.parked, limit: 100).reversed(),
            quarantined: tallies["refused"] ?? 0, parked: tallies["parked"] ?? 0,
            journal: try journal(limit: isBrief ? 20 : 500).entries.reversed(),
            yesterday: try result(of: today.advanced(by: -1)), cash: try cash(desk, orders, today: today))
    }

    /// The live sources, those with something wrong first.
    private func liveFeeds() throws -> [FeedRow] {
        guard !settings.intake.feeds.isEmpty else { return [] }
        return try sources().rows.map { row in
            let feed = row.feed ?? Feed(name: row.settings.name, at: wallNow())
            return FeedRow(
                live: feed, kind: row.settings.origin.kind,
                coveredTo: feed.watermark.map { settings.zone.day(of: $0) }, state: row.state ?? .starting,
                wrong: row.wrong)
        }.sorted { ($0.wrong.isEmpty ? 1 : 0, $0.system) < ($1.wrong.isEmpty ? 1 : 0, $1.system) }
    }

    // MARK: Orders

    /// States that are shown for a week after the decision.
    private static let decided: Set<ActionState> = [
        .approved, .sent, .confirmed, .measured, .failed, .unknown, .rejected,
    ]

    private func orderRows(_ desk: Desk, now: Instant, calendars: [SupplierName: SupplierCalendar]) throws
        -> [OrderRow]
    {
        let since = now.adding(seconds: -7 * 86_400)
        let pending = Set(ActionState.allCases.filter(\.isPending))
        let (waiting, done, effects, approvals) = try decisions.read { reader in
            let waiting = try reader.actions(in: pending)
            let done = try reader.actions(in: Engine.decided).filter {
                $0.state == .unknown || $0.state == .approved || $0.state == .sent || $0.decidedAt ?? now >= since
            }
            let effects = Dictionary(
                try reader.effects(in: Engine.decided).map { ($0.action, $0) }, uniquingKeysWith: { first, _ in first })
            let approvals = try waiting.map { action in
                try reader.approvals(of: action.id).filter { $0.hash == action.hash }.map(\.actor)
            }
            return (waiting, done, effects, approvals)
        }
        let actions = waiting + done.sorted { ($0.decidedEntry ?? 0, $0.id) > ($1.decidedEntry ?? 0, $1.id) }
        var costs: [Currency: [SKU: UnitPrice]] = [:]
        for (currency, group) in Dictionary(grouping: actions, by: \.header.currency) {
            costs[currency] = try facts.lastCosts(of: Set(group.flatMap { $0.lines.map(\.draft.sku) }), in: currency)
        }
        let silence = try silentDays(now)
        return try actions.enumerated().map { index, action in
            let verdict = try? JSONDecoder().decode(Verdict.self, from: Data(action.verdict))
            let known = costs[action.header.currency] ?? [:]
            return OrderRow(
                action: action, flags: try flags(action, desk, now: now, silence: silence),
                findings: action.state.isPending ? verdict?.checks.filter { !$0.passed } ?? [] : [],
                cutOff: calendars[action.header.supplier].map { cutOff($0, after: now) }
                    ?? settings.zone.instant(day: action.header.orderBy, second: 86_399),
                key: effects[action.id]?.key,
                graceUntil: action.state == .approved ? effects[action.id]?.notBefore : nil,
                approvedBy: index < approvals.count ? approvals[index] : [],
                lastCost: known.filter { entry in action.lines.contains { $0.draft.sku == entry.key } })
        }
    }

    /// Until when a supplier takes the next orders; nil where it takes none.
    private func cutOff(_ calendar: SupplierCalendar, after now: Instant) -> Instant? {
        let local = settings.zone.local(now)
        let day = OrderCalendar(calendar).nextOrderDay(from: local.day, at: TimeOfDay(minutes: local.second / 60))
        return day.map { settings.zone.instant(day: $0, second: calendar.cutOff.map { $0.minutes * 60 } ?? 86_399) }
    }

    // MARK: Standing

    private func standing(
        _ inForce: PolicyKeeper.InForce, _ desk: Desk, _ orders: [OrderRow], now: Instant,
        calendars: [SupplierName: SupplierCalendar], actor: String
    ) throws -> ShopStanding {
        let waiting = Set(orders.filter { $0.action.state.isPending }.map(\.action.header.supplier))
        let cuts = calendars.values.compactMap { calendar in
            cutOff(calendar, after: now).map {
                ShopStanding.CutOff(
                    supplier: calendar.supplier, at: $0, hasOrder: waiting.contains(calendar.supplier))
            }
        }
        let wanted = cuts.contains(where: \.hasOrder) ? cuts.filter(\.hasOrder) : cuts
        return ShopStanding(
            name: folder.path.split(separator: "/").last.map(String.init) ?? folder.path, path: folder.path,
            zone: settings.zone, currency: settings.currency, now: now, isFixed: try facts.clock() != .live,
            actor: actor, mayDecide: inForce.policy.mayDecide(actor), isAutomatic: inForce.policy.reorder.mode == .auto,
            hold: try desk.standingHold(), runner: RunLock.holder(folder.lock),
            policyProblem: inForce.complaint?.description,
            unfinishedImports: try facts.unfinishedImports().map(\.file),
            nextCutOff: wanted.min { ($0.at, $0.supplier) < ($1.at, $1.supplier) },
            unknown: orders.filter { $0.action.state == .unknown }.count)
    }

    // MARK: Inbound

    private func inboundRows(_ desk: Desk, _ orders: [OrderRow], now: Instant) throws -> [InboundRow] {
        let today = settings.zone.day(of: now)
        let pools = try facts.pools()
        let (lines, unmatched) = try troubledDeliveries(today)
        let own = try desk.onOrder().lines
        let references = Engine.references(own)
        let products = Dictionary(
            lines.isEmpty && unmatched.isEmpty ? [] : try facts.products().map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first })
        var rows: [InboundRow] = []
        for line in lines {
            guard let product = products[line.product] else { continue }
            rows.append(
                InboundRow(
                    line, product, pools[line.pool]?.shipTo ?? settings.defaultPlaces[0], today: today))
        }
        for delivery in unmatched {
            guard let product = products[delivery.product] else { continue }
            rows.append(InboundRow(delivery, product, settings.defaultPlaces[0], references))
        }
        let shown = Dictionary(orders.map { ($0.id, $0.action) }, uniquingKeysWith: { first, _ in first })
        for line in try outstanding(own) {
            let action = try shown[line.action] ?? decisions.read { try $0.action(line.action) }
            let isUnseen = action.map { desk.isUnseen($0, now: now) } ?? false
            rows.append(
                InboundRow(
                    id: "\(line.key)/\(line.sku)", order: line.key, action: line.action, supplier: line.supplier,
                    sku: line.sku, name: action?.lines.first { $0.draft.sku == line.sku }?.draft.name ?? "",
                    place: line.place, ordered: line.quantity, announced: 0, received: 0, damaged: 0,
                    due: line.quantity, expectedOn: line.arrives, daysLate: max(0, line.arrives.distance(to: today)),
                    state: isUnseen ? .unseen : line.arrives < today ? .late : .sent,
                    says: "ordered here, not seen yet"))
        }
        func rank(_ row: InboundRow) -> (Int, Day, String) {
            (InboundRow.State.allCases.firstIndex(of: row.state) ?? 0, row.expectedOn ?? today, row.id)
        }
        return rows.sorted { rank($0) < rank($1) }
    }

    // MARK: Day and cash

    private func result(of day: Day) throws -> DayResult {
        var result = DayResult(
            day: day, isCovered: try facts.coveredDays().contains { $0.contains(day) }, units: 0, net: 0, margin: 0,
            unitsWithoutCost: 0, forecast: try facts.expected(of: day))
        for sale in try facts.sold(on: day) {
            result.units += sale.units
            result.net += sale.revenue
            if let cost = sale.cost, let total = cost.total(sale.units, currency: settings.currency) {
                result.margin += sale.revenue - total
            } else {
                result.unitsWithoutCost += sale.units
            }
        }
        return result
    }

    private func cash(_ desk: Desk, _ orders: [OrderRow], today: Day) throws -> CashCommitted {
        let currency = settings.currency
        let reserved = try orders.first.map { order in
            try decisions.read {
                try $0.reserved(on: today, currency: currency, supplier: order.action.header.supplier).total
            }
        }
        let own = orders.filter { $0.action.header.currency == currency }
        let ordered = own.filter { row in
            row.action.state.countsAsOnOrder
                && row.action.lines.contains { $0.standing == .included && $0.matched == nil }
        }
        return CashCommitted(
            today: reserved ?? 0, dayLimit: desk.policy.limits(of: .reorder, in: currency)?.day ?? 0,
            open: ordered.reduce(try facts.openPurchases(in: currency)) { $0 + $1.action.value },
            waiting: own.filter { $0.action.state.isPending }.reduce(0) { $0 + $1.action.value },
            otherCurrencies: orders.count - own.count)
    }
}
