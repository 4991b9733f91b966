/// A set of bottom series and the levels that sum them: total, stores, categories, stores by category…
///
/// Values of all nodes lie flat: the levels' groups in the order of the levels, then the bottom series. The matrix of sums
/// is never built; a level is one group number a bottom series, so 30,490 series in 12 levels take a few megabytes and a
/// pass over them a millisecond.
public struct Hierarchy: Sendable, Hashable {
    /// Bottom series.
    public let bottomCount: Int
    /// Group of each bottom series in each level above, level by level, numbered from 0 without gaps.
    public let levels: [[Int]]
    /// Groups of each level.
    public let groupCounts: [Int]

    /// Groups of all levels together.
    public var groupCount: Int { groupCounts.reduce(0, +) }
    /// All nodes, groups and bottom series.
    public var nodeCount: Int { groupCount + bottomCount }

    /// A hierarchy; levels need not be nested.
    ///
    /// Nil where a level has not one number for each bottom series, or its numbers are not 0 ..< groups without a gap.
    public init?(bottomCount: Int, levels: [[Int]]) {
        guard bottomCount >= 0 else { return nil }
        var counts: [Int] = []
        for level in levels {
            guard level.count == bottomCount else { return nil }
            var isUsed = [Bool](repeating: false, count: bottomCount)
            var most = -1
            for group in level {
                guard group >= 0, group < bottomCount else { return nil }
                isUsed[group] = true
                most = max(most, group)
            }
            guard isUsed.prefix(most + 1).allSatisfy({ $0 }) else { return nil }
            counts.append(most + 1)
        }
        self.bottomCount = bottomCount
        self.levels = levels
        groupCounts = counts
    }

    /// Values of all nodes as sums of bottom values: bottom-up. Nil where there is not one for each bottom series.
    public func aggregated(_ bottom: [Double]) -> [Double]? {
        guard bottom.count == bottomCount else { return nil }
        return sums(bottom) + bottom
    }

    /// Bottom series under each node; of a bottom series, 1.
    public var sizes: [Double] {
        sums([Double](repeating: 1, count: bottomCount)) + [Double](repeating: 1, count: bottomCount)
    }

    /// Sums of the groups alone.
    func sums(_ bottom: [Double]) -> [Double] {
        var sums = [Double](repeating: 0, count: groupCount)
        var start = 0
        for (level, count) in zip(levels, groupCounts) {
            sums.withUnsafeMutableBufferPointer { sums in
                bottom.withUnsafeBufferPointer { bottom in
                    level.withUnsafeBufferPointer { level in
                        for i in 0..<bottom.count { sums[start + level[i]] += bottom[i] }
                    }
                }
            }
            start += count
        }
        return sums
    }

    /// For each bottom series the sum of its groups' values: the transpose of `sums`.
    func spread(_ groups: [Double]) -> [Double] {
        var values = [Double](repeating: 0, count: bottomCount)
        var start = 0
        for (level, count) in zip(levels, groupCounts) {
            values.withUnsafeMutableBufferPointer { values in
                groups.withUnsafeBufferPointer { groups in
                    level.withUnsafeBufferPointer { level in
                        for i in 0..<level.count { values[i] += groups[start + level[i]] }
                    }
                }
            }
            start += count
        }
        return values
    }
}
