import Domain

/// Units that share what they cost in all, in minor units; nil where nobody knows it.
struct Portion: Equatable {
    var units: Int64
    var value: Int64?

    /// What some of them cost, rounded once; nil without a cost.
    func share(_ part: Int64) -> Int64? {
        guard let value else { return nil }
        return part == units ? value : Portion.share(of: value, part, units)
    }

    /// `value` × `part` ÷ `whole`, to the nearest minor unit; `whole` > 0.
    static func share(of value: Int64, _ part: Int64, _ whole: Int64) -> Int64 {
        Int64(clamping: Exact.rounded(Int128(value) * Int128(part), dividedBy: Int128(whole)))
    }
}

/// What one product's stock did to the books, day by day, and what it cost to serve each document.
struct LedgerBook {
    struct Key: Hashable {
        var pool: Int64
        var day: Int32
        var kind: LedgerKind
    }

    struct Sums: Equatable {
        var units: Int64 = 0
        var value: Int64 = 0
        var uncosted: Int64 = 0

        static func += (left: inout Sums, right: Sums) {
            left.units &+= right.units
            left.value &+= right.value
            left.uncosted &+= right.uncosted
        }
    }

    /// What left for a document and has not come back.
    private struct Served {
        var costed = Portion(units: 0, value: 0)
        var uncosted: Int64 = 0
    }

    private(set) var entries: [Key: Sums] = [:]
    private var served: [Int64: Served] = [:]
    /// Where the next entries go.
    var pool: Int64 = 0
    var day: Int32 = 0

    /// Books units at what they cost: negative where they leave.
    mutating func add(_ kind: LedgerKind, units: Int64, value: Int64?) {
        add(kind, Sums(units: units, value: value ?? 0, uncosted: value == nil ? units : 0))
    }

    /// Books a difference in value alone.
    mutating func add(_ kind: LedgerKind, value: Int64) {
        if value != 0 { add(kind, Sums(value: value)) }
    }

    /// Books that units had a cost after all.
    mutating func add(_ kind: LedgerKind, value: Int64, nowCosted units: Int64) {
        add(kind, Sums(value: value, uncosted: units))
    }

    private mutating func add(_ kind: LedgerKind, _ sums: Sums) {
        entries[Key(pool: pool, day: day, kind: kind), default: Sums()] += sums
    }

    /// Notes what left for a document.
    mutating func note(_ portion: Portion, servedTo document: Int64) {
        guard let value = portion.value else {
            served[document, default: Served()].uncosted += portion.units
            return
        }
        served[document, default: Served()].costed.units += portion.units
        served[document, default: Served()].costed.value? += value
    }

    /// Notes that what left for a document had another cost.
    mutating func correct(_ units: Int64, from before: Int64?, to after: Int64, servedTo document: Int64) {
        guard served[document] != nil else { return }
        if before == nil {
            let known = min(units, served[document]?.uncosted ?? 0)
            served[document]?.uncosted -= known
            served[document]?.costed.units += known
        }
        served[document]?.costed.value? += after - (before ?? 0)
    }

    /// The units of a document that come back, at the cost at which they had left; units that it never had are left out.
    mutating func takeBack(_ units: Int64, from document: Int64) -> [Portion] {
        guard var left = served[document] else { return [] }
        var back: [Portion] = []
        let costed = min(units, left.costed.units)
        if costed > 0, let value = left.costed.share(costed) {
            back.append(Portion(units: costed, value: value))
            left.costed.units -= costed
            left.costed.value? -= value
        }
        let uncosted = min(units - max(0, costed), left.uncosted)
        if uncosted > 0 {
            back.append(Portion(units: uncosted, value: nil))
            left.uncosted -= uncosted
        }
        served[document] = left
        return back
    }
}
