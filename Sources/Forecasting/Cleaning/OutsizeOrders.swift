import Glibc
import Numerics

/// Orders (or days) far larger than the others of the same product: single decisions, not the demand to plan for.
///
/// Order sizes are skewed, and half of them are often just 1, so sizes are judged on a logarithmic scale about their median,
/// by a spread that a tenth of wild values cannot move: the larger of the median absolute deviation and of the distance of
/// the 0.9 quantile from the median, each over what it is in units of the standard deviation of a normal. The limit is
/// where so many orders of that spread would bring a tenth of an order: the more there are, the further out it lies.
/// (Hampel, "The influence curve…", JASA 69, 1974; Iglewicz & Hoaglin, "How to detect and handle outliers", 1993.)
public struct OutsizeOrders: Sendable, Hashable {
    /// One order beyond the limit.
    public struct Order: Sendable, Hashable {
        /// Place in the input, from 0.
        public let index: Int
        /// Its size.
        public let units: Double
        /// How many times the typical size.
        public let timesTypical: Double
        /// How many orders of this size or more were to be expected among all, if it were of their kind; below 0.1.
        public let expected: Double
    }

    /// Those beyond the limit, in the order of the input.
    public let orders: [Order]
    /// Median size of those that are positive, in units, or in shares of the level where one was given.
    public let typical: Double
    /// Largest size that still counts as usual, in the same measure.
    public let limit: Double
    /// Share of all units that is in outsize orders, 0…1.
    public let shareOfUnits: Double
    private let levels: [Double]?
    private let units: [Double]

    /// Looks for outsize orders; zeros, negative sizes and what is not finite are left out.
    ///
    /// - Parameters:
    ///   - units: size of each order line, or demand of each day.
    ///   - levels: expected size of each, > 0, where it changes over time (season, growth); sizes are then judged relative
    ///     to it. Elements without a positive level are left out.
    ///   - fewest: positive sizes below which nothing is judged.
    public init(units: [Double], levels: [Double]? = nil, fewest: Int = 8) {
        self.units = units
        let isUsable = levels.map { $0.count == units.count } ?? true
        let levels = isUsable ? levels : nil
        self.levels = levels
        var sizes: [(index: Int, logarithm: Double)] = []
        for (i, size) in units.enumerated() where isUsable && size > 0 && size.isFinite {
            let level = levels?[i] ?? 1
            guard level > 0, level.isFinite else { continue }
            sizes.append((i, log(size / level)))
        }
        let sorted = sizes.map(\.logarithm).sorted()
        guard sorted.count >= max(3, fewest) else {
            (orders, typical, limit, shareOfUnits) = ([], 0, .infinity, 0)
            return
        }
        let median = OutsizeOrders.quantile(sorted, 0.5)
        let deviation = OutsizeOrders.quantile(sorted.map { abs($0 - median) }.sorted(), 0.5) * 1.4826
        let upper = (OutsizeOrders.quantile(sorted, 0.9) - median) / 1.2815515655
        // Sizes that are all alike still vary by a fifth: a pair for a single piece is nothing odd.
        let spread = max(deviation, upper, 0.2)
        let count = Double(sorted.count)
        let reach = Normal.quantile(1 - 0.1 / count) ?? 3
        let bound = median + spread * reach
        var orders: [Order] = []
        var outsize = 0.0
        var total = 0.0
        for (index, logarithm) in sizes {
            total += units[index]
            guard logarithm > bound else { continue }
            outsize += units[index]
            let chance = Normal.cumulative(-(logarithm - median) / spread) ?? 0
            orders.append(
                Order(
                    index: index, units: units[index], timesTypical: exp(logarithm - median), expected: count * chance))
        }
        self.orders = orders
        typical = exp(median)
        limit = exp(bound)
        shareOfUnits = total > 0 ? outsize / total : 0
    }

    /// The input with each outsize order brought down to the typical size: a baseline to forecast from.
    public var cleaned: [Double] {
        var result = units
        for order in orders { result[order.index] = typical * (levels?[order.index] ?? 1) }
        return result
    }

    /// Straight between neighbours, of sorted values.
    private static func quantile(_ sorted: [Double], _ p: Double) -> Double {
        let position = p * Double(sorted.count - 1)
        let low = Int(position)
        let high = min(sorted.count - 1, low + 1)
        return sorted[low] + (position - Double(low)) * (sorted[high] - sorted[low])
    }
}
