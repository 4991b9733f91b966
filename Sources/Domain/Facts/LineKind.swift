/// Who buys: told apart because a few large orders of the trade say little of what people will ask for.
public enum CustomerGroup: String, Sendable, CaseIterable {
    case retail, wholesale

    /// The group of a source's word: `wholesale`, `b2b` and `trade` are of one, everything else of the other.
    public init(_ word: some StringProtocol) {
        self = ["wholesale", "b2b", "trade"].contains(word.trimmed.lowercased()) ? .wholesale : .retail
    }
}

/// What became of units that came back.
public enum ReturnGrade: String, Sendable, CaseIterable {
    /// They are on the shelf again.
    case sellable
    /// They came back and cannot be sold.
    case damaged

    /// The grade of a source's word; nil where it is none.
    public init?(_ word: some StringProtocol) { self.init(rawValue: word.trimmed.lowercased()) }

    /// What to write instead of a word that is no grade.
    public static let wanted = "the grade of what came back is sellable or damaged, or blank where nobody looked"
}

/// What a line of an order document does to demand.
public enum LineKind: Int, Sendable, Codable, CaseIterable {
    /// Units asked for.
    case sale = 1
    /// Units of an order taken back before they were shipped: demand that was not.
    case cancellation = 2
    /// Units that came back after they were shipped; never less demand.
    case `return` = 3
    /// A correction of stock or money that no customer asked for.
    case adjustment = 4
    /// Postage, fees, vouchers: money, but no product.
    case notProduct = 5
    /// Taken back, before or after shipping unsaid. The store resolves it: a cancellation where the same customer
    /// ordered at least as many of the product earlier on the same day and they were not shipped, else a return.
    case reversal = 6

    /// The name that files and screens use.
    public var name: String {
        switch self {
        case .sale: "sale"
        case .cancellation: "cancellation"
        case .return: "return"
        case .adjustment: "adjustment"
        case .notProduct: "not-a-product"
        case .reversal: "reversal"
        }
    }

    /// The kind of a name, as in `name`.
    public init?(named name: String) {
        guard let kind = LineKind.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }
}
