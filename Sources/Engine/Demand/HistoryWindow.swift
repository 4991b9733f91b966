import Domain
import Forecasting
import Store

/// The days of history that forecasts are made from, and which of them say nothing.
///
/// No sale of a product means no demand only where every source that sells it has told of the day. A source that is
/// silent about a day makes it unknown, for up to `silence` days after its last word; from then on it counts as ended.
struct HistoryWindow {
    /// First and last day.
    let days: ClosedRange<Day>

    private let coverage: [Int64: [ClosedRange<Day>]]

    /// Two years, so that a product's level is its own and the arithmetic stays quick.
    static let longest = 730
    /// Days for which a source may be silent before it counts as one that has ended.
    static let silence = 60

    /// The window up to yesterday; nil where no source has spoken of any day before today.
    init?(coverage: [Int64: [ClosedRange<Day>]], today: Day) {
        let ranges = coverage.values.joined()
        guard let first = ranges.map(\.lowerBound).min(), let end = ranges.map(\.upperBound).max() else { return nil }
        let last = min(end, today.advanced(by: -1))
        guard first <= last else { return nil }
        days = max(first, last.advanced(by: 1 - HistoryWindow.longest))...last
        self.coverage = coverage
    }

    /// For each day whether the sources that sell a product have told of it; all sources where none has sold it.
    func isCovered(by sources: Set<Int64>?) -> [Bool] {
        let told = coverage.filter { sources?.contains($0.key) ?? true }.values
        return days.map { day in
            var isTold = false
            for ranges in told {
                if ranges.contains(where: { $0.contains(day) }) {
                    isTold = true
                } else if let first = ranges.first?.lowerBound, let last = ranges.last?.upperBound, day > first,
                    last.distance(to: day) <= HistoryWindow.silence
                {
                    return false
                }
            }
            return isTold
        }
    }

    /// The history of one product: its units, and how far each day can be believed.
    func history(_ series: DemandDays?, isCovered: [Bool], empty: [ClosedRange<Day>]) -> DemandHistory? {
        let units = series?.units ?? [Double](repeating: 0, count: isCovered.count)
        var inStock = isCovered.map { $0 ? 1.0 : 0.0 }
        for range in empty {
            for day in range where days.contains(day) {
                let index = days.lowerBound.distance(to: day)
                // Something sold while the count said nothing: the count was wrong, or it was sold on back-order.
                if units[index] == 0 { inStock[index] = 0 }
            }
        }
        return try? DemandHistory(
            units: units, inStock: inStock, season: 7, phase: days.lowerBound.weekday.rawValue)
    }
}
