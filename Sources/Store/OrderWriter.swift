import Domain
import GRDB

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
    ///   - areWhole: whether every document stands in the book with all its lines, so that a later one takes its place.
    ///   - isPart: whether the import has more lines than one gathering holds: the documents may go on in another.
    ///   - transaction: how long a transaction may take, about. Short ones let others write in between; long ones spare
    ///     the log: pages that many rows share are written once for each transaction.
    ///   - progress: called after each transaction with the rows written so far; throws to stop.
    /// - Returns: what became of the rows. A row of an older version counts as duplicate.
    public func write(
        _ book: OrderBook, of batch: Batch, mergesPieces: Bool = false, areWhole: Bool = false,
        isPart: Bool = false, transaction: Duration = .milliseconds(12),
        progress: (Int) throws -> Void = { _ in }
    ) throws -> BatchCount {
        var count = BatchCount()
        guard book.count > 0 else { return count }
        let (starts, order) = book.grouped()
        var writer = OrderWriter(
            book: book, batch: batch, facts: self, mergesPieces: mergesPieces, areWhole: areWhole, isPart: isPart)
        var next = 0
        while next < book.documentFacts.count {
            let from = next
            (next, count) = try commit { database in
                var (at, inTransaction) = (from, BatchCount())
                try writer.lines.prepare(database)
                let clock = ContinuousClock()
                let begin = clock.now
                while at < book.documentFacts.count {
                    inTransaction += try writer.write(at, rows: order[Int(starts[at])..<Int(starts[at + 1])], database)
                    at += 1
                    if inTransaction.read >= 256, clock.now - begin > transaction { break }
                }
                try writer.lines.finish(database)
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

private struct OrderWriter {
    let book: OrderBook
    let batch: Batch
    let mergesPieces: Bool
    let areWhole: Bool
    let isPart: Bool
    let store: Facts
    var lines: OrderLines
    var productIDs: [Int64]
    var customerIDs: [Int64]

    init(book: OrderBook, batch: Batch, facts: Facts, mergesPieces: Bool, areWhole: Bool, isPart: Bool) {
        store = facts
        self.areWhole = areWhole
        self.isPart = isPart
        self.book = book
        self.batch = batch
        self.mergesPieces = mergesPieces
        lines = OrderLines(facts)
        productIDs = Array(repeating: 0, count: book.productFacts.count)
        customerIDs = Array(repeating: 0, count: book.customers.count)
    }

    mutating func write(_ index: Int, rows: ArraySlice<Int32>, _ database: Database) throws -> BatchCount {
        let facts = book.documentFacts[index]
        var count = BatchCount()
        guard !rows.isEmpty, !facts.isDropped else { return count }
        var told: [StoredLine] = []
        told.reserveCapacity(rows.count)
        var weight = 0
        for row in rows {
            if book.isOutdated(row) {
                count.duplicate += Int(book.rows[Int(row)].weight)
                continue
            }
            if !facts.isTest { told.append(try stored(row, database)) }
            weight += Int(book.rows[Int(row)].weight)
        }
        told.sort()
        var balance = OrderBalance(
            facts.currency.flatMap { Currency($0) } ?? store.currency, store, database)
        if areWhole { told = try balance.settled(told) }

        let number = book.documents[index]
        let found = try database.rareRow(
            """
            SELECT id, version, pool, batch, customer, key, channel, is_wholesale, is_test, currency
            FROM document WHERE source = ? AND number = ?
            """, of: [batch.source, number])
        var pool: Int64
        if let place = facts.place {
            let id = try Facts.place(database, place)
            let find = BulkStatement(try database.cachedStatement(sql: "SELECT pool FROM place WHERE id = ?"))
            find.bind(1, id)
            pool = try find.integer() ?? Facts.defaultPool
        } else {
            pool = Facts.defaultPool
        }
        var customer = facts.customer < 0 ? nil : try customerID(Int(facts.customer), database)
        let channel = try Facts.word(database, facts.channel)
        let at = OrderWriter.time(of: told)
        guard let found else {
            let insert = BulkStatement(
                try database.cachedStatement(
                    sql: """
                        INSERT INTO document (source, number, version, customer, pool, batch, key, channel, is_wholesale,
                            is_test, currency, at, net_total, full_total)
                            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """))
            insert.bind(all: [
                batch.source, number, facts.version, customer, pool, batch.id, facts.key, channel, facts.isWholesale,
                facts.isTest, facts.currency, at, facts.taxShare?.net, facts.taxShare?.full,
            ])
            try insert.run()
            try Facts.settle(balance.oddities, ofOrder: number, batch, database)
            try Facts.add(database, to: "orders", 1)
            try lines.add(told, to: database.lastInsertedRowID, pool: pool, batch: batch.id, database)
            try settleFlags(index, .accepted, database)
            count.accepted += weight
            return count
        }

        let id: Int64 = found[0]
        let known: Int64? = found[1]
        // What does not say how new it is (an export) never takes the place of what does (a message).
        let isOfThisImport = try batch.isOneImport(with: found[3], database)
        if let known, !mergesPieces, facts.version.map({ $0 < known }) ?? !isOfThisImport {
            count.duplicate += weight
            return count
        }
        let old = try OrderLines.stored(id, database)
        // A document whose rows were split over two gatherings of one import is one document all the same.
        let isNewer = facts.version.map { $0 > known ?? .min } ?? false
        let continues = mergesPieces || (!areWhole && isOfThisImport && !isNewer)
        // A piece that names no place or customer leaves what the others named.
        if continues, facts.place == nil { pool = found[2] }
        if continues, customer == nil { customer = found[4] }
        var new =
            continues
            ? OrderWriter.merged(old, told, sums: !mergesPieces) : OrderWriter.amended(old, told, facts.version)
        if areWhole, !continues, facts.key != nil {
            new = try balance.settled(try Facts.shipped(new.map(balance.convert), of: id, database))
        }
        let common = OrderWriter.common(old, told)
        let details: [(any DatabaseValueConvertible)?] = [
            facts.key ?? found[5] as String?, channel ?? found[6] as Int64?, facts.isWholesale || found[7] as Bool,
            facts.isTest, facts.currency ?? (continues ? found[9] as String? : nil),
        ]
        // Two messages of one second: the one that says more holds, whichever came first.
        if areWhole, let known, facts.version == known,
            (new.count, 1) < (old.count, OrderWriter.isLess(new, old) ? 2 : 1)
        {
            count.duplicate += weight
            return count
        }
        let isSame =
            new == old && found[2] as Int64 == pool && found[4] as Int64? == customer
            && details.enumerated().allSatisfy { offset, value in
                (found[5 + offset] as DatabaseValue) == value?.databaseValue ?? .null
            }
        if isSame {
            count.duplicate += weight
            // In part of an import even an unchanged document is this import's: what follows of it adds to it.
            if isPart || (facts.version != nil && facts.version != known) {
                try database.cachedStatement(
                    sql: "UPDATE document SET version = coalesce(?, version), batch = ? WHERE id = ?"
                ).execute(arguments: [facts.version, isPart ? batch.id : found[3] as Int64, id])
            }
            if !continues, facts.version != known || facts.version == nil {
                try settleFlags(index, .replaced, database)
            }
            return count
        }
        try Facts.settle(balance.oddities, ofOrder: number, batch, database)
        try lines.remove(id, database)
        try database.cachedStatement(
            sql: """
                UPDATE document SET version = coalesce(?, version), customer = ?, pool = ?, batch = ?, key = ?, channel = ?,
                    is_wholesale = ?, is_test = ?, currency = ?, at = ?, net_total = coalesce(?, net_total),
                    full_total = coalesce(?, full_total) WHERE id = ?
                """
        ).execute(
            arguments: StatementArguments(
                [facts.version, customer, pool, batch.id] + details
                    + [
                        OrderWriter.time(of: new), facts.taxShare?.net, facts.taxShare?.full, id,
                    ]))
        try lines.add(new, to: id, pool: pool, batch: batch.id, database)
        try settleFlags(index, .replaced, isPiece: continues, database)
        if continues {
            count.accepted = max(0, min(weight, new.count - old.count))
            count.duplicate += weight - count.accepted
        } else {
            // A document in which anything changed has changed, though all lines that it still has are known.
            let same = min(common, max(0, weight - 1))
            count.duplicate += same
            count.replaced = weight - same
        }
        return count
    }

    private func settleFlags(
        _ index: Int, _ arrival: Arrival, isPiece: Bool = false, _ database: Database
    ) throws {
        let number = book.documents[index]
        try Facts.settle(
            book.documentFacts[index].flags, of: (.order, { number }), arrival, isPiece: isPiece, batch, database)
    }

    private mutating func stored(_ index: Int32, _ database: Database) throws -> StoredLine {
        let row = book.rows[Int(index)]
        let foreign = book.foreign[index]
        return StoredLine(
            identity: row.identity, product: row.product < 0 ? 0 : try productID(Int(row.product), database),
            at: row.at, mapped: Int64(row.mapped), quantity: row.quantity, price: row.price, total: row.total,
            shippedAt: row.shippedAt, sellable: Int64(row.sellable), foreignPrice: foreign?.price ?? .min,
            foreignTotal: foreign?.total ?? .min,
            returnedTo: try book.returnedTo[index].map { try Facts.place(database, $0) } ?? 0)
    }

    private mutating func productID(_ index: Int, _ database: Database) throws -> Int64 {
        if productIDs[index] != 0 { return productIDs[index] }
        let facts = book.productFacts[index]
        let id = try Facts.product(database, key: book.products[index], spelled: facts.sku, batch: batch.id)
        if let reference = facts.reference { try Facts.identify(database, reference, as: id) }
        let keep = BulkStatement(
            try database.cachedStatement(sql: "INSERT OR IGNORE INTO product_source VALUES (?, ?)"))
        keep.bind([id, batch.source])
        try keep.run()
        productIDs[index] = id
        return id
    }

    private mutating func customerID(_ index: Int, _ database: Database) throws -> Int64 {
        if customerIDs[index] != 0 { return customerIDs[index] }
        let key = book.customers[index]
        let find = BulkStatement(
            try database.cachedStatement(sql: "SELECT id FROM customer WHERE source = ? AND key = ?"))
        find.bind(1, batch.source)
        find.bind(2, key)
        if let id = try find.integer() {
            customerIDs[index] = id
        } else {
            let make = BulkStatement(
                try database.cachedStatement(sql: "INSERT INTO customer (source, key) VALUES (?, ?)"))
            make.bind(1, batch.source)
            make.bind(2, key)
            try make.run()
            customerIDs[index] = database.lastInsertedRowID
            try Facts.add(database, to: "customers", 1)
        }
        return customerIDs[index]
    }

    /// When a document was: with its first sale, or, where it has none, with its first line.
    private static func time(of lines: [StoredLine]) -> Int64? {
        lines.lazy.filter { $0.mapped == LineKind.sale.rawValue }.map(\.at).min() ?? lines.lazy.map(\.at).min()
    }

    private static func isLess(_ left: [StoredLine], _ right: [StoredLine]) -> Bool {
        left.lexicographicallyPrecedes(right)
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

    /// The lines of a newer version of a document, and what was amended after it: of that the version cannot know yet.
    private static func amended(_ old: [StoredLine], _ new: [StoredLine], _ version: Int64?) -> [StoredLine] {
        guard let version else { return new }
        let told = Set(new.lazy.map(\.identity))
        var kept = old.filter { $0.identity != 0 && $0.at > version && !told.contains($0.identity) }
        // Edits that told of themselves keep their days: the version says only what they come to.
        let sold = Set(new.lazy.filter(\.isSold).map(\.identity))
        var lines = new
        let gone = lines.indices.filter { sold.contains(lines[$0].identity ^ Interner.editMark) }
        guard !gone.isEmpty else { return kept.isEmpty ? new : (new + kept).sorted() }
        let before = Dictionary(old.map { ($0.identity, $0) }) { first, _ in first }
        var edits = old.filter {
            $0.identity != 0 && $0.at <= version && !told.contains($0.identity) && $0.quantity < 0
                && $0.mapped == Int64(LineKind.cancellation.rawValue) && !$0.isCalledGone(among: sold)
        }
        for index in gone {
            edits.removeAll { edit in
                guard edit.product == lines[index].product, edit.quantity >= lines[index].quantity else { return false }
                kept.append(edit)
                lines[index].quantity -= edit.quantity
                lines[index].paid &-= edit.paid
                return true
            }
            // Nobody told of the edit but the order: the first version that did is nearest to its time.
            if let before = before[lines[index].identity], before.quantity == lines[index].quantity {
                lines[index].at = min(lines[index].at, before.at)
            }
        }
        lines.removeAll { $0.quantity == 0 && sold.contains($0.identity ^ Interner.editMark) }
        return (lines + kept).sorted()
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
