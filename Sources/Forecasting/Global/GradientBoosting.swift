import Glibc
import Numerics

/// Gradient-boosted regression trees for demand: histograms, leaf-wise growth, Tweedie deviance with a log link.
///
/// Friedman, "Greedy function approximation: a gradient boosting machine", Ann. Statist. 29 (2001); histograms and
/// leaf-wise growth after Ke et al., "LightGBM", NIPS 2017; second-order leaves after Chen & Guestrin, "XGBoost",
/// KDD 2016. Each row starts from an offset of its own, the logarithm of a local forecast, so that trees have to learn
/// only what that forecast misses.
struct GradientBoosting {
    /// How trees are grown.
    struct Settings: Sendable {
        /// Trees.
        var trees = 150
        /// Leaves of a tree, at most.
        var leaves = 64
        /// Share of a tree's answer that is taken.
        var rate: Float = 0.1
        /// Expected units (sum of second derivatives) that a leaf needs.
        var minimumWeight = 60.0
        /// Expected units' worth of the belief that a leaf's answer is 0.
        var shrinkage = 20.0
        /// Share of rows that a tree sees.
        var rowShare = 0.6
        /// Share of features that a tree sees.
        var featureShare = 0.7
        /// Variance is the mean to this power, 1 (Poisson) ..< 2.
        var power: Float = 1.1
        /// Gain in deviance below which nothing is parted.
        var minimumGain = 1.0
        /// Seed of rows and features.
        var seed: UInt64 = 1
    }

    private let rows: BinnedRows
    private let target: [Float]
    private let settings: Settings
    private let concurrently: Concurrently
    /// Logarithm of the expected units of each row so far.
    private(set) var scores: [Float]
    private var ensemble = TreeEnsemble()
    private var slopes: [SIMD2<Float>]
    private var order: [UInt32] = []
    private var spare: [UInt32] = []

    /// Grows the trees.
    ///
    /// - Parameters:
    ///   - target: units of each row, ≥ 0.
    ///   - offset: logarithm of the local forecast of each row.
    static func train(
        rows: BinnedRows, target: [Float], offset: [Float], settings: Settings,
        concurrently: @escaping Concurrently
    ) -> TreeEnsemble {
        var boosting = GradientBoosting(
            rows: rows, target: target, settings: settings, concurrently: concurrently, scores: offset,
            slopes: [SIMD2<Float>](repeating: .zero, count: rows.count))
        var generator = SplitMix64(seed: settings.seed)
        for _ in 0..<settings.trees { boosting.grow(&generator) }
        return boosting.ensemble
    }

    /// Rows that one thread takes at a time.
    private static let stretch = 1 << 15

    private static func stretches(_ count: Int) -> Int { (count + stretch - 1) / stretch }

    private static func range(_ part: Int, of count: Int) -> Range<Int> {
        part * stretch..<min(count, (part + 1) * stretch)
    }

    /// A row's own random bits.
    private static func hash(_ seed: UInt64) -> UInt64 {
        var generator = SplitMix64(seed: seed)
        return generator.next()
    }

    /// First and second derivatives of the deviance at the present scores.
    private static func differentiate(
        _ scores: [Float], _ target: [Float], power: Float, into slopes: inout [SIMD2<Float>],
        _ concurrently: Concurrently
    ) {
        let count = scores.count
        slopes.withUnsafeMutableBufferPointer { slopes in
            nonisolated(unsafe) let slopes = slopes
            concurrently(stretches(count)) { part in
                for row in range(part, of: count) {
                    let score = scores[row]
                    if power == 1 {
                        let mean = expf(score)
                        slopes[row] = SIMD2(mean - target[row], mean)
                    } else {
                        let gain = target[row] * expf((1 - power) * score)
                        let loss = expf((2 - power) * score)
                        slopes[row] = SIMD2(loss - gain, (2 - power) * loss + (power - 1) * gain)
                    }
                }
            }
        }
    }

    /// A leaf that may still be parted.
    private struct Leaf {
        var node: Int
        var rows: Range<Int>
        var sum: SIMD2<Double>
        var histogram: Int
        var split: Split
    }

    private struct Split {
        var gain = 0.0
        var feature = -1
        var bin = 0
        var left = SIMD2<Double>.zero
    }

