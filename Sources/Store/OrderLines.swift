import Domain
import GRDB
import GRDBSQLite

/// The lines of one document as they are compared and stored.
struct StoredLine: Comparable {
    var identity: Int64
    var product: Int64  // 0: none
    var at: Int64
    var mapped: Int64
    var quantity: Int64
    var price: Int64
    var total: Int64
    var shippedAt: Int64  // Int64.min: not yet
    var sellable: Int64 = -1  // −1: nobody said
    var foreignPrice: Int64 = .min  // Int64.min: in the shop's currency
    var foreignTotal: Int64 = .min
    var returnedTo: Int64 = 0  // place; 0: where it was served from, or nobody said

    static func < (left: StoredLine, right: StoredLine) -> Bool {
        if left.identity != right.identity { return left.identity < right.identity }
        if left.product != right.product { return left.product < right.product }
        if left.at != right.at { return left.at < right.at }
        if left.mapped != right.mapped { return left.mapped < right.mapped }
        if left.quantity != right.quantity { return left.quantity < right.quantity }
        if left.price != right.price { return left.price < right.price }
        if left.total != right.total { return left.total < right.total }
        if left.shippedAt != right.shippedAt { return left.shippedAt < right.shippedAt }
        if left.sellable != right.sellable { return left.sellable < right.sellable }
        if left.foreignPrice != right.foreignPrice { return left.foreignPrice < right.foreignPrice }
        if left.foreignTotal != right.foreignTotal { return left.foreignTotal < right.foreignTotal }
        return left.returnedTo < right.returnedTo
    }
}

/// Writes the lines of order documents, and with them the rollups that rest on them.
///
/// One for each run of transactions: `prepare` at the start of each, `finish` at its end.
struct OrderLines {
    private var rollup: DemandRollup
    private var reversals: Reversals
    private var count = 0
    private var insert: BulkStatement?
    /// What products are told apart by, of those that were asked about in this transaction.
    private var keys: [Int64: String] = [:]

    init(_ facts: Facts) {
        rollup = DemandRollup(zone: facts.zone, currency: facts.currency)
        reversals = Reversals(zone: facts.zone)
    }

    mutating func prepare(_ database: Database) throws {
        keys.removeAll(keepingCapacity: true)
        insert = BulkStatement(
            try database.cachedStatement(
                sql: """
                    INSERT INTO order_line (document, line, product, pool, kind, mapped, quantity, price, total, at,
                        shipped_at, identity, batch, sellable, foreign_price, foreign_total, returned_to)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """))
    }

    /// Settles what was written: rollups, and what a reversal took back.
    mutating func finish(_ database: Database) throws {
        try reversals.settle(in: database, &rollup)
        try rollup.apply(database)
        try Facts.add(database, to: "orderLines", count)
        count = 0
    }

    /// The lines of a document as they stand, sorted.
    static func stored(_ document: Int64, _ database: Database) throws -> [StoredLine] {
        try asNumbered(document, database).sorted()
    }

    /// The lines of a document as they stand, in the order of their numbers.
    private static func asNumbered(_ document: Int64, _ database: Database) throws -> [StoredLine] {
        try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT identity, product, at, mapped, quantity, price, total, shipped_at, sellable, foreign_price,
                        foreign_total, returned_to FROM order_line WHERE document = ? ORDER BY line
                    """), arguments: [document]
        ).map {
            StoredLine(
                identity: $0[0], product: $0[1] ?? 0, at: $0[2], mapped: $0[3], quantity: $0[4], price: $0[5],
                total: $0[6], shippedAt: $0[7] ?? .min, sellable: $0[8] ?? -1, foreignPrice: $0[9] ?? .min,
                foreignTotal: $0[10] ?? .min, returnedTo: $0[11] ?? 0)
        }
    }

    /// Sorted lines in the order of their numbers. Products have their own numbers in the order in which they came, so that
    /// lines which nothing else tells apart go by SKU: an order stands with the first of them.
    private mutating func numbered(_ lines: [StoredLine], _ database: Database) throws -> [StoredLine] {
        let isInOrder = !zip(lines, lines.dropFirst()).contains {
            $0.identity == $1.identity && $0.product != $1.product
        }
        if isInOrder { return lines }
        let keyed = try lines.map { line in (line: line, key: try key(of: line.product, database)) }
        return keyed.sorted {
            if $0.line.identity != $1.line.identity { return $0.line.identity < $1.line.identity }
            return $0.key == $1.key ? $0.line < $1.line : $0.key < $1.key
        }.map(\.line)
    }

    /// Numbers the lines of all orders of a product anew, which is told apart by another SKU than before.
    mutating func renumber(ordersOf product: Int64, _ database: Database) throws {
        keys[product] = nil
        let documents = try Row.fetchAll(
            database,
            sql: """
                SELECT id, pool, batch FROM document
                WHERE id IN (SELECT document FROM order_line WHERE product = ?) ORDER BY id
                """, arguments: [product])
        for document in documents {
            let known = try OrderLines.asNumbered(document[0], database)
            let lines = known.sorted()
            guard try numbered(lines, database) != known else { continue }
            try remove(document[0], database)
            try add(lines, to: document[0], pool: document[1], batch: document[2], database)
        }
    }

    private mutating func key(of product: Int64, _ database: Database) throws -> String {
        if let known = keys[product] { return known }
        let sku = try String.fetchOne(
            database.cachedStatement(sql: "SELECT sku FROM product WHERE id = ?"), arguments: [product])
        let key = sku.flatMap { SKU($0)?.key } ?? ""
        keys[product] = key
        return key
    }

    /// Writes the lines of a document that has none.
    mutating func add(_ lines: [StoredLine], to document: Int64, pool: Int64, batch: Int64, _ database: Database) throws
    {
        guard let insert else { return }
        var booked: [RollupLine] = []
        booked.reserveCapacity(lines.count)
        for (offset, line) in try numbered(lines, database).enumerated() {
            let mapped = LineKind(rawValue: Int(line.mapped)) ?? .adjustment
            let kind = mapped == .reversal ? LineKind.return : mapped
            insert.bind(1, document)
            insert.bind(2, Int64(offset) + 1)
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
            insert.bind(13, batch)
            insert.bind(14, line.sellable < 0 ? nil : line.sellable)
            insert.bind(15, line.foreignPrice == .min ? nil : line.foreignPrice)
            insert.bind(16, line.foreignTotal == .min ? nil : line.foreignTotal)
            insert.bind(17, line.returnedTo == 0 ? nil : line.returnedTo)
            try insert.run()
            let row = RollupLine(
                product: line.product, pool: pool, at: line.at, kind: kind, quantity: line.quantity, price: line.price,
                total: line.total)
            booked.append(row)
            // An adjustment is no demand: the rollup would not tell anybody that stock has changed.
            if kind == .adjustment, line.product != 0 { try Facts.noteChange(of: line.product, database) }
            if mapped == .reversal, line.product != 0 { try reversals.note(rollup.key(row), in: database) }
        }
        rollup.add(booked, sign: 1)
        count += lines.count
    }

    /// Takes away the lines of a document.
    mutating func remove(_ document: Int64, _ database: Database) throws {
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: "SELECT \(RollupLine.columns) FROM order_line WHERE document = ? ORDER BY line"),
            arguments: [document])
        let lines = rows.map { RollupLine($0) }
        rollup.add(lines, sign: -1)
        for line in lines where line.kind == .adjustment && line.product != 0 {
            try Facts.noteChange(of: line.product, database)
        }
        try database.cachedStatement(sql: "DELETE FROM order_line WHERE document = ?").execute(arguments: [document])
        count -= rows.count
    }
}
