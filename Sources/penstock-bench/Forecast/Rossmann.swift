import Domain
import Forecasting
import Formats

/// Daily sales and customers of 1,115 drug stores, the open days only, with their promotions.
struct Rossmann {
    /// First day, and number of days from it to the last.
    private(set) var firstDay = 0
    private(set) var days = 0
    private(set) var stores = 0
    /// By store × day; NaN where the store was closed.
    private(set) var sales: [Double] = []
    private(set) var customers: [Double] = []
    /// By store × day: whether the store's promotion ran; a closed day is as the other stores' on it.
    private(set) var isPromoted: [Bool] = []
    /// Type of each store, from 0.
    private(set) var groups: [Int] = []

    /// Reads rossmann_open_days.csv.gz and store.csv of a folder.
    init(folder: String) throws {
        var rows: [(store: Int, day: Int, sales: Double, customers: Double, isPromoted: Bool)] = []
        let csv = try CSVReader(ByteSource(path: "\(folder)/rossmann_open_days.csv.gz"))
        let columns = try ["Store", "Date", "Sales", "Customers", "Promo"].map { try Rossmann.column(csv, $0) }
        while try csv.next() {
            if let problem = csv.problem { throw problem }
            let fields = columns.map { String(decoding: csv.field($0), as: UTF8.self) }
            guard let store = Int(fields[0]), let day = Day(fields[1]), let sales = Double(fields[2]),
                let customers = Double(fields[3])
            else { throw BenchError("rossmann_open_days.csv.gz line \(csv.line) is no day of a store") }
            rows.append((store, Int(day.number), sales, customers, fields[4] == "1"))
        }
        guard let first = rows.map(\.day).min(), let last = rows.map(\.day).max() else {
            throw BenchError("\(folder) holds no day of a store")
        }
        firstDay = first
        days = last - first + 1
        let names = Set(rows.map(\.store)).sorted()
        stores = names.count
        let places = Dictionary(uniqueKeysWithValues: zip(names, 0...))
        sales = [Double](repeating: .nan, count: stores * days)
        customers = sales
        isPromoted = [Bool](repeating: false, count: stores * days)
        var everywhere = [Bool](repeating: false, count: days)
        for row in rows where row.isPromoted { everywhere[row.day - first] = true }
        for store in 0..<stores {
            for day in 0..<days { isPromoted[store * days + day] = everywhere[day] }
        }
        for row in rows {
            let place = (places[row.store] ?? 0) * days + row.day - first
            (sales[place], customers[place], isPromoted[place]) = (row.sales, row.customers, row.isPromoted)
        }
        groups = [Int](repeating: 0, count: stores)
        let types = try CSVReader(ByteSource(path: "\(folder)/store.csv"))
        let (store, type) = (try Rossmann.column(types, "Store"), try Rossmann.column(types, "StoreType"))
        while try types.next() {
            if let problem = types.problem { throw problem }
            guard let name = Int(String(decoding: types.field(store), as: UTF8.self)), let place = places[name] else {
                continue
            }
            groups[place] = Int(types.field(type).first ?? 97) - 97
        }
        guard groups.allSatisfy({ (0..<26).contains($0) }) else {
            throw BenchError("store.csv has a type that is no letter")
        }
    }

    private static func column(_ csv: CSVReader, _ name: String) throws -> Int {
        guard let index = csv.column(name) else { throw BenchError("there is no column \(name)") }
        return index
    }
}
