import Domain
import GRDB

/// Facts of a kind that a batch brought for a range of days.
public struct LaterFacts: Sendable, Equatable {
    /// The batch, its file's name and the system that it speaks for.
    public var batch: Int64, file: String, system: String
    /// When it came.
    public var cameAt: Instant
    /// What kind of fact, in the words of the tables.
    public var kind: String
    /// How many.
    public var count: Int64
}

extension Facts {
    /// What came after a batch and speaks of days up to one: by batch and kind, the newest last.
    ///
    /// - Parameters:
    ///   - batch: what came later counts.
    ///   - moment: when that was: of a file that is taken in as it grows, the hour's batch that went on after it counts whole.
    ///   - days: facts of these days; of stock, which adds up, of all days before the last as well.
    public func laterFacts(
        than batch: Int64, since moment: Instant, in days: ClosedRange<Day>
    ) throws -> [LaterFacts] {
        let later =
            "batch IN (SELECT id FROM batch WHERE id > \(batch) OR (reading IS NOT NULL AND finished_at > \(moment.milliseconds)))"
        let start = zone.instant(day: days.lowerBound).milliseconds
        let end = zone.instant(day: days.upperBound.advanced(by: 1)).milliseconds
        let within = "at >= \(start) AND at < \(end)"
        let upTo = "at < \(end)"
        let byDay = "day BETWEEN \(days.lowerBound.number) AND \(days.upperBound.number)"
        let kinds: [(String, String, String)] = [
            ("order lines", "order_line", within), ("counts", "stock_count", upTo), ("moves", "stock_move", upTo),
            ("goods receipts", "goods_receipt", upTo), ("ship notices", "ship_notice", upTo),
            ("purchase lines", "purchase_line", "ordered_on <= \(days.upperBound.number)"),
            ("shipments", "shipment", within), ("stages", "stage_event", within),
            ("visits", "visit", "first >= \(start) AND first < \(end)"),
            ("carts", "cart", "created_at >= \(start) AND created_at < \(end)"), ("ad spend", "ad_spend", byDay),
            ("mentions", "mention", within), ("competitors' prices", "competitor_price", within),
            ("tickets", "ticket", within), ("reviews", "review", within), ("footfall", "footfall", within),
            ("shifts", "shift", within), ("rates", "rate", byDay),
            ("suppliers' terms", "offer", "valid_from <= \(days.upperBound.number)"),
            ("products", "product", "declared = 1"),
        ]
        let counts = kinds.map { kind, table, when in
            "SELECT batch, '\(kind.replacing("'", with: "''"))' AS kind, count(*) AS count FROM \(table) WHERE \(later) AND \(when) GROUP BY batch"
        }.joined(separator: " UNION ALL ")
        return try database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT batch.id, batch.name, source.system, batch.started_at, kind, count FROM (\(counts)) AS f
                    JOIN batch ON batch.id = f.batch JOIN source ON source.id = batch.source ORDER BY batch.id, kind
                    """
            ).map {
                LaterFacts(
                    batch: $0[0], file: $0[1], system: $0[2], cameAt: Instant(milliseconds: $0[3]), kind: $0[4],
                    count: $0[5])
            }
        }
    }

    /// The batch that each of some orders came with last, by system and number.
    public func batches(ofOrders orders: [(system: String, number: String)]) throws -> [String: Int64] {
        try database.read { database in
            var result: [String: Int64] = [:]
            let find = try database.cachedStatement(
                sql: """
                    SELECT max(coalesce((SELECT max(batch) FROM order_line WHERE document = d.id), 0), d.batch)
                    FROM document AS d JOIN source ON source.id = d.source WHERE system = ? AND number = ?
                    """)
            for order in orders {
                result["\(order.system)\u{1F}\(order.number)"] = try Int64.fetchOne(
                    find, arguments: [order.system, order.number])
            }
            return result
        }
    }

    /// The newest batch that said something of each of some products that matters for the days up to one, by SKU.
    ///
    /// - Parameter costs: whether what they cost matters too, and not their units alone.
    public func batches(ofProducts skus: [String], upTo day: Day, costs: Bool) throws -> [String: Int64] {
        let end = zone.instant(day: day.advanced(by: 1)).milliseconds
        return try database.read { database in
            var result: [String: Int64] = [:]
            let find = try database.cachedStatement(
                sql: """
                    SELECT max(batch) FROM (
                        SELECT max(batch) AS batch FROM order_line WHERE product = ?1 AND at < ?2
                        UNION ALL SELECT max(batch) FROM stock_count WHERE product = ?1 AND at < ?2
                        UNION ALL SELECT max(batch) FROM stock_move WHERE product = ?1 AND at < ?2
                        UNION ALL SELECT max(batch) FROM goods_receipt WHERE product = ?1 AND at < ?2
                        UNION ALL SELECT max(batch) FROM purchase_line WHERE product = ?1 AND ordered_on <= ?3
                        UNION ALL SELECT max(batch) FROM offer WHERE product = ?1 AND valid_from <= ?3 AND ?4
                        UNION ALL SELECT batch FROM product WHERE id = ?1 AND ?4)
                    """)
            for sku in skus {
                guard
                    let product = try Int64.fetchOne(
                        database.cachedStatement(sql: "SELECT id FROM product WHERE sku = ?"), arguments: [sku])
                else { continue }
                result[sku] = try Int64.fetchOne(find, arguments: [product, end, day.number, costs])
            }
            return result
        }
    }
}

extension Facts {
    /// Whether any source is of a kind that hands facts in late: web analytics, ad platforms.
    public func hasLateSources() throws -> Bool {
        try database.read {
            try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM visit) OR EXISTS (SELECT 1 FROM ad_spend)")
                ?? false
        }
    }

    /// The systems that sources speak for, by the source's key.
    public func systems() throws -> [Int64: String] {
        try database.read { database in
            Dictionary(
                uniqueKeysWithValues: try Row.fetchAll(database, sql: "SELECT id, system FROM source").map {
                    ($0[0], $0[1])
                })
        }
    }
}
