import Domain
import GRDB
import GRDBSQLite

/// Stock and risk of one product at one place, as the last plan had it.
public struct RiskRow: Sendable, Equatable, Identifiable {
    /// Product and place.
    public struct ID: Hashable, Sendable {
        /// The product.
        public var sku: SKU
        /// The place.
        public var place: PlaceName

        /// Product and place.
        public init(sku: SKU, place: PlaceName) {
            self.sku = sku
            self.place = place
        }
    }

    /// Product and place.
    public var id: ID
    /// What people call the product.
    public var name: String
    /// Units that can be sold now; nil where nobody counted.
    public var sellable: Int64?
    /// Units promised and not yet shipped.
    public var committed: Int64
    /// When the stock was counted.
    public var countedAt: Instant?
    /// The next dated arrival: a day and its units; nil where none is due.
    public var arrivesOn: Day?
    /// Units of that arrival.
    public var arriving: Int64
    /// All units on order.
    public var onOrder: Int64
    /// Expected units a day over the coming four weeks.
    public var dailyDemand: Double
    /// Chance of running out before the order after the next could arrive, 0…1; nil where it cannot be told.
    public var stockOutChance: Double?
    /// First day on which running out is more likely than not.
    public var runsOutOn: Day?
    /// Margin that ordering now saves, minor units; nil where price or cost is unknown.
    public var avoidable: Int64?
    /// Units expected to be lost whatever is done, if expedited not lost, and if ordered now not lost.
    public var lostAnyway: Double, lostUnlessExpedited: Double, lostUnlessOrdered: Double
    /// Reorder point and order-up-to level, units; nil where there is no policy for it.
    public var reorderPoint: Int64?, orderUpTo: Int64?
    /// Units that the plan would order; 0 for none.
    public var orderQuantity: Int64
    /// Units of the inventory position beyond what is called excess.
    public var excess: Int64
    /// The supplier that it would be bought from.
    public var supplier: SupplierName?
    /// Net price of one unit, and what it costs; nil where unknown.
    public var price: UnitPrice?, cost: UnitPrice?
    /// A, B or C by revenue.
    public var revenueClass: String
    /// Why it is or is not ordered, in a few words.
    public var reason: String
    /// What is missing, in the planner's words; empty where it can be ordered.
    public var lacks: [String]
    /// Whether the lead time is the shop's assumption.
    public var leadTimeAssumed: Bool

    /// Days that the stock lasts at the expected rate; nil without stock or demand.
    public var daysOfCover: Double? {
        guard let sellable, dailyDemand > 0 else { return nil }
        return max(0, Double(sellable - committed)) / dailyDemand
    }

    /// A row as a plan has it.
    public init(
        id: ID, name: String, sellable: Int64?, committed: Int64, countedAt: Instant?, arrivesOn: Day?, arriving: Int64,
        onOrder: Int64, dailyDemand: Double, stockOutChance: Double?, runsOutOn: Day?, avoidable: Int64?,
        lostAnyway: Double, lostUnlessExpedited: Double, lostUnlessOrdered: Double, reorderPoint: Int64?,
        orderUpTo: Int64?, orderQuantity: Int64, excess: Int64, supplier: SupplierName?, price: UnitPrice?,
        cost: UnitPrice?, revenueClass: String, reason: String, lacks: [String], leadTimeAssumed: Bool
    ) {
        self.id = id
        self.name = name
        self.sellable = sellable
        self.committed = committed
        self.countedAt = countedAt
        self.arrivesOn = arrivesOn
        self.arriving = arriving
        self.onOrder = onOrder
        self.dailyDemand = dailyDemand
        self.stockOutChance = stockOutChance
        self.runsOutOn = runsOutOn
        self.avoidable = avoidable
        self.lostAnyway = lostAnyway
        self.lostUnlessExpedited = lostUnlessExpedited
        self.lostUnlessOrdered = lostUnlessOrdered
        self.reorderPoint = reorderPoint
        self.orderUpTo = orderUpTo
        self.orderQuantity = orderQuantity
        self.excess = excess
        self.supplier = supplier
        self.price = price
        self.cost = cost
        self.revenueClass = revenueClass
        self.reason = reason
        self.lacks = lacks
        self.leadTimeAssumed = leadTimeAssumed
    }
}

/// What a plan expected of a day, over all products.
public struct ExpectedDay: Sendable, Hashable {
    /// Units.
    public var units: Double
    /// Net revenue and margin, minor units.
    public var net: Int64, margin: Int64

    /// What a plan expected of a day.
    public init(units: Double, net: Int64, margin: Int64) {
        self.units = units
        self.net = net
        self.margin = margin
    }
}

/// Which plan is kept.
public struct PlanStamp: Sendable, Hashable {
    /// When it was made, shop time.
    public var at: Instant
    /// Revision of the facts that it saw.
    public var revision: Int64

