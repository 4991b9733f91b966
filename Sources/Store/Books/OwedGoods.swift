import Domain
import GRDB

extension Schema {
    /// The step that keeps what was said of invoices, and when: a closed month knows the invoices of its own time alone.
    static let invoices = """
        -- What each batch that said something new of a purchase line's invoices said.
        CREATE TABLE invoice_word (
            purchase INTEGER NOT NULL REFERENCES purchase_line ON DELETE CASCADE, batch INTEGER NOT NULL,
            invoiced INTEGER, invoiced_amount INTEGER, PRIMARY KEY (purchase, batch)) WITHOUT ROWID;
        INSERT INTO invoice_word SELECT id, batch, invoiced, invoiced_amount FROM purchase_line
            WHERE invoiced IS NOT NULL OR invoiced_amount IS NOT NULL;
        """
}

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
    /// Units and minor units of `currency` that are invoiced, by the newest word that is asked for; nil where nobody said.
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
    /// Announcements and receipts find their lines as they do for stock, and the word of the place that takes goods in goes
    /// before the order's. What is closed is taken to have been as long as it turned out to be.
    ///
    /// - Parameter batch: invoices count of which this batch or an older one told; nil for all.
    public func purchaseStandings(asOf day: Day, invoicesUntil batch: Int64? = nil) throws -> [PurchaseStanding] {
        let end = zone.instant(day: day.advanced(by: 1)).milliseconds
        return try database.read { database in
            let standings = try Deliveries(
                ofProducts: "SELECT DISTINCT product FROM purchase_line WHERE ordered_on <= ?", [day.number],
                zone: zone, database
            ).standings(before: end)
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT p.id, supplier.name, p.number, p.line, product.sku, place.name, p.quantity, p.state, p.received,
                        (SELECT max(received) FROM receipt WHERE receipt.purchase = p.id AND receipt.at < ?1),
                        w.invoiced, w.invoiced_amount, p.cost, p.currency, p.expected_on
                    FROM purchase_line AS p JOIN supplier ON supplier.id = p.supplier JOIN product ON product.id = p.product
                    JOIN place ON place.id = p.place
                    LEFT JOIN invoice_word AS w ON w.purchase = p.id AND w.batch =
                        (SELECT max(batch) FROM invoice_word WHERE purchase = p.id AND batch <= ?3)
                    WHERE p.ordered_on <= ?2 ORDER BY supplier.name, p.number, p.line
                    """, arguments: [end, day.number, batch ?? .max])
            var lines: [PurchaseStanding] = []
            while let row = try rows.next() {
                guard let currency = Currency(row[13] as String) else { continue }
                let standing = standings[row[0]]
                let total = standing?.came?.inAll ?? row[8] as Int64
                let state = PurchaseState(rawValue: row[7])
                if state == .cancelled, total == 0 { continue }
                lines.append(
                    PurchaseStanding(
                        supplier: row[1], order: row[2], line: row[3], sku: row[4], place: row[5],
                        ordered: state == .open ? max(row[6], total) : total,
                        received: standing?.came?.before ?? row[9] as Int64? ?? 0, noticed: standing?.announced ?? 0,
                        invoiced: row[10], invoicedAmount: row[11],
                        cost: (row[12] as Int64?).map(UnitPrice.init(micros:)), currency: currency,
                        expectedOn: standing?.expectedOn ?? (row[14] as Int32?).map(Day.init(number:))))
            }
            return lines
        }
    }
}
