import Domain
import GRDB

extension Facts {
    /// A fingerprint of what the store says, 32 hexadecimal digits: the same for stores that hold the same facts, whatever
    /// the order, the batches and the number of imports that brought them.
    ///
    /// Each row is hashed by its natural names and the hashes are added, so neither keys nor order count.
    public func contentDigest() throws -> String {
        try database.read { database in
            var (low, high): (UInt64, UInt64) = (0, 0)
            for (table, query) in Facts.contentQueries {
                let statement = try database.makeStatement(sql: query)
                let rows = try Row.fetchCursor(statement)
                var bytes: [UInt8] = []
                func append(_ number: UInt64, _ tag: UInt8) {
                    bytes.append(tag)
                    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
                }
                while let row = try rows.next() {
                    bytes.removeAll(keepingCapacity: true)
                    bytes.append(contentsOf: table.utf8)
                    for index in 0..<row.count {
                        bytes.append(0x1F)
                        let value: DatabaseValue = row[index]
                        switch value.storage {
                        case .null: bytes.append(0)
                        case .int64(let number): append(UInt64(bitPattern: number), 1)
                        case .double(let number): append(number.bitPattern, 2)
                        case .string(let text):
                            bytes.append(3)
                            bytes.append(contentsOf: text.utf8)
                        case .blob(let data):
                            bytes.append(4)
                            bytes.append(contentsOf: data)
                        }
                    }
                    let hash = bytes.withUnsafeBufferPointer { Interner.hash($0) }
                    low &+= hash
                    // A second, independent mix: FNV alone would be too easy to meet by chance over many rows.
                    var mixed = hash ^ 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
                    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
                    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
                    high &+= mixed ^ (mixed >> 31)
                }
            }
            return hex(high) + hex(low)
        }
    }

    private static let contentQueries: [(String, String)] = [
        (
            "line",
            """
            SELECT system, number, version, customer.key, pool.name, product.sku, kind, mapped, quantity, order_line.price,
                total, at, shipped_at, identity
            FROM order_line JOIN document ON document.id = document JOIN source ON source.id = document.source
            JOIN pool ON pool.id = order_line.pool LEFT JOIN product ON product.id = order_line.product
            LEFT JOIN customer ON customer.id = document.customer
            """
        ),
        ("product", "SELECT sku, name, vendor, category, price, cost, lifecycle, declared FROM product"),
        ("identifier", "SELECT scheme, value, sku FROM identifier JOIN product ON product.id = product"),
        ("place", "SELECT place.name, pool.name FROM place JOIN pool ON pool.id = pool"),
        ("supplier", "SELECT name, order_days, cut_off, minimum_order_value FROM supplier"),
        ("closure", "SELECT name, first, last FROM closure JOIN supplier ON supplier.id = supplier"),
        (
            "offer",
            """
            SELECT supplier.name, sku, valid_from, valid_to, offer.cost, currency, minimum, pack, lead_time, spread, expedite
            FROM offer JOIN supplier ON supplier.id = supplier JOIN product ON product.id = product
            """
        ),
        (
            "count",
            """
            SELECT sku, place.name, at, state, quantity FROM stock_count JOIN product ON product.id = product
            JOIN place ON place.id = place
            """
        ),
        (
            "purchase",
            """
            SELECT system, number, line, supplier.name, sku, place.name, quantity, received, purchase_line.cost, currency,
                ordered_on, expected_on, state, reference
            FROM purchase_line JOIN source ON source.id = source JOIN supplier ON supplier.id = supplier
            JOIN product ON product.id = product JOIN place ON place.id = place
            """
        ),
        (
            "receipt",
            """
            SELECT number, line, at, receipt.received FROM receipt JOIN purchase_line ON purchase_line.id = purchase
            """
        ),
        (
            "demand",
            """
            SELECT sku, pool.name, day, ordered, cancelled, returned, revenue, lines FROM demand_day
            JOIN product ON product.id = product JOIN pool ON pool.id = pool
            """
        ),
        ("coverage", "SELECT system, first, last FROM coverage JOIN source ON source.id = source"),
        ("quarantine", "SELECT state, layout, raw, mended, ordinal FROM quarantine"),
    ]
}

private func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
