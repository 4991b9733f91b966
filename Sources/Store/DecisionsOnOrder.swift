import Domain
import GRDB

extension Decisions {
    /// A line that we have ordered and that the purchase system has not shown yet.
    public struct OrderedLine: Hashable, Sendable {
        /// The action that it belongs to.
        public var action: Int64
        /// Our reference, under which the target knows the order.
        public var key: String
        /// Where that action stands.
        public var state: ActionState
        /// Whom it was ordered from.
        public var supplier: SupplierName
        /// What.
        public var sku: SKU
        /// Where it is to arrive.
        public var place: PlaceName
        /// Units.
        public var quantity: Int64
        /// When it should arrive.
        public var arrives: Day
        /// When it was decided.
        public var decidedAt: Instant
    }
}

extension Decisions.Reader {
    /// The lines of actions in these states that have not been matched, the earliest decision first.
    public func unmatchedLines(in states: Set<ActionState>) throws -> [Decisions.OrderedLine] {
        try rows(
            """
            SELECT action.id, effect.key, state, supplier, sku, ship_to, coalesce(edited, quantity) AS quantity, arrives,
                decided_at
            FROM action JOIN line ON line.action = action.id JOIN effect ON effect.action = action.id
            WHERE state IN (\(Decisions.Reader.list(states))) AND standing = 'included' AND matched_order IS NULL
                AND decided_at IS NOT NULL
            ORDER BY decided_at, action.id, sku
            """
        ).map { row in
            guard let state = ActionState(rawValue: row["state"]) else { throw row.damaged("state") }
            return try Decisions.OrderedLine(
                action: row["id"], key: row["key"], state: state, supplier: row.name("supplier"), sku: row.name("sku"),
                place: row.name("ship_to"), quantity: row["quantity"], arrives: Day(number: row["arrives"]),
                decidedAt: row.instant("decided_at"))
        }
    }

    /// Whether an effect of ours has this key.
    public func isOurs(key: String) throws -> Bool {
        try row("SELECT 1 FROM effect WHERE key = ?", [key]) != nil
    }

    /// Whether one of our lines has been matched to this line of the purchase system.
    public func isMatched(_ match: Decisions.Action.Line.Match) throws -> Bool {
        try row("SELECT 1 FROM line WHERE matched_order = ? AND matched_line = ?", [match.order, match.line]) != nil
    }
}

extension Decisions.Writer {
    /// Remembers as which line of the purchase system ours came back.
    public func match(action: Int64, sku: SKU, to match: Decisions.Action.Line.Match) throws {
        try execute(
            "UPDATE line SET matched_order = ?, matched_line = ? WHERE action = ? AND sku = ?",
            [match.order, match.line, action, sku.text])
    }
}
