/// How a need becomes whole packs.
public enum PackRounding: String, Sendable, CaseIterable {
    /// Never less than the need.
    case up
    /// Never more than the need; less than a pack is no order.
    case down
    /// To the nearest; halves up.
    case nearest

    /// `units` ≥ 0 as a multiple of `pack` ≥ 1; nil where it does not fit 64 bits or a number is out of range.
    public func callAsFunction(_ units: Int64, pack: Int64) -> Int64? {
        guard units >= 0, pack >= 1 else { return nil }
        let rest = units % pack
        let isUp =
            switch self {
            case .up: rest > 0
            case .down: false
            case .nearest: rest >= pack - rest && rest > 0
            }
        guard isUp else { return units - rest }
        let (rounded, overflow) = (units - rest).addingReportingOverflow(pack)
        return overflow ? nil : rounded
    }
}

/// The multiples of a pack that an order line may have.
struct PackRange {
    let pack: Int64
    /// The least, ≥ one pack.
    let least: Int64
    /// The largest, ≥ `least`.
    let most: Int64

    /// Nil where no multiple lies between the two, or a number is out of range.
    init?(pack: Int64, minimum: Int64, maximum: Int64?) {
        guard pack >= 1, minimum >= 0, let least = PackRounding.up(max(1, minimum), pack: pack),
            let most = PackRounding.down(max(0, maximum ?? PackRange.limit), pack: pack), least <= most
        else { return nil }
        self.pack = pack
        self.least = least
        self.most = most
    }

    /// The multiples on either side of a quantity, within the range; the same one twice outside of it.
    func neighbours(of units: Double) -> (below: Int64, above: Int64) {
        // NaN compares false: it ends at the least.
        guard units > Double(least) else { return (least, least) }
        guard units < Double(most) else { return (most, most) }
        let below = Int64(units) / pack * pack
        let above = Double(below) < units ? below + pack : below
        return (max(least, below), min(most, above))
    }

    /// Far beyond any order, and far enough from the end of 64 bits that two of them can be added.
    static let limit: Int64 = 1 << 60
}
