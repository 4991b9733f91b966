import Domain
import GRDB

extension Facts {
    /// The places that stock, sales or people have named, by name, each with the pool that it belongs to.
    public func places() throws -> [(name: PlaceName, pool: Int64)] {
        try database.read { database in
            try Row.fetchAll(database, sql: "SELECT name, pool FROM place ORDER BY name").compactMap { row in
                PlaceName(row[0] as String).map { ($0, row[1]) }
            }
        }
    }
}
