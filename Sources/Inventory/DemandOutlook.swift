import Numerics

/// Demand that is to come, whoever forecast it. Day 0 is the first whose demand is still to come.
public protocol DemandOutlook: Sendable {
    /// Expected units over a run of days.
    func mean(days: Range<Int>) -> Double
    /// The distribution of the total over a run of days. Longer runs must not have less demand at any point.
    func demand(days: Range<Int>) -> CountDistribution
}

/// Demand from day 0 up to each day, each built once.
struct DemandByLength {
    private let outlook: any DemandOutlook
    private var found: [CountDistribution?]

    init(_ outlook: any DemandOutlook, upTo days: Int) {
        self.outlook = outlook
        self.found = [CountDistribution?](repeating: nil, count: days + 1)
        found[0] = .zero
    }

    /// Demand of the first `days` days.
    subscript(days: Int) -> CountDistribution {
        mutating get {
            if let known = found[days] { return known }
            let demand = outlook.demand(days: 0..<days)
            found[days] = demand
            return demand
        }
    }

    /// Demand until an order placed at the following chance arrives: the mixture over the lead time.
    mutating func protection(_ timing: OrderTiming) -> CountDistribution {
        var parts: [(weight: Double, distribution: CountDistribution)] = []
        for outcome in timing.outcomes { parts.append((outcome.chance, self[outcome.nextArrival])) }
        return CountDistribution.mixture(of: parts) ?? .zero
    }
}
