import Domain
import Forecasting
import Inventory
import Numerics

/// A forecast seen from today, with the orders that are known already: day 0 is today, whatever the last day with data.
struct DemandView: DemandOutlook {
    var forecast: DemandForecast
    /// Days between the last day with data and today.
    let shift: Int
    /// Units of firm orders by the day on which they are due, 0 for what is overdue.
    var firm: [Int: Int64] = [:]
    /// Units that somebody has stated for a day of a product that nobody has asked for yet.
    var stated: [Int: Double] = [:]

    func mean(days: Range<Int>) -> Double {
        forecast.mean(days: days.lowerBound + shift..<days.upperBound + shift) + Double(units(days)) + words(days)
    }

    func demand(days: Range<Int>) -> CountDistribution {
        var demand = forecast.demand(days: days.lowerBound + shift..<days.upperBound + shift)
        let words = words(days)
        // Single days scatter by a third beside chance, and a word is off by half, as much as a guess of a launch.
        if words > 0,
            let guess = CountDistribution.negativeBinomial(mean: words, variance: 1.33 * words + 0.25 * words * words)
        {
            demand = demand.convolved(with: guess)
        }
        let units = units(days)
        guard units > 0, let known = CountDistribution(exactly: Int(units)) else { return demand }
        return demand.convolved(with: known)
    }

    private func words(_ days: Range<Int>) -> Double {
        stated.isEmpty ? 0 : stated.reduce(0) { days.contains($1.key) ? $0 + $1.value : $0 }
    }

    private func units(_ days: Range<Int>) -> Int64 {
        firm.isEmpty ? 0 : firm.reduce(0) { days.contains($1.key) ? $0 &+ $1.value : $0 }
    }

    /// The view with firm orders in it.
    ///
    /// An order of a usual size is one of those that were forecast: it takes the place of the demand forecast for the week
    /// around its day (forecast consumption; Vollmann, Berry, Whybark & Jacobs, "Manufacturing Planning and Control", 5th
    /// ed., chapter 3). One larger than `usual` was kept out of the forecast and comes on top.
    func with(_ orders: [(day: Int, units: Int64)], usual: Double) -> DemandView {
        guard !orders.isEmpty else { return self }
        var view = self
        for order in orders {
            view.firm[max(0, order.day), default: 0] &+= order.units
            guard Double(order.units) <= usual else { continue }
            // A whole week, the one around the day or, for what is due now, the coming one.
            let first = max(0, order.day - 3)
            let expected = view.forecast.mean(days: first + shift..<first + 7 + shift)
            guard expected > 0 else { continue }
            let kept = max(0, 1 - Double(order.units) / expected)
            for day in first..<first + 7 {
                let place = day + shift
                while view.forecast.multipliers.count <= place { view.forecast.multipliers.append(1) }
                view.forecast.multipliers[place] *= kept
            }
        }
        return view
    }

    /// The view with factors of the days to come, today first.
    func lifted(by factors: [Double]) -> DemandView {
        guard !factors.isEmpty else { return self }
        var changed = forecast
        for (day, factor) in factors.enumerated() {
            let place = day + shift
            while changed.multipliers.count <= place { changed.multipliers.append(1) }
            changed.multipliers[place] *= factor
        }
        var view = self
        view.forecast = changed
        return view
    }

    /// The view with the units a day that somebody has stated for some days, or what they are to be multiplied by. Of
    /// several words for one day the last holds.
    func stating(_ words: [(days: ClosedRange<Int>, factor: Double?, unitsPerDay: Double?)]) -> DemandView {
        guard !words.isEmpty else { return self }
        var view = self
        var said: [Int: (factor: Double?, unitsPerDay: Double?)] = [:]
        for word in words {
            for day in word.days.clamped(to: 0...DemandView.longest) { said[day] = (word.factor, word.unitsPerDay) }
        }
        for (day, word) in said {
            let place = day + shift
            let plain = forecast.mean(day: place)
            if let units = word.unitsPerDay, plain <= 0 {
                view.stated[day] = units
                continue
            }
            guard let factor = word.factor ?? word.unitsPerDay.map({ $0 / plain }) else { continue }
            while view.forecast.multipliers.count <= place { view.forecast.multipliers.append(1) }
            view.forecast.multipliers[place] *= factor
        }
        return view
    }

    /// Days to come for which words count.
    private static let longest = 1000
}
