import Domain
import Numerics
import TestSupport

/// A file of order lines drawn from a seed, as a till would write it: repeats, reversals, adjustments, postage, codes in
/// either letter case, an hour that clocks show twice, and rows that must be refused.
struct OrderFile {
    struct Row {
        var document: String
        var cells: [String]
        var isSound = true
    }

    static let header = "Doc,Code,Title,Qty,Date,Price,Customer,Line"
    private(set) var rows: [Row] = []

    init(seed: UInt64, documents: Int = 40) {
        var random = SplitMix64(seed: seed)
        func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        let codes = ["85123A", "71053", "84406B", "22752", "21730", "Mug-é", "post", "15056bl"]
        let customers = ["", "17850", "13047", "12583"]
        let days = ["2011-10-28", "2011-10-29", "2011-10-30", "2011-10-31", "2011-11-01"]
        for document in 0..<documents {
            let takesBack = pick(4) == 0
            let number = "\(takesBack ? "C" : "")\(536_365 + document)"
            // Each document at a second of its own; what is taken back comes late in the day, after what was ordered.
            let hour = takesBack ? 20 + pick(4) : pick(20)
            let date = "\(days[pick(5)]) \(two(hour)):\(two(pick(60))):\(two(document))"
            let customer = customers[pick(4)]
            var ofDocument: [[String]] = []
            for _ in 0..<1 + pick(6) {
                let code = codes[pick(codes.count)]
                let isFree = pick(9) == 0
                let units = (takesBack || isFree ? -1 : 1) * (1 + pick(12))
                let cells = [
                    number, pick(2) == 0 ? code.uppercased() : code, "THING \(code.uppercased())", "\(units)", date,
                    isFree ? "0.00" : "\(1 + pick(9)).\(two(pick(100)))", customer,
                ]
                ofDocument.append(cells)
                if pick(5) == 0 { ofDocument.append(cells) }
            }
            for (index, cells) in ofDocument.enumerated() {
                rows.append(Row(document: number, cells: cells + ["\(index + 1)"]))
            }
            guard pick(5) == 0 else { continue }
            var broken = ofDocument[0]
            switch pick(4) {
            case 0: broken[3] = "a dozen"
            case 1: broken[4] = "2011-02-30 10:00:00"
            case 2: broken[1] = ""
            default: broken[5] = "1.2345678"
            }
            // A mark of its own: rows that are the same byte by byte are numbered among each other.
            broken[2] = "BROKEN \(document)"
            rows.append(Row(document: number, cells: broken + ["\(ofDocument.count + 1)"], isSound: false))
        }
    }

    static func text(_ rows: some Sequence<Row>) -> String {
        rows.reduce(into: header + "\n") { $0 += $1.cells.joined(separator: ",") + "\n" }
    }

    /// The documents in three parts that overlap by whole documents; their rows stay in order.
    func overlappingParts() -> [[Row]] {
        let numbers = rows.map(\.document).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
        // By every third document, and some in two parts or all three, so that the days of the parts overlap as well.
        return (0..<3).map { part in
            let taken = Set(numbers.enumerated().filter { $0.offset % 3 == part || $0.offset % 7 == 0 }.map(\.element))
            return rows.filter { taken.contains($0.document) }
        }
    }

    /// What `demand_day` must say of the sound rows: by code in capitals and day; worked out with lists and loops alone.
    func expectedDemand() -> [String: [Int64]] {
        struct Line {
            var document, code, time, customer: String
            var units, minor: Int64
        }
        let lines = rows.filter(\.isSound).compactMap { row -> Line? in
            let cells = row.cells
            guard cells[1].uppercased() != "POST", let units = Int64(cells[3]) else { return nil }
            let pence = Int64(cells[5].filter { $0 != "." }) ?? 0
            return Line(
                document: cells[0], code: cells[1].map { $0.isASCII ? $0.uppercased() : "\($0)" }.joined(),
                time: cells[4],
                customer: cells[6], units: units, minor: units * pence)
        }
        var days: [String: [Int64]] = [:]
        func add(_ line: Line, _ column: Int, _ units: Int64) {
            var sums = days["\(line.code) \(line.time.prefix(10))"] ?? [0, 0, 0, 0, 0]
            sums[column] += units
            sums[3] += line.minor
            sums[4] += 1
            days["\(line.code) \(line.time.prefix(10))"] = sums
        }
        for line in lines where !line.document.hasPrefix("C") && line.units > 0 { add(line, 0, line.units) }
        var taken: [String: Int64] = [:]
        let back = lines.filter { $0.document.hasPrefix("C") }
            .sorted { ($0.time, $0.document, $0.units) < ($1.time, $1.document, $1.units) }
        for line in back {
            let ordered = lines.filter {
                !$0.document.hasPrefix("C") && $0.units > 0 && $0.code == line.code && $0.customer == line.customer
                    && $0.time.prefix(10) == line.time.prefix(10) && $0.time <= line.time
            }.reduce(0) { $0 + $1.units }
            let key = "\(line.customer) \(line.code) \(line.time.prefix(10))"
            if !line.customer.isEmpty, ordered - taken[key, default: 0] >= -line.units {
                taken[key, default: 0] -= line.units
                add(line, 1, -line.units)
            } else {
                add(line, 2, -line.units)
            }
        }
        return days
    }
}

private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
