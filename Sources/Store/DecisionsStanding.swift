import Domain
import GRDB

// What people have said that outlives a single action: approvals, rejected needs, the hold, the policy.

extension Decisions {
    /// One person's word for exactly one payload, as long as nobody has taken it back.
    public struct Approval: Hashable, Sendable {
        /// Which version of the action.
        public var version: Int64
        /// The hash of its payload and evidence.
        public var hash: String
        /// Who.
        public var actor: String
        /// When.
        public var at: Instant
    }

    /// A need that a person has turned down, closed until a moment or until the supplier's terms change.
    public struct Suppression: Hashable, Sendable {
        /// The product.
        public var sku: SKU
        /// When it may be proposed again; nil where only a change of terms reopens it.
        public var until: Instant?
        /// The terms whose change reopens it; nil where only time does.
        public var terms: String?
        /// Why.
        public var reason: String

        /// A need turned down.
        public init(sku: SKU, until: Instant?, terms: String?, reason: String) {
            self.sku = sku
            self.until = until
            self.terms = terms
            self.reason = reason
        }

        /// Whether the need is still closed at a moment, under the terms of then.
        public func holds(at now: Instant, terms: String) -> Bool {
            if let until, now >= until { return false }
            if let mine = self.terms, mine != terms { return false }
            return true
        }
    }

    /// The stop of everything: while it stands no effect leaves the shop.
    public struct Hold: Hashable, Sendable {
        /// Why.
        public var reason: String
        /// Who stopped it.
        public var actor: String
        /// Since when.
        public var at: Instant
    }
}

extension Decisions.Reader {
    /// The approvals of an action, the oldest first.
    public func approvals(of action: Int64) throws -> [Decisions.Approval] {
        try rows("SELECT * FROM approval WHERE action = ? ORDER BY id", [action]).map {
            Decisions.Approval(version: $0["version"], hash: $0["hash"], actor: $0["actor"], at: $0.instant("at"))
        }
    }

    /// The needs of a rule that were turned down, by target.
    public func suppressions(rule: String) throws -> [String: [Decisions.Suppression]] {
        var found: [String: [Decisions.Suppression]] = [:]
        for row in try rows("SELECT * FROM suppression WHERE rule = ? ORDER BY id", [rule]) {
            try found[row["target"], default: []].append(
                Decisions.Suppression(
                    sku: row.name("sku"), until: row.instant(optional: "until"), terms: row["terms"],
                    reason: row["reason"]))
        }
        return found
    }

    /// The hold that stands; nil where none does.
    public func hold() throws -> Decisions.Hold? {
        try row("SELECT * FROM hold WHERE released_at IS NULL ORDER BY id LIMIT 1").map {
            Decisions.Hold(reason: $0["reason"], actor: $0["actor"], at: $0.instant("at"))
        }
    }

    /// The text of the last policy that was valid; nil where none ever was.
    public func policyText() throws -> String? {
        try row("SELECT text FROM policy ORDER BY id DESC LIMIT 1")?["text"]
    }
}

extension Decisions.Writer {
    /// Records a person's word for the action as it is now.
    public func approve(_ action: Decisions.Action, actor: String, at: Instant) throws {
        try execute(
            "INSERT INTO approval (action, version, hash, actor, at) VALUES (?, ?, ?, ?, ?)",
            [action.id, action.version, action.hash, actor, at.milliseconds])
    }

    /// Takes every approval of an action back.
    public func voidApprovals(of action: Int64) throws {
        try execute("DELETE FROM approval WHERE action = ?", [action])
    }

    /// Closes a need; what was said of it before no longer counts.
    public func suppress(
        _ need: Decisions.Suppression, rule: String, target: String, actor: String, at: Instant
    ) throws {
        try execute(
            """
            INSERT INTO suppression (rule, target, sku, until, terms, reason, actor, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (rule, target, sku) DO UPDATE SET until = excluded.until, terms = excluded.terms,
                reason = excluded.reason, actor = excluded.actor, at = excluded.at
            """,
            [
                rule, target, need.sku.text, need.until?.milliseconds, need.terms, need.reason, actor,
                at.milliseconds,
            ])
    }

    /// Opens a need that was closed; one that was not changes nothing.
    public func liftSuppression(of sku: SKU, rule: String, target: String) throws {
        try execute(
            "DELETE FROM suppression WHERE rule = ? AND target = ? AND sku = ?", [rule, target, sku.text])
    }

    /// Stops everything.
    public func hold(reason: String, actor: String, at: Instant) throws {
        try execute("INSERT INTO hold (reason, actor, at) VALUES (?, ?, ?)", [reason, actor, at.milliseconds])
    }

    /// Ends every hold that stands.
    public func releaseHold(at: Instant) throws {
        try execute("UPDATE hold SET released_at = ? WHERE released_at IS NULL", [at.milliseconds])
    }

    /// Remembers a policy that was valid.
    public func keepPolicy(_ text: String, at: Instant) throws {
        try execute("INSERT INTO policy (text, at) VALUES (?, ?)", [text, at.milliseconds])
    }
}
