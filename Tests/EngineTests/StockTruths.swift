import Domain
import Engine
import GRDB
import Numerics
import Store
import TestSupport
import Testing

extension EngineShop {
    /// Carts, parcels, stages and mentions, from a fixed seed.
    func addFlow() throws {
        var random = SplitMix64(seed: 11)
        func below(_ limit: Int) -> Int64 { Int64(random.next() % UInt64(limit)) }
        let start = try #require(Instant(iso8601: "2011-08-20T08:00:00Z")).milliseconds
        try engine.facts.database.write { database in
            try database.execute(sql: "INSERT OR IGNORE INTO word (text) VALUES ('pick'), ('pack'), ('forum')")
            let words = try Int64.fetchAll(database, sql: "SELECT id FROM word WHERE text IN ('pick', 'pack', 'forum')")
            for index in Int64(0)..<60 {
                let at = start + below(40 * 86_400) * 1000
                try database.execute(
                    sql: """
                        INSERT INTO cart (source, number, created_at, at, completed_at, may_contact, currency, value, batch)
                        VALUES (1, ?, ?, ?, ?, 1, 'GBP', 100, 1)
                        """, arguments: ["C\(index)", at, at, below(3) == 0 ? at + 1000 : nil])
                try database.execute(
                    sql:
                        "INSERT INTO stage_event (source, subject, stage, at, ended_at, batch) VALUES (1, ?, ?, ?, ?, 1)",
                    arguments: ["S\(index)", words[Int(below(2))], at, below(4) == 0 ? nil : at + below(9) * 3_600_000])
                try database.execute(
                    sql: """
                        INSERT INTO mention (source, number, at, network, item, reach, text, batch)
                        VALUES (1, ?, ?, ?, 0, 5, 'fine', 1)
                        """, arguments: ["M\(index)", at, words[2]])
            }
            for (id, at) in try Row.fetchAll(database, sql: "SELECT id, at FROM document WHERE id % 2 = 0").map({
                ($0[0] as Int64, $0[1] as Int64)
            }) {
                try database.execute(
                    sql:
                        "INSERT OR IGNORE INTO shipment (source, number, document, at, state, batch) VALUES (9, ?, ?, ?, 'sent', 1)",
                    arguments: ["T\(id)", id, at + below(5) * 86_400_000])
            }
        }
    }
}

/// What stock and the books come to, day by day, by the plainest reckoning over the raw facts.
struct StockTruths {
    static let names: Set<String> = [
        "stock_units", "stock_value", "stock_value_days", "stock_days", "days_out_of_stock", "stock_out_rate",
        "lost_units",
        "lost_sales", "stocked_demand", "fill_rate", "days_of_cover", "stocked_products", "mean_stock_value", "turns",
        "gmroi", "sell_through", "wasted_ad_spend", "book_stock_value", "book_stock_units", "book_units_without_cost",
        "book_cost_of_goods", "book_units_sold", "book_sold_without_cost", "book_receipts", "book_corrections",
    ]

    private struct Shelf: Hashable {
        var product: Int64
        var pool: Int64
    }

    private let engine: Engine
    private let first: Day
    private let count: Int
    /// Units at each day's end, from 56 days before the first on; missing before the first count.
    private var levels: [Shelf: [Int: Int64]] = [:]
    private var demand: [Shelf: [Int: Double]] = [:]
    /// Minor units, as the shop's file of products states them.
    private var costs: [Int64: Double] = [:]
    private var prices: [Int64: Double] = [:]

    init(_ shop: EngineShop, from first: Day, days: Int) throws {
        engine = shop.engine
        self.first = first
        count = days
        let zone = engine.settings.zone
        for day in 0..<days {
            let close = Instant(milliseconds: zone.instant(day: first.advanced(by: day + 1)).milliseconds - 1)
            for level in try engine.facts.stockLevels(asOf: close) {
                levels[Shelf(product: level.product, pool: level.pool), default: [:]][day] = level.onHand
            }
        }
        var (costs, prices, demand) = (costs, prices, demand)
        try engine.facts.database.read { database in
            for row in try Row.fetchAll(database, sql: "SELECT id, sku, price FROM product") {
                let index = Double((row[1] as String).dropFirst()) ?? 0
                if index < 5 { costs[row[0]] = 450 + 100 * index }
                prices[row[0]] = Double(row[2] as Int64) / 10_000
            }
            let lines = try Row.fetchAll(
                database, sql: "SELECT product, pool, at, quantity FROM order_line WHERE kind IN (1, 2) AND product > 0"
            )
            for row in lines {
                let day = first.distance(to: zone.day(of: Instant(milliseconds: row[2])))
                demand[Shelf(product: row[0], pool: row[1]), default: [:]][day, default: 0] += Double(row[3] as Int64)
            }
        }
        (self.costs, self.prices, self.demand) = (costs, prices, demand)
    }

