import Forecasting
import Numerics

/// Stock-outs that never were: hours in stock that are hidden on purpose, so that what was sold in them is known.
///
/// From a moment on, all hours of the day are hidden; those that really were in stock are the truth. The moment may depend
/// on what was sold before it, as a real stock-out does, but on nothing later. Choosing days that were in stock to the end
/// would look ahead: such days are those on which little was asked for, and any honest estimate would seem too high.
struct HiddenStockouts {
    /// How the moment is chosen.
    enum Cause: String, CaseIterable {
        /// At the first hour of a real stock-out drawn from all.
        case otherDays = "at the hours of real stock-outs"
        /// When a drawn stock, up to twice the series' mean day, is sold.
        case soldOut = "when a drawn stock is sold"
        /// At the first hour of a real stock-out, but only on days in stock to the end, which is the biased choice.
        case fullDays = "on days in stock to the end (looks ahead)"
    }

    /// Cells whose sales are hidden though they were in stock.
    private(set) var hidden: [Bool]
    /// What is left to see.
    let shelf: ShelfHours
    private let sold: [Double]
    private let days: Int
    private let hours: Int

    /// Hides part of the days; the same seed, the same days.
    init(_ data: FreshRetail, cause: Cause, share: Double, seed: UInt64) throws {
        let hours = FreshRetail.opening.count
        let (series, days) = (data.series, data.days)
        var generator = SplitMix64(seed: seed)
        let rows = series * days
        func firstOut(_ row: Int) -> Int? { (0..<hours).first { data.inStock[row * hours + $0] == 0 } }
        let starts = (0..<rows).compactMap(firstOut).filter { $0 > 0 }
        guard !starts.isEmpty else { throw BenchError("no stock-out to learn from") }
        var hidden = [Bool](repeating: false, count: rows * hours)
        var seen = data.inStock
        var left = data.sold
        for i in 0..<series {
            let full = (i * days..<(i + 1) * days).filter { firstOut($0) == nil }
            let units = full.reduce(0.0) { sum, row in sum + data.sold[row * hours..<(row + 1) * hours].reduce(0, +) }
            let mean = units / Double(max(1, full.count))
            for row in i * days..<(i + 1) * days {
                let (chance, draw) = (generator.uniform(), generator.uniform())
                guard chance < share else { continue }
                var start: Int?
                switch cause {
                case .otherDays, .fullDays:
                    start = starts[Int(draw * Double(starts.count))]
                    if cause == .fullDays, firstOut(row) != nil { start = nil }
                case .soldOut:
                    var stock = 2 * mean * draw
                    for hour in 0..<hours where data.inStock[row * hours + hour] > 0 {
                        stock -= data.sold[row * hours + hour]
                        if stock <= 0 {
                            start = max(3, hour + 1)
                            break
                        }
                    }
                }
                guard let start, start < hours else { continue }
                if cause != .soldOut, data.inStock[row * hours + start] == 0 { continue }
                for cell in row * hours + start..<(row + 1) * hours {
                    hidden[cell] = data.inStock[cell] > 0
                    seen[cell] = 0
                    left[cell] = 0
                }
            }
        }
        self.hidden = hidden
        self.days = days
        self.hours = hours
        sold = data.sold
        shelf = try ShelfHours(
            series: series, days: days, hours: hours, sold: left, inStock: seen, groups: data.groups)
    }

    /// How near an estimate comes: `nothing` is taking sales as demand.
    struct Score {
        /// (estimate − truth) ÷ truth, of hidden hours and of the whole days' known hours.
        var hourBias, dayBias: Double
        /// Σ|estimate − truth| ÷ Σ truth, hour by hour, of each day's hidden hours together, and of whole days.
        var hourError, runError, dayError: Double
        var days: Int
        var hiddenHours: Int
    }

    /// The scores of an estimate of every cell.
    func score(_ demand: [Double]) -> Score {
        var (truth, estimate, hourly, runs, whole) = (0.0, 0.0, 0.0, 0.0, 0.0)
        var (count, cells) = (0, 0)
        for row in 0..<hidden.count / hours {
            var (hiddenTruth, hiddenEstimate, day) = (0.0, 0.0, 0.0)
            var isHidden = false
            for cell in row * hours..<(row + 1) * hours {
                if hidden[cell] {
                    isHidden = true
                    cells += 1
                    hiddenTruth += sold[cell]
                    hiddenEstimate += demand[cell]
                    hourly += abs(sold[cell] - demand[cell])
                    day += sold[cell]
                } else if shelf.inStock[cell] > 0 {
                    day += sold[cell]
                }
            }
            guard isHidden else { continue }
            count += 1
            truth += hiddenTruth
            estimate += hiddenEstimate
            runs += abs(hiddenTruth - hiddenEstimate)
            whole += day
        }
        let (scale, dayScale) = (max(truth, .leastNormalMagnitude), max(whole, .leastNormalMagnitude))
        return Score(
            hourBias: (estimate - truth) / scale, dayBias: (estimate - truth) / dayScale, hourError: hourly / scale,
            runError: runs / scale, dayError: runs / dayScale, days: count, hiddenHours: cells)
    }
}
