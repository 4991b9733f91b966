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

    /// Takes in what a catalogue declares. A blank in the declaration leaves what is known.
    static func take(
        _ facts: Facts, _ database: Database, _ declaration: ProductDeclaration, _ batch: Batch
    ) throws -> Arrival {
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
        var isNews = false
        for code in codes { isNews = try identify(database, code, as: id) || isNews }
        guard known != nil else { return .accepted }
        if !isNews, try Row.fetchOne(look, arguments: [id]) == before { return .duplicate }
        try database.execute(sql: "UPDATE product SET batch = ? WHERE id = ?", arguments: [batch.id, id])
        return .replaced
    }

    static func find(_ database: Database, _ sku: SKU) throws -> Int64? { try find(database, ProductReference(sku)) }

    static func find(_ database: Database, _ reference: ProductReference) throws -> Int64? {
        let find = try database.cachedStatement(sql: "SELECT product FROM identifier WHERE scheme = ? AND value = ?")
        return try Int64.fetchOne(find, arguments: [reference.scheme, reference.value])
    }

    /// The product's id; made, undeclared, where it is new. Of several spellings the smallest stays.
    static func product(_ database: Database, key: String, spelled sku: SKU, batch: Int64) throws -> Int64 {
        let find = try database.cachedStatement(
            sql: "SELECT product FROM identifier WHERE scheme = 'sku' AND value = ?")
        if let id = try Int64.fetchOne(find, arguments: [key]) {
            try database.cachedStatement(
                sql: """
                        UPDATE product SET sku = ?1 WHERE id = ?2 AND declared = 0 AND sku > ?1
                        AND sku = ?1 COLLATE NOCASE
                    """
            ).execute(arguments: [sku.text, id])
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
