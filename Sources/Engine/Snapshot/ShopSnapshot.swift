import Actions
import Domain
import Store

/// What a screen over the shop shows, read at one moment and immutable: reading takes no lock that a writer waits for.
public struct ShopSnapshot: Sendable {
    /// Who, where, when, and whether anything acts by itself.
    public var standing: ShopStanding
    /// Orders that wait for a decision, the most avoidable money first; then those decided in the last seven days of
    /// shop time, the newest first.
    public var orders: [OrderRow]
    /// Stock and risk by product and place, the most avoidable money first; empty before the first plan.
    public var risk: [RiskRow]
    /// The plan behind `risk`; nil before the first one.
    public var plan: PlanStamp?
    /// Whether much was left out to be quick: risk, inbound, quarantine, the older journal.
    public var isBrief: Bool
    /// Whether facts or decisions have changed since that plan.
    public var isPlanStale: Bool
    /// Open purchase lines and our own orders that no purchase system has shown, the earliest first.
    public var inbound: [InboundRow]
    /// What the shop hears from, the oldest word first.
    public var feeds: [FeedRow]
    /// Rows in quarantine, the newest first, at most 500.
    public var quarantine: [QuarantinedRow]
    /// All rows in quarantine.
    public var quarantined: Int
    /// Rows that wait for a product or an order to become known.
    public var parked: Int
    /// Entries of the journal, the newest first, at most 500.
    public var journal: [Decisions.Entry]
    /// The last whole day of shop time.
    public var yesterday: DayResult
    /// Money bound by orders.
    public var cash: CashCommitted
}

/// Who, where, when, and whether anything acts by itself: the header of every screen.
public struct ShopStanding: Sendable, Equatable {
    /// Name of the shop's folder.
    public var name: String
    /// Its path.
    public var path: String
    /// Time zone.
    public var zone: Zone
    /// Currency.
    public var currency: Currency
    /// Shop time.
    public var now: Instant
    /// Whether shop time stands still: a demo or a replay.
    public var isFixed: Bool
    /// Who looks.
    public var actor: String
    /// Whether that person may decide, by the policy's roles.
    public var mayDecide: Bool
    /// Whether the policy lets any kind of action run by itself.
    public var isAutomatic: Bool
    /// The hold in force; nil where nothing is held.
    public var hold: Decisions.Hold?
    /// Process number of the runner; nil where none runs.
    public var runner: Int32?
    /// What is wrong with the policy's file, where an older one is in force.
    public var policyProblem: String?
    /// Files whose import is under way or was cut off.
    public var unfinishedImports: [String]
    /// The next moment at which a supplier with a waiting order, else any supplier, stops taking orders.
    public var nextCutOff: CutOff?
    /// Number of actions in state unknown.
    public var unknown: Int

    /// A supplier and the moment until which it takes the next orders.
    public struct CutOff: Sendable, Equatable {
        /// The supplier.
        public var supplier: SupplierName
        /// The end of its order day where it names no cut-off.
        public var at: Instant
        /// Whether an order for it waits.
        public var hasOrder: Bool
    }
}

/// One draft purchase order with what an operator should see before deciding.
public struct OrderRow: Sendable, Identifiable {
    /// The action with its lines, evidence, version and hash.
    public var action: Decisions.Action
    /// What to mind, in short sentences.
    public var flags: [String]
    /// The guardrails that did not pass.
    public var findings: [Check]
    /// Until when it must be sent; nil where the supplier takes no orders.
    public var cutOff: Instant?
    /// Key of its effect, which names its file; nil until approved.
    public var key: String?
    /// Machine time until which an approval can be undone; nil unless approved.
    public var graceUntil: Instant?
    /// Persons who have approved this version, where it needs a second one.
    public var approvedBy: [String]
    /// What the last purchase of each line cost a unit, in the order's currency; missing where none is known.
    public var lastCost: [SKU: UnitPrice]

    /// Number of the action.
    public var id: Int64 { action.id }
}

