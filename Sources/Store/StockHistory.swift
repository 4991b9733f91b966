import Domain
import GRDB

// Stock at the end of every day: kept as steps, made anew for products of which anything was told, as is what their
// sales cost.

extension Facts {
    /// Notes that the stock history of a product, or its cost, may have changed.
    static func noteChange(of product: Int64, _ database: Database) throws {
        let note = BulkStatement(
            try database.cachedStatement(sql: "INSERT OR IGNORE INTO product_dirty VALUES (?)"))
        note.bind(1, product)
        try note.run()
    }

    /// Brings stock histories, costs and what came of purchases up to date, some products a transaction.
    ///
    /// - Returns: how many products were looked at.
    @discardableResult
    public func refreshProducts(transaction: Duration = .milliseconds(12)) throws -> Int {
        var done = 0
        while true {
            let left = try database.read { try Int.fetchOne($0, sql: "SELECT 1 FROM product_dirty LIMIT 1") } != nil
            guard left else { return done }
            done += try database.write { database in
                let clock = ContinuousClock()
                let begin = clock.now
                var looked = 0
                for product in try Int64.fetchAll(database, sql: "SELECT product FROM product_dirty LIMIT 256") {
                    try writeArrivals(of: product, database)
                    try revalue(product, database)
                    let kits = try database.cachedStatement(sql: "SELECT kit FROM kit_part WHERE part = ?")
                    for kit in try Int64.fetchAll(kits, arguments: [product]) { try revalue(kit, database) }
                    try writeStockHistory(of: product, database)
                    try database.execute(sql: "DELETE FROM product_dirty WHERE product = ?", arguments: [product])
                    looked += 1
                    if clock.now - begin > transaction { break }
                }
                return looked
            }
        }
    }

    private func writeStockHistory(of product: Int64, _ database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM stock_step WHERE product = ?").execute(arguments: [product])
        let insert = try database.cachedStatement(sql: "INSERT INTO stock_step VALUES (?, ?, ?, ?)")
        let pools = try Int64.fetchAll(
            database.cachedStatement(
                sql: "SELECT DISTINCT pool FROM stock_count JOIN place ON place.id = place WHERE product = ?"),
            arguments: [product])
        for pool in pools {
            let shelves = try Shelf.all(of: product, in: pool, zone: zone, database)
            let events = try StockEvents(product: product, pool: pool, zone: zone, database)
            let times = shelves.flatMap(\.times) + events.shipped.times + events.ordered.times + events.adjusted.times
            guard let first = shelves.compactMap(\.counts.first?.at).min(), let last = times.max() else { continue }
            var before: Int64?
            var day = zone.day(of: Instant(milliseconds: first))
            let end = zone.day(of: Instant(milliseconds: last))
            // A time that is wildly wrong must not make a million days.
            guard day.distance(to: end) < 36_600 else { continue }
            let moments = Set(times.map { zone.day(of: Instant(milliseconds: $0)).number })
            while day <= end {
                defer { day = day.advanced(by: 1) }
                guard moments.contains(day.number) else { continue }
                let close = zone.instant(day: day.advanced(by: 1)).milliseconds - 1
                guard let units = Facts.level(shelves, events, at: close), units != before else { continue }
                try insert.execute(arguments: [product, pool, day.number, units])
                before = units
            }
        }
    }

    /// Units on the shelves of a pool at a moment; nil before the first count.
    static func level(_ shelves: [Shelf], _ events: StockEvents, at moment: Int64) -> Int64? {
        var (counted, since, isOnHand) = (Int64(0), Int64.max, false)
        for shelf in shelves {
            guard let count = shelf.counts.last(where: { $0.at <= moment }) else { continue }
            counted += count.quantity + shelf.receipts.sum(after: count.at, until: moment)
            since = min(since, count.at)
            if count.state == StockState.onHand.rawValue { isOnHand = true }
        }
        guard since != .max else { return nil }
        let left = isOnHand ? events.shipped : events.ordered
        return counted + events.adjusted.sum(after: since, until: moment) - left.sum(after: since, until: moment)
    }
}

/// The counts and receipts of a product at one place, by the source whose word on stock comes first there.
struct Shelf {
    var place: Int64
    var counts: [(at: Int64, state: String, quantity: Int64)]
    var receipts: UnitsOverTime

    var times: [Int64] { counts.map(\.at) + receipts.times }

    static func all(of product: Int64, in pool: Int64, zone: Zone, _ database: Database) throws -> [Shelf] {
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT place, at, state, quantity, coalesce(rank, 1000000) FROM stock_count
                    JOIN place ON place.id = place JOIN source ON source.id = source
                    LEFT JOIN precedence ON precedence.system = source.system AND field = 'stock'
                    WHERE product = ? AND pool = ? ORDER BY place, at, state DESC
                    """), arguments: [product, pool])
        // From its first count on, a source's word goes before that of those who come after it.
        var best: [Int64: Int64] = [:]
        var counts: [Int64: [(at: Int64, state: String, quantity: Int64)]] = [:]
        for row in rows {
            let (place, rank): (Int64, Int64) = (row[0], row[4])
            guard rank <= best[place] ?? .max else { continue }
            best[place] = rank
            counts[place, default: []].append((row[1], row[2], row[3]))
        }
        return try counts.sorted { $0.key < $1.key }.map { place, counts in
            Shelf(
                place: place, counts: counts,
                receipts: try StockEvents.receipts(of: product, at: place, zone: zone, database))
        }
    }
}
