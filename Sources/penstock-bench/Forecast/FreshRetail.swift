import Forecasting
import Formats

/// The sample of FreshRetailNet-50K: hourly sales and stock-outs of perishables, one line a series and day.
struct FreshRetail {
    /// Opening hours that count: the data set's authors judge stock-outs from six to ten in the evening.
    static let opening = 6..<23

    private(set) var series = 0
    private(set) var days = 0
    private(set) var sold: [Double] = []
    private(set) var inStock: [Double] = []
    /// First and third category, then product.
    private(set) var groups: [[Int]] = [[], [], []]

    /// Reads the file, plain or `.gz`; series must be whole and of as many days each.
    init(path: String) throws {
        let csv = try CSVReader(ByteSource(path: path))
        func column(_ name: String) throws -> Int {
            guard let index = csv.column(name) else { throw BenchError("\(path) has no column \(name)") }
            return index
        }
        let names = ["first_category_id", "third_category_id", "product_id"]
        let (sales, status) = (try column("hours_sale"), try column("hours_stock_status"))
        let key = [try column("store_id"), try column("product_id")]
        let group = try names.map(column)
        var numbers = [[String: Int]](repeating: [:], count: group.count)
        var last: [String] = []
        var rows = 0
        while try csv.next() {
            if let problem = csv.problem { throw problem }
            let here = key.map { String(decoding: csv.field($0), as: UTF8.self) }
            if here != last {
                last = here
                series += 1
                for j in group.indices {
                    let name = String(decoding: csv.field(group[j]), as: UTF8.self)
                    let number = numbers[j][name] ?? numbers[j].count
                    numbers[j][name] = number
                    groups[j].append(number)
                }
            }
            rows += 1
            let hours = csv.field(sales).split(separator: UInt8(ascii: " ")).map {
                Double(String(decoding: $0, as: UTF8.self))
            }
            let flags = csv.field(status)
            guard hours.count == 24, flags.count == 24 else {
                throw BenchError("\(path) line \(csv.line) has not 24 hours")
            }
            for hour in FreshRetail.opening {
                guard let units = hours[hour] else { throw BenchError("\(path) line \(csv.line) lacks a number") }
                sold.append(units)
                inStock.append(flags[hour] == UInt8(ascii: "1") ? 0 : 1)
            }
        }
        guard series > 0, rows % series == 0 else { throw BenchError("\(path) has series of different lengths") }
        days = rows / series
    }
}
