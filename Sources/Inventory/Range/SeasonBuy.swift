import Domain
import Numerics

/// What to book of a product for a season before its deadline, when nothing can be had later, or only late and dearer.
///
/// Without a second order this is the newsvendor: a unit short loses price − cost, a unit left over loses cost − what the
/// end of the season pays for it. With one, units asked for after it arrives need not be booked: with D₁ until then, D₂
/// after, and a later cost c₂, booking k units costs
///
///     what they cost, + lost margin on D₁ beyond k, + (c₂ − c₁ on each unit ordered later), − salvage of what is left,
///
/// the second order being the newsvendor's for D₂ given what is left by then (Fisher & Raman, "Reducing the cost of demand
/// uncertainty through accurate response to early sales", Operations Research 44, 1996, for independent halves).
public struct SeasonBuy: Hashable, Sendable {
    /// Units to book, whole packs.
    public let quantity: Int64
    /// Money expected from the season with it, orders paid.
    public let profit: Double
    /// Chance to be sold out before the second order arrives, or by the end where there is none.
    public let chanceOfSellingOut: Double
    /// Units expected to be left at the end.
    public let leftOver: Double

    /// A second chance to order within the season.
    public struct SecondOrder: Sendable {
        /// Demand from the season's beginning until it arrives.
        public var before: CountDistribution
        /// Demand from its arrival until the season's end; independent of the former.
        public var after: CountDistribution
        /// Cost of one unit then, at least the first.
        public var cost: Double

        /// A second order.
        public init(before: CountDistribution, after: CountDistribution, cost: Double) {
            self.before = before
            self.after = after
            self.cost = cost
        }
    }

    /// The booking without a second order.
    ///
    /// - Parameters:
    ///   - demand: demand of the season.
    ///   - stock: units there or on order before it, ≥ 0.
    ///   - price: price of one unit in the season.
    ///   - cost: cost of one unit, below `price`.
    ///   - salvage: what a unit left over brings after the season, below `cost`.
    ///   - pack: units in a pack, ≥ 1.
    /// - Returns: nil where a number is out of range.
    public init?(
        demand: CountDistribution, stock: Int64 = 0, price: Double, cost: Double, salvage: Double, pack: Int64 = 1
    ) {
        self.init(
            SecondOrder(before: demand, after: .zero, cost: cost), stock: stock, price: price, cost: cost,
            salvage: salvage, pack: pack)
    }

    /// The booking before a second order.
    ///
    /// - Parameters:
    ///   - second: the second order.
    ///   - stock: units there or on order before the season, ≥ 0.
    ///   - price: price of one unit in the season, above both costs.
    ///   - cost: cost of one unit now.
    ///   - salvage: what a unit left over brings after the season, below `cost`.
    ///   - pack: units in a pack, ≥ 1.
    /// - Returns: nil where a number is out of range.
    public init?(
        _ second: SecondOrder, stock: Int64 = 0, price: Double, cost: Double, salvage: Double, pack: Int64 = 1
    ) {
        guard let later = Newsvendor(price: price, cost: second.cost, salvage: salvage), price.isFinite,
            Newsvendor(price: price, cost: cost, salvage: salvage) != nil, second.cost >= cost,
            (0...1 << 50).contains(stock), (1...1 << 50).contains(pack)
        else { return nil }
        let reorderTo = Double(later.stock(for: second.after))
        // Money from the second half on, with `left` units at its beginning.
        func rest(_ left: Double) -> Double {
            let level = max(left, reorderTo)
            let sold = second.after.mean - second.after.lossAbove(level)
            return price * sold + salvage * (level - sold) - second.cost * (level - left)
        }
        func profit(_ units: Int64) -> Double {
            let level = stock + units
            let sold = second.before.mean - second.before.lossAbove(Double(level))
            let after = Leftover(of: level, after: second.before).mean(rest)
            return price * sold + after - cost * Double(units)
        }
        // Concave in the booking, as each part is: bisection on the last pack that adds something.
        let largest = Int64(second.before.maximum) + Int64(second.after.maximum)
        var (low, high) = (Int64(0), max(0, largest - stock) / pack + 1)
        while low < high {
            let middle = low + (high - low + 1) / 2
            if profit(middle * pack) > profit((middle - 1) * pack) { low = middle } else { high = middle - 1 }
        }
        quantity = low * pack
        self.profit = profit(quantity)
        let level = stock + quantity
        chanceOfSellingOut = 1 - second.before.cumulative(Double(level - 1))
        leftOver = Leftover(of: level, after: second.before).mean { left in
            let upTo = max(left, reorderTo)
            return upTo - second.after.mean + second.after.lossAbove(upTo)
        }
        guard self.profit.isFinite else { return nil }
    }
}

/// The days that a season's booking must keep to.
public struct SeasonCalendar: Hashable, Sendable {
    /// Last day on which the supplier takes bookings.
    public let deadline: Day
    /// First and last day of sale.
    public let season: ClosedRange<Day>

    /// Nil where the deadline lies after the season's end.
    public init?(deadline: Day, season: ClosedRange<Day>) {
        guard deadline <= season.upperBound else { return nil }
        self.deadline = deadline
        self.season = season
    }

    /// Days left to book; negative after the deadline.
    public func daysToBook(from today: Day) -> Int { today.distance(to: deadline) }

    /// Days of the season from today on, as offsets from today; empty after its end.
    public func daysOfSale(from today: Day) -> Range<Int> {
        let end = max(0, today.distance(to: season.upperBound) + 1)
        return min(end, max(0, today.distance(to: season.lowerBound)))..<end
    }
}
