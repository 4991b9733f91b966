/// Which products the sample shop has: 300, of every kind that a shop has, not its best sellers alone.
///
/// Products with sales on at least 15 days belong to the first of the kinds that they fit; within each, ranked by their
/// number of lines, every n-th is taken, beginning in the middle of the first n. So each kind has large and small ones.
enum ProductChoice: CaseIterable {
    /// Sold early and late, three quarters of its units or more in the last three months of a year.
    case seasonal
    /// Came between March and August 2011 and stayed.
    case launched
    /// There at the beginning, gone before August 2011.
    case ended
    /// There all the time; sold on 150 days or more.
    case fast
    /// There all the time; sold on 75 to 149 days.
    case steady
    /// There all the time; sold on fewer days.
    case slow

    /// How many of the kind the sample has.
    var count: Int {
        switch self {
        case .seasonal: 30
        case .launched: 30
        case .ended: 20
        case .fast: 110
        case .steady: 60
        case .slow: 50
        }
    }

    /// The kind of a product; nil where it fits none or sold too seldom to show anything.
    init?(_ sales: ProductSales) {
        guard sales.saleDays >= 15 else { return nil }
        // ISO 8601 sorts as text.
        let (first, last) = ("\(sales.first)", "\(sales.last)")
        let (isEarly, isLate) = (first < "2011-01-01", last >= "2011-11-01")
        if isEarly, isLate, 4 * sales.lateUnits >= 3 * sales.units {
            self = .seasonal
        } else if isLate, ("2011-03-01"..<"2011-09-01").contains(first) {
            self = .launched
        } else if isEarly, last < "2011-08-01" {
            self = .ended
        } else if isEarly, isLate {
            self = sales.saleDays >= 150 ? .fast : sales.saleDays >= 75 ? .steady : .slow
        } else {
            return nil
        }
    }

    /// The codes of the chosen products.
    static func codes(from sales: [ProductSales]) -> Set<String> {
        let kinds = Dictionary(grouping: sales) { ProductChoice($0) }
        var codes: Set<String> = []
        for kind in allCases {
            let ranked = (kinds[kind] ?? []).sorted { ($1.lines, $0.code) < ($0.lines, $1.code) }
            let count = min(kind.count, ranked.count)
            for index in 0..<count { codes.insert(ranked[(2 * index + 1) * ranked.count / (2 * count)].code) }
        }
        return codes
    }
}
