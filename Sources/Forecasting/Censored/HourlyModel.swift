import Glibc

/// The model behind `RestoredDemand`: expected units of a cell are level × day effect × share of the hour × effect of the
/// hour of that date.
struct HourlyModel {
    let shelf: ShelfHours
    let memory: Double
    /// All units sold in hours with stock.
    let sold: Double

    /// Units an hour around each day of a series, the day itself left out.
    private(set) var level: [Double]
    /// Effect of the day on a series, from all, its groups and its drivers.
    private(set) var effect: [Double]
    /// Share of each hour in a series' day, mean 1.
    private(set) var profile: [Double]
    /// Effect of each hour of each date, mean about 1.
    private(set) var dateHour: [Double]
    var phi = 1.0
    var dayVariance = 0.01
    var groupVariances: [Double] = []
    var driverEffects: [Double] = []

    // Sums of the last expectation, one a series and day.
    private var completedUnits: [Double]
    private var soldUnits: [Double]
    private var seenWeight: [Double]
    private var fullWeight: [Double]
    private var hourUnits: [Double]
    private var dateUnits: [Double]
    private var dateExpected: [Double]

    private let driverMeans: [Double]

    private var groupings: [[Int]] { [[Int](repeating: 0, count: shelf.series)] + shelf.groups }

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

