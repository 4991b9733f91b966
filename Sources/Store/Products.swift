import Domain
import GRDB

/// A product as the store knows it.
public struct Product: Sendable, Hashable {
    /// Its key in this store; not stable across rebuilds.
    public var id: Int64
    /// The code it is stocked under.
    public var sku: SKU
    /// What people call it; empty where nobody said.
    public var name: String
    /// Brand or maker.
    public var vendor: String?
    /// The group it is sold in.
    public var category: String?
    /// Declared selling price of one unit.
    public var price: UnitPrice?
    /// Declared cost of one unit.
    public var cost: UnitPrice?
    /// Where it stands in its life.
    public var lifecycle: Lifecycle
    /// Whether a catalogue named it; false where only orders did.
    public var isDeclared: Bool

    static let columns = "id, sku, name, vendor, category, price, cost, lifecycle, declared"

    init?(_ row: Row) {
        guard let sku = SKU(row[1] as String) else { return nil }
        id = row[0]
        self.sku = sku
        name = row[2]
        vendor = row[3]
        category = row[4]
        price = (row[5] as Int64?).map(UnitPrice.init(micros:))
        cost = (row[6] as Int64?).map(UnitPrice.init(micros:))
        lifecycle = Lifecycle(rawValue: row[7]) ?? .active
        isDeclared = row[8]
    }
}

extension Facts {
    /// All products, by SKU.
    public func products() throws -> [Product] {
        try database.read { database in
            try Row.fetchAll(database, sql: "SELECT \(Product.columns) FROM product ORDER BY sku").compactMap(
                Product.init)
        }
    }

    /// How many products are known.
    public func productCount() throws -> Int { try database.read(Facts.productCount) }

