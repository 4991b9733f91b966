import Domain
import Forecasting
import Inventory
import Numerics
import Store

/// A forecast seen from today: day 0 is today, whatever the last day with data.
struct DemandView: DemandOutlook {
    let forecast: DemandForecast
    /// Days between the last day with data and today.
    let shift: Int

    func mean(days: Range<Int>) -> Double {
        forecast.mean(days: days.lowerBound + shift..<days.upperBound + shift)
    }

    func demand(days: Range<Int>) -> CountDistribution {
        forecast.demand(days: days.lowerBound + shift..<days.upperBound + shift)
    }
}

/// The days of history that forecasts are made from, and which of them say nothing.
struct HistoryWindow {
    /// First and last day.
    let days: ClosedRange<Day>
    /// For each day whether some source of orders has spoken for it.
    let isCovered: [Bool]

    /// Two years, so that a product's level is its own and the arithmetic stays quick.
    static let longest = 730

    /// The window up to yesterday; nil where no source has spoken of any day before today.
    init?(covered: [ClosedRange<Day>], today: Day) {
        guard let first = covered.first?.lowerBound else { return nil }
        let last = min(covered.last?.upperBound ?? first, today.advanced(by: -1))
        guard first <= last else { return nil }
        let start = max(first, last.advanced(by: 1 - HistoryWindow.longest))
        days = start...last
        isCovered = (start...last).map { day in covered.contains { $0.contains(day) } }
    }

    /// The history of one product: its units, and how far each day can be believed.
    func history(_ series: DemandDays?, empty: [ClosedRange<Day>]) -> DemandHistory? {
        let count = isCovered.count
        let units = series?.units ?? [Double](repeating: 0, count: count)
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
