import Domain
import GRDB
import Store
import TestSupport
import Testing

/// A shop of one place whose facts a test writes into the tables, an hour apart.
struct LedgerShop {
    let shop: FactsShop
    let facts: Facts
    private(set) var hours: Int64 = 0

    static let first = Day(number: 15_000)

    init(_ method: CostMethod) throws {
        shop = try FactsShop(zone: "UTC")
        facts = shop.facts
        try facts.setCostMethod(method)
        try facts.setDefaultPlaces([try #require(PlaceName("main"))])
        try sql("INSERT INTO source (id, system) VALUES (9, 'test')")
        try sql(
            "INSERT INTO batch (id, source, name, layout, counted_at, started_at) VALUES (9, 9, 'x', 'x', 0, 0)")
    }

    func sql(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
        try facts.database.write { try $0.execute(sql: sql, arguments: arguments) }
    }

    /// The next hour.
    mutating func tick() -> Int64 {
        hours += 1
        return (Int64(LedgerShop.first.number) * 24 + hours) * 3_600_000
    }

    func product(_ id: Int64, cost: Int64? = nil) throws {
        try sql(
            "INSERT INTO product (id, sku, declared, batch) VALUES (?, ?, 0, 9)", [id, "P\(id)"])
        if let cost { try sql("INSERT INTO cost_period VALUES (?, -2147483648, ?)", [id, cost * 10_000]) }
        try sql("INSERT OR IGNORE INTO product_dirty VALUES (?)", [id])
    }

    mutating func count(_ product: Int64, _ units: Int64, place: Int64 = 1) throws {
        try sql(
            "INSERT INTO stock_count VALUES (?, ?, ?, 'on-hand', 9, ?, 9, 0)", [product, place, tick(), units])
        try touch(product)
    }

    /// `cost` is in minor units for one.
    mutating func receive(_ product: Int64, _ units: Int64, cost: Int64?, place: Int64 = 1) throws {
        let at = tick()
        try sql(
            """
            INSERT INTO goods_receipt (source, number, line, product, place, quantity, damaged, at, batch, cost, currency)
            VALUES (9, ?, '1', ?, ?, ?, 0, ?, 9, ?, 'GBP')
            """, ["R\(product)-\(hours)", product, place, units, at, cost.map { $0 * 10_000 }])
        try touch(product)
    }

    @discardableResult
    mutating func sell(_ product: Int64, _ units: Int64) throws -> Int64 {
        let (at, document) = (tick(), product * 1_000_000 + hours)
        try sql(
            "INSERT INTO document (id, source, number, pool, batch, at) VALUES (?, 9, ?, 1, 9, ?)",
            [document, "D\(document)", at])
        try line(document, product, 1, units, at, 1)
        return document
    }

    mutating func takeBack(_ product: Int64, _ units: Int64, of document: Int64) throws {
        try line(document, product, 3, -units, tick(), 100 + hours)
    }

    mutating func adjust(_ product: Int64, _ units: Int64) throws {
        let (at, document) = (tick(), product * 1_000_000 + hours)
        try sql(
            "INSERT INTO document (id, source, number, pool, batch, at) VALUES (?, 9, ?, 1, 9, ?)",
            [document, "D\(document)", at])
        try line(document, product, 4, units, at, 1)
    }

    mutating func move(_ product: Int64, _ units: Int64, from: Int64?, to: Int64?, reason: String) throws {
        try sql("INSERT OR IGNORE INTO word (text) VALUES (?)", [reason])
        let at = tick()
        try sql(
            "INSERT INTO stock_move VALUES (9, ?, ?, ?, ?, ?, ?, (SELECT id FROM word WHERE text = ?), 9)",
            ["M\(hours)", product, from, to, units, at, reason])
        try touch(product)
    }

    private func line(
        _ document: Int64, _ product: Int64, _ kind: Int, _ units: Int64, _ at: Int64, _ line: Int64
    ) throws {
        try sql(
            """
            INSERT INTO order_line (document, line, product, pool, kind, mapped, quantity, price, total, at, shipped_at,
                identity, batch, sellable) VALUES (?, ?, ?, 1, ?, ?, ?, 0, 0, ?, ?, ?, 9, ?)
            """, [document, line, product, kind, kind, units, at, kind == 1 ? at : nil, line, kind == 3 ? 1 : nil])
        try touch(product)
    }

    private func touch(_ product: Int64) throws {
        try sql("INSERT OR IGNORE INTO product_dirty VALUES (?)", [product])
    }

    struct Sum {
        var units: Int64 = 0
        var value: Int64 = 0
        var uncosted: Int64 = 0
    }

    /// What the entries come to, by kind.
    func sums(_ product: Int64? = nil, through day: Day = Day(number: 20_000)) throws -> [LedgerKind: Sum] {
        let all = try facts.ledger(through: day, by: ["sku"])
        var sums: [LedgerKind: Sum] = [:]
        for sum in all where product == nil || sum.labels == ["P\(product ?? 0)"] {
            var known = sums[sum.kind] ?? Sum()
            known.units += sum.units
            known.value += sum.value
            known.uncosted += sum.uncosted
            sums[sum.kind] = known
        }
        return sums
    }

    func closing(_ product: Int64? = nil, through day: Day = Day(number: 20_000)) throws -> [Int64] {
        let kept = try sums(product, through: day).filter { $0.key != .soldUncounted }.values
        return [
            kept.reduce(0) { $0 + $1.units }, kept.reduce(0) { $0 + $1.value }, kept.reduce(0) { $0 + $1.uncosted },
        ]
    }
}
