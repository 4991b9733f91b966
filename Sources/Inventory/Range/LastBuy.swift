import Numerics

/// The last chance to buy a product: how many units for all the demand that is still to come.
///
/// The k-th unit of a position is sold in the period in which demand from now on reaches k. It then brings the margin, less
/// what keeping it until then cost; if demand never reaches k it is kept to the end and scrapped. What a further unit
/// brings only falls with k, so units are added while it is positive: the final-order problem of Teunter & Klein Haneveld,
/// "The final order problem", European Journal of Operational Research 107 (1998), for units sold once.
public struct LastBuy: Hashable, Sendable {
    /// Units to buy, whole packs.
    public let quantity: Int64
    /// Money expected from them, their cost paid.
    public let gain: Double
    /// Units expected to be left at the end, of all that is there by then.
    public let leftOver: Double
    /// Chance that demand outlives the stock, 0…1.
    public let chanceOfRunningOut: Double

    /// - Parameters:
    ///   - demand: total demand from now up to the end of each period, each at least the one before; the last ends when
    ///     the product does.
    ///   - position: units available and on order.
    ///   - price: what a sale brings, money.
    ///   - cost: what a unit costs now, money, ≥ 0.
    ///   - holding: money for keeping a unit through a period, ≥ 0; a unit that is sold in a period costs half of one.
    ///   - scrap: what a unit left over brings; negative where it costs. Below `cost`, and
    ///     not above `price`.
    ///   - pack: units in a pack, 1…2⁵⁰.
    /// - Returns: nil where there is no period or a number is out of range.
    public init?(
        demand: [CountDistribution], position: Int64, price: Double, cost: Double, holding: Double, scrap: Double = 0,
        pack: Int64 = 1
    ) {
        guard let all = demand.last, price.isFinite, cost >= 0, cost.isFinite, holding >= 0, holding.isFinite,
            scrap.isFinite, scrap < cost, scrap <= price, (1...1 << 50).contains(pack), position.magnitude < 1 << 50
        else { return nil }
        // Money from units beyond `from` up to `upTo`: what is asked for of them by each period's end is sold by then.
        func worth(from: Int64, upTo: Int64) -> Double {
            let units = Double(upTo) - Double(from)
            func asked(_ demand: CountDistribution) -> Double {
                demand.lossAbove(Double(from)) - demand.lossAbove(Double(upTo))
            }
            var before = 0.0
            var kept = 0.0
            for period in demand {
                let by = max(before, asked(period))
                // Those not sold by the beginning and by the end, on average.
                kept += (units - (before + by) / 2) * holding
                before = by
            }
            return price * before + scrap * (units - before) - kept - cost * units
        }
        let largest = max(0, Int64(all.maximum) - position)
        var (low, high) = (Int64(0), largest / pack + 1)
        while low < high {
            let middle = low + (high - low + 1) / 2
            if worth(from: position + (middle - 1) * pack, upTo: position + middle * pack) > 0 {
                low = middle
            } else {
                high = middle - 1
            }
        }
        quantity = low * pack
        let stock = Double(position + quantity)
        gain = worth(from: position, upTo: position + quantity)
        leftOver = max(0, stock - all.mean + all.lossAbove(stock))
        chanceOfRunningOut = 1 - all.cumulative(stock)
    }
}
