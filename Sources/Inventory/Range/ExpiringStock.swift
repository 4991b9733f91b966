/// What of a stock will expire before it is sold, if lots leave in the order of their expiry and at an even rate.
public struct ExpiringStock: Hashable, Sendable {
    /// Units of each lot that expire unsold, in the order given.
    public let unsold: [Int64]

    /// All units that expire unsold.
    public var total: Int64 { unsold.reduce(0) { $0.clampedPlus($1) } }

    /// - Parameters:
    ///   - lots: units, ≥ 0, and the last day of sale, 0 being today; nil for what does not expire. The first to expire
    ///     first.
    ///   - loose: units of no known lot: they are older, and leave before all others.
    ///   - rate: units a day; nil or NaN where nobody knows: then only what has expired is lost.
    public init(lots: [(units: Int64, lastDay: Int?)], loose: Int64, rate: Double?) {
        var sold = Double(max(0, loose))
        unsold = lots.map { lot in
            guard let lastDay = lot.lastDay else { return 0 }
            let units = max(0, lot.units)
            guard lastDay >= 0 else { return units }
            guard let rate, !rate.isNaN else { return 0 }
            let chance = max(0, rate * (Double(lastDay) + 1) - sold)
            let leaves = chance >= Double(units) ? units : Int64(chance.rounded(.down))
            sold += Double(leaves)
            return units - leaves
        }
    }
}
