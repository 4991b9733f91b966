/// Regression trees whose answers add up.
struct TreeEnsemble: Sendable, Hashable {
    /// A place where a tree parts, or ends.
    struct Node: Sendable, Hashable {
        /// Feature looked at; −1 at a leaf.
        var feature: Int32
        /// Rows whose bin is at most this go left.
        var bin: UInt8
        /// Where the left side lies; the right one follows it.
        var left: Int32
        /// The leaf's answer.
        var value: Float
    }

    /// All nodes; those of a tree follow its root.
    var nodes: [Node] = []
    /// Where each tree begins.
    var roots: [Int] = []

    /// Adds the answers of all trees for the rows in `range` to `scores`.
    func add(to scores: UnsafeMutablePointer<Float>, words: UnsafePointer<UInt64>, count: Int, range: Range<Int>) {
        nodes.withUnsafeBufferPointer { nodes in
            for root in roots {
                for row in range { scores[row] += TreeEnsemble.answer(nodes, root, words, count, row) }
            }
        }
    }

    /// Adds the answers of all trees to the scores of all rows.
    func add(to scores: inout [Float], _ rows: BinnedRows) {
        scores.withUnsafeMutableBufferPointer { scores in
            rows.words.withUnsafeBufferPointer { words in
                guard let scores = scores.baseAddress, let words = words.baseAddress else { return }
                add(to: scores, words: words, count: rows.count, range: 0..<rows.count)
            }
        }
    }

    @inline(__always)
    private static func answer(
        _ nodes: UnsafeBufferPointer<Node>, _ root: Int, _ words: UnsafePointer<UInt64>, _ count: Int, _ row: Int
    ) -> Float {
        var node = nodes[root]
        while node.feature >= 0 {
            let feature = Int(node.feature)
            let word = words[(feature >> 3) &* count &+ row]
            let bin = UInt8(truncatingIfNeeded: word >> UInt64((feature & 7) << 3))
            node = nodes[Int(node.left) + (bin <= node.bin ? 0 : 1)]
        }
        return node.value
    }
}
