import Domain
import GRDB

/// Units over time: what happened at or before a moment is one look-up.
struct UnitsOverTime {
    private var moments: [Int64] = []
    private var sums: [Int64] = []

    /// Changes in any order.
    init(_ changes: [(at: Int64, units: Int64)]) {
        var sum: Int64 = 0
        for change in changes.sorted(by: { $0.at < $1.at }) where change.units != 0 {
            sum &+= change.units
            if moments.last == change.at {
                sums[sums.count - 1] = sum
            } else {
                moments.append(change.at)
                sums.append(sum)
            }
        }
    }

    /// Units of the changes after one moment, up to and with another.
    func sum(after start: Int64, until end: Int64) -> Int64 { upTo(end) - upTo(start) }

    private func upTo(_ moment: Int64) -> Int64 {
        var (low, high) = (0, moments.count)
        while low < high {
            let middle = (low + high) / 2
            if moments[middle] <= moment { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? 0 : sums[low - 1]
    }

    /// The moments of the changes, ascending.
    var times: [Int64] { moments }
}

/// What moves the stock of one product in one pool besides counts and receipts.
struct StockEvents {
    /// Units ordered, less cancelled, at order time; those of kits that hold the product too.
    let ordered: UnitsOverTime
    /// The same units when they left.
    let shipped: UnitsOverTime
    /// Units found, lost, written off, moved in or out, or come back fit to be sold.
    let adjusted: UnitsOverTime

    /// - Parameter since: what was ordered and left before that moment is not asked for.
    init(product: Int64, pool: Int64, since: Int64 = .min, _ database: Database) throws {
        var ordered: [(at: Int64, units: Int64)] = []
        var shipped: [(at: Int64, units: Int64)] = []
        var adjusted: [(at: Int64, units: Int64)] = []
        let kits = try Row.fetchAll(
            database.cachedStatement(sql: "SELECT kit, quantity FROM kit WHERE component = ?"), arguments: [product])
        // What was ordered before, but did not leave at once, may have left since.
        let query = try database.cachedStatement(
            sql: """
                SELECT at, quantity, shipped_at, kind FROM order_line WHERE product = ?1 AND at > ?3 AND pool = ?2
                    AND (kind IN (1, 2, 4) OR sellable = 1)
                UNION ALL SELECT at, quantity, shipped_at, kind FROM order_line
                WHERE product = ?1 AND pool = ?2 AND shipped_at IS NOT at AND at <= ?3 AND kind IN (1, 2)
                """)
        for (sold, units) in [(product, Int64(1))] + kits.map({ ($0[0], $0[1]) }) {
            let lines = try Row.fetchCursor(query, arguments: [sold, pool, since])
            while let line = try lines.next() {
                let (at, quantity): (Int64, Int64) = (line[0], (line[1] as Int64) &* units)
                switch line[3] as Int64 {
                case 1, 2:
                    ordered.append((at, quantity))
                    if let left = line[2] as Int64? { shipped.append((left, quantity)) }
                case 4 where sold == product: adjusted.append((at, quantity))
                case 3, 6: adjusted.append((at, -quantity))
                default: break
                }
            }
        }
        let moves = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT at, quantity, a.pool, b.pool FROM stock_move LEFT JOIN place AS a ON a.id = origin
                    LEFT JOIN place AS b ON b.id = goal WHERE product = ?
                    """), arguments: [product])
        while let move = try moves.next() {
            if move[2] as Int64? == pool { adjusted.append((move[0], -(move[1] as Int64))) }
            if move[3] as Int64? == pool { adjusted.append((move[0], move[1])) }
        }
        self.ordered = UnitsOverTime(ordered)
        self.shipped = UnitsOverTime(shipped)
        self.adjusted = UnitsOverTime(adjusted)
    }

    /// Units received at a place: what the place itself says of a purchase order goes before what the order says of it.
    static func receipts(of product: Int64, at place: Int64, _ database: Database) throws -> UnitsOverTime {
        var changes: [(at: Int64, units: Int64)] = []
        let told = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT purchase, receipt.at, receipt.received FROM purchase_line AS p
                    JOIN receipt ON receipt.purchase = p.id WHERE p.product = ?1 AND p.place = ?2
                        AND NOT EXISTS (SELECT 1 FROM goods_receipt AS g
                            WHERE g.purchase_number = p.number AND g.product = p.product)
                    ORDER BY purchase, receipt.at
                    """), arguments: [product, place])
        var last: (purchase: Int64, received: Int64) = (0, 0)
        while let row = try told.next() {
            let purchase: Int64 = row[0]
            let before = last.purchase == purchase ? last.received : 0
            // Each states all deliveries so far; a smaller one later corrects nothing that was shelved.
            let received = max(before, row[2] as Int64)
            changes.append((row[1], received - before))
            last = (purchase, received)
        }
        let own = try Row.fetchCursor(
            database.cachedStatement(sql: "SELECT at, quantity FROM goods_receipt WHERE product = ? AND place = ?"),
            arguments: [product, place])
        while let row = try own.next() { changes.append((row[0], row[1])) }
        return UnitsOverTime(changes)
    }
}
