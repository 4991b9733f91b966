import Actions
import Domain
import Formats
import Inventory
import Store

/// The whole arithmetic behind one product: why it is ordered, or why it is not and what would change that.
public struct Explanation: Report {
    let plans: [ProductPlan]
    let lines: [SoldLine]
    /// Counts, offers and purchases, and the batch that each came with.
    let origins: [(what: String, batch: Int64)]
    /// The file of each batch that is named.
    let files: [Int64: String]
    let pending: [Decisions.Action]
    let closed: [Decisions.Suppression]
    let today: Day
    let zone: Zone
    let currency: Currency
    let isNegative: Bool
    /// What of the demand was wholesale; nil where none was.
    let wholesale: WholesaleShare?

    /// As `Report` says.
    public var json: JSONValue {
        .array(
            plans.map { plan in
                guard case .object(var members) = plan.json(today: today, currency: currency) else { return .null }
                func add(_ key: String, _ value: JSONValue) { members.append((key, value)) }
                add("wholesaleUnits", .integer(wholesale?.wholesale ?? 0))
                add("wholesaleOrders", .integer(wholesale?.orders ?? 0))
                add("protectionDays", .integer(plan.line?.timing.map { Int64($0.expectedNextArrival) }))
                add("protectionDemand", .number(plan.line?.protection?.mean))
                let quantiles: [JSONValue] = (plan.line?.protection?.quantiles ?? []).map { .integer(Int64($0)) }
                add("protectionQuantiles", .array(quantiles))
                add("need", .integer(plan.line?.order?.need))
                add("pack", .integer(plan.offer?.pack))
                add("minimum", .integer(plan.offer?.minimumQuantity))
                add("arithmetic", .array(arithmetic(plan).map { .string($0) }))
                add("wouldChange", .array(turningPoint(plan).map { .string($0) }))
                add(
                    "sources",
                    .array(
                        origins.map {
                            .object([
                                ("what", .string($0.what)), ("batch", .integer($0.batch)),
                                ("file", .text(files[$0.batch])),
                            ])
                        }))
                add("actions", .array(pending.map { .integer($0.id) }))
                return .object(members)
            })
    }

