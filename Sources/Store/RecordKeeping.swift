import Domain
import GRDB

extension Facts {
    /// Whether anything has ever come of a system.
    public func hasSent(_ system: String) throws -> Bool {
        try database.read {
            try Bool.fetchOne(
                $0, sql: "SELECT EXISTS (SELECT 1 FROM batch JOIN source ON source.id = source WHERE system = ?)",
                arguments: [system]) ?? false
        }
    }

    /// How many orders of each system and channel are in the books, and how many of each system are only sighted.
    public func orderKeeping() throws -> (
        booked: [(system: String, channel: String?, orders: Int)], sighted: [(system: String, orders: Int)]
    ) {
        try database.read { database in
            (
                try Row.fetchAll(
                    database,
                    sql: """
                        SELECT system, text, count(*) FROM document JOIN source ON source.id = source
                        LEFT JOIN word ON word.id = channel GROUP BY system, channel ORDER BY system, text
                        """
                ).map { ($0[0], $0[1], $0[2]) },
                try Row.fetchAll(
                    database,
                    sql: """
                        SELECT system, count(*) FROM sighting JOIN source ON source.id = source GROUP BY system
                        ORDER BY system
                        """
                ).map { ($0[0], $0[1]) }
            )
        }
    }

    /// Orders that systems of no record brought into the books before it was said who is of record, and that the one of
    /// record has too: they count twice. The newest first.
    ///
    /// - Parameter isBooked: whether a system's orders of a channel belong into the books.
    public func doubleOrders(
        limit: Int, where isBooked: (_ system: String, _ channel: String?) -> Bool
    ) throws -> [Disagreement] {
        try database.read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT a.number, other.system, word.text, a.at, owner.system, b.at FROM document AS a
                    JOIN source AS other ON other.id = a.source LEFT JOIN word ON word.id = a.channel
                    JOIN source AS owner ON owner.id <> a.source
                    JOIN document AS b ON b.source = owner.id AND b.number IN (a.number, '#' || a.number, ltrim(a.number, '#'))
                    ORDER BY a.at DESC, a.number
                    """)
            var found: [Disagreement] = []
            while found.count < limit, let row = try rows.next() {
                guard !isBooked(row[1], row[2]) else { continue }
                let (held, second): (Int64?, Int64?) = (row[5], row[3])
                found.append(
                    Disagreement(
                        field: "orders", subject: row[0],
                        words: [
                            .init(system: row[4], value: "of record", at: Instant(milliseconds: held ?? 0)),
                            .init(system: row[1], value: "counted besides", at: Instant(milliseconds: second ?? 0)),
                        ], isDecided: true))
            }
            return found
        }
    }
}
