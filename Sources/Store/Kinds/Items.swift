import Domain
import GRDB

// Products as others name them. A code that no catalogue knows yet is kept as an item and finds its product when that
// comes: what was spent on it or seen of it is shown, never dropped.

extension Facts {
    /// The item of a code; 0 where there is none.
    static func item(_ database: Database, _ reference: ProductReference?) throws -> Int64 {
        guard let reference else { return 0 }
        let find = BulkStatement(
            try database.cachedStatement(sql: "SELECT id FROM item WHERE scheme = ? AND value = ?"))
        find.bind(1, reference.scheme)
        find.bind(2, reference.value)
        if let id = try find.integer() { return id }
        try database.cachedStatement(sql: "INSERT INTO item (scheme, value, product) VALUES (?, ?, ?)").execute(
            arguments: [reference.scheme, reference.value, Facts.find(database, reference)])
        return database.lastInsertedRowID
    }

    /// Notes that a code means a product; items of that code find it.
    ///
    /// - Returns: whether that is news.
    @discardableResult
    static func identify(_ database: Database, _ reference: ProductReference, as product: Int64) throws -> Bool {
        try database.cachedStatement(sql: "INSERT OR IGNORE INTO identifier VALUES (?, ?, ?)").execute(
            arguments: [reference.scheme, reference.value, product])
        guard database.changesCount > 0 else { return false }
        try database.cachedStatement(sql: "UPDATE item SET product = ? WHERE scheme = ? AND value = ?").execute(
            arguments: [product, reference.scheme, reference.value])
        return true
    }

    /// Takes in a further code of a product. Where it meant another product, that one's facts become the first one's;
    /// where the product is known by no other name, it is called by the new one from now on.
    static func take(
        _ facts: Facts, _ database: Database, _ alias: ProductAlias, _ batch: Batch, _ lines: inout OrderLines
    ) throws -> Arrival {
        let other = try find(database, alias.alias)
        guard let product = try find(database, alias.product) else {
            guard let other, alias.alias.scheme == "sku", alias.product.scheme == "sku",
                let sku = SKU(alias.product.spelling)
            else { return unknown(alias.product) }
            try database.execute(sql: "UPDATE product SET sku = ? WHERE id = ?", arguments: [sku.text, other])
            try lines.renumber(ordersOf: other, database)
            try identify(database, alias.product, as: other)
            return .replaced
        }
        guard let other else {
            try identify(database, alias.alias, as: product)
            return .accepted
        }
        if other == product { return .duplicate }
        try facts.merge(other, into: product, from: facts.zone.day(of: batch.startedAt), database, &lines)
        return .replaced
    }

    /// Counts that two products share the moment, place, state and source of: of a merged product only one can stand.
    public func sharedCounts(of other: Int64, and product: Int64) throws -> [String] {
        try database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT place.name, a.at, b.quantity, a.quantity FROM stock_count AS a
                    JOIN stock_count AS b USING (place, at, state, source) JOIN place ON place.id = place
                    WHERE a.product = ? AND b.product = ? ORDER BY a.at DESC, place.name
                    """, arguments: [other, product]
            ).map { row in
                let at = Instant(milliseconds: row[1]).iso8601(in: zone)
                return "both were counted at \(row[0] as String) at \(at): \(row[2] as Int64) holds, "
                    + "\(row[3] as Int64) is given up"
            }
        }
    }

    /// Makes two products one: all that was said of `other` is said of `product`, and its codes mean it.
    ///
    /// - Parameters:
    ///   - day: from when on another cost counts.
    ///   - lines: what writes the lines of orders in this transaction.
    func merge(
        _ other: Int64, into product: Int64, from day: Day, _ database: Database, _ lines: inout OrderLines
    ) throws {
        // What is booked anew below must not be under way there.
        try lines.finish(database)
        let keyed: [(table: String, column: String)] = [
            ("order_line", "product"), ("purchase_line", "product"), ("goods_receipt", "product"),
            ("ship_notice", "product"), ("stock_move", "product"), ("item", "product"), ("identifier", "product"),
        ]
        for (table, column) in keyed {
            try database.execute(
                sql: "UPDATE \(table) SET \(column) = ? WHERE \(column) = ?", arguments: [product, other])
        }
        // Where both have a row of one key, that of the product that stays holds.
        for table in ["stock_count", "lot_count", "offer", "product_source", "claim", "cost_period", "kit"] {
            let column = table == "kit" ? "component" : "product"
            try database.execute(
                sql: "UPDATE OR IGNORE \(table) SET \(column) = ? WHERE \(column) = ?", arguments: [product, other])
            try database.execute(sql: "DELETE FROM \(table) WHERE \(column) = ?", arguments: [other])
        }
        try database.execute(sql: "UPDATE OR IGNORE kit SET kit = ? WHERE kit = ?", arguments: [product, other])
        try database.execute(sql: "DELETE FROM kit WHERE kit = ? OR kit = component", arguments: [other])
        try database.execute(sql: "DELETE FROM product WHERE id = ?", arguments: [other])
        try database.execute(sql: "DELETE FROM stock_step WHERE product = ?", arguments: [other])
        try database.execute(sql: "DELETE FROM arrival WHERE product = ?", arguments: [other])
        try database.execute(sql: "DELETE FROM product_dirty WHERE product = ?", arguments: [other])
        try Facts.settleClaims(on: product, from: day, database)
        try Facts.noteChange(of: product, database)
        try Facts.add(database, to: "products", -1)
        try rebuildDemand(of: [product, other], database)
        try lines.renumber(ordersOf: product, database)
        try database.execute(sql: "DELETE FROM kit_part WHERE kit = ?1 OR part = ?1", arguments: [other])
        try Facts.unfold(product, database)
        let parts = try Int64.fetchAll(
            database, sql: "SELECT part FROM kit_part WHERE kit = ?1 UNION SELECT ?1", arguments: [product])
        for part in parts { try Facts.explodeAnew(part, database) }
    }

    /// Books what was sold of products anew.
    private func rebuildDemand(of products: [Int64], _ database: Database) throws {
        for product in products {
            try database.execute(
                sql: """
                    UPDATE pool_day SET (cost, costed) = (SELECT pool_day.cost - cost, pool_day.costed - costed
                        FROM demand_day WHERE product = ?1 AND demand_day.pool = pool_day.pool
                            AND demand_day.day = pool_day.day)
                    WHERE (pool, day) IN (SELECT pool, day FROM demand_day WHERE product = ?1)
                    """, arguments: [product])
            try database.execute(sql: "DELETE FROM demand_day WHERE product = ?", arguments: [product])
            try ForecastVoid(database).note(all: product, database)
        }
        guard let product = products.first else { return }
        var rollup = DemandRollup(zone: zone, currency: currency)
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT \(RollupLine.columns), kind = 1 AND quantity > 0 AND line = (SELECT line FROM order_line AS o
                    WHERE o.document = order_line.document AND o.kind = 1 AND o.quantity > 0 ORDER BY o.at, o.line LIMIT 1)
                FROM order_line WHERE product = ? AND kind <= 3
                """, arguments: [product])
        while let row = try rows.next() {
            let line = RollupLine(row)
            rollup.add(line, sign: 1)
            if row[8] { rollup.addOrder(of: line) }
        }
        try rollup.moveBetweenProducts(database)
    }
}
