import Domain
import GRDB

extension Facts {
    /// The terms that hold on some day of a range, by product; which of them hold on one day, `Offer.valid(on:)` says.
    public func offers(in days: ClosedRange<Day>) throws -> [Int64: [Offer]] {
        try database.read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT offer.product, supplier.name, product.sku, offer.cost, currency, minimum, pack, lead_time, spread,
                        expedite, valid_from, valid_to
                    FROM offer JOIN supplier ON supplier.id = offer.supplier JOIN product ON product.id = offer.product
                    WHERE valid_from <= ?2 AND (valid_to IS NULL OR valid_to >= ?1)
                    ORDER BY offer.product, supplier.name, valid_from
                    """, arguments: [days.lowerBound.number, days.upperBound.number])
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
}

extension [Offer] {
    /// Those that hold on a day: of each supplier the one with the latest first day.
    public func valid(on day: Day) -> [Offer] {
        var newest: [SupplierName: Offer] = [:]
        for offer in self {
            if let first = offer.validFrom, first > day { continue }
            if let last = offer.validTo, last < day { continue }
            if let known = newest[offer.supplier], let first = known.validFrom, offer.validFrom ?? first <= first {
                continue
            }
            newest[offer.supplier] = offer
        }
        return newest.values.sorted { $0.supplier < $1.supplier }
    }
}
