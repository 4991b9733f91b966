import Domain
import Glibc
import Numerics

/// One order to a supplier, as far as it has come.
public struct SupplierDelivery: Hashable, Sendable {
    /// Day on which it was sent.
    public var ordered: Day
    /// First day on which it could be sold; nil while it is open.
    public var sellable: Day?
    /// Day for which it was promised; nil where none was.
    public var promised: Day?

    /// An order that is open unless said otherwise.
    public init(ordered: Day, sellable: Day? = nil, promised: Day? = nil) {
        self.ordered = ordered
        self.sellable = sellable
        self.promised = promised
    }
}

/// How long a supplier takes from the order to the shelf, learned from its deliveries, in its own working days.
///
/// The logarithm of the time is taken as normal. An open order says that its time is longer than its age: it counts by the
/// chance of that, so that a supplier that has stopped delivering does not keep its good name. Few deliveries are drawn
/// towards a wider group (the supplier's other products, the shop's other suppliers) as if `priorWeight` of them had been
/// seen with the group's mean and spread: nothing known is the group's, and many deliveries are their own.
///
/// Estimated by expectation and maximisation for censored normal data (Dempster, Laird & Rubin, "Maximum likelihood from
/// incomplete data via the EM algorithm", JRSS B 39, 1977, section 4.2), with a normal–inverse-gamma prior.
public struct SupplierLeadTime: Hashable, Sendable {
    /// Mean of the logarithm of working days.
    public let logMean: Double
    /// Its standard deviation, > 0.
    public let logDeviation: Double
    /// Deliveries that have come.
    public let delivered: Int
    /// Orders that are open.
    public let open: Int
    /// Share of the deliveries with a promise, and open orders past theirs, that came later; nil where none had one.
    public let lateShare: Double?
    /// Working days that those late were late on average, open ones so far; nil where none was.
    public let lateDays: Double?

    /// Mean, working days.
    public var mean: Double { exp(logMean + logDeviation * logDeviation / 2) }
    /// Standard deviation, working days.
    public var spread: Double { mean * expm1(logDeviation * logDeviation).squareRoot() }

    /// Times below this count as this: half a day, as what came on the day itself took some time.
    private static let shortest = 0.5
    /// Days are whole, so no number of deliveries shows less spread than about a twentieth.
    private static let leastDeviation = 0.05

    /// What deliveries say.
    ///
    /// - Parameters:
    ///   - deliveries: in any order; one that could be sold before it was ordered, or was ordered after `today`, is left
    ///     out.
    ///   - today: the last day that is known.
    ///   - days: when the supplier works.
    ///   - group: the wider group's lead time; nil for none.
    ///   - priorWeight: deliveries that the group counts for, > 0.
    /// - Returns: nil where there is neither a delivery nor a group, or the weight is out of range.
    public init?(
        _ deliveries: [SupplierDelivery], today: Day, days: WorkingDays = WorkingDays(),
        group: SupplierLeadTime? = nil, priorWeight: Double = 4
    ) {
        guard priorWeight > 0, priorWeight.isFinite else { return nil }
        var known: [Double] = []
        var censored: [Double] = []
        var (promises, late, lateness) = (0, 0, 0)
        for delivery in deliveries where delivery.ordered <= today {
            let end = delivery.sellable.map { min($0, today) } ?? today
            guard end >= delivery.ordered, (delivery.sellable ?? end) >= delivery.ordered else { continue }
            let isOpen = delivery.sellable.map { $0 > today } ?? true
            let taken = max(SupplierLeadTime.shortest, Double(days.count(after: delivery.ordered, through: end)))
            // That an order has not come on the day it was sent says nothing.
            if isOpen { if end > delivery.ordered { censored.append(log(taken)) } } else { known.append(log(taken)) }
            if let promised = delivery.promised, !isOpen || promised < today {
                promises += 1
                let over = end > promised ? days.count(after: promised, through: end) : 0
                if end > promised {
                    late += 1
                    lateness += over
                }
            }
        }
        guard !known.isEmpty || group != nil else { return nil }
        let prior: (weight: Double, mean: Double, variance: Double)
        if let group {
            prior = (priorWeight, group.logMean, group.logDeviation * group.logDeviation)
        } else {
            prior = (0, 0, 0)
        }
        (logMean, logDeviation) = SupplierLeadTime.estimate(known: known, censored: censored, prior: prior)
        delivered = known.count
        open = censored.count
        lateShare = promises > 0 ? Double(late) / Double(promises) : nil
        lateDays = late > 0 ? Double(lateness) / Double(late) : nil
    }

