import Domain
import GRDB

extension Facts {
    /// Every supplier's calendar, by name; a supplier without one takes orders at any time.
    public func calendars() throws -> [SupplierName: SupplierCalendar] {
        try database.read { database in
            var result: [SupplierName: SupplierCalendar] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT id, name FROM supplier") {
                guard let name = SupplierName(row[1] as String) else { continue }
                result[name] = try Facts.calendar(database, row[0]) ?? SupplierCalendar(supplier: name)
            }
            return result
        }
    }

    /// The terms that hold on `day`, by product: for each product and supplier those with the latest first day.
    public func offers(on day: Day) throws -> [Int64: [Offer]] {
        try database.read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT offer.product, supplier.name, product.sku, offer.cost, currency, minimum, pack, lead_time, spread, expedite,
                        valid_from, valid_to, max(valid_from)
                    FROM offer JOIN supplier ON supplier.id = offer.supplier JOIN product ON product.id = offer.product
                    WHERE valid_from <= ?1 AND (valid_to IS NULL OR valid_to >= ?1) GROUP BY offer.product, offer.supplier
                    """, arguments: [day.number])
            var result: [Int64: [Offer]] = [:]
            while let row = try rows.next() {
                guard let supplier = SupplierName(row[1] as String), let sku = SKU(row[2] as String),
                    let currency = Currency(row[4] as String)
                else { continue }
                let from: Int32 = row[10]
                result[row[0], default: []].append(
                    Offer(
                        supplier: supplier, sku: sku, cost: (row[3] as Int64?).map(UnitPrice.init(micros:)),
                        currency: currency, minimumQuantity: row[5], pack: row[6], leadTimeDays: row[7],
                        leadTimeSpread: row[8], expediteDays: row[9],
                        validFrom: from == .min ? nil : Day(number: from),
                        validTo: (row[11] as Int32?).map(Day.init(number:))))
            }
            return result
        }
    }

    static func calendar(_ database: Database, _ supplier: Int64) throws -> SupplierCalendar? {
        let row = try Row.fetchOne(
            database,
            sql:
                "SELECT name, order_days, cut_off, minimum_order_value FROM supplier WHERE id = ? AND has_calendar = 1",
            arguments: [supplier])
        guard let row, let name = SupplierName(row[0] as String) else { return nil }
        let mask: Int = row[1]
        let closures = try Row.fetchAll(
            database, sql: "SELECT first, last FROM closure WHERE supplier = ? ORDER BY first, last",
            arguments: [supplier])
        return SupplierCalendar(
            supplier: name, orderDays: Weekday.allCases.filter { mask & 1 << $0.rawValue != 0 },
            cutOff: (row[2] as Int?).flatMap(TimeOfDay.init(minutes:)), minimumOrderValue: row[3],
            closures: closures.map { Day(number: $0[0])...Day(number: $0[1]) })
    }
}
