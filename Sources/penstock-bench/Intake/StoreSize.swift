import Foundation

/// What a shop's facts take on the disk.
struct StoreSize {
    /// Order lines in the store.
    let orderLines: Int
    /// Bytes of the lines with all their indexes, a line; documents and customers, which each have many, aside.
    let bytesAnOrderLine: Double

    init(shop: String) throws {
        // Without the table of pages, which not every sqlite3 can show, the whole file counts.
        let pages = try Run(
            "sqlite3",
            [
                "\(shop)/facts.db",
                """
                SELECT (SELECT count(*) FROM order_line) || ' ' || (SELECT sum(pgsize) FROM dbstat WHERE aggregate = 1
                    AND name IN (SELECT name FROM sqlite_schema WHERE tbl_name = 'order_line'))
                """,
            ])
        let parts = pages.output.split { $0.isWhitespace }.compactMap { Int($0) }
        guard pages.code == 0, parts.count == 2 else {
            let count = try Run.well("sqlite3", ["\(shop)/facts.db", "SELECT count(*) FROM order_line"])
            orderLines = Int(count.output.filter(\.isNumber)) ?? 0
            let bytes = try FileManager.default.attributesOfItem(atPath: "\(shop)/facts.db")[.size] as? Int ?? 0
            bytesAnOrderLine = Double(bytes) / Double(max(1, orderLines))
            return
        }
        orderLines = parts[0]
        bytesAnOrderLine = Double(parts[1]) / Double(max(1, parts[0]))
    }
}
