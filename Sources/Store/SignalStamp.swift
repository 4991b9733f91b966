import Domain
import GRDB

extension Facts {
    /// A number for all that is known of visits, mentions, demand and stock up to and with a day: another one where any of
    /// it has changed. Nil where neither a visit nor a mention is known.
    ///
    /// It is made of sums that are there already, and of counts of what is little: some hundredths of a second.
    public func signalStamp(until day: Day) throws -> Int64? {
        try database.read { database -> Int64? in
            let isKnown = try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM visit_day) OR EXISTS (SELECT 1 FROM mention)")
            guard isKnown == true else { return nil }
            let end = zone.instant(day: day.advanced(by: 1)).milliseconds
            // Sums weighted by the day, so that what moves from one day to another is another sum.
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT (SELECT total(visits * (1 + day % 1009)) FROM visit_day WHERE day <= ?1),
                        (SELECT total((views + 7 * carts) * (1 + day % 1009)) FROM visit_day WHERE day <= ?1),
                        (SELECT total(region * (1 + day % 1009)) FROM visit_day WHERE day <= ?1),
                        (SELECT count(*) FROM mention WHERE at < ?2),
                        (SELECT total(reach + at % 86399) FROM mention WHERE at < ?2),
                        (SELECT total(coalesce(sentiment, 2) + item) FROM mention WHERE at < ?2),
                        (SELECT total((ordered + 7 * cancelled) * (1 + day % 1009)) FROM pool_day WHERE day <= ?1),
                        (SELECT total(first + 7 * min(last, ?1)) FROM coverage WHERE first <= ?1),
                        (SELECT count(*) FROM stock_count WHERE at < ?2),
                        (SELECT total(quantity) FROM stock_count WHERE at < ?2),
                        (SELECT total(received + 1) FROM receipt WHERE at < ?2),
                        (SELECT total(quantity + 1) FROM goods_receipt WHERE at < ?2),
                        (SELECT total(id * (1 + product % 1009)) FROM item WHERE product IS NOT NULL),
                        (SELECT total(id * (1 + length(coalesce(category, '')))) FROM product),
                        (SELECT total(id * (1 + pool)) FROM place),
                        (SELECT total(value) FROM setting WHERE key = 'history_changes')
                    """, arguments: [day.number, end])
            var sum: UInt64 = 0xcbf2_9ce4_8422_2325
            for index in 0..<(row?.count ?? 0) {
                let value = row.flatMap { Double.fromDatabaseValue($0[index]) } ?? -1
                sum = (sum ^ value.bitPattern) &* 0x100_0000_01b3
                sum ^= sum >> 29
            }
            return Int64(bitPattern: sum)
        }
    }
}
