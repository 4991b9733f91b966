import Domain
import Store

/// What one guardrail found.
public struct Check: Hashable, Sendable, Codable {
    /// What a check that does not pass leads to.
    public enum Weight: String, Sendable, Codable {
        /// The action is held: not even a person can approve it as it is.
        case blocks
        /// A person is asked instead of the policy deciding.
        case asks
    }

    /// Which guardrail: `order value`.
    public var name: String
    /// Whether it agrees.
    public var passed: Bool
    /// What it leads to where it does not.
    public var weight: Weight
    /// How far from its limit it is, in its own unit, negative beyond it; nil where there is no measure.
    public var margin: Int64?
    /// The finding as a sentence, with its numbers.
    public var finding: String
}

/// What the guardrails say of an action: every check with its margin, and what follows from them together.
public struct Verdict: Hashable, Sendable, Codable {
    /// What follows.
    public enum Decision: String, Sendable, Codable {
        /// A person decides.
        case ask
        /// The policy decides, now.
        case auto
        /// Nobody decides; it is held.
        case refuse
    }

    /// What follows.
    public var decision: Decision
    /// All checks, passed and failed.
    public var checks: [Check]

    /// The findings that led away from deciding automatically; empty where the policy decides.
    public var reason: String {
        let failed = checks.filter { !$0.passed }
        let blocking = failed.filter { $0.weight == .blocks }
        return (blocking.isEmpty ? failed : blocking).map(\.finding).joined(separator: "; ")
    }
}

/// The rules that stand between a proposal and its doing.
public enum Guardrails {
    /// What holds around an action at the moment of asking.
    public struct Surroundings: Hashable, Sendable {
        /// Shop time.
        public var now: Instant
        /// The newest batch of facts; evidence from an older one is not fresh.
        public var newestBatch: Int64
        /// What today's other decisions have reserved, minor units of the order's currency.
        public var reserved: Decisions.Reserved
        /// Why everything is on hold; nil where nothing is.
        public var hold: String?
        /// Whether the last action for this target failed.
        public var failedBefore = false
        /// Whether a person has taken this action in hand.
        public var takenInHand = false
        /// What is wrong with live sources, one phrase each: `till is silent`.
        public var troubledSources: [String] = []

        /// Surroundings without a hold, an earlier failure, a person's touch or a source in trouble.
        public init(now: Instant, newestBatch: Int64, reserved: Decisions.Reserved) {
            self.now = now
            self.newestBatch = newestBatch
            self.reserved = reserved
        }
    }

    /// What the policy says of an order, and why.
    ///
    /// Held: the kind is off, a quantity is not positive, a cost is negative, the sum does not fit, a limit of the order
    /// or a line is exceeded, or the policy states no limits for the order's currency. Automatic: the mode says so and
    /// nothing is missing, assumed, stale, over budget or in a person's hand (a missing input never means zero). Asked:
    /// everything else.
    public static func verdict(
        kind: ActionKind, order: DraftOrder, evidence: [SKU: LineEvidence], policy: Policy, around: Surroundings
    ) -> Verdict {
        let rules = policy[kind]
        var checks: [Check] = []
        func check(_ name: String, _ weight: Check.Weight, _ passed: Bool, margin: Int64? = nil, _ finding: String) {
            checks.append(Check(name: name, passed: passed, weight: weight, margin: margin, finding: finding))
        }

        check("mode", .blocks, rules.mode != .off, "the policy says \(rules.mode.rawValue) for \(kind.rawValue)")
        let limits = policy.limits(of: kind, in: order.currency)
        payload(order, rules, limits, check)
        check("automation", .asks, rules.mode == .auto, "the mode of \(kind.rawValue) is \(rules.mode.rawValue)")
        budgets(order, limits, around.reserved, check)
        facts(order, evidence, rules, around, check)
        check(
            "hold", .asks, around.hold == nil,
            around.hold.map { "everything is on hold: \($0)" } ?? "nothing is on hold")
        check(
            "earlier failure", .asks, !around.failedBefore,
            around.failedBefore ? "the last action for this target failed" : "the last action did not fail")
        check(
            "in hand", .asks, !around.takenInHand,
            around.takenInHand ? "a person has taken it in hand" : "no person has taken it in hand")

        let troubles = around.troubledSources
        check(
            "sources", .asks, troubles.isEmpty,
            troubles.isEmpty
                ? "all live sources keep their promises"
                : "\(troubles.joined(separator: ", ")); see penstock sources")

        let failed = checks.filter { !$0.passed }
        let decision: Verdict.Decision =
            failed.contains { $0.weight == .blocks } ? .refuse : failed.isEmpty ? .auto : .ask
        return Verdict(decision: decision, checks: checks)
    }

    private typealias Report = (String, Check.Weight, Bool, Int64?, String) -> Void

