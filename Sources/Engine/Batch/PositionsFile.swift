import Domain
import Formats

/// What is there of one series, what is to come and on which terms: a row of the positions file.
struct PlanPosition: Sendable {
    /// The series.
    let id: [UInt8]
    /// Units on the shelf; negative for units owed.
    var onHand: Int64
    /// Units on order.
    var onOrder: Int64
    /// Money per unit; nil where nobody said.
    var cost: UnitPrice?
    /// Money per unit; nil where nobody said.
    var price: UnitPrice?
    /// Days from order to shelf, mean and standard deviation.
    var leadTime: (mean: Double, spread: Double)
    /// Units in a pack, ≥ 1.
    var pack: Int64
    /// Least units on an order line, ≥ 0.
    var minimum: Int64
}

/// Reads `unique_id,on_hand,on_order,unit_cost,unit_price,lead_time_days,lead_time_sd,pack,moq`.
///
/// Blank means 0 units on order, no spread, packs and minimum of 1, cost and price unknown; the stock on hand and the lead
/// time must be there. A row with anything else in it is refused, and so are all rows of a series that has several.
struct PositionsFile {
    /// The positions in the order of the file.
    private(set) var positions: [PlanPosition] = []
    /// Series of the file, rows that were refused included.
    private(set) var series = 0
    /// What to tell.
    private(set) var complaints = BatchComplaints()

    /// Units beyond which a number of them is a mistake.
    private static let largest = 1e12

    /// Reads a file to its end.
    init(_ source: ByteSource) throws(FormatError) {
        let csv = try CSVReader(source)
        let columns = try Columns(csv)
        if !columns.ignored.isEmpty {
            let names = columns.ignored.prefix(12).map(\.printable).joined(separator: ", ")
            complaints.note("\(source.name): columns not used: \(names)")
        }
        var places: [[UInt8]: Int] = [:]
        var repeated: Set<[UInt8]> = []
        while try csv.next() {
            let place = "\(source.name):\(csv.line)"
            if let problem = csv.problem {
                complaints.refuse(problem.description)
                continue
            }
            let id = Array(csv.field(columns.id))
            guard !id.isEmpty else {
                complaints.refuse("\(place): unique_id: is blank; name the series")
                continue
            }
            guard places.updateValue(csv.line, forKey: id) == nil else {
                complaints.refuse("\(place): \(shown(id)) is there more than once; keep one row: it is not planned")
                repeated.insert(id)
                continue
            }
            switch PositionsFile.position(id, csv, columns) {
            case .success(let position): positions.append(position)
            case .failure(let refusal): complaints.refuse("\(place): \(refusal.message)")
            }
        }
        series = places.count
        let before = positions.count
        positions.removeAll { repeated.contains($0.id) }
        // Those that were taken before their like was seen.
        if before > positions.count { complaints.refuse("", rows: before - positions.count) }
    }

    private struct Refusal: Error {
        var message: String
    }

    /// Where each column is; one may be missing where blanks would do.
    private struct Columns {
        let id: Int
        let onHand: Int
        let leadTime: Int
        let onOrder: Int?
        let cost: Int?
        let price: Int?
        let spread: Int?
        let pack: Int?
        let minimum: Int?
        let ignored: [String]

        init(_ csv: CSVReader) throws(FormatError) {
            id = try csv.required("unique_id")
            onHand = try csv.required("on_hand")
            leadTime = try csv.required("lead_time_days")
            onOrder = csv.column("on_order")
            cost = csv.column("unit_cost")
            price = csv.column("unit_price")
            spread = csv.column("lead_time_sd")
            pack = csv.column("pack")
            minimum = csv.column("moq")
            let used = [id, onHand, leadTime] + [onOrder, cost, price, spread, pack, minimum].compactMap { $0 }
            ignored = csv.header.indices.filter { !used.contains($0) && !csv.header[$0].isEmpty }.map { csv.header[$0] }
        }
    }

    private static func position(
        _ id: [UInt8], _ csv: CSVReader, _ columns: Columns
    ) -> Result<PlanPosition, Refusal> {
        func number(_ column: Int?, _ range: ClosedRange<Double>, isWhole: Bool = false) throws(Refusal) -> Double? {
            guard let column else { return nil }
            switch DecimalField(csv.field(column)) {
            case .blank: return nil
            case .number(let value) where range.contains(value) && !(isWhole && value != value.rounded()): return value
            default:
                let text = String(decoding: csv.field(column).prefix(60), as: UTF8.self).printable
                let kind = isWhole ? "whole number" : "number"
                throw Refusal(
                    message: "\(csv.header[column]): '\(text)' is no \(kind) from \(Int64(range.lowerBound)) "
                        + "to \(Int64(range.upperBound))")
            }
        }
        func units(_ column: Int?, from least: Double) throws(Refusal) -> Int64? {
            try number(column, least...largest, isWhole: true).map { Int64($0) }
        }
        // Prices may carry the noise of binary fractions; a millionth is what is kept.
        func price(_ column: Int?) throws(Refusal) -> UnitPrice? {
            try number(column, 0...1e12).map { UnitPrice(micros: Int64(($0 * 1e6).rounded())) }
        }
        do throws(Refusal) {
            guard let onHand = try units(columns.onHand, from: -largest) else {
                throw Refusal(message: "on_hand: is blank; write the units on the shelf, 0 if there are none")
            }
            guard let leadTime = try number(columns.leadTime, 0...1000) else {
                throw Refusal(message: "lead_time_days: is blank; write the days from order to shelf")
            }
            return .success(
                PlanPosition(
                    id: id, onHand: onHand, onOrder: try units(columns.onOrder, from: 0) ?? 0,
                    cost: try price(columns.cost), price: try price(columns.price),
                    leadTime: (leadTime, try number(columns.spread, 0...1000) ?? 0),
                    pack: try units(columns.pack, from: 1) ?? 1, minimum: try units(columns.minimum, from: 0) ?? 1))
        } catch {
            return .failure(error)
        }
    }
}
