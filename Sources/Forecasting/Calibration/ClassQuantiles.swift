/// Quantiles of past values class by class, each class drawn towards all by how few values it has.
///
/// A class's table is that of the mixture of its own values and of all values, in which those of all weigh as much as
/// `belief` values together, and of one value more at `top`: the rank of conformal prediction. Rows do not fall.
struct ClassQuantiles: Sendable, Hashable {
    let classCount: Int

    /// Steps of 1 ÷ `steps` in the level, from 0 to 1 with both ends, class by class; the last row is of all.
    private let values: [Double]
    private static let steps = 1000

    /// A table, O(n log n).
    ///
    /// - Parameters:
    ///   - samples: past values, at least one, none NaN.
    ///   - classes: of each value, ≥ 0.
    ///   - belief: values of a class that weigh as much as all; ≥ 0.
    ///   - top: the value at level 1, not below any other.
    ///   - bottom: the value at level 0.
    init(of samples: [Double], classes: [Int], belief: Double, top: Double, bottom: Double) {
        let count = (classes.max() ?? -1) + 1
        // Sorted by counting the classes, then each stretch by itself.
        var starts = [Int](repeating: 0, count: count + 1)
        for c in classes { starts[c + 1] += 1 }
        for c in 0..<count { starts[c + 1] += starts[c] }
        var next = starts
        var sorted = samples
        for (sample, c) in zip(samples, classes) {
            sorted[next[c]] = sample
            next[c] += 1
        }
        for c in 0..<count { sorted[starts[c]..<starts[c + 1]].sort() }
        let all = samples.sorted()

        var values: [Double] = []
        values.reserveCapacity((count + 1) * (ClassQuantiles.steps + 1))
        for c in 0...count {
            let own = c < count ? sorted[starts[c]..<starts[c + 1]] : all[...]
            let pooled = c < count ? belief / Double(all.count) : 0
            let total = Double(own.count) + pooled * Double(all.count) + 1
            var (i, j) = (own.startIndex, 0)
            var mass = 0.0
            var value = bottom
            for step in 0...ClassQuantiles.steps {
                let wanted = Double(step) / Double(ClassQuantiles.steps) * total - 1e-9
                while mass < wanted {
                    if i < own.endIndex, pooled == 0 || j == all.count || own[i] <= all[j] {
                        (value, mass, i) = (own[i], mass + 1, i + 1)
                    } else if pooled > 0, j < all.count {
                        (value, mass, j) = (all[j], mass + pooled, j + 1)
                    } else {
                        (value, mass) = (top, .infinity)
                    }
                }
                values.append(step == 0 ? bottom : value)
            }
        }
        classCount = count
        self.values = values
    }

    /// The value at a level 0…1, straight between steps; a class that was never seen has the row of all.
    func value(at level: Double, class number: Int) -> Double {
        let row = (number >= 0 && number < classCount ? number : classCount) * (ClassQuantiles.steps + 1)
        let position = level * Double(ClassQuantiles.steps)
        let step = min(ClassQuantiles.steps - 1, Int(position))
        let share = position - Double(step)
        return values[row + step] + share * (values[row + step + 1] - values[row + step])
    }
}
