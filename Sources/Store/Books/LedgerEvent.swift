import Domain
import GRDB

/// Something that moved a product's stock, or counted it, or changed its cost.
struct LedgerEvent: Comparable {
    /// A line of an order, or a component of the kit on it.
    struct Line {
        /// Less than 0 where an order was taken back.
        var units: Int64
        var document: Int64
        var orderedAt: Int64
        /// What was sold is a kit: its components are what it costs.
        var isKit: Bool
    }

    enum What {
        /// Came at a place, at a cost in millionths of the shop's currency.
        case received(units: Int64, place: Int64, cost: Int64?)
        case ordered(Line)
        case left(Line)
        case takenBack(Line)
        case adjusted(units: Int64)
        /// Left this event's pool; nil where the goal is not known.
        case moved(units: Int64, goal: Int64?)
        case counted
        case newCost
    }

    var at: Int64
    var pool: Int64
    var what: What

    /// At one moment a new cost holds first, what came goes before what left, and a count has seen all of it.
    private var rank: Int {
        switch what {
        case .newCost: 0
        case .received: 1
        case .takenBack: 2
        case .moved: 3
        case .adjusted: 4
        case .ordered, .left: 5
        case .counted: 6
        }
    }

    static func < (left: LedgerEvent, right: LedgerEvent) -> Bool {
        (left.at, left.rank) < (right.at, right.rank)
    }

    static func == (left: LedgerEvent, right: LedgerEvent) -> Bool { !(left < right) && !(right < left) }

    /// What happened to a product, in no order but that of the store.
    static func all(
        of product: Int64, in pools: [Int64: CountedPool], zone: Zone, rates: RateBook, _ database: Database
    ) throws -> [LedgerEvent] {
        var events: [LedgerEvent] = []
        for (pool, counted) in pools.sorted(by: { $0.key < $1.key }) {
            events += counted.moments.map { LedgerEvent(at: $0, pool: pool, what: .counted) }
            for place in counted.places {
                events += try receipts(of: product, at: place, zone: zone, rates, database).map {
                    LedgerEvent(at: $0.at, pool: pool, what: .received(units: $0.units, place: place, cost: $0.cost))
                }
            }
        }
        try addLines(of: product, to: &events, zone: zone, database)
        try addMoves(of: product, to: &events, database)
        return events
    }

    private static func addLines(
        of product: Int64, to events: inout [LedgerEvent], zone: Zone, _ database: Database
    ) throws {
        let isKit =
            try Int.fetchOne(
                database.cachedStatement(sql: "SELECT 1 FROM kit_part WHERE kit = ? LIMIT 1"), arguments: [product])
            != nil
        let pools = try Int64.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT DISTINCT pool FROM order_line WHERE product = ?1
                        OR product IN (SELECT kit FROM kit_part WHERE part = ?1)
                    UNION SELECT pool FROM stock_count JOIN place ON place.id = place WHERE product = ?1
                    """), arguments: [product])
        for pool in pools {
            for told in try StockEvents.lines(moving: product, in: pool, zone: zone, database) where told.units != 0 {
                func add(_ what: What, at moment: Int64) {
                    events.append(LedgerEvent(at: moment, pool: pool, what: what))
                }
                var line = Line(
                    units: told.units, document: told.document, orderedAt: told.at, isKit: isKit && told.isOwn)
                switch told.kind {
                case .sale, .cancellation:
                    add(.ordered(line), at: told.at)
                    if let left = told.shippedAt { add(.left(line), at: left) }
                case .adjustment: add(.adjusted(units: told.units), at: told.at)
                case .sellableReturn:
                    line.units = -told.units
                    add(.takenBack(line), at: told.at)
                }
            }
        }
    }

    private static func addMoves(of product: Int64, to events: inout [LedgerEvent], _ database: Database) throws {
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT at, quantity, a.pool, b.pool, coalesce(lower(word.text), '') FROM stock_move
                    LEFT JOIN place AS a ON a.id = origin LEFT JOIN place AS b ON b.id = goal
                    LEFT JOIN word ON word.id = reason WHERE product = ? ORDER BY at, number
                    """), arguments: [product])
        while let row = try rows.next() {
            let (at, units): (Int64, Int64) = (row[0], row[1])
            let (origin, goal): (Int64?, Int64?) = (row[2], row[3])
            let reason: String = row[4]
            let isTransfer = reason.contains("transfer") || reason.contains("transit")
            switch (origin, goal) {
            case (let origin?, let goal?):
                if origin != goal {
                    events.append(LedgerEvent(at: at, pool: origin, what: .moved(units: units, goal: goal)))
                }
            case (let origin?, nil):
                events.append(
                    isTransfer
                        ? LedgerEvent(at: at, pool: origin, what: .moved(units: units, goal: StockLedger.transit))
                        : LedgerEvent(at: at, pool: origin, what: .adjusted(units: -units)))
            case (nil, let goal?):
                events.append(
                    isTransfer
                        ? LedgerEvent(at: at, pool: StockLedger.transit, what: .moved(units: units, goal: goal))
                        : LedgerEvent(at: at, pool: goal, what: .adjusted(units: units)))
            case (nil, nil): break
            }
        }
    }

    /// What came of a product at a place, with what one piece had cost: the same deliveries that the stock counts by.
    private static func receipts(
        of product: Int64, at place: Int64, zone: Zone, _ rates: RateBook, _ database: Database
    ) throws -> [(at: Int64, units: Int64, cost: Int64?)] {
        func paid(_ cost: DatabaseValue, _ currency: DatabaseValue, at moment: Int64) throws -> Int64? {
            let day = zone.day(of: Instant(milliseconds: moment)).number
            guard let cost = Int64.fromDatabaseValue(cost),
                let (_, rate) = try rates.rate(of: currency, on: day.databaseValue)
            else { return nil }
            return Exact.price(cost, at: rate)
        }
        var found = try StockEvents.toldReceipts(of: product, at: place, zone: zone, database).map {
            (at: $0.at, units: $0.units, cost: try paid($0.cost, $0.currency, at: $0.at))
        }
        let own = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT g.at, g.quantity, coalesce(g.cost, p.cost),
                        CASE WHEN g.cost IS NULL THEN p.currency ELSE g.currency END FROM goods_receipt AS g
                    LEFT JOIN purchase_line AS p ON p.id = coalesce(
                        (SELECT min(id) FROM purchase_line AS o WHERE o.product = g.product
                            AND o.number = g.purchase_number AND o.line = g.purchase_line AND o.cost IS NOT NULL),
                        (SELECT min(id) FROM purchase_line AS o WHERE o.product = g.product
                            AND o.number = g.purchase_number AND o.cost IS NOT NULL))
                    WHERE g.product = ? AND g.place = ? ORDER BY g.at, g.number, g.line
                    """), arguments: [product, place])
        while let row = try own.next() {
            let units: Int64 = row[1]
            if units > 0 { found.append((row[0], units, try paid(row[2], row[3], at: row[0]))) }
        }
        return found
    }
}
