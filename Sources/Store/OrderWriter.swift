import Domain
import GRDB
import GRDBSQLite

/// Why an import ended before its rows did.
public struct Interrupted: Error {
    /// Stopped by the caller; what is written stands.
    public init() {}
}

extension Facts {
    /// Writes gathered order lines, document by document, in short transactions.
    ///
    /// A document that is new is stored; one that is stored is replaced whole where its content differs and its version
    /// is not older; lines without an id are told apart by content and number among their equals, so repeats stay and
    /// the order of rows does not matter. Every transaction leaves whole documents and true rollups behind.
    ///
    /// - Parameters:
    ///   - book: the lines.
    ///   - batch: the import they belong to.
    ///   - mergesPieces: whether a document's lines come in pieces that add up, instead of replacing each other.
    ///   - isPart: whether the import has more lines than one gathering holds: the documents may go on in another.
    ///   - transaction: how long a transaction may take, about. Short ones let others write in between; long ones spare
    ///     the log: pages that many rows share are written once for each transaction.
    ///   - progress: called after each transaction with the rows written so far; throws to stop.
    /// - Returns: what became of the rows. A row of an older version counts as duplicate.
    public func write(
        _ book: OrderBook, of batch: Batch, mergesPieces: Bool = false, isPart: Bool = false,
        transaction: Duration = .milliseconds(12),
        progress: (Int) throws -> Void = { _ in }
    ) throws -> BatchCount {
        var count = BatchCount()
        guard book.count > 0 else { return count }
        let (starts, order) = book.grouped()
        var writer = OrderWriter(book: book, batch: batch, zone: zone, mergesPieces: mergesPieces, isPart: isPart)
        var next = 0
        try database.beginBulk()
        defer { database.endBulk() }
        while next < book.documentFacts.count {
            let from = next
            (next, count) = try commit { database in
                var (at, inTransaction) = (from, BatchCount())
                try writer.prepare(database)
                let clock = ContinuousClock()
                let begin = clock.now
                while at < book.documentFacts.count {
                    inTransaction += try writer.write(at, rows: order[Int(starts[at])..<Int(starts[at + 1])], database)
                    at += 1
                    if inTransaction.read >= 256, clock.now - begin > transaction { break }
                }
                try writer.finish(database)
                return (
                    at,
                    {
                        var sum = count; sum += inTransaction; return sum
                    }()
                )
            }
            try progress(count.read)
        }
        try nameProducts(book, of: batch)
        return count
    }

    /// Gives undeclared products the words of their newest sale.
    private func nameProducts(_ book: OrderBook, of batch: Batch) throws {
        let named = book.productFacts.enumerated().filter { !$0.element.title.isEmpty }
        for start in stride(from: 0, to: named.count, by: 2000) {
            try commit { database in
                let update = try database.cachedStatement(
                    sql: """
                        UPDATE product SET name = ?1, named_at = ?2 WHERE declared = 0 AND (named_at, name) < (?2, ?1)
                            AND id = (SELECT product FROM identifier WHERE scheme = 'sku' AND value = ?3)
                        """)
                for (index, product) in named[start..<min(start + 2000, named.count)] {
                    try update.execute(
                        arguments: [product.title.printable, product.titledAt, book.products[index]])
                }
            }
        }
    }
}

/// The lines of one document as they are compared and stored.
private struct StoredLine: Comparable {
    var identity: Int64
    var product: Int64  // 0: none
    var at: Int64
    var mapped: Int64
    var quantity: Int64
    var price: Int64
    var total: Int64
    var shippedAt: Int64  // Int64.min: not yet

    static func < (left: StoredLine, right: StoredLine) -> Bool {
        if left.identity != right.identity { return left.identity < right.identity }
        if left.product != right.product { return left.product < right.product }
        if left.at != right.at { return left.at < right.at }
        if left.mapped != right.mapped { return left.mapped < right.mapped }
        if left.quantity != right.quantity { return left.quantity < right.quantity }
        if left.price != right.price { return left.price < right.price }
        if left.total != right.total { return left.total < right.total }
        return left.shippedAt < right.shippedAt
    }
}

private struct OrderWriter {
    let book: OrderBook
    let batch: Batch
    let zone: Zone
    let mergesPieces: Bool
    let isPart: Bool
    var rollup = DemandRollup()
    var productIDs: [Int64]
    var customerIDs: [Int64]
    var reversals: Reversals
    var lineCount = 0
    var dayCache: (from: Int64, to: Int64, day: Int32) = (0, 0, 0)
    var insert: BulkStatement?

    init(book: OrderBook, batch: Batch, zone: Zone, mergesPieces: Bool, isPart: Bool) {
        self.isPart = isPart
        self.book = book
        self.batch = batch
        self.zone = zone
        self.mergesPieces = mergesPieces
        productIDs = Array(repeating: 0, count: book.productFacts.count)
        customerIDs = Array(repeating: 0, count: book.customers.count)
        reversals = Reversals(zone: zone)
    }

