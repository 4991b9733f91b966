import Domain

/// What kind of thing an action does; the policy has a table for each.
public enum ActionKind: String, Hashable, Sendable, Codable, CaseIterable {
    /// Asks a supplier for goods.
    case reorder
}

/// What Penstock may do by itself, what it must ask for, and what nobody may do without changing this first.
public struct Policy: Hashable, Sendable {
    /// Who decides about a kind of action.
    public enum Mode: String, Sendable, Codable, CaseIterable {
        /// Nothing is done; what would have been done is shown as held.
        case off
        /// A person decides.
        case ask
        /// Decided by the policy where every guardrail agrees, else a person is asked.
        case auto
    }

    /// The rules of one kind of action. The defaults are the conservative ones of a shop without a policy.
    public struct Rules: Hashable, Sendable {
        /// Who decides.
        public var mode = Mode.ask
        /// What orders in the shop's currency may cost.
        public var limits: Limits
        /// What orders in other currencies may cost; an order in one that is not named here is held.
        public var otherLimits: [Currency: Limits] = [:]
        /// Most units that one line may ask for.
        public var maxLineUnits: Int64 = 10_000
        /// Minutes between a decision and its sending, in which it can be undone.
        public var graceMinutes: Int64 = 5
        /// Hours for which a proposal waits for a decision.
        public var validHours: Int64 = 48
        /// Days for which a rejected need stays closed, unless the rejection says otherwise.
        public var rejectedDays: Int64 = 14
        /// Hours since the stock was counted up to which the policy may decide.
        public var maxCountAgeHours: Int64 = 72
        /// Days of demand that an order should cover beyond the lead time.
        public var coverDays: Int64 = 28
        /// Money that another quantity of a standing line must earn before the proposal is changed, minor units of the
        /// shop's currency.
        public var changeThreshold: Int64
        /// How far evidence may move before a decision is asked again.
        public var tolerance = EvidenceTolerance()

        /// The conservative rules of a shop that counts in `currency`.
        public init(currency: Currency) {
            limits = Limits(currency: currency)
            changeThreshold = FixedPoint.powers[currency.decimals]
        }
    }

    /// What orders in one currency may cost, minor units of it.
    public struct Limits: Hashable, Sendable {
        /// One order.
        public var order: Int64
        /// The orders of one day with one supplier.
        public var supplierDay: Int64
        /// All orders of one day.
        public var day: Int64

        /// The conservative limits, in a currency of its own decimals: 10,000 an order, 20,000 a supplier and day,
        /// 50,000 a day.
        public init(currency: Currency) {
            let unit = FixedPoint.powers[currency.decimals]
            order = 10_000 * unit
            supplierDay = 20_000 * unit
            day = 50_000 * unit
        }
    }

    /// Shares of demand that are to be served from the shelf, 0…1, both ends excluded.
    public struct ServiceLevels: Hashable, Sendable {
        /// For a class that is not named.
        public var standard = 0.95
        /// By class: `A`.
        public var classes: [String: Double] = [:]
        /// What stock strives for.
        public var basis = Basis.fillRate
        /// With `.cost`: what a unit short costs, as a multiple of its margin, > 0.
        public var shortageFactor = 1.0
        /// With `.cost`: what holding a unit for a year costs, as a share of its cost, > 0.
        public var holdingRate = 0.25
        /// With `.cost`: what an order line costs to place and put away, minor units of the shop's currency.
        public var orderLineCost: Int64 = 0

        /// What stock strives for.
        public enum Basis: String, Sendable, CaseIterable {
            /// A share of demand served from the shelf, by class.
            case fillRate = "fill-rate"
            /// The least cost of being short and of holding; where price or cost is not known, the fill rate.
            case cost
        }

        /// One level for everything.
        public init() {}

        /// The level of a class; nil is a product without a class.
        public func level(of name: String?) -> Double { name.flatMap { classes[$0] } ?? standard }
    }

    /// The shop's currency.
    public var currency: Currency
    /// Rules of reorders.
    public var reorder: Rules
    /// How often the shelf should not be empty.
    public var service = ServiceLevels()
    /// Who may decide; empty for everyone.
    public var approvers: [String] = []
    /// Above this value of an order a second person must approve, minor units; nil for never.
    public var fourEyesAbove: Int64?

    /// The policy of a shop that has none: everything is asked, within conservative limits.
    public init(currency: Currency) {
        self.currency = currency
        reorder = Rules(currency: currency)
    }

    /// The rules of a kind.
    public subscript(kind: ActionKind) -> Rules {
        switch kind {
        case .reorder: reorder
        }
    }

    /// What orders of a kind may cost in a currency; nil where the policy states no limits for it.
    public func limits(of kind: ActionKind, in currency: Currency) -> Limits? {
        currency == self.currency ? self[kind].limits : self[kind].otherLimits[currency]
    }

    /// Whether this person may approve and reject.
    public func mayDecide(_ person: String) -> Bool { approvers.isEmpty || approvers.contains(person) }
}
