import Domain
import GRDB

extension Decisions {
    /// A need of one rule at one target. It opens, may worsen, and closes; opening it while it is open changes nothing.
    public struct Signal: Hashable, Sendable {
        /// Row id.
        public var id: Int64
        /// What found it: `reorder`.
        public var rule: String
        /// What it is about, as the rule spells it: `supplier|place|currency`.
        public var target: String
        /// 1 for the first time it opened, counting up: with rule and target the key of an action.
        public var opening: Int64
        /// When it opened.
        public var openedAt: Instant
        /// When it last became clearly worse; nil while it has not.
        public var worsenedAt: Instant?
        /// When it closed; nil while it is open.
        public var closedAt: Instant?
        /// Money that acting now saves, minor units of the shop's currency.
        public var severity: Int64

        init(row: Row) {
            id = row["id"]
            rule = row["rule"]
            target = row["target"]
            opening = row["opening"]
            openedAt = row.instant("opened_at")
            worsenedAt = row.instant(optional: "worsened_at")
            closedAt = row.instant(optional: "closed_at")
            severity = row["severity"]
        }
    }
}

extension Decisions.Reader {
    /// The open signals of a rule by target.
    public func openSignals(rule: String) throws -> [String: Decisions.Signal] {
        let rows = try rows("SELECT * FROM signal WHERE rule = ? AND closed_at IS NULL", [rule])
        return Dictionary(uniqueKeysWithValues: rows.map { ($0["target"], Decisions.Signal(row: $0)) })
    }

    /// Every signal that was open at some moment since `since`, the newest first.
    public func signals(since: Instant) throws -> [Decisions.Signal] {
        try rows(
            "SELECT * FROM signal WHERE closed_at IS NULL OR closed_at >= ? ORDER BY opened_at DESC, id DESC",
            [since.milliseconds]
        ).map(Decisions.Signal.init(row:))
    }
}

extension Decisions.Writer {
    /// Opens the signal once more, with the next opening number.
    ///
    /// - Returns: that number, from 1.
    public func openSignal(rule: String, target: String, severity: Int64, at: Instant) throws -> Int64 {
        let last = try read.row(
            "SELECT coalesce(max(opening), 0) AS last FROM signal WHERE rule = ? AND target = ?", [rule, target])
        let opening = (last?["last"] ?? Int64(0)) + 1
        try execute(
            "INSERT INTO signal (rule, target, opening, opened_at, severity) VALUES (?, ?, ?, ?, ?)",
            [rule, target, opening, at.milliseconds, severity])
        return opening
    }

    /// Makes this opening the one that is open, closing any other of the same rule and target.
    public func reopenSignal(rule: String, target: String, opening: Int64, at: Instant) throws {
        try execute(
            """
            UPDATE signal SET closed_at = ? WHERE rule = ? AND target = ? AND opening <> ? AND closed_at IS NULL
            """, [at.milliseconds, rule, target, opening])
        try execute(
            """
            UPDATE signal SET closed_at = NULL WHERE rule = ? AND target = ? AND opening = ? AND closed_at IS NOT NULL
            """, [rule, target, opening])
    }

    /// Says that the need is worth more now.
    public func worsenSignal(_ id: Int64, severity: Int64, at: Instant) throws {
        try execute("UPDATE signal SET severity = ?, worsened_at = ? WHERE id = ?", [severity, at.milliseconds, id])
    }

    /// Closes an opening; closing a closed one changes nothing.
    public func closeSignal(rule: String, target: String, opening: Int64, at: Instant) throws {
        try execute(
            "UPDATE signal SET closed_at = ? WHERE rule = ? AND target = ? AND opening = ? AND closed_at IS NULL",
            [at.milliseconds, rule, target, opening])
    }
}