    func figures() throws -> [(String, Double)] {
        var known: [String: Double] = [:]
        func add(_ name: String, _ value: Double) { known[name, default: 0] += value }
        for (shelf, units) in levels {
            let sold = demand[shelf] ?? [:]
            var recent: [Double] = []
            for day in 0..<count {
                guard let level = units[day] else { continue }
                add("stock_days", 1)
                add("stocked_demand", sold[day] ?? 0)
                if let cost = costs[shelf.product] { add("stock_value_days", Double(max(0, level)) * cost) }
                if level > 0 {
                    recent = Array((recent + [sold[day] ?? 0]).suffix(28))
                } else {
                    let mean = recent.isEmpty ? 0 : max(0, recent.reduce(0, +) / Double(recent.count))
                    let lost = max(0, mean - (sold[day] ?? 0))
                    add("days_out_of_stock", 1)
                    add("lost_units", lost)
                    add("lost_sales", lost * (prices[shelf.product] ?? 0))
                }
            }
            guard let last = units[count - 1] else { continue }
            add("stock_units", Double(last))
            add("stocked_products", 1)
            add("book_stock_units", Double(last))
            if let cost = costs[shelf.product] {
                add("stock_value", Double(max(0, last)) * cost)
                add("book_stock_value", Double(last) * cost)
            } else {
                add("book_units_without_cost", Double(last))
            }
        }
        try addBooks(&known)
        let value = { (name: String) in known[name] ?? 0 }
        let days = value("stock_days") / value("stocked_products")
        let (cost, margin) = try sales()
        add("stock_out_rate", value("days_out_of_stock") / value("stock_days"))
        add("fill_rate", value("stocked_demand") / (value("stocked_demand") + value("lost_units")))
        add("days_of_cover", value("stock_units") / (value("stocked_demand") / days))
        add("mean_stock_value", value("stock_value_days") / days)
        add("turns", cost / value("mean_stock_value") * 365 / days)
        add("gmroi", margin / value("mean_stock_value") * 365 / days)
        add("sell_through", value("stocked_demand") / (value("stocked_demand") + max(0, value("stock_units"))))
        add("wasted_ad_spend", try wasted())
        return StockTruths.names.sorted().map { ($0, value($0)) }
    }

    /// What was kept cost, and earned beyond that, of products with a cost.
    private func sales() throws -> (cost: Double, margin: Double) {
        try engine.facts.database.read { database in
            var (cost, revenue) = (0.0, 0.0)
            for row in try Row.fetchAll(
                database, sql: "SELECT product, quantity, total FROM order_line WHERE kind IN (1, 2, 3) AND product > 0"
            ) {
                guard let unit = costs[row[0]] else { continue }
                cost += Double(row[1] as Int64) * unit
                revenue += Double(row[2] as Int64)
            }
            return (cost, revenue - cost)
        }
    }

    /// What was spent on a day at whose end every counted pool of the product was empty.
    private func wasted() throws -> Double {
        try engine.facts.database.read { database in
            var sum = 0.0
            for row in try Row.fetchAll(
                database,
                sql: "SELECT item.product, day, cost FROM ad_spend JOIN item ON item.id = item WHERE product > 0")
            {
                let day = first.distance(to: Day(number: row[1]))
                let stocks = levels.filter { $0.key.product == row[0] }.compactMap { $0.value[day] }
                if !stocks.isEmpty, stocks.allSatisfy({ $0 <= 0 }) { sum += Double(row[2] as Int64) / 10_000 }
            }
            return sum
        }
    }

    /// The books at the cost of the day, which never changes here: what left, what came, and what counts put right.
    private func addBooks(_ known: inout [String: Double]) throws {
        let (left, first) = try engine.facts.database.read { database in
            (
                try Row.fetchAll(
                    database,
                    sql: """
                        SELECT product, quantity FROM order_line WHERE product > 0
                            AND (kind IN (1, 2) AND shipped_at IS NOT NULL OR kind = 3 AND sellable = 1)
                        """),
                try Row.fetchAll(
                    database,
                    sql: """
                        SELECT product, place, quantity, min(at) FROM stock_count GROUP BY product, place
                        """)
            )
        }
        var (cost, units, uncosted) = (0.0, 0.0, 0.0)
        for row in left {
            let quantity = Double(row[1] as Int64)
            units += quantity
            if let unit = costs[row[0]] { cost += quantity * unit } else { uncosted += quantity }
        }
        known["book_cost_of_goods"] = cost
        known["book_units_sold"] = units
        known["book_sold_without_cost"] = uncosted
        // Bought at 4.00 each: 10 of P1, 8 of P2, 5 of P3, all after the first counts.
        known["book_receipts"] = 23 * 400
        var opening = 0.0
        for row in first { opening += Double(row[2] as Int64) * (costs[row[0]] ?? 0) }
        let paidLess: Double = 10 * 150 + 8 * 250 + 5 * 350
        let closing = known["book_stock_value"] ?? 0
        known["book_corrections"] = closing - opening - 23 * 400 - paidLess + cost
    }
}
