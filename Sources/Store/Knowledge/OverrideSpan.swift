import Domain
import GRDB

/// One version of an override, as planners and scores read it.
public struct OverrideSpan: Sendable, Hashable {
    /// Its id, and the system that told of it.
    public var id: String, system: String
    /// Of which product, and the code it is stocked under.
    public var product: Int64, sku: String
    /// The place that it is for; nil for all of them.
    public var place: PlaceName?
    /// The pool of that place; nil for all of them, and where no stock or sale has named the place.
    public var pool: Int64?
    /// What is set, and to what.
    public var word: Override.Word
    /// Who answers for it.
    public var owner: String
    /// Why, or where it is withdrawn, why that.
    public var reason: String
    /// The first and last day that it is for, where its words say so.
    public var from: Day?, to: Day?
    /// The last day on which it holds.
    public var expires: Day
    /// Whether it stands or was withdrawn.
    public var status: Override.Status
    /// When it was said.
    public var saidAt: Instant
    /// The day on which it was said.
    public var saidOn: Day
    /// The day on which a newer version took its place; nil for the newest.
    public var replacedOn: Day?

    /// A version of an override.
    public init(
        id: String, system: String, product: Int64, sku: String, place: PlaceName? = nil, pool: Int64? = nil,
        word: Override.Word, owner: String, reason: String, from: Day? = nil, to: Day? = nil, expires: Day,
        status: Override.Status = .active, saidAt: Instant, saidOn: Day, replacedOn: Day? = nil
    ) {
        self.id = id
        self.system = system
        self.product = product
        self.sku = sku
        self.place = place
        self.pool = pool
        self.word = word
        self.owner = owner
        self.reason = reason
        self.from = from
        self.to = to
        self.expires = expires
        self.status = status
        self.saidAt = saidAt
        self.saidOn = saidOn
        self.replacedOn = replacedOn
    }

    /// Whether it can take effect: its place, where it names one, is known.
    public var isPlaced: Bool { place == nil || pool != nil }

    /// The first day for which it counts: not before it was said.
    public var firstDay: Day { max(from ?? saidOn, saidOn) }

    /// The last day for which it counts, a newer version aside.
    public var lastDay: Day { min(to ?? expires, expires) }

    /// The days for which it was in force: from the first to the last, or to the day before it was replaced or withdrawn.
    /// Nil where there are none.
    public var inForce: ClosedRange<Day>? {
        let last = replacedOn.map { min(lastDay, $0.advanced(by: -1)) } ?? lastDay
        return status == .active && isPlaced && firstDay <= last ? firstDay...last : nil
    }
}

extension Facts {
    /// The overrides that hold on a day, or on any of the days up to `last`, by what was known by the end of that day.
    ///
    /// For each of the days, `firstDay` and `lastDay` say whether it counts. Without those that were withdrawn, have
    /// expired, or name a place that no stock or sale has named. By product, id and system.
    public func overrides(on day: Day, through last: Day? = nil) throws -> [OverrideSpan] {
        let last = last ?? day
        return try spans(upTo: day).filter { span in
            span.replacedOn == nil && span.status == .active && span.isPlaced && span.firstDay <= span.lastDay
                && span.firstDay <= last && span.lastDay >= day
        }
    }

    /// Every version of every override, withdrawn and expired ones too: by product, id, system and the moment it was said.
    public func overrides() throws -> [OverrideSpan] { try spans(upTo: nil) }

    private func spans(upTo day: Day?) throws -> [OverrideSpan] {
        try database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT number, system, product.id, product.sku, override.place, place.pool, unit, figure, owner, reason,
                        first, last, expires, status, said_at,
                        lead(said_at) OVER (PARTITION BY source, number ORDER BY said_at, is_dated)
                    FROM override JOIN source ON source.id = source
                    JOIN identifier ON identifier.scheme = override.scheme AND identifier.value = override.value
                    JOIN product ON product.id = identifier.product LEFT JOIN place ON place.name = override.place
                    WHERE said_at < ? ORDER BY product.id, number, system, said_at, is_dated
                    """, arguments: [end(of: day)]
            ).compactMap { row in
                guard let unit = Override.Unit(rawValue: row[6]), let word = Override.Word(unit, row[7]),
                    let status = Override.Status(rawValue: row[13])
                else { return nil }
                let said = Instant(milliseconds: row[14])
                return OverrideSpan(
                    id: row[0], system: row[1], product: row[2], sku: row[3],
                    place: (row[4] as String?).flatMap { PlaceName($0) }, pool: row[5], word: word, owner: row[8],
                    reason: row[9], from: (row[10] as Int32?).map(Day.init(number:)),
                    to: (row[11] as Int32?).map(Day.init(number:)), expires: Day(number: row[12]), status: status,
                    saidAt: said, saidOn: zone.day(of: said),
                    replacedOn: (row[15] as Int64?).map { zone.day(of: Instant(milliseconds: $0)) })
            }
        }
    }
}
