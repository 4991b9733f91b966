import Domain
import GRDB

/// Purchase lines, announcements and receipts of some products as the store has them, matched.
struct Deliveries {
    /// What is known of one product.
    private struct Book {
        var lines: [DeliveryMatching.Line] = []
        var terms: [Terms] = []
        var notices: [DeliveryMatching.Delivery] = []
        var receipts: [DeliveryMatching.Delivery] = []
    }

    /// What of a line does not decide which deliveries are its.
    private struct Terms {
        var pool, told: Int64
        var supplier: SupplierName
        var lastToldOn: Day?
        var cost: UnitPrice?
        var currency: String
    }

    private let books: [Int64: Book]
    private let matchings: [Int64: DeliveryMatching]

    /// Reads what is known of the products that a query names, `SELECT … AS product`.
    init(
        ofProducts query: String, _ arguments: StatementArguments, zone: Zone, _ database: Database
    ) throws {
        var books: [Int64: Book] = [:]
        let lines = try Row.fetchCursor(
            database,
            sql: """
                WITH wanted (product) AS (\(query))
                SELECT p.product, p.id, p.source, p.number, p.line, p.reference, p.supplier, p.place, p.quantity,
                    p.ordered_on, p.expected_on, p.state, p.received, place.pool, supplier.name,
                    (SELECT max(at) FROM receipt WHERE purchase = p.id), p.cost, p.currency
                FROM wanted CROSS JOIN purchase_line AS p ON p.product = wanted.product
                JOIN place ON place.id = p.place JOIN supplier ON supplier.id = p.supplier
                """, arguments: arguments)
        while let row = try lines.next() {
            guard let supplier = SupplierName(row[14] as String) else { continue }
            let toldAt = (row[15] as Int64?).map { zone.day(of: Instant(milliseconds: $0)) }
            let isComplete = row[12] as Int64 >= row[8] as Int64
            books[row[0], default: Book()].lines.append(
                DeliveryMatching.Line(
                    id: row[1], source: row[2], order: row[3], line: row[4], reference: row[5], supplier: row[6],
                    place: row[7], quantity: row[8], orderedOn: Day(number: row[9]),
                    expectedOn: (row[10] as Int32?).map(Day.init(number:)),
                    state: PurchaseState(rawValue: row[11]) ?? .open, completedOn: isComplete ? toldAt : nil))
            books[row[0], default: Book()].terms.append(
                Terms(
                    pool: row[13], told: row[12], supplier: supplier, lastToldOn: toldAt,
                    cost: (row[16] as Int64?).map(UnitPrice.init(micros:)), currency: row[17]))
        }
        // Of a shipment's notice the newest version holds: lines that it no longer has are not announced any more.
        let notices = try Row.fetchCursor(
            database,
            sql: """
                WITH wanted (product) AS (\(query))
                SELECT n.product, n.source, n.number, n.line, n.purchase_number, n.purchase_line, nullif(n.supplier, 0), n.quantity,
                    n.at, n.expected_on FROM wanted CROSS JOIN ship_notice AS n ON n.product = wanted.product
                WHERE n.version IS (SELECT max(version) FROM ship_notice AS o
                    WHERE o.source = n.source AND o.supplier = n.supplier AND o.number = n.number)
                """, arguments: arguments)
        while let row = try notices.next() {
            books[row[0], default: Book()].notices.append(
                DeliveryMatching.Delivery(
                    source: row[1], id: row[2], line: row[3], order: row[4], orderLine: row[5], supplier: row[6],
                    place: nil, good: row[7], at: row[8], day: zone.day(of: Instant(milliseconds: row[8])),
                    expectedOn: (row[9] as Int32?).map(Day.init(number:))))
        }
        let receipts = try Row.fetchCursor(
            database,
            sql: """
                WITH wanted (product) AS (\(query))
                SELECT g.product, g.source, g.number, g.line, g.purchase_number, g.purchase_line, g.supplier, g.place,
                    g.quantity, g.damaged, g.at FROM wanted CROSS JOIN goods_receipt AS g ON g.product = wanted.product
                """, arguments: arguments)
        while let row = try receipts.next() {
            books[row[0], default: Book()].receipts.append(
                DeliveryMatching.Delivery(
                    source: row[1], id: row[2], line: row[3], order: row[4], orderLine: row[5], supplier: row[6],
                    place: row[7], good: row[8], damaged: row[9], at: row[10],
                    day: zone.day(of: Instant(milliseconds: row[10]))))
        }
        self.books = books
        matchings = books.mapValues { DeliveryMatching(lines: $0.lines, notices: $0.notices, receipts: $0.receipts) }
    }