    mutating func prepare(_ database: Database) throws {
        insert = BulkStatement(
            try database.cachedStatement(sql: "INSERT INTO order_line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"))
    }

    mutating func finish(_ database: Database) throws {
        try reversals.settle(in: database, &rollup)
        try rollup.apply(database)
        try Facts.add(database, to: "orderLines", lineCount)
        lineCount = 0
    }

    mutating func write(_ index: Int, rows: ArraySlice<Int32>, _ database: Database) throws -> BatchCount {
        let facts = book.documentFacts[index]
        var count = BatchCount()
        guard !rows.isEmpty else { return count }
        var lines: [StoredLine] = []
        lines.reserveCapacity(rows.count)
        var weight = 0
        for row in rows {
            if book.isOutdated(row) {
                count.duplicate += Int(book.rows[Int(row)].weight)
                continue
            }
            lines.append(try stored(book.rows[Int(row)], database))
            weight += Int(book.rows[Int(row)].weight)
        }
        lines.sort()

        let number = book.documents[index]
        let found = try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT id, version, pool, batch, customer FROM document WHERE source = ? AND number = ?"),
            arguments: [batch.source, number])
        var pool: Int64
        if let place = facts.place {
            let id = try Facts.place(database, place)
            pool = try Int64.fetchOne(database, sql: "SELECT pool FROM place WHERE id = ?", arguments: [id]) ?? 1
        } else {
            pool = Facts.defaultPool
        }
        var customer = facts.customer < 0 ? nil : try customerID(Int(facts.customer), database)
        guard let found else {
            try database.cachedStatement(
                sql: "INSERT INTO document (source, number, version, customer, pool, batch) VALUES (?, ?, ?, ?, ?, ?)"
            ).execute(arguments: [batch.source, number, facts.version, customer, pool, batch.id])
            try Facts.add(database, to: "orders", 1)
            try add(lines, to: database.lastInsertedRowID, pool: pool, from: 1, database)
            count.accepted += weight
            return count
        }

