import Domain
import GRDB

// What visitors of the web shop do: events, the visits they make up, and the traffic of each product and day.

extension WebEvent.Kind {
    /// As the store keeps it.
    var code: Int64 {
        switch self {
        case .session: 0
        case .page: 1
        case .view: 2
        case .addToCart: 3
        case .checkout: 4
        case .purchase: 5
        case .refund: 6
        }
    }
}

extension Facts {
    /// Takes in an event. It is known by its visit, its moment, its kind and its product: sources give no other id.
    static func take(_ facts: Facts, _ database: Database, _ event: WebEvent, _ batch: Batch) throws -> Arrival {
        // Events without a visit's number are visits of their own day.
        let session = event.session ?? facts.zone.day(of: event.at).description
        let at = event.at.milliseconds
        let (visit, before) = try visit(facts, database, event, session: session, batch)
        let item = try item(database, event.product)
        try database.cachedStatement(
            sql: "INSERT OR IGNORE INTO web_event VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [
            visit, at, event.kind.code, item, event.quantity, event.value?.micros, event.transaction, batch.id,
        ])
        // A repeat may be the first that names the visit's device: what is known of a visit is booked all the same.
        let isNews = database.changesCount > 0
        if !isNews {
            try book(before, visit, facts, database)
            return .duplicate
        }
        try add(database, to: "webEvents", 1)
        let counted: (String, String?)? =
            switch event.kind {
            case .view: ("views", "views")
            case .addToCart: ("carts", "carts")
            case .checkout: ("checkouts", "checkouts")
            case .purchase: ("purchases", "purchases")
            case .page: ("pages", nil)
            case .session, .refund: nil
            }
        if let (column, traffic) = counted {
            try database.cachedStatement(sql: "UPDATE visit SET \(column) = \(column) + 1 WHERE id = ?").execute(
                arguments: [visit])
            if let traffic {
                try database.cachedStatement(
                    sql: """
                        INSERT INTO traffic_day (item, day, views, carts, checkouts, purchases) VALUES (?, ?, ?, ?, ?, ?)
                        ON CONFLICT DO UPDATE SET \(traffic) = \(traffic) + 1
                        """
                ).execute(arguments: [
                    item, facts.zone.day(of: event.at).number, traffic == "views" ? 1 : 0, traffic == "carts" ? 1 : 0,
                    traffic == "checkouts" ? 1 : 0, traffic == "purchases" ? 1 : 0,
                ])
            }
        }
        try book(before, visit, facts, database)
        if event.kind == .purchase, let number = event.transaction {
            let units = event.product == nil ? 0 : event.quantity
            try see(
                Sighting(
                    number: number, at: event.at, channel: "web", units: units,
                    total: event.value.map {
                        FixedPoint.rounded($0.micros, dividedBy: FixedPoint.powers[6 - facts.currency.decimals])
                    } ?? 0,
                    currency: event.currency ?? facts.currency), adds: true, batch, database)
        }
        return .accepted
    }

    private static func book(_ before: VisitSums?, _ visit: Int64, _ facts: Facts, _ database: Database) throws {
        let after = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT \(VisitSums.columns) FROM visit WHERE id = ?"), arguments: [visit])
        if let after { try VisitSums.book(before, VisitSums(after, zone: facts.zone), database) }
    }

    /// The event's visit, made where it is new, and what it counted for before.
    private static func visit(
        _ facts: Facts, _ database: Database, _ event: WebEvent, session: String, _ batch: Batch
    ) throws -> (id: Int64, before: VisitSums?) {
        let at = event.at.milliseconds
        let origin =
            [event.source, event.medium, event.campaign].contains { $0 != nil }
            ? [event.source, event.medium, event.campaign].map { $0 ?? "" }.joined(separator: " / ").printable : nil
        let found = try Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT \(VisitSums.columns), id FROM visit WHERE source = ? AND visitor = ? AND session = ?
                    """),
            arguments: [batch.source, event.visitor, session])
        guard let found else {
            try database.cachedStatement(
                sql: """
                    INSERT INTO visit (source, visitor, session, first, last, origin, device, region, views, carts,
                        checkouts, purchases, pages, batch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, ?)
                    """
            ).execute(arguments: [
                batch.source, event.visitor, session, at, at, word(database, origin), word(database, event.device),
                word(database, event.region), batch.id,
            ])
            let id = database.lastInsertedRowID
            try add(database, to: "visits", 1)
            return (id, nil)
        }
        let id: Int64 = found["id"]
        // The first event that says where the visit came from decides, whatever the order in which they come.
        let isFirst = at < found["first"] as Int64 || (found["origin"] as Int64?) == nil
        if isFirst || at > found["last"] as Int64 {
            try database.cachedStatement(
                sql: """
                    UPDATE visit SET first = min(first, ?2), last = max(last, ?2),
                        origin = CASE WHEN ?3 THEN coalesce(?4, origin) ELSE origin END,
                        device = coalesce(device, ?5), region = coalesce(region, ?6) WHERE id = ?1
                    """
            ).execute(arguments: [
                id, at, isFirst, word(database, origin), word(database, event.device), word(database, event.region),
            ])
        }
        return (id, VisitSums(found, zone: facts.zone))
    }

    /// Counts the traffic of every product and day anew.
    func rebuildTraffic(_ database: Database) throws {
        var traffic: [DemandKey: (Int64, Int64, Int64, Int64)] = [:]
        let rows = try Row.fetchCursor(database, sql: "SELECT item, at, kind FROM web_event WHERE kind BETWEEN 2 AND 5")
        while let row = try rows.next() {
            let key = DemandKey(product: row[0], pool: 0, day: zone.day(of: Instant(milliseconds: row[1])).number)
            var counts = traffic[key] ?? (0, 0, 0, 0)
            switch row[2] as Int64 {
            case 2: counts.0 += 1
            case 3: counts.1 += 1
            case 4: counts.2 += 1
            default: counts.3 += 1
            }
            traffic[key] = counts
        }
        let insert = try database.cachedStatement(sql: "INSERT INTO traffic_day VALUES (?, ?, ?, ?, ?, ?)")
        for (key, counts) in traffic {
            try insert.execute(arguments: [key.product, key.day, counts.0, counts.1, counts.2, counts.3])
        }
    }

    /// Takes in a cart; an older version is ignored.
    static func take(_ facts: Facts, _ database: Database, _ cart: Cart, _ batch: Batch) throws -> Arrival {
        let found = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT id, at, completed_at FROM cart WHERE source = ? AND number = ?"),
            arguments: [batch.source, cart.id])
        if let found, found[1] as Int64 >= cart.updatedAt.milliseconds {
            return .duplicate
        }
        var value: Int64 = 0
        for line in cart.lines { value &+= line.unitPrice.total(line.quantity, currency: cart.currency) ?? 0 }
        let customer = try cart.customer.map { try Facts.customer(database, $0, of: batch.source) }
        let values: [(any DatabaseValueConvertible)?] = [
            cart.createdAt.milliseconds, cart.updatedAt.milliseconds, cart.completedAt?.milliseconds, customer,
            cart.mayContact, cart.currency.code, value, cart.link, batch.id,
        ]
        let id: Int64
        if let found {
            id = found[0]
            try database.cachedStatement(
                sql: """
                    UPDATE cart SET created_at = ?, at = ?, completed_at = ?, customer = ?, may_contact = ?, currency = ?,
                        value = ?, link = ?, batch = ? WHERE id = ?
                    """
            ).execute(arguments: StatementArguments(values + [id]))
            try database.cachedStatement(sql: "DELETE FROM cart_line WHERE cart = ?").execute(arguments: [id])
        } else {
            try database.cachedStatement(
                sql: """
                    INSERT INTO cart (created_at, at, completed_at, customer, may_contact, currency, value, link, batch,
                        source, number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: StatementArguments(values + [batch.source, cart.id]))
            id = database.lastInsertedRowID
            try add(database, to: "carts", 1)
        }
        for (index, line) in cart.lines.enumerated() {
            try database.cachedStatement(sql: "INSERT INTO cart_line VALUES (?, ?, ?, ?, ?)").execute(
                arguments: [id, index, item(database, line.product), line.quantity, line.unitPrice.micros])
        }
        return found == nil ? .accepted : .replaced
    }

    /// The customer's id; made where the customer is new.
    static func customer(_ database: Database, _ key: String, of source: Int64) throws -> Int64 {
        let find = try database.cachedStatement(sql: "SELECT id FROM customer WHERE source = ? AND key = ?")
        if let id = try Int64.fetchOne(find, arguments: [source, key]) { return id }
        try database.cachedStatement(sql: "INSERT INTO customer (source, key) VALUES (?, ?)").execute(
            arguments: [source, key])
        let id = database.lastInsertedRowID
        try add(database, to: "customers", 1)
        return id
    }
}