    /// Every purchase line, by product, order and line.
    func matched() -> [MatchedLine] {
        matchings.sorted { $0.key < $1.key }.flatMap { product, matching in
            let book = books[product] ?? Book()
            return book.lines.indices.map { line(product, book, matching, $0) }
                .sorted { ($0.order, Int64($0.line) ?? .max, $0.line) < ($1.order, Int64($1.line) ?? .max, $1.line) }
        }
    }

    /// What found no line.
    struct Lost {
        var product: Int64
        var kind: UnmatchedDelivery.Kind
        var delivery: DeliveryMatching.Delivery
        var reason: UnmatchedReason
    }

    /// What found no line, by product.
    func unmatched() -> [Lost] {
        var lost: [Lost] = []
        for (product, matching) in matchings.sorted(by: { $0.key < $1.key }) {
            let book = books[product] ?? Book()
            for (index, reason) in matching.unmatchedNotices {
                lost.append(
                    Lost(product: product, kind: .notice, delivery: book.notices[index], reason: reason))
            }
            for (index, reason) in matching.unmatchedReceipts {
                lost.append(
                    Lost(product: product, kind: .receipt, delivery: book.receipts[index], reason: reason))
            }
        }
        return lost
    }

    /// The keys of lines whose receipts the place itself tells of, or may: what their orders say came is on the shelf by
    /// the place's word already.
    func toldByPlace() -> Set<Int64> {
        var told: Set<Int64> = []
        for (product, matching) in matchings {
            let lines = books[product]?.lines ?? []
            for index in lines.indices where matching.isToldByPlace[index] || matching.isSuspected[index] {
                told.insert(lines[index].id)
            }
        }
        return told
    }

    /// What came of the lines of which places tell themselves.
    func arrived() -> [ArrivedLine] {
        matchings.flatMap { product, matching -> [ArrivedLine] in
            guard let book = books[product] else { return [] }
            return book.lines.enumerated().filter { matching.isToldByPlace[$0.offset] }.map { index, line in
                var arrived = ArrivedLine(purchase: line.id)
                let shares = matching.received[index].map { ($0, at: book.receipts[$0.delivery].at) }
                for (share, at) in shares.sorted(by: { $0.at < $1.at }) {
                    arrived.received += share.good
                    arrived.damaged += share.damaged
                    arrived.firstAt = arrived.firstAt ?? at
                    arrived.lastAt = at
                    if arrived.completedAt == nil, arrived.received >= line.quantity { arrived.completedAt = at }
                }
                return arrived
            }
        }
    }

    /// How far a purchase line had come at a moment.
    struct Standing {
        /// Units announced before it.
        var announced: Int64
        /// When what is open should come, by the newest announcement before it; nil where none names a day.
        var expectedOn: Day?
        /// Units that came before it and in all, by the word of the places; nil where they tell of none.
        var came: (before: Int64, inAll: Int64)?
    }

    /// How far each purchase line had come before a moment, by the line's key.
    func standings(before moment: Int64) -> [Int64: Standing] {
        var standings: [Int64: Standing] = [:]
        for (product, matching) in matchings {
            guard let book = books[product] else { continue }
            for (index, line) in book.lines.enumerated() {
                let announced = matching.announced[index].reduce(0) {
                    book.notices[$1.delivery].at < moment ? $0 + $1.units : $0
                }
                var standing = Standing(announced: announced)
                standing.expectedOn =
                    matching.announced[index].map { book.notices[$0.delivery] }
                    .filter { $0.at < moment && $0.expectedOn != nil }.max { $0.at < $1.at }?.expectedOn
                if matching.isToldByPlace[index] {
                    standing.came = matching.received[index].reduce((0, 0)) {
                        (book.receipts[$1.delivery].at < moment ? $0.0 + $1.units : $0.0, $0.1 + $1.units)
                    }
                }
                standings[line.id] = standing
            }
        }
        return standings
    }

