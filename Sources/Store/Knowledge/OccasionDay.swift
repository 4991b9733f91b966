import Domain
import GRDB

/// What is special about a day, as planners read it.
public struct OccasionDay: Sendable, Hashable {
    /// The day.
    public var day: Day
    /// What kind of thing it is.
    public var kind: Occasion.Kind
    /// What it is called.
    public var name: String
    /// The pool of the place that it touches; nil for all of them.
    public var pool: Int64?
    /// The country or region that it touches; nil for all of them.
    public var region: String?
    /// How much of it, such as degrees; nil where that means nothing.
    public var value: Double?

    /// What is special about a day.
    public init(
        day: Day, kind: Occasion.Kind, name: String, pool: Int64? = nil, region: String? = nil, value: Double? = nil
    ) {
        self.day = day
        self.kind = kind
        self.name = name
        self.pool = pool
        self.region = region
        self.value = value
    }
}

extension Facts {
    /// What is special about some days, past or to come, by day, kind and name; without what was called off.
    ///
    /// An occasion at a place that no stock or sale has named is left out.
    public func occasions(in days: ClosedRange<Day>) throws -> [OccasionDay] {
        try database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT day, kind, occasion.name, place.pool, region, value FROM occasion
                    LEFT JOIN place ON place.name = occasion.place
                    WHERE day BETWEEN ? AND ? AND status = 'planned' AND (occasion.place = '' OR place.pool IS NOT NULL)
                    ORDER BY day, kind, occasion.name, occasion.place, region
                    """, arguments: [days.lowerBound.number, days.upperBound.number]
            ).compactMap { row in
                guard let kind = Occasion.Kind(rawValue: row[1]) else { return nil }
                let region: String = row[4]
                return OccasionDay(
                    day: Day(number: row[0]), kind: kind, name: row[2], pool: row[3],
                    region: region.isEmpty ? nil : region, value: row[5])
            }
        }
    }
}
