/// A distribution over the whole numbers 0, 1, 2, … as a flat array of probabilities: demand over a run of days.
///
/// Its cells lie at `(first + i) × step`. Up to `maximumCells` cells the step is 1 and the distribution is exact but for
/// tails of at most 1e-9, which are cut and the rest rescaled. Wider ones lie on a coarser grid whose step is the least
/// power of two that fits, below a hundredth of the standard deviation for anything but extreme tails: memory and time
/// are bounded whatever the mean.
///
/// `mean`, `cumulative` and `lossAbove` are exact for the distribution on the grid. All are computed once, so each
/// question costs O(1), or a binary search.
public struct CountDistribution: Sendable, Hashable {
    /// Most cells that one distribution has.
    public static let maximumCells = 2048

    /// Distance between neighbouring values, units, a power of two.
    public let step: Int
    /// The value of the first cell ÷ `step`.
    public let first: Int
    /// Probability of each cell; not empty, none negative, sum 1.
    public let probabilities: [Double]
    /// E[D], units.
    public let mean: Double
    /// Var[D], units².
    public let variance: Double

    /// P(D ≤ value of the cell).
    private let cumulated: [Double]
    /// E[(D − value of the cell)⁺].
    private let losses: [Double]

    /// No demand at all.
    public static let zero = CountDistribution(weights: [1], first: 0, step: 1)

    /// All mass on one value; nil where it is negative.
    public init?(exactly value: Int) {
        guard value >= 0 else { return nil }
        self.init(weights: [1], first: value, step: 1)
    }

    /// The distribution with these chances of 0, 1, 2, …, rescaled to sum 1.
    ///
    /// Nil where one is negative or not finite, or none is positive.
    public init?(probabilities: [Double]) {
        var sum = 0.0
        for probability in probabilities {
            guard probability >= 0, probability.isFinite else { return nil }
            sum += probability
        }
        guard sum > 0, sum.isFinite else { return nil }
        self = CountDistribution(weights: probabilities, first: 0, step: 1).fitted()
    }

    /// Takes any non-negative weights with a positive sum.
    init(weights: [Double], first: Int, step: Int) {
        let total = weights.reduce(0, +)
        let width = Double(step)
        let cells = weights.count
        self.first = first
        self.step = step
        var probabilities = weights
        var cumulated = weights
        var sum = 0.0
        var moment = 0.0
        for i in 0..<cells {
            let probability = weights[i] / total
            probabilities[i] = probability
            sum += probability
            cumulated[i] = min(1, sum)
            moment += probability * Double(i)
        }
        cumulated[cells - 1] = 1
        // From the top down, so that small losses far out are sums of small numbers and keep their digits.
        var losses = weights
        var loss = 0.0
        var above = 0.0
        for i in stride(from: cells - 1, through: 0, by: -1) {
            loss += above * width
            losses[i] = loss
            above += probabilities[i]
        }
        var spread = 0.0
        for i in 0..<cells {
            let distance = Double(i) - moment
            spread += probabilities[i] * distance * distance
        }
        self.probabilities = probabilities
        self.cumulated = cumulated
        self.losses = losses
        self.mean = (Double(first) + moment) * width
        self.variance = spread * width * width
    }

    /// The least value with positive probability kept, units.
    public var minimum: Int { first * step }
    /// The largest value with positive probability kept, units.
    public var maximum: Int { (first + probabilities.count - 1) * step }

    /// P(D = `value`); 0 for values off the grid.
    public func probability(of value: Int) -> Double {
        guard value >= minimum, value <= maximum, value % step == 0 else { return 0 }
        return probabilities[value / step - first]
    }

    /// P(D ≤ `x`), 0…1. NaN counts as −∞.
    public func cumulative(_ x: Double) -> Double {
        guard x >= Double(minimum) else { return 0 }
        guard x < Double(maximum) else { return 1 }
        return cumulated[Int(x / Double(step)) - first]
    }

    /// The least value v with P(D ≤ v) ≥ `p`, units; the minimum for p ≤ 0 or NaN, the maximum for p ≥ 1.
    public func quantile(_ p: Double) -> Int {
        var low = 0
        var high = cumulated.count - 1
        while low < high {
            let middle = (low + high) / 2
            if cumulated[middle] < p { low = middle + 1 } else { high = middle }
        }
        return (first + low) * step
    }

    /// Expected units above `x`: E[(D − x)⁺] ≥ 0. Convex and falling in `x`; `x` may be negative (units already owed).
    ///
    /// Infinite for x = −∞, 0 for +∞ and for NaN.
    public func lossAbove(_ x: Double) -> Double {
        guard !x.isNaN, x < Double(maximum) else { return 0 }
        guard x >= Double(minimum) else { return mean - x }
        // Between two cells the loss is a straight line.
        let position = x / Double(step) - Double(first)
        let cell = Int(position)
        let fraction = position - Double(cell)
        return losses[cell] + fraction * (losses[cell + 1] - losses[cell])
    }

    /// A value drawn by inversion: one uniform each.
    public func draw(using generator: inout SplitMix64) -> Int { quantile(generator.uniform()) }
}
