import Domain
import GRDB

/// What is known of a product's identity: its codes, and what each source says of it.
public struct ProductIdentity: Sendable {
    /// The product as it stands.
    public var product: Product
    /// Its codes, by scheme.
    public var codes: [ProductReference]
    /// What each source says of each field, the word that holds first.
    public var claims: [Claim]
    /// What it is made of, where it is a kit: SKU and units.
    public var components: [(sku: SKU, quantity: Int64)]
    /// Rows that are known under it, by what they are.
    public var rows: [(kind: String, count: Int)]

    /// One source's word on one field.
    public struct Claim: Sendable {
        /// The field.
        public var field: Contested
        /// The system.
        public var system: String
        /// Its word; prices and costs in the shop's currency.
        public var value: String
        /// Since when it says so.
        public var at: Instant
    }
}

extension Facts {
    /// The identity of a product, by any of its codes; nil where none is known.
    public func identity(of code: String) throws -> ProductIdentity? {
        guard let product = try product(code) else { return nil }
        return try database.read { database in
            let codes = try Row.fetchAll(
                database, sql: "SELECT scheme, value FROM identifier WHERE product = ? ORDER BY scheme, value",
                arguments: [product.id]
            ).compactMap { ProductReference(scheme: $0[0] as String, value: $0[1] as String) }
            let claims = try Row.fetchAll(
                database,
                sql: """
                    SELECT claim.field, source.system, value, at FROM claim \(Facts.claimants)
                    WHERE product = ? ORDER BY claim.field, \(Facts.claimOrder)
                    """, arguments: [product.id]
            ).compactMap { row -> ProductIdentity.Claim? in
                guard let field = Contested(rawValue: row[0]) else { return nil }
                return ProductIdentity.Claim(
                    field: field, system: row[1], value: field.text(row[2]), at: Instant(milliseconds: row[3]))
            }
            let components = try Row.fetchAll(
                database,
                sql: "SELECT sku, quantity FROM kit JOIN product ON product.id = component WHERE kit = ? ORDER BY sku",
                arguments: [product.id]
            ).compactMap { row in SKU(row[0] as String).map { (sku: $0, quantity: row[1] as Int64) } }
            let tables = [
                ("order lines", "order_line"), ("counts", "stock_count"), ("purchase lines", "purchase_line"),
                ("receipts", "goods_receipt"), ("moves", "stock_move"), ("offers", "offer"),
            ]
            let rows = try tables.map { kind, table in
                (
                    kind: kind,
                    count: try Int.fetchOne(
                        database, sql: "SELECT count(*) FROM \(table) WHERE product = ?", arguments: [product.id]) ?? 0
                )
            }
            return ProductIdentity(product: product, codes: codes, claims: claims, components: components, rows: rows)
        }
    }
}

extension Contested {
    /// A stored word as people read it.
    func text(_ value: DatabaseValue) -> String {
        switch self {
        case .costs, .prices: Int64.fromDatabaseValue(value).map { UnitPrice(micros: $0).description } ?? "?"
        case .stock, .names, .vendors, .categories, .lifecycles: String.fromDatabaseValue(value) ?? "?"
        }
    }
}
