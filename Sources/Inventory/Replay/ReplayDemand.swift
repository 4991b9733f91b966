import Numerics

/// What was asked for of one product at one place, day by day, as far as anybody saw.
public struct ReplayDemand: Sendable {
    /// Units sold on each day, ≥ 0.
    public let sold: [Int64]
    /// The days on which more may have been asked for than was sold, with what was expected of each.
    public let hidden: [Int: CountDistribution]

    /// The demand of a run of days; what is sold below nothing counts as nothing.
    ///
    /// - Parameter hidden: by day, 0 being the first; days outside the run are ignored.
    public init(sold: [Int64], hidden: [Int: CountDistribution] = [:]) {
        self.sold = sold.map { max(0, $0) }
        self.hidden = hidden
    }

    /// One possible course of the true demand, units a day.
    ///
    /// Days that were seen are as they were. On the others it is drawn from what was expected, given that it was at least
    /// what was sold: by inversion of the distribution's upper part, so that a draw is one uniform whatever was sold.
    public func path(_ draws: ReplayDraws) -> [Int64] {
        var path = sold
        for (day, expected) in hidden where sold.indices.contains(day) {
            let below = expected.cumulative(Double(sold[day]) - 1)
            // Far beyond what was thought possible there is nothing to add to what was sold.
            guard below < 1 - 1e-9 else { continue }
            let level = below + draws.uniform(.demand, day: day) * (1 - below)
            path[day] = max(sold[day], Int64(expected.quantile(level)))
        }
        return path
    }
}
