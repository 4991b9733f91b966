import Domain
import FoundationEssentials
import GRDB

extension Decisions {
    /// What an approved action asks the world to do: one row of the outbox.
    ///
    /// Whether it waits, is under way or is done is the state of its action and stands nowhere else: approved = it
    /// waits, sent = it is claimed, confirmed = done, failed and unknown as they say.
    public struct Effect: Hashable, Sendable {
        /// The action whose effect it is.
        public var action: Int64
        /// Under which the target knows it: at most one effect of a key ever happens.
        public var key: String
        /// The exact bytes of what is asked, as JSON.
        public var payload: [UInt8]
        /// When it may be sent: the end of the grace period or of a back-off.
        public var notBefore: Instant
        /// How often it has been claimed.
        public var attempts: Int
        /// When it was last claimed; nil while it never was.
        public var claimedAt: Instant?
        /// Who claimed it.
        public var claimant: String?
        /// What the target answered; nil while it has not.
        public var receipt: String?

        /// An effect that has not been tried.
        public init(action: Int64, key: String, payload: [UInt8], notBefore: Instant) {
            self.action = action
            self.key = key
            self.payload = payload
            self.notBefore = notBefore
            self.attempts = 0
        }

        init(row: Row) {
            self.init(
                action: row["action"], key: row["key"], payload: Array(row["payload"] as Data),
                notBefore: row.instant("not_before"))
            attempts = row["attempts"]
            claimedAt = row.instant(optional: "claimed_at")
            claimant = row["claimant"]
            receipt = row["receipt"]
        }
    }
}

extension Decisions.Reader {
    /// The effect of an action; nil where none is queued or was sent.
    public func effect(of action: Int64) throws -> Decisions.Effect? {
        try row("SELECT * FROM effect WHERE action = ?", [action]).map(Decisions.Effect.init(row:))
    }

    /// The waiting effect that has been due the longest at `now`; nil where none is due.
    public func dueEffect(at now: Instant) throws -> Decisions.Effect? {
        try row(
            """
            SELECT effect.* FROM action CROSS JOIN effect ON effect.action = action.id
            WHERE action.state = 'approved' AND not_before <= ? ORDER BY not_before, effect.action LIMIT 1
            """, [now.milliseconds]
        ).map(Decisions.Effect.init(row:))
    }

    /// The effects whose actions are in these states, by action.
    public func effects(in states: Set<ActionState>) throws -> [Decisions.Effect] {
        try rows(
            """
            SELECT effect.* FROM action CROSS JOIN effect ON effect.action = action.id
            WHERE action.state IN (\(Decisions.Reader.list(states))) ORDER BY effect.action
            """
        ).map(Decisions.Effect.init(row:))
    }
}

extension Decisions.Writer {
    /// Queues an effect, or stores what has become of it.
    public func save(_ effect: Decisions.Effect) throws {
        try execute(
            """
            INSERT INTO effect (action, key, payload, not_before, attempts, claimed_at, claimant, receipt)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (action) DO UPDATE SET key = excluded.key, payload = excluded.payload,
                not_before = excluded.not_before, attempts = excluded.attempts, claimed_at = excluded.claimed_at,
                claimant = excluded.claimant, receipt = excluded.receipt
            """,
            [
                effect.action, effect.key, Data(effect.payload), effect.notBefore.milliseconds, effect.attempts,
                effect.claimedAt?.milliseconds, effect.claimant, effect.receipt,
            ])
    }

    /// Takes an effect out of the outbox.
    public func removeEffect(of action: Int64) throws {
        try execute("DELETE FROM effect WHERE action = ?", [action])
    }
}
