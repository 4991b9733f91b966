import Domain
import GRDB

/// A product in a pool whose stock is known on some day.
struct StockShelf {
    var product: Int64
    var pool: Int64
    /// The row of labels that it counts for.
    var group: Int
    /// The declared price of a unit.
    var price: Int64
}

/// From a day on so many units.
struct StockStep {
    var day: Int32
    var units: Int64
}

/// The shelves that a question is about, with their labels.
struct StockShelves {
    private(set) var groups: [[String?]] = []
    /// By product, then pool.
    private var shelves: [StockShelf] = []
    private let products: ClosedRange<Int64>
    /// Whether the steps of all shelves are gone through, in one pass.
    private let isAll: Bool
    /// As many shelves are looked up one by one.
    private static let few = 64

    /// The shelves of the products whose numbers are in `products`.
    init(
        _ database: Database, _ relation: MetricRelation, _ dimensions: [String], _ condition: Expression?,
        products: ClosedRange<Int64>
    ) throws {
        let columns = [
            "sku": "product.sku", "product": "product.name", "category": "product.category", "vendor": "product.vendor",
            "lifecycle": "product.lifecycle", "place": "pool.name",
        ]
        let wanted = condition.map { "AND \($0.condition { columns[relation.dimensions[$0]] ?? "NULL" })" } ?? ""
        // The first step of each shelf is found by its key; going through all steps would take as long as reading them.
        let rows = BulkRows(
            try database.makeStatement(
                sql: """
                    SELECT product.id, pool.id, coalesce(product.price, 0)\(dimensions.map { ", \(columns[$0] ?? "NULL")" }.joined())
                    FROM product CROSS JOIN pool
                    WHERE product.id BETWEEN ?1 AND ?2
                        AND EXISTS (SELECT 1 FROM stock_step AS s WHERE s.product = product.id AND s.pool = pool.id) \(wanted)
                    ORDER BY product.id, pool.id
                    """))
        rows.bind(1, products.lowerBound)
        rows.bind(2, products.upperBound)
        self.products = products
        var names = Interner()
        var key: [UInt8] = []
        while try rows.next() {
            key.removeAll(keepingCapacity: true)
            for index in dimensions.indices { rows.append(3 + Int32(index), to: &key) }
            let (group, isNew) = key.withUnsafeBufferPointer { names.intern($0) }
            if isNew { groups.append(dimensions.indices.map { rows.text(3 + Int32($0)) }) }
            shelves.append(
                StockShelf(product: rows.integer(0), pool: rows.integer(1), group: group, price: rows.integer(2)))
        }
        isAll = condition == nil || shelves.count > StockShelves.few
    }

    /// Goes through the shelves.
    ///
    /// - Parameters:
    ///   - last: the last day of which steps are wanted.
    ///   - from: the first day of demand.
    ///   - count: days of demand; 0 for none.
    ///   - body: gets each shelf with its steps and its demand.
    func each(
        until last: Int32, demandFrom from: Int32, count: Int, _ database: Database,
        _ body: (StockShelf, [StockStep], [Double]) throws -> Void
    ) throws {
        // One pass over everything, or a look-up for each shelf where few are asked for.
        let (one, order) =
            isAll
            ? ("product BETWEEN ?3 AND ?4 AND ", " ORDER BY product, pool, day")
            : ("product = ?3 AND pool = ?4 AND ", " ORDER BY day")
        let steps = BulkRows(
            try database.makeStatement(
                sql: "SELECT product, pool, day, units FROM stock_step WHERE \(one)day <= ?1\(order)"))
        let demand = BulkRows(
            try database.makeStatement(
                sql: """
                    SELECT product, pool, day, ordered - cancelled + kits FROM demand_day
                    WHERE \(one)day BETWEEN ?1 AND ?2\(order)
                    """))
        steps.bind(1, Int64(last))
        demand.bind(1, Int64(from))
        demand.bind(2, Int64(from) + Int64(count) - 1)
        var (hasStep, hasDemand) = (false, false)
        if isAll {
            for rows in [steps, demand] {
                rows.bind(3, products.lowerBound)
                rows.bind(4, products.upperBound)
            }
            hasStep = try steps.next()
            hasDemand = try count > 0 && demand.next()
        }
        var found: [StockStep] = []
        var units = [Double](repeating: 0, count: count)
        for shelf in shelves {
            if !isAll {
                for rows in [steps, demand] {
                    rows.restart()
                    rows.bind(3, shelf.product)
                    rows.bind(4, shelf.pool)
                }
                hasStep = try steps.next()
                hasDemand = try count > 0 && demand.next()
            }
            found.removeAll(keepingCapacity: true)
            try StockShelves.run(steps, &hasStep, shelf) {
                found.append(StockStep(day: Int32(truncatingIfNeeded: $0), units: $1))
            }
            guard !found.isEmpty else { continue }
            if count > 0 {
                for index in units.indices { units[index] = 0 }
                try StockShelves.run(demand, &hasDemand, shelf) { units[Int($0) - Int(from)] = Double($1) }
            }
            try body(shelf, found, units)
        }
    }

    /// Goes through the rows of one shelf, past those of shelves before it.
    private static func run(
        _ rows: BulkRows, _ isThere: inout Bool, _ shelf: StockShelf, _ body: (Int64, Int64) -> Void
    ) throws {
        while isThere {
            let (product, pool) = (rows.integer(0), rows.integer(1))
            if (product, pool) > (shelf.product, shelf.pool) { return }
            if (product, pool) == (shelf.product, shelf.pool) { body(rows.integer(2), rows.integer(3)) }
            isThere = try rows.next()
        }
    }
}
