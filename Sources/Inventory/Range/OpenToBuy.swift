import Domain

/// What a category may still spend in each month, so that its stock ends where it was planned.
///
/// Open to buy = planned sales + planned markdowns + planned stock at the month's end − stock at its beginning − on order
/// for it (Levy, Weitz & Grewal, "Retailing Management", chapter on merchandise budget plans). All in one currency and at
/// one valuation, cost or retail. The stock at a month's beginning is what the plan had for the end of the month before,
/// or what was on order beyond that.
public struct OpenToBuy: Hashable, Sendable {
    /// One month of a category's plan, minor units.
    public struct Month: Hashable, Sendable {
        /// Planned sales.
        public var sales: Int64
        /// Planned markdowns and shrinkage.
        public var markdowns: Int64
        /// Planned stock at the end.
        public var endStock: Int64
        /// Already ordered for the month.
        public var onOrder: Int64

        /// A month with nothing on order unless said otherwise.
        public init(sales: Int64, markdowns: Int64 = 0, endStock: Int64, onOrder: Int64 = 0) {
            self.sales = sales
            self.markdowns = markdowns
            self.endStock = endStock
            self.onOrder = onOrder
        }
    }

    /// What may still be bought for each month, minor units, ≥ 0.
    public let open: [Int64]
    /// What is on order beyond the plan of each month, minor units, ≥ 0; it lowers what the next month may buy.
    public let over: [Int64]
    /// Stock at each month's end, if all that is open is bought, minor units.
    public let endStock: [Int64]

    /// What a category may spend.
    ///
    /// - Parameters:
    ///   - stock: stock now, at the beginning of the first month, minor units.
    ///   - months: its plan, in order. Sums beyond 64 bits end at the largest number.
    public init(stock: Int64, months: [Month]) {
        var stock = stock
        var (open, over, ends): ([Int64], [Int64], [Int64]) = ([], [], [])
        for month in months {
            let out = month.sales.clampedPlus(month.markdowns)
            let needed = out.clampedPlus(month.endStock).clampedMinus(stock).clampedMinus(month.onOrder)
            open.append(max(0, needed))
            over.append(needed < 0 ? Int64(0).clampedMinus(needed) : 0)
            stock = month.endStock.clampedPlus(max(0, Int64(0).clampedMinus(needed)))
            ends.append(stock)
        }
        self.open = open
        self.over = over
        self.endStock = ends
    }
}
