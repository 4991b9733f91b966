import Domain
import FoundationEssentials
import GRDB

extension Decisions {
    /// An action as it is stored: its key, its payload with the evidence for each line, and where it stands.
    public struct Action: Hashable, Sendable {
        /// Row id; 0 until it is inserted.
        public var id: Int64 = 0
        /// What is done: `reorder`.
        public var kind: String
        /// The rule that proposed it.
        public var rule: String
        /// What it is about, as the rule spells it.
        public var target: String
        /// Which opening of the signal it answers; (rule, target, opening) is its key.
        public var opening: Int64
        /// Where it stands.
        public var state: ActionState
        /// Why it stands there, a sentence; empty where the state says it all.
        public var reason: String
        /// 1 as first proposed; every change of the payload or its evidence adds 1.
        public var version: Int64
        /// SHA-256 of payload and evidence in hexadecimal: what an approval names.
        public var hash: String
        /// Supplier, place, currency and days of the order; its lines are `lines`.
        public var header: DraftOrder
        /// What the order costs, minor units of its currency.
        public var value: Int64
        /// Money that acting now saves, minor units of the shop's currency.
        public var severity: Int64
        /// Whether a person has edited, undone or otherwise touched it: then only people decide about it.
        public var takenInHand = false
        /// When it was first proposed.
        public var proposedAt: Instant
        /// Until when it may be decided.
        public var expiresAt: Instant
        /// Until when it is put off; nil unless snoozed.
        public var snoozedUntil: Instant?
        /// When it was decided; nil while it is not.
        public var decidedAt: Instant?
        /// Who decided.
        public var decidedBy: String?
        /// The journal entry of the decision.
        public var decidedEntry: Int64?
        /// When the target had it.
        public var confirmedAt: Instant?
        /// What the guardrails said of this version, as JSON.
        public var verdict: [UInt8]
        /// All lines that it ever had in this version, by SKU.
        public var lines: [Line]

        /// What one line has come to.
        public enum Standing: String, Sendable, CaseIterable {
            /// Part of the order.
            case included
            /// Turned down by a person.
            case rejected
            /// Left out when the rest was approved; its need is proposed again.
            case left
        }

        /// One line with what was known of it.
        public struct Line: Hashable, Sendable {
            /// The product, the quantity that the plan wants, and the cost.
            public var draft: DraftOrder.Line
            /// The quantity that a person put in its place; nil where nobody did.
            public var edited: Int64?
            /// What was known.
            public var evidence: LineEvidence
            /// The supplier's terms in a form that changes when they do.
            public var terms: String
            /// What has become of it.
            public var standing = Standing.included
            /// The order and line of the purchase system that this line came back as.
            public var matched: Match?

            /// A line of the purchase system.
            public struct Match: Hashable, Sendable {
                /// Number of the purchase order.
                public var order: String
                /// Number of its line.
                public var line: String

                /// A line of the purchase system.
                public init(order: String, line: String) {
                    self.order = order
                    self.line = line
                }
            }

            /// Units to be ordered: the edited quantity, else the plan's.
            public var quantity: Int64 { edited ?? draft.quantity }

            /// A line as a plan proposes it.
            public init(draft: DraftOrder.Line, evidence: LineEvidence, terms: String) {
                self.draft = draft
                self.evidence = evidence
                self.terms = terms
            }
        }

        /// A new action of a key, at version 1.
        public init(
            kind: String, rule: String, target: String, opening: Int64, state: ActionState, reason: String,
            hash: String,
            header: DraftOrder, value: Int64, severity: Int64, proposedAt: Instant, expiresAt: Instant,
            verdict: [UInt8], lines: [Line]
        ) {
            self.kind = kind
            self.rule = rule
            self.target = target
            self.opening = opening
            self.state = state
            self.reason = reason
            self.version = 1
            self.hash = hash
            self.header = header
            self.value = value
            self.severity = severity
            self.proposedAt = proposedAt
            self.expiresAt = expiresAt
            self.verdict = verdict
            self.lines = lines
        }

        /// What would be ordered now: the included lines with the quantities that count.
        public var order: DraftOrder {
            var order = header
            order.lines = lines.filter { $0.standing == .included }.map {
                DraftOrder.Line(sku: $0.draft.sku, name: $0.draft.name, quantity: $0.quantity, cost: $0.draft.cost)
            }
            return order
        }

