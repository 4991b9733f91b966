import Domain
import GRDB

/// What is odd about a fact that was taken in all the same.
public struct Oddity: Sendable, Hashable {
    /// Of what kind the fact is.
    public var kind: Fact.Kind
    /// The fact: an order's number, a product's code.
    public var subject: String
    /// The rule that it breaks.
    public var rule: String
    /// What is odd, in a sentence.
    public var says: String

    /// A flag.
    public init(kind: Fact.Kind, subject: String, rule: String, says: String) {
        self.kind = kind
        self.subject = subject
        self.rule = rule
        self.says = says
    }
}

/// A flag as lists show it.
public struct RaisedOddity: Sendable {
    /// The flag.
    public var flag: Oddity
    /// The system whose fact it is.
    public var system: String
    /// The batch that brought it.
    public var batch: Int64
    /// When it was last seen.
    public var at: Instant
}

extension Facts {
    /// Lets the flags of a fact that has just been written be those of the version that holds.
    ///
    /// - Parameters:
    ///   - arrival: what became of the fact; one that is not written changes no flag.
    ///   - isPiece: whether it adds to what is there of the fact, whose flags then stay.
    static func settle(
        _ flags: [Oddity], of fact: (kind: Fact.Kind, subject: () -> String), _ arrival: Arrival, isPiece: Bool = false,
        _ batch: Batch, _ database: Database
    ) throws {
        guard arrival == .accepted || arrival == .replaced else { return }
        // What is new has none yet, unless entries of it came by another way.
        if !isPiece, arrival == .replaced || fact.kind == .amendment {
            let subject = fact.subject().printable
            if fact.kind.isShared {
                try database.cachedStatement(sql: Facts.withdrawShared).execute(arguments: [
                    fact.kind.rawValue, subject,
                ])
            } else {
                try database.cachedStatement(sql: Facts.withdrawOwn).execute(arguments: [
                    batch.source, fact.kind.rawValue, subject,
                ])
            }
        }
        try raise(flags, of: batch, database)
    }

    /// What is told by the store itself, which sees all that came of an order, a bar code, a kit; no version of one fact
    /// withdraws it.
    private static let derivedRules =
        (OrderBalance.rules + ["barcode-shared", "made-of-itself", StatementTable.saidTwice]).map { "'\($0)'" }.joined(
            separator: ", ")
    private static let withdrawShared =
        "DELETE FROM flag WHERE kind = ? AND subject = ? AND rule NOT IN (\(derivedRules))"
    private static let withdrawOwn =
        "DELETE FROM flag WHERE source = ? AND kind = ? AND subject = ? AND rule NOT IN (\(derivedRules))"
    private static let withdrawBalance = """
        DELETE FROM flag WHERE source = ? AND kind = 'order' AND subject = ?
            AND rule IN (\(OrderBalance.rules.map { "'\($0)'" }.joined(separator: ", ")))
        """

    /// Lets what is odd about all that came of an order be this.
    static func settle(
        _ oddities: [(rule: String, says: String)], ofOrder number: String, _ batch: Batch, _ database: Database
    ) throws {
        let withdraw = BulkStatement(try database.cachedStatement(sql: withdrawBalance))
        withdraw.bind(1, batch.source)
        withdraw.bind(2, number.printable)
        try withdraw.run()
        try raise(
            oddities.map { Oddity(kind: .order, subject: number, rule: $0.rule, says: $0.says) }, of: batch, database)
    }

    /// Notes what is odd; of two things that a rule says of one fact the greater text stays.
    static func raise(_ flags: [Oddity], of batch: Batch, _ database: Database) throws {
        for flag in flags {
            try database.cachedStatement(
                sql: """
                    INSERT INTO flag VALUES (?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET says = excluded.says, at = excluded.at, batch = excluded.batch
                        WHERE says < excluded.says
                    """
            ).execute(arguments: [
                batch.source, flag.kind.rawValue, flag.subject.printable, flag.rule, flag.says.printable,
                batch.startedAt.milliseconds, batch.id,
            ])
        }
    }

    /// How many flags there are.
    public func flagCount() throws -> Int {
        try database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM flag") ?? 0 }
    }

    /// Flags, the newest first.
    public func flags(limit: Int) throws -> [RaisedOddity] {
        try database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT kind, subject, rule, says, system, batch, at FROM flag JOIN source ON source.id = source
                    ORDER BY at DESC, kind, subject, rule LIMIT ?
                    """, arguments: [limit]
            ).compactMap { row in
                Fact.Kind(rawValue: row[0]).map { kind in
                    RaisedOddity(
                        flag: Oddity(kind: kind, subject: row[1], rule: row[2], says: row[3]), system: row[4],
                        batch: row[5], at: Instant(milliseconds: row[6]))
                }
            }
        }
    }
}
