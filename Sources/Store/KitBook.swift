import Domain
import GRDB

/// What kits are made of, however deep: a kit that is ordered is demand for all that is in it.
final class KitBook {
    private let database: Database
    private let isEmpty: Bool
    private var known: [Int64: [(part: Int64, quantity: Int64)]] = [:]

    init(_ database: Database) throws {
        self.database = database
        isEmpty = try Int.fetchOne(database.cachedStatement(sql: "SELECT 1 FROM kit_part LIMIT 1")) == nil
    }

    /// Adds the units of a kit to the days of its parts.
    func explode(_ key: DemandKey, units: Int64, _ void: ForecastVoid) throws {
        guard !isEmpty, units != 0 else { return }
        for (part, quantity) in try parts(of: key.product) {
            try void.note(DemandKey(product: part, pool: key.pool, day: key.day))
            try database.cachedStatement(
                sql: """
                    INSERT INTO demand_day VALUES (?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ?, 0)
                    ON CONFLICT (product, pool, day) DO UPDATE SET kits = kits + excluded.kits
                    """
            ).execute(arguments: [part, key.pool, key.day, units &* quantity])
            try database.cachedStatement(
                sql: "DELETE FROM demand_day WHERE product = ? AND pool = ? AND day = ? AND lines = 0 AND kits = 0"
            ).execute(arguments: [part, key.pool, key.day])
        }
    }

    /// What leaves the shelf when the product is sold: itself, and its parts where it is a kit.
    func stocked(_ product: Int64) throws -> [Int64] {
        isEmpty ? [product] : [product] + (try parts(of: product)).map(\.part)
    }

    private func parts(of kit: Int64) throws -> [(part: Int64, quantity: Int64)] {
        if let cached = known[kit] { return cached }
        let found = try Row.fetchAll(
            database.cachedStatement(sql: "SELECT part, quantity FROM kit_part WHERE kit = ?"), arguments: [kit]
        ).map { (part: $0[0] as Int64, quantity: $0[1] as Int64) }
        known[kit] = found
        return found
    }
}

