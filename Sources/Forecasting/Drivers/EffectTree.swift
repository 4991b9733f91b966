/// Effects that are drawn to one another: of a group to that of all groups, of an occasion to others of its kind, and that to
/// none.
///
/// Each node is normal about its parent, the roots about 0; what was measured of a node is a normal error about it. Given
/// all measurements every node's mean and variance are exact, by one pass up and one down (Gaussian belief propagation on
/// a tree: Willsky, "Multiresolution Markov models", Proc. IEEE 90, 2002).
struct EffectTree {
    /// Number of the parent, less than the node's own; −1 for a root.
    private(set) var parents: [Int] = []
    /// Variance about the parent, > 0.
    private(set) var variances: [Double] = []

    var count: Int { parents.count }

    /// Adds a node below `parent`, −1 for none.
    mutating func add(parent: Int, variance: Double) -> Int {
        parents.append(parent)
        variances.append(variance)
        return parents.count - 1
    }

    /// Mean and variance of every node.
    ///
    /// - Parameter found: of each node what was measured and the precision of that, 0 for nothing.
    func drawn(_ found: [SIMD2<Double>]) -> [SIMD2<Double>] {
        // Precision times mean, and precision, of what each node and all below it say of the node and of its parent.
        var known = found.map { SIMD2($0[0] * $0[1], $0[1]) }
        var told = [SIMD2<Double>](repeating: .zero, count: count)
        for node in parents.indices.reversed() where known[node][1] > 0 {
            told[node] = known[node] / (1 + variances[node] * known[node][1])
            if parents[node] >= 0 { known[parents[node]] += told[node] }
        }
        var drawn = [SIMD2<Double>](repeating: .zero, count: count)
        for node in parents.indices {
            var above = SIMD2(0, 1 / variances[node])
            if parents[node] >= 0 {
                let parent = drawn[parents[node]]
                // What the parent knows but from this node.
                let precision = max(0, 1 / parent[1] - told[node][1])
                if precision > 0 {
                    let mean = (parent[0] / parent[1] - told[node][0]) / precision
                    let spread = variances[node] + 1 / precision
                    above = SIMD2(mean / spread, 1 / spread)
                } else {
                    above = .zero
                }
            }
            let sum = above + known[node]
            drawn[node] = SIMD2(sum[0] / sum[1], 1 / sum[1])
        }
        return drawn
    }
}
