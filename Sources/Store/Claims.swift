import Domain
import GRDB

/// What several sources may speak of, so that somebody must say whose word counts.
public enum Contested: String, CaseIterable, Sendable {
    /// How many units lie at a place.
    case stock
    /// What products cost, sell for, are called, who makes them, where they belong and where they stand in their life.
    case costs, prices, names, vendors, categories, lifecycles

    /// The column of `product` that it decides; nil for stock.
    fileprivate var column: String? {
        switch self {
        case .stock: nil
        case .costs: "cost"
        case .prices: "price"
        case .names: "name"
        case .vendors: "vendor"
        case .categories: "category"
        case .lifecycles: "lifecycle"
        }
    }
}

extension Facts {
    /// Sets whose word counts: for each field the systems that are believed, the first before the second, before all that
    /// are not named. Among equals the newest word holds. With nothing changed it writes nothing.
    public func setPrecedence(_ wanted: [Contested: [String]]) throws {
        func rows(_ order: [Contested: [String]]) -> Set<[String]> {
            Set(
                order.flatMap { field, systems in
                    systems.enumerated().map { [field.rawValue, $1, String($0 + 1)] }
                })
        }
        let known = try database.read { database in
            Set(
                try Row.fetchAll(database, sql: "SELECT field, system, rank FROM precedence").map {
                    [$0[0], $0[1], String($0[2] as Int64)]
                })
        }
        guard rows(wanted) != known else { return }
        try commit { database in
            try database.execute(sql: "DELETE FROM precedence")
            for row in rows(wanted) {
                try database.execute(sql: "INSERT INTO precedence VALUES (?, ?, ?)", arguments: StatementArguments(row))
            }
            let today = zone.day(of: try Facts.lastStart(database))
            for product in try Int64.fetchAll(
                database, sql: "SELECT product FROM claim GROUP BY product HAVING count(DISTINCT source) > 1")
            {
                try Facts.settleClaims(on: product, from: today, database)
            }
            try database.execute(
                sql: """
                    INSERT OR IGNORE INTO product_dirty
                    SELECT product FROM stock_count GROUP BY product HAVING count(DISTINCT source) > 1
                    """)
        }
    }

    /// Who makes a claim, and how much that one is believed.
    static let claimants = """
        JOIN source ON source.id = claim.source
        LEFT JOIN precedence ON precedence.field = claim.field AND precedence.system = source.system
        """
    /// Of the claims on one field of one product, the one that holds comes first.
    static let claimOrder = "coalesce(rank, 1000000), at DESC, batch DESC, source.system"

    private static func lastStart(_ database: Database) throws -> Instant {
        Instant(milliseconds: try Int64.fetchOne(database, sql: "SELECT max(started_at) FROM batch") ?? 0)
    }

    /// Notes what a catalogue says of a product.
    static func claim(_ declaration: ProductDeclaration, of product: Int64, _ batch: Batch, _ database: Database) throws
    {
        let said: [(Contested, (any DatabaseValueConvertible)?)] = [
            (.names, declaration.name?.printable), (.vendors, declaration.vendor?.printable),
            (.categories, declaration.category?.printable), (.prices, declaration.price?.micros),
            (.costs, declaration.cost?.micros), (.lifecycles, declaration.lifecycle?.rawValue),
        ]
        let at = (declaration.statedAt ?? batch.startedAt).milliseconds
        let keep = try database.cachedStatement(
            sql: """
                INSERT INTO claim VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
                SET value = excluded.value, at = excluded.at, batch = excluded.batch
                WHERE value <> excluded.value AND excluded.at >= at
                """)
        for case (let field, let value?) in said {
            try keep.execute(arguments: [product, field.rawValue, batch.source, value, at, batch.id])
        }
    }

    /// Lets the words that count be what the product is.
    ///
    /// - Parameter day: from when on another cost counts.
    static func settleClaims(on product: Int64, from day: Day, _ database: Database) throws {
        let words = try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT claim.field, value FROM claim \(claimants)
                    WHERE product = ? ORDER BY claim.field, \(claimOrder)
                    """), arguments: [product])
        var last = ""
        for word in words where word[0] as String != last {
            last = word[0]
            guard let field = Contested(rawValue: last), let column = field.column else { continue }
            let value: DatabaseValue = word[1]
            try database.cachedStatement(
                sql: "UPDATE product SET \(column) = ?1 WHERE id = ?2 AND \(column) IS NOT ?1"
            ).execute(arguments: [value, product])
            if field == .costs, database.changesCount > 0, let cost = Int64.fromDatabaseValue(value) {
                try note(cost: UnitPrice(micros: cost), of: product, from: day, database)
            }
        }
    }
}
