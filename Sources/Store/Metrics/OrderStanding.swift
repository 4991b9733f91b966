import Domain
import GRDB

/// What is known of one order: what a difference to another system's figure is explained by.
public struct OrderStanding: Sendable, Equatable {
    /// Its number and system.
    public var number: String, system: String
    /// Whether its source says that it was a test: those count nowhere.
    public var isTest: Bool
    /// What its prices were in, where that is not the shop's currency.
    public var currency: Currency?
    /// The days of its sale, and of its cancellations and returns.
    public var orderedOn: Day?, takenBackOn: [Day]
    /// Minor units: at prices before discounts; discounts; taken back in the range that is asked about, and outside it.
    public var gross: Int64, discounts: Int64, refundsWithin: Int64, refundsOutside: Int64
    /// Minor units of what is no product: postage, fees, gift cards, tips.
    public var besides: Int64
    /// Minor units of the order's own currency for what was sold; nil where that is the shop's.
    public var foreignSales: Int64?
    /// How many lines were sold, and whether all of it was cancelled.
    public var lines: Int64, isCancelled: Bool
}

/// What a system that is not of record says of an order.
public struct OrderSighting: Sendable, Equatable {
    /// The system.
    public var system: String
    /// The day, and the value in minor units of a currency.
    public var day: Day, total: Int64, currency: String
}

extension Facts {
    /// The number by which an order is known here that another system calls `name`: as it is, with or without a leading
    /// `#`, or by its key; nil where there is none.
    public func orderNumber(like name: String) throws -> String? {
        let bare = name.hasPrefix("#") ? String(name.dropFirst()) : name
        return try database.read { database in
            let byNumber = try database.cachedStatement(
                sql: "SELECT number FROM document WHERE source IN (SELECT id FROM source) AND number = ? LIMIT 1")
            for text in [name, bare, "#" + bare] {
                if let number = try String.fetchOne(byNumber, arguments: [text]) { return number }
            }
            return try String.fetchOne(
                database.cachedStatement(
                    sql: "SELECT number FROM document WHERE source IN (SELECT id FROM source) AND key = ? LIMIT 1"),
                arguments: [bare])
        }
    }

    /// What is known of the orders of a number, oldest first: a number may occur in several systems.
    public func orderStandings(_ number: String, within days: ClosedRange<Day>) throws -> [OrderStanding] {
        try database.read { database in
            let documents = try Row.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT d.id, source.system, d.is_test, d.currency FROM document AS d
                        JOIN source ON source.id = d.source
                        WHERE d.source IN (SELECT id FROM source) AND d.number = ? ORDER BY d.at, d.id
                        """), arguments: [number])
            return try documents.map { document in
                let lines = try Row.fetchAll(
                    database.cachedStatement(
                        sql: "SELECT kind, quantity, price, total, at, foreign_total FROM order_line WHERE document = ?"
                    ),
                    arguments: [document[0] as Int64])
                var standing = OrderStanding(
                    number: number, system: document[1], isTest: document[2],
                    currency: (document[3] as String?).flatMap { Currency($0) }.flatMap { $0 == currency ? nil : $0 },
                    orderedOn: nil, takenBackOn: [], gross: 0, discounts: 0, refundsWithin: 0, refundsOutside: 0,
                    besides: 0, foreignSales: nil, lines: 0, isCancelled: false)
                var (sold, cancelled) = (Int64(0), Int64(0))
                for line in lines {
                    let (kind, quantity, total): (Int64, Int64, Int64) = (line[0], line[1], line[3])
                    let day = zone.day(of: Instant(milliseconds: line[4]))
                    switch kind {
                    case 1:
                        let gross = UnitPrice(micros: line[2]).total(quantity, currency: currency) ?? total
                        standing.gross += gross
                        standing.discounts += gross - total
                        standing.lines += 1
                        sold += quantity
                        standing.orderedOn = min(standing.orderedOn ?? day, day)
                        if let foreign = line[5] as Int64? {
                            standing.foreignSales = (standing.foreignSales ?? 0) + foreign
                        }
                    case 2, 3:
                        if days.contains(day) {
                            standing.refundsWithin -= total
                        } else {
                            standing.refundsOutside -= total
                        }
                        standing.takenBackOn.append(day)
                        if kind == 2 { cancelled -= quantity }
                    case 5: standing.besides += total
                    default: break
                    }
                }
                standing.isCancelled = sold > 0 && cancelled >= sold
                return standing
            }
        }
    }

    /// What systems that are not of record say of an order.
    public func sightings(of number: String) throws -> [OrderSighting] {
        let bare = number.hasPrefix("#") ? String(number.dropFirst()) : number
        return try database.read { database in
            try Row.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT system, at, total, currency FROM sighting JOIN source ON source.id = sighting.source
                        WHERE sighting.source IN (SELECT id FROM source) AND number IN (?, ?, '#' || ?) ORDER BY system
                        """), arguments: [number, bare, bare]
            ).map {
                OrderSighting(
                    system: $0[0], day: zone.day(of: Instant(milliseconds: $0[1])), total: $0[2], currency: $0[3])
            }
        }
    }
}
