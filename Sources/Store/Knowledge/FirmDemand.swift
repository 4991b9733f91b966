import Domain
import GRDB

/// A line of a customer's order that has yet to leave.
public struct FirmDemand: Sendable, Hashable {
    /// Number of the order, and the system that told of it.
    public var order: String, system: String
    /// The product wanted.
    public var product: Int64
    /// The pool of the place that it is to be taken from; nil where nobody said.
    public var pool: Int64?
    /// Units wanted, ≥ 1.
    public var quantity: Int64
    /// The day on which they are to leave; it may have passed.
    public var due: Day

    /// A line that has yet to leave.
    public init(order: String, system: String, product: Int64, pool: Int64? = nil, quantity: Int64, due: Day) {
        self.order = order
        self.system = system
        self.product = product
        self.pool = pool
        self.quantity = quantity
        self.due = due
    }
}

extension Facts {
    /// The firm orders that were open by the end of a day, as known then: by due day, order and system.
    ///
    /// What is overdue is among them: it is still wanted. A place that no stock or sale has named counts as none said.
    public func firmOrders(openOn day: Day) throws -> [FirmDemand] {
        try database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT number, system, identifier.product, place.pool, quantity, due
                    FROM firm_order JOIN source ON source.id = source
                    JOIN identifier ON identifier.scheme = firm_order.scheme AND identifier.value = firm_order.value
                    LEFT JOIN place ON place.name = firm_order.place
                    WHERE status = 'open' AND quantity > 0
                        AND \(StatementTable.isLast("firm_order", of: Facts.statementKeys, by: "?1"))
                    ORDER BY due, number, system, line
                    """, arguments: [end(of: day)]
            ).map {
                FirmDemand(
                    order: $0[0], system: $0[1], product: $0[2], pool: $0[3], quantity: $0[4],
                    due: Day(number: $0[5]))
            }
        }
    }
}