    /// Every purchase line with what came of it, then what came without one.
    ///
    /// - Parameters:
    ///   - told: what the orders themselves say came, by the line's key.
    ///   - pools: the pool of each place.
    func placed(_ told: [Int64: [PlacedOrder.Arrival]], pools: [Int64: Int64]) -> [PlacedOrder] {
        var orders: [PlacedOrder] = []
        for (product, matching) in matchings.sorted(by: { $0.key < $1.key }) {
            let book = books[product] ?? Book()
            for (index, line) in book.lines.enumerated() {
                let terms = book.terms[index]
                let announced = matching.announced[index].map { book.notices[$0.delivery] }
                var order = PlacedOrder(
                    product: product, pool: terms.pool, order: line.order, supplier: terms.supplier,
                    orderedOn: line.orderedOn,
                    dueOn: announced.filter { $0.expectedOn != nil }.max { $0.at < $1.at }?.expectedOn
                        ?? line.expectedOn, arrivals: [], open: 0)
                var came: Int64 = 0
                if matching.isToldByPlace[index] {
                    for share in matching.received[index] {
                        came += share.units
                        guard share.good > 0 else { continue }
                        let day = book.receipts[share.delivery].day
                        order.arrivals.append(PlacedOrder.Arrival(day: day, units: share.good))
                    }
                } else if matching.isSuspected[index] {
                    // What came of it is among what came without an order.
                    came = line.quantity
                } else {
                    order.arrivals = told[line.id] ?? []
                    let dated = order.arrivals.reduce(0) { $0 + $1.units }
                    if terms.told > dated {
                        order.arrivals.append(PlacedOrder.Arrival(day: nil, units: terms.told - dated))
                    }
                    came = max(dated, terms.told)
                }
                order.open = line.state == .open ? max(0, line.quantity - came) : 0
                orders.append(order)
            }
            for (index, _) in matching.unmatchedReceipts {
                let receipt = book.receipts[index]
                guard receipt.good > 0, let pool = receipt.place.flatMap({ pools[$0] }) else { continue }
                orders.append(
                    PlacedOrder(
                        product: product, pool: pool, order: nil, supplier: nil, orderedOn: nil, dueOn: nil,
                        arrivals: [PlacedOrder.Arrival(day: receipt.day, units: receipt.good)], open: 0))
            }
        }
        return orders
    }

    private func line(_ product: Int64, _ book: Book, _ matching: DeliveryMatching, _ index: Int) -> MatchedLine {
        let (line, terms) = (book.lines[index], book.terms[index])
        let received = matching.received[index]
        let announced = matching.announced[index]
        // Where only the order speaks of it, nobody has said that any of it is damaged.
        let isTold = matching.isToldByPlace[index]
        let last =
            received.map { book.receipts[$0.delivery].day } + announced.map { book.notices[$0.delivery].day }
            + [terms.lastToldOn, line.orderedOn].compactMap { $0 }
        var matched = MatchedLine(
            product: product, pool: terms.pool, order: line.order, line: line.line, supplier: terms.supplier,
            reference: line.reference, orderedOn: line.orderedOn, expectedOn: line.expectedOn, state: line.state,
            ordered: line.quantity, announced: announced.reduce(0) { $0 + $1.units },
            received: isTold ? received.reduce(0) { $0 + $1.good } : terms.told,
            damaged: isTold ? received.reduce(0) { $0 + $1.damaged } : 0, told: terms.told, hasReceipts: isTold,
            coming: [], lastOn: last.max() ?? line.orderedOn, cost: terms.cost,
            currency: Currency(terms.currency))
        matched.coming = coming(matched, announced.map { ($0, book.notices[$0.delivery]) })
        return matched
    }

    /// What is open of a line: what has been announced and has not come, then the rest. What came is taken to be of the
    /// shipments that left first.
    private func coming(
        _ line: MatchedLine, _ announced: [(share: DeliveryMatching.Share, notice: DeliveryMatching.Delivery)]
    ) -> [MatchedLine.Coming] {
        var open = line.open
        var came = line.arrived
        var result: [MatchedLine.Coming] = []
        for (share, notice) in announced where open > 0 {
            let gone = min(came, share.units)
            came -= gone
            let left = min(open, share.units - gone)
            guard left > 0 else { continue }
            open -= left
            result.append(
                MatchedLine.Coming(
                    quantity: left, expectedOn: notice.expectedOn ?? line.expectedOn, shipment: notice.id))
        }
        if open > 0 { result.append(MatchedLine.Coming(quantity: open, expectedOn: line.expectedOn)) }
        return result
    }
}