    /// A plan of a moment over facts of a revision.
    public init(at: Instant, revision: Int64) {
        self.at = at
        self.revision = revision
    }
}

extension Facts {
    /// Keeps a plan in place of the one before, and what it expects of its day unless an earlier plan of that day told.
    ///
    /// No fact changes by it: the revision stays.
    public func keep(plan rows: [RiskRow], stamp: PlanStamp, expects expected: ExpectedDay, on day: Day) throws {
        let old = try keptPlan()
        let known = Dictionary(old.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let changed = rows.filter { known[$0.id] != $0 }
        let gone = Set(known.keys).subtracting(rows.map(\.id))
        try database.write { database in
            let delete = try database.cachedStatement(sql: "DELETE FROM plan_row WHERE sku = ? AND place = ?")
            for id in gone { try delete.execute(arguments: [id.sku.text, id.place.text]) }
            let statement = try database.cachedStatement(sql: Facts.insertPlanRow)
            let insert = BulkStatement(statement)
            for row in changed {
                insert.bind(row)
                try insert.run()
            }
            try database.execute(
                sql: "INSERT OR IGNORE INTO forecast_day VALUES (?, ?, ?, ?)",
                arguments: [day.number, expected.units, expected.net, expected.margin])
            for (key, value) in [("plan_at", stamp.at.milliseconds), ("plan_revision", stamp.revision)] {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO setting VALUES (?, ?)", arguments: [key, String(value)])
            }
        }
    }

    /// Which plan is kept; nil before the first.
    public func planStamp() throws -> PlanStamp? {
        try database.read { database in
            let found = try Facts.settings(database)
            guard let at = found["plan_at"].flatMap(Int64.init),
                let revision = found["plan_revision"].flatMap(Int64.init)
            else { return nil }
            return PlanStamp(at: Instant(milliseconds: at), revision: revision)
        }
    }

    /// The plan kept: the most avoidable money first, then the greatest chance of running out.
    public func keptPlan() throws -> [RiskRow] {
        try database.read { database in
            var rows: [RiskRow] = []
            let cursor = try Row.fetchCursor(
                database.cachedStatement(
                    sql: """
                        SELECT * FROM plan_row
                        ORDER BY coalesce(avoidable, 0) DESC, coalesce(chance, -1) DESC, sku, place
                        """))
            while let row = try cursor.next() {
                guard let sku = SKU(row[0] as String), let place = PlaceName(row[1] as String) else { continue }
                let lacks = row[25] as String
                rows.append(
                    RiskRow(
                        id: .init(sku: sku, place: place), name: row[2], sellable: row[3], committed: row[4],
                        countedAt: (row[5] as Int64?).map(Instant.init(milliseconds:)),
                        arrivesOn: (row[6] as Int32?).map(Day.init(number:)), arriving: row[7], onOrder: row[8],
                        dailyDemand: row[9], stockOutChance: row[10],
                        runsOutOn: (row[11] as Int32?).map(Day.init(number:)), avoidable: row[12], lostAnyway: row[13],
                        lostUnlessExpedited: row[14], lostUnlessOrdered: row[15], reorderPoint: row[16],
                        orderUpTo: row[17], orderQuantity: row[18], excess: row[19],
                        supplier: (row[20] as String?).flatMap { SupplierName($0) },
                        price: (row[21] as Int64?).map(UnitPrice.init(micros:)),
                        cost: (row[22] as Int64?).map(UnitPrice.init(micros:)), revenueClass: row[23], reason: row[24],
                        lacks: lacks.isEmpty ? [] : lacks.split(separator: ",").map(String.init),
                        leadTimeAssumed: row[26]))
            }
            return rows
        }
    }

    /// What the first plan of a day expected of it; nil where none was made on it.
    public func expected(of day: Day) throws -> ExpectedDay? {
        try database.read { database in
            try Row.fetchOne(
                database, sql: "SELECT units, net, margin FROM forecast_day WHERE day = ?", arguments: [day.number]
            ).map { ExpectedDay(units: $0[0], net: $0[1], margin: $0[2]) }
        }
    }

    /// Units ordered less cancelled and net revenue of a day, by product, with what a unit cost in the plan kept.
    public func sold(on day: Day) throws -> [(units: Int64, revenue: Int64, cost: UnitPrice?)] {
        try database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT sum(ordered - cancelled), sum(revenue),
                        (SELECT max(plan_row.cost) FROM plan_row WHERE plan_row.sku = product.sku)
                    FROM product CROSS JOIN pool CROSS JOIN demand_day
                        ON demand_day.product = product.id AND demand_day.pool = pool.id AND day = ?
                    GROUP BY product.id
                    """, arguments: [day.number]
            ).map { ($0[0], $0[1], ($0[2] as Int64?).map(UnitPrice.init(micros:))) }
        }
    }

    /// What the last purchase of each of these products cost, by SKU; of those ordered in one currency.
    public func lastCosts(of skus: Set<SKU>, in currency: Currency) throws -> [SKU: UnitPrice] {
        try database.read { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT purchase_line.cost FROM purchase_line JOIN identifier ON identifier.product = purchase_line.product
                    WHERE identifier.scheme = 'sku' AND identifier.value = ? AND purchase_line.cost IS NOT NULL
                        AND currency = ? ORDER BY ordered_on DESC, purchase_line.id DESC LIMIT 1
                    """)
            var costs: [SKU: UnitPrice] = [:]
            for sku in skus {
                let cost = try Int64.fetchOne(statement, arguments: [sku.key, currency.code])
                costs[sku] = cost.map(UnitPrice.init(micros:))
            }
            return costs
        }
    }

    /// What each source sends, with its newest file, how far it has told, and how many of its rows are in quarantine;
    /// what has been silent for longest first.
    public func feeds() throws -> [FeedRow] {
        try database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT system, last.layout, batch.name, batch.counted_at,
                        CASE WHEN last.layout LIKE '%orders' OR last.layout LIKE 'mapping:%' THEN
                            (SELECT max(last) FROM coverage WHERE coverage.source = source.id) END,
                        (SELECT count(*) FROM quarantine JOIN batch AS b ON b.id = quarantine.batch
                            WHERE b.source = source.id AND b.layout = last.layout AND quarantine.state = 'refused')
                    FROM (SELECT source, layout, max(id) AS id FROM batch GROUP BY source, layout) AS last
                    JOIN batch ON batch.id = last.id JOIN source ON source.id = last.source
                    ORDER BY batch.counted_at, system, last.layout
                    """
            ).map {
                FeedRow(
                    id: "\($0[0] as String) \($0[1] as String)", system: $0[0], layout: $0[1], file: $0[2],
                    at: Instant(milliseconds: $0[3]),
                    coveredTo: ($0[4] as Int32?).map(Day.init(number:)), quarantined: $0[5])
            }
        }
    }

    private static let insertPlanRow =
        "INSERT OR REPLACE INTO plan_row VALUES (\(Array(repeating: "?", count: 27).joined(separator: ", ")))"
}

/// One source and when it was last heard of.
public struct FeedRow: Sendable, Identifiable, Hashable {
    /// System and layout.
    public var id: String
    /// The system of record.
    public var system: String
    /// What it last sent: a layout such as `orders` or `counts`.
    public var layout: String
    /// Its newest file.
    public var file: String
    /// When that came in, shop time.
    public var at: Instant
    /// The last day that it has told of without gaps; nil for what is not told by days.
    public var coveredTo: Day?
    /// Rows that it has in quarantine.
    public var quarantined: Int
    /// How a live source stands; nil for files that somebody imports.
    public var state: Feed.State?
    /// What is wrong with it, one sentence each.
    public var wrong: [String] = []

    /// A live source.
    public init(
        live feed: Feed, kind: String, coveredTo: Day?, state: Feed.State, wrong: [String]
    ) {
        self.init(
            id: "live \(feed.name)", system: feed.name, layout: "live \(kind)", file: "",
            at: feed.lastAt ?? feed.beganAt, coveredTo: coveredTo, quarantined: feed.refused, state: state,
            wrong: wrong)
    }

    init(
        id: String, system: String, layout: String, file: String, at: Instant, coveredTo: Day?, quarantined: Int,
        state: Feed.State? = nil, wrong: [String] = []
    ) {
        self.id = id
        self.system = system
        self.layout = layout
        self.file = file
        self.at = at
        self.coveredTo = coveredTo
        self.quarantined = quarantined
        self.state = state
        self.wrong = wrong
    }
}

extension BulkStatement {
    fileprivate func bind(_ row: RiskRow) {
        bind(1, row.id.sku.text)
        bind(2, row.id.place.text)
        bind(3, row.name)
        bind(4, row.sellable)
        bind(5, row.committed)
        bind(6, row.countedAt?.milliseconds)
        bind(7, row.arrivesOn.map { Int64($0.number) })
        bind(8, row.arriving)
        bind(9, row.onOrder)
        bind(10, row.dailyDemand)
        bind(11, row.stockOutChance)
        bind(12, row.runsOutOn.map { Int64($0.number) })
        bind(13, row.avoidable)
        bind(14, row.lostAnyway)
        bind(15, row.lostUnlessExpedited)
        bind(16, row.lostUnlessOrdered)
        bind(17, row.reorderPoint)
        bind(18, row.orderUpTo)
        bind(19, row.orderQuantity)
        bind(20, row.excess)
        bind(21, row.supplier?.text)
        bind(22, row.price?.micros)
        bind(23, row.cost?.micros)
        bind(24, row.revenueClass)
        bind(25, row.reason)
        bind(26, row.lacks.joined(separator: ","))
        bind(27, row.leadTimeAssumed ? 1 : 0 as Int64)
    }
}