    private mutating func grow(_ generator: inout SplitMix64) {
        GradientBoosting.differentiate(scores, target, power: settings.power, into: &slopes, concurrently)
        // Rows and features of this tree.
        let limit = UInt64(settings.rowShare * 4294967296.0)
        let salt = generator.next()
        order.removeAll(keepingCapacity: true)
        for row in 0..<rows.count where GradientBoosting.hash(salt &+ UInt64(row)) >> 32 < limit {
            order.append(UInt32(truncatingIfNeeded: row))
        }
        if spare.count < order.count { spare = [UInt32](repeating: 0, count: rows.count) }
        var isUsed = [Bool](repeating: false, count: rows.edges.features)
        for feature in isUsed.indices { isUsed[feature] = generator.uniform() < settings.featureShare }

        let size = rows.edges.blocks * BinnedRows.lanes * BinnedRows.bins
        var histograms: [[SIMD2<Double>]] = []
        let root = ensemble.nodes.count
        ensemble.roots.append(root)
        ensemble.nodes.append(.init(feature: -1, bin: 0, left: 0, value: 0))
        histograms.append([SIMD2<Double>](repeating: .zero, count: size))
        fill(&histograms[0], 0..<order.count)
        var sum = SIMD2<Double>.zero
        for bin in 0..<BinnedRows.bins { sum += histograms[0][bin] }
        var leaves = [
            Leaf(
                node: root, rows: 0..<order.count, sum: sum, histogram: 0,
                split: best(histograms[0], sum, isUsed))
        ]
        while leaves.count < settings.leaves {
            guard let index = leaves.indices.max(by: { leaves[$0].split.gain < leaves[$1].split.gain }),
                leaves[index].split.gain > settings.minimumGain
            else { break }
            let leaf = leaves[index]
            let split = leaf.split
            let middle = part(leaf.rows, split)
            let (leftRows, rightRows) = (leaf.rows.lowerBound..<middle, middle..<leaf.rows.upperBound)
            let left = ensemble.nodes.count
            ensemble.nodes[leaf.node].feature = Int32(split.feature)
            ensemble.nodes[leaf.node].bin = UInt8(split.bin)
            ensemble.nodes[leaf.node].left = Int32(left)
            for _ in 0..<2 { ensemble.nodes.append(.init(feature: -1, bin: 0, left: 0, value: 0)) }
            // The smaller side is counted, the larger one is what remains.
            let isLeftSmaller = leftRows.count <= rightRows.count
            var small = [SIMD2<Double>](repeating: .zero, count: size)
            fill(&small, isLeftSmaller ? leftRows : rightRows)
            histograms[leaf.histogram].withUnsafeMutableBufferPointer { large in
                small.withUnsafeBufferPointer { small in
                    for cell in 0..<size { large[cell] -= small[cell] }
                }
            }
            histograms.append(small)
            let (leftPlace, rightPlace) =
                isLeftSmaller ? (histograms.count - 1, leaf.histogram) : (leaf.histogram, histograms.count - 1)
            let rightSum = leaf.sum - split.left
            leaves[index] = Leaf(
                node: left, rows: leftRows, sum: split.left, histogram: leftPlace,
                split: best(histograms[leftPlace], split.left, isUsed))
            leaves.append(
                Leaf(
                    node: left + 1, rows: rightRows, sum: rightSum, histogram: rightPlace,
                    split: best(histograms[rightPlace], rightSum, isUsed)))
        }
        for leaf in leaves {
            let value = -leaf.sum[0] / (leaf.sum[1] + settings.shrinkage)
            ensemble.nodes[leaf.node].value = settings.rate * Float(min(2, max(-2, value)))
        }
        var tree = TreeEnsemble(nodes: Array(ensemble.nodes[root...]), roots: [0])
        for index in tree.nodes.indices where tree.nodes[index].feature >= 0 { tree.nodes[index].left -= Int32(root) }
        GradientBoosting.add(tree, of: rows, to: &scores, concurrently)
    }

    /// Adds a tree's answers to all scores.
    private static func add(
        _ tree: TreeEnsemble, of rows: BinnedRows, to scores: inout [Float], _ concurrently: Concurrently
    ) {
        scores.withUnsafeMutableBufferPointer { scores in
            nonisolated(unsafe) let scores = scores
            concurrently(stretches(rows.count)) { part in
                rows.words.withUnsafeBufferPointer { words in
                    guard let base = scores.baseAddress, let words = words.baseAddress else { return }
                    tree.add(to: base, words: words, count: rows.count, range: range(part, of: rows.count))
                }
            }
        }
    }