extension Facts {
    /// What each kit is made of, as sources say; kits that are made of themselves are none.
    public func kits() throws -> [Int64: [(component: Int64, quantity: Int64)]] {
        try database.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT kit, component, quantity FROM kit WHERE kit IN (SELECT kit FROM kit_part)
                    ORDER BY kit, component
                    """)
            return Dictionary(grouping: rows) { $0[0] as Int64 }.mapValues { $0.map { ($0[1], $0[2]) } }
        }
    }

    /// Takes in a component of a kit; the history of the component's demand follows.
    static func take(_ facts: Facts, _ database: Database, _ part: KitComponent, _ batch: Batch) throws -> Arrival {
        guard let kit = try find(database, part.kit) else { return unknown(part.kit) }
        guard let component = try find(database, part.component) else { return unknown(part.component) }
        let found = try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT quantity FROM kit WHERE kit = ? AND component = ?"),
            arguments: [kit, component])
        if (found ?? 0) == part.quantity { return .duplicate }
        if part.quantity == 0 {
            try database.execute(sql: "DELETE FROM kit WHERE kit = ? AND component = ?", arguments: [kit, component])
        } else {
            try database.cachedStatement(sql: "INSERT OR REPLACE INTO kit VALUES (?, ?, ?, ?)").execute(
                arguments: [kit, component, part.quantity, batch.id])
        }
        if part.quantity == 0 || found == nil { try add(database, to: "kitComponents", found == nil ? 1 : -1) }
        try unfold(kit, database)
        return found == nil ? .accepted : .replaced
    }

    /// Works out anew what is in a kit and in those that hold it, and the demand for what that changes.
    static func unfold(_ kit: Int64, _ database: Database) throws {
        let holders = try Int64.fetchAll(
            database.cachedStatement(
                sql: """
                    WITH RECURSIVE holder (kit) AS (
                        SELECT ?1 UNION SELECT kit.kit FROM holder JOIN kit ON kit.component = holder.kit)
                    SELECT kit FROM holder
                    """), arguments: [kit])
        var changed: Set<Int64> = []
        for holder in holders {
            let old = try Row.fetchAll(
                database.cachedStatement(sql: "SELECT part, quantity FROM kit_part WHERE kit = ?"), arguments: [holder])
            let before = Dictionary(uniqueKeysWithValues: old.map { ($0[0] as Int64, $0[1] as Int64) })
            var unfolding = Unfolding(database)
            let parts = try unfolding.parts(of: holder)
            try flag(holder, isOfItself: parts == nil, database)
            let after = parts ?? [:]
            guard before != after else { continue }
            try database.execute(sql: "DELETE FROM kit_part WHERE kit = ?", arguments: [holder])
            for (part, quantity) in after {
                try database.execute(sql: "INSERT INTO kit_part VALUES (?, ?, ?)", arguments: [holder, part, quantity])
            }
            changed.formUnion(Set(before.keys).union(after.keys).filter { before[$0] != after[$0] })
            changed.insert(holder)
        }
        for product in changed {
            try explodeAnew(product, database)
            try noteChange(of: product, database)
        }
    }

    /// Counts the demand that kits make for a product from what was ordered of them.
    static func explodeAnew(_ part: Int64, _ database: Database) throws {
        try database.execute(sql: "UPDATE demand_day SET kits = 0 WHERE product = ?", arguments: [part])
        try ForecastVoid(database).note(all: part, database)
        try database.execute(
            sql: """
                INSERT INTO demand_day
                SELECT part, pool, day, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, sum((ordered - cancelled) * quantity), 0
                FROM kit_part JOIN demand_day ON product = kit_part.kit WHERE part = ? GROUP BY pool, day
                ON CONFLICT (product, pool, day) DO UPDATE SET kits = excluded.kits
                """, arguments: [part])
        try database.execute(
            sql: "DELETE FROM demand_day WHERE product = ? AND lines = 0 AND kits = 0", arguments: [part])
    }

    /// Says of a kit that it is made of itself, or no longer says so.
    private static func flag(_ kit: Int64, isOfItself: Bool, _ database: Database) throws {
        let sku = try String.fetchOne(database, sql: "SELECT sku FROM product WHERE id = ?", arguments: [kit]) ?? ""
        try database.execute(
            sql: "DELETE FROM flag WHERE kind = 'kit' AND rule = 'made-of-itself' AND subject = ?", arguments: [sku])
        guard isOfItself else { return }
        try database.execute(
            sql: """
                INSERT INTO flag (source, kind, subject, rule, says, at, batch)
                SELECT batch.source, 'kit', ?, 'made-of-itself', ?, batch.started_at, batch.id
                FROM kit JOIN batch ON batch.id = kit.batch WHERE kit.kit = ? ORDER BY batch.id DESC LIMIT 1
                """,
            arguments: [
                sku,
                "is made of itself, of a kit that is, or of more kits within kits than can be meant; "
                    + "it counts as no kit until a component is taken out (quantity 0)",
                kit,
            ])
    }
}

/// One kit taken apart.
private struct Unfolding {
    private let database: Database
    private var known: [Int64: [Int64: Int64]?] = [:]
    private var path: Set<Int64> = []
    /// Kits within kits, at most.
    private static let depth = 32

    init(_ database: Database) { self.database = database }

    /// Units of all that is in one kit; nil where that leads back to a kit that is being taken apart.
    mutating func parts(of kit: Int64) throws -> [Int64: Int64]? {
        if let found = known[kit] { return found }
        guard path.count < Unfolding.depth, path.insert(kit).inserted else { return nil }
        defer { path.remove(kit) }
        let rows = try Row.fetchAll(
            database.cachedStatement(sql: "SELECT component, quantity FROM kit WHERE kit = ?"), arguments: [kit])
        var parts: [Int64: Int64]? = [:]
        for row in rows {
            let (component, quantity): (Int64, Int64) = (row[0], row[1])
            guard let inner = try self.parts(of: component) else {
                parts = nil
                break
            }
            parts?[component, default: 0] += quantity
            for (part, units) in inner {
                let (sum, overflow) = units.multipliedReportingOverflow(by: quantity)
                // More than any shop sells: such a kit is a slip of the pen.
                guard !overflow, sum <= 1_000_000_000_000 else { return nil }
                parts?[part, default: 0] += sum
            }
        }
        known[kit] = .some(parts)
        return parts
    }
}

extension Facts {
    /// What kits are made of, however deep: units of each part in one of the kit.
    public func kitParts() throws -> [(kit: Int64, part: Int64, quantity: Int64)] {
        try database.read { database in
            try Row.fetchAll(database, sql: "SELECT kit, part, quantity FROM kit_part ORDER BY kit, part").map {
                ($0[0], $0[1], $0[2])
            }
        }
    }
}
