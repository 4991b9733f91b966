import Domain
import GRDB

/// Arithmetic that must not lose a digit on the way: products in 128 bits, rounded once.
public enum Exact {
    /// To the nearest whole number, halves away from zero; `divisor` > 0.
    public static func rounded(_ value: Int128, dividedBy divisor: Int128) -> Int128 {
        let quotient = value / divisor
        let remainder = value % divisor
        return remainder.magnitude * 2 >= divisor.magnitude ? quotient + value.signum() : quotient
    }

    /// A foreign price in the shop's currency, both in millionths; `rate` is millionths of the shop's for one foreign.
    public static func price(_ micros: Int64, at rate: Int64) -> Int64 {
        Int64(clamping: rounded(Int128(micros) * Int128(rate), dividedBy: 1_000_000))
    }

    /// A foreign total in the shop's currency, both in minor units: currencies differ in their decimals.
    public static func total(_ minor: Int64, in foreign: Currency, at rate: Int64, as own: Currency) -> Int64 {
        let up = Int128(FixedPoint.powers[own.decimals])
        let down = Int128(FixedPoint.powers[foreign.decimals]) * 1_000_000
        return Int64(clamping: rounded(Int128(minor) * Int128(rate) * up, dividedBy: down))
    }
}

/// Rates that have been asked for, each once.
final class RateBook {
    private let own: Currency
    private let database: Database
    private var known: [String: Int64?] = [:]

    init(_ own: Currency, _ database: Database) {
        self.own = own
        self.database = database
    }

    /// The currency of a code and its rate on a day; nil where either is not known.
    func rate(of code: DatabaseValue, on day: DatabaseValue) throws -> (Currency, Int64)? {
        guard let code = String.fromDatabaseValue(code), let day = Int32.fromDatabaseValue(day),
            let currency = Currency(code)
        else { return nil }
        if currency == own { return (currency, 1_000_000) }
        let key = "\(code) \(day)"
        if let found = known[key] { return found.map { (currency, $0) } }
        let rate = try Facts.rate(database, currency, on: Day(number: day))
        known[key] = .some(rate)
        return rate.map { (currency, $0) }
    }
}

extension Facts {
    /// Days for which the last known rate of a currency stands in: over a week-end with holidays, not for ever.
    public static let rateLife = 10

    /// What one unit of a foreign currency was worth on a day, in millionths: the rate of that day, else the last one
    /// before it that is not too old; nil where there is none.
    static func rate(_ database: Database, _ currency: Currency, on day: Day) throws -> Int64? {
        try Int64.fetchOne(
            database.cachedStatement(
                sql: "SELECT rate FROM rate WHERE currency = ? AND day BETWEEN ? AND ? ORDER BY day DESC LIMIT 1"),
            arguments: [currency.code, Int64(day.number) - Int64(rateLife), day.number])
    }

    /// As above, in a read of its own.
    public func rate(of currency: Currency, on day: Day) throws -> Int64? {
        try database.read { try Facts.rate($0, currency, on: day) }
    }

    /// Takes in a rate; what was sold in that currency on the days it decides is converted anew.
    static func take(
        _ facts: Facts, _ database: Database, _ rate: ExchangeRate, _ batch: Batch, _ lines: inout OrderLines
    ) throws -> Arrival {
        let found = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT rate, batch FROM rate WHERE currency = ? AND day = ?"),
            arguments: [rate.currency.code, rate.day.number])
        if let found {
            if found[0] == rate.rate.micros { return .duplicate }
            // Of two rates for a day in one import the greater holds, whatever their order.
            if batch.reading == nil, found[1] == batch.id, found[0] > rate.rate.micros { return .duplicate }
        }
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO rate VALUES (?, ?, ?, ?)").execute(
            arguments: [rate.currency.code, rate.day.number, rate.rate.micros, batch.id])
        if found == nil { try add(database, to: "rates", 1) }
        try facts.convert(rate.currency, from: rate.day, database, &lines)
        return found == nil ? .accepted : .replaced
    }

    /// Converts anew what was sold in a currency from a day on until the next rate takes over.
    private func convert(_ currency: Currency, from day: Day, _ database: Database, _ lines: inout OrderLines) throws {
        let next = try Int32.fetchOne(
            database.cachedStatement(sql: "SELECT min(day) FROM rate WHERE currency = ? AND day > ?"),
            arguments: [currency.code, day.number])
        let end = min(next ?? .max, day.advanced(by: Facts.rateLife + 1).number)
        let documents = try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT DISTINCT document.id, document.pool, document.batch FROM document
                    JOIN order_line ON order_line.document = document.id
                    WHERE currency = ? AND order_line.at >= ? AND order_line.at < ?
                    """),
            arguments: [
                currency.code, zone.instant(day: day).milliseconds, zone.instant(day: Day(number: end)).milliseconds,
            ])
        for document in documents {
            let old = try OrderLines.stored(document[0], database)
            let new = try old.map { line in
                let on = zone.day(of: Instant(milliseconds: line.at))
                guard line.foreignTotal != .min, let rate = try Facts.rate(database, currency, on: on) else {
                    return line
                }
                var line = line
                line.price = Exact.price(line.foreignPrice, at: rate)
                line.total = Exact.total(line.foreignTotal, in: currency, at: rate, as: self.currency)
                return line
            }.sorted()
            guard new != old else { continue }
            try lines.remove(document[0], database)
            try lines.add(new, to: document[0], pool: document[1], batch: document[2], database)
        }
    }
}
