import Domain
import FoundationEssentials
import GRDB

/// What a fit found of one product in one pool.
public struct KeptForecast: Sendable, Hashable {
    /// The product's key.
    public var product: Int64
    /// The pool's key.
    public var pool: Int64
    /// A number for the days that could be believed, and how far; another one makes it void.
    public var shelf: Int64
    /// The model's own numbers.
    public var numbers: [Double]

    /// What a fit found.
    public init(product: Int64, pool: Int64, shelf: Int64, numbers: [Double]) {
        self.product = product
        self.pool = pool
        self.shelf = shelf
        self.numbers = numbers
    }
}

extension Facts {
    /// What a whole fit up to a day found the series to have in common; nil where none has come to its end.
    public func fittedInCommon(until day: Day) throws -> [Double]? {
        try database.read { database in
            try Data.fetchOne(
                database, sql: "SELECT numbers FROM forecast_fit WHERE until = ? AND numbers IS NOT NULL",
                arguments: [day.number]
            ).map(Facts.numbers)
        }
    }

    /// Begins a fit up to a day: from now on, changes of the history before it are counted.
    public func beginFit(until day: Day) throws {
        try database.write {
            try $0.execute(sql: "INSERT OR IGNORE INTO forecast_fit (until) VALUES (?)", arguments: [day.number])
        }
    }

    /// How often the history that a fit has seen, or may be reading, has changed.
    public func historyChanges() throws -> Int64 { try database.read(Facts.historyChanges) }

    static func historyChanges(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT value FROM setting WHERE key = 'history_changes'")) ?? 0
    }

    /// What a fit up to a day found of the products in a range of keys, by product and pool.
    public func keptForecasts(until day: Day, products: ClosedRange<Int64>) throws -> [KeptForecast] {
        try database.read { database in
            let rows = try Row.fetchCursor(
                database.cachedStatement(
                    sql: """
                        SELECT product, pool, shelf, numbers FROM forecast WHERE until = ? AND product BETWEEN ? AND ?
                        ORDER BY product, pool
                        """), arguments: [day.number, products.lowerBound, products.upperBound])
            var kept: [KeptForecast] = []
            while let row = try rows.next() {
                kept.append(
                    KeptForecast(product: row[0], pool: row[1], shelf: row[2], numbers: Facts.numbers(row[3])))
            }
            return kept
        }
    }

    /// Keeps what a fit up to a day found, in place of what it found before; some hundred rows at a time, so that nobody
    /// waits. No fact changes by it.
    ///
    /// - Parameter changes: `historyChanges` before the history was read; where there have been more since, nothing is kept.
    /// - Returns: whether it was kept.
    public func keep(forecasts: [KeptForecast], until day: Day, changes: Int64) throws -> Bool {
        try database.write { database in
            guard try Facts.historyChanges(database) == changes else { return false }
            let insert = try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO forecast VALUES (?, ?, ?, ?, ?)")
            for kept in forecasts {
                try insert.execute(arguments: [
                    day.number, kept.product, kept.pool, kept.shelf, Facts.data(kept.numbers),
                ])
            }
            return true
        }
    }

    /// Ends a fit of everything up to a day: what the series have in common is known, and fits older than `oldest` go.
    public func keep(inCommon numbers: [Double], until day: Day, oldest: Day) throws {
        try database.write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO forecast_fit VALUES (?, ?)", arguments: [day.number, Facts.data(numbers)])
            try database.execute(sql: "DELETE FROM forecast_fit WHERE until < ?", arguments: [oldest.number])
        }
        // Old rows go some at a time, so that nobody waits.
        while true {
            let gone = try database.write { database in
                try database.execute(
                    sql: """
                        DELETE FROM forecast WHERE (until, product, pool) IN
                            (SELECT until, product, pool FROM forecast WHERE until < ? LIMIT 2000)
                        """, arguments: [oldest.number])
                return database.changesCount
            }
            if gone == 0 { return }
        }
    }

    private static func data(_ numbers: [Double]) -> Data {
        var data = Data(capacity: numbers.count * 8)
        for number in numbers {
            withUnsafeBytes(of: number.bitPattern.littleEndian) { data.append(contentsOf: $0) }
        }
        return data
    }

    private static func numbers(_ data: Data) -> [Double] {
        stride(from: 0, to: data.count - data.count % 8, by: 8).map { offset in
            var bits: UInt64 = 0
            for byte in 0..<8 { bits |= UInt64(data[data.startIndex + offset + byte]) << (8 * UInt64(byte)) }
            return Double(bitPattern: bits)
        }
    }
}

/// Voids kept fits whose history changes.
struct ForecastVoid {
    private let newest: Int32?
    private let void: BulkStatement
    private let count: Statement

    init(_ database: Database) throws {
        newest = try Int32.fetchOne(database.cachedStatement(sql: "SELECT max(until) FROM forecast_fit"))
        void = BulkStatement(
            try database.cachedStatement(
                sql: """
                    DELETE FROM forecast WHERE product = ? AND pool = ?
                        AND until IN (SELECT until FROM forecast_fit WHERE until >= ?)
                    """))
        count = try database.cachedStatement(
            sql: """
                INSERT INTO setting VALUES ('history_changes', 1) ON CONFLICT (key) DO UPDATE SET value = value + 1
                """)
    }

    /// Takes note of another demand on a day. Most changes are of today, which no fit has seen.
    func note(_ key: DemandKey) throws {
        guard let newest, key.day <= newest else { return }
        void.bind(1, key.product)
        void.bind(2, key.pool)
        void.bind(3, Int64(key.day))
        try void.run()
        try count.execute()
    }

    /// Takes note that all demand of a product has been counted anew.
    func note(all product: Int64, _ database: Database) throws {
        guard newest != nil else { return }
        try database.execute(sql: "DELETE FROM forecast WHERE product = ?", arguments: [product])
        try count.execute()
    }
}
