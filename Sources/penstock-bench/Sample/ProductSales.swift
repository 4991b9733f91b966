import Domain
import Formats

/// How one product of the data set sold.
struct ProductSales {
    /// Its code, in capitals.
    let code: String
    /// All its lines, those that are no sales too.
    var lines = 0
    /// Days on which it was sold, at least once.
    var saleDays = 0
    /// First and last of them.
    var first: Day
    var last: Day
    /// Units sold.
    var units: Int64 = 0
    /// Of those, in October, November and December.
    var lateUnits: Int64 = 0
    /// Of those, before the sample shop opens.
    var knownUnits: Int64 = 0
    /// Of those, in the eight weeks before it.
    var recentUnits: Int64 = 0
    /// How often each wording was used in sales.
    private var titles: [String: Int] = [:]
    private var prices: [UnitPrice] = []

    /// The day on which the sample shop opens; what lies on or after it is not yet known there.
    static let opening = Day(number: 15_250)  // 2011-10-03
    /// Days of `recentUnits`.
    static let recentDays = 56

    private init(_ line: RetailLine) {
        code = line.code
        first = line.day
        last = line.day
    }

    /// The products that were sold at all, by code; other codes (postage, fees) are left out.
    ///
    /// - Parameter path: the data set or an extract, lines by time.
    /// - Throws: `FormatError` where it cannot be read.
    static func read(_ path: String) throws(FormatError) -> [ProductSales] {
        var lines = try RetailLines(path: path)
        var products: [String: ProductSales] = [:]
        var others: [String: Int] = [:]
        while let line = try lines.next() {
            guard isProduct(line.code) else { continue }
            guard line.isSale else {
                others[line.code, default: 0] += 1
                continue
            }
            products[line.code, default: ProductSales(line)].add(line)
        }
        return products.values.sorted { $0.code < $1.code }.map { product in
            var product = product
            product.lines += others[product.code] ?? 0
            return product
        }
    }

    /// Whether a code is one of goods: five digits, and up to two letters for a variant.
    static func isProduct(_ code: String) -> Bool {
        let (digits, letters) = (code.utf8.prefix(5), code.utf8.dropFirst(5))
        return digits.count == 5 && digits.allSatisfy { $0 &- 0x30 < 10 } && letters.count <= 2
            && letters.allSatisfy { $0 &- 0x41 < 26 } && code != carriage
    }

    /// "Next day carriage", which the data set sells under a code like a product's.
    private static let carriage = "23444"

    private mutating func add(_ line: RetailLine) {
        lines += 1
        if saleDays == 0 || line.day > last { saleDays += 1 }
        last = line.day
        units += line.quantity
        if line.day.civil.month >= 10 { lateUnits += line.quantity }
        if line.day < ProductSales.opening { knownUnits += line.quantity }
        if (1...ProductSales.recentDays).contains(line.day.distance(to: ProductSales.opening)) {
            recentUnits += line.quantity
        }
        titles[line.title, default: 0] += 1
        prices.append(line.price)
    }

    /// The wording used most, of equals the first in the alphabet.
    var title: String { titles.min { ($1.value, $0.key) < ($0.value, $1.key) }?.key ?? code }

    /// The median price of its sale lines.
    var price: UnitPrice { prices.sorted()[prices.count / 2] }

    /// Units a day: of the last eight weeks, or of all days on sale before the opening where that is more.
    var dailyUnits: Double {
        let days = max(1, first.distance(to: ProductSales.opening))
        return max(Double(recentUnits) / Double(ProductSales.recentDays), Double(knownUnits) / Double(days))
    }
}
