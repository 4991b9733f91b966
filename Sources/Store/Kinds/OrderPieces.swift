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
        let currency = order.currency ?? facts.currency
        if currency != facts.currency {
            let day = facts.zone.day(of: amendment.at)
            guard try rate(database, currency, on: day) != nil else { return .parked(.rate(of: currency, on: day)) }
        }
        let old = try OrderLines.stored(order.id, database)
        var new = old
        for entry in amendment.entries {
            let identity = Interner.identity("amendment \(entry.id)")
            let isEdit = entry.id.hasPrefix(OrderAmendment.edited)
            // An edit never changes, and what the order's document says of its units is lowered by it once.
            if isEdit, old.contains(where: { $0.identity == identity }) { continue }
            let known = entry.line == nil ? OrderBalance.shares(of: identity, in: old) : [identity]
            new.removeAll { known.contains($0.identity) }
            var taken = try line(of: entry, identity: identity, amendment, order, old, facts, database)
            if isEdit, let version = order.version, amendment.at.milliseconds <= version {
                takeOver(&taken, entry, &new)
                if taken.quantity == 0 { continue }
            }
            new.append(taken)
        }
        var balance = OrderBalance(currency, facts, database)
        new = try balance.settled(try new.map(balance.convert).sorted())
        if new == old { return .duplicate }
        try settle(balance.oddities, ofOrder: order.number, batch, database)
        try lines.remove(order.id, database)
        try lines.add(new, to: order.id, pool: order.pool, batch: batch.id, database)
        return .accepted
    }

    /// Takes an edit's units out of those that a newer document calls edited away, and no more of them than that: the
    /// document knows of the edit, and of others that gave units back.
    private static func takeOver(_ edit: inout StoredLine, _ entry: OrderAmendment.Entry, _ lines: inout [StoredLine]) {
        guard let id = entry.line,
            let index = lines.firstIndex(where: { $0.identity == Interner.identity(id) ^ Interner.editMark })
        else { return }
        let units = min(-edit.quantity, -lines[index].quantity)
        if units == -lines[index].quantity {
            edit.quantity = lines[index].quantity
            edit.paid = lines[index].paid
            lines.remove(at: index)
        } else {
            lines[index].quantity += units
            lines[index].paid &-= edit.paid
        }
    }

    private static func line(
        of entry: OrderAmendment.Entry, identity: Int64, _ amendment: OrderAmendment, _ order: StoredOrder,
        _ lines: [StoredLine], _ facts: Facts, _ database: Database
    ) throws -> StoredLine {
        let wanted = entry.line.map { Interner.identity($0) }
        let original = lines.first { $0.identity == wanted }
        let currency = order.currency ?? facts.currency
        let isForeign = currency != facts.currency
        let units = max(1, original?.quantity ?? 1)
        var micros = entry.amount
        if entry.includesTax, let given = micros, let share = order.taxShare {
            micros = UnitPrice(
                micros: Int64(
                    clamping: Exact.rounded(Int128(given.micros) * Int128(share.net), dividedBy: Int128(share.full))))
        }
        let amount =
            micros?.total(1, currency: currency)
            ?? Int64(
                clamping: Exact.rounded(
                    Int128(original?.paid ?? 0) * Int128(entry.quantity), dividedBy: Int128(units)))
        let scale = Int128(FixedPoint.powers[6 - currency.decimals])
        let price =
            entry.quantity == 0
            ? 0 : Int64(clamping: Exact.rounded(Int128(amount) * scale, dividedBy: Int128(entry.quantity)))
        // Only the order knows that its line is a gift card or a tip.
        let isNoProduct = entry.kind == .notProduct || original?.mapped == Int64(LineKind.notProduct.rawValue)
        return StoredLine(
            identity: identity, product: isNoProduct ? 0 : original?.product ?? 0, at: amendment.at.milliseconds,
            mapped: Int64((isNoProduct ? LineKind.notProduct : entry.kind).rawValue), quantity: -entry.quantity,
            price: price, total: -amount, shippedAt: .min, sellable: entry.isSellable.map { $0 ? 1 : 0 } ?? -1,
            foreignPrice: isForeign ? price : .min, foreignTotal: isForeign ? -amount : .min,
            returnedTo: try entry.returnedTo.map { try place(database, $0) } ?? 0)
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
            ).execute(arguments: [id, Interner.identity(line.line), line.quantity])
        }
        let old = try OrderLines.stored(order.id, database)
        let new = try shipped(old, of: order.id, database)
        if new != old {
            try lines.remove(order.id, database)
            try lines.add(new, to: order.id, pool: order.pool, batch: order.batch, database)
        }
        return found == nil ? .accepted : .replaced
    }

    /// Lines with the moment at which the last of their units left, as the order's shipments say. Where a shipment that
    /// was called off had taken units of a line with it, the line has not left by it.
    static func shipped(_ lines: [StoredLine], of document: Int64, _ database: Database) throws -> [StoredLine] {
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT identity, quantity, at, state IN ('shipped', 'delivered') FROM shipment
                    JOIN shipment_line ON shipment = id WHERE document = ? ORDER BY at
                    """), arguments: [document])
        guard !rows.isEmpty else { return lines }
        return lines.map { line in
            guard line.identity != 0, line.quantity > 0 else { return line }
            var (left, line) = (line.quantity, line)
            var isOfShipments = false
            var isCalledOff = false
            for row in rows where row[0] as Int64 == line.identity {
                isOfShipments = isOfShipments || line.shippedAt == row[2] as Int64
                guard row[3] else {
                    isCalledOff = true
                    continue
                }
                left -= row[1] as Int64
                if left <= 0 {
                    line.shippedAt = row[2]
                    return line
                }
            }
            if isCalledOff, isOfShipments { line.shippedAt = .min }
            return line
        }.sorted()
    }

    struct StoredOrder {
        var id, pool, batch: Int64
        var isTest: Bool
        var currency: Currency?
        var number: String
        var version: Int64?
        /// What its total is without tax, and with it.
        var taxShare: (net: Int64, full: Int64)?
    }

    /// The order that a system's other documents call `key`.
    static func order(_ database: Database, _ key: String, of source: Int64) throws -> StoredOrder? {
        let columns = "id, pool, batch, is_test, currency, number, version, net_total, full_total"
        let find = try database.cachedStatement(
            sql: """
                SELECT \(columns) FROM document WHERE source = ?1 AND key = ?2
                UNION ALL SELECT \(columns) FROM document WHERE source = ?1 AND number = ?2 LIMIT 1
                """)
        return try Row.fetchOne(find, arguments: [source, key]).map {
            let (net, full): (Int64?, Int64?) = ($0[7], $0[8])
            return StoredOrder(
                id: $0[0], pool: $0[1], batch: $0[2], isTest: $0[3],
                currency: ($0[4] as String?).flatMap { Currency($0) }, number: $0[5], version: $0[6],
                taxShare: net.flatMap { net in full.map { (net, $0) } })
        }
    }
}