        let id: Int64 = found[0]
        let known: Int64? = found[1]
        if let known, let version = facts.version, version < known {
            count.duplicate += weight
            return count
        }
        let old = try storedLines(id, database)
        // A document whose rows were split over two gatherings of one import is one document all the same.
        let isNewer = facts.version.map { $0 > known ?? .min } ?? false
        let continues = mergesPieces || (found[3] as Int64 == batch.id && !isNewer)
        // A piece that names no place or customer leaves what the others named.
        if continues, facts.place == nil { pool = found[2] }
        if continues, customer == nil { customer = found[4] }
        let new = continues ? OrderWriter.merged(old, lines, sums: !mergesPieces) : lines
        let common = OrderWriter.common(old, lines)
        if new == old, found[2] as Int64 == pool, found[4] as Int64? == customer {
            count.duplicate += weight
            // In part of an import even an unchanged document is this import's: what follows of it adds to it.
            if isPart || (facts.version != nil && facts.version != known) {
                try database.execute(
                    sql: "UPDATE document SET version = coalesce(?, version), batch = ? WHERE id = ?",
                    arguments: [facts.version, isPart ? batch.id : found[3] as Int64, id])
            }
            return count
        }
        try remove(id, old: old.count, database)
        try database.cachedStatement(
            sql: "UPDATE document SET version = coalesce(?, version), customer = ?, pool = ?, batch = ? WHERE id = ?"
        ).execute(arguments: [facts.version, customer, pool, batch.id, id])
        try add(new, to: id, pool: pool, from: 1, database)
        if continues {
            count.accepted = max(0, min(weight, new.count - old.count))
            count.duplicate += weight - count.accepted
        } else {
            let same = min(common, weight)
            count.duplicate += same
            count.replaced = weight - same
        }
        return count
    }

    private mutating func stored(_ row: OrderBook.Row, _ database: Database) throws -> StoredLine {
        StoredLine(
            identity: row.identity, product: row.product < 0 ? 0 : try productID(Int(row.product), database),
            at: row.at,
            mapped: Int64(row.mapped), quantity: row.quantity, price: row.price, total: row.total,
            shippedAt: row.shippedAt)
    }

    private func storedLines(_ document: Int64, _ database: Database) throws -> [StoredLine] {
        try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT identity, product, at, mapped, quantity, price, total, shipped_at FROM order_line
                    WHERE document = ?
                    """), arguments: [document]
        ).map {
            StoredLine(
                identity: $0[0], product: $0[1] ?? 0, at: $0[2], mapped: $0[3], quantity: $0[4], price: $0[5],
                total: $0[6],
                shippedAt: $0[7] ?? .min)
        }.sorted()
    }

    private mutating func add(
        _ lines: [StoredLine], to document: Int64, pool: Int64, from first: Int64, _ database: Database
    ) throws {
        guard let insert else { return }
        for (offset, line) in lines.enumerated() {
            let mapped = LineKind(rawValue: Int(line.mapped)) ?? .adjustment
            let kind = mapped == .reversal ? LineKind.return : mapped
            insert.bind(1, document)
            insert.bind(2, first + Int64(offset))
            insert.bind(3, line.product == 0 ? nil : line.product)
            insert.bind(4, pool)
            insert.bind(5, Int64(kind.rawValue))
            insert.bind(6, line.mapped)
            insert.bind(7, line.quantity)
            insert.bind(8, line.price)
            insert.bind(9, line.total)
            insert.bind(10, line.at)
            insert.bind(11, line.shippedAt == .min ? nil : line.shippedAt)
            insert.bind(12, line.identity)
            insert.bind(13, batch.id)
            try insert.run()
            guard line.product != 0 else { continue }
            let key = DemandKey(product: line.product, pool: pool, day: day(of: line.at))
            rollup.add(kind, quantity: line.quantity, total: line.total, to: key, sign: 1)
            if mapped == .reversal { try reversals.note(key, in: database) }
        }
        lineCount += lines.count
    }

    private mutating func remove(_ document: Int64, old: Int, _ database: Database) throws {
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: "SELECT kind, quantity, total, product, pool, at, mapped FROM order_line WHERE document = ?"),
            arguments: [document])
        for row in rows {
            guard let product = row[3] as Int64? else { continue }
            let key = DemandKey(product: product, pool: row[4], day: day(of: row[5]))
            rollup.add(LineKind(rawValue: row[0]) ?? .adjustment, quantity: row[1], total: row[2], to: key, sign: -1)
        }
        try database.cachedStatement(sql: "DELETE FROM order_line WHERE document = ?").execute(arguments: [document])
        lineCount -= old
    }

    private mutating func day(of at: Int64) -> Int32 {
        if at >= dayCache.from, at < dayCache.to { return dayCache.day }
        let day = zone.day(of: Instant(milliseconds: at))
        dayCache = (
            zone.instant(day: day).milliseconds, zone.instant(day: day.advanced(by: 1)).milliseconds, day.number
        )
        return day.number
    }

    private mutating func productID(_ index: Int, _ database: Database) throws -> Int64 {
        if productIDs[index] != 0 { return productIDs[index] }
        let facts = book.productFacts[index]
        let id = try Facts.product(database, key: book.products[index], spelled: facts.sku, batch: batch.id)
        try database.cachedStatement(sql: "INSERT OR IGNORE INTO product_source VALUES (?, ?)")
            .execute(arguments: [id, batch.source])
        productIDs[index] = id
        return id
    }

    private mutating func customerID(_ index: Int, _ database: Database) throws -> Int64 {
        if customerIDs[index] != 0 { return customerIDs[index] }
        let key = book.customers[index]
        let find = try database.cachedStatement(sql: "SELECT id FROM customer WHERE source = ? AND key = ?")
        if let id = try Int64.fetchOne(find, arguments: [batch.source, key]) {
            customerIDs[index] = id
        } else {
            try database.execute(
                sql: "INSERT INTO customer (source, key) VALUES (?, ?)", arguments: [batch.source, key])
            customerIDs[index] = database.lastInsertedRowID
            try Facts.add(database, to: "customers", 1)
        }
        return customerIDs[index]
    }

    /// How many lines two sorted lists share.
    private static func common(_ left: [StoredLine], _ right: [StoredLine]) -> Int {
        var (i, j, shared) = (0, 0, 0)
        while i < left.count, j < right.count {
            if left[i] == right[j] {
                shared += 1
                i += 1
                j += 1
            } else if left[i] < right[j] {
                i += 1
            } else {
                j += 1
            }
        }
        return shared
    }

    /// The lines of a document that comes in pieces. Lines with an id take the place of that id; of lines without one,
    /// equal ones add up within one import (`sums`), and else count as often as the piece that has most of them.
    private static func merged(_ old: [StoredLine], _ new: [StoredLine], sums: Bool) -> [StoredLine] {
        let replaced = Set(new.lazy.filter { $0.identity != 0 }.map(\.identity))
        var kept = old.filter { $0.identity == 0 || !replaced.contains($0.identity) }
        if sums { return (kept + new).sorted() }
        let fresh = new.filter { $0.identity != 0 }
        var (i, extra) = (0, [StoredLine]())
        for line in new where line.identity == 0 {
            while i < kept.count, kept[i] < line { i += 1 }
            if i < kept.count, kept[i] == line { i += 1 } else { extra.append(line) }
        }
        kept.append(contentsOf: fresh)
        kept.append(contentsOf: extra)
        return kept.sorted()
    }
}
