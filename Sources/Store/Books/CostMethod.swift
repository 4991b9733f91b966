/// How the books say what a unit that left had cost.
public enum CostMethod: String, Sendable, CaseIterable {
    /// The cost of the day: what is declared for it, else what was last paid for it, else what a supplier asks.
    ///
    /// A receipt at another price and a new cost change the value of what lies on the shelf; both are booked by name.
    case dayCost = "day-cost"
    /// What is declared alone; without it a unit has no cost, whatever was paid.
    case standard
    /// The mean of what lies on the shelf, moved by every receipt.
    case movingAverage = "moving-average"
    /// What came first leaves first.
    case fifo

    /// What it is, in words that a manager understands.
    public var words: String {
        switch self {
        case .dayCost: "the cost of the day: declared, else last paid, else offered"
        case .standard: "the declared cost alone"
        case .movingAverage: "the mean cost of what lies on the shelf, moved by every receipt"
        case .fifo: "what came first leaves first"
        }
    }
}

/// What an entry of the stock ledger is.
public enum LedgerKind: Int, Sendable, CaseIterable {
    /// Stock that a first count of a place found there.
    case opening = 1
    /// What came from suppliers.
    case receipt
    /// What left for customers.
    case sale
    /// What came back from them and can be sold again, at the cost at which it had left.
    case takenBack
    /// What a count found more or less than the books.
    case countDifference
    /// What was written off, found or made.
    case adjustment
    /// What went to another place, or came from one.
    case transfer
    /// What goods that were sold before their receipt was booked turned out to have cost more or less.
    case trueUp
    /// What was paid more or less than the cost at which the goods stand in the books.
    case priceDifference
    /// What a new cost did to goods on the shelf.
    case revaluation
    /// What was sold of products while nobody had counted their stock: in the cost of goods, not in the stock.
    case soldUncounted

    /// The name that files and commands use.
    public var name: String {
        switch self {
        case .opening: "first-counts"
        case .receipt: "receipts"
        case .sale: "sales"
        case .takenBack: "returns"
        case .countDifference: "count-differences"
        case .adjustment: "adjustments"
        case .transfer: "transfers"
        case .trueUp: "true-ups"
        case .priceDifference: "price-differences"
        case .revaluation: "revaluations"
        case .soldUncounted: "sold-uncounted"
        }
    }

    /// The entries that are in the cost of goods sold.
    public static let costOfGoods: [LedgerKind] = [.sale, .takenBack, .trueUp, .soldUncounted]
}
