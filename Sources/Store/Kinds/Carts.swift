import Domain
import GRDB

// Carts of the web shop and whose they are.

extension Facts {
    /// Takes in a cart; an older version is ignored.
    static func take(_ facts: Facts, _ database: Database, _ cart: Cart, _ batch: Batch) throws -> Arrival {
        let found = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT id, at, completed_at FROM cart WHERE source = ? AND number = ?"),
            arguments: [batch.source, cart.id])
        if let found, found[1] as Int64 >= cart.updatedAt.milliseconds {
            return .duplicate
        }
        var value: Int64 = 0
        for line in cart.lines { value &+= line.unitPrice.total(line.quantity, currency: cart.currency) ?? 0 }
        let customer = try cart.customer.map { try Facts.customer(database, $0, of: batch.source) }
        let values: [(any DatabaseValueConvertible)?] = [
            cart.createdAt.milliseconds, cart.updatedAt.milliseconds, cart.completedAt?.milliseconds, customer,
            cart.mayContact, cart.currency.code, value, cart.link, batch.id,
        ]
        let id: Int64
        if let found {
            id = found[0]
            try database.cachedStatement(
                sql: """
                    UPDATE cart SET created_at = ?, at = ?, completed_at = ?, customer = ?, may_contact = ?, currency = ?,
                        value = ?, link = ?, batch = ? WHERE id = ?
                    """
            ).execute(arguments: StatementArguments(values + [id]))
            try database.cachedStatement(sql: "DELETE FROM cart_line WHERE cart = ?").execute(arguments: [id])
        } else {
            try database.cachedStatement(
                sql: """
                    INSERT INTO cart (created_at, at, completed_at, customer, may_contact, currency, value, link, batch,
                        source, number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: StatementArguments(values + [batch.source, cart.id]))
            id = database.lastInsertedRowID
            try add(database, to: "carts", 1)
        }
        for (index, line) in cart.lines.enumerated() {
            try database.cachedStatement(sql: "INSERT INTO cart_line VALUES (?, ?, ?, ?, ?)").execute(
                arguments: [id, index, item(database, line.product), line.quantity, line.unitPrice.micros])
        }
        return found == nil ? .accepted : .replaced
    }

    /// The customer's id; made where the customer is new.
    static func customer(_ database: Database, _ key: String, of source: Int64) throws -> Int64 {
        let find = try database.cachedStatement(sql: "SELECT id FROM customer WHERE source = ? AND key = ?")
        if let id = try Int64.fetchOne(find, arguments: [source, key]) { return id }
        try database.cachedStatement(sql: "INSERT INTO customer (source, key) VALUES (?, ?)").execute(
            arguments: [source, key])
        let id = database.lastInsertedRowID
        try add(database, to: "customers", 1)
        return id
    }
}
