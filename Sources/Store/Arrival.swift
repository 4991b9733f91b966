import Domain
import GRDB

/// What the store makes of one fact that comes alone.
public enum Arrival: Sendable, Equatable {
    /// New.
    case accepted
    /// Newer than what was stored.
    case replaced
    /// Known already, or older than what is known.
    case duplicate
    /// Refers to something that has not come yet.
    case parked(Awaited)
}

/// What a fact waits for.
public struct Awaited: Sendable, Equatable {
    /// What kind of thing: `product:` and the scheme of its code, `order`, `rate`.
    public var kind: String
    /// Its code, key or currency.
    public var name: String
    /// What is missing and when it is tried again, in a sentence.
    public var reason: String

    /// Something that has not come yet.
    public init(kind: String, name: String, reason: String) {
        self.kind = kind
        self.name = name
        self.reason = reason
    }

    /// The word for why a row waits: a rule wants a person to look, or something has not come.
    public var code: String { kind == Awaited.person ? Awaited.personCode : "unknown-reference" }

    /// The kind of what waits for somebody to let it in.
    public static let person = "person"
    /// The word for why that waits.
    public static let personCode = "rule"

    /// A product that nobody has named yet.
    public static func product(_ product: ProductReference) -> Awaited {
        Awaited(
            kind: "product:\(product.scheme)", name: product.value,
            reason: "no product is known as '\(product)'; it is taken in as soon as a catalogue or an order names it")
    }

    /// An order that has not come yet.
    public static func order(_ key: String) -> Awaited {
        Awaited(
            kind: "order", name: key,
            reason: "no order '\(key.printable)' is known yet; it is taken in as soon as that comes")
    }

    /// A rate of exchange.
    public static func rate(of currency: Currency, on day: Day) -> Awaited {
        Awaited(
            kind: "rate", name: currency.code,
            reason: "no rate of \(currency) is known for \(day) or the \(Facts.rateLife) days before it; "
                + "import rates (currency,day,rate) and it is taken in")
    }
}