    /// Re-estimates everything from the completed days.
    ///
    /// - Parameter profiles: whether the hours of the series are next, else those of the dates. Both at once would correct
    ///   the same difference twice.
    mutating func maximise(profiles: Bool) {
        updateDrivers()
        updateGroups()
        updateLevel()
        if profiles { updateProfile() } else { updateDateHours() }
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

    private mutating func updateDrivers() {
        let count = driverEffects.count
        guard count > 0 else {
            for i in effect.indices { effect[i] = 1 }
            return
        }
        // One step of Newton's method for Poisson regression on what is expected so far.
        var gradient = [Double](repeating: 0, count: count)
        var hessian = [Double](repeating: 0, count: count * count)
        var squares = gradient
        var x = gradient
        for row in effect.indices {
            let mean = level[row] * effect[row] * seenWeight[row]
            for j in 0..<count {
                x[j] = shelf.drivers[row * count + j] - driverMeans[j]
                gradient[j] += x[j] * (soldUnits[row] - mean)
                squares[j] += x[j] * x[j]
                for k in 0...j { hessian[j * count + k] += mean * x[j] * x[k] }
            }
        }
        for j in 0..<count {
            // Prior: an effect of half on the logarithm for one standard deviation of the driver.
            let precision = 4 * max(1e-12, squares[j]) / Double(max(1, effect.count))
            gradient[j] -= phi * precision * driverEffects[j]
            hessian[j * count + j] += phi * precision
            for k in 0..<j { hessian[k * count + j] = hessian[j * count + k] }
        }
        if let step = HourlyModel.solved(hessian, gradient) {
            for j in 0..<count { driverEffects[j] += max(-1, min(1, step[j])) }
        }
        for row in effect.indices {
            var sum = 0.0
            for j in 0..<count { sum += driverEffects[j] * (shelf.drivers[row * count + j] - driverMeans[j]) }
            effect[row] = exp(max(-5, min(5, sum)))
        }
    }

    /// What each day did to all series, then to each group, each on top of the ones before.
    private mutating func updateGroups() {
        let days = shelf.days
        groupVariances = []
        for grouping in groupings {
            let cells = ((grouping.max() ?? -1) + 1) * days
            // Residual, its squares, expectation, its squares; units and expectation of completed days.
            var sums = [SIMD8<Double>](repeating: .zero, count: cells)
            for i in 0..<shelf.series {
                for d in 0..<days {
                    let row = i * days + d
                    let rate = level[row] * effect[row]
                    let mean = rate * seenWeight[row]
                    let error = soldUnits[row] - mean
                    sums[grouping[i] * days + d] += SIMD8(
                        error, error * error, mean, mean * mean, completedUnits[row], rate * fullWeight[row], 0, 0)
                }
            }
            var products = 0.0
            var scale = 0.0
            for sum in sums {
                products += sum[0] * sum[0] - sum[1]
                scale += sum[2] * sum[2] - sum[3]
            }
            let variance = scale > 0 ? max(0, products / scale) : 0
            groupVariances.append(variance)
            let factors = sums.map { sum -> Double in
                guard variance > 0, sum[2] > 0, sum[5] > 0 else { return 1 }
                // Beside chance, a group's mean rests on as many series as it has, each with effects of its own.
                let noise = phi / sum[2] + (dayVariance + 0.02) * sum[3] / (sum[2] * sum[2])
                return max(0.05, 1 + variance / (variance + noise) * (sum[4] / sum[5] - 1))
            }
            for i in 0..<shelf.series {
                for d in 0..<days { effect[i * days + d] *= factors[grouping[i] * days + d] }
            }
        }
    }

    /// Exponential weights to both sides, without the day itself, and two days' worth of the series' mean.
    private mutating func updateLevel() {
        let days = shelf.days
        let decay = exp(-1 / memory)
        var units = [Double](repeating: 0, count: days)
        var around = units
        var weights = units
        for i in 0..<shelf.series {
            var mean = 0.0
            for d in 0..<days {
                let row = i * days + d
                let expected = fullWeight[row] * effect[row]
                units[d] = expected > 0 ? completedUnits[row] / expected : 0
                mean += units[d]
                (around[d], weights[d]) = (0, 0)
            }
            mean /= Double(max(1, days))
            for forward in [true, false] {
                var sum = 0.0
                var weight = 0.0
                for step in 0..<days {
                    let d = forward ? step : days - 1 - step
                    around[d] += sum
                    weights[d] += weight
                    sum = (sum + units[d]) * decay
                    weight = (weight + 1) * decay
                }
            }
            for d in 0..<days { level[i * days + d] = (around[d] + 2 * mean) / (weights[d] + 2) }
        }
    }

    /// Each series' hours, drawn towards those of its finest group, that one's towards the coarser one's, and so on.
    private mutating func updateProfile() {
        let hours = shelf.hours
        // Only what is sold again and again tells a shape; in units of φ, so that the unit of measure does not matter.
        let belief = 150 * phi
        var parent = [Double](repeating: 0, count: shelf.series * hours)
        for (depth, grouping) in groupings.enumerated() {
            let count = (grouping.max() ?? -1) + 1
            var sums = [Double](repeating: 0, count: count * hours)
            for i in 0..<shelf.series {
                for h in 0..<hours { sums[grouping[i] * hours + h] += hourUnits[i * hours + h] }
            }
            for i in 0..<shelf.series {
                let row = grouping[i] * hours..<(grouping[i] + 1) * hours
                HourlyModel.blend(sums, row, into: &parent, at: i * hours, belief: depth == 0 ? 1e-9 : belief)
            }
        }
        for i in 0..<shelf.series {
            HourlyModel.blend(
                hourUnits, i * hours..<(i + 1) * hours, into: &parent, at: i * hours, belief: 1.5 * belief)
            for h in 0..<hours { profile[i * hours + h] = parent[i * hours + h] * Double(hours) }
        }
    }

    private mutating func updateDateHours() {
        let (days, hours) = (shelf.days, shelf.hours)
        let variance = 0.02
        for d in 0..<days {
            var sum = 0.0
            var weight = 0.0
            for h in 0..<hours {
                let cell = d * hours + h
                guard dateExpected[cell] > 0 else { continue }
                let trust = variance * dateExpected[cell] / (variance * dateExpected[cell] + phi)
                let factor = max(0.05, 1 + trust * (dateUnits[cell] / dateExpected[cell] - 1))
                dateHour[cell] *= factor
                weight += dateExpected[cell]
                sum += dateExpected[cell] * factor
            }
            guard sum > 0 else { continue }
            // What moves a whole day belongs to the day.
            for h in 0..<hours { dateHour[d * hours + h] *= weight / sum }
        }
    }

    /// Shares of a row of units, with `belief` units spread as `parent` has them; written over `parent`.
    private static func blend(
        _ units: [Double], _ row: Range<Int>, into parent: inout [Double], at start: Int, belief: Double
    ) {
        var total = belief
        for cell in row { total += units[cell] }
        guard total > 0 else { return }
        for (h, cell) in row.enumerated() {
            parent[start + h] = (units[cell] + belief * parent[start + h]) / total
        }
    }

    /// Gaussian elimination with pivots; nil where the matrix is singular.
    private static func solved(_ matrix: [Double], _ right: [Double]) -> [Double]? {
        let n = right.count
        var a = matrix
        var x = right
        for column in 0..<n {
            let pivot = (column..<n).max { abs(a[$0 * n + column]) < abs(a[$1 * n + column]) } ?? column
            guard abs(a[pivot * n + column]) > 1e-300 else { return nil }
            if pivot != column {
                for k in 0..<n { a.swapAt(pivot * n + k, column * n + k) }
                x.swapAt(pivot, column)
            }
            for row in column + 1..<max(n, column + 1) {
                let factor = a[row * n + column] / a[column * n + column]
                for k in column..<n { a[row * n + k] -= factor * a[column * n + k] }
                x[row] -= factor * x[column]
            }
        }
        for row in stride(from: n - 1, through: 0, by: -1) {
            for k in row + 1..<max(n, row + 1) { x[row] -= a[row * n + k] * x[k] }
            x[row] /= a[row * n + row]
        }
        return x.allSatisfy { $0.isFinite } ? x : nil
    }
}
