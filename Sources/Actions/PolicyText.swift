import Domain

extension Policy {
    /// Reads the text of a `policy.toml`. What it does not mention keeps its conservative default.
    ///
    /// - Parameters:
    ///   - text: TOML 1.0; `template(currency:)` shows every key.
    ///   - currency: the shop's, which amounts are in.
    /// - Throws: `ActionError` with code `.settings`, naming every wrong line: a key that is not known, a value of the
    ///   wrong type or out of its range.
    public init(_ text: String, currency: Currency) throws {
        self.init(currency: currency)
        var root = try SettingsTable(text, file: "policy.toml")
        root.table("reorder") { table in
            table.choice("mode", &reorder.mode)
            reorder.limits.read(&table, decimals: currency.decimals)
            table.count("max_line_units", &reorder.maxLineUnits, 1...1_000_000_000)
            table.count("grace_minutes", &reorder.graceMinutes, 0...10_080)
            table.count("valid_hours", &reorder.validHours, 1...8_760)
            table.count("rejected_days", &reorder.rejectedDays, 0...3_650)
            table.count("max_count_age_hours", &reorder.maxCountAgeHours, 0...8_760)
            table.count("cover_days", &reorder.coverDays, 1...730)
            table.money("change_threshold", &reorder.changeThreshold, decimals: currency.decimals)
            table.table("currency") { table in
                for code in table.otherKeys {
                    guard let other = Currency(code), other != currency else {
                        let own = code == currency.code
                        table.complain(
                            code,
                            own
                                ? "is the shop's own; its limits stand in [reorder]"
                                : "is not a currency: [reorder.currency.EUR]")
                        continue
                    }
                    var limits = Limits(currency: other)
                    table.table(code) { limits.read(&$0, decimals: other.decimals) }
                    reorder.otherLimits[other] = limits
                }
            }
            table.table("tolerance") { table in
                table.share("on_hand", &reorder.tolerance.onHand, 0...100)
                table.share("committed", &reorder.tolerance.committed, 0...100)
                table.share("on_order", &reorder.tolerance.onOrder, 0...100)
                table.share("demand", &reorder.tolerance.demand, 0...100)
                table.share("cost", &reorder.tolerance.cost, 0...100)
                table.share("lead_time", &reorder.tolerance.leadTime, 0...100)
            }
        }
        root.table("service") { table in
            table.share("default", &service.standard, 0.001...0.9999)
            table.choice("basis", &service.basis)
            table.share("shortage_factor", &service.shortageFactor, 0.01...100)
            table.share("holding_rate", &service.holdingRate, 0.01...5)
            table.money("order_line_cost", &service.orderLineCost, decimals: currency.decimals)
            for name in table.otherKeys {
                var level = service.standard
                table.share(name, &level, 0.001...0.9999)
                service.classes[name] = level
            }
        }
        root.table("roles") { table in
            table.names("approvers", &approvers)
            var above = Int64.max
            table.money("four_eyes_above", &above, decimals: currency.decimals)
            if above != .max { fourEyesAbove = above }
        }
        try root.finish(refusingOthers: true)
    }

    /// The text of a `policy.toml` with every key, its meaning and its default: it reads as `Policy(currency:)`.
    public static func template(currency: Currency) -> String {
        let rules = Rules(currency: currency)
        let other = currency.code == "EUR" ? "USD" : "EUR"
        func whole(_ minor: Int64) -> Int64 { minor / FixedPoint.powers[currency.decimals] }
        return """
            # What Penstock may do by itself, what it asks for, and what it never does.
            # Amounts are in \(currency). A mistake in this file leaves the last valid policy in force.

            [reorder]
            # "off": nothing is ordered. "ask": a person decides. "auto": decided here where every guardrail agrees.
            mode = "\(rules.mode.rawValue)"
            # An order above one of these is held until it is made smaller or the limit is raised.
            max_order_value = \(whole(rules.limits.order))
            max_line_units = \(rules.maxLineUnits)
            # What all orders of a day may cost, with one supplier and together. Reserved at approval.
            max_supplier_day_value = \(whole(rules.limits.supplierDay))
            max_day_value = \(whole(rules.limits.day))
            # Minutes between a decision and its sending, in which it can be undone.
            grace_minutes = \(rules.graceMinutes)
            # Hours for which a proposal waits for a decision.
            valid_hours = \(rules.validHours)
            # Days for which a rejected need stays closed.
            rejected_days = \(rules.rejectedDays)
            # Hours since the stock was counted up to which "auto" may decide.
            max_count_age_hours = \(rules.maxCountAgeHours)
            # Days of demand that an order should cover beyond the lead time.
            cover_days = \(rules.coverDays)
            # What another quantity must earn before a proposal that stands is changed.
            change_threshold = \(whole(rules.changeThreshold))

            # Orders in another currency are held until it has limits of its own, in that currency.
            # [reorder.currency.\(other)]
            # max_order_value = \(whole(rules.limits.order))
            # max_supplier_day_value = \(whole(rules.limits.supplierDay))
            # max_day_value = \(whole(rules.limits.day))

            # How far a number may move, relative to what was shown, before a decision is asked again.
            [reorder.tolerance]
            on_hand = \(rules.tolerance.onHand)
            # Promised to customers, and on order: relative to the order-up-to level where that is more.
            committed = \(rules.tolerance.committed)
            on_order = \(rules.tolerance.onOrder)
            demand = \(rules.tolerance.demand)
            cost = \(rules.tolerance.cost)
            lead_time = \(rules.tolerance.leadTime)

            # What stock strives for. "fill-rate": the shares of demand below, served from the shelf. "cost": the least cost of
            # being short (a multiple of the unit's margin) and of holding (a share of its cost a year).
            [service]
            basis = "\(ServiceLevels().basis.rawValue)"
            # shortage_factor = 1.0
            # holding_rate = 0.25
            # order_line_cost = 0
            # Shares by class of revenue; a class that is not named has the default.
            default = \(ServiceLevels().standard)
            # A = 0.98
            # C = 0.90

            [roles]
            # User names that may decide; empty for everyone.
            approvers = []
            # Orders above this need a second person.
            # four_eyes_above = 5000

            """
    }
}

extension Policy.Limits {
    fileprivate mutating func read(_ table: inout SettingsTable, decimals: Int) {
        table.money("max_order_value", &order, decimals: decimals)
        table.money("max_supplier_day_value", &supplierDay, decimals: decimals)
        table.money("max_day_value", &day, decimals: decimals)
    }
}
