import Domain
import GRDB

/// What visitors of the web shop did with a product on a day.
public struct TrafficDay: Sendable, Hashable {
    /// The day.
    public var day: Day
    /// The country or region of the visits, as their source spells it; nil where it is not known, or was not asked for.
    public var region: String?
    /// Views of its page.
    public var views: Int64
    /// How often it was put into a cart.
    public var carts: Int64
}

/// The visits of a day from one region.
public struct VisitDay: Sendable, Hashable {
    /// The day.
    public var day: Day
    /// The country or region, as its source spells it; nil where it is not known.
    public var region: String?
    /// Visits that began on the day.
    public var visits: Int64
}

/// What is counted of a mention.
public struct MentionSeen: Sendable, Hashable {
    /// The product's key; nil where the mention is of none.
    public var product: Int64?
    /// The day.
    public var day: Day
    /// The country or region, as its source spells it; nil where it is not known.
    public var region: String?
    /// How many people may have seen it.
    public var reach: Int64
    /// How it was meant, −1 (bad) to 1 (good); nil where nobody judged it.
    public var sentiment: Double?
}

extension Facts {
    /// Visits below which a day without any may well be one: fewer than one such day in twenty thousand has none by chance
    /// where there are ten a day.
    private static let certainVisits = 10.0

    /// The days for which each web source has told of visits, ascending, by source.
    ///
    /// A day without any visit is one that it did not tell of, unless it has fewer than ten a day: then its usual pauses
    /// are days without visits.
    public func visitCoverage() throws -> [Int64: [ClosedRange<Day>]] {
        try database.read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: "SELECT source, day, sum(visits) FROM visit_day GROUP BY source, day ORDER BY source, day")
            var told: [Int64: (days: [ClosedRange<Day>], visits: Int64)] = [:]
            while let row = try rows.next() {
                let day = Day(number: row[1])
                told[row[0], default: ([], 0)].days.append(day...day)
                told[row[0], default: ([], 0)].visits += row[2] as Int64
            }
            return told.mapValues { told in
                Double(told.visits) < Facts.certainVisits * Double(told.days.count)
                    ? Facts.bridged(told.days) : Facts.merged(told.days)
            }
        }
    }

    /// The days for which each source of mentions has told of any, its usual pauses filled, ascending, by source.
    public func mentionCoverage() throws -> [Int64: [ClosedRange<Day>]] {
        var day = DayLookup(zone: zone)
        return try database.read { database in
            let rows = try Row.fetchCursor(database, sql: "SELECT source, at FROM mention ORDER BY source, at")
            var told: [Int64: [ClosedRange<Day>]] = [:]
            while let row = try rows.next() {
                let day = Day(number: day.number(of: row[1]))
                if told[row[0]]?.last?.upperBound != day { told[row[0], default: []].append(day...day) }
            }
            return told.mapValues(Facts.bridged)
        }
    }

    /// The visits in a range of days by day and region.
    public func visits(in days: ClosedRange<Day>) throws -> [VisitDay] {
        try database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT day, text, sum(visits) FROM visit_day LEFT JOIN word ON word.id = region
                    WHERE day BETWEEN ? AND ? GROUP BY day, text ORDER BY day, text
                    """, arguments: [days.lowerBound.number, days.upperBound.number]
            ).map { VisitDay(day: Day(number: $0[0]), region: $0[1], visits: $0[2]) }
        }
    }

    /// The mentions in a range of days, oldest first, without those of products that no catalogue knows.
    public func mentions(in days: ClosedRange<Day>) throws -> [MentionSeen] {
        var day = DayLookup(zone: zone)
        return try database.read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT product, at, word.text, reach, sentiment FROM mention LEFT JOIN item ON item.id = item
                    LEFT JOIN word ON word.id = region
                    WHERE at >= ? AND at < ? AND (item = 0 OR product IS NOT NULL) ORDER BY at, source, number
                    """, arguments: moments(of: days))
            var seen: [MentionSeen] = []
            while let row = try rows.next() {
                seen.append(
                    MentionSeen(
                        product: row[0], day: Day(number: day.number(of: row[1])), region: row[2], reach: row[3],
                        sentiment: row[4]))
            }
            return seen
        }
    }

    /// The products that visitors have looked at or put into a cart in a range of days.
    public func visitedProducts(in days: ClosedRange<Day>) throws -> Set<Int64> {
        try database.read { database in
            try Set(
                Int64.fetchAll(
                    database,
                    sql: """
                        SELECT product FROM item WHERE product IS NOT NULL AND EXISTS (SELECT 1 FROM traffic_day
                            WHERE item = item.id AND day BETWEEN ? AND ? AND (views > 0 OR carts > 0))
                        """, arguments: [days.lowerBound.number, days.upperBound.number]))
        }
    }

    /// What visitors did with a product in a range of days, by day, all regions together.
    public func traffic(of product: Int64, in days: ClosedRange<Day>) throws -> [TrafficDay] {
        try database.read { database in
            try Row.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT day, sum(views), sum(carts) FROM item JOIN traffic_day ON item = item.id
                        WHERE product = ? AND day BETWEEN ? AND ? GROUP BY day ORDER BY day
                        """), arguments: [product, days.lowerBound.number, days.upperBound.number]
            ).map { TrafficDay(day: Day(number: $0[0]), views: $0[1], carts: $0[2]) }
        }
    }

    /// What visitors did with each product in a range of days, by day and region.
    ///
    /// No sums of it are kept: it goes through all events, some hundred thousand a second, and takes the memory of one row
    /// for each product, day and region of which there is any.
    public func trafficByRegion(in days: ClosedRange<Day>) throws -> [Int64: [TrafficDay]] {
        struct Key: Hashable { var product: Int64, region: Int64, day: Int32 }
        var day = DayLookup(zone: zone)
        return try database.read { database in
            var words: [Int64: String] = [:]
            for row in try Row.fetchAll(
                database, sql: "SELECT id, text FROM word WHERE id IN (SELECT region FROM visit_day)")
            {
                words[row[0]] = row[1]
            }
            let rows = BulkRows(
                try database.cachedStatement(
                    sql: """
                        SELECT product, region, at, kind FROM web_event JOIN visit ON visit.id = visit
                        JOIN item ON item.id = item
                        WHERE kind IN (2, 3) AND at >= ? AND at < ? AND product IS NOT NULL
                        """))
            rows.bind(1, zone.instant(day: days.lowerBound).milliseconds)
            rows.bind(2, zone.instant(day: days.upperBound.advanced(by: 1)).milliseconds)
            var counts: [Key: (views: Int64, carts: Int64)] = [:]
            while try rows.next() {
                let key = Key(
                    product: rows.integer(0), region: rows.integer(1), day: day.number(of: rows.integer(2)))
                if rows.integer(3) == 2 {
                    counts[key, default: (0, 0)].views += 1
                } else {
                    counts[key, default: (0, 0)].carts += 1
                }
            }
            var traffic: [Int64: [TrafficDay]] = [:]
            for (key, counts) in counts {
                traffic[key.product, default: []].append(
                    TrafficDay(
                        day: Day(number: key.day), region: words[key.region], views: counts.views, carts: counts.carts))
            }
            return traffic
        }
    }

    private func moments(of days: ClosedRange<Day>) -> StatementArguments {
        [
            zone.instant(day: days.lowerBound).milliseconds,
            zone.instant(day: days.upperBound.advanced(by: 1)).milliseconds,
        ]
    }
}