extension Facts {
    /// Takes in a supplier's terms; the last said for the same first day of validity hold.
    static func take(_ facts: Facts, _ database: Database, _ offer: Offer, _ batch: Batch) throws -> Arrival {
        guard let product = try find(database, offer.sku) else { return unknown(offer.sku) }
        try noteChange(of: product, database)
        let supplier = try supplier(database, offer.supplier)
        let from = offer.validFrom?.number ?? Int32.min
        let values: [(any DatabaseValueConvertible)?] = [
            offer.validTo?.number, offer.cost?.micros, offer.currency.code, offer.minimumQuantity, offer.pack,
            offer.leadTimeDays, offer.leadTimeSpread, offer.expediteDays,
        ]
        let found = try Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT valid_to, cost, currency, minimum, pack, lead_time, spread, expedite FROM offer
                    WHERE product = ? AND supplier = ? AND valid_from = ?
                    """), arguments: [product, supplier, from])
        if let found, same(found, values) { return .duplicate }
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO offer (supplier, product, valid_from, valid_to, cost, currency, minimum, pack,
                    lead_time, spread, expedite, batch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: StatementArguments([supplier, product, from] + values + [batch.id]))
        if found == nil { try add(database, to: "offers", 1) }
        return found == nil ? .accepted : .replaced
    }

    /// Takes in when a supplier takes orders; the last said holds.
    static func take(
        _ facts: Facts, _ database: Database, _ calendar: SupplierCalendar, _ batch: Batch
    ) throws -> Arrival {
        let supplier = try supplier(database, calendar.supplier)
        let days = calendar.orderDays.isEmpty ? 127 : calendar.orderDays.reduce(0) { $0 | 1 << $1.rawValue }
        let found = try Facts.calendar(database, supplier)
        if found == Facts.normal(calendar) { return .duplicate }
        try database.execute(
            sql: """
                UPDATE supplier SET order_days = ?, cut_off = ?, minimum_order_value = ?, has_calendar = 1 WHERE id = ?
                """, arguments: [days, calendar.cutOff?.minutes, calendar.minimumOrderValue, supplier])
        try database.execute(sql: "DELETE FROM closure WHERE supplier = ?", arguments: [supplier])
        for closure in calendar.closures {
            try database.execute(
                sql: "INSERT OR IGNORE INTO closure VALUES (?, ?, ?)",
                arguments: [supplier, closure.lowerBound.number, closure.upperBound.number])
        }
        if found == nil { try add(database, to: "calendars", 1) }
        return found == nil ? .accepted : .replaced
    }

    private static let counts = FactTable(
        "stock_count", tally: "stockCounts", keys: ["product", "place", "at", "state", "source"], values: ["quantity"])

    private static let lotCounts = FactTable(
        "lot_count", tally: "lotCounts",
        keys: ["product", "place", "at", "state", "source", "lot", "expires_on"], values: ["quantity"])

    /// Takes in a stock count. Of two counts of one product, place, moment and source the later import holds. What was
    /// counted by lot adds up, unless its source says of the same moment what all lots come to.
    static func take(_ facts: Facts, _ database: Database, _ count: StockCount, _ batch: Batch) throws -> Arrival {
        guard let product = try find(database, count.product) else { return unknown(count.product) }
        try noteChange(of: product, database)
        let key: [any DatabaseValueConvertible] = try [
            product, place(database, count.place), count.countedAt.milliseconds, count.state.rawValue, batch.source,
        ]
        let isThisCount = "product = ? AND place = ? AND at = ? AND state = ? AND source = ?"
        let isOfLots = try Bool.fetchOne(
            database.cachedStatement(sql: "SELECT is_of_lots FROM stock_count WHERE \(isThisCount)"),
            arguments: StatementArguments(key))
        guard count.lot != nil || count.expiresOn != nil else {
            if isOfLots == true {
                try database.cachedStatement(sql: "DELETE FROM stock_count WHERE \(isThisCount)").execute(
                    arguments: StatementArguments(key))
                try add(database, to: "stockCounts", -1)
            }
            return try counts.keep(key, [count.quantity], of: batch, database)
        }
        let arrival = try lotCounts.keep(
            key + [count.lot ?? "", count.expiresOn?.number ?? .min], [count.quantity], of: batch, database)
        guard isOfLots != false, arrival != .duplicate else { return arrival }
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO stock_count (product, place, at, state, source, quantity, batch, is_of_lots)
                SELECT product, place, at, state, source, sum(quantity), max(batch), 1 FROM lot_count WHERE \(isThisCount)
                """
        ).execute(arguments: StatementArguments(key))
        if isOfLots == nil { try add(database, to: "stockCounts", 1) }
        return arrival
    }

    /// Takes in a purchase line as its system of record states it; what was received is kept with its time.
    static func take(_ facts: Facts, _ database: Database, _ line: PurchaseLine, _ batch: Batch) throws
        -> Arrival
    {
        guard let product = try find(database, line.product) else { return unknown(line.product) }
        try noteChange(of: product, database)
        let supplier = try supplier(database, line.supplier)
        let place = try place(database, line.place)
        let values: [(any DatabaseValueConvertible)?] = [
            supplier, product, place, line.quantity, line.received, line.cost?.micros, line.currency.code,
            line.orderedOn.number, line.expectedOn?.number, line.state.rawValue, line.reference, line.invoiced,
            line.invoicedAmount,
        ]
        let found = try Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT supplier, product, place, quantity, received, cost, currency, ordered_on, expected_on, state,
                        reference, invoiced, invoiced_amount, id, batch FROM purchase_line WHERE source = ? AND number = ? AND line = ?
                    """), arguments: [batch.source, line.order, line.line])
        let id: Int64
        if let found {
            id = found[13]
            if same(found, values) {
                return try note(receiptOf: line, id, wasKnown: true, batch, database, facts)
                    ? .replaced : .duplicate
            }
            try database.cachedStatement(
                sql: """
                    UPDATE purchase_line SET supplier = ?, product = ?, place = ?, quantity = ?, received = ?, cost = ?,
                        currency = ?, ordered_on = ?, expected_on = ?, state = ?, reference = ?, invoiced = ?,
                        invoiced_amount = ?, batch = ? WHERE id = ?
                    """
            ).execute(arguments: StatementArguments(values + [batch.id, id]))
            if found[11] != line.invoiced || found[12] != line.invoicedAmount {
                try note(invoicesOf: line, id, batch, database)
            }
        } else {
            try database.cachedStatement(
                sql: """
                    INSERT INTO purchase_line (source, number, line, supplier, product, place, quantity, received, cost,
                        currency, ordered_on, expected_on, state, reference, invoiced, invoiced_amount, batch)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(
                arguments: StatementArguments([batch.source, line.order, line.line] + values + [batch.id]))
            id = database.lastInsertedRowID
            try add(database, to: "purchaseLines", 1)
            if line.invoiced != nil || line.invoicedAmount != nil { try note(invoicesOf: line, id, batch, database) }
        }
        _ = try note(receiptOf: line, id, wasKnown: found != nil, batch, database, facts)
        return found == nil ? .accepted : .replaced
    }

    /// Notes what is said of a purchase line's invoices from this batch on.
    private static func note(
        invoicesOf line: PurchaseLine, _ purchase: Int64, _ batch: Batch, _ database: Database
    ) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO invoice_word VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET
                    invoiced = excluded.invoiced, invoiced_amount = excluded.invoiced_amount
                """
        ).execute(arguments: [purchase, batch.id, line.invoiced, line.invoicedAmount])
    }

    /// Notes when a purchase line's units came, and says whether that was news.
    ///
    /// Without its own time, what an earlier import did not yet show came between that import and this one, and is dated
    /// now; what the line showed from the first is as old as the order, so that a later count has seen it. A time that is
    /// said later takes the place of either.
    private static func note(
        receiptOf line: PurchaseLine, _ purchase: Int64, wasKnown: Bool, _ batch: Batch, _ database: Database,
        _ facts: Facts
    ) throws -> Bool {
        guard line.received > 0 else { return false }
        let at: Instant
        if let said = line.receivedAt {
            at = said
            try database.cachedStatement(sql: "DELETE FROM receipt WHERE purchase = ? AND at <> ? AND received = ?")
                .execute(arguments: [purchase, said.milliseconds, line.received])
        } else {
            let known = try database.cachedStatement(sql: "SELECT 1 FROM receipt WHERE purchase = ? AND received >= ?")
            if try Int.fetchOne(known, arguments: [purchase, line.received]) != nil { return false }
            at = wasKnown ? batch.startedAt : facts.zone.instant(day: line.orderedOn)
        }
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO receipt (purchase, at, received, is_guess) VALUES (?, ?, ?, ?)
                ON CONFLICT (purchase, at) DO UPDATE SET received = excluded.received WHERE received <> excluded.received
                """)
        try insert.execute(arguments: [purchase, at.milliseconds, line.received, line.receivedAt == nil && !wasKnown])
        return database.changesCount > 0
    }

    static func unknown(_ sku: SKU) -> Arrival { unknown(ProductReference(sku)) }

    static func unknown(_ product: ProductReference) -> Arrival { .parked(.product(product)) }

    private static func same(_ row: Row, _ values: [(any DatabaseValueConvertible)?]) -> Bool {
        for (index, value) in values.enumerated() {
            let stored: DatabaseValue = row[index]
            if stored != value?.databaseValue ?? .null { return false }
        }
        return true
    }

    private static func normal(_ calendar: SupplierCalendar) -> SupplierCalendar {
        var calendar = calendar
        let days = calendar.orderDays.isEmpty ? Weekday.allCases : calendar.orderDays
        calendar.orderDays = Set(days).sorted { $0.rawValue < $1.rawValue }
        calendar.closures = Set(calendar.closures).sorted {
            ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
        }
        return calendar
    }
}