    private static func payload(
        _ order: DraftOrder, _ rules: Policy.Rules, _ limits: Policy.Limits?, _ report: Report
    ) {
        let most = order.lines.max { $0.quantity < $1.quantity }
        report(
            "line units", .blocks, (most?.quantity ?? 0) <= rules.maxLineUnits,
            rules.maxLineUnits.subtractingReportingOverflow(most?.quantity ?? 0).partialValue,
            "the largest line asks for \(most?.quantity ?? 0) units\(most.map { " of \($0.sku)" } ?? ""), "
                + "the limit is \(rules.maxLineUnits)")
        let odd = order.lines.first { $0.quantity <= 0 || $0.cost.micros < 0 }
        report(
            "quantities", .blocks, odd == nil && !order.lines.isEmpty, nil,
            odd.map { "\($0.sku) has quantity \($0.quantity) at cost \($0.cost)" }
                ?? (order.lines.isEmpty ? "the order has no lines" : "all quantities are positive"))
        guard let value = order.value else {
            return report("order value", .blocks, false, nil, "the value of the order does not fit 64 bits")
        }
        report(
            "supplier minimum", .asks, value.minor >= order.minimumValue, value.minor - order.minimumValue,
            "the order costs \(value), \(order.supplier) takes orders from "
                + "\(Money(minor: order.minimumValue, currency: order.currency)) on")
        // A limit in one currency says nothing about an order in another.
        guard let limits else {
            return report("currency", .blocks, false, nil, noLimits(for: order.currency))
        }
        report(
            "order value", .blocks, value.minor <= limits.order, limits.order - value.minor,
            "the order costs \(value), the limit is \(Money(minor: limits.order, currency: order.currency))")
    }

    static func noLimits(for currency: Currency) -> String {
        "no limits are set for \(currency): add [reorder.currency.\(currency)] to policy.toml"
    }

    private static func budgets(
        _ order: DraftOrder, _ limits: Policy.Limits?, _ reserved: Decisions.Reserved, _ report: Report
    ) {
        guard let limits, let value = order.value?.minor else { return }
        for shortage in Budgets(limits: limits, reserved: reserved).margins(of: value) {
            report(
                shortage.name, .asks, shortage.margin >= 0, shortage.margin,
                "\(Money(minor: shortage.used, currency: order.currency)) of "
                    + "\(Money(minor: shortage.limit, currency: order.currency)) are taken today\(shortage.whose)")
        }
    }

    private static func facts(
        _ order: DraftOrder, _ evidence: [SKU: LineEvidence], _ rules: Policy.Rules, _ around: Surroundings,
        _ report: Report
    ) {
        func first(_ wrong: (DraftOrder.Line, LineEvidence?) -> Bool) -> SKU? {
            order.lines.first { wrong($0, evidence[$0.sku]) }?.sku
        }
        let unpriced = first { line, known in line.cost.micros <= 0 || (known?.costMicros ?? 0) <= 0 }
        report(
            "cost", .asks, unpriced == nil, nil,
            unpriced.map { "the cost of \($0) is not known" } ?? "all costs are known")
        let assumed = first { _, known in known?.leadTimeAssumed ?? true }
        report(
            "lead time", .asks, assumed == nil, nil,
            assumed.map { "the lead time of \($0) is assumed" } ?? "all lead times are the supplier's word")
        let counts = order.lines.map { evidence[$0.sku]?.countedAt?.milliseconds }
        if let oldest = counts.map({ $0 ?? .min }).min(), oldest != .min {
            let hours = (around.now.milliseconds - oldest) / 3_600_000
            report(
                "stock count", .asks, around.now.milliseconds - oldest <= rules.maxCountAgeHours * 3_600_000,
                rules.maxCountAgeHours - hours,
                "the oldest stock count is \(hours) h old, the limit is \(rules.maxCountAgeHours) h")
        } else {
            report("stock count", .asks, false, nil, "the stock of a line has never been counted")
        }
        let stale = first { _, known in (known?.batch ?? .min) < around.newestBatch }
        report(
            "evidence", .asks, stale == nil, nil,
            stale.map { "newer facts than those behind \($0) have come in" } ?? "it rests on the newest facts")
    }
}

/// The day's budgets and what is left of them.
struct Budgets {
    var limits: Policy.Limits
    var reserved: Decisions.Reserved

    /// One budget after an order has been taken out of it.
    struct Margin {
        var name: String
        var whose: String
        var used: Int64
        var limit: Int64
        /// What is left, negative where it is exceeded.
        var margin: Int64
    }

    /// What is left of each budget once an order of `value` minor units is taken out.
    func margins(of value: Int64) -> [Margin] {
        [
            ("supplier today", " with this supplier", reserved.supplier, limits.supplierDay),
            ("day total", "", reserved.total, limits.day),
        ].map { name, whose, used, limit in
            let (left, overflow) = (limit - used).subtractingReportingOverflow(value)
            return Margin(name: name, whose: whose, used: used, limit: limit, margin: overflow ? .min : left)
        }
    }
}
