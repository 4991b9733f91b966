import Domain
import GRDB

/// The facts of one shop: what its sources said, under the shop's keys.
///
/// Reads take a snapshot each; writes are short transactions. Rollups change in the transaction of their facts.
public final class Facts: Sendable {
    /// The file beneath.
    public let database: ShopDatabase
    /// The shop's time zone, which decides on which day a fact falls.
    public let zone: Zone
    /// The shop's currency: what totals are in.
    public let currency: Currency

    /// The facts in an opened database.
    ///
    /// - Throws: `StoreError(.refused)` when the store was built for another zone or currency: that is a rebuild, since
    ///   days and totals would change their meaning.
    public init(database: ShopDatabase, zone: Zone, currency: Currency) throws {
        self.database = database
        self.zone = zone
        self.currency = currency
        let wanted = ["time_zone": zone.identifier, "currency": currency.code]
        let found = try database.read { try Facts.settings($0) }
        for (key, value) in wanted.sorted(by: { $0.key < $1.key }) {
            if let stored = found[key], stored != value {
                throw StoreError(
                    .refused,
                    "the facts were taken in with \(key) = \(stored), penstock.toml says \(value): change it back, or "
                        + "move facts.db away and import the sources again")
            }
        }
        if found["currency"] == nil {
            try database.write { database in
                for (key, value) in wanted {
                    try database.execute(
                        sql: "INSERT OR IGNORE INTO setting VALUES (?, ?)", arguments: [key, value])
                }
                try database.execute(sql: "INSERT OR IGNORE INTO pool (id, name) VALUES (1, '')")
                try database.execute(
                    sql: "INSERT OR REPLACE INTO setting VALUES ('rollups', ?)", arguments: [Facts.rollups])
            }
        } else if found["rollups"] != Facts.rollups {
            try rebuildRollups()
        }
    }

    /// A number that every change of the facts raises: what was planned at this number needs no new plan.
    public func revision() throws -> Int64 {
        try database.read { try Int64.fetchOne($0, sql: "SELECT value FROM setting WHERE key = 'revision'") ?? 0 }
    }

    /// Writes in one transaction, and raises the revision with it.
    func commit<T>(_ body: (Database) throws -> T) throws -> T {
        try database.write { database in
            let result = try body(database)
            try database.cachedStatement(
                sql: """
                    INSERT INTO setting VALUES ('revision', 1) ON CONFLICT (key) DO UPDATE SET value = value + 1
                    """
            ).execute()
            return result
        }
    }

    /// The pool that serves orders which name no place.
    public static let defaultPool: Int64 = 1

    /// Makes `places` the pool that serves orders which name no place; the first of them is where purchases are sent.
    public func setDefaultPlaces(_ places: [PlaceName]) throws {
        guard let first = places.first else { return }
        let names = places.map(\.text)
        let (current, members) = try database.read { database in
            (
                try String.fetchOne(database, sql: "SELECT name FROM pool WHERE id = 1"),
                try String.fetchAll(database, sql: "SELECT name FROM place WHERE pool = 1")
            )
        }
        guard current != first.text || !Set(names).isSubset(of: members) else { return }
        try commit { database in
            // The name may be taken by the pool that was made when the place was first counted.
            try database.execute(
                sql: "UPDATE pool SET name = name || ' (before)' WHERE name = ? AND id <> 1", arguments: [first.text])
            try database.execute(sql: "UPDATE pool SET name = ? WHERE id = 1", arguments: [first.text])
            for place in places {
                let id = try Facts.place(database, place)
                try database.execute(sql: "UPDATE place SET pool = 1 WHERE id = ?", arguments: [id])
            }
        }
    }

    static func settings(_ database: Database) throws -> [String: String] {
        let rows = try Row.fetchAll(database, sql: "SELECT key, value FROM setting")
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
    }

    static func add(_ database: Database, to kind: String, _ count: Int) throws {
        guard count != 0 else { return }
        let statement = BulkStatement(
            try database.cachedStatement(
                sql: """
                    INSERT INTO tally VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET count = count + excluded.count
                    """))
        statement.bind(1, kind)
        statement.bind(2, Int64(count))
        try statement.run()
    }

    /// The place's id; made, in a pool of its own, where it is new.
    static func place(_ database: Database, _ name: PlaceName) throws -> Int64 {
        let find = BulkStatement(try database.cachedStatement(sql: "SELECT id FROM place WHERE name = ?"))
        find.bind(1, name.text)
        if let id = try find.integer() { return id }
        try database.execute(sql: "INSERT OR IGNORE INTO pool (name) VALUES (?)", arguments: [name.text])
        try database.execute(
            sql: "INSERT INTO place (name, pool) SELECT name, id FROM pool WHERE name = ?", arguments: [name.text])
        return database.lastInsertedRowID
    }

    static func source(_ database: Database, _ system: String) throws -> Int64 {
        if let id = try Int64.fetchOne(database, sql: "SELECT id FROM source WHERE system = ?", arguments: [system]) {
            return id
        }
        try database.execute(sql: "INSERT INTO source (system) VALUES (?)", arguments: [system])
        return database.lastInsertedRowID
    }

    static func supplier(_ database: Database, _ name: SupplierName) throws -> Int64 {
        let find = try database.cachedStatement(sql: "SELECT id FROM supplier WHERE name = ?")
        if let id = try Int64.fetchOne(find, arguments: [name.text]) { return id }
        try database.execute(sql: "INSERT INTO supplier (name) VALUES (?)", arguments: [name.text])
        return database.lastInsertedRowID
    }

    /// The word's id, made where it is new; nil for no word.
    static func word(_ database: Database, _ text: String?) throws -> Int64? {
        guard let text else { return nil }
        let find = BulkStatement(try database.cachedStatement(sql: "SELECT id FROM word WHERE text = ?"))
        find.bind(1, text)
        if let id = try find.integer() { return id }
        try database.cachedStatement(sql: "INSERT INTO word (text) VALUES (?)").execute(arguments: [text])
        return database.lastInsertedRowID
    }

}
