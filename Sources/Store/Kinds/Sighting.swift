import Domain
import GRDB

/// What a system that is not of record says of an order.
public struct Sighting: Sendable {
    /// The order's number, as that system writes it.
    public var number: String
    /// The key by which that system's other documents refer to it, where that is not its number.
    public var key: String?
    /// When it was placed, as it says.
    public var at: Instant
    /// The channel, as it says.
    public var channel: String?
    /// Units.
    public var units: Int64
    /// Value in minor units of `currency`.
    public var total: Int64
    /// What the value is in.
    public var currency: Currency

    /// A sighting.
    public init(
        number: String, key: String? = nil, at: Instant, channel: String? = nil, units: Int64, total: Int64,
        currency: Currency
    ) {
        self.number = number
        self.key = key
        self.at = at
        self.channel = channel
        self.units = units
        self.total = total
        self.currency = currency
    }
}

extension Facts {
    private static let sightings = FactTable(
        "sighting", tally: "sightings", keys: ["source", "number"],
        values: ["at", "channel", "units", "total", "currency", "key"])

    /// Keeps what a system that is not of record says of an order, to be compared with what the system of record does.
    public func see(_ sighting: Sighting, flags: [Oddity] = [], of batch: Batch) throws -> Arrival {
        try commit { database in
            let arrival = try Facts.see(sighting, batch, database)
            try Facts.settle(flags, of: (.order, { sighting.number }), arrival, batch, database)
            return arrival
        }
    }

    /// As above, of many orders; what was said of an order earlier in the same import adds to it.
    public func see(_ sightings: [Sighting], of batch: Batch) throws -> [Arrival] {
        try commit { database in
            try sightings.map { sighting in
                let known = try Int64.fetchOne(
                    database.cachedStatement(sql: "SELECT batch FROM sighting WHERE source = ? AND number = ?"),
                    arguments: [batch.source, sighting.number])
                let goesOn = try known.map { try batch.isOneImport(with: $0, database) } ?? false
                return try Facts.see(sighting, adds: goesOn, batch, database)
            }
        }
    }

    /// As above, within a transaction.
    ///
    /// - Parameter adds: whether the order comes in pieces that add up.
    @discardableResult
    static func see(_ sighting: Sighting, adds: Bool = false, _ batch: Batch, _ database: Database) throws -> Arrival {
        let channel = try word(database, sighting.channel)
        if adds {
            try database.cachedStatement(
                sql: """
                    UPDATE sighting SET units = units + ?, total = total + ?, at = min(at, ?) WHERE source = ? AND number = ?
                    """
            ).execute(arguments: [
                sighting.units, sighting.total, sighting.at.milliseconds, batch.source, sighting.number,
            ])
            if database.changesCount > 0 { return .accepted }
        }
        return try sightings.keep(
            [batch.source, sighting.number],
            [sighting.at.milliseconds, channel, sighting.units, sighting.total, sighting.currency.code, sighting.key],
            of: batch, database)
    }

    /// Whether a system that is not of record has told of an order: its refunds and shipments count nowhere either.
    static func isSighted(_ database: Database, _ key: String, of source: Int64) throws -> Bool {
        try Int.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT 1 FROM sighting WHERE source = ?1 AND number = ?2
                    UNION ALL SELECT 1 FROM sighting WHERE source = ?1 AND key = ?2 LIMIT 1
                    """), arguments: [source, key]) != nil
    }
}