    /// The chances of working days from order to shelf.
    ///
    /// - Parameter waited: working days that an order is open already; its time is longer than that.
    /// - Returns: whole working days ascending with their chances, sum 1; what lies beyond 250 days counts as 250.
    public func outcomes(waited: Int = 0) -> [(days: Int, weight: Double)] {
        let last = 250
        let first = max(0, min(waited, last - 1))
        // Chance of more than some time; what rounds to d days took from d − ½ to d + ½.
        func beyond(_ days: Int) -> Double {
            Normal.cumulative(-(log(Double(days) + 0.5) - logMean) / logDeviation) ?? 0
        }
        let start = waited > 0 ? beyond(first) : 1
        guard start > 1e-12 else { return [(waited > 0 ? first + 1 : 0, 1)] }
        var outcomes: [(days: Int, weight: Double)] = []
        var before = start
        for day in (waited > 0 ? first + 1 : 0)...last {
            let after = day == last ? 0 : beyond(day)
            if before - after > 1e-9 { outcomes.append((day, (before - after) / start)) }
            before = after
        }
        return outcomes
    }

    /// The lead time in calendar days of an order sent on a day, by the supplier's working days.
    ///
    /// - Throws: `.leadTime` where working days lie too far ahead: the supplier is closed for years.
    public func leadTime(orderedOn day: Day, days: WorkingDays = WorkingDays()) throws(InventoryError) -> LeadTime {
        var calendar: [(days: Int, weight: Double)] = []
        for outcome in outcomes() {
            guard let arrival = days.day(outcome.days, after: day) else {
                throw InventoryError(
                    .leadTime, "\(outcome.days) working days lie more than ten years ahead; correct the closures")
            }
            calendar.append((day.distance(to: arrival), outcome.weight))
        }
        return try LeadTime(outcomes: calendar)
    }

    private static func estimate(
        known: [Double], censored: [Double], prior: (weight: Double, mean: Double, variance: Double)
    ) -> (mean: Double, deviation: Double) {
        let count = Double(known.count + censored.count) + prior.weight
        let all = known + censored
        guard let first = all.first else { return (prior.mean, max(leastDeviation, prior.variance.squareRoot())) }
        let rounding = leastDeviation * leastDeviation
        let start = all.reduce(prior.weight * prior.mean, +) / count
        var mean = start.isFinite ? start : first
        var variance = max(
            rounding,
            (all.reduce(prior.weight * prior.variance) { $0 + ($1 - mean) * ($1 - mean) }) / count)
        for _ in 0..<2000 {
            let deviation = variance.squareRoot()
            var sum = prior.weight * prior.mean
            for value in known { sum += value }
            var expected: [(value: Double, spread: Double)] = []
            expected.reserveCapacity(censored.count)
            for bound in censored {
                let z = (bound - mean) / deviation
                let above = Normal.cumulative(-z) ?? 0
                // Far out the mean excess of a normal is 1 ÷ z.
                let hazard = above > 1e-280 ? Normal.density(z) / above : z + 1 / max(z, 1)
                let value = mean + deviation * hazard
                let spread = variance * max(0, 1 - hazard * (hazard - z))
                expected.append((value, spread))
                sum += value
            }
            let next = sum / count
            var squares = prior.weight * (prior.variance + (prior.mean - next) * (prior.mean - next))
            for value in known { squares += (value - next) * (value - next) }
            for part in expected { squares += part.spread + (part.value - next) * (part.value - next) }
            // Open orders alone would carry the estimate off without end; a hundred thousand days is beyond any use.
            let settled = min(next, 11.5)
            let spread = min(4, max(rounding, squares / count))
            let change = abs(settled - mean) + abs(spread - variance)
            (mean, variance) = (settled, spread)
            if change < 1e-12 { break }
        }
        return (mean, variance.squareRoot())
    }
}