    static func productCount(_ database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "SELECT count FROM tally WHERE kind = 'products'") ?? 0
    }

    /// The product of a SKU or of another identifier such as a barcode, letter case ignored; nil where none is known.
    public func product(_ identifier: String) throws -> Product? {
        guard let key = SKU(identifier)?.key else { return nil }
        return try database.read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT \(Product.columns) FROM product WHERE id = (SELECT product FROM identifier
                        WHERE value IN (?, ?) ORDER BY scheme = 'sku' DESC, scheme LIMIT 1)
                    """, arguments: [key, GTIN(identifier)?.digits ?? key]
            ).flatMap(Product.init)
        }
    }

    /// The product that a code means; nil where none is known.
    public func product(of reference: ProductReference) throws -> Product? {
        try database.read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT \(Product.columns) FROM product
                    WHERE id = (SELECT product FROM identifier WHERE scheme = ? AND value = ?)
                    """, arguments: [reference.scheme, reference.value]
            ).flatMap(Product.init)
        }
    }

    /// Takes in what a catalogue declares. A blank in the declaration leaves what is known.
    static func take(
        _ facts: Facts, _ database: Database, _ declaration: ProductDeclaration, _ batch: Batch,
        _ lines: inout OrderLines
    ) throws -> Arrival {
        let isRenamed = try rename(declaration, facts, batch, database, &lines)
        let known = try find(database, declaration.sku)
        let id = try known ?? product(database, key: declaration.sku.key, spelled: declaration.sku, batch: batch.id)
        let look = try database.cachedStatement(sql: "SELECT \(Product.columns) FROM product WHERE id = ?")
        let before = try Row.fetchOne(look, arguments: [id])
        // A product that was renamed keeps its new code, whatever its sources still call it.
        let isSpelling = (before?[1] as String?).flatMap { SKU($0) }?.key == declaration.sku.key
        try database.cachedStatement(
            sql: "UPDATE product SET sku = CASE ?1 WHEN 1 THEN ?2 ELSE sku END, declared = 1 WHERE id = ?3"
        ).execute(arguments: [isSpelling, declaration.sku.text, id])
        try claim(declaration, of: id, batch, database)
        try settleClaims(on: id, from: facts.zone.day(of: batch.startedAt), database)
        // A bar code whose check digit is wrong names nothing.
        let codes =
            declaration.identifiers + [declaration.barcode.flatMap { ProductReference(barcode: $0) }].compactMap { $0 }
        var isNews = isRenamed
        for code in codes {
            isNews = try identify(database, code, as: id) || isNews
            if code.scheme == "barcode" { try contest(code, id, batch, database) }
        }
        guard known != nil else { return .accepted }
        if !isNews, try Row.fetchOne(look, arguments: [id]) == before { return .duplicate }
        try database.execute(sql: "UPDATE product SET batch = ? WHERE id = ?", arguments: [batch.id, id])
        return .replaced
    }

    /// Where a storefront's own number of a product comes with another SKU than before, the product is called by that from
    /// now on; its old SKU stays one of its codes. Of two names the one that was said last holds, whichever comes first.
    ///
    /// - Returns: whether that is news.
    private static func rename(
        _ declaration: ProductDeclaration, _ facts: Facts, _ batch: Batch, _ database: Database,
        _ lines: inout OrderLines
    ) throws -> Bool {
        let known = try find(database, declaration.sku)
        let owners = try declaration.identifiers.compactMap { try find(database, $0) }
        guard let owner = owners.first(where: { $0 != known }), !owners.contains(where: { $0 == known }) else {
            return false
        }
        func isDeclared(_ id: Int64) throws -> Bool {
            try Bool.fetchOne(database, sql: "SELECT declared FROM product WHERE id = ?", arguments: [id]) ?? false
        }
        let day = facts.zone.day(of: batch.startedAt)
        if let known {
            if try !isDeclared(known) {
                try facts.merge(known, into: owner, from: day, database, &lines)
            } else {
                // Two products of a catalogue stay two, whatever number they share.
                guard try !isDeclared(owner) else { return false }
                try facts.merge(owner, into: known, from: day, database, &lines)
                return true
            }
        } else {
            try identify(database, ProductReference(declaration.sku), as: owner)
        }
        let last = try Int64.fetchOne(
            database, sql: "SELECT max(at) FROM claim WHERE product = ? AND source = ?",
            arguments: [owner, batch.source])
        if let last, let statedAt = declaration.statedAt, statedAt.milliseconds < last { return true }
        try database.execute(
            sql: "UPDATE product SET sku = ? WHERE id = ?", arguments: [declaration.sku.text, owner])
        try lines.renumber(ordersOf: owner, database)
        return true
    }

    /// Flags two products that claim one bar code; it means the one whose SKU comes first, whichever came first.
    private static func contest(_ code: ProductReference, _ id: Int64, _ batch: Batch, _ database: Database) throws {
        guard let other = try find(database, code), other != id else { return }
        let skus = try Row.fetchAll(
            database, sql: "SELECT id, sku FROM product WHERE id IN (?, ?) ORDER BY upper(sku), sku",
            arguments: [id, other])
        try raise(
            skus.map {
                Oddity(
                    kind: .product, subject: $0[1], rule: "barcode-shared",
                    says: "bar code \(code.spelling) is claimed by another product as well; correct one of them")
            }, of: batch, database)
        guard skus.first?[0] == id else { return }
        for table in ["identifier", "item"] {
            try database.execute(
                sql: "UPDATE \(table) SET product = ? WHERE scheme = ? AND value = ?",
                arguments: [id, code.scheme, code.value])
        }
    }

    static func find(_ database: Database, _ sku: SKU) throws -> Int64? { try find(database, ProductReference(sku)) }

    static func find(_ database: Database, _ reference: ProductReference) throws -> Int64? {
        let find = try database.cachedStatement(sql: "SELECT product FROM identifier WHERE scheme = ? AND value = ?")
        return try Int64.fetchOne(find, arguments: [reference.scheme, reference.value])
    }

    /// The product's id; made, undeclared, where it is new. Of several spellings the smallest stays.
    static func product(_ database: Database, key: String, spelled sku: SKU, batch: Int64) throws -> Int64 {
        let find = BulkStatement(
            try database.cachedStatement(sql: "SELECT product FROM identifier WHERE scheme = 'sku' AND value = ?"))
        find.bind(1, key)
        if let id = try find.integer() {
            let spell = BulkStatement(
                try database.cachedStatement(
                    sql: """
                            UPDATE product SET sku = ?1 WHERE id = ?2 AND declared = 0 AND sku > ?1
                            AND sku = ?1 COLLATE NOCASE
                        """))
            spell.bind(1, sku.text)
            spell.bind(2, id)
            try spell.run()
            return id
        }
        try database.cachedStatement(sql: "INSERT INTO product (sku, declared, batch) VALUES (?, 0, ?)")
            .execute(arguments: [sku.text, batch])
        let id = database.lastInsertedRowID
        try identify(database, ProductReference(sku), as: id)
        try add(database, to: "products", 1)
        return id
    }
}
