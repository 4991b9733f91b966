import Domain
import GRDB

/// How long one purchase line took, or has taken so far.
public struct DeliveryTime: Sendable, Hashable {
    /// Whom it was ordered from.
    public var supplier: SupplierName
    /// The product's key.
    public var product: Int64
    /// The pool's key.
    public var pool: Int64
    /// Day on which it was ordered.
    public var ordered: Day
    /// Day on which the last unit came that can be sold, as the lead time counts; nil while it is open.
    public var sellable: Day?
    /// Day for which it was promised; nil where none was.
    public var promised: Day?
}

extension Facts {
    /// The purchase lines ordered from a day on that have come in full on a known day, or are still open.
    ///
    /// What was called off or came in full on a day that nobody told says nothing of the time it takes.
    public func deliveryTimes(since day: Day) throws -> [DeliveryTime] {
        var days = DayLookup(zone: zone)
        return try database.read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT supplier.name, p.product, p.ordered_on, p.expected_on,
                        CASE WHEN a.purchase IS NOT NULL THEN a.completed_at WHEN p.received >= p.quantity THEN r.at END AS done,
                        place.pool
                    FROM purchase_line AS p JOIN supplier ON supplier.id = p.supplier JOIN place ON place.id = p.place
                    LEFT JOIN arrival AS a ON a.purchase = p.id
                    LEFT JOIN (SELECT purchase, max(at) AS at FROM receipt WHERE is_guess = 0 GROUP BY purchase) AS r
                        ON r.purchase = p.id
                    WHERE p.ordered_on >= ? AND (done IS NOT NULL OR p.state = 'open' AND p.received < p.quantity)
                    ORDER BY p.id
                    """, arguments: [day.number])
            var times: [DeliveryTime] = []
            while let row = try rows.next() {
                guard let supplier = SupplierName(row[0] as String) else { continue }
                times.append(
                    DeliveryTime(
                        supplier: supplier, product: row[1], pool: row[5], ordered: Day(number: row[2]),
                        sellable: (row[4] as Int64?).map { Day(number: days.number(of: $0)) },
                        promised: (row[3] as Int32?).map(Day.init(number:))))
            }
            return times
        }
    }
}

extension Facts {
    /// What was still to come at a moment of purchase lines ordered by then, as far as receipts tell: by product and pool.
    ///
    /// Lines that have been called off since are left out, as nobody told when.
    public func inbound(asOf moment: Instant) throws -> [Int64: [(pool: Int64, line: Inbound)]] {
        let day = zone.day(of: moment)
        return try database.read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT p.product, place.pool, p.number, p.line, supplier.name, p.quantity, p.ordered_on, p.expected_on,
                        p.reference,
                        max(coalesce((SELECT received FROM receipt AS r WHERE r.purchase = p.id AND r.at <= ?1
                                ORDER BY r.at DESC LIMIT 1), 0),
                            coalesce((SELECT sum(g.quantity + g.damaged) FROM goods_receipt AS g
                                WHERE g.purchase_number = p.number AND g.product = p.product AND g.at <= ?1), 0)) AS came
                    FROM purchase_line AS p JOIN place ON place.id = p.place JOIN supplier ON supplier.id = p.supplier
                    WHERE p.ordered_on <= ?2 AND p.state <> 'cancelled' AND p.quantity > came
                        AND (p.state = 'open' OR p.received > 0 OR EXISTS (SELECT 1 FROM arrival WHERE purchase = p.id))
                    ORDER BY p.product, p.expected_on, p.number, p.line
                    """, arguments: [moment.milliseconds, day.number])
            var result: [Int64: [(pool: Int64, line: Inbound)]] = [:]
            while let row = try rows.next() {
                guard let supplier = SupplierName(row[4] as String) else { continue }
                let (ordered, came): (Int64, Int64) = (row[5], row[9])
                result[row[0], default: []].append(
                    (
                        row[1],
                        Inbound(
                            order: row[2], line: row[3], supplier: supplier, quantity: ordered - came, ordered: ordered,
                            received: came, orderedOn: Day(number: row[6]),
                            expectedOn: (row[7] as Int32?).map(Day.init(number:)), reference: row[8])
                    ))
            }
            return result
        }
    }
}
