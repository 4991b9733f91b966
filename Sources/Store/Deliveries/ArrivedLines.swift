import Domain
import GRDB

// What came of purchase lines by the word of the places that took it in: what figures of suppliers rest on.

extension Schema {
    /// The step that keeps it. Lines of which no place tells have no row: they are as their orders say.
    static let arrivals = """
        -- received, damaged: units; completed_at: when the last unit of the line that can be sold came, NULL before that.
        CREATE TABLE arrival (
            purchase INTEGER PRIMARY KEY, product INTEGER NOT NULL, received INTEGER NOT NULL, damaged INTEGER NOT NULL,
            first_at INTEGER, last_at INTEGER, completed_at INTEGER);
        CREATE INDEX arrival_product ON arrival (product);
        -- 1 where nobody said when it came, and the first word of the order showed it already.
        ALTER TABLE receipt ADD COLUMN is_guess INTEGER NOT NULL DEFAULT 0;
        INSERT OR IGNORE INTO product_dirty SELECT DISTINCT product FROM goods_receipt;
        """
}

extension Facts {
    /// Keeps what came of a product's purchase lines, matched anew.
    func writeArrivals(of product: Int64, _ database: Database) throws {
        try database.cachedStatement(
            sql: """
                DELETE FROM arrival WHERE product = ?1 OR purchase IN (SELECT id FROM purchase_line WHERE product = ?1)
                """
        ).execute(arguments: [product])
        let isReceived = try Int.fetchOne(
            database.cachedStatement(sql: "SELECT 1 FROM goods_receipt WHERE product = ? LIMIT 1"),
            arguments: [product])
        guard isReceived != nil else { return }
        let insert = try database.cachedStatement(sql: "INSERT INTO arrival VALUES (?, ?, ?, ?, ?, ?, ?)")
        for line in try Deliveries(ofProducts: "SELECT ?1 AS product", [product], zone: zone, database).arrived() {
            try insert.execute(arguments: [
                line.purchase, product, line.received, line.damaged, line.firstAt, line.lastAt, line.completedAt,
            ])
        }
    }
}

/// What came of one purchase line.
struct ArrivedLine {
    /// The line's key.
    var purchase: Int64
    /// Units that can be sold, and units that cannot.
    var received: Int64 = 0, damaged: Int64 = 0
    /// When the first and the last of them came; nil where none did.
    var firstAt: Int64?, lastAt: Int64?
    /// When all that was ordered had come, fit to be sold; nil before that.
    var completedAt: Int64?
}
