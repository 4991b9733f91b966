/// A for the products that make the first 80 % of revenue, B up to 95 %, C for the rest.
enum RevenueClasses {
    /// The class of each product.
    ///
    /// By where a product begins: the one that crosses a border belongs to the better class.
    static func classes(_ revenue: [(product: Int64, revenue: Int64)]) -> [Int64: String] {
        let sellers = revenue.sorted { ($1.revenue, $0.product) < ($0.revenue, $1.product) }
        let total = sellers.reduce(0) { $0 + max(0, $1.revenue) }
        var sum: Int64 = 0
        var classes: [Int64: String] = [:]
        for seller in sellers {
            let share = total > 0 ? Double(sum) / Double(total) : 1
            classes[seller.product] = share < 0.8 ? "A" : share < 0.95 ? "B" : "C"
            sum += max(0, seller.revenue)
        }
        return classes
    }
}
