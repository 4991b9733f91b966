import Domain
import GRDB

/// Two or more sources that say different things of one thing. All are kept; one of them holds.
public struct Disagreement: Sendable, Hashable {
    /// What one source says.
    public struct Word: Sendable, Hashable {
        /// The system.
        public var system: String
        /// Its value as text: units, an amount, a name.
        public var value: String
        /// Since when it says so.
        public var at: Instant
    }

    /// What it is about: `stock`, `costs`, `orders` and so on.
    public var field: String
    /// Of what: a SKU, with the place for stock, or an order's number.
    public var subject: String
    /// What each says; the first is the one that holds.
    public var words: [Word]
    /// Whether `[records]` says whose word counts, so that the first holds by rule and not by being the newest.
    public var isDecided: Bool
}

/// How far the systems that count the same shelves agree.
public struct StockAgreement: Sendable {
    /// Products and places that several systems count.
    public var compared = 0
    /// Those on which they differ.
    public var disagreements: [Disagreement] = []
}

extension Facts {
    /// Where several systems count the same shelves, what each of them makes of the stock now: its own last count, rolled
    /// forward by the same sales, receipts and moves.
    public func stockAgreement(asOf now: Instant) throws -> StockAgreement {
        try database.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    WITH contested AS (
                        SELECT product, place FROM stock_count GROUP BY product, place HAVING count(DISTINCT source) > 1),
                    last AS (
                        SELECT product, place, source, max(at) AS at FROM stock_count JOIN contested
                        USING (product, place) WHERE at <= ? GROUP BY product, place, source)
                    SELECT product.id, sku, place.pool, place.id, source.system, last.at, state, quantity, rank, pool.name
                    FROM last JOIN stock_count USING (product, place, source, at)
                    JOIN product ON product.id = last.product JOIN place ON place.id = last.place
                    JOIN pool ON pool.id = place.pool JOIN source ON source.id = last.source
                    LEFT JOIN precedence ON precedence.system = source.system AND precedence.field = 'stock'
                    -- On hand before available: at one moment it says more.
                    ORDER BY sku, place.pool, coalesce(rank, 1000000), last.at DESC, source.system, place.id, state DESC
                    """, arguments: [now.milliseconds])
            var agreement = StockAgreement()
            var start = 0
            while start < rows.count {
                var end = start
                while end < rows.count, rows[end][0] == rows[start][0] as Int64, rows[end][2] == rows[start][2] as Int64
                {
                    end += 1
                }
                try compare(Array(rows[start..<end]), now, &agreement, database)
                start = end
            }
            return agreement
        }
    }

    /// Compares what the sources make of one product in one pool.
    private func compare(
        _ rows: [Row], _ now: Instant, _ agreement: inout StockAgreement, _ database: Database
    ) throws {
        struct Said {
            var places: Set<Int64> = []
            var units: Int64 = 0
            var since = Int64.max
            var isOnHand = false
        }
        guard let first = rows.first else { return }
        let (product, pool): (Int64, Int64) = (first[0], first[2])
        let events = try StockEvents(product: product, pool: pool, zone: zone, database)
        var order: [String] = []
        var said: [String: Said] = [:]
        for row in rows {
            let (place, system, at): (Int64, String, Int64) = (row[3], row[4], row[5])
            if said[system] == nil { order.append(system) }
            var known = said[system] ?? Said()
            // Counted both ways at one moment: the first row, on hand, is the one that stands.
            guard known.places.insert(place).inserted else { continue }
            let receipts = try StockEvents.receipts(of: product, at: place, zone: zone, database)
            known.units += (row[7] as Int64) + receipts.sum(after: at, until: now.milliseconds)
            known.since = min(known.since, at)
            if row[6] as String == StockState.onHand.rawValue { known.isOnHand = true }
            said[system] = known
        }
        // Who counts other places tells of other stock.
        guard let places = order.first.flatMap({ said[$0]?.places }) else { return }
        let words = order.compactMap { system -> (system: String, units: Int64, since: Int64)? in
            guard let said = said[system], said.places == places else { return nil }
            // What is promised but has not left is on hand, and not available: compared as what can be sold.
            let left = events.ordered.sum(after: said.since, until: now.milliseconds)
            let promised =
                said.isOnHand
                ? events.ordered.sum(after: .min, until: said.since)
                    - events.shipped.sum(after: .min, until: said.since)
                : 0
            let adjusted = events.adjusted.sum(after: said.since, until: now.milliseconds)
            return (system, said.units + adjusted - left - promised, said.since)
        }
        guard words.count > 1 else { return }
        agreement.compared += 1
        guard Set(words.map(\.units)).count > 1 else { return }
        let pools: String = first[9]
        agreement.disagreements.append(
            Disagreement(
                field: Contested.stock.rawValue,
                subject: pools.isEmpty ? first[1] : "\(first[1] as String) at \(pools)",
                words: words.map {
                    .init(system: $0.system, value: String($0.units), at: Instant(milliseconds: $0.since))
                }, isDecided: rows.contains { $0[8] as Int64? != nil }))
    }

    /// Fields of products of which several systems say different things, by SKU.
    ///
    /// - Parameter field: that one alone; all where nil.
    public func productDisagreements(on field: Contested? = nil, limit: Int) throws -> [Disagreement] {
        try database.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    WITH contested AS (
                        SELECT product, field FROM claim WHERE ?1 IS NULL OR field = ?1
                        GROUP BY product, field HAVING count(DISTINCT value) > 1),
                    chosen AS (SELECT product, field, sku FROM contested JOIN product ON product.id = product
                        ORDER BY sku, field LIMIT ?2)
                    SELECT sku, claim.field, source.system, value, at, rank FROM chosen JOIN claim USING (product, field)
                    \(Facts.claimants) ORDER BY sku, claim.field, \(Facts.claimOrder)
                    """, arguments: [field?.rawValue, limit])
            var found: [Disagreement] = []
            for row in rows {
                let (sku, field): (String, String) = (row[0], row[1])
                let value = Contested(rawValue: field)?.text(row[3]) ?? "?"
                let word = Disagreement.Word(system: row[2], value: value, at: Instant(milliseconds: row[4]))
                if let last = found.last, last.subject == sku, last.field == field {
                    found[found.count - 1].words.append(word)
                    found[found.count - 1].isDecided = last.isDecided || row[5] as Int64? != nil
                } else {
                    found.append(
                        Disagreement(
                            field: field, subject: sku, words: [word], isDecided: row[5] as Int64? != nil))
                }
            }
            return found
        }
    }

    /// Orders that a system which is not of record saw otherwise than the one that is, or that only it saw; the newest
    /// first. One that came within the last day may still be on its way.
    public func orderDisagreements(asOf now: Instant, limit: Int) throws -> [Disagreement] {
        try database.read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT sighting.number, source.system, sighting.at, units, total, sighting.currency, record.id,
                        owner.system, record.currency, record.at
                    FROM sighting JOIN source ON source.id = sighting.source
                    LEFT JOIN document AS record ON record.id = (SELECT document.id FROM source AS other
                        JOIN document ON document.source = other.id
                            AND document.number IN (sighting.number, '#' || sighting.number)
                        UNION ALL SELECT document.id FROM source AS other
                        JOIN document ON document.source = other.id AND document.key = sighting.number LIMIT 1)
                    LEFT JOIN source AS owner ON owner.id = record.source
                    WHERE sighting.at <= ? ORDER BY sighting.at DESC, sighting.number
                    """, arguments: [now.adding(seconds: -86_400).milliseconds])
            var found: [Disagreement] = []
            while found.count < limit, let row = try rows.next() {
                let number: String = row[0]
                let seen = Disagreement.Word(
                    system: row[1], value: sum(units: row[3], total: row[4], currency: row[5]),
                    at: Instant(milliseconds: row[2]))
                guard let record = row[6] as Int64? else {
                    found.append(Disagreement(field: "orders", subject: number, words: [seen], isDecided: true))
                    continue
                }
                let sold = try Row.fetchOne(
                    database.cachedStatement(
                        sql: """
                            SELECT total(quantity), total(coalesce(foreign_total, total)) FROM order_line
                            WHERE document = ? AND mapped = 1
                            """), arguments: [record])
                let code = row[8] as String? ?? currency.code
                let told = sum(
                    units: Int64(sold?[0] as Double? ?? 0), total: Int64(sold?[1] as Double? ?? 0), currency: code)
                guard told != seen.value else { continue }
                let held = Disagreement.Word(
                    system: row[7], value: told, at: Instant(milliseconds: row[9] as Int64? ?? row[2]))
                found.append(Disagreement(field: "orders", subject: number, words: [held, seen], isDecided: true))
            }
            return found
        }
    }

    private func sum(units: Int64, total: Int64, currency: String) -> String {
        let amount = Currency(currency).map { Money(minor: total, currency: $0).description } ?? "\(total) \(currency)"
        return "\(units) units, \(amount)"
    }
}
