import Numerics

/// Moving stock between places before buying any: from where it is spare to where it is short, if that is worth the trip.
public struct Transfer: Hashable, Sendable {
    /// A place and what it has of one product.
    public struct Place: Sendable {
        /// Units free there; what is owed counts against it.
        public var available: Int64
        /// Units that it keeps for itself, such as its own reorder point.
        public var keeps: Int64
        /// What its units are worth there until its own next supply.
        public var reward: UnitReward

        /// A place.
        public init(available: Int64, keeps: Int64, reward: UnitReward) {
            self.available = available
            self.keeps = keeps
            self.reward = reward
        }
    }

    /// A way that stock can go.
    public struct Lane: Hashable, Sendable {
        /// Index of the place that gives.
        public var from: Int
        /// Index of the place that gets.
        public var to: Int
        /// Money for a trip, ≥ 0.
        public var fixedCost: Double
        /// Money for each unit on it, ≥ 0.
        public var unitCost: Double

        /// A way from one place to another.
        public init(from: Int, to: Int, fixedCost: Double = 0, unitCost: Double = 0) {
            self.from = from
            self.to = to
            self.fixedCost = fixedCost
            self.unitCost = unitCost
        }
    }

    /// Index of the lane.
    public let lane: Int
    /// Units to move, whole packs.
    public let units: Int64
    /// Money that the units bring where they go, less what they would have brought where they are.
    public let gain: Double
    /// Money for the trip and its units.
    public let cost: Double

    /// The moves worth making, one a lane, in the order of lanes.
    ///
    /// The lane that brings most goes first, with as many packs as it pays to open it with, then pack by pack: what units
    /// bring falls where they go and rises where they leave. No place falls below what it keeps, a trip that costs more
    /// than it brings is not made, and asking again after the moves gives none.
    ///
    /// - Parameters:
    ///   - places: who has what.
    ///   - lanes: the ways there are; one that names no place, or has a cost that is negative or not finite, is left out.
    ///   - pack: units that move together, ≥ 1; nothing moves otherwise.
    public static func plan(_ places: [Place], lanes: [Lane], pack: Int64 = 1) -> [Transfer] {
        guard pack >= 1 else { return [] }
        var available = places.map(\.available)
        var moved = [Int64](repeating: 0, count: lanes.count)
        var gained = [Double](repeating: 0, count: lanes.count)
        let usable = lanes.indices.filter { index in
            let lane = lanes[index]
            return places.indices.contains(lane.from) && places.indices.contains(lane.to) && lane.from != lane.to
                && lane.fixedCost >= 0 && lane.unitCost >= 0 && (lane.fixedCost + lane.unitCost).isFinite
        }
        // What `units` more on a lane bring before its costs, from where things stand.
        func gain(_ lane: Lane, _ units: Int64) -> Double {
            let (from, to) = (available[lane.from], available[lane.to])
            return places[lane.to].reward.value(from: to, to: to.clampedPlus(units))
                + places[lane.from].reward.value(from: from, to: from.clampedMinus(units))
        }
        func best(_ index: Int) -> (units: Int64, net: Double)? {
            let lane = lanes[index]
            let spare = available[lane.from].clampedMinus(max(0, places[lane.from].keeps))
            guard spare >= pack else { return nil }
            func net(_ packs: Int64) -> Double { gain(lane, packs * pack) - lane.unitCost * Double(packs * pack) }
            var packs: Int64 = 1
            var toPay = 0.0
            if moved[index] == 0, lane.fixedCost > 0 {
                // Each further pack nets no more than the one before: bisection on the last that nets anything.
                var (low, high) = (Int64(1), spare / pack)
                while low < high {
                    let middle = low + (high - low + 1) / 2
                    if net(middle) > net(middle - 1) { low = middle } else { high = middle - 1 }
                }
                packs = low
                toPay = lane.fixedCost
            }
            let worth = net(packs) - toPay
            return worth > 1e-9 ? (packs * pack, worth) : nil
        }
        // Sums round, so that two places could hand the same unit to and fro for nothing: there is an end to the steps.
        for _ in 0..<100_000 {
            var chosen: (index: Int, units: Int64, net: Double)?
            for index in usable {
                guard let found = best(index), found.net > chosen?.net ?? 0 else { continue }
                chosen = (index, found.units, found.net)
            }
            guard let chosen else { break }
            let lane = lanes[chosen.index]
            gained[chosen.index] += gain(lane, chosen.units)
            moved[chosen.index] += chosen.units
            available[lane.from] -= chosen.units
            available[lane.to] = available[lane.to].clampedPlus(chosen.units)
        }
        return usable.compactMap { index in
            guard moved[index] > 0 else { return nil }
            let cost = lanes[index].fixedCost + lanes[index].unitCost * Double(moved[index])
            return Transfer(lane: index, units: moved[index], gain: gained[index], cost: cost)
        }
    }

    /// Money that the move brings after its costs.
    public var net: Double { gain - cost }
}
