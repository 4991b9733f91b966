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
