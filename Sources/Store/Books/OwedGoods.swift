import Domain
import GRDB

/// A line of a purchase order as it stood at the end of a day: what had been sent, what had come, what was invoiced.
public struct PurchaseStanding: Sendable, Equatable {
    /// Whom it was placed with.
    public var supplier: String
    /// The purchase order's number, and its line's.
    public var order: String, line: String
    /// What was ordered, and where it is to arrive.
    public var sku: String, place: String
    /// Units that will come in all, as far as anybody knows today.
    public var ordered: Int64
    /// Units that had come.
    public var received: Int64
    /// Units that the supplier had said were on their way, received since or not.
    public var noticed: Int64
    /// Units and minor units of `currency` that are invoiced by today's word; nil where nobody said.
    public var invoiced: Int64?, invoicedAmount: Int64?
    /// What one costs, and in which currency.
    public var cost: UnitPrice?, currency: Currency
    /// When it is expected.
    public var expectedOn: Day?

    /// Units sent and not received.
    public var inTransit: Int64 { min(max(0, noticed - received), outstanding) }
    /// Units ordered that nobody has said were sent.
    public var onOrder: Int64 { outstanding - inTransit }
    private var outstanding: Int64 { max(0, ordered - received) }

    /// Whether anybody says what is invoiced.
    public var isInvoicingKnown: Bool { invoiced != nil || invoicedAmount != nil }

    /// What came and is not invoiced, in minor units; less than 0 where more was invoiced than came; nil where that is not
    /// known.
    public var uninvoiced: Int64? {
        guard let cost, isInvoicingKnown else { return nil }
        if let invoicedAmount { return cost.total(received, currency: currency).map { $0 - invoicedAmount } }
        return cost.total(received - (invoiced ?? 0), currency: currency)
    }
}

extension Facts {
    /// Every purchase line that was placed by a day and not cancelled, as it stood at the day's end.
    ///
    /// What the place itself says of an order's receipts goes before what the order says, as for stock. What is closed is
    /// taken to have been as long as it turned out to be.
    public func purchaseStandings(asOf day: Day) throws -> [PurchaseStanding] {
        let end = zone.instant(day: day.advanced(by: 1)).milliseconds
        return try database.read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    WITH own AS (SELECT g.quantity + g.damaged AS units, g.at, coalesce(
                        (SELECT id FROM purchase_line AS p WHERE p.number = g.purchase_number AND p.product = g.product
                            AND p.line = g.purchase_line LIMIT 1),
                        (SELECT min(id) FROM purchase_line AS p WHERE p.number = g.purchase_number
                            AND p.product = g.product)) AS line FROM goods_receipt AS g WHERE g.purchase_number IS NOT NULL),
                    sent AS (SELECT n.quantity AS units, n.at, coalesce(
                        (SELECT id FROM purchase_line AS p WHERE p.number = n.purchase_number AND p.product = n.product
                            AND p.line = n.purchase_line LIMIT 1),
                        (SELECT min(id) FROM purchase_line AS p WHERE p.number = n.purchase_number
                            AND p.product = n.product)) AS line FROM ship_notice AS n),
                    ours AS (SELECT line, sum(units) AS total, sum(CASE WHEN at < ?1 THEN units ELSE 0 END) AS then_
                        FROM own GROUP BY line),
                    theirs AS (SELECT line, sum(CASE WHEN at < ?1 THEN units ELSE 0 END) AS then_ FROM sent GROUP BY line)
                    SELECT supplier.name, p.number, p.line, product.sku, place.name, p.quantity, p.state,
                        coalesce(ours.total, p.received),
                        coalesce(ours.then_, (SELECT max(received) FROM receipt
                            WHERE receipt.purchase = p.id AND receipt.at < ?1), 0),
                        coalesce(theirs.then_, 0), p.invoiced, p.invoiced_amount, p.cost, p.currency, p.expected_on
                    FROM purchase_line AS p JOIN supplier ON supplier.id = p.supplier JOIN product ON product.id = p.product
                    JOIN place ON place.id = p.place LEFT JOIN ours ON ours.line = p.id LEFT JOIN theirs ON theirs.line = p.id
                    WHERE p.ordered_on <= ?2 AND NOT (p.state = 'cancelled' AND coalesce(ours.total, p.received) = 0)
                    ORDER BY supplier.name, p.number, p.line
                    """, arguments: [end, day.number])
            var lines: [PurchaseStanding] = []
            while let row = try rows.next() {
                guard let currency = Currency(row[13] as String) else { continue }
                let total: Int64 = row[7]
                lines.append(
                    PurchaseStanding(
                        supplier: row[0], order: row[1], line: row[2], sku: row[3], place: row[4],
                        ordered: row[6] as String == PurchaseState.open.rawValue ? max(row[5], total) : total,
                        received: row[8], noticed: row[9], invoiced: row[10], invoicedAmount: row[11],
                        cost: (row[12] as Int64?).map(UnitPrice.init(micros:)), currency: currency,
                        expectedOn: (row[14] as Int32?).map(Day.init(number:))))
            }
            return lines
        }
    }
}
