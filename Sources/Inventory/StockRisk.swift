import Numerics

/// What may be lost for want of stock until an order placed at the chance after the next could arrive.
///
/// Supply is a staircase of what is there and what arrives; D(t) is the demand of the first t days. Between two arrivals,
/// with A units of supply, the units expected to be lost from day a to day b are E[(D(b) − A)⁺] − E[(D(a) − A)⁺]. Demand
/// that was lost uses up nothing of what arrives later: at each arrival the units expected to be lost so far are added to
/// A. Without that, a shortage before a delivery would be counted again after it. More stock never raises any part, since
/// what it saves early is never more than itself.
public struct StockRisk: Hashable, Sendable {
    /// Supply up to and including each day, if nothing is sold, units.
    public let supply: [Int64]
    /// Chance that demand has outrun supply by the end of each day, 0…1, never falling: the highest of the chances at
    /// the ends of the days so far, which is the whole chance while nothing arrives and slightly less after.
    public let chanceByDay: [Double]
    /// Units expected to be lost on each day of the horizon if nothing more is ordered, ≥ 0.
    public let lostByDay: [Double]
    /// First day by whose end running out is more likely than not; nil where that is not within the horizon.
    public let runsOutOn: Int?
    /// Chance of running out before an order placed at the following chance arrives, 0…1.
    public let chanceBeforeNext: Double
    /// Units expected to be lost before an order placed at the following chance arrives; the sum of the next three.
    public let lost: Double
    /// Of these, units lost before anything ordered now could arrive, however much is paid.
    public let unavoidable: Double
    /// Of these, units lost after an expedited and before a normal arrival.
    public let avoidableByExpediting: Double
    /// Of these, units lost between the arrival of an order placed at the next chance and one placed at the following.
    public let avoidableByOrdering: Double

    /// The risk of a position.
    ///
    /// - Parameters:
    ///   - timing: nil where nothing can be ordered; then all of `lost` is unavoidable.
    ///   - horizon: days to look ahead where `timing` is nil, 1…1,000.
    public init(position: StockPosition, demand: any DemandOutlook, timing: OrderTiming?, horizon: Int = 28) {
        let days = timing.map(\.horizon) ?? min(1000, max(1, horizon))
        var cache = DemandByLength(demand, upTo: days)
        self.init(position: position, demand: &cache, timing: timing, days: days)
    }

    init(position: StockPosition, demand: inout DemandByLength, timing: OrderTiming?, days: Int) {
        supply = position.supply(days: days)
        var chances: [Double] = []
        chances.reserveCapacity(days)
        // Units lost before each day.
        var lostBefore = [0.0]
        lostBefore.reserveCapacity(days + 1)
        var highest = 0.0
        var lostBeforeArrival = 0.0
        for day in 0..<days {
            if day > 0, supply[day] > supply[day - 1] { lostBeforeArrival = lostBefore[day] }
            let units = Double(supply[day])
            let leftFor = units + lostBeforeArrival
            let upToNow = demand[day]
            let upToNext = demand[day + 1]
            highest = max(highest, 1 - upToNext.cumulative(units))
            chances.append(highest)
            lostBefore.append(lostBefore[day] + max(0, upToNext.lossAbove(leftFor) - upToNow.lossAbove(leftFor)))
        }
        chanceByDay = chances
        lostByDay = (0..<days).map { max(0, lostBefore[$0 + 1] - lostBefore[$0]) }
        runsOutOn = chances.firstIndex { $0 > 0.5 }
        guard let timing else {
            chanceBeforeNext = highest
            lost = lostBefore[days]
            unavoidable = lost
            avoidableByExpediting = 0
            avoidableByOrdering = 0
            return
        }
        var chance = 0.0
        var parts = (none: 0.0, expediting: 0.0, ordering: 0.0)
        for outcome in timing.outcomes {
            let earliest = min(timing.expedited ?? outcome.arrival, outcome.arrival)
            parts.none += outcome.chance * lostBefore[earliest]
            parts.expediting += outcome.chance * (lostBefore[outcome.arrival] - lostBefore[earliest])
            parts.ordering += outcome.chance * (lostBefore[outcome.nextArrival] - lostBefore[outcome.arrival])
            if outcome.nextArrival > 0 { chance += outcome.chance * chances[outcome.nextArrival - 1] }
        }
        chanceBeforeNext = min(1, chance)
        (unavoidable, avoidableByExpediting, avoidableByOrdering) = parts
        lost = unavoidable + avoidableByExpediting + avoidableByOrdering
    }
}