/// One open purchase line, or one line of our own orders that no purchase system has shown.
public struct InboundRow: Sendable, Identifiable {
    /// How it stands.
    public enum State: String, Sendable, CaseIterable {
        /// Its day has passed and something is missing.
        case late, short
        /// Some of it cannot be sold, or more came than was ordered.
        case damaged, over
        /// Announced or received, and nobody knows for which order.
        case unmatched
        /// Sent by us and not seen in the purchase system after a working day.
        case unseen
        /// No day is known.
        case undated = "no date"
        /// Sent by us and not yet due to be seen.
        case sent
        /// Expected.
        case due
    }

    /// Order and line, or action and SKU: unique.
    public var id: String
    /// Number of the purchase order, or our reference.
    public var order: String
    /// Our action; nil where the order was placed elsewhere.
    public var action: Int64?
    /// The supplier; nil where it is not known any more.
    public var supplier: SupplierName?
    /// The product.
    public var sku: SKU
    /// What people call it.
    public var name: String
    /// Where it is to arrive.
    public var place: PlaceName
    /// Units ordered, announced by the supplier, received fit to be sold and not, and still to come.
    public var ordered: Int64, announced: Int64, received: Int64, damaged: Int64, due: Int64
    /// When it should arrive.
    public var expectedOn: Day?
    /// Days by which it is late; 0 where it is not.
    public var daysLate: Int
    /// How it stands.
    public var state: State
    /// How it stands, in words.
    public var says: String
}

extension InboundRow {
    init(_ line: MatchedLine, _ product: Product, _ place: PlaceName, today: Day) {
        let flags = line.flags(today)
        let state: State =
            flags.contains(.short)
            ? .short
            : flags.contains(.late)
                ? .late
                : flags.contains(.damaged)
                    ? .damaged : flags.contains(.over) ? .over : flags.contains(.undated) ? .undated : .due
        self.init(
            id: "\(line.order)/\(line.line)", order: line.order, action: nil, supplier: line.supplier,
            sku: product.sku, name: product.name, place: place, ordered: line.ordered, announced: line.announced,
            received: line.received, damaged: line.damaged, due: line.open, expectedOn: line.dueOn,
            daysLate: line.daysLate(today), state: state, says: line.words(today).joined(separator: "; "))
    }

    init(_ delivery: UnmatchedDelivery, _ product: Product, _ place: PlaceName, _ ours: [String: Int64]) {
        let isReceipt = delivery.kind == .receipt
        self.init(
            id: "\(delivery.kind.rawValue) \(delivery.system) \(delivery.id)/\(delivery.line)",
            order: delivery.order ?? "",
            action: nil, supplier: delivery.supplier, sku: product.sku, name: product.name, place: place, ordered: 0,
            announced: isReceipt ? 0 : delivery.good, received: isReceipt ? delivery.good : 0,
            damaged: delivery.damaged,
            due: 0, expectedOn: nil, daysLate: 0, state: .unmatched, says: delivery.words(ours))
    }
}

/// Units and money of one day against what was expected of it.
public struct DayResult: Sendable, Equatable {
    /// The day.
    public var day: Day
    /// Whether every source has told of it.
    public var isCovered: Bool
    /// Units ordered less cancelled.
    public var units: Int64
    /// Net revenue, minor units.
    public var net: Int64
    /// Net revenue less the cost of the units whose cost is known, minor units.
    public var margin: Int64
    /// Units whose cost is not known: their revenue is not in `margin`.
    public var unitsWithoutCost: Int64
    /// What the first plan of that day expected; nil where there was none.
    public var forecast: ExpectedDay?
}

/// Money bound by orders, minor units of the shop's currency; orders in others are counted apart.
public struct CashCommitted: Sendable, Equatable {
    /// Approved today, against the policy's limit for a day.
    public var today: Int64, dayLimit: Int64
    /// Ordered and not yet received: approved here, or open in the purchase system.
    public var open: Int64
    /// Waiting for a decision.
    public var waiting: Int64
    /// Orders in other currencies, which the sums leave out.
    public var otherCurrencies: Int
}
