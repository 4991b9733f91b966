import Domain

extension OrderBook {
    /// Gives each document as far as its lines are here, for its rules to be asked: without what the lines name.
    ///
    /// - Parameter currency: the shop's.
    public func eachDocument(
        currency: Currency, _ body: (_ document: Int32, OrderDocument, _ rows: ArraySlice<Int32>) throws -> Void
    ) rethrows {
        let (starts, order) = grouped()
        for index in documentFacts.indices {
            let rows = order[Int(starts[index])..<Int(starts[index + 1])]
            let facts = documentFacts[index]
            guard let first = rows.first(where: { !isOutdated($0) }) else { continue }
            let own = facts.currency.flatMap { Currency($0) } ?? currency
            var document = OrderDocument(
                number: documents[index], orderedAt: Instant(milliseconds: self.rows[Int(first)].at),
                version: facts.version.map { Instant(milliseconds: $0) }, currency: own, place: facts.place)
            document.channel = facts.channel
            document.isWholesale = facts.isWholesale
            document.lines.reserveCapacity(rows.count)
            for row in rows where !isOutdated(row) {
                let told = self.rows[Int(row)]
                document.orderedAt = min(document.orderedAt, Instant(milliseconds: told.at))
                let (price, total) = foreign[row] ?? (told.price, told.total)
                let unit = UnitPrice(micros: price)
                document.lines.append(
                    OrderLine(
                        sku: nil, title: "", quantity: told.quantity, unitPrice: unit,
                        discount: (unit.total(told.quantity, currency: own) ?? total) &- total,
                        kind: LineKind(rawValue: Int(told.mapped)) ?? .sale))
            }
            try body(Int32(index), document, rows)
        }
    }
}