        /// What is known of the included lines.
        public var evidence: [SKU: LineEvidence] {
            Dictionary(
                uniqueKeysWithValues: lines.filter { $0.standing == .included }.map { ($0.draft.sku, $0.evidence) })
        }
    }
}

extension Decisions.Reader {
    /// The action of an id; nil where there is none.
    public func action(_ id: Int64) throws -> Decisions.Action? {
        try actions(where: "id = ?", [id]).first
    }

    /// The actions in these states, the most avoidable money first.
    public func actions(in states: Set<ActionState>) throws -> [Decisions.Action] {
        try actions(where: "state IN (\(Decisions.Reader.list(states)))")
    }

    /// The actions of a rule in these states, the oldest first.
    public func actions(rule: String, in states: Set<ActionState>) throws -> [Decisions.Action] {
        try actions(where: "rule = ? AND state IN (\(Decisions.Reader.list(states)))", [rule]).sorted { $0.id < $1.id }
    }

    /// The actions whose decision is a journal entry after this one.
    public func actions(decidedAfter entry: Int64) throws -> [Decisions.Action] {
        try actions(where: "decided_entry > ?", [entry])
    }

    /// The targets of a rule whose newest action failed.
    public func failedTargets(rule: String) throws -> Set<String> {
        let rows = try rows(
            """
            SELECT target FROM action AS a WHERE rule = ? AND state = 'failed'
            AND opening = (SELECT max(opening) FROM action AS b WHERE b.rule = a.rule AND b.target = a.target)
            """, [rule])
        return Set(rows.map { $0["target"] })
    }

