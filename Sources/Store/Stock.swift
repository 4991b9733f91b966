import Domain
import GRDB

/// Units of a purchase line that are still to come on one day.
public struct Inbound: Sendable, Hashable {
    /// Number of the purchase order in its system.
    public var order: String
    /// Its line.
    public var line: String
    /// Who sends it.
    public var supplier: SupplierName
    /// Units still to come.
    public var quantity: Int64
    /// Units ordered.
    public var ordered: Int64
    /// Units received so far, fit to be sold or not.
    public var received: Int64
    /// When it was ordered.
    public var orderedOn: Day
    /// When the rest is expected; nil where nobody said.
    public var expectedOn: Day?
    /// Our own reference, where the order came from here.
    public var reference: String?
    /// The supplier's number of the shipment that these units were announced in; nil where they were not.
    public var shipment: String?

    init(
        order: String, line: String, supplier: SupplierName, quantity: Int64, ordered: Int64, received: Int64,
        orderedOn: Day, expectedOn: Day?, reference: String?
    ) {
        self.order = order
        self.line = line
        self.supplier = supplier
        self.quantity = quantity
        self.ordered = ordered
        self.received = received
        self.orderedOn = orderedOn
        self.expectedOn = expectedOn
        self.reference = reference
    }

    init(_ line: MatchedLine, _ part: MatchedLine.Coming) {
        order = line.order
        self.line = line.line
        supplier = line.supplier
        quantity = part.quantity
        ordered = line.ordered
        received = line.arrived
        orderedOn = line.orderedOn
        expectedOn = part.expectedOn
        reference = line.reference
        shipment = part.shipment
    }
}

/// The stock of one product in one pool, rolled forward from the last count by what moved since.
public struct StockLevel: Sendable, Hashable {
    /// The product's key.
    public var product: Int64
    /// The pool's key.
    public var pool: Int64
    /// Units counted last, all places of the pool together.
    public var counted: Int64
    /// What was counted.
    public var state: StockState
    /// When; of several places, the earliest.
    public var countedAt: Instant
    /// Units received since.
    public var received: Int64
    /// Units that left since (counted on hand) or were promised since (counted available).
    public var left: Int64
    /// Units found, lost or written off since, as their sources say.
    public var adjusted: Int64 = 0
    /// Units promised and not yet shipped; 0 where the count already left them out.
    public var committed: Int64

    /// Units that can be sold or are promised: counted + received + adjusted − left.
    public var onHand: Int64 { counted + received + adjusted - left }
}

extension Facts {
    /// The stock of every counted product and pool as of a moment.
    ///
    /// Counted on hand: what was shipped since is taken off, and what is promised but not shipped is `committed`.
    /// Counted available: what was ordered since is taken off, and nothing is committed besides. Returned units count
    /// where their source says that they can be sold, else once they are counted again. A kit takes its
    /// components, unless one stood on the shelf. Where the places of a pool were counted at different times, all that moved since the
    /// earliest is taken off: stock may be understated, never overstated.
    ///
    /// - Parameter product: that product alone; all where nil.
    public func stockLevels(asOf: Instant, product: Int64? = nil) throws -> [StockLevel] {
        try database.read { database in
            let now = asOf.milliseconds
            let counts = try Facts.standingCounts(database, until: now, product: product)
            var levels: [StockLevel] = []
            for row in counts {
                let state = StockState(rawValue: row[3]) ?? .onHand
                let countedAt = Instant(milliseconds: row[2])
                let received = try StockEvents.receipts(of: row[0], at: row[5], zone: zone, database).sum(
                    after: row[2], until: now)
                if let last = levels.last, last.product == row[0], last.pool == row[1] {
                    levels[levels.count - 1].counted += row[4] as Int64
                    levels[levels.count - 1].received += received
                    levels[levels.count - 1].countedAt = min(last.countedAt, countedAt)
                    if state == .onHand { levels[levels.count - 1].state = .onHand }
                } else {
                    levels.append(
                        StockLevel(
                            product: row[0], pool: row[1], counted: row[4], state: state, countedAt: countedAt,
                            received: received, left: 0, committed: 0))
                }
            }
            for index in levels.indices { try roll(&levels[index], until: now, database) }
            return levels
        }
    }

