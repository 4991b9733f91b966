import Domain

/// The stock of a product in one pool at a cost that is set: units times the cost of the day, always.
///
/// What was paid more or less, and what had left at another cost, is a difference in price of its own.
struct StandardStock: CostedStock {
    private(set) var balance = LedgerBook.Sums()

    mutating func receive(_ portion: Portion, as kind: LedgerKind, cost: (Int64) -> Int64?, _ book: inout LedgerBook) {
        let change = move(portion.units, cost)
        guard let change else { return book.add(kind, units: portion.units, value: nil) }
        book.add(kind, units: portion.units, value: portion.value ?? change)
        if let paid = portion.value { book.add(.priceDifference, value: change - paid) }
    }

    mutating func find(_ units: Int64, as kind: LedgerKind, cost: (Int64) -> Int64?, _ book: inout LedgerBook) {
        receive(Portion(units: units, value: nil), as: kind, cost: cost, &book)
    }

    mutating func issue(
        _ units: Int64, as kind: LedgerKind, document: Int64?, cost: (Int64) -> Int64?, _ book: inout LedgerBook
    ) -> [Portion] {
        let change = move(-units, cost)
        book.add(kind, units: -units, value: change)
        return [Portion(units: units, value: change.map { -$0 })]
    }

    /// A new cost begins to hold.
    mutating func revalue(cost: (Int64) -> Int64?, _ book: inout LedgerBook) {
        guard let value = cost(balance.units) else { return }
        book.add(.revaluation, value: value - balance.value)
        balance.value = value
    }

    /// Moves units in or out, and says what that does to the value; nil where no cost is known.
    private mutating func move(_ units: Int64, _ cost: (Int64) -> Int64?) -> Int64? {
        balance.units += units
        guard let value = cost(balance.units) else {
            balance.uncosted += units
            return nil
        }
        defer { balance.value = value }
        return value - balance.value
    }
}
