import Glibc

// The second half of a round: everything that completed days tell about level, days and hours.

extension HourlyModel {
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
