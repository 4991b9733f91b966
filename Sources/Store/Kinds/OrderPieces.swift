import Domain
import GRDB

// Pieces of an order that its system tells on their own: refunds and edits, shipments. They wait for their order.

extension Facts {
    /// Takes in an amendment: each entry becomes a line of the order, once, whoever tells of it.
    static func take(
        _ facts: Facts, _ database: Database, _ amendment: OrderAmendment, _ batch: Batch, _ lines: inout OrderLines
    ) throws -> Arrival {
        guard let order = try order(database, amendment.order, of: batch.source) else {
            return try isSighted(database, amendment.order, of: batch.source)
                ? .duplicate : .parked(.order(amendment.order))
        }
        guard !order.isTest else { return .accepted }
        let old = try OrderLines.stored(order.id, database)
        var new = old
        for entry in amendment.entries {
            let identity = Interner.hash("amendment \(entry.id)") | 1
            new.removeAll { $0.identity == identity }
            new.append(try line(of: entry, identity: identity, amendment, order, old, facts, database))
        }
        new.sort()
        if new == old { return .duplicate }
        try lines.remove(order.id, database)
        try lines.add(new, to: order.id, pool: order.pool, batch: batch.id, database)
        return .accepted
    }

    private static func line(
        of entry: OrderAmendment.Entry, identity: Int64, _ amendment: OrderAmendment, _ order: StoredOrder,
        _ lines: [StoredLine], _ facts: Facts, _ database: Database
    ) throws -> StoredLine {
        let wanted = entry.line.map { Interner.hash($0) | 1 }
        let original = lines.first { $0.identity == wanted }
        let currency = order.currency ?? facts.currency
        let isForeign = currency != facts.currency
        // What the units cost, after discounts, in the order's currency.
        let paid = original.map { isForeign ? $0.foreignTotal : $0.total } ?? 0
        let units = max(1, original?.quantity ?? 1)
        let amount =
            entry.amount?.total(1, currency: currency)
            ?? Int64(clamping: Exact.rounded(Int128(paid) * Int128(entry.quantity), dividedBy: Int128(units)))
        let scale = Int128(FixedPoint.powers[6 - currency.decimals])
        let price =
            entry.quantity == 0
            ? 0 : Int64(clamping: Exact.rounded(Int128(amount) * scale, dividedBy: Int128(entry.quantity)))
        var line = StoredLine(
            identity: identity, product: original?.product ?? 0, at: amendment.at.milliseconds,
            mapped: Int64(entry.kind.rawValue), quantity: -entry.quantity, price: price, total: -amount,
            shippedAt: .min, sellable: entry.isSellable.map { $0 ? 1 : 0 } ?? -1,
            returnedTo: try entry.returnedTo.map { try place(database, $0) } ?? 0)
        if isForeign {
            let day = facts.zone.day(of: amendment.at)
            guard let rate = try rate(database, currency, on: day) else { return line }
            line.foreignPrice = price
            line.foreignTotal = -amount
            line.price = Exact.price(price, at: rate)
            line.total = Exact.total(-amount, in: currency, at: rate, as: facts.currency)
        }
        return line
    }

    /// Takes in a shipment: the lines of which all units have left are shipped from then on.
    static func take(
        _ facts: Facts, _ database: Database, _ shipment: Shipment, _ batch: Batch, _ lines: inout OrderLines
    ) throws -> Arrival {
        guard let order = try order(database, shipment.order, of: batch.source) else {
            return try isSighted(database, shipment.order, of: batch.source)
                ? .duplicate : .parked(.order(shipment.order))
        }
        let found = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT id, version FROM shipment WHERE source = ? AND number = ?"),
            arguments: [batch.source, shipment.id])
        let version = (shipment.version ?? shipment.at).milliseconds
        if let found, let known = found[1] as Int64?, known >= version { return .duplicate }
        let values: [(any DatabaseValueConvertible)?] = try [
            order.id, shipment.at.milliseconds, version, shipment.place.map { try place(database, $0) },
            word(database, shipment.carrier), shipment.tracking, shipment.state.rawValue, batch.id,
        ]
        let id: Int64
        if let found {
            id = found[0]
            try database.cachedStatement(
                sql: """
                    UPDATE shipment SET document = ?, at = ?, version = ?, place = ?, carrier = ?, tracking = ?, state = ?,
                        batch = ? WHERE id = ?
                    """
            ).execute(arguments: StatementArguments(values + [id]))
            try database.cachedStatement(sql: "DELETE FROM shipment_line WHERE shipment = ?").execute(arguments: [id])
        } else {
            try database.cachedStatement(
                sql: """
                    INSERT INTO shipment (document, at, version, place, carrier, tracking, state, batch, source, number)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: StatementArguments(values + [batch.source, shipment.id]))
            id = database.lastInsertedRowID
            try add(database, to: "shipments", 1)
        }
        for line in shipment.lines {
            try database.cachedStatement(
                sql: """
                    INSERT INTO shipment_line VALUES (?, ?, ?)
                    ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity
                    """
            ).execute(arguments: [id, Interner.hash(line.line) | 1, line.quantity])
        }
        let old = try OrderLines.stored(order.id, database)
        let new = try shipped(old, of: order.id, database)
        if new != old {
            try lines.remove(order.id, database)
            try lines.add(new, to: order.id, pool: order.pool, batch: order.batch, database)
        }
        return found == nil ? .accepted : .replaced
    }

    /// Lines with the moment at which the last of their units left, as the order's shipments say.
    static func shipped(_ lines: [StoredLine], of document: Int64, _ database: Database) throws -> [StoredLine] {
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT identity, quantity, at FROM shipment JOIN shipment_line ON shipment = id
                    WHERE document = ? AND state IN ('shipped', 'delivered') ORDER BY at
                    """), arguments: [document])
        guard !rows.isEmpty else { return lines }
        return lines.map { line in
            guard line.identity != 0, line.quantity > 0 else { return line }
            var (left, line) = (line.quantity, line)
            for row in rows where row[0] as Int64 == line.identity {
                left -= row[1] as Int64
                if left <= 0 {
                    line.shippedAt = row[2]
                    break
                }
            }
            return line
        }.sorted()
    }

    struct StoredOrder {
        var id, pool, batch: Int64
        var isTest: Bool
        var currency: Currency?
    }

    /// The order that a system's other documents call `key`.
    static func order(_ database: Database, _ key: String, of source: Int64) throws -> StoredOrder? {
        let find = try database.cachedStatement(
            sql: """
                SELECT id, pool, batch, is_test, currency FROM document WHERE source = ?1 AND key = ?2
                UNION ALL SELECT id, pool, batch, is_test, currency FROM document WHERE source = ?1 AND number = ?2
                LIMIT 1
                """)
        return try Row.fetchOne(find, arguments: [source, key]).map {
            StoredOrder(
                id: $0[0], pool: $0[1], batch: $0[2], isTest: $0[3],
                currency: ($0[4] as String?).flatMap { Currency($0) })
        }
    }
}

extension Interner {
    /// As `hash` over bytes.
    static func hash(_ text: String) -> Int64 {
        var text = text
        return text.withUTF8 { Int64(bitPattern: hash($0)) }
    }
}
