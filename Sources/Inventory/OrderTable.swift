/// What to order at every position, as `PositionRecursion` found it, between its cells in proportion.
struct OrderTable: Sendable {
    /// Units in a pack.
    let pack: Int64
    /// Least units on an order line, in whole packs.
    let least: Int64

    private var step = 1.0
    private var waiting: [Double] = []
    private var ordering: [Double] = []
    private var target: [Int] = []
    private var lostBefore: [Double] = []

    /// An empty table, which orders nothing.
    init(pack: Int64, minimum: Int64) {
        self.pack = pack
        least = max(pack, (max(1, minimum) + pack - 1) / pack * pack)
    }

    /// Fills the table.
    ///
    /// - Parameters:
    ///   - lostBefore: cells that are lost before an order placed at each position arrives.
    ///   - step: units in a cell.
    mutating func take(_ recursion: PositionRecursion, lostBefore: [Double], step: Double) {
        self.step = step
        self.lostBefore = lostBefore
        waiting = recursion.waiting
        ordering = recursion.ordering
        target = recursion.target
    }

    /// Units to order at a position.
    func quantity(at position: Double) -> Int64 {
        let cell = max(0, position / step)
        guard cell < Double(waiting.count - 1) else { return 0 }
        let low = Int(cell)
        let share = cell - Double(low)
        func between(_ values: [Double]) -> Double { values[low] + share * (values[low + 1] - values[low]) }
        guard between(ordering) < between(waiting) else { return 0 }
        let nearest = share < 0.5 ? low : low + 1
        return rounded((Double(target[nearest]) - cell - between(lostBefore)) * step + max(0, -position))
    }

    /// Units in whole packs, never fewer, and at least the least order.
    func covering(_ units: Double) -> Int64 {
        max(least, Int64(min(1e15 / Double(pack), max(0, units / Double(pack)).rounded(.up))) * pack)
    }

    /// Units in whole packs, to the nearest, and at least the least order.
    private func rounded(_ units: Double) -> Int64 {
        max(least, Int64(min(1e15 / Double(pack), max(0, units / Double(pack)).rounded())) * pack)
    }

    /// One more than the highest whole position at which it is ordered; 0 where it never is.
    var reorderPoint: Int64 {
        guard let cell = waiting.indices.last(where: { ordering[$0] < waiting[$0] }) else { return 0 }
        var low = Int64(min(1e15, Double(cell) * step))
        var high = low + Int64(min(1e15, step.rounded(.up)))
        while low + 1 < high {
            let middle = low + (high - low) / 2
            if quantity(at: Double(middle)) > 0 { low = middle } else { high = middle }
        }
        return low + 1
    }
}
