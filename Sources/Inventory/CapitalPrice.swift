import Glibc

/// What a unit of money in stock costs a day, so that a given share of all revenue is served from the shelf at the least
/// stock.
///
/// With a limited stock the least revenue is lost where the last money put into each product saves the same: one price of
/// capital λ for all of them (Everett, "Generalized Lagrange multiplier method for solving problems of optimum allocation
/// of resources", Operations Research 11, 1963). A product of price p and cost c then runs short for the share
/// λ·c·gap ÷ (p + λ·c·gap) of its demand, the critical ratio that `ReorderPolicy` has for a fill rate, and λ is the one at
/// which the shares, weighed by revenue, come to 1 − fill rate. A single product so gets the fill rate itself; of several,
/// those that earn more for their cost get more.
public enum CapitalPrice {
    /// What one product brings and ties up.
    public struct Product: Hashable, Sendable {
        /// Money that it is expected to be asked for a day, ≥ 0.
        public var revenue: Double
        /// Its cost as a share of its price, > 0.
        public var costShare: Double

        /// A product.
        public init(revenue: Double, costShare: Double) {
            self.revenue = revenue
            self.costShare = costShare
        }
    }

    /// The price of capital a day, as a share of it; nil where `fillRate` is not above 0 and below 1, `gap` is below 1, or
    /// no product brings anything. Products with numbers that are not finite or out of range count for nothing.
    public static func perDay(fillRate: Double, gap: Int, products: [Product]) -> Double? {
        guard fillRate > 0, fillRate < 1, gap >= 1 else { return nil }
        let used = products.filter { $0.revenue > 0 && $0.revenue < 1e15 && $0.costShare > 0 && $0.costShare < 1e9 }
        let total = used.reduce(0) { $0 + $1.revenue }
        guard total > 0 else { return nil }
        func short(_ price: Double) -> Double {
            used.reduce(0) { sum, product in
                let held = price * product.costShare * Double(gap)
                return sum + product.revenue * held / (1 + held)
            } / total
        }
        // The share short rises with the price; a hundred halvings of its logarithm leave nothing to find.
        var low = log(1e-18)
        var high = log(1e18)
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if short(exp(middle)) > 1 - fillRate { high = middle } else { low = middle }
        }
        return exp((low + high) / 2)
    }
}
