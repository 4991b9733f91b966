import Domain

/// The stock of a product in one pool, as a moving average or as layers of which the oldest leaves first.
///
/// What leaves beyond what is there leaves at the last known cost and is owed; what comes next pays it back, and the
/// difference is booked then. Under a moving average units without a cost leave first, so that they do not stay for ever.
struct StockLayers: CostedStock {
    private struct Owed {
        var portion: Portion
        var document: Int64?
        /// What its true-up is booked as.
        var kind: LedgerKind
    }

    private let merges: Bool
    private var layers: [Portion] = []
    private var owed: [Owed] = []
    /// The last cost that was met: so much for so many.
    private var last: Portion?

    init(merges: Bool) { self.merges = merges }

    var balance: LedgerBook.Sums {
        var sums = LedgerBook.Sums()
        for layer in layers { sums += StockLayers.sums(layer, 1) }
        for debt in owed { sums += StockLayers.sums(debt.portion, -1) }
        return sums
    }

    private static func sums(_ portion: Portion, _ sign: Int64) -> LedgerBook.Sums {
        LedgerBook.Sums(
            units: sign * portion.units, value: sign * (portion.value ?? 0),
            uncosted: portion.value == nil ? sign * portion.units : 0)
    }

    mutating func receive(_ portion: Portion, as kind: LedgerKind, cost: (Int64) -> Int64?, _ book: inout LedgerBook) {
        var rest = portion
        while rest.units > 0, var debt = owed.first {
            let units = min(rest.units, debt.portion.units)
            let (before, known) = (debt.portion.share(units), rest.share(units))
            debt.portion.units -= units
            debt.portion.value = debt.portion.value.map { $0 - (before ?? 0) }
            rest.units -= units
            rest.value = rest.value.map { $0 - (known ?? 0) }
            if debt.portion.units == 0 { owed.removeFirst() } else { owed[0] = debt }
            // Without a cost of their own, they are taken to have cost what they left at.
            book.add(kind, units: units, value: known ?? before)
            guard let after = known, after != before else { continue }
            book.add(debt.kind, value: (before ?? 0) - after, nowCosted: before == nil ? units : 0)
            if let document = debt.document {
                book.correct(units, from: before, to: after, servedTo: document)
            }
        }
        if let value = portion.value, portion.units > 0 { last = Portion(units: portion.units, value: value) }
        guard rest.units > 0 else { return }
        book.add(kind, units: rest.units, value: rest.value)
        put(rest)
    }

    private mutating func put(_ portion: Portion) {
        guard merges else { return layers.append(portion) }
        guard let index = layers.firstIndex(where: { ($0.value == nil) == (portion.value == nil) }) else {
            return layers.insert(portion, at: portion.value == nil ? 0 : layers.endIndex)
        }
        layers[index].units += portion.units
        layers[index].value = portion.value.map { $0 + (layers[index].value ?? 0) }
        if portion.value != nil { last = layers[index] }
    }

    mutating func find(_ units: Int64, as kind: LedgerKind, cost: (Int64) -> Int64?, _ book: inout LedgerBook) {
        // What the books had too few of was there all along.
        let missed = min(units, owed.reduce(0) { $0 + $1.portion.units })
        if missed > 0 { receive(Portion(units: missed, value: nil), as: kind, cost: cost, &book) }
        let more = units - missed
        if more > 0 { receive(Portion(units: more, value: current(more) ?? cost(more)), as: kind, cost: cost, &book) }
    }

    /// What units cost at the newest cost known.
    private func current(_ units: Int64) -> Int64? {
        let newest = layers.last { $0.value != nil } ?? last
        guard let newest, let value = newest.value, newest.units > 0 else { return nil }
        return Portion.share(of: value, units, newest.units)
    }

    mutating func issue(
        _ units: Int64, as kind: LedgerKind, document: Int64?, cost: (Int64) -> Int64?, _ book: inout LedgerBook
    ) -> [Portion] {
        var left = units
        var portions: [Portion] = []
        while left > 0, let layer = layers.first {
            let taken = Portion(units: min(left, layer.units), value: layer.share(min(left, layer.units)))
            if layer.value != nil { last = layer }
            left -= taken.units
            if taken.units == layer.units {
                layers.removeFirst()
            } else {
                layers[0].units -= taken.units
                layers[0].value = layer.value.map { $0 - (taken.value ?? 0) }
            }
            portions.append(taken)
        }
        if left > 0 {
            let short = Portion(
                units: left, value: last.map { Portion.share(of: $0.value ?? 0, left, $0.units) } ?? cost(left))
            portions.append(short)
            owed.append(Owed(portion: short, document: document, kind: kind == .sale ? .trueUp : .adjustment))
        }
        for portion in portions { book.add(kind, units: -portion.units, value: portion.value.map { -$0 }) }
        return portions
    }
}

/// The stock of a product in one pool, valued by one method.
protocol CostedStock {
    /// Units and value as the entries so far add up to.
    var balance: LedgerBook.Sums { get }

    /// Units came, at what they cost.
    mutating func receive(_ portion: Portion, as kind: LedgerKind, cost: (Int64) -> Int64?, _ book: inout LedgerBook)

    /// Units turned up that nobody paid for.
    ///
    /// - Parameter cost: what so many cost by the day's word, where the stock itself does not know.
    mutating func find(_ units: Int64, as kind: LedgerKind, cost: (Int64) -> Int64?, _ book: inout LedgerBook)

    /// Units left.
    ///
    /// - Returns: what they cost.
    mutating func issue(
        _ units: Int64, as kind: LedgerKind, document: Int64?, cost: (Int64) -> Int64?, _ book: inout LedgerBook
    ) -> [Portion]
}
