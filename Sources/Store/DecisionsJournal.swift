import Domain
import FoundationEssentials
import GRDB

extension Decisions {
    /// One entry of the journal, as stored.
    public struct Entry: Hashable, Sendable {
        /// 1, 2, 3… without gaps.
        public var sequence: Int64
        /// When, in shop time.
        public var at: Instant
        /// Who.
        public var actor: String
        /// What happened, one word: `approved`.
        public var what: String
        /// The action that it happened to; nil for what concerns the whole shop.
        public var action: Int64?
        /// The particulars, as JSON.
        public var body: [UInt8]
        /// Hash of the entry before, empty for the first.
        public var previous: String
        /// Hash of this entry, hexadecimal.
        public var hash: String

        /// An entry.
        public init(
            sequence: Int64, at: Instant, actor: String, what: String, action: Int64?, body: [UInt8], previous: String,
            hash: String
        ) {
            self.sequence = sequence
            self.at = at
            self.actor = actor
            self.what = what
            self.action = action
            self.body = body
            self.previous = previous
            self.hash = hash
        }

        init(row: Row) {
            self.init(
                sequence: row["sequence"], at: row.instant("at"), actor: row["actor"], what: row["what"],
                action: row["action"], body: Array(row["body"] as Data), previous: row["previous"],
                hash: row["hash"])
        }
    }
}

extension Decisions.Reader {
    /// The newest entry; nil while nothing has happened.
    public func lastEntry() throws -> Decisions.Entry? {
        try row("SELECT * FROM journal ORDER BY sequence DESC LIMIT 1").map(Decisions.Entry.init(row:))
    }

    /// Up to `limit` entries after a sequence number, in order.
    public func entries(after sequence: Int64, limit: Int) throws -> [Decisions.Entry] {
        try rows("SELECT * FROM journal WHERE sequence > ? ORDER BY sequence LIMIT ?", [sequence, limit])
            .map(Decisions.Entry.init(row:))
    }

    /// What happened to an action, in order.
    public func entries(of action: Int64) throws -> [Decisions.Entry] {
        try rows("SELECT * FROM journal WHERE action = ? ORDER BY sequence", [action])
            .map(Decisions.Entry.init(row:))
    }
}

extension Decisions.Writer {
    /// Adds an entry; its sequence must be the next one.
    public func append(_ entry: Decisions.Entry) throws {
        try execute(
            "INSERT INTO journal (sequence, at, actor, what, action, body, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                entry.sequence, entry.at.milliseconds, entry.actor, entry.what, entry.action, Data(entry.body),
                entry.previous, entry.hash,
            ])
    }
}
