// What the settled model says: its own check, and the completed hours.

extension HourlyModel {
    /// Units seen over units expected in each hour of the day, as a factor.
    ///
    /// Each hour in stock is expected from what was sold before it on its day and from other days: whether it was in stock
    /// depends on nothing later, so no selection enters.
    func calibrationByHour() -> [Double] {
        let (days, hours) = (shelf.days, shelf.hours)
        var seen = [Double](repeating: 0, count: hours)
        var expected = seen
        for i in 0..<shelf.series {
            for d in 0..<days {
                let row = i * days + d
                let rate = level[row] * effect[row]
                var units = 0.0
                var before = 0.0
                for h in 0..<hours {
                    let cell = row * hours + h
                    let share = shelf.inStock[cell]
                    guard share > 0 else { continue }
                    let mean = rate * profile[i * hours + h] * dateHour[d * hours + h] * share
                    seen[h] += shelf.sold[cell]
                    expected[h] += mean * dayFactor(units: units, expected: before)
                    units += shelf.sold[cell]
                    before += mean
                }
            }
        }
        return (0..<hours).map { h in
            // A thousand units of φ beside what was seen: shops of a few series are left as they are.
            let belief = 1000 * phi
            guard expected[h] > 0, belief > 0 else { return 1 }
            return min(1.25, max(0.8, (seen[h] + belief) / (expected[h] + belief)))
        }
    }

    /// Demand of every cell, never below what was sold.
    func completed(calibration: [Double]) -> [Double] {
        let (days, hours) = (shelf.days, shelf.hours)
        var demand = shelf.sold
        guard sold > 0 else { return demand }
        for i in 0..<shelf.series {
            for d in 0..<days {
                let row = i * days + d
                let rate = level[row] * effect[row]
                var units = 0.0
                var seen = 0.0
                for h in 0..<hours where shelf.inStock[row * hours + h] > 0 {
                    let cell = row * hours + h
                    units += shelf.sold[cell]
                    seen += rate * profile[i * hours + h] * dateHour[d * hours + h] * shelf.inStock[cell]
                }
                let filled = rate * dayFactor(units: units, expected: seen)
                // What was sold in the day's hours out of stock is part of what they were expected to bring.
                var soldWhileOut = 0.0
                var expectedWhileOut = 0.0
                func expected(_ h: Int) -> Double {
                    filled * profile[i * hours + h] * dateHour[d * hours + h] * calibration[h]
                }
                for h in 0..<hours where shelf.inStock[row * hours + h] == 0 {
                    soldWhileOut += shelf.sold[row * hours + h]
                    expectedWhileOut += expected(h)
                }
                let rest = expectedWhileOut > 0 ? max(0, 1 - soldWhileOut / expectedWhileOut) : 0
                for h in 0..<hours {
                    let cell = row * hours + h
                    let share = shelf.inStock[cell]
                    guard share < 1 else { continue }
                    demand[cell] += share > 0 ? (1 - share) * expected(h) : rest * expected(h)
                }
            }
        }
        return demand
    }
}
