import Domain
import GRDB

/// A table of facts that are known by a key and replaced whole: what most kinds need.
///
/// Of two versions of a fact the newer holds; without versions what was imported later does, and within one import the
/// greater in the order of the columns, so that the order of rows leaves no trace; a file that is taken in as it grows
/// has an order, and its later row holds.
struct FactTable: Sendable {
    private let find, insert, update, tally: String
    private let keyCount, valueCount: Int
    private let version: Int?

    /// A table.
    ///
    /// - Parameters:
    ///   - name: of the table.
    ///   - tally: what `status` calls its facts.
    ///   - keys: the columns by which a fact is known.
    ///   - values: its other columns but `batch`.
    ///   - version: the one among `values` that tells which of two versions is newer.
    init(_ name: String, tally: String, keys: [String], values: [String], version: String? = nil) {
        let wanted = keys.map { "\($0) = ?" }.joined(separator: " AND ")
        find = "SELECT \((values + ["batch"]).joined(separator: ", ")) FROM \(name) WHERE \(wanted)"
        let columns = keys + values + ["batch"]
        insert =
            "INSERT INTO \(name) (\(columns.joined(separator: ", "))) VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))"
        update =
            "UPDATE \(name) SET \((values + ["batch"]).map { "\($0) = ?" }.joined(separator: ", ")) WHERE \(wanted)"
        self.tally = tally
        keyCount = keys.count
        valueCount = values.count
        self.version = version.flatMap { values.firstIndex(of: $0) }
    }

    /// Keeps a fact: `keys` and `values` in the order of the columns.
    func keep(
        _ keys: [(any DatabaseValueConvertible)?], _ values: [(any DatabaseValueConvertible)?], of batch: Batch,
        _ database: Database
    ) throws -> Arrival {
        guard let found = try database.rareRow(find, of: keys) else {
            let statement = BulkStatement(try database.cachedStatement(sql: insert))
            statement.bind(all: keys + values + [batch.id])
            try statement.run()
            try Facts.add(database, to: tally, 1)
            return .accepted
        }
        let stored = (0..<valueCount).map { found[$0] as DatabaseValue }
        let told = values.map { $0?.databaseValue ?? .null }
        if stored == told { return .duplicate }
        if let version, told[version] != .null || stored[version] != .null {
            let order = FactTable.order(told[version], stored[version])
            if order < 0 || (order == 0 && FactTable.isLess(told, stored)) { return .duplicate }
        } else if batch.reading == nil, found[valueCount] == batch.id, FactTable.isLess(told, stored) {
            return .duplicate
        }
        try database.cachedStatement(sql: update).execute(arguments: StatementArguments(values + [batch.id] + keys))
        return .replaced
    }

    /// Whether one row of values comes before another, column by column.
    static func isLess(_ left: [DatabaseValue], _ right: [DatabaseValue]) -> Bool {
        for (left, right) in zip(left, right) {
            let order = order(left, right)
            if order != 0 { return order < 0 }
        }
        return false
    }

    /// −1, 0 or 1; nothing comes before numbers, numbers before texts.
    private static func order(_ left: DatabaseValue, _ right: DatabaseValue) -> Int {
        func rank(_ value: DatabaseValue) -> Int {
            switch value.storage {
            case .null: 0
            case .int64, .double: 1
            case .string, .blob: 2
            }
        }
        func sign<T: Comparable>(_ a: T, _ b: T) -> Int { a == b ? 0 : a < b ? -1 : 1 }
        return switch (left.storage, right.storage) {
        case (.int64(let a), .int64(let b)): sign(a, b)
        case (.int64(let a), .double(let b)): sign(Double(a), b)
        case (.double(let a), .int64(let b)): sign(a, Double(b))
        case (.double(let a), .double(let b)): sign(a, b)
        case (.string(let a), .string(let b)): sign(a, b)
        default: sign(rank(left), rank(right))
        }
    }
}