    /// As `Report` says.
    public var text: String {
        plans.map { plan in
            let name = plan.product.name.isEmpty ? "" : "  \(plan.product.name)"
            var text = ["\(plan.product.sku)\(name)  at \(plan.place)"]
            text +=
                isNegative ? turningPoint(plan) + [""] + arithmetic(plan) : arithmetic(plan) + [""] + turningPoint(plan)
            return text.map(\.printable).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    // MARK: - The arithmetic

    private func arithmetic(_ plan: ProductPlan) -> [String] {
        stock(plan) + demand(plan) + order(plan) + risk(plan) + facts()
    }

    private func stock(_ plan: ProductPlan) -> [String] {
        var text = ["", "Stock"]
        if let stock = plan.stock {
            text.append(
                row(
                    stock.counted,
                    "counted \(stock.state == .onHand ? "on hand" : "available"), \(stock.countedAt.iso8601(in: zone))")
            )
            text.append(row(stock.received, "received since", sign: "+"))
            if stock.adjusted != 0 { text.append(row(stock.adjusted, "found, lost or written off since", sign: "+")) }
            text.append(row(stock.left, stock.state == .onHand ? "shipped since" : "ordered since", sign: "−"))
            text.append(row(stock.onHand, "on hand", sign: "="))
            text.append(row(stock.committed, "promised and not yet shipped", sign: "−"))
        } else if plan.kit == nil {
            text.append("  never counted: \(MissingInput.count.cure)")
        } else {
            text.append(row(0, "on the shelf: nobody counts it"))
        }
        if let kit = plan.kit { text += parts(kit) }
        if let lots = plan.lots { text += self.lots(lots, plan) }
        for line in plan.inbound {
            let when =
                line.expectedOn.map { $0 < today ? "was due \($0): overdue, does not count" : "due \($0)" }
                ?? "no date: does not count"
            let part =
                (line.shipment.map { ", announced in \($0)" } ?? "")
                + (line.received > 0 ? ", \(line.received) of \(line.ordered) received" : "")
            text.append(row(line.quantity, "on order, \(line.order) from \(line.supplier), \(when)\(part)", sign: "+"))
        }
        for own in plan.ours {
            text.append(
                row(own.quantity, "ordered here, action \(own.action), should arrive \(own.arrives)", sign: "+"))
        }
        if let line = plan.line {
            text.append(row(line.position, "position: what counts and arrives in time", sign: "="))
        }
        return text
    }

    private func lots(_ standing: LotStanding, _ plan: ProductPlan) -> [String] {
        let lost = plan.expiring == 0 ? [] : [row(plan.expiring, "expire before they could be sold", sign: "−")]
        return lost + LotRow.rows(of: plan, today: today).map { "      \($0.words)" }
    }

    private func parts(_ kit: KitStanding) -> [String] {
        let made = kit.makeable.map { [row($0, "can be made of its components", sign: "+")] } ?? ["  \(kit.words)"]
        return made
            + kit.components.map { part in
                "      \(part.quantity) of \(part.sku) each, \(part.available.map(String.init) ?? "an unknown number") available"
                    + (kit.limitedBy.contains(part.sku) ? ": the limit" : "")
            }
    }

    private func demand(_ plan: ProductPlan) -> [String] {
        guard let forecast = plan.forecast else { return ["", "Demand", "  no history: \(MissingInput.history.cure)"] }
        var text = ["", "Demand"]
        text.append(
            "  \(Readable.units(plan.dailyDemand)) units a day over the next four weeks; \(forecast.demandClass.rawValue)"
        )
        let profile = zip(Weekday.allCases, forecast.profile).map { "\($0.short) ×\(Readable.units($1))" }
        if forecast.profile.count == 7 { text.append("  week: \(profile.joined(separator: "  "))") }
        if let share = wholesale {
            text.append(
                "  of \(share.units) units ordered in the last \(share.days) days \(share.wholesale) were wholesale, in "
                    + "\(share.orders) order\(share.orders == 1 ? "" : "s"); the forecast holds them too")
        }
        for (day, reason) in plan.drivers { text.append("  \(day): \(reason)".printable) }
        if plan.firmUnits > 0 { text.append("  \(plan.firmUnits) units are firm orders that have yet to leave") }
        text += plan.overrides.map { "  " + Explanation.words($0) }
        text.append(
            plan.usualOrder.map {
                "  orders of more than \(Readable.units($0)) units are kept out of it: single decisions of single buyers"
            } ?? "  too few orders are known to tell outsize ones")
        text.append(
            "  from \(forecast.periodsUsed) days, \(forecast.censoredPeriods) of them without stock or unknown; "
                + "spread within a day φ \(Readable.units(forecast.phi)), level uncertain by \(Readable.chance(forecast.kappa))"
        )
        return text
    }

    /// What somebody has said, from when to when, who and why.
    private static func words(_ span: OverrideSpan) -> String {
        let what =
            switch span.word {
            case .unitsPerDay(let units): "forecast of \(Readable.units(units)) units a day"
            case .factor(let factor): "forecast ×\(Readable.units(factor))"
            case .leadTime(let days): "lead time of \(Readable.units(days)) days"
            case .minimum(let units): "minimum of \(units) units"
            case .target(let share): "target of \(Readable.chance(share))"
            }
        return "\(what) by \(span.owner) from \(span.firstDay) to \(span.lastDay): \(span.reason)".printable
    }

    private func order(_ plan: ProductPlan) -> [String] {
        var text = ["", "Order"]
        if plan.kit != nil { return text + ["  not ordered: it is put together when it is sold"] }
        guard let offer = plan.offer else { return text + ["  no supplier offers it: \(MissingInput.offer.cure)"] }
        let declared = offer.leadTimeDays.map { "\(Readable.units($0)) ± \(Readable.units(offer.leadTimeSpread)) days" }
        let lead =
            plan.learnedLeadTime.flatMap { learned in
                plan.leadTime.map { time in
                    "\(Readable.units(time.mean)) ± \(Readable.units(time.spread)) days, learned from \(learned.delivered) "
                        + "deliveries of the product and those of its supplier"
                        + (learned.lateShare.map { ", \(Readable.chance($0)) of the product's late" } ?? "")
                        + "; its offer says \(declared ?? "nothing")"
                }
            } ?? declared
        text.append(
            "  from \(offer.supplier) at \(offer.cost?.description ?? "unknown cost") \(offer.currency), minimum "
                + "\(offer.minimumQuantity), pack \(offer.pack), lead time "
                + (lead ?? (plan.leadTimeAssumed ? "not known, assumed by penstock.toml" : "not known")))
        guard let line = plan.line, let timing = line.timing else { return text + ["  \(plan.reasonText)"] }
        text.append(
            "  next order day \(today.advanced(by: timing.wait)), the one after \(timing.gap) days later; an order then would "
                + "arrive about \(today.advanced(by: timing.expectedNextArrival))")
        if let protection = line.protection {
            text.append(
                "  demand until then \(Readable.units(protection.mean)) ± \(Readable.units(protection.deviation)) units"
                    + " (half the time within \(protection.quantiles.first ?? 0), 95 % within \(protection.quantiles.dropFirst(2).first ?? 0))"
            )
        }
        if let policy = line.policy {
            text.append(
                "  reorder point \(policy.reorderPoint): serves \(Readable.chance(policy.fillRate)) of units from the shelf, wanted "
                    + "\(Readable.chance(policy.service)) for class \(plan.revenueClass)")
            text.append(
                "  order up to \(policy.orderUpTo): reorder point + \(Readable.units(policy.cycle))"
                    + (plan.dailyDemand > 0
                        ? ", the demand of \(Readable.units(policy.cycle / plan.dailyDemand)) days" : "")
            )
            text.append(
                "  position \(line.position) is \(line.position < policy.reorderPoint ? "below" : "not below") the reorder point"
            )
        }
        if let order = line.order, order.quantity > 0 {
            text.append(
                "  \(order.need) needed, + \(order.addedByPack) to fill packs of \(offer.pack), + \(order.addedByMinimum) to reach "
                    + "the minimum = \(order.quantity) ordered")
        }
        return text
    }

    private func risk(_ plan: ProductPlan) -> [String] {
        guard let line = plan.line else { return [] }
        let risk = line.risk
        var text = ["", "Risk"]
        text.append(
            "  \(Readable.chance(risk.chanceBeforeNext)) chance of running out before an order placed at the next chance could arrive"
                + (plan.runsOutOn(today: today).map { "; more likely than not from \($0)" } ?? ""))
        let margin = plan.price.flatMap { price in plan.cost.map { Double(price.micros - $0.micros) / 1_000_000 } }
        func money(_ units: Double) -> String {
            margin.map { "\(Readable.units(units)) units, \(Readable.units(units * $0)) \(currency) margin" }
                ?? "\(Readable.units(units)) units (margin unknown: no price or cost)"
        }
        text.append("  expected to be lost: \(money(risk.lost))")
        text.append("    saved by this order      \(money(risk.avoidableByOrdering))")
        let expedite = plan.offer?.expediteDays == nil ? " (the supplier offers no hurry)" : ""
        text.append("    saved by expediting      \(money(risk.avoidableByExpediting))\(expedite)")
        text.append("    not avoidable any more   \(money(risk.unavoidable))")
        return text
    }

    private func facts() -> [String] {
        let sources = origins.map { "  \($0.what): \(batch($0.batch))" }
        let known = sources.isEmpty ? [] : ["", "Where it comes from"] + sources
        guard !lines.isEmpty else { return known }
        return known + ["", "Newest lines"]
            + lines.map {
                "  \($0.at.iso8601(in: zone))  \($0.kind.name)  \($0.quantity) at \($0.price)  document \($0.document), \(batch($0.batch))"
            }
    }

    private func batch(_ id: Int64) -> String { "batch \(id)" + (files[id].map { ", \($0)" } ?? "") }

    // MARK: - What would change it

    private func turningPoint(_ plan: ProductPlan) -> [String] {
        var text: [String] = []
        for action in pending where action.lines.contains(where: { $0.draft.sku.key == plan.product.sku.key }) {
            let until = action.snoozedUntil.map { " until \($0.iso8601(in: zone))" } ?? ""
            text.append(
                "Action \(action.id) asks for it (\(action.state.rawValue)\(until)); penstock actions show \(action.id)"
            )
        }
        for need in closed where need.sku.key == plan.product.sku.key {
            let until = need.until.map { " until \($0.iso8601(in: zone))" } ?? " until the supplier's terms change"
            text.append("Turned down\(until): \(need.reason)")
        }
        for missing in plan.missing {
            text.append("It cannot be ordered: no \(missing.rawValue). To mend it, \(missing.cure).")
        }
        guard let line = plan.line else { return text }
        switch line.reason {
        case .belowReorderPoint:
            if pending.isEmpty, closed.isEmpty { text.append("It is due; the next plan proposes it (penstock run).") }
        case .enough:
            guard let policy = line.policy else { break }
            let units = line.position - policy.reorderPoint + 1
            let days = plan.dailyDemand > 0 ? Int((Double(units) / plan.dailyDemand).rounded(.up)) : nil
            text.append(
                "Not ordered: the position \(line.position) is not below the reorder point \(policy.reorderPoint). "
                    + "\(units) units less\(days.map { ", in about \($0) days," } ?? "") would change that.")
        case .rarelyAsked:
            text.append(
                "Not ordered: asked for so seldom that no unit is worth keeping at this service level; an order from a customer would change that."
            )
        case .noDemand: text.append("Not ordered: no demand is expected and none is owed; a sale would change that.")
        case .notBought(let lifecycle):
            text.append("Not ordered: its lifecycle is \(lifecycle.rawValue); declare it active to change that.")
        case .assembled:
            let parts = plan.kit?.components.map(\.sku.text).joined(separator: ", ") ?? ""
            text.append("Not ordered: it is put together when it is sold, so its components are ordered: \(parts).")
        case .cannotOrder(let error):
            if plan.missing.isEmpty { text.append("Not ordered: \(error.message).") }
        }
        return text
    }

    private func row(_ value: Int64, _ words: String, sign: String = " ") -> String {
        let digits = String(value)
        return "  \(sign) \(String(repeating: " ", count: max(0, 8 - digits.count)))\(digits)  \(words)"
    }
}

extension Engine {
    /// The arithmetic behind a product, named by SKU or barcode.
    ///
    /// - Parameter isNegative: puts what would change the outcome first (`why-not`).
    /// - Throws: `EngineError(.notFound)`.
    public func explain(_ identifier: String, isNegative: Bool, actor: String) throws -> Explanation {
        guard let product = try facts.product(identifier) else {
            throw EngineError(
                .notFound, "no product is known as '\(identifier.printable)'; penstock stock --find TEXT looks for one")
        }
        let plans = try plans(of: product, actor: actor)
        let targets = Set(plans.map(Reorder.target))
        let (pending, closed) = try decisions.read { reader in
            (
                try reader.actions(in: [.proposed, .snoozed, .held, .approved, .sent, .unknown]),
                try reader.suppressions(rule: Reorder.rule)
            )
        }
        let now = try now()
        let lines = try facts.lines(of: product.id, limit: isNegative ? 0 : 5)
        let origins = try facts.origins(of: product.id)
        let named = Set(lines.map(\.batch) + origins.map(\.batch))
        let files = named.isEmpty ? [] : try facts.batches(limit: .max).filter { named.contains($0.id) }
        return Explanation(
            plans: plans, lines: lines, origins: origins,
            files: Dictionary(uniqueKeysWithValues: files.map { ($0.id, $0.file) }),
            pending: pending.filter { $0.lines.contains { $0.draft.sku.key == product.sku.key } },
            closed: targets.sorted().flatMap { closed[$0] ?? [] }.filter { $0.until.map { $0 > now } ?? true },
            today: settings.zone.day(of: now), zone: settings.zone, currency: settings.currency,
            isNegative: isNegative, wholesale: try facts.wholesale(of: product.id, last: 90, until: now))
    }
}