extension Facts {
    private static let openProducts = """
        SELECT DISTINCT product FROM purchase_line WHERE state = 'open' AND quantity > 0 AND (?1 IS NULL OR product = ?1)
        """

    /// What is still to come of open purchase lines, by product and pool: a line for each day on which some should come.
    public func inbound(product: Int64? = nil) throws -> [Int64: [(pool: Int64, line: Inbound)]] {
        try database.read { database in
            let lines = try Deliveries(
                ofProducts: Facts.openProducts, [product], zone: zone, database
            ).matched()
            var result: [Int64: [(pool: Int64, line: Inbound)]] = [:]
            for line in lines {
                for part in line.coming {
                    result[line.product, default: []].append((line.pool, Inbound(line, part)))
                }
            }
            return result.mapValues { lines in
                lines.sorted {
                    let (left, right) = ($0.line, $1.line)
                    return (left.expectedOn ?? Day(number: .min), left.order, left.line)
                        < (right.expectedOn ?? Day(number: .min), right.order, right.line)
                }
            }
        }
    }

    /// Purchase lines that are open, and those of which something was heard since a day; and what found no line since then.
    public func deliveries(since day: Day) throws -> (lines: [MatchedLine], unmatched: [UnmatchedDelivery]) {
        try database.read { database in
            let moment = zone.instant(day: day).milliseconds
            let book = try Deliveries(
                ofProducts: """
                    SELECT product FROM purchase_line WHERE state = 'open' AND quantity > 0
                    UNION SELECT product FROM purchase_line WHERE ordered_on >= ?2
                    UNION SELECT product FROM goods_receipt WHERE at >= ?1
                    UNION SELECT product FROM ship_notice WHERE at >= ?1
                    """, [moment, day.number], zone: zone, database)
            let lines = book.matched().filter { $0.open > 0 || $0.lastOn >= day }
            let systems = try Facts.names(of: "source", "system", database)
            let suppliers = try Facts.names(of: "supplier", "name", database)
            let unmatched = book.unmatched().filter { $0.delivery.at >= moment }.map { lost in
                let delivery = lost.delivery
                return UnmatchedDelivery(
                    kind: lost.kind, id: delivery.id, line: delivery.line, system: systems[delivery.source] ?? "",
                    product: lost.product, order: delivery.order,
                    supplier: delivery.supplier.flatMap { suppliers[$0] }.flatMap { SupplierName($0) },
                    good: delivery.good, damaged: delivery.damaged, at: Instant(milliseconds: delivery.at),
                    reason: lost.reason)
            }
            return (lines, unmatched.sorted { ($0.at, $0.id, $0.line) < ($1.at, $1.id, $1.line) })
        }
    }

    /// Units that receipts say came of orders by their numbers, which no purchase line may have shown: by number and SKU.
    public func received(ofOrders numbers: Set<String>) throws -> [String: [String: Int64]] {
        guard !numbers.isEmpty else { return [:] }
        return try database.read { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT sku, sum(quantity + damaged) FROM goods_receipt JOIN product ON product.id = product
                    WHERE purchase_number = ? GROUP BY product
                    """)
            var units: [String: [String: Int64]] = [:]
            for number in numbers {
                for row in try Row.fetchAll(statement, arguments: [number]) {
                    units[number, default: [:]][SKU(row[0] as String)?.key ?? "", default: 0] += row[1] as Int64
                }
            }
            return units
        }
    }

    /// Value of what is still to come of open purchase lines in a currency, minor units.
    public func openPurchases(in currency: Currency) throws -> Int64 {
        try database.read { database in
            try Deliveries(ofProducts: Facts.openProducts, [nil], zone: zone, database).matched()
        }.reduce(Int64(0)) { sum, line in
            guard line.open > 0, line.currency == currency, let cost = line.cost else { return sum }
            return sum.addingReportingOverflow(cost.total(line.open, currency: currency) ?? 0).partialValue
        }
    }

    private static func names(of table: String, _ column: String, _ database: Database) throws -> [Int64: String] {
        let rows = try Row.fetchAll(database, sql: "SELECT id, \(column) FROM \(table)")
        return Dictionary(rows.map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
    }
}
