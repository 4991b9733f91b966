import Domain
import GRDB

extension Decisions {
    /// What the decisions of one day have taken out of its budgets, minor units.
    public struct Reserved: Hashable, Sendable {
        /// With one supplier.
        public var supplier: Int64
        /// With all suppliers together.
        public var total: Int64

        /// Amounts reserved.
        public init(supplier: Int64, total: Int64) {
            self.supplier = supplier
            self.total = total
        }
    }
}

extension Decisions.Reader {
    /// What is reserved on a day in a currency, without the share of `action`.
    public func reserved(
        on day: Day, currency: Currency, supplier: SupplierName, without action: Int64 = 0
    ) throws -> Decisions.Reserved {
        let row = try row(
            """
            SELECT coalesce(sum(value), 0) AS total, coalesce(sum(value) FILTER (WHERE supplier = ?), 0) AS supplier
            FROM reservation WHERE day = ? AND currency = ? AND action <> ?
            """, [supplier.text, day.number, currency.code, action])
        return Decisions.Reserved(supplier: row?["supplier"] ?? 0, total: row?["total"] ?? 0)
    }
}

extension Decisions.Writer {
    /// Takes the value of an action out of the budgets of a day.
    public func reserve(action: Decisions.Action, on day: Day) throws {
        try execute(
            "INSERT INTO reservation (action, supplier, currency, day, value) VALUES (?, ?, ?, ?, ?)",
            [action.id, action.header.supplier.text, action.header.currency.code, day.number, action.value])
    }

    /// Gives back what an action had reserved.
    public func release(action: Int64) throws {
        try execute("DELETE FROM reservation WHERE action = ?", [action])
    }
}
