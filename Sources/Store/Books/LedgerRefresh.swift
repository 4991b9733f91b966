import Domain
import GRDB

extension Facts {
    /// Which sums the ledger holds; raised when a release books something else.
    private static let ledgerForm = "1"

    /// The method by which the books say what goods cost; another one makes the whole ledger anew, when it is next read.
    public func setCostMethod(_ method: CostMethod) throws {
        let wanted = "\(Facts.ledgerForm) \(method.rawValue)"
        let known = try database.read {
            try String.fetchOne($0, sql: "SELECT value FROM setting WHERE key = 'ledger'")
        }
        guard (known ?? "1 \(CostMethod.dayCost.rawValue)") != wanted else { return }
        try database.write { database in
            try database.execute(sql: "INSERT OR REPLACE INTO setting VALUES ('ledger', ?)", arguments: [wanted])
            try database.execute(sql: "INSERT OR IGNORE INTO ledger_dirty SELECT id FROM product")
        }
    }

    /// The method by which the books say what goods cost.
    public func costMethod() throws -> CostMethod {
        try database.read { database in
            let text = try String.fetchOne(database, sql: "SELECT value FROM setting WHERE key = 'ledger'")
            return text?.split(separator: " ").last.flatMap { CostMethod(rawValue: String($0)) } ?? .dayCost
        }
    }

    /// Brings the stock ledger up to date, some products a transaction.
    public func refreshLedger(transaction: Duration = .milliseconds(12)) throws {
        try noteRates()
        let method = try costMethod()
        while true {
            try refreshProducts(transaction: transaction)
            let left = try database.read { try Int.fetchOne($0, sql: "SELECT 1 FROM ledger_dirty LIMIT 1") } != nil
            guard left else { return }
            try database.write { database in
                let clock = ContinuousClock()
                let begin = clock.now
                // What stands in product_dirty would fire no trigger when it changes again.
                let products = try Int64.fetchAll(
                    database,
                    sql: """
                        SELECT product FROM ledger_dirty WHERE product NOT IN (SELECT product FROM product_dirty) LIMIT 256
                        """)
                for product in products {
                    try writeLedger(of: product, by: method, database)
                    try database.cachedStatement(sql: "DELETE FROM ledger_dirty WHERE product = ?").execute(
                        arguments: [product])
                    if clock.now - begin > transaction { break }
                }
            }
        }
    }

    private func writeLedger(of product: Int64, by method: CostMethod, _ database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM ledger_entry WHERE product = ?").execute(arguments: [product])
        let insert = try database.cachedStatement(sql: "INSERT INTO ledger_entry VALUES (?, ?, ?, ?, ?, ?, ?)")
        var ledger = try StockLedger(of: product, by: method, self, database)
        for (key, sums) in try ledger.entries() {
            try insert.execute(arguments: [
                product, key.pool, key.day, key.kind.rawValue, sums.units, sums.value, sums.uncosted,
            ])
        }
    }

    /// New rates change what was paid in foreign currencies; nothing else tells the ledger.
    private func noteRates() throws {
        let (known, now) = try database.read { database in
            (
                try String.fetchOne(database, sql: "SELECT value FROM setting WHERE key = 'ledger_rates'"),
                try String.fetchOne(
                    database, sql: "SELECT count(*) || ' ' || coalesce(max(batch), 0) || ' ' || total(rate) FROM rate")
            )
        }
        guard let now, known != now else { return }
        try database.write { database in
            try database.execute(sql: "INSERT OR REPLACE INTO setting VALUES ('ledger_rates', ?)", arguments: [now])
            try database.execute(
                sql: """
                    INSERT OR IGNORE INTO ledger_dirty SELECT product FROM purchase_line WHERE currency <> ?1
                        UNION SELECT product FROM goods_receipt WHERE currency <> ?1
                        UNION SELECT product FROM offer WHERE currency <> ?1
                    """, arguments: [currency.code])
        }
    }
}

extension Facts {
    /// Products of which the books hold other units than the stock history tells: empty unless something is broken.
    /// Those that wait to be looked at again are left out.
    public func ledgerProblems() throws -> [String] {
        try database.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT product.sku, pool.name, sum(f.units), (SELECT units FROM stock_step AS s
                        WHERE s.product = f.product AND s.pool = f.pool ORDER BY day DESC LIMIT 1) AS told
                    FROM ledger_entry AS f JOIN product ON product.id = f.product JOIN pool ON pool.id = f.pool
                    WHERE f.kind <> \(LedgerKind.soldUncounted.rawValue)
                        AND f.product NOT IN (SELECT product FROM ledger_dirty UNION SELECT product FROM product_dirty)
                    GROUP BY f.product, f.pool HAVING sum(f.units) <> coalesce(told, 0) ORDER BY 1, 2
                    """)
            return rows.map {
                "the books hold \($0[2] as Int64) of \($0[0] as String) in \($0[1] as String), the stock history "
                    + "\($0[3] as Int64? ?? 0)"
            }
        }
    }
}
