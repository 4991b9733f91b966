// Forecasts of the top shared out downwards, and whole units.

extension Hierarchy {
    /// Top-down by forecast proportions: each group's value is shared among its parts as their own forecasts are.
    ///
    /// Athanasopoulos, Ahmed & Hyndman, "Hierarchical forecasts for Australian domestic tourism", IJF 25 (2009). The first
    /// level is kept as forecast. Where the forecasts of all parts are 0, they share by how many series they hold. Negative
    /// forecasts count as 0.
    ///
    /// - Parameter forecasts: of all nodes, in the order of the hierarchy.
    /// - Returns: coherent values of all nodes; nil where the count is wrong, a value is not finite, there is no level above
    ///   the bottom, or a level's groups are not each within one group of the level before.
    public func topDown(_ forecasts: [Double]) -> [Double]? {
        guard forecasts.count == nodeCount, !levels.isEmpty, forecasts.allSatisfy({ $0.isFinite }) else { return nil }
        let sizes = self.sizes
        var values = forecasts.prefix(groupCounts[0]).map { max(0, $0) }
        var start = 0
        for depth in levels.indices {
            let next = start + groupCounts[depth]
            let isLast = depth + 1 == levels.count
            let parts = isLast ? Array(0..<bottomCount) : levels[depth + 1]
            let partCount = isLast ? bottomCount : groupCounts[depth + 1]
            var parent = [Int](repeating: -1, count: partCount)
            for i in 0..<bottomCount {
                if parent[parts[i]] >= 0, parent[parts[i]] != levels[depth][i] { return nil }
                parent[parts[i]] = levels[depth][i]
            }
            var sums = [Double](repeating: 0, count: groupCounts[depth])
            for part in 0..<partCount { sums[parent[part]] += max(0, forecasts[next + part]) }
            values = (0..<partCount).map { part in
                let above = parent[part]
                return sums[above] > 0
                    ? values[above] * (max(0, forecasts[next + part]) / sums[above])
                    : values[above] * sizes[next + part] / sizes[start + above]
            }
            start = next
        }
        return aggregated(values)
    }

    /// Whole units: bottom values rounded up or down so that every group of consecutive series is within a unit of its sum.
    ///
    /// Series are taken in the order of their groups, coarse levels first, and the rounded running sum is kept, so groups
    /// of nested levels are exact to a unit, and the total is the rounded total. Negative values count as 0.
    ///
    /// - Returns: whole values of all nodes; nil where the count is wrong or a value is not finite or above 1e15.
    public func wholeUnits(bottom: [Double]) -> [Double]? {
        guard bottom.count == bottomCount, bottom.allSatisfy({ $0 <= 1e15 && $0.isFinite }) else { return nil }
        let order = (0..<bottomCount).sorted { left, right in
            for level in levels where level[left] != level[right] { return level[left] < level[right] }
            return left < right
        }
        var whole = bottom
        var running = 0.0
        var given = 0.0
        for i in order {
            running += max(0, bottom[i])
            whole[i] = max(0, running.rounded() - given)
            given += whole[i]
        }
        return aggregated(whole)
    }
}