    private func actions(where condition: String, _ arguments: StatementArguments = []) throws -> [Decisions.Action] {
        var lines: [Int64: [Decisions.Action.Line]] = [:]
        let cursor = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT \(Decisions.Action.Line.columns) FROM line
                    WHERE action IN (SELECT id FROM action WHERE \(condition)) ORDER BY action, sku
                    """), arguments: arguments)
        while let row = try cursor.next() {
            try lines[row[0], default: []].append(Decisions.Action.Line(row: row))
        }
        return try rows("SELECT * FROM action WHERE \(condition) ORDER BY severity DESC, id", arguments).map {
            try Decisions.Action(row: $0, lines: lines[$0["id"]] ?? [])
        }
    }

    // The names of states are ours, so they may stand in the statement itself.
    static func list(_ states: Set<ActionState>) -> String {
        states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
    }
}

extension Decisions.Writer {
    /// Stores a new action with its lines.
    ///
    /// - Returns: its id.
    public func insert(_ action: Decisions.Action) throws -> Int64 {
        try execute(
            """
            INSERT INTO action (kind, rule, target, opening, state, reason, version, hash, supplier, ship_to, currency,
                order_by, arrives, minimum_value, value, severity, taken_in_hand, proposed_at, expires_at, snoozed_until,
                decided_at, decided_by, decided_entry, confirmed_at, verdict)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, [action.kind, action.rule, action.target, action.opening] + action.changing)
        let id = database.lastInsertedRowID
        try insertLines(action.lines, of: id)
        return id
    }

    /// Stores everything of an action but its key, and its lines only where they may have changed.
    public func update(_ action: Decisions.Action, lines: Bool) throws {
        try execute(
            """
            UPDATE action SET state = ?, reason = ?, version = ?, hash = ?, supplier = ?, ship_to = ?, currency = ?,
                order_by = ?, arrives = ?, minimum_value = ?, value = ?, severity = ?, taken_in_hand = ?, proposed_at = ?, expires_at = ?,
                snoozed_until = ?, decided_at = ?, decided_by = ?, decided_entry = ?, confirmed_at = ?, verdict = ?
            WHERE id = ?
            """, action.changing + [action.id])
        guard lines else { return }
        try execute("DELETE FROM line WHERE action = ?", [action.id])
        try insertLines(action.lines, of: action.id)
    }

    private func insertLines(_ lines: [Decisions.Action.Line], of action: Int64) throws {
        for line in lines {
            let known = line.evidence
            try execute(
                """
                INSERT INTO line (action, sku, name, quantity, edited, cost, standing, terms, on_hand, committed,
                    on_order, demand, reorder_point, order_up_to, stock_out_chance, runs_out_on, avoidable_margin,
                    lead_time, lead_time_assumed, evidence_cost, counted_at, batch, matched_order, matched_line, pack,
                    minimum)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    action, line.draft.sku.text, line.draft.name, line.draft.quantity, line.edited,
                    line.draft.cost.micros, line.standing.rawValue, line.terms, known.onHand, known.committed,
                    known.onOrder, known.demand, known.reorderPoint, known.orderUpTo, known.stockOutChance,
                    known.runsOutOn?.number, known.avoidableMargin, known.leadTimeDays, known.leadTimeAssumed,
                    known.costMicros, known.countedAt?.milliseconds, known.batch, line.matched?.order,
                    line.matched?.line, known.pack, known.minimum,
                ])
        }
    }
}

extension Decisions.Action {
    /// The columns that may change, in the order in which the statements name them.
    fileprivate var changing: StatementArguments {
        [
            state.rawValue, reason, version, hash, header.supplier.text, header.shipTo.text, header.currency.code,
            header.orderBy.number, header.arrives.number, header.minimumValue, value, severity, takenInHand,
            proposedAt.milliseconds,
            expiresAt.milliseconds, snoozedUntil?.milliseconds, decidedAt?.milliseconds, decidedBy, decidedEntry,
            confirmedAt?.milliseconds, Data(verdict),
        ]
    }

    fileprivate init(row: Row, lines: [Line]) throws {
        guard let state = ActionState(rawValue: row["state"]) else { throw row.damaged("state") }
        guard let currency = Currency(row["currency"] as String) else { throw row.damaged("currency") }
        self.init(
            kind: row["kind"], rule: row["rule"], target: row["target"], opening: row["opening"], state: state,
            reason: row["reason"], hash: row["hash"],
            header: DraftOrder(
                supplier: try row.name("supplier"), shipTo: try row.name("ship_to"), currency: currency,
                orderBy: Day(number: row["order_by"]), arrives: Day(number: row["arrives"]),
                minimumValue: row["minimum_value"], lines: []),
            value: row["value"], severity: row["severity"], proposedAt: row.instant("proposed_at"),
            expiresAt: row.instant("expires_at"), verdict: Array(row["verdict"] as Data), lines: lines)
        id = row["id"]
        version = row["version"]
        takenInHand = row["taken_in_hand"]
        snoozedUntil = row.instant(optional: "snoozed_until")
        decidedAt = row.instant(optional: "decided_at")
        decidedBy = row["decided_by"]
        decidedEntry = row["decided_entry"]
        confirmedAt = row.instant(optional: "confirmed_at")
    }
}

extension Decisions.Action.Line {
    /// What `init(row:)` reads, in its order: plans load thousands of lines, and finding columns by name costs most.
    fileprivate static let columns = """
        action, sku, name, quantity, edited, cost, standing, terms, on_hand, committed, on_order, demand, reorder_point,
        order_up_to, stock_out_chance, runs_out_on, avoidable_margin, lead_time, lead_time_assumed, evidence_cost,
        counted_at, batch, matched_order, matched_line, pack, minimum
        """

    fileprivate init(row: Row) throws {
        guard let sku = SKU(row[1] as String) else { throw row.damaged("sku") }
        guard let standing = Decisions.Action.Standing(rawValue: row[6]) else { throw row.damaged("standing") }
        self.init(
            draft: DraftOrder.Line(sku: sku, name: row[2], quantity: row[3], cost: UnitPrice(micros: row[5])),
            evidence: LineEvidence(
                onHand: row[8], committed: row[9], onOrder: row[10], demand: row[11], reorderPoint: row[12],
                orderUpTo: row[13], stockOutChance: row[14], runsOutOn: (row[15] as Int32?).map(Day.init(number:)),
                avoidableMargin: row[16], leadTimeDays: row[17], leadTimeAssumed: row[18], costMicros: row[19],
                countedAt: (row[20] as Int64?).map(Instant.init(milliseconds:)), batch: row[21],
                pack: row[24], minimum: row[25]),
            terms: row[7])
        self.standing = standing
        edited = row[4]
        if let order = row[22] as String?, let line = row[23] as String? {
            matched = Match(order: order, line: line)
        }
    }
}
