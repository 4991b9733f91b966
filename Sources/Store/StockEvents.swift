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

    /// The changes, ascending.
    var changes: [(at: Int64, units: Int64)] {
        moments.indices.map { (moments[$0], sums[$0] - ($0 == 0 ? 0 : sums[$0 - 1])) }
    }
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
    init(product: Int64, pool: Int64, since: Int64 = .min, zone: Zone, _ database: Database) throws {
        var ordered: [(at: Int64, units: Int64)] = []
        var shipped: [(at: Int64, units: Int64)] = []
        var adjusted = try StockEvents.moves(of: product, in: pool, database)
        for line in try StockEvents.lines(moving: product, in: pool, since: since, zone: zone, database) {
            switch line.kind {
            case .sale, .cancellation:
                ordered.append((line.at, line.units))
                if let left = line.shippedAt { shipped.append((left, line.units)) }
            case .adjustment: adjusted.append((line.at, line.units))
            default: adjusted.append((line.at, -line.units))
            }
        }
        self.ordered = UnitsOverTime(ordered)
        self.shipped = UnitsOverTime(shipped)
        self.adjusted = UnitsOverTime(adjusted)
    }

    /// A line of an order that moves the stock of a product.
    struct Line {
        var at: Int64
        /// Units of the product, negative for what was taken back or written off.
        var units: Int64
        var shippedAt: Int64?
        /// A sale, a cancellation, an adjustment; else a return that can be sold again.
        var kind: StoredKind
        var document: Int64
        /// It names the product itself, and no kit that holds it.
        var isOwn: Bool
    }

    /// What the store makes of a line, as far as stock goes.
    enum StoredKind {
        case sale, cancellation, adjustment, sellableReturn

        init?(_ number: Int64) {
            switch number {
            case 1: self = .sale
            case 2: self = .cancellation
            case 4: self = .adjustment
            case 3, 6: self = .sellableReturn
            default: return nil
            }
        }
    }

    /// The lines that move the stock of a product in a pool: its own, and those of kits that hold it.
    ///
    /// - Parameter since: what was ordered and left before that moment may be left out.
    static func lines(
        moving product: Int64, in pool: Int64, since: Int64 = .min, zone: Zone, _ database: Database
    ) throws -> [Line] {
        let kits = try Row.fetchAll(
            database.cachedStatement(sql: "SELECT kit, quantity FROM kit_part WHERE part = ?"), arguments: [product])
        let isKit = try Int.fetchOne(
            database.cachedStatement(sql: "SELECT 1 FROM kit_part WHERE kit = ? LIMIT 1"), arguments: [product])
        var found: [Line] = []
        for (sold, pieces) in [(product, Int64(1))] + kits.map({ ($0[0], $0[1]) }) {
            let isOwn = sold == product
            // Which of a kit's sales took one from the shelf depends on all before it.
            var assembled =
                !isOwn || isKit != nil ? try AssembledKits(sold, in: pool, zone: zone, database) : nil
            for row in try told(of: sold, in: pool, since: assembled == nil ? since : .min, database) {
                guard let kind = StoredKind(row[3]) else { continue }
                var line = Line(
                    at: row[0], units: row[1], shippedAt: row[2], kind: kind, document: row[4], isOwn: isOwn)
                switch kind {
                case .sale, .cancellation:
                    let whole = assembled?.take(line.units, at: line.at)
                    line.units = isOwn ? whole ?? line.units : (line.units - (whole ?? 0)) &* pieces
                case .adjustment: if !isOwn { continue }
                // What comes back of a kit is a kit again where kits have a shelf, else its components.
                case .sellableReturn:
                    if !isOwn, assembled != nil { continue }
                    line.units = line.units &* pieces
                }
                found.append(line)
            }
        }
        return found
    }

    /// The lines of a product that move the stock of a pool, by time: moment, units, shipped, kind, document.
    private static func told(
        of product: Int64, in pool: Int64, since: Int64, _ database: Database
    ) throws -> [Row] {
        // What was ordered before, but did not leave at once, may have left since. What came back went where it was
        // taken in, else to where it had been served from.
        let query = try database.cachedStatement(
            sql: """
                SELECT at, quantity, shipped_at, kind, document, line FROM order_line
                WHERE product = ?1 AND at > ?3 AND pool = ?2 AND kind IN (1, 2, 4)
                UNION ALL SELECT at, quantity, shipped_at, kind, document, line FROM order_line
                WHERE product = ?1 AND at > ?3 AND sellable = 1 AND kind NOT IN (1, 2, 4) AND ?2 =
                    -- A place that never counts it is none that it is sold from: then it is back where it was.
                    coalesce((SELECT pool FROM place WHERE id = returned_to AND EXISTS (SELECT 1 FROM stock_count AS c
                        WHERE c.product = ?1 AND c.place = returned_to)), order_line.pool)
                UNION ALL SELECT at, quantity, shipped_at, kind, document, line FROM order_line
                WHERE product = ?1 AND pool = ?2 AND shipped_at IS NOT at AND at <= ?3 AND kind IN (1, 2)
                ORDER BY 1, 2 DESC, 5, 6
                """)
        return try Row.fetchAll(query, arguments: [product, pool, since])
    }

    /// Units that moves brought into a pool, or took from it (negative).
    static func moves(of product: Int64, in pool: Int64, _ database: Database) throws -> [(at: Int64, units: Int64)] {
        var changes: [(at: Int64, units: Int64)] = []
        let moves = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT at, quantity, a.pool, b.pool FROM stock_move LEFT JOIN place AS a ON a.id = origin
                    LEFT JOIN place AS b ON b.id = goal WHERE product = ?
                    """), arguments: [product])
        while let move = try moves.next() {
            if move[2] as Int64? == pool { changes.append((move[0], -(move[1] as Int64))) }
            if move[3] as Int64? == pool { changes.append((move[0], move[1])) }
        }
        return changes
    }

    /// Units received at a place that can be sold: what the place itself says of a purchase line goes before what the
    /// order says of it, so that no unit comes twice.
    static func receipts(of product: Int64, at place: Int64, zone: Zone, _ database: Database) throws -> UnitsOverTime {
        var changes = try toldReceipts(of: product, at: place, zone: zone, database).map { ($0.at, $0.units) }
        let own = try Row.fetchCursor(
            database.cachedStatement(sql: "SELECT at, quantity FROM goods_receipt WHERE product = ? AND place = ?"),
            arguments: [product, place])
        while let row = try own.next() { changes.append((row[0], row[1])) }
        return UnitsOverTime(changes)
    }

    /// What purchase orders say came of a product at a place, where the place itself does not speak of it; with what one
    /// piece cost, in which currency.
    static func toldReceipts(
        of product: Int64, at place: Int64, zone: Zone, _ database: Database
    ) throws -> [(at: Int64, units: Int64, cost: DatabaseValue, currency: DatabaseValue)] {
        var found: [(at: Int64, units: Int64, cost: DatabaseValue, currency: DatabaseValue)] = []
        let ofPlaces = try purchasesToldByPlaces(of: product, zone: zone, database)
        let told = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT purchase, receipt.at, receipt.received, p.cost, p.currency FROM purchase_line AS p
                    JOIN receipt ON receipt.purchase = p.id WHERE p.product = ?1 AND p.place = ?2
                    ORDER BY purchase, receipt.at
                    """), arguments: [product, place])
        var last: (purchase: Int64, received: Int64) = (0, 0)
        while let row = try told.next() {
            let purchase: Int64 = row[0]
            if ofPlaces.contains(purchase) { continue }
            let before = last.purchase == purchase ? last.received : 0
            // Each states all deliveries so far; a smaller one later corrects nothing that was shelved.
            let received = max(before, row[2] as Int64)
            last = (purchase, received)
            if received > before { found.append((row[1], received - before, row[3], row[4])) }
        }
        return found
    }

    /// Purchase lines of which places told what came: what the orders say of that does not count besides.
    private static func purchasesToldByPlaces(of product: Int64, zone: Zone, _ database: Database) throws -> Set<Int64>
    {
        let isTold = try Int.fetchOne(
            database.cachedStatement(sql: "SELECT 1 FROM goods_receipt WHERE product = ? LIMIT 1"),
            arguments: [product])
        if isTold == nil { return [] }
        return try Deliveries(ofProducts: "SELECT ?1", [product], zone: zone, database).toldByPlace()
    }
}
