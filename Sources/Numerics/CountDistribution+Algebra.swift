// Sums and mixtures of count distributions on a common grid.

extension CountDistribution {
    /// The distribution of the sum of two independent counts, O(cells²).
    public func convolved(with other: CountDistribution) -> CountDistribution {
        let common = max(step, other.step)
        let left = coarsened(to: common)
        let right = other.coarsened(to: common)
        var weights = [Double](repeating: 0, count: left.probabilities.count + right.probabilities.count - 1)
        for i in left.probabilities.indices {
            let factor = left.probabilities[i]
            for j in right.probabilities.indices { weights[i + j] += factor * right.probabilities[j] }
        }
        return CountDistribution(weights: weights, first: left.first + right.first, step: common).fitted()
    }

    /// The mixture that is `parts[i].distribution` with a chance in proportion to `parts[i].weight`.
    ///
    /// Nil where there is no part, a weight is negative or not finite, or none is positive.
    public static func mixture(of parts: [(weight: Double, distribution: CountDistribution)]) -> CountDistribution? {
        var total = 0.0
        for part in parts {
            guard part.weight >= 0, part.weight.isFinite else { return nil }
            total += part.weight
        }
        guard total > 0, total.isFinite else { return nil }
        let used = parts.filter { $0.weight > 0 }
        if used.count == 1 { return used[0].distribution }
        var step = used.reduce(1) { max($0, $1.distribution.step) }
        let minimum = used.reduce(Int.max) { min($0, $1.distribution.minimum) }
        let maximum = used.reduce(0) { max($0, $1.distribution.maximum) }
        while cells(from: minimum, to: maximum, step: step) > maximumCells { step *= 2 }
        let first = minimum / step
        var weights = [Double](repeating: 0, count: cells(from: minimum, to: maximum, step: step))
        for part in used {
            part.distribution.spread(into: &weights, first: first, step: step, weight: part.weight / total)
        }
        return CountDistribution(weights: weights, first: first, step: step)
    }

    /// The same distribution with at most `maximumCells` cells.
    func fitted() -> CountDistribution {
        var step = step
        while CountDistribution.cells(from: minimum, to: maximum, step: step) > CountDistribution.maximumCells {
            step *= 2
        }
        return coarsened(to: step)
    }

    /// On a grid of `step`, a multiple of the present one: mass between two points goes to both in proportion, which
    /// keeps the mean and E[(D − x)⁺] at every point of the new grid.
    private func coarsened(to step: Int) -> CountDistribution {
        guard step != self.step else { return self }
        let count = CountDistribution.cells(from: minimum, to: maximum, step: step)
        var weights = [Double](repeating: 0, count: count)
        spread(into: &weights, first: minimum / step, step: step, weight: 1)
        return CountDistribution(weights: weights, first: minimum / step, step: step)
    }

    private func spread(into weights: inout [Double], first: Int, step: Int, weight: Double) {
        let ratio = step / self.step
        if ratio == 1 {
            let offset = self.first - first
            for i in probabilities.indices { weights[offset + i] += weight * probabilities[i] }
            return
        }
        for i in probabilities.indices {
            let (cell, rest) = (self.first + i).quotientAndRemainder(dividingBy: ratio)
            let upper = weight * probabilities[i] * Double(rest) / Double(ratio)
            weights[cell - first] += weight * probabilities[i] - upper
            if rest > 0 { weights[cell - first + 1] += upper }
        }
    }

    /// Cells of a grid that holds both values, its upper neighbour included.
    private static func cells(from minimum: Int, to maximum: Int, step: Int) -> Int {
        (maximum + step - 1) / step - minimum / step + 1
    }
}
