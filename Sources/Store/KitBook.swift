import Domain
import GRDB

/// What kits are made of: a kit that is ordered is demand for its components.
final class KitBook {
    private let database: Database
    private let isEmpty: Bool
    private var known: [Int64: [(component: Int64, quantity: Int64)]] = [:]

    init(_ database: Database) throws {
        self.database = database
        isEmpty = try Int.fetchOne(database.cachedStatement(sql: "SELECT 1 FROM kit LIMIT 1")) == nil
    }

    /// Adds the units of a kit to the days of its components.
    func explode(_ key: DemandKey, units: Int64) throws {
        guard !isEmpty, units != 0 else { return }
        for (component, quantity) in try components(of: key.product) {
            try database.cachedStatement(
                sql: """
                    INSERT INTO demand_day VALUES (?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ?, 0)
                    ON CONFLICT (product, pool, day) DO UPDATE SET kits = kits + excluded.kits
                    """
            ).execute(arguments: [component, key.pool, key.day, units &* quantity])
            try database.cachedStatement(
                sql: "DELETE FROM demand_day WHERE product = ? AND pool = ? AND day = ? AND lines = 0 AND kits = 0"
            ).execute(arguments: [component, key.pool, key.day])
        }
    }

    /// What leaves the shelf when the product is sold: itself, and its components where it is a kit.
    func stocked(_ product: Int64) throws -> [Int64] {
        isEmpty ? [product] : [product] + (try components(of: product)).map(\.component)
    }

    private func components(of kit: Int64) throws -> [(component: Int64, quantity: Int64)] {
        if let cached = known[kit] { return cached }
        let found = try Row.fetchAll(
            database.cachedStatement(sql: "SELECT component, quantity FROM kit WHERE kit = ?"), arguments: [kit]
        ).map { (component: $0[0] as Int64, quantity: $0[1] as Int64) }
        known[kit] = found
        return found
    }
}

extension Facts {
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
        if found == nil { try add(database, to: "kitComponents", 1) }
        try explodeAnew(component, database)
        try noteChange(of: component, database)
        return found == nil ? .accepted : .replaced
    }

    /// Counts the demand that kits make for a component from what was ordered of them.
    static func explodeAnew(_ component: Int64, _ database: Database) throws {
        try database.execute(sql: "UPDATE demand_day SET kits = 0 WHERE product = ?", arguments: [component])
        try database.execute(
            sql: """
                INSERT INTO demand_day
                SELECT kit.component, pool, day, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, sum((ordered - cancelled) * kit.quantity), 0
                FROM kit JOIN demand_day ON product = kit.kit WHERE component = ? GROUP BY pool, day
                ON CONFLICT (product, pool, day) DO UPDATE SET kits = excluded.kits
                """, arguments: [component])
        try database.execute(
            sql: "DELETE FROM demand_day WHERE product = ? AND lines = 0 AND kits = 0", arguments: [component])
    }
}