    /// The count that stands for each product and place: of the source whose word on stock comes first, the newest.
    /// Rows of product, pool, moment, state, quantity, place.
    private static func standingCounts(_ database: Database, until now: Int64, product: Int64?) throws -> [Row] {
        try Row.fetchAll(
            database,
            sql: """
                WITH last AS (
                    SELECT product, place, source, max(at) AS at FROM stock_count
                    WHERE at <= ?1 AND (?2 IS NULL OR product = ?2) GROUP BY product, place, source),
                ranked AS (
                    SELECT last.*, row_number() OVER (PARTITION BY product, place
                        ORDER BY coalesce(rank, 1000000), at DESC, source.system) AS row
                    FROM last JOIN source ON source.id = last.source
                    LEFT JOIN precedence ON precedence.system = source.system AND field = 'stock')
                SELECT ranked.product, place.pool, ranked.at, state, quantity, ranked.place
                FROM ranked JOIN place ON place.id = ranked.place
                JOIN stock_count AS count ON count.product = ranked.product AND count.place = ranked.place
                    AND count.at = ranked.at AND count.source = ranked.source
                -- Counted both ways at one moment: on hand says more.
                WHERE row = 1 AND (state = 'on-hand' OR NOT EXISTS (SELECT 1 FROM stock_count AS other
                    WHERE other.product = count.product AND other.place = count.place AND other.at = count.at
                        AND other.source = count.source AND other.state = 'on-hand'))
                ORDER BY ranked.product, place.pool
                """, arguments: [now, product])
    }

    /// Every purchase line that carries a reference or was ordered on or after `day`, for matching with our orders.
    public func purchases(since day: Day) throws -> [PurchaseLine] {
        try database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT number, line, supplier.name, product.sku, place.name, quantity, received, purchase_line.cost, currency,
                        ordered_on, expected_on, state, reference
                    FROM purchase_line JOIN supplier ON supplier.id = supplier JOIN place ON place.id = place
                    JOIN product ON product.id = product
                    WHERE ordered_on >= ? OR reference IS NOT NULL ORDER BY purchase_line.id
                    """, arguments: [day.number]
            ).compactMap { row in
                guard let supplier = SupplierName(row[2] as String), let sku = SKU(row[3] as String),
                    let place = PlaceName(row[4] as String), let currency = Currency(row[8] as String)
                else { return nil }
                return PurchaseLine(
                    order: row[0], line: row[1], supplier: supplier, sku: sku, place: place, quantity: row[5],
                    received: row[6], cost: (row[7] as Int64?).map(UnitPrice.init(micros:)), currency: currency,
                    orderedOn: Day(number: row[9]), expectedOn: (row[10] as Int32?).map(Day.init(number:)),
                    state: PurchaseState(rawValue: row[11]) ?? .open, reference: row[12])
            }
        }
    }

    /// The name of each pool, and the place that its purchases are sent to.
    public func pools() throws -> [Int64: (name: String, shipTo: PlaceName)] {
        try database.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT pool.id, pool.name, coalesce((SELECT name FROM place WHERE place.pool = pool.id AND
                        place.name = pool.name), (SELECT min(name) FROM place WHERE place.pool = pool.id), pool.name)
                    FROM pool
                    """)
            var result: [Int64: (name: String, shipTo: PlaceName)] = [:]
            for row in rows {
                guard let place = PlaceName(row[2] as String) else { continue }
                result[row[0]] = (row[1], place)
            }
            return result
        }
    }

    /// When the pool had nothing to sell, as whole days: from a count of nothing to the next count or receipt of something.
    public func emptyDays(product: Int64, pool: Int64, until asOf: Instant) throws -> [ClosedRange<Day>] {
        try database.read { database in
            let events = try Row.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT at, quantity FROM stock_count JOIN place ON place.id = place
                        WHERE product = ?1 AND pool = ?2 AND at <= ?3
                        UNION ALL
                        SELECT at, receipt.received FROM receipt JOIN purchase_line ON purchase_line.id = purchase
                            JOIN place ON place.id = place
                        WHERE product = ?1 AND pool = ?2 AND at <= ?3
                        UNION ALL
                        SELECT at, quantity FROM goods_receipt JOIN place ON place.id = place
                        WHERE product = ?1 AND pool = ?2 AND at <= ?3 AND quantity > 0 ORDER BY 1
                        """), arguments: [product, pool, asOf.milliseconds])
            var result: [ClosedRange<Day>] = []
            var emptySince: Int64?
            func end(_ at: Int64) {
                guard let since = emptySince else { return }
                let first = zone.day(of: Instant(milliseconds: since)).advanced(by: 1)
                let last = zone.day(of: Instant(milliseconds: at)).advanced(by: -1)
                if first <= last { result.append(first...last) }
                emptySince = nil
            }
            for event in events {
                if event[1] as Int64 > 0 { end(event[0]) } else if emptySince == nil { emptySince = event[0] }
            }
            end(asOf.milliseconds)
            return result
        }
    }

    private func roll(_ level: inout StockLevel, until now: Int64, _ database: Database) throws {
        let counted = level.countedAt.milliseconds
        let events = try StockEvents(product: level.product, pool: level.pool, since: counted, zone: zone, database)
        level.adjusted = events.adjusted.sum(after: counted, until: now)
        // Kinds 1 and 2: sales, and cancellations with negative units.
        if level.state == .available {
            level.left = events.ordered.sum(after: counted, until: now)
            return
        }
        level.left = events.shipped.sum(after: counted, until: now)
        level.committed = events.ordered.sum(after: .min, until: now) - events.shipped.sum(after: .min, until: now)
    }
}
