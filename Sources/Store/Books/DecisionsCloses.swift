import Domain
import FoundationEssentials
import GRDB

extension Decisions {
    /// The step that brought closed months. They are here and not with the facts because they cannot be made again: what
    /// the facts say of a month changes, what was reported of it does not.
    static let closes = """
        CREATE TABLE close (
            id INTEGER PRIMARY KEY,
            period TEXT NOT NULL UNIQUE,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            batch INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            contents TEXT NOT NULL,
            method TEXT NOT NULL,
            currency TEXT NOT NULL,
            doubts TEXT NOT NULL,
            reason TEXT NOT NULL,
            digest TEXT NOT NULL
        ) STRICT;
        -- figures and details: lines of fields, too many and too alike for rows of their own.
        CREATE TABLE close_part (
            close INTEGER NOT NULL REFERENCES close (id),
            part INTEGER NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (close, part)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER close_is_not_changed BEFORE UPDATE ON close
            BEGIN SELECT RAISE(ABORT, 'a close is never changed'); END;
        CREATE TRIGGER close_is_not_deleted BEFORE DELETE ON close
            BEGIN SELECT RAISE(ABORT, 'a close is never changed'); END;
        CREATE TRIGGER close_part_is_not_changed BEFORE UPDATE ON close_part
            BEGIN SELECT RAISE(ABORT, 'a close is never changed'); END;
        CREATE TRIGGER close_part_is_not_deleted BEFORE DELETE ON close_part
            BEGIN SELECT RAISE(ABORT, 'a close is never changed'); END;
        """

    /// A month as it was reported, and what the facts were then.
    public struct Close: Hashable, Sendable {
        /// `2011-11`
        public var period: String
        /// Its first and last day.
        public var days: ClosedRange<Day>
        /// When it was closed, in shop time.
        public var at: Instant
        /// Who closed it.
        public var actor: String
        /// The newest batch of facts then; what came later has a greater number.
        public var batch: Int64
        /// The number that every change of the facts raises.
        public var revision: Int64
        /// The fingerprint of all facts.
        public var contents: String
        /// The cost method of the books.
        public var method: String
        /// What money is in.
        public var currency: String
        /// What spoke against closing; empty where nothing did.
        public var doubts: [String]
        /// Why it was closed all the same.
        public var reason: String
        /// SHA-256 of the lines.
        public var digest: String

        /// A close.
        public init(
            period: String, days: ClosedRange<Day>, at: Instant, actor: String, batch: Int64, revision: Int64,
            contents: String, method: String, currency: String, doubts: [String], reason: String, digest: String
        ) {
            self.period = period
            self.days = days
            self.at = at
            self.actor = actor
            self.batch = batch
            self.revision = revision
            self.contents = contents
            self.method = method
            self.currency = currency
            self.doubts = doubts
            self.reason = reason
            self.digest = digest
        }

        init(row: Row) {
            let doubts: String = row["doubts"]
            self.init(
                period: row["period"], days: Day(number: row["first"])...Day(number: row["last"]),
                at: row.instant("at"), actor: row["actor"], batch: row["batch"], revision: row["revision"],
                contents: row["contents"], method: row["method"], currency: row["currency"],
                doubts: doubts.split(separator: "\n").map(String.init), reason: row["reason"], digest: row["digest"])
        }
    }
}

extension Decisions.Reader {
    /// Every close, oldest month first.
    public func closes() throws -> [Decisions.Close] {
        try rows("SELECT * FROM close ORDER BY first, id").map(Decisions.Close.init(row:))
    }

    /// The close of a month; nil where it is open.
    public func close(of period: String) throws -> Decisions.Close? {
        try row("SELECT * FROM close WHERE period = ?", [period]).map(Decisions.Close.init(row:))
    }

    /// The bytes that were kept with a close.
    public func parts(of period: String) throws -> [UInt8] {
        try rows(
            "SELECT body FROM close_part JOIN close ON close.id = close WHERE period = ? ORDER BY part", [period]
        ).flatMap { Array($0["body"] as Data) }
    }
}

extension Decisions.Writer {
    /// Keeps a close with its bytes.
    public func add(_ close: Decisions.Close, bytes: [UInt8]) throws {
        try execute(
            """
            INSERT INTO close (period, first, last, at, actor, batch, revision, contents, method, currency, doubts, reason,
                digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                close.period, close.days.lowerBound.number, close.days.upperBound.number, close.at.milliseconds,
                close.actor, close.batch, close.revision, close.contents, close.method, close.currency,
                close.doubts.joined(separator: "\n"), close.reason, close.digest,
            ])
        let id = database.lastInsertedRowID
        for (part, first) in stride(from: 0, to: bytes.count, by: 1 << 18).enumerated() {
            try execute(
                "INSERT INTO close_part VALUES (?, ?, ?)",
                [id, part, Data(bytes[first..<min(bytes.count, first + 1 << 18)])])
        }
    }
}