    /// Sums the derivatives of some rows by the bins of each feature.
    private func fill(_ histogram: inout [SIMD2<Double>], _ range: Range<Int>) {
        histogram.withUnsafeMutableBufferPointer { cells in
            nonisolated(unsafe) let cells = cells
            let work = { @Sendable (block: Int) in
                rows.words.withUnsafeBufferPointer { words in
                    slopes.withUnsafeBufferPointer { slopes in
                        order.withUnsafeBufferPointer { order in
                            guard let cells = cells.baseAddress, let words = words.baseAddress,
                                let slopes = slopes.baseAddress, let order = order.baseAddress
                            else { return }
                            GradientBoosting.fill(
                                cells + block * BinnedRows.lanes * BinnedRows.bins, words + block * rows.count, slopes,
                                order, range)
                        }
                    }
                }
            }
            // Too little to share is done at once.
            if range.count < 4096 {
                for block in 0..<rows.edges.blocks { work(block) }
            } else {
                concurrently(rows.edges.blocks, work)
            }
        }
    }

    private static func fill(
        _ cells: UnsafeMutablePointer<SIMD2<Double>>, _ words: UnsafePointer<UInt64>,
        _ slopes: UnsafePointer<SIMD2<Float>>, _ order: UnsafePointer<UInt32>, _ range: Range<Int>
    ) {
        for index in range {
            let row = Int(order[index])
            let word = words[row]
            let slope = SIMD2<Double>(slopes[row])
            cells[Int(truncatingIfNeeded: word & 63)] += slope
            cells[64 &+ Int(truncatingIfNeeded: (word >> 8) & 63)] += slope
            cells[128 &+ Int(truncatingIfNeeded: (word >> 16) & 63)] += slope
            cells[192 &+ Int(truncatingIfNeeded: (word >> 24) & 63)] += slope
            cells[256 &+ Int(truncatingIfNeeded: (word >> 32) & 63)] += slope
            cells[320 &+ Int(truncatingIfNeeded: (word >> 40) & 63)] += slope
            cells[384 &+ Int(truncatingIfNeeded: (word >> 48) & 63)] += slope
            cells[448 &+ Int(truncatingIfNeeded: (word >> 56) & 63)] += slope
        }
    }

    /// The split of a leaf that gains most.
    private func best(_ histogram: [SIMD2<Double>], _ sum: SIMD2<Double>, _ isUsed: [Bool]) -> Split {
        var best = Split()
        guard sum[1] >= 2 * settings.minimumWeight else { return best }
        let before = sum[0] * sum[0] / (sum[1] + settings.shrinkage)
        histogram.withUnsafeBufferPointer { cells in
            for feature in 0..<rows.edges.features where isUsed[feature] {
                let base = feature * BinnedRows.bins
                var left = SIMD2<Double>.zero
                for bin in 0..<(BinnedRows.bins - 1) {
                    left += cells[base + bin]
                    guard left[1] >= settings.minimumWeight else { continue }
                    let right = sum - left
                    guard right[1] >= settings.minimumWeight else { break }
                    let gain =
                        left[0] * left[0] / (left[1] + settings.shrinkage)
                        + right[0] * right[0] / (right[1] + settings.shrinkage) - before
                    if gain > best.gain { best = Split(gain: gain, feature: feature, bin: bin, left: left) }
                }
            }
        }
        return best
    }

    /// Brings the rows of a leaf's left side before those of its right one, keeping their order; says where they part.
    private mutating func part(_ range: Range<Int>, _ split: Split) -> Int {
        let shift = UInt64((split.feature & 7) << 3)
        let limit = UInt64(split.bin)
        let block = (split.feature >> 3) * rows.count
        return rows.words.withUnsafeBufferPointer { words in
            order.withUnsafeMutableBufferPointer { order in
                spare.withUnsafeMutableBufferPointer { spare in
                    var left = range.lowerBound
                    var right = 0
                    for index in range {
                        let row = order[index]
                        let goesLeft = (words[block + Int(row)] >> shift) & 0xFF <= limit
                        // Both are written, one counts: no branch to predict.
                        order[left] = row
                        spare[right] = row
                        left += goesLeft ? 1 : 0
                        right += goesLeft ? 0 : 1
                    }
                    for index in 0..<right { order[left + index] = spare[index] }
                    return left
                }
            }
        }
    }
}
