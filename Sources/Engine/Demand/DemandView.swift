import Domain
import Forecasting
import Inventory
import Numerics

/// A forecast seen from today, with the orders that are known already: day 0 is today, whatever the last day with data.
struct DemandView: DemandOutlook {
    let forecast: DemandForecast
    /// Days between the last day with data and today.
    let shift: Int
    /// Units of firm orders by the day on which they are due, 0 for what is overdue.
    var firm: [Int: Int64] = [:]

    func mean(days: Range<Int>) -> Double {
        forecast.mean(days: days.lowerBound + shift..<days.upperBound + shift) + Double(units(days))
    }

    func demand(days: Range<Int>) -> CountDistribution {
        let demand = forecast.demand(days: days.lowerBound + shift..<days.upperBound + shift)
        let units = units(days)
        guard units > 0, let known = CountDistribution(exactly: Int(units)) else { return demand }
        return demand.convolved(with: known)
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
        var multipliers = forecast.multipliers
        var firm = firm
        for order in orders {
            firm[max(0, order.day), default: 0] &+= order.units
            guard Double(order.units) <= usual else { continue }
            let around = max(0, order.day - 3)..<max(0, order.day) + 4
            let expected = mean(days: around)
            guard expected > 0 else { continue }
            let kept = max(0, 1 - Double(order.units) / expected)
            for day in around {
                let place = day + shift
                while multipliers.count <= place { multipliers.append(1) }
                multipliers[place] *= kept
            }
        }
        var lessened = forecast
        lessened.multipliers = multipliers
        return DemandView(forecast: lessened, shift: shift, firm: firm)
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
        return DemandView(forecast: changed, shift: shift, firm: firm)
    }

    /// The view with the units a day that somebody has stated for some days, or what they are to be multiplied by.
    func stating(_ stated: [(days: ClosedRange<Int>, factor: Double?, unitsPerDay: Double?)]) -> DemandView {
        var changed = forecast
        for word in stated {
            if let units = word.unitsPerDay, changed.explanation.level <= 0 {
                // Nobody has asked for it yet: the word is all there is.
                changed = DemandForecast(statedPerDay: units, season: 7)
                continue
            }
            for day in word.days.clamped(to: 0...DemandView.longest) {
                let place = day + shift
                while changed.multipliers.count <= place { changed.multipliers.append(1) }
                if let factor = word.factor {
                    changed.multipliers[place] *= factor
                } else if let units = word.unitsPerDay {
                    let level = changed.explanation.level
                    changed.multipliers[place] = 1
                    let plain = changed.mean(day: place)
                    changed.multipliers[place] = plain > 0 ? units / plain : units / level
                }
            }
        }
        return DemandView(forecast: changed, shift: shift, firm: firm)
    }

    /// Days to come for which words count.
    private static let longest = 1000
}
