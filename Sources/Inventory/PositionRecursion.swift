/// Relative costs of every inventory position, from the lowest upwards: the arithmetic of `LeastCostPolicy`.
///
/// Positions are cells of equal width. Cell 0 is an empty shelf with nothing on its way: demand beyond it is lost.
struct PositionRecursion {
    /// Cost of waiting at each position until the next order line, less the gain for every review.
    private(set) var waiting: [Double]
    /// The same of ordering at once; infinite where no order fits the grid.
    private(set) var ordering: [Double]
    /// Cell that an order leads to, what is lost before it arrives included.
    private(set) var target: [Int]
    /// Cost per review in the long run.
    private(set) var gain = 0.0
    /// Reviews, and units lost, from one order line at the reorder point to the next.
    private(set) var cycle = (reviews: 1.0, lost: 0.0)

    private let stage: [Double]
    private let lost: [Double]
    private let shift: [Double]
    /// Chances of the demand of a gap, highest first, so that both factors of the sum run upwards.
    private let falling: [Double]
    /// Chance that demand is at least so many cells.
    private let atLeast: [Double]
    private let order: Double
    private let pack: Int
    private let least: Int

    /// A problem in cells.
    ///
    /// - Parameters:
    ///   - stage: cost of a review at each position after ordering.
    ///   - lost: units lost in it.
    ///   - shift: cells that are lost before an order placed at each position arrives.
    ///   - chances: chances of 0, 1, 2… cells asked for in a gap.
    ///   - order: cost of an order line.
    ///   - pack: cells in a pack, ≥ 1.
    ///   - least: cells in the least order, ≥ 1.
    init(
        stage: [Double], lost: [Double], shift: [Double], chances: [Double], order: Double, pack: Int, least: Int
    ) {
        self.stage = stage
        self.lost = lost
        self.shift = shift
        self.order = order
        self.pack = pack
        self.least = least
        falling = chances.reversed()
        var tail = [Double](repeating: 0, count: chances.count + 1)
        for cell in chances.indices.reversed() { tail[cell] = tail[cell + 1] + chances[cell] }
        atLeast = tail
        waiting = stage
        ordering = [Double](repeating: 0, count: stage.count)
        target = [Int](repeating: 0, count: stage.count)
    }

    /// Finds the gain: waits are summed up for a gain and costs of ordering, these follow from the waits, and the gain
    /// moves so that ordering at the reorder point is worth nothing, until it moves by less than `tolerance` of itself.
    mutating func solve(rounds: Int, tolerance: Double = 1e-3) {
        var reviews = [Double](repeating: 1, count: stage.count)
        var point = 0
        for round in 0..<rounds {
            sweep(stage, per: gain, into: &waiting, reviews: &reviews, ending: ordering)
            place()
            point = stage.indices.last { ordering[$0] < waiting[$0] } ?? 0
            let surplus = ordering[point]
            guard surplus.isFinite else { break }
            let move = surplus / max(1, reviews[target[point]])
            gain += move
            for cell in stage.indices { ordering[cell] -= surplus }
            if round > 1, abs(move) < tolerance * abs(gain) { break }
        }
        cycle = (max(1, reviews[target[point]]), unitsLost(from: target[point]))
    }

    /// W from the lowest position upwards, and the reviews until the next order.
    private func sweep(
        _ stage: [Double], per gain: Double, into wait: inout [Double], reviews: inout [Double], ending: [Double]
    ) {
        // What it comes to be at each position: wait or order, whichever is less.
        var best = stage
        var left = stage
        best[0] = ending[0]
        left[0] = 0
        wait[0] = stage[0] - gain + ending[0]
        reviews[0] = 1
        let none = min(1 - 1e-6, falling[falling.count - 1])
        for cell in 1..<stage.count {
            let (cost, time) = expected(best, left, below: cell)
            let base = stage[cell] - gain + cost
            // Days without demand lead back to the same choice.
            let staying = base / (1 - none)
            if staying < ending[cell] {
                wait[cell] = staying
                reviews[cell] = (1 + time) / (1 - none)
            } else {
                wait[cell] = base + none * ending[cell]
                reviews[cell] = 1 + time
            }
            let isWaiting = wait[cell] < ending[cell]
            best[cell] = isWaiting ? wait[cell] : ending[cell]
            left[cell] = isWaiting ? reviews[cell] : 0
        }
    }

    /// Σ chance of d · value of (cell − d) over d ≥ 1, of two arrays at once; what lies below 0 counts as 0.
    private func expected(_ first: [Double], _ second: [Double], below cell: Int) -> (Double, Double) {
        let most = min(cell, falling.count - 1)
        var sums = (0.0, 0.0)
        if most >= 1 {
            // Four sums each, for the additions need not wait for one another.
            var four = (SIMD4<Double>.zero, SIMD4<Double>.zero)
            let chance = falling.count - 1 - most
            let place = cell - most
            falling.withUnsafeBufferPointer { falling in
                first.withUnsafeBufferPointer { first in
                    second.withUnsafeBufferPointer { second in
                        var i = 0
                        while i + 4 <= most {
                            let p = SIMD4(
                                falling[chance + i], falling[chance + i + 1], falling[chance + i + 2],
                                falling[chance + i + 3])
                            let a = place + i
                            four.0 += p * SIMD4(first[a], first[a + 1], first[a + 2], first[a + 3])
                            four.1 += p * SIMD4(second[a], second[a + 1], second[a + 2], second[a + 3])
                            i += 4
                        }
                        while i < most {
                            sums.0 += falling[chance + i] * first[place + i]
                            sums.1 += falling[chance + i] * second[place + i]
                            i += 1
                        }
                    }
                }
            }
            sums.0 += four.0.sum()
            sums.1 += four.1.sum()
        }
        if cell + 1 < atLeast.count {
            sums.0 += atLeast[cell + 1] * first[0]
            sums.1 += atLeast[cell + 1] * second[0]
        }
        return sums
    }

    /// The best order from each position, by the least of what whole packs lead to.
    private mutating func place() {
        let count = stage.count
        var least = waiting
        var place = Array(0..<count)
        for cell in stride(from: count - 1 - pack, through: 0, by: -1) where least[cell + pack] < least[cell] {
            least[cell] = least[cell + pack]
            place[cell] = place[cell + pack]
        }
        for cell in 0..<count {
            let reached = Double(cell + self.least) + shift[cell]
            guard reached < Double(count - 1) else {
                ordering[cell] = .infinity
                continue
            }
            let low = Int(reached)
            let share = reached - Double(low)
            ordering[cell] = order + (1 - share) * least[low] + share * least[low + 1]
            target[cell] = share < 0.5 ? place[low] : place[low + 1]
        }
    }

    /// Units lost from a position after ordering until the next order line.
    private func unitsLost(from start: Int) -> Double {
        var total = lost
        var left = lost
        left[0] = 0
        let none = min(1 - 1e-6, falling[falling.count - 1])
        for cell in 1..<lost.count {
            let (units, _) = expected(left, left, below: cell)
            let isWaiting = waiting[cell] < ordering[cell]
            total[cell] = (lost[cell] + units) / (isWaiting ? 1 - none : 1)
            left[cell] = isWaiting ? total[cell] : 0
        }
        return total[start]
    }
}
