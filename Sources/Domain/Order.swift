// The payload and the life of an action. The unit of a reorder is a draft purchase order.

/// A draft purchase order: what one supplier is asked to send to one place, in one currency.
public struct DraftOrder: Hashable, Sendable, Codable {
    /// Whom it is for.
    public var supplier: SupplierName
    /// Where it is to arrive.
    public var shipTo: PlaceName
    /// What its costs are in.
    public var currency: Currency
    /// The day by which it must be with the supplier.
    public var orderBy: Day
    /// When it should arrive, if sent by then.
    public var arrives: Day
    /// The supplier's least value of an order, in minor units of `currency`; 0 for none.
    public var minimumValue: Int64
    /// What is asked for, by SKU.
    public var lines: [Line]

    /// One product of a draft order.
    public struct Line: Hashable, Sendable, Codable {
        /// What is ordered.
        public var sku: SKU
        /// What people call it.
        public var name: String
        /// Units, a multiple of the pack, at least the minimum.
        public var quantity: Int64
        /// Cost of one unit.
        public var cost: UnitPrice

        /// A line.
        public init(sku: SKU, name: String, quantity: Int64, cost: UnitPrice) {
            self.sku = sku
            self.name = name
            self.quantity = quantity
            self.cost = cost
        }
    }

    /// A draft order.
    public init(
        supplier: SupplierName, shipTo: PlaceName, currency: Currency, orderBy: Day, arrives: Day,
        minimumValue: Int64 = 0, lines: [Line]
    ) {
        self.supplier = supplier
        self.shipTo = shipTo
        self.currency = currency
        self.orderBy = orderBy
        self.arrives = arrives
        self.minimumValue = minimumValue
        self.lines = lines
    }

    /// What all lines cost together; nil where the sum does not fit 64 bits.
    public var value: Money? {
        var sum: Int64 = 0
        for line in lines {
            guard let total = line.cost.total(line.quantity, currency: currency) else { return nil }
            let (next, overflow) = sum.addingReportingOverflow(total)
            if overflow { return nil }
            sum = next
        }
        return Money(minor: sum, currency: currency)
    }
}

/// What was known when a line was proposed: the terms of its arithmetic, all in units, days and minor units.
public struct LineEvidence: Hashable, Sendable, Codable {
    /// Units on the shelf that can be sold, rolled forward from the last count.
    public var onHand: Int64
    /// Units promised to customers and not yet shipped.
    public var committed: Int64
    /// Units on order that count: not overdue, expected before this order's successor would arrive.
    public var onOrder: Int64
    /// Demand expected until an order placed at the next chance would arrive, units.
    public var demand: Double
    /// Position below which it is ordered, units.
    public var reorderPoint: Int64
    /// Position up to which it is ordered, before pack and minimum, units.
    public var orderUpTo: Int64
    /// Chance of running out before this order could arrive if placed at the next chance instead, 0…1.
    public var stockOutChance: Double
    /// First day on which running out is more likely than not; nil where it is not within the horizon.
    public var runsOutOn: Day?
    /// Margin that ordering now saves, minor units of the shop's currency; nil where price or cost is unknown.
    public var avoidableMargin: Int64?
    /// Mean days from order to shelf.
    public var leadTimeDays: Double
    /// Whether those days are the shop's default, not the supplier's word.
    public var leadTimeAssumed: Bool
    /// Cost of one unit, millionths of the order's currency.
    public var costMicros: Int64
    /// When the stock was last counted.
    public var countedAt: Instant?
    /// Batch of the newest fact that was seen.
    public var batch: Int64
    /// Units in which the supplier sells, ≥ 1: a quantity is a multiple of it.
    public var pack: Int64
    /// Least units that the supplier takes an order for, ≥ 0.
    public var minimum: Int64

    /// Evidence for one line.
    public init(
        onHand: Int64, committed: Int64, onOrder: Int64, demand: Double, reorderPoint: Int64, orderUpTo: Int64,
        stockOutChance: Double, runsOutOn: Day?, avoidableMargin: Int64?, leadTimeDays: Double, leadTimeAssumed: Bool,
        costMicros: Int64, countedAt: Instant?, batch: Int64, pack: Int64 = 1, minimum: Int64 = 1
    ) {
        self.onHand = onHand
        self.committed = committed
        self.onOrder = onOrder
        self.demand = demand
        self.reorderPoint = reorderPoint
        self.orderUpTo = orderUpTo
        self.stockOutChance = stockOutChance
        self.runsOutOn = runsOutOn
        self.avoidableMargin = avoidableMargin
        self.leadTimeDays = leadTimeDays
        self.leadTimeAssumed = leadTimeAssumed
        self.costMicros = costMicros
        self.countedAt = countedAt
        self.batch = batch
        self.pack = pack
        self.minimum = minimum
    }
}

/// Where an action stands.
public enum ActionState: String, Sendable, Codable, CaseIterable {
    /// Waits for a decision.
    case proposed
    /// Put off until a moment.
    case snoozed
    /// Decided; waits for its grace period and its executor.
    case approved
    /// Handed to its executor.
    case sent
    /// The target has it.
    case confirmed
    /// Its effect has been compared with what was expected.
    case measured
    /// Turned down by a person.
    case rejected
    /// Nobody decided while it was valid.
    case expired
    /// Another action took its place, or its need went away.
    case superseded
    /// Blocked by a guardrail or a hold until a person lifts it.
    case held
    /// The target refused it; nothing happened.
    case failed
    /// Whether it happened is not known, and a person must say.
    case unknown

    /// Whether it still waits for a person.
    public var isPending: Bool { self == .proposed || self == .snoozed || self == .held }

    /// Whether its quantities count as on order until the purchase system shows them.
    public var countsAsOnOrder: Bool {
        self == .approved || self == .sent || self == .confirmed || self == .measured || self == .unknown
    }
}
