import Glibc

/// The model behind `RestoredDemand`: expected units of a cell are level × day effect × share of the hour × effect of the
/// hour of that date.
struct HourlyModel {
    let shelf: ShelfHours
    let memory: Double
    /// All units sold in hours with stock.
    let sold: Double

    /// Units an hour around each day of a series, the day itself left out.
    var level: [Double]
    /// Effect of the day on a series, from all, its groups and its drivers.
    var effect: [Double]
    /// Share of each hour in a series' day, mean 1.
    var profile: [Double]
    /// Effect of each hour of each date, mean about 1.
    var dateHour: [Double]
    var phi = 1.0
    var dayVariance = 0.01
    var groupVariances: [Double] = []
    var driverEffects: [Double] = []

    // Sums of the last expectation, one a series and day.
    var completedUnits: [Double]
    var soldUnits: [Double]
    var seenWeight: [Double]
    var fullWeight: [Double]
    var hourUnits: [Double]
    var dateUnits: [Double]
    var dateExpected: [Double]

    let driverMeans: [Double]

    var groupings: [[Int]] { [[Int](repeating: 0, count: shelf.series)] + shelf.groups }

    init(_ shelf: ShelfHours, memory: Double) {
        self.shelf = shelf
        self.memory = memory
        let (series, days, hours) = (shelf.series, shelf.days, shelf.hours)
        profile = [Double](repeating: 1, count: series * hours)
        dateHour = [Double](repeating: 1, count: days * hours)
        effect = [Double](repeating: 1, count: series * days)
        completedUnits = effect
        soldUnits = effect
        seenWeight = effect
        fullWeight = effect
        hourUnits = profile
        dateUnits = dateHour
        dateExpected = dateHour
        let count = shelf.driverCount
        driverEffects = [Double](repeating: 0, count: count)
        driverMeans = (0..<count).map { j in
            var sum = 0.0
            for row in 0..<series * days { sum += shelf.drivers[row * count + j] }
            return sum / Double(max(1, series * days))
        }
        level = []
        // One day of the finest group's mean beside the series' own hours.
        let finest = shelf.groups.last ?? [Int](repeating: 0, count: series)
        var own = [Double](repeating: 0, count: series)
        var seen = own
        var groupUnits = [Double](repeating: 0, count: (finest.max() ?? -1) + 1)
        var groupSeen = groupUnits
        var allUnits = 0.0
        var allSeen = 0.0
        var squares = 0.0
        for i in 0..<series {
            for cell in i * days * hours..<(i + 1) * days * hours where shelf.inStock[cell] > 0 {
                own[i] += shelf.sold[cell]
                squares += shelf.sold[cell] * shelf.sold[cell]
                seen[i] += shelf.inStock[cell]
            }
            groupUnits[finest[i]] += own[i]
            groupSeen[finest[i]] += seen[i]
            allUnits += own[i]
            allSeen += seen[i]
        }
        sold = allUnits
        if allUnits > 0 { phi = squares / allUnits }
        let day = Double(max(1, hours))
        let mean = allUnits / max(1, allSeen)
        level.reserveCapacity(series * days)
        for i in 0..<series {
            let group = (groupUnits[finest[i]] + mean * day) / (groupSeen[finest[i]] + day)
            let start = (own[i] + group * day) / (seen[i] + day)
            for _ in 0..<days { level.append(start) }
        }
    }

    /// Fills what was not seen, collects the sums that `maximise` needs and estimates φ and the day's own variance.
    ///
    /// - Returns: all units, sold and filled in.
    mutating func expect() -> Double {
        let (days, hours) = (shelf.days, shelf.hours)
        for i in hourUnits.indices { hourUnits[i] = 0 }
        for i in dateUnits.indices { (dateUnits[i], dateExpected[i]) = (0, 0) }
        var total = 0.0
        var squares = 0.0
        var expected = 0.0
        var products = 0.0
        var scale = 0.0
        for i in 0..<shelf.series {
            for d in 0..<days {
                let row = i * days + d
                let rate = level[row] * effect[row]
                var units = 0.0
                var seen = 0.0
                var full = 0.0
                var residual = 0.0
                for h in 0..<hours {
                    let cell = row * hours + h
                    let weight = profile[i * hours + h] * dateHour[d * hours + h]
                    full += weight
                    let share = shelf.inStock[cell]
                    guard share > 0 else { continue }
                    let mean = rate * weight * share
                    let error = shelf.sold[cell] - mean
                    squares += error * error
                    expected += mean
                    // What earlier hours say about this one; each hour's own chance is independent of them.
                    let before = rate * seen
                    let trust = 1 / (phi + (dayVariance + 0.02) * before)
                    products += trust * residual * error
                    scale += trust * before * mean
                    residual += error
                    units += shelf.sold[cell]
                    seen += weight * share
                }
                soldUnits[row] = units
                seenWeight[row] = seen
                fullWeight[row] = full
                let filled = rate * dayFactor(units: units, expected: rate * seen)
                var sum = 0.0
                for h in 0..<hours {
                    let cell = row * hours + h
                    let weight = profile[i * hours + h] * dateHour[d * hours + h]
                    let demand = HourlyModel.demand(
                        sold: shelf.sold[cell], inStock: shelf.inStock[cell], expected: filled * weight)
                    sum += demand
                    hourUnits[i * hours + h] += demand / max(1e-9, dateHour[d * hours + h])
                    dateUnits[d * hours + h] += demand
                    dateExpected[d * hours + h] += filled * weight
                }
                completedUnits[row] = sum
                total += sum
            }
        }
        if expected > 0, squares > 0 { phi = squares / expected }
        if scale > 0 { dayVariance = max(0, products / scale) }
        return total
    }

    /// How the day has been going against its expectation: 1 + Z·(sold ÷ expected − 1) with Bühlmann & Straub's
    /// credibility Z (Mitteilungen VSVM 70, 1970).
    func dayFactor(units: Double, expected: Double) -> Double {
        guard expected > 0, phi > 0 else { return 1 }
        return (dayVariance * units + phi) / (dayVariance * expected + phi)
    }

    /// A cell's demand, given what it was expected to be in full.
    ///
    /// Units sold in an hour out of stock are part of what was expected, not more: counting the larger of the two, hour by
    /// hour, would inflate seldom hours.
    static func demand(sold: Double, inStock: Double, expected: Double) -> Double {
        guard inStock < 1 else { return sold }
        return inStock > 0 ? sold + (1 - inStock) * expected : expected
    }
}
