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
    /// Takes in an event. It is known by its visit, its moment, its kind and its product: sources give no other id. Told
    /// again with other values, as by a day's table that is written anew, it takes the place of what was told before.
    ///
    /// A purchase counts once, however often its page is loaded again: of all events of a transaction the first does.
    static func take(_ facts: Facts, _ database: Database, _ event: WebEvent, _ batch: Batch) throws -> Arrival {
        // Events without a visit's number are visits of their own day.
        let session = event.session ?? facts.zone.day(of: event.at).description
        let isReload = try isReload(facts, database, event, session: session, batch)
        let at = event.at.milliseconds
        let (visit, before) = try visit(facts, database, event, session: session, batch)
        if isReload {
            // It may be the first that names the visit's device: what is known of a visit is booked all the same.
            try book(before, visit, facts, database)
            return .duplicate
        }
        let item = try item(database, event.product)
        let told = ToldEvent(event)
        let found = try database.rareRow(
            "SELECT quantity, value, number, batch FROM web_event WHERE visit = ? AND at = ? AND kind = ? AND item = ?",
            of: [visit, at, event.kind.code, item])
        if let found {
            try book(before, visit, facts, database)
            let known = ToldEvent(found)
            // Within one import the greater holds, so that the order of rows leaves no trace.
            if known == told || (found["batch"] as Int64 == batch.id && told < known) { return .duplicate }
            try database.cachedStatement(
                sql: """
                    UPDATE web_event SET quantity = ?, value = ?, number = ?, batch = ?
                    WHERE visit = ? AND at = ? AND kind = ? AND item = ?
                    """
            ).execute(arguments: [
                told.quantity, told.value, told.number, batch.id, visit, at, event.kind.code, item,
            ])
            try see(known, of: event, sign: -1, facts, batch, database)
            try see(told, of: event, sign: 1, facts, batch, database)
            return .replaced
        }
        let insert = BulkStatement(
            try database.cachedStatement(sql: "INSERT INTO web_event VALUES (?, ?, ?, ?, ?, ?, ?, ?)"))
        insert.bind([visit, at, event.kind.code, item, told.quantity])
        insert.bind(6, told.value)
        insert.bind(7, told.number)
        insert.bind(8, batch.id)
        try insert.run()
        try count(event.kind, item, at, of: visit, 1, facts, database)
        try book(before, visit, facts, database)
        try see(told, of: event, sign: 1, facts, batch, database)
        return .accepted
    }

    /// Counts an event, or takes it out of the counts.
    private static func count(
        _ kind: WebEvent.Kind, _ item: Int64, _ at: Int64, of visit: Int64, _ sign: Int64, _ facts: Facts,
        _ database: Database
    ) throws {
        try add(database, to: "webEvents", Int(sign))
        let (column, traffic): (String, String?)
        switch kind {
        case .view: (column, traffic) = ("views", "views")
        case .addToCart: (column, traffic) = ("carts", "carts")
        case .checkout: (column, traffic) = ("checkouts", "checkouts")
        case .purchase: (column, traffic) = ("purchases", "purchases")
        case .page: (column, traffic) = ("pages", nil)
        case .session, .refund: return
        }
        let update = BulkStatement(
            try database.cachedStatement(sql: "UPDATE visit SET \(column) = \(column) + ? WHERE id = ?"))
        update.bind([sign, visit])
        try update.run()
        guard let traffic else { return }
        let day = facts.zone.day(of: Instant(milliseconds: at)).number
        let book = BulkStatement(
            try database.cachedStatement(
                sql: """
                    INSERT INTO traffic_day (item, day, views, carts, checkouts, purchases) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET views = views + excluded.views, carts = carts + excluded.carts,
                        checkouts = checkouts + excluded.checkouts, purchases = purchases + excluded.purchases
                    """))
        let counts = ["views", "carts", "checkouts", "purchases"].map { $0 == traffic ? sign : 0 }
        book.bind([item, Int64(day)] + counts)
        try book.run()
        guard sign < 0 else { return }
        try database.cachedStatement(
            sql: """
                DELETE FROM traffic_day WHERE item = ? AND day = ? AND views = 0 AND carts = 0 AND checkouts = 0
                    AND purchases = 0
                """
        ).execute(arguments: [item, day])
    }

    /// What a web shop says of an order, as its recorder's word is compared with.
    private static func see(
        _ told: ToldEvent, of event: WebEvent, sign: Int64, _ facts: Facts, _ batch: Batch, _ database: Database
    ) throws {
        guard event.kind == .purchase, let number = told.number else { return }
        let currency = event.currency ?? facts.currency
        let total = FixedPoint.rounded(told.value ?? 0, dividedBy: FixedPoint.powers[6 - currency.decimals])
        try see(
            Sighting(
                number: number, at: event.at, channel: "web", units: sign * told.quantity, total: sign * total,
                currency: currency), adds: true, batch, database)
        guard sign < 0 else { return }
        try database.cachedStatement(
            sql: """
                DELETE FROM sighting WHERE source = ?1 AND number = ?2 AND NOT EXISTS (
                    SELECT 1 FROM web_event JOIN visit ON visit.id = visit WHERE number = ?2 AND visit.source = ?1)
                """
        ).execute(arguments: [batch.source, number])
        if database.changesCount > 0 { try add(database, to: "sightings", -1) }
    }

    /// Whether a purchase's transaction was told of an earlier moment already; what was told of later ones is taken out.
    private static func isReload(
        _ facts: Facts, _ database: Database, _ event: WebEvent, session: String, _ batch: Batch
    ) throws -> Bool {
        guard event.kind == .purchase, let number = event.transaction else { return false }
        let others = try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT quantity, value, number, visit, at, item, visitor, session FROM web_event
                    JOIN visit ON visit.id = visit WHERE number = ? AND kind = ? AND source = ?
                    """), arguments: [number, event.kind.code, batch.source])
        let own = (event.at.milliseconds, event.visitor, session)
        var later: [Row] = []
        for row in others {
            let other: (Int64, String, String) = (row["at"], row["visitor"], row["session"])
            if other < own { return true }
            if other > own { later.append(row) }
        }
        for row in later {
            let (visit, at, item): (Int64, Int64, Int64) = (row["visit"], row["at"], row["item"])
            let before = try sums(of: visit, facts, database)
            try database.cachedStatement(
                sql: "DELETE FROM web_event WHERE visit = ? AND at = ? AND kind = ? AND item = ?"
            ).execute(arguments: [visit, at, event.kind.code, item])
            try count(event.kind, item, at, of: visit, -1, facts, database)
            try book(before, visit, facts, database)
            try see(ToldEvent(row), of: event, sign: -1, facts, batch, database)
        }
        return false
    }

    private static let sumsOfVisit = "SELECT \(VisitSums.columns) FROM visit WHERE id = ?"
    private static let knownVisit =
        "SELECT \(VisitSums.columns), id, origin_at FROM visit WHERE source = ? AND visitor = ? AND session = ?"

    private static func sums(of visit: Int64, _ facts: Facts, _ database: Database) throws -> VisitSums? {
        let find = BulkStatement(try database.cachedStatement(sql: sumsOfVisit))
        find.bind(1, visit)
        return try find.first { VisitSums($0, zone: facts.zone) }
    }

    private static func book(_ before: VisitSums?, _ visit: Int64, _ facts: Facts, _ database: Database) throws {
        if let after = try sums(of: visit, facts, database) { try VisitSums.book(before, after, database) }
    }

    /// The event's visit, made where it is new, and what it counted for before.
    ///
    /// Where it came from is what the earliest of its events that says so says, whatever the order in which they come.
    private static func visit(
        _ facts: Facts, _ database: Database, _ event: WebEvent, session: String, _ batch: Batch
    ) throws -> (id: Int64, before: VisitSums?) {
        let at = event.at.milliseconds
        let words = [event.source, event.medium, event.campaign]
        let origin =
            words.contains { $0 != nil } ? words.map { $0 ?? "" }.joined(separator: " / ").printable : nil
        let find = BulkStatement(try database.cachedStatement(sql: knownVisit))
        find.bind(1, batch.source)
        find.bind(2, event.visitor)
        find.bind(3, session)
        let found = try find.first { column in
            (
                sums: VisitSums(column, zone: facts.zone), origin: column(1), device: column(2), region: column(3),
                first: column(4) ?? at, last: column(5) ?? at, id: column(11) ?? 0, originAt: column(12)
            )
        }
        guard let found else {
            let insert = BulkStatement(
                try database.cachedStatement(
                    sql: """
                        INSERT INTO visit (source, visitor, session, first, last, origin, device, region, views, carts,
                            checkouts, purchases, pages, batch, origin_at)
                            VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, ?, ?)
                        """))
            insert.bind(all: [
                batch.source, event.visitor, session, at, at, try word(database, origin),
                try word(database, event.device), try word(database, event.region), batch.id, origin == nil ? nil : at,
            ])
            try insert.run()
            let id = database.lastInsertedRowID
            try add(database, to: "visits", 1)
            return (id, nil)
        }
        var (known, knownAt) = (found.origin, found.originAt)
        if let origin {
            // Visits of before the moment was kept have it from their first event.
            let before = knownAt ?? (known == nil ? .max : found.first)
            if at < before {
                (known, knownAt) = (try word(database, origin), at)
            } else if at == before {
                known = try smaller(known, origin, database)
            }
        }
        let (newDevice, newRegion) = (
            try smaller(found.device, event.device, database), try smaller(found.region, event.region, database)
        )
        if at < found.first || at > found.last || known != found.origin || knownAt != found.originAt
            || newDevice != found.device || newRegion != found.region
        {
            try database.cachedStatement(
                sql: """
                    UPDATE visit SET first = min(first, ?2), last = max(last, ?2), origin = ?3, origin_at = ?4,
                        device = ?5, region = ?6 WHERE id = ?1
                    """
            ).execute(arguments: [found.id, at, known, knownAt, newDevice, newRegion])
        }
        return (found.id, found.sums)
    }

    /// Of two words the one that comes first in the alphabet: any of them will do, but always the same.
    private static func smaller(_ known: Int64?, _ text: String?, _ database: Database) throws -> Int64? {
        guard let told = try word(database, text), told != known else { return known }
        guard let known else { return told }
        let find = try database.cachedStatement(sql: "SELECT text FROM word WHERE id = ?")
        guard let spelled = try String.fetchOne(find, arguments: [known]), let text else { return told }
        return text < spelled ? told : known
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
}

/// What an event says besides who, when and of what.
private struct ToldEvent: Equatable {
    let quantity: Int64
    let value: Int64?
    let number: String?

    init(_ event: WebEvent) { (quantity, value, number) = (event.quantity, event.value?.micros, event.transaction) }

    /// A row with these columns.
    init(_ row: Row) { (quantity, value, number) = (row["quantity"], row["value"], row["number"]) }

    static func < (left: ToldEvent, right: ToldEvent) -> Bool {
        (left.quantity, left.value ?? .min, left.number ?? "") < (
            right.quantity, right.value ?? .min, right.number ?? ""
        )
    }
}
